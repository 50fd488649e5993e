"""What weekly and monthly snapshots of a known company say of how its deals end, against its exact records."""

import datetime as dt

import crm_exports
import numpy as np
import pytest

from calibration.history import History, read_history
from calibration.observe import observe
from calibration.quality import quality
from calibration.spells import deal_spells
from sim.plan import Plan
from sim.run import simulate

LAST = dt.date(2026, 12, 31)


@pytest.fixture(scope="module")
def exact(tmp_path_factory, starter):
    """Two years of the starter company: its files, and how they are read."""
    funnel, plan = starter
    years = {**plan.model_dump(by_alias=True), "start": "2025-01-01", "months": 24, "follow": 0}
    folder = tmp_path_factory.mktemp("exact")
    observe(simulate(funnel, Plan.model_validate(years), seed=11), folder)
    return crm_exports.tables_in(folder), read_history(folder, as_of=LAST)


def snapped(tables, folder, every: int, opened: bool) -> History:
    days = [LAST - dt.timedelta(days=step) for step in range(0, 850, every)]
    crm_exports.written(folder, crm_exports.snapshots(tables, days[::-1], opened))
    return read_history(folder, mapping=crm_exports.SNAPSHOTS, as_of=LAST)


def ends(history: History) -> dict[str, float]:
    """Wins, losses, mean days to either, and the share of older deals that were won by the age of 60 days."""
    whole = deal_spells(history).whole
    won, lost = whole.cause == 0, whole.cause == 1
    old = whole.start < -60
    return {
        "won": float(won.sum()), "lost": float(lost.sum()), "to_win": float(whole.age[won].mean()),
        "to_loss": float(whole.age[lost].mean()), "by_60": float((won & (whole.age <= 60))[old].mean()),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("every", "opened", "to_win", "to_loss"),
    [(7, True, 0.01, 0.02), (7, False, 0.02, 0.04), (30, True, 0.03, 0.06), (30, False, 0.07, 0.15)],
    ids=["weekly", "weekly, no openings", "monthly", "monthly, no openings"],
)
def test_how_deals_end_is_recovered(exact, tmp_path, every, opened, to_win, to_loss):
    """Deals that open and close between two snapshots are placed too long on average, as two times drawn at random lie
    a third of the interval apart: losses, which come early, look later the rarer the snapshots. The end of the interval
    in place of a random time would add 3.5 days to every age of weekly snapshots and 15 to that of monthly ones: 11 and
    47 % of the 32 days to a loss."""
    tables, generic = exact
    true, seen = ends(generic), ends(snapped(tables, tmp_path, every, opened))
    missing = len(generic.opportunities) - len(snapped(tables, tmp_path / "again", every, opened).opportunities)
    assert 0 <= missing <= (0 if opened else 5), "deals of the first snapshot"
    assert true["won"] - missing <= seen["won"] <= true["won"]
    assert true["lost"] - missing <= seen["lost"] <= true["lost"]
    assert abs(seen["to_win"] / true["to_win"] - 1.0) < to_win
    assert abs(seen["to_loss"] / true["to_loss"] - 1.0) < to_loss
    assert seen["by_60"] == pytest.approx(true["by_60"], abs=0.01 if every == 7 else 0.02)


def test_stages_come_back_from_weekly_snapshots_and_are_given_up_openly_in_monthly_ones(exact, tmp_path):
    tables, generic = exact
    true = deal_spells(generic)
    weekly = deal_spells(snapped(tables, tmp_path / "weekly", 7, True))
    assert weekly.stages == true.stages
    for mine, theirs in zip(weekly.spells, true.spells, strict=True):
        advanced = [float((spells.cause == 0).sum() / (spells.cause >= 0).sum()) for spells in (mine, theirs)]
        assert advanced[0] == pytest.approx(advanced[1], abs=0.02)
        stays = [float(spells.age[spells.cause == 0].mean()) for spells in (mine, theirs)]
        assert stays[0] == pytest.approx(stays[1], rel=0.05)
    monthly = snapped(tables, tmp_path / "monthly", 30, True)
    findings = quality(monthly, deal_spells(monthly))
    assert "few_stages" in {finding.what for finding in findings}


def test_one_more_row_moves_nothing_else(exact, tmp_path):
    tables, _ = exact
    days = [LAST - dt.timedelta(days=step) for step in range(0, 850, 30)][::-1]
    rows = crm_exports.snapshots(tables, days)
    more = {"snapshots.csv": [*rows["snapshots.csv"], rows["snapshots.csv"][-1] | {"deal": "another"}]}
    both = []
    for name, made in (("one", rows), ("two", more)):
        folder = crm_exports.written(tmp_path / name, made)
        deals = read_history(folder, mapping=crm_exports.SNAPSHOTS, as_of=LAST).opportunities
        kept = deals.id != "another"
        both.append((deals.id[kept].tolist(), deals.opened[kept].tolist(), deals.closed[kept]))
    assert both[0][:2] == both[1][:2]
    assert np.array_equal(both[0][2], both[1][2], equal_nan=True)
