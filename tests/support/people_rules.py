"""What must hold of reps as persons in any log, from the rows, the draws and the formulas of the background page."""

import math

from happenings import Happenings, Row

from sim.draws import Purpose, turn, uniform
from sim.laws.outcomes import sigmoid, speed_to_lead
from sim.log import NOBODY, Kind


def everybody_comes_and_goes_on_his_day(run: Happenings) -> None:
    """HIRED and LEFT are the persons' first and last days, as far as the run reaches."""
    seats = run.tables.seats
    for kind, days in ((Kind.HIRED, seats.hired), (Kind.LEFT, seats.left)):
        found = sorted((row.actor, row.time) for row in run.of_kind(kind))
        assert found == [(person, day) for person, day in enumerate(days.tolist()) if day < run.ends]


def finished(run: Happenings, person: int, at: Row) -> int | None:
    """Tasks that a person had finished when a row was written; none where rows of one instant do not tell."""
    ends = run.ends_of[person]
    before = sum(end.time < at.time for end in ends)
    now = [end for end in ends if end.time == at.time]
    if not now:
        return before
    if len(now) > 1 or any(work.seat == person and work.begins == at.time == work.ends for work in run.work):
        return None
    return before + 1


def contact_is_by_skill(run: Happenings) -> int:
    """An attempt reaches its lead iff its number is below the odds of the curve times m e^ability."""
    seen = 0
    for (kind, entity, visit), tries in run.by.items():
        if kind != Kind.ATTEMPT:
            continue
        handed = run.of(Kind.HANDED_OFF, entity, visit)[0]
        first = run.at(tries[0].time).handoff
        hours = (tries[0].time - handed.time) * 24.0
        m = speed_to_lead(hours, first.speed_curve, first.speed_exponent, first.speed_scale)
        over = run.of(Kind.CONVERSATION, entity, visit) or run.of(Kind.REJECTED, entity, visit)
        for k, row in enumerate(tries):
            t = run.at(row.time)
            n = finished(run, row.actor, row)
            if n is None or (k + 1 == len(tries) and not over):
                continue
            ability = t.seat_skill[row.actor] + t.people.sdr_learning * math.log1p(n)
            chance = float(t.contact[min(k, len(t.contact) - 1)])
            odds = chance / (1 - chance) * m * math.exp(ability) if chance < 1 else math.inf
            number = uniform(run.stream, run.key[entity], int(Purpose.CONTACT), turn(visit, k))
            p = odds / (1 + odds) if chance < 1 else 1.0
            if abs(number - p) < 1e-9:
                continue
            reached = k + 1 == len(tries) and bool(run.of(Kind.CONVERSATION, entity, visit))
            assert reached == (number < p), (row, n, number, p)
            seen += bool(ability)
    return seen


def advancing_is_by_skill(run: Happenings) -> int:
    """A stage is lost by a cause iff its number is above sigma(eta), eta with the skill of whoever sells."""
    seen = 0
    stalled = run.log.names.reasons.index("stalled")
    segments = run.log.entities.segment
    for entered in run.of_kind(Kind.STAGE_ENTER):
        entity, visit, stage = entered.entity, entered.visit, entered.stage
        if run.parent[entity] == NOBODY:
            continue
        base, row = run.at(entered.time), entered
        if base.stage_late[stage]:
            ends = [end for end in run.of(Kind.TASK_END, entity, visit) if (end.actor, end.time) not in run.paused_at]
            if not ends:
                continue
            row = ends[0]
        lost = [each for each in run.of(Kind.LOST, entity, visit) if each.reason != stalled]
        passed = run.of(Kind.STAGE_ENTER, entity, visit + 1) or run.of(Kind.WON, entity, visit + 1)
        passed = passed or [each for each in run.of(Kind.LOST, entity, visit) if each.reason == stalled]
        t, ability = run.at(row.time), 0.0
        causes = t.stage_first[stage + 1] - t.stage_first[stage]
        if not (lost or passed) or causes < 2:
            continue
        if row.actor != NOBODY:
            n = finished(run, row.actor, row)
            if n is None:
                continue
            ability = t.seat_skill[row.actor] + t.people.ae_learning * math.log1p(n)
        eta = base.stage_logit[stage] + base.segment_logit[segments[entity]]
        eta += (0.0 if run.fit[entity] else base.bad_fit_logit) + ability
        number = uniform(run.stream, run.key[entity], int(Purpose.CAUSE), turn(visit, 0))
        p = sigmoid(float(eta))
        if abs(number - p) < 1e-9:
            continue
        assert bool(passed) == (number < p), (entered, ability, number, p)
        seen += bool(ability)
    return seen
