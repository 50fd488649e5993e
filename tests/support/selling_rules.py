"""What must hold of a sale in any log: the order of its stages, the climate of the day, and the rhythm of closing."""

import math
from typing import TYPE_CHECKING, NamedTuple

import pytest

from sim import rules
from sim.draws import Purpose, turn, uniform
from sim.laws.selling import BACK
from sim.log import NOBODY, Kind
from sim.tables import Tables

if TYPE_CHECKING:
    from happenings import Happenings, Row


class Day(NamedTuple):
    """What holds on a day, by stage."""

    row: int
    outlook: list[float]
    pace: list[float]
    ease: list[float]


def lacks(run: "Happenings", entity: int) -> int:
    """What the buyer of an opportunity lacks: 2 for a budget and 1 for authority; nothing if he came unasked, or is a
    customer already."""
    if entity in run.to_customers:
        return 0
    who = entity if run.lead[entity] == NOBODY else run.lead[entity]
    t = run.at(run.created[who] if entity not in run.at_start else 0.0).buyers
    if not t.asks:
        return 0
    fit = int(run.fit[who])
    numbers = [uniform(run.stream, run.key[who], int(purpose), 0) for purpose in (Purpose.BUDGET, Purpose.AUTHORITY)]
    return 2 * (numbers[0] >= t.has_budget[fit]) + (numbers[1] >= t.has_authority[fit])


def climate_at(t: Tables, time: float, lacks: int = 0) -> Day:
    """The climate of the last spell that has begun, for a buyer who lacks nothing, or something."""
    climate = t.climate
    row = max(k for k, since in enumerate(climate.since.tolist()) if since <= time)
    outlook = climate.outlook[row * climate.kinds + lacks % climate.kinds]
    return Day(row, outlook.tolist(), climate.pace[row].tolist(), climate.ease[row].tolist())


def in_rhythm(t: Tables, since: float, days: float) -> float:
    """When a buyer in the last stage is ready: the area under the beats of the months from `since` on is `days`."""
    beats, edges = t.climate.beats.tolist(), t.climate.edges.tolist()
    if not beats:
        return since + days
    now = since
    for begins, ends, beat in zip(edges[:-1], edges[1:], beats, strict=True):
        if ends > now >= begins:
            if days <= (ends - now) * beat:
                return now + days / beat if days > 0.0 else now
            days -= (ends - now) * beat
            now = ends
    return now + days


def used(run: "Happenings", entered: "Row") -> list[float]:
    """What the materials that are used in a stage do to the log-odds, in the order of the funnel's assets."""
    sale = run.at(entered.time).sale
    key, visit, out = run.key[entered.entity], entered.visit, []
    for asset, effect in enumerate(sale.material_effect.tolist()):
        if (
            uniform(run.stream, key, int(Purpose.MATERIAL), turn(visit, asset))
            < sale.material_share[entered.stage, asset]
        ):
            out.append(effect)
    return out


def what_is_done_in_a_stage_is_written_down(run: "Happenings") -> int:
    """Materials and milestones are those drawn, meetings the hours of their share of the work, when that is done."""
    seen, names = 0, run.log.names.reasons
    for entered in run.of_kind(Kind.STAGE_ENTER):
        code, key = (entered.entity, entered.visit), run.key[entered.entity]
        if entered.visit == 0 and entered.entity in run.at_start:
            continue
        t = run.at(entered.time)
        rows = run.of(Kind.MATERIAL, *code)
        assert [each.time for each in rows] == [entered.time] * len(used(run, entered))
        assert {names[each.reason] for each in rows} <= {"deck", "demo"}
        ends = [end for end in run.of(Kind.TASK_END, *code) if (end.actor, end.time) not in run.paused_at]
        done = [end.time for end in ends if end in run.ends_of[end.actor]]
        for which, kind in enumerate((Kind.APPOINTMENT, Kind.RFP, Kind.PROPOSAL, Kind.PRESENTATION)):
            number = uniform(run.stream, key, int(Purpose.MILESTONE), turn(entered.visit, which))
            times = [entered.time] if which < 2 else done
            share = run.at(times[0]).sale.milestones[entered.stage, which] if times else 0.0
            assert [each.time for each in run.of(kind, *code)] == times * bool(number < share)
        meetings = run.of(Kind.MEETING, *code)
        assert {each.time for each in meetings} <= set(done)
        if meetings and run.tables.run_in is None:
            mean = float(t.sale.meetings[entered.stage])
            assert math.floor(mean) <= len(meetings) <= math.ceil(mean)
            law = (t.laws, t.knots, int(t.stage_effort[entered.stage]))
            hours = rules.delay(run.stream, key, int(Purpose.STAGE_EFFORT), turn(entered.visit, 0), *law)
            hours *= float(t.segment_effort[run.log.entities.segment[entered.entity]] * t.sale.facing[entered.stage])
            assert sum(each.amount for each in meetings) == pytest.approx(hours)
            seen += 1
    return seen


def the_opportunity_was_lost(run: "Happenings", back: "Row") -> bool:
    """A lead that was accepted returns because the opportunity that it became is lost at that instant, by a cause after
    which it may, and by the number drawn."""
    visit = (back.entity, back.visit)
    (deal,) = [deal for deal, accepted in run.accepted_for.items() if (accepted.entity, accepted.visit) == visit]
    (lost,) = [row for row in run.of_kind(Kind.LOST) if row.entity == deal]
    assert (lost.time, lost.reason) == (back.time, back.reason)
    number = uniform(run.stream, run.key[deal], int(Purpose.RECLAIM), turn(lost.visit, 0))
    assert number < run.at(back.time).sale.reclaim[lost.reason]
    return True


def stages_follow_each_other(run: "Happenings") -> int:
    """After a stage comes the next one, or one to which its funnel sends back; returns how often that was."""
    seen = 0
    for row in run.of_kind(Kind.STAGE_ENTER):
        if row.visit == 0:
            first = row.stage >= run.tables.sold if row.entity in run.to_customers else row.stage == 0
            assert first or row.entity in run.at_start
            continue
        (left,) = run.of(Kind.STAGE_ENTER, row.entity, row.visit - 1)
        back = run.of(Kind.REWORKED, row.entity, row.visit - 1)
        if not back:
            assert row.stage == left.stage + 1
            continue
        seen += 1
        assert [(each.time, each.stage, each.actor) for each in back] == [(row.time, left.stage, row.actor)]
        # What was drawn in the run-in may have been drawn by other causes.
        worlds = {id(world): world for world in (run.at(left.time), run.at(row.time))}
        causes = {
            int(world.cause_reason[cause])
            for world in worlds.values()
            for cause in range(world.stage_first[left.stage], world.stage_first[left.stage + 1])
            if world.cause_share[cause] > 0
        }
        assert BACK - row.stage in causes
    return seen
