"""What must hold of a sale in any log: the order of its stages, the climate of the day, and the rhythm of closing."""

from typing import TYPE_CHECKING, NamedTuple

from sim.laws.selling import BACK
from sim.log import Kind
from sim.tables import Tables

if TYPE_CHECKING:
    from happenings import Happenings


class Day(NamedTuple):
    """What holds on a day, by stage."""

    row: int
    outlook: list[float]
    pace: list[float]
    ease: list[float]


def climate_at(t: Tables, time: float) -> Day:
    """The climate of the last spell that has begun."""
    climate = t.climate
    row = max(k for k, since in enumerate(climate.since.tolist()) if since <= time)
    return Day(row, climate.outlook[row].tolist(), climate.pace[row].tolist(), climate.ease[row].tolist())


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


def stages_follow_each_other(run: "Happenings") -> int:
    """After a stage comes the next one, or one to which its funnel sends back; returns how often that was."""
    seen = 0
    for row in run.of_kind(Kind.STAGE_ENTER):
        if row.visit == 0:
            assert row.stage == 0 or row.entity in run.at_start
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
