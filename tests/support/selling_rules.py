"""What must hold of a sale in any log: the order of its stages."""

from happenings import Happenings

from sim.laws.selling import BACK
from sim.log import Kind


def stages_follow_each_other(run: Happenings) -> int:
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
