"""What must hold of judgement in any log: how stays in nurture end, who is ready, whom sales accepts."""

import math
from collections import Counter
from dataclasses import replace

import pytest
from behaviour_rules import has_profile, scores_are_those_of_the_plan, used
from happenings import NEVER, Happenings, Row
from touch_rules import realised, warmth

from sim import rules
from sim.draws import Purpose, turn, uniform
from sim.laws.outcomes import OLDROYD
from sim.log import NOBODY, Kind


def stays_end_by_the_first_hazard(run: Happenings) -> Counter[str]:
    """A stay ends when the first of readiness, unsubscribing and losing interest would have come, or is cut off before;
    which of them it is has the odds of their hazards. A use of an asset may come before. Returns how often each way was
    taken."""
    counts: Counter[str] = Counter()
    for entered in run.of_kind(Kind.NURTURE_ENTER):
        stayed = run.tables.horizon.begins - entered.time if run.past(entered) else 0.0
        t, key = run.at(entered.time), run.key[entered.entity]
        hazards = {
            "ready": t.ready_good if run.fit[entered.entity] else t.ready_bad,
            "unsubscribed": t.unsubscribe,
            "lost_interest": t.nurture.decay,
        }
        if not has_profile(run, entered.entity, entered.time):
            hazards["ready"] = 0.0
        when, which = (
            uniform(run.stream, key, int(purpose), turn(entered.visit, 0))
            for purpose in (Purpose.NURTURE_TIME, Purpose.NURTURE_CAUSE)
        )
        total = sum(hazards.values())
        days = -math.log(1.0 - when) / total if total > 0.0 else NEVER
        how, below = "", 0.0
        for name, hazard in hazards.items():
            below += hazard
            how = how or (name if which * total < below else "")
        # Hazards know nothing of what is past.
        keep, entered = worth_keeping(run, entered) - stayed, replace(entered, time=entered.time + stayed)
        if keep <= 0.0 or days >= keep:
            how, days = "released", max(keep, 0.0)
        by_use = used(run, entered, entered.time + days)
        if math.isnan(by_use) or not (by_use == NEVER or scores_are_those_of_the_plan(run)):
            continue
        counts["by use"] += by_use < run.ends
        how, days = ("ready", by_use - entered.time) if by_use < NEVER else (how, days)
        left = run.of(Kind.NURTURE_EXIT, entered.entity, entered.visit)
        if entered.time + days >= run.ends:
            assert not left
            continue
        assert left[0].time == pytest.approx(entered.time + days, abs=1e-9)
        assert run.log.names.reasons[left[0].reason] == how
        counts[how] += 1
    return counts


def worth_keeping(run: Happenings, entered: Row) -> float:
    """Days for which a lead in nurture is kept: as the plan says, or by steps as long as it is worth its touches."""
    t, channel = run.at(entered.time), int(run.log.entities.channel[entered.entity])
    if not t.nurture.by_value or t.release_after <= 0.0:
        return t.release_after
    if not has_profile(run, entered.entity, entered.time):
        return 0.0
    good = float(t.channel_fit[channel])
    if t.channel_score[channel] < 0 and 0.0 < good < 1.0:
        score, w, d = run.scores[entered.entity], t.score_intent, t.score_separation
        spread = math.sqrt(1.0 + (w / 2.0) ** 2)
        middle = w * t.channel_intent[channel]
        likely = [math.exp(-0.5 * ((score - middle - shift) / spread) ** 2) for shift in (0.0, d)]
        good = good * likely[1] / (good * likely[1] + (1.0 - good) * likely[0])

    def gains(age: float) -> bool:
        weights = (1.0 - good) * math.exp(-t.ready_bad * age), good * math.exp(-t.ready_good * age)
        values = t.nurture.gain_bad[channel], t.nurture.gain_good[channel]
        total = sum(weights)
        # Those whose hazards are so large that none is left are told apart by the smaller hazard.
        if total <= 0.0:
            return bool(values[0 if t.ready_bad < t.ready_good else 1] > t.nurture.touch_cost)
        return bool(sum(w * v for w, v in zip(weights, values, strict=True)) / total > t.nurture.touch_cost)

    low, high = 0.0, t.release_after
    if not gains(low):
        return 0.0
    if gains(high):
        return high
    # Ages are many orders of magnitude apart where hazards are.
    while low < (middle := 0.5 * (low + high)) < high:
        low, high = (middle, high) if gains(middle) else (low, middle)
    return high


def arrival(run: Happenings, qualified: Row) -> float:
    """When an MQL comes to sales development."""
    if run.past(qualified):
        return run.of(Kind.HANDED_OFF, qualified.entity, qualified.visit)[0].time
    t, key, purpose = run.at(qualified.time), run.key[qualified.entity], int(Purpose.HANDOFF_DELAY)
    days = rules.delay(run.stream, key, purpose, turn(qualified.visit, 0), t.laws, t.knots, t.handoff.delay_law)
    return float(qualified.time + days) if days > 0.0 else qualified.time


