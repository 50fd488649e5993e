"""Whether a run-in is long enough: MSER-5 by hand, work under way lead by lead, and companies on either side."""

from pathlib import Path

import numpy as np
import pytest

from results.warm_up import REPLICATIONS, TOLERATED, longer_run_in, mser5, settling, too_short, under_way
from scenarios.batch import live, run_batch
from scenarios.company import load
from scenarios.scenario import Scenario
from sim.log import EntityType, Kind, Log

LIBRARY = Path(__file__).parents[2] / "scenarios" / "library"


def weeks(*batches: float) -> np.ndarray:
    """Each batch's mean, five times over, with something in it."""
    return np.array([each + wave for each in batches for wave in (-1.0, 2.0, 0.0, -2.0, 1.0)])


def test_mser5_by_hand() -> None:
    """Of the means 0, 10, 10, 12, 8, 10: sums of squares 91.33, 8, 8, 8 over 36, 25, 16, 9 are 2.54, .32, .5, .89."""
    assert mser5(weeks(0, 10, 10, 12, 8, 10)) == 5
    # 0, 5, 10, 12, 8, 10: 95.5 / 36 = 2.65, 28 / 25 = 1.12, 8 / 16 = .5, 8 / 9 = .89.
    assert mser5(weeks(0, 5, 10, 12, 8, 10)) == 10


def test_mser5_at_its_limits() -> None:
    assert mser5(weeks(3, 3, 3, 3)) == 0, "what is level from the beginning loses nothing"
    assert mser5(weeks(1, 2, 3, 4, 5, 6, 7)) == 15, "what never settles loses as much as it may: half"
    assert mser5(np.concatenate((weeks(0, 10, 10, 12, 8, 10), [500.0, 500.0, 500.0, 500.0]))) == 5, "what is over"
    assert mser5(np.zeros(4)) == 0
    assert mser5(np.zeros(0)) == 0


def scenario_of(name: str, run_in: int) -> Scenario:
    """A shipped company with another run-in."""
    found = load(LIBRARY / name).scenario("base")
    return found.replace(
        **{each: getattr(found, each).model_copy(update={"run_in": run_in}) for each in ("plan", "root")}
    )


def lead_by_lead(log: Log) -> list[int]:
    """Work under way at the end of each week of the run-in, by what each lead has last lived through."""
    events, entities = log.events, log.entities
    out: list[int] = []
    in_sales: set[int] = set()
    ends = log.window.begins + 7.0
    gone = (Kind.REJECTED, Kind.WENT_COLD, Kind.WITHDRAWN, Kind.RECYCLED, Kind.NEGLECTED)
    for time, kind, entity in zip(events.time.tolist(), events.kind.tolist(), events.entity.tolist(), strict=True):
        while time >= ends:
            out.append(len(in_sales))
            ends += 7.0
        if ends > 0.5:
            return out
        if kind in (Kind.HANDED_OFF, Kind.ACCEPTED):
            in_sales.add(entity)
        elif kind in (*gone, Kind.WON, Kind.LOST):
            in_sales.discard(entity)
        elif kind == Kind.OPENED:
            in_sales.discard(int(entities.parent[entity]))
            in_sales.add(entity)
    return out


@pytest.mark.parametrize("name", ["starter", "alder"])
def test_work_under_way_is_counted(name: str) -> None:
    log = live(scenario_of(name, 4), seed=3, replication=0)
    assert EntityType.OPPORTUNITY in log.entities.type
    found = under_way(log)
    assert len(found) == 17
    assert found.tolist() == lead_by_lead(log)
    assert found[-1] > found[0] > 0


def test_the_longer_run_in_is_that_of_the_root_in_a_calm_market() -> None:
    found = scenario_of("starter", 9)
    raised = found.plan.model_copy(update={"spend": {"content": 1e6}})
    stressed = found.replace(plan=raised, funnel=found.funnel.model_copy(update={"drift": 0.1}), calm=found.funnel)
    longer = longer_run_in(stressed)
    assert (longer.root.run_in, longer.plan.months, longer.plan.follow) == (24, 1, 0)
    assert longer.root.spend == longer.plan.spend == found.plan.spend
    assert longer.funnel.drift == found.funnel.drift
    assert longer_run_in(scenario_of("starter", 15)).root.run_in == 34
    assert under_way(live(longer, seed=1, replication=0)).shape == (104,)


@pytest.mark.parametrize("name", ["starter", "balanced"])
def test_far_too_short_and_long_enough(name: str) -> None:
    """What nine months suffice for is known to be too short with two: half of the work is missing then."""
    for run_in, enough in ((9, True), (2, False)):
        found = scenario_of(name, run_in)
        said = settling(run_batch(longer_run_in(found), REPLICATIONS, 1, under_way, workers=1), run_in)
        assert said.enough == enough
        assert said.missing == pytest.approx(0.1 if enough else 0.5, abs=0.07)
        assert 25 <= said.weeks <= 50
        assert (too_short(said, run_in) is None) == enough


def test_what_is_missing_by_hand() -> None:
    """Weeks 0-4 at 40, weeks 5-9 at 70, 100 from then on: ten weeks are dropped, and 60 % is missing after a month."""
    series = [np.repeat([40.0, 70.0, *[100.0 + wave] * 4, *[100.0 - wave] * 4], 5) for wave in (-2.0, 2.0, 1.0, -1.0)]
    found = settling(series, 1)
    assert (found.weeks, found.more, found.enough) == (10, False, False)
    assert found.missing == pytest.approx(0.6)
    assert too_short(found, 1) == (
        "the run-in of 1 month is too short: when it ends, 60% of the work that is usually under way is missing, so "
        "the plan's first months read low; from an empty start it takes 10 weeks (MSER-5): write `run_in: 3`, or start "
        "from the pipeline that is open (`open_pipeline`)"
    )
    assert settling(series, 3).enough, "the run-in is as long as what is dropped"


def test_a_little_may_be_missing_and_luck_is_allowed_for() -> None:
    level = np.repeat([100.0 * (1 - TOLERATED) + 1.0, *[100.0] * 9], 5)
    assert settling([level, level, level], 1).enough, "as much as is tolerated"
    lower = np.repeat([60.0, *[100.0] * 9], 5)
    assert not settling([lower, lower, lower], 1).enough
    lucky = np.repeat([160.0, *[100.0] * 9], 5)
    assert settling([lower, lower, lower, lucky], 1).enough, "it may have been luck"
