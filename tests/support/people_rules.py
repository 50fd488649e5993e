"""What must hold of reps as persons in any log, from the rows, the draws and the formulas of the background page."""

import math
from itertools import pairwise

from happenings import NEVER, Happenings, Row
from judgement_rules import cooled
from selling_rules import climate_at, lacks, used
from touch_rules import attended, realised, warmth

from sim.draws import Purpose, turn, uniform
from sim.laws.outcomes import sigmoid
from sim.log import NOBODY, Kind
from sim.seats import AE


def everybody_comes_and_goes_on_his_day(run: Happenings) -> None:
    """HIRED and LEFT are the persons' first and last days, AWAY and BACK those of their leave, until the end."""
    seats = run.tables.seats
    everybody = range(len(seats.team))
    for kind, who, days in (
        (Kind.HIRED, everybody, seats.hired),
        (Kind.LEFT, everybody, seats.left),
        (Kind.AWAY, seats.away.tolist(), seats.away_from),
        (Kind.BACK, seats.away.tolist(), seats.away_until),
    ):
        found = sorted((row.actor, row.time) for row in run.of_kind(kind))
        assert found == [(person, day) for person, day in zip(who, days.tolist(), strict=True) if day < run.ends]


def nobody_works_or_is_given_work_while_away(run: Happenings) -> int:
    """No work reaches into a leave, and neither a lead nor a leaver's opportunity is given to somebody on leave."""
    seen = 0
    for work in run.work:
        for begin, end in run.away[work.seat]:
            assert work.ends <= begin or work.begins >= end or work.begins == work.ends == begin
        seen += any(work.ends == begin for begin, _ in run.away[work.seat])
    begun = {(row.actor, row.time) for row in run.of_kind(Kind.AWAY)}
    for row in run.of_kind(Kind.OPENED, Kind.REASSIGNED):
        if row.actor != NOBODY and row.time >= run.tables.horizon.begins:
            # At one instant a colleague may leave before he goes.
            at_once = row.kind == Kind.REASSIGNED and (row.actor, row.time) in begun
            assert at_once or not run.is_away(row.actor, row.time)
    return seen


def a_leavers_opportunities_lie_for_the_handover(run: Happenings) -> int:
    """They keep their owner until it is over; then, and at no other time, they pass to others."""
    seen, seats = 0, run.tables.seats
    due = {}
    for row in run.of_kind(Kind.LEFT):
        t = run.at(row.time)
        if seats.team[row.actor] == AE and not t.pooled:
            due[row.actor] = row.time + t.people.handover
    for entity, pieces in run.owners.items():
        ends = [*(time for time, _ in pieces[1:]), run.closed.get(entity, NEVER)]
        for (since, owner), until in zip(pieces, ends, strict=True):
            if owner in due:
                # A pool takes them over before.
                assert until <= due[owner] or due[owner] >= run.ends
                assert since <= float(seats.left[owner])
                seen += seats.left[owner] < until == due[owner]
    return seen


def passed_on(run: Happenings, entity: int, time: float) -> bool:
    """Whether an opportunity has changed hands, before a time, because its AE had left."""
    pieces = run.owners[entity]
    for (_, owner), (until, _) in pairwise(pieces):
        pooled_now = until == 0.0 and run.tables.pooled and not run.at(-1.0).pooled
        if owner != NOBODY and until < time and not pooled_now:
            return True
    return False


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
        m = cooled(run, entity, visit)
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
    # What is lost by these had advanced.
    late = {n for n, name in enumerate(run.log.names.reasons) if name in ("stalled", "churned")}
    rates = None
    segments = run.log.entities.segment
    for entered in run.of_kind(Kind.STAGE_ENTER):
        entity, visit, stage = entered.entity, entered.visit, entered.stage
        if run.parent[entity] == NOBODY or (entity in run.struck and run.of(Kind.LOST, entity, visit)):
            continue
        base, row = run.at(entered.time), entered
        if base.stage_late[stage]:
            ends = [end for end in run.of(Kind.TASK_END, entity, visit) if (end.actor, end.time) not in run.paused_at]
            if not ends:
                continue
            row = ends[0]
        lost = [each for each in run.of(Kind.LOST, entity, visit) if each.reason not in late]
        lost += run.of(Kind.REWORKED, entity, visit)
        passed = [] if lost else run.of(Kind.STAGE_ENTER, entity, visit + 1) or run.of(Kind.WON, entity, visit + 1)
        passed = passed or [each for each in run.of(Kind.LOST, entity, visit) if each.reason in late]
        t, ability = run.at(row.time), 0.0
        causes = t.stage_first[stage + 1] - t.stage_first[stage]
        if not (lost or passed) or causes < 2:
            continue
        # Whose it is sells it, even if work of a pool that was divided up was still in another's hands.
        actor = row.actor if row is entered or t.pooled else run.owner(entity, row.time)
        if actor != NOBODY:
            n = finished(run, actor, row)
            if n is None:
                continue
            ability = t.seat_skill[actor] + t.people.ae_learning * math.log1p(n)
        eta = base.stage_logit[stage] + base.segment_logit[segments[entity]]
        eta += sum(used(run, entered))
        eta += (0.0 if run.fit[entity] else base.bad_fit_logit) + ability
        eta += base.people.handover_logit * passed_on(run, entity, entered.time)
        last = stage == base.sold - 1
        eta += float(base.prices.closing[run.log.entities.product[entity]]) if last else 0.0
        eta += climate_at(t, row.time, lacks(run, entity)).outlook[stage]
        if base.touch.air_cover != 0.0 and run.lead[entity] != NOBODY:
            rates = realised(run) if rates is None else rates
            eta += base.touch.air_cover * warmth(run, rates, run.lead[entity], entered.time)
        eta += attended(run, entity, entered.time)
        number = uniform(run.stream, run.key[entity], int(Purpose.CAUSE), turn(visit, 0))
        p = sigmoid(float(eta))
        if abs(number - p) < 1e-9:
            continue
        assert bool(passed) == (number < p), (entered, ability, number, p)
        seen += bool(ability)
    return seen