def handoffs_are_as_late_as_the_plan_says(run: Happenings) -> int:
    """An MQL is handed off, held or sent outside as long after it became one as was drawn; returns how many late."""
    late = 0
    for row in run.of_kind(Kind.MQL):
        if run.past(row):
            continue
        when, code = arrival(run, row), (row.entity, row.visit)
        kinds = (Kind.HELD, Kind.HANDED_OFF, Kind.OVERFLOWED)
        went = [each.time for kind in kinds for each in run.of(kind, *code)]
        assert [min(went)] == [when] if when < run.ends else not went
        late += row.time < when < run.ends
    return late


def sees(run: Happenings, entity: int, time: float) -> bool:
    """Sales' view of a lead's fit."""
    t, key = run.at(time), run.key[entity]
    shared, anew = (uniform(run.stream, key, int(Purpose.VIEW), use) for use in range(2))
    if shared < t.buyers.agreement:
        return run.fit[entity]
    return bool(anew < t.channel_fit[run.log.entities.channel[entity]])


def sales_judges_what_it_sees(run: Happenings) -> Counter[str]:
    """Whom sales has talked to is written down as ready if budget, authority and intent say so, and accepted by that or
    by sales' view of its fit. Returns how often each."""
    counts: Counter[str] = Counter()
    truth, rates = run.log.truth, realised(run)
    assert truth is not None
    place = {entity: k for k, entity in enumerate(truth.entity.tolist())}
    for row in run.of_kind(Kind.CONVERSATION):
        t, b, key, code = run.at(row.time), run.at(row.time).buyers, run.key[row.entity], (row.entity, row.visit)
        k, intent = place[row.entity], _intent(run, row.entity, row.visit, float(truth.intent[place[row.entity]]))
        if run.at(row.time).touch.warms or run.at(run.created[row.entity]).touch.warms:
            intent += warmth(run, rates, row.entity, row.time)
            intent -= warmth(run, rates, row.entity, run.created[row.entity])
        can = True
        if run.at(run.created[row.entity]).buyers.asks:
            can = bool(truth.budget[k] and truth.authority[k])
            born, good = run.at(run.created[row.entity]).buyers, int(run.fit[row.entity])
            for has, share, what in (
                (truth.budget[k], born.has_budget[good], Purpose.BUDGET),
                (truth.authority[k], born.has_authority[good], Purpose.AUTHORITY),
            ):
                assert has == (uniform(run.stream, key, int(what), 0) < share)
        if abs(intent - b.ready_intent) < 1e-9:
            continue
        ready = can and intent > b.ready_intent
        said = [(each.time, each.actor) for each in run.of(Kind.SALES_READY, *code)]
        assert said == [(row.time, row.actor)] * (b.asks and ready)
        counts["ready"] += len(said)
        channel = int(run.log.entities.channel[row.entity])
        chance = float(t.channel_sql[channel])
        if b.by_readiness:
            chance = float(ready)
        elif math.isnan(chance):
            q = t.accept_good if sees(run, row.entity, row.time) else t.accept_bad
            odds = q / (1 - q) * math.sqrt(cooled(run, *code)) * math.exp(t.accept_intent * intent)
            chance = odds / (1 + odds)
        chance *= t.overflow.external_quality if row.actor == NOBODY else 1.0
        u = uniform(run.stream, key, int(Purpose.ACCEPT), turn(row.visit, 0))
        if abs(u - chance) > 1e-9:
            assert bool(run.of(Kind.ACCEPTED, *code)) == (u < chance)
            counts["by readiness" if b.by_readiness else "by judgement"] += 1
    return counts


def _intent(run: Happenings, entity: int, visit: int, captured: float) -> float:
    """A lead's intent in a visit: what it was captured with, less what nurture and being held have taken."""
    for each in range(visit + 1):
        handed = run.of(Kind.HANDED_OFF, entity, each)
        ended = {Kind.NURTURE_ENTER: run.of(Kind.NURTURE_EXIT, entity, each), Kind.HELD: handed}
        for begins, ends in ended.items():
            for begun, end in zip(run.of(begins, entity, each), ends, strict=False):
                captured -= run.at(end.time).intent_decay * (end.time - begun.time)
    return captured


def cooled(run: Happenings, entity: int, visit: int) -> float:
    """m(t), t being the civil hours from the MQL to the first attempt, or to the provider's, but for time held."""
    sent = run.of(Kind.OVERFLOWED, entity, visit)
    begun = sent or run.of(Kind.HANDED_OFF, entity, visit)
    tried = run.of(Kind.CONVERSATION if sent else Kind.ATTEMPT, entity, visit)
    h = run.at(begun[0].time if sent else tried[0].time).handoff
    (qualified,) = run.of(Kind.MQL, entity, visit)
    delayed = arrival(run, qualified) - qualified.time
    hours = (tried[0].time - begun[0].time + delayed) * 24 / h.speed_scale
    if h.speed_curve == OLDROYD:
        return float(0.98582157 * math.exp(-hours / 0.46144523) + 0.01417843 * (1 + hours) ** -0.24881196)
    return float((1 + hours) ** -h.speed_exponent)
