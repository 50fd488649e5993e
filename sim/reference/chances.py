"""What happens to one lead, opportunity or customer: the rules, with a world's numbers and a replication's luck.

The SimPy engine asks here, one happening at a time. A rule is compiled for arrays, and reading one element of an array
from Python costs as much as the draw itself, so the world's columns are laid out as plain numbers once.
"""

import math
from typing import Any, cast

from sim import rules
from sim.disciplines import benefit
from sim.draws import Purpose, turn, uniform
from sim.laws import buyers, handoff, happenings, nps
from sim.laws.nurture import release_age
from sim.laws.opening import fit_in_nurture, patience_left, way_left
from sim.laws.outcomes import speed_to_lead
from sim.laws.overflow import reached
from sim.laws.pay import pulled
from sim.laws.people import reaching
from sim.laws.quality import posterior
from sim.laws.renewal import lasting_odds, staying_odds
from sim.laws.selling import beaten, comes_back, row_of, spell_of
from sim.log import NOBODY
from sim.reference.subjects import Customer, Lead, Opportunity
from sim.tables import REASONS, Tables

__all__ = ["Chances"]

# Enum members are slow to pass to compiled functions, and a compiled function that only packs two numbers is slower to
# call than the Python function that it was made of.
_AE_PATIENCE = int(Purpose.AE_PATIENCE)
_CHURN_CAUSE = int(Purpose.CHURN_CAUSE)
_EXTERNAL_OUTCOME = int(Purpose.EXTERNAL_OUTCOME)
_EXTERNAL_TIME = int(Purpose.EXTERNAL_TIME)
_HANDOFF_DELAY = int(Purpose.HANDOFF_DELAY)
_PRODUCT = int(Purpose.PRODUCT)
_SDR_PATIENCE = int(Purpose.SDR_PATIENCE)
_SEGMENT = int(Purpose.SEGMENT)
_STAGE_EFFORT = int(Purpose.STAGE_EFFORT)
_STEP = int(Purpose.STEP)
_NURTURED = {
    rules.READY: REASONS.index("ready"),
    rules.UNSUBSCRIBED: REASONS.index("unsubscribed"),
    rules.RELEASED: REASONS.index("released"),
}
"""What of these ways out of nurture is the same in every world."""
_turn = cast(Any, turn).py_func


