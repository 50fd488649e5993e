"""leadflow's funnel as an ordinary SimPy model: one process a lead, plain resources, a list of log rows.

Written from SimPy's documentation and the meaning of the mechanisms, without the engines' agenda, teams and book, and
with leadflow's own draws and laws. Where no two happenings tie, its rows, sorted, are the engines' rows, sorted.

It covers delays before the first judgement, scoring, nurture, handoff with patience, loss on the way, attempts,
conversation, acceptance and reasons of rejection, recycling, a pool of AEs, stages resolved at entry or after the
effort, losses, stalls, buyers who go back, wins and renewals.
It does not cover calendars that close, owned opportunities, changes of headcount, ramps, a run-in or a snapshot.

Ties that it resolves in its own way, so that comparisons avoid them: who is freed and asks again at one instant (a
spacing of zero, a stage of no effort or of no time that is not the last), and a buyer who leaves without delay.
"""

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass
from heapq import heappush
from typing import Any

import numpy as np
import simpy

from sim import rules
from sim.arrivals import arrivals
from sim.disciplines import BY_SCORE, BY_STAGE
from sim.draws import Purpose, Tag, child_key, stream_key, uniform
from sim.laws.outcomes import speed_to_lead
from sim.laws.selling import ADVANCES, BACK
from sim.log import NOBODY, EntityType, Kind
from sim.seats import AE, SDR
from sim.tables import REASONS, Tables

UNSUBSCRIBED, RELEASED, UNREACHED, NO_ATTEMPT, STALLED, LOST_IN_TRANSIT = (
    REASONS.index(name)
    for name in ("unsubscribed", "released", "unreached", "no_attempt", "stalled", "lost_in_transit")
)
# Numbers of enums once, as plain integers.
SEGMENT, PRODUCT, STEP = int(Purpose.SEGMENT), int(Purpose.PRODUCT), int(Purpose.STEP)
HANDOFF_DELAY = int(Purpose.HANDOFF_DELAY)
TRANSIT, RECYCLE, REASON = Purpose.TRANSIT, Purpose.RECYCLE, Purpose.REASON
SDR_PATIENCE, STAGE_EFFORT = int(Purpose.SDR_PATIENCE), int(Purpose.STAGE_EFFORT)
OPPORTUNITY, CUSTOMER, ORDER = int(Tag.OPPORTUNITY), int(Tag.CUSTOMER), int(Tag.ORDER)
NURTURED = {rules.READY: 0, rules.UNSUBSCRIBED: UNSUBSCRIBED, rules.RELEASED: RELEASED}
"""Ways out of nurture; a world has a number of its own for that of lost interest."""

Row = tuple[float, float, int, int, int, int, int, int]
Process = Generator[simpy.Event, Any, None]


def use(visit: int, n: int) -> int:
    """The n-th use of a purpose in a visit, as `sim.draws.turn` packs it."""
    return (visit << 16) | n


class At(simpy.Event):
    """A timeout that ends at an absolute time: now + (time - now) is not always time."""

    def __init__(self, env: simpy.Environment, time: float):
        super().__init__(env)
        self._ok, self._value = True, None
        heappush(env._queue, (time, 1, next(env._eid), self))  # type: ignore[misc]


class Team(simpy.PriorityResource):
    """A pool of reps, who have names: the one idle longest works next."""

    def __init__(self, env: simpy.Environment, seats: list[int]):
        super().__init__(env, len(seats))
        self.free = deque(seats)


@dataclass(slots=True)
class Lead:
    """What a lead is and carries."""

    key: int
    channel: int
    segment: int
    product: int
    fit: bool
    intent: float
    score: float = 0.0
    visit: int = 0


class Idiomatic:
    """One replication; `events` are (time, amount, entity key, actor, visit, reason, kind, stage) and `entities`
    (key, created, parent key, owner, channel, segment, product, type)."""

    def __init__(self, tables: Tables, seed: int, replication: int):
        t = self.tables = tables
        self.stream = stream_key(seed, replication)
        self.env = simpy.Environment(tables.horizon.begins)
        team = tables.seats.team.tolist()
        self.sdr = Team(self.env, [seat for seat, its in enumerate(team) if its == SDR])
        self.ae = Team(self.env, [seat for seat, its in enumerate(team) if its == AE])
        self.events: list[Row] = []
        self.entities: list[tuple[int, float, int, int, int, int, int, int]] = []
        # Plain numbers: a process that reads one element of an array at a time is slow.
        self.segments = list(t.channel_segments)
        self.fit_share, self.intent = t.channel_fit.tolist(), t.channel_intent.tolist()
        self.mql, self.sql = t.channel_mql.tolist(), t.channel_sql.tolist()
        self.score_law, self.steps = t.channel_score.tolist(), t.steps.tolist()
        self.stage_logit, self.segment_logit = t.stage_logit.tolist(), t.segment_logit.tolist()
        self.penalty, self.late, self.first = t.stage_penalty.tolist(), t.stage_late.tolist(), t.stage_first.tolist()
        self.effort_law, self.segment_effort = t.stage_effort.tolist(), t.segment_effort.tolist()
        self.segment_time, self.reason = t.segment_time.tolist(), t.cause_reason.tolist()
        self.share = t.seat_share.tolist()
        self.by_score = t.ae_discipline == BY_SCORE
        self.by_stage = t.ae_discipline == BY_STAGE

    def run(self) -> "Idiomatic":
        """Live through the horizon."""
        for seat in range(len(self.share)):
            self.note(Kind.HIRED, NOBODY, 0, seat)
        self.env.process(self.source())
        self.env.run(until=self.tables.horizon.ends)
        return self

    def note(
        self,
        kind: int,
        key: int,
        visit: int,
        actor: int = NOBODY,
        reason: int = NOBODY,
        amount: float = 0.0,
        stage: int = NOBODY,
    ) -> None:
        """Write a row of the log."""
        self.events.append((self.env.now, amount, key, actor, visit, reason, kind, stage))

    def worked(self, seat: int, hours: float) -> At:
        """The end of a rep's work that begins now."""
        before, first, opens, closes = self.tables.clock
        return At(self.env, rules.finish(before, first, opens, closes, self.env.now, hours, self.share[seat], 0.0, 0.0))

    def source(self) -> Process:
        """Leads come, each a process of its own."""
        t, env, stream = self.tables, self.env, self.stream
        come = arrivals(t, stream)
        for time, key, channel in come[["time", "key", "channel"]].tolist():
            yield At(env, time)
            segment = rules.category(stream, key, SEGMENT, self.segments[channel])
            product = rules.category(stream, key, PRODUCT, t.product_mix)
            fit = rules.fits(stream, key, self.fit_share[channel])
            self.entities.append((key, time, NOBODY, NOBODY, channel, segment, product, EntityType.LEAD))
            self.note(Kind.CAPTURED, key, 0)
            env.process(self.lead(Lead(key, channel, segment, product, fit, self.intent[channel])))

    def lead(self, lead: Lead) -> Process:
        """From capture to acceptance, or out."""
        t, env, stream, key, channel = self.tables, self.env, self.stream, lead.key, lead.channel
        for n, law in enumerate(self.steps):
            yield env.timeout(rules.delay(stream, key, STEP, n, t.laws, t.knots, law))
        lead.score = rules.points(
            stream,
            key,
            t.score_separation,
            t.score_intent,
            lead.fit,
            lead.intent,
            t.laws,
            t.knots,
            self.score_law[channel],
        )
        ready = rules.qualifies(stream, key, self.mql[channel], lead.score, t.score_threshold)
        recycled = 0
        left = NURTURED | {rules.LOST_INTEREST: t.nurture.decay_reason}
        while True:
            if not ready:
                lead.visit += 1
                self.note(Kind.NURTURE_ENTER, key, lead.visit)
                hazard = t.ready_good if lead.fit else t.ready_bad
                days, how = rules.nurture(
                    stream, key, lead.visit, hazard, t.unsubscribe, t.nurture.decay, t.release_after
                )
                if days > 0.0:
                    yield env.timeout(days)
                lead.intent -= t.intent_decay * days
                self.note(Kind.NURTURE_EXIT, key, lead.visit, reason=left[how])
                if how != rules.READY:
                    return self.note(Kind.WITHDRAWN, key, lead.visit, reason=left[how])
            self.note(Kind.MQL, key, lead.visit)
            law = t.handoff.delay_law
            days = rules.delay(stream, key, HANDOFF_DELAY, use(lead.visit, 0), t.laws, t.knots, law)
            if days > 0.0:
                yield env.timeout(days)
            reason = yield from self.develop(lead, days)
            if reason == 0:
                return (yield from self.opportunity(lead))
            back = recycled < t.handoff.recycles and self.happens(RECYCLE, lead, t.handoff.recycle_share)
            if reason in (NO_ATTEMPT, LOST_IN_TRANSIT) or not back:
                return self.note(Kind.WITHDRAWN, key, lead.visit, reason=reason)
            self.note(Kind.RECYCLED, key, lead.visit, reason=reason)
            ready = False
            recycled += 1

    def happens(self, what: Purpose, lead: Lead, share: float) -> bool:
        """Whether what happens to a share of leads on a visit happens to this one."""
        return uniform(self.stream, lead.key, int(what), use(lead.visit, 0)) < share

    def develop(self, lead: Lead, days: float) -> Generator[simpy.Event, Any, int]:
        """The SDRs' part, some days after it became an MQL; returns why the lead goes back, 0 if it is accepted."""
        t, env, stream, key, visit = self.tables, self.env, self.stream, lead.key, lead.visit
        priority = -lead.score if t.sdr_discipline == BY_SCORE else 0.0
        handed_off = env.now
        self.note(Kind.HANDED_OFF, key, visit)
        if self.happens(TRANSIT, lead, t.handoff.transit_loss):
            return LOST_IN_TRANSIT
        patience = env.timeout(rules.delay(stream, key, SDR_PATIENCE, use(visit, 0), t.laws, t.knots, t.sdr_patience))
        m = 1.0
        for n in range(len(t.contact)):
            with self.sdr.request(priority) as turn:
                if n == 0:
                    yield turn | patience
                    if not turn.triggered:
                        self.note(Kind.WENT_COLD, key, visit, reason=NO_ATTEMPT)
                        return NO_ATTEMPT
                    h = t.handoff
                    waited = (env.now - handed_off + days) * 24.0
                    m = speed_to_lead(waited, h.speed_curve, h.speed_exponent, h.speed_scale)
                else:
                    yield turn
                seat = self.sdr.free.popleft()
                self.note(Kind.ATTEMPT, key, visit, seat)
                reached, hours = rules.attempt(
                    stream, key, visit, n, t.contact, m, t.laws, t.knots, t.attempt_law, t.conversation_law,
                    t.people.sdr_coding,
                )  # fmt: skip
                yield self.worked(seat, hours)
                self.note(Kind.TASK_END, key, visit, seat, amount=hours)
                self.sdr.free.append(seat)
            if reached:
                self.note(Kind.CONVERSATION, key, visit, seat)
                chance = t.accept_good if lead.fit else t.accept_bad
                accepted = rules.accepts(
                    stream, key, visit, self.sql[lead.channel], chance, m, t.accept_intent, lead.intent, 1.0
                )
                if accepted:
                    self.note(Kind.ACCEPTED, key, visit, seat)
                    return 0
                u = uniform(stream, key, int(REASON), use(visit, 0))
                which = int(np.searchsorted(t.handoff.rejections[int(lead.fit)], u, side="right"))
                reason = int(t.handoff.rejection_reason[which])
                self.note(Kind.REJECTED, key, visit, seat, reason)
                return reason
            if n + 1 < len(t.contact):
                before, first, opens, closes = t.clock
                yield At(env, rules.due(before, first, opens, closes, env.now, t.spacing))
        self.note(Kind.REJECTED, key, visit, reason=UNREACHED)
        return UNREACHED

    def opportunity(self, lead: Lead) -> Process:
        """From an accepted lead to a lost or won deal, which becomes a customer."""
        t, env, stream, segment = self.tables, self.env, self.stream, lead.segment
        key = child_key(lead.key, OPPORTUNITY, 0)
        laws = (t.channel_value[lead.channel], t.product_value[lead.product], t.segment_value[segment])
        law = next(law for law in laws if law >= 0)
        amount = rules.value(stream, key, t.laws, t.knots, law, t.prices.price[lead.product])
        labels = (lead.channel, segment, lead.product)
        self.entities.append((key, env.now, lead.key, NOBODY, *labels, EntityType.OPPORTUNITY))
        self.note(Kind.OPENED, key, 0, amount=amount)
        actor = NOBODY
        stage = visit = 0
        while stage < len(self.late):
            late = self.late[stage]
            self.note(Kind.STAGE_ENTER, key, visit, actor, stage=stage)
            eta = self.stage_logit[stage] + self.segment_logit[segment] + (0.0 if lead.fit else t.bad_fit_logit)
            effort = rules.delay(stream, key, STAGE_EFFORT, use(visit, 0), t.laws, t.knots, self.effort_law[stage])
            effort = effort * self.segment_effort[segment] + t.people.ae_coding
            priority = -lead.score if self.by_score else -stage if self.by_stage else 0
            entered = env.now
            reason = -1
            if not late:
                reason, days = self.way_out(key, stage, visit, eta, segment)
                due = entered + days
                leaves = env.timeout(days)
            with self.ae.request(priority) as turn:
                # A buyer who will be lost waits for nobody's work; one who will advance waits until it is done.
                yield turn if reason < 0 else turn | leaves
                if turn.triggered:
                    actor = self.ae.free.popleft()
                    begun = env.now
                    self.note(Kind.TASK_START, key, visit, actor)
                    work = self.worked(actor, effort)
                    yield work if reason < 0 else work | leaves
                    self.note(
                        Kind.TASK_END,
                        key,
                        visit,
                        actor,
                        amount=effort if work.processed else self.done(actor, begun),
                    )
                    self.ae.free.append(actor)
            delay = env.now - entered
            if late:
                reason, days = self.way_out(key, stage, visit, eta, segment)
            else:
                if not leaves.processed:
                    yield leaves
                delay = env.now - due
            if reason == ADVANCES and not rules.survives(stream, key, visit, eta, self.penalty[stage], delay):
                return self.note(Kind.LOST, key, visit, actor, STALLED, amount, stage)
            if late and days > 0.0:
                yield env.timeout(days)
            if reason >= 0:
                return self.note(Kind.LOST, key, visit, actor, reason, amount, stage)
            if reason != ADVANCES:
                self.note(Kind.REWORKED, key, visit, actor, stage=stage)
            stage = stage + 1 if reason == ADVANCES else BACK - reason
            visit += 1
        self.note(Kind.WON, key, visit, actor, NOBODY, amount, len(self.late) - 1)
        customer = child_key(key, CUSTOMER, 0)
        self.entities.append((customer, env.now, key, actor, *labels, EntityType.CUSTOMER))
        order = child_key(customer, ORDER, 0)
        self.entities.append((order, env.now, customer, actor, *labels, EntityType.ORDER))
        term = 0
        while True:
            yield env.timeout(t.term)
            if not rules.renews(stream, customer, term, t.renewal_logit + (t.renewal_fit if lead.fit else 0.0)):
                return self.note(Kind.CHURNED, customer, term, amount=amount)
            self.note(Kind.RENEWED, customer, term, amount=amount)
            term += 1

    def way_out(self, key: int, stage: int, visit: int, eta: float, segment: int) -> tuple[int, float]:
        """Why a stage is left (or that the buyer advances or goes back), and after how many days."""
        t = self.tables
        cause, days = rules.resolve(
            self.stream,
            key,
            visit,
            eta,
            self.first[stage],
            self.first[stage + 1],
            t.cause_share,
            t.cause_law,
            t.laws,
            t.knots,
            self.segment_time[segment],
        )
        return self.reason[cause], days

    def done(self, seat: int, begun: float) -> float:
        """Hours of a task that was broken off now."""
        before, first, opens, closes = self.tables.clock
        return rules.effort_done(before, first, opens, closes, begun, self.env.now, self.share[seat], 0.0, 0.0)