class Chances:
    """The rules of one world in one replication."""

    def __init__(self, tables: Tables, stream: int):
        t = self.tables = tables
        self.stream = stream
        self.laws, self.knots = t.laws, t.knots
        self.fit: list[float] = t.channel_fit.tolist()
        self.intent: list[float] = t.channel_intent.tolist()
        """By channel, the mean of a lead's intent at capture."""
        self.source_fit: list[float] = t.campaign.source_fit.tolist()
        self.source_intent: list[float] = t.campaign.source_intent.tolist()
        self.segments = list(t.channel_segments)
        self.mql: list[float] = t.channel_mql.tolist()
        self.sql: list[float] = t.channel_sql.tolist()
        self.score: list[int] = t.channel_score.tolist()
        self.shift: list[float] = t.scoring.shifts.tolist()
        """By channel, what is added to the threshold."""
        self.steps: list[int] = t.steps.tolist()
        self.channel_value: list[int] = t.channel_value.tolist()
        self.product_value: list[int] = t.product_value.tolist()
        self.segment_value: list[int] = t.segment_value.tolist()
        self.price: list[float] = t.prices.price.tolist()
        self.closing: list[float] = t.prices.closing.tolist()
        self.stage_logit: list[float] = t.stage_logit.tolist()
        self.segment_logit: list[float] = t.segment_logit.tolist()
        self.segment_time: list[float] = t.segment_time.tolist()
        self.segment_effort: list[float] = t.segment_effort.tolist()
        self.effort: list[int] = t.stage_effort.tolist()
        self.late: list[int] = t.stage_late.tolist()
        """By stage, 1 where the way out is drawn when the work is done."""
        self.penalty: list[float] = t.stage_penalty.tolist()
        self.first: list[int] = t.stage_first.tolist()
        self.reason: list[int] = t.cause_reason.tolist()
        self.attempts = len(t.contact)
        self.rejections: list[int] = t.handoff.rejection_reason.tolist()

    # A lead

    def traits(self, key: int, channel: int, source: int) -> tuple[int, int, bool, float]:
        """Who has come through a channel, or a campaign in it: segment, product, fit, and the mean of its intent."""
        segment = rules.category(self.stream, key, _SEGMENT, self.segments[channel])
        product = rules.category(self.stream, key, _PRODUCT, self.tables.product_mix)
        return segment, product, self.fits(key, source), self.source_intent[source]

    def fits(self, key: int, source: int) -> bool:
        """Whether what came through a channel or a campaign has good fit."""
        return rules.fits(self.stream, key, self.source_fit[source])

    def fits_in_nurture(self, key: int, channel: int, days: float) -> bool:
        """Whether a lead that has been in nurture for some days when the run begins has good fit."""
        t = self.tables
        share = fit_in_nurture(self.source_fit[channel], t.ready_good, t.ready_bad, days)
        return rules.fits(self.stream, key, share)

    def way_left(self, key: int, channel: int, age: float, known: bool) -> tuple[float, bool]:
        """Days until the first judgement of a lead that is there when the run begins, and whether that is over.

        known: it waits for it; otherwise all that is known is that it is no opportunity.
        """
        t = self.tables
        sold_to = 1.0 if known else self.mql[channel] * self.sql[channel]
        return way_left(self.stream, key, self.laws, self.knots, t.steps, age, sold_to)

    def know(self, buyer: Lead | Opportunity) -> None:
        """Whether a buyer who has just come has a budget and may decide; who came before anybody asked has both."""
        b = self.tables.buyers
        if b.asks:
            buyer.budget = buyers.has_budget(self.stream, buyer.key, float(b.has_budget[int(buyer.fit)]))
            buyer.authority = buyers.has_authority(self.stream, buyer.key, float(b.has_authority[int(buyer.fit)]))

    def has_profile(self, lead: Lead) -> bool:
        """Whether a lead is what an MQL must be."""
        t = self.tables.scoring
        of_segment = bool(t.profile_segments[lead.segment])
        return buyers.has_profile(of_segment, lead.budget, t.needs_budget, lead.authority, t.needs_authority)

    def is_ready(self, lead: Lead, intent: float) -> bool:
        """Whether a lead that is talked to is ready for sales; intent: its mean now."""
        own = rules.intent(self.stream, lead.key, intent)
        return buyers.is_ready(lead.budget, lead.authority, own, self.tables.buyers.ready_intent)

    def seen(self, lead: Lead) -> bool:
        """Sales' view of a lead's fit."""
        agreement = self.tables.buyers.agreement
        return buyers.viewed(self.stream, lead.key, lead.fit, agreement, self.fit[lead.channel])

    def step(self, lead: Lead, n: int) -> float:
        """Days of the n-th delay before the first judgement."""
        return rules.delay(self.stream, lead.key, _STEP, n, self.laws, self.knots, self.steps[n])

    def points(self, lead: Lead, intent: float) -> float:
        """Marketing's score, before any feedback, of a lead whose intent has this mean."""
        t = self.tables
        return rules.points(
            self.stream,
            lead.key,
            t.score_separation,
            t.score_intent,
            lead.fit,
            intent,
            self.laws,
            self.knots,
            self.score[lead.channel],
        )

    def qualifies(self, lead: Lead, threshold: float) -> bool:
        """Whether a lead with its score is an MQL at once."""
        if self.tables.scoring.profiled and not self.has_profile(lead):
            return False
        return rules.qualifies(
            self.stream, lead.key, self.mql[lead.channel], lead.score, threshold + self.shift[lead.channel]
        )

    def nurture(self, lead: Lead, stayed: float = 0.0) -> tuple[float, int]:
        """Days of a stay in nurture and the reason for its end, 0 if the lead is ready.

        stayed: days of it that are over when the run begins, of which hazards know nothing, but a release does.
        """
        t = self.tables
        ready = t.ready_good if lead.fit else t.ready_bad
        if t.scoring.profiled and not self.has_profile(lead):
            ready = 0.0
        keep = max(self.keeps(lead) - stayed, 0.0)
        days, outcome = rules.nurture(self.stream, lead.key, lead.visit, ready, t.unsubscribe, t.nurture.decay, keep)
        return days, t.nurture.decay_reason if outcome == rules.LOST_INTEREST else _NURTURED[outcome]

    def keeps(self, lead: Lead) -> float:
        """Days for which a lead that does not become ready is kept."""
        t, n, channel = self.tables, self.tables.nurture, lead.channel
        if not n.by_value or t.release_after <= 0.0:
            return t.release_after
        good = self.fit[channel]
        if self.score[channel] < 0:
            good = posterior(lead.points, good, t.score_separation, t.score_intent, self.intent[channel])
        if t.scoring.profiled and not self.has_profile(lead):
            return 0.0
        gains = float(n.gain_good[channel]), float(n.gain_bad[channel])
        return min(release_age(good, t.ready_good, t.ready_bad, *gains, n.touch_cost), t.release_after)

    def patience_for_sdr(self, lead: Lead) -> float:
        """Days until a lead that nobody has tried goes cold."""
        return self._delay(lead.key, _SDR_PATIENCE, lead.visit, self.tables.sdr_patience)

    def patience_left(self, lead: Lead, waited: float) -> float:
        """The same of one that has waited some days when the run begins."""
        u = uniform(self.stream, lead.key, _SDR_PATIENCE, _turn(lead.visit, 0))
        return patience_left(self.laws, self.knots, self.tables.sdr_patience, waited, u)

    def patience_for_ae(self, lead: Lead) -> float:
        """Days until an accepted lead that nobody has taken goes cold."""
        return self._delay(lead.key, _AE_PATIENCE, lead.visit, self.tables.ae_patience)

    def speed_to_lead(self, hours: float) -> float:
        """Factor on the odds of contact when the first attempt comes some hours after the handoff."""
        h = self.tables.handoff
        return speed_to_lead(hours, h.speed_curve, h.speed_exponent, h.speed_scale)

    def delay(self, lead: Lead) -> float:
        """Days from a lead's becoming an MQL until it is handed off."""
        return self._delay(lead.key, _HANDOFF_DELAY, lead.visit, self.tables.handoff.delay_law)

    def arrives(self, lead: Lead) -> bool:
        """Whether a lead handed off reaches sales development."""
        return handoff.arrives(self.stream, lead.key, lead.visit, self.tables.handoff.transit_loss)

    def goes_back(self, lead: Lead) -> bool:
        """Whether a lead that sales gives back is nurtured again."""
        h = self.tables.handoff
        return handoff.goes_back(self.stream, lead.key, lead.visit, lead.recycled, h.recycles, h.recycle_share)

    def rejection(self, lead: Lead) -> int:
        """Why sales rejects a lead: a reason."""
        return self.rejections[
            handoff.rejection(self.stream, lead.key, lead.visit, self.tables.handoff.rejections[int(self.seen(lead))])
        ]

    def benefit(self, lead: Lead) -> float:
        """Expected value of an hour spent on the lead's next attempt."""
        t, h, channel = self.tables, self.tables.handoff, lead.channel
        return benefit(
            lead.points,
            self.score[channel] < 0,
            self.fit[channel],
            self.intent[channel],
            t.score_separation,
            t.score_intent,
            t.accept_good,
            t.accept_bad,
            self.sql[channel],
            float(t.contact[min(lead.passed, self.attempts - 1)]),
            float(h.order[channel, lead.segment, lead.product]),
            h.attempt_hours,
            h.conversation_hours,
        )

    def attempt(self, lead: Lead, n: int, m: float, ability: float) -> tuple[bool, float]:
        """Whether the n-th attempt of a visit, by an SDR of some ability, reaches the lead, and the hours it takes."""
        t = self.tables
        return rules.attempt(
            self.stream,
            lead.key,
            lead.visit,
            n,
            t.contact,
            reaching(m, ability),
            self.laws,
            self.knots,
            t.attempt_law,
            t.conversation_law,
            t.people.sdr_coding,
        )

    def due(self, now: float) -> float:
        """When the attempt after one that ends now is due."""
        before, first_day, opens, closes = self.tables.clock
        return rules.due(before, first_day, opens, closes, now, self.tables.spacing)

    def promised(self, now: float) -> float:
        """When the service level of a lead handed off now is over."""
        before, first_day, opens, closes = self.tables.clock
        return rules.due(before, first_day, opens, closes, now, self.tables.handoff.sla)

    def held(self, lead: Lead) -> tuple[float, bool]:
        """Days until a lead that is held back is so no longer in any case, and whether it then unsubscribes."""
        t = self.tables
        return rules.held(self.stream, lead.key, lead.visit, t.unsubscribe, t.overflow.hold_at_most)

    def days_outside(self, lead: Lead) -> float:
        """Days until an external provider has tried a lead."""
        return self._delay(lead.key, _EXTERNAL_TIME, lead.visit, self.tables.overflow.external_law)

    def reached_outside(self, lead: Lead, m: float) -> bool:
        """Whether an external provider reaches a lead."""
        u = uniform(self.stream, lead.key, _EXTERNAL_OUTCOME, _turn(lead.visit, 0))
        return u < reached(self.tables.contact, m)

    def accepts(self, lead: Lead, intent: float, m: float, quality: float, ready: bool) -> bool:
        """Whether sales accepts a lead that it, or a provider of some quality, has talked to; intent: its mean now;
        ready: for sales."""
        t = self.tables
        certain = self.sql[lead.channel]
        if t.buyers.by_readiness:
            certain = 1.0 if ready else 0.0
        return rules.accepts(
            self.stream,
            lead.key,
            lead.visit,
            certain,
            t.accept_good if self.seen(lead) else t.accept_bad,
            m,
            t.accept_intent,
            intent,
            quality,
        )

    # An opportunity

    def value(self, key: int, channel: int, segment: int, product: int) -> float:
        """First-year value, by the law of the channel, the product or the segment: the first that has one."""
        laws = (self.channel_value[channel], self.product_value[product], self.segment_value[segment])
        law = next(law for law in laws if law >= 0)
        return rules.value(self.stream, key, self.laws, self.knots, law, self.price[product])

    def logit(self, opportunity: Opportunity) -> float:
        """Log-odds that the stage is passed if the reps' work causes no delay, whoever sells."""
        eta = self.stage_logit[opportunity.stage] + self.segment_logit[opportunity.segment]
        eta = eta if opportunity.fit else eta + self.tables.bad_fit_logit
        if opportunity.passed_on:
            eta += self.tables.people.handover_logit
        return eta + self.closing[opportunity.product] if opportunity.stage == self.tables.sold - 1 else eta

    def product(self, key: int, product: int, now: float) -> int:
        """The product of an opportunity that is opened now: the lead's own, or by the mix that programmes make."""
        climate = self.tables.climate
        if not climate.remixes:
            return product
        return rules.category(self.stream, key, _PRODUCT, climate.mixes[spell_of(climate.since, now)])

    def comes_back(self, lead: Lead, opportunity: Opportunity, reason: int) -> bool:
        """Whether the lead of an opportunity that is lost for some reason is nurtured again."""
        t = self.tables
        share = float(t.sale.reclaim[reason])
        key, visit = opportunity.key, opportunity.visit
        return comes_back(self.stream, key, visit, lead.recycled, t.handoff.recycles, share)

    def outlook(self, opportunity: Opportunity, now: float) -> float:
        """Log-odds of advancing that the day adds."""
        return float(self.tables.climate.outlook[self.climate_row(opportunity, now), opportunity.stage])

    def climate_row(self, opportunity: Opportunity, now: float) -> int:
        """The row of the climate for this buyer today."""
        climate = self.tables.climate
        return row_of(spell_of(climate.since, now), climate.kinds, opportunity.budget, opportunity.authority)

    def hours(self, opportunity: Opportunity, now: float) -> float:
        """Rep's work of the stage that is entered now."""
        climate = self.tables.climate
        ease = float(climate.ease[spell_of(climate.since, now), opportunity.stage])
        hours = self._delay(opportunity.key, _STAGE_EFFORT, opportunity.visit, self.effort[opportunity.stage])
        people = self.tables.people
        coding = people.am_coding if opportunity.managed else people.ae_coding
        return hours * self.segment_effort[opportunity.segment] * ease + coding

    def resolve(self, opportunity: Opportunity, eta: float, now: float) -> tuple[int, float]:
        """How and when the stage is left: (reason of loss, or what stands for advancing or going back, days)."""
        t, stage, row = self.tables, opportunity.stage, spell_of(self.tables.climate.since, now)
        cause, days = rules.resolve(
            self.stream,
            opportunity.key,
            opportunity.visit,
            eta,
            self.first[stage],
            self.first[stage + 1],
            t.climate.cause_share[self.climate_row(opportunity, now)],
            t.cause_law,
            self.laws,
            self.knots,
            self.segment_time[opportunity.segment] * float(t.climate.pace[row, stage]),
        )
        return self.reason[cause], days

    def resume(self, opportunity: Opportunity, eta: float, age: float, now: float) -> tuple[int, float]:
        """How and when a stage that has lasted `age` days is left: (reason as of `resolve`, days left)."""
        t, stage, row = self.tables, opportunity.stage, spell_of(self.tables.climate.since, now)
        cause, days = rules.resume(
            self.stream,
            opportunity.key,
            eta,
            self.first[stage],
            self.first[stage + 1],
            t.climate.cause_share[self.climate_row(opportunity, now)],
            t.cause_law,
            self.laws,
            self.knots,
            self.segment_time[opportunity.segment] * float(t.climate.pace[row, stage]),
            age,
        )
        return self.reason[cause], days

    def survives(self, opportunity: Opportunity, eta: float, delay: float) -> bool:
        """Whether an advance survives the days of delay that the reps' work added."""
        penalty = self.penalty[opportunity.stage]
        return rules.survives(self.stream, opportunity.key, opportunity.visit, eta, penalty, delay)

    def leaves(self, opportunity: Opportunity, now: float, days: float) -> float:
        """When a buyer whose time in a stage is so many days from now leaves it: the last stage has a rhythm."""
        climate = self.tables.climate
        if len(climate.beats) == 0 or opportunity.stage != self.tables.sold - 1:
            return now + days
        return beaten(climate.edges, climate.beats, now, days)

    def close(self, opportunity: Opportunity, now: float, due: float) -> float:
        """When an order due at some time is won, pulled into an earlier quota period or not."""
        pay = self.tables.pay
        if pay.pull_forward == 0.0:
            return due
        key, visit = opportunity.key, opportunity.visit
        return pulled(self.stream, key, visit, pay.pull_forward, pay.periods, pay.pull_reach, pay.pull_span, now, due)

    # A customer

    def renews(self, key: int, term: int, fit: bool) -> bool:
        """Whether a customer renews after its term-th term."""
        t = self.tables
        return rules.renews(self.stream, key, term, lasting_odds(t.renewal_logit, 0.0, 0.0, term, t.renewal_fit, fit))

    def satisfaction(self, key: int) -> float:
        """How satisfied a customer is, in standard deviations."""
        return happenings.feels(self.stream, key)

    def following(self, customer: Customer, now: float, until: float) -> tuple[float, int, int]:
        """A customer's next happening before a time: (time, kind, key)."""
        a, climate = self.tables.accounts, self.tables.climate
        return happenings.following(
            self.stream,
            customer.key,
            customer.satisfaction,
            customer.last_happening,
            now,
            until,
            customer.gone,
            self.tables.touch.epoch_day,
            a.account_rates,
            a.account_tops,
            climate.since,
            a.care,
            a.promoter,
            a.detractor,
        )

    def stays(self, customer: Customer, now: float) -> bool:
        """Whether a customer whose term ends renews."""
        t, a = self.tables, self.tables.accounts
        spell = spell_of(t.climate.since, now)
        terms = customer.visit
        lasting = lasting_odds(t.renewal_logit, a.ageing_alpha, a.ageing_beta, terms, t.renewal_fit, customer.fit)
        push, ease = map(float, a.care[spell, :2])
        weight, feeling = a.satisfaction_renewal, customer.satisfaction
        eta = staying_odds(lasting, weight, feeling, ease, push, customer.lives, a.second_life)
        return rules.renews(self.stream, customer.key, customer.visit, eta)

    def asked(self, customer: Customer, now: float) -> float:
        """When a customer is asked next what it thinks of us."""
        return nps.asked(self.stream, customer.key, customer.asked, self.tables.accounts.survey_every, now)

    def answer(self, customer: Customer, now: float) -> float:
        """What a customer answers who is asked now, if it does."""
        a = self.tables.accounts
        feeling = customer.satisfaction + float(a.care[spell_of(self.tables.climate.since, now), 1])
        day = self.tables.touch.epoch_day + math.floor(now)
        return nps.answer(self.stream, customer.key, day, a.survey_response, feeling, a.promoter, a.detractor)

    def why_gone(self, key: int) -> int:
        """Why a customer does not renew: a reason, nobody's where none is given."""
        a = self.tables.accounts
        if not len(a.churn_reason):
            return NOBODY
        return int(a.churn_reason[rules.category(self.stream, key, _CHURN_CAUSE, a.churn_share)])

    def lacking(self, occasion: int, owned: int) -> int:
        """The product that a customer is offered of those it lacks; -1 if it lacks none."""
        return happenings.lacking(self.stream, occasion, self.tables.product_mix, owned)

    def _delay(self, key: int, purpose: int, visit: int, law: int) -> float:
        return rules.delay(self.stream, key, purpose, _turn(visit, 0), self.laws, self.knots, law)
