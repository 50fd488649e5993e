"""What reps report of why opportunities were lost: shares come back, nothing that happens changes."""

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from calibration.observe import observe
from sim.checks import check_pair
from sim.funnel import Funnel
from sim.log import NOBODY, Kind, Log
from sim.plan import Plan
from sim.reported import reported
from sim.run import simulate


def reports(plan: Plan, **reporting: float) -> Plan:
    return Plan.model_validate(plan.model_dump(by_alias=True) | {"reporting": reporting})


def told(starter: tuple[Funnel, Plan], **reporting: float) -> Log:
    funnel, plan = starter
    return simulate(funnel, reports(plan, **reporting), root=plan, seed=11)


def test_shares_of_coded_and_of_true_causes_come_back(starter: tuple[Funnel, Plan], tmp_path: Path) -> None:
    """Of what a CRM shows beside what the log holds: .8 and .9 within four standard errors, and wrong causes alike."""
    funnel, plan = starter
    long = Plan.model_validate(plan.model_dump(by_alias=True) | {"months": 36})
    log = simulate(funnel, reports(long, coded=0.8, accuracy=0.9), seed=11)
    observe(log, tmp_path)
    with (tmp_path / "opportunities.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["outcome"] == "lost"]
    lost = (log.events.kind == Kind.LOST) & (log.events.time < log.window.counted)
    true = {
        f"O{key & 0xFFFFFFFFFFFFFFFF:016x}": log.names.reasons[reason]
        for key, reason in zip(
            log.entities.key[log.events.entity[lost]].tolist(), log.events.reason[lost].tolist(), strict=True
        )
    }
    assert len(rows) == len(true) > 500
    coded = [row for row in rows if row["loss_reason"]]
    right = [row for row in coded if row["loss_reason"] == true[row["opportunity_id"]]]
    assert len(coded) / len(rows) == pytest.approx(0.8, abs=4 * math.sqrt(0.16 / len(rows)))
    assert len(right) / len(coded) == pytest.approx(0.9, abs=4 * math.sqrt(0.09 / len(coded)))
    causes = {"stalled", *(cause for stage in funnel.stages.values() for cause in stage.losses)}
    assert {row["loss_reason"] for row in coded} == causes


def test_another_cause_is_as_likely_as_another(starter: tuple[Funnel, Plan]) -> None:
    log = told(starter, accuracy=0.0)
    assert log.terms.coding is not None
    rows = np.flatnonzero((log.events.kind == Kind.LOST) & (log.events.time >= 0.0))
    before, after = log.events.reason[rows], reported(log)[rows]
    assert not (before == after).any()
    most = np.bincount(before).argmax()
    mine = after[before == most]
    share, count = 1 / (len(log.terms.coding.causes) - 1), len(mine)
    for cause in set(log.terms.coding.causes) - {most}:
        assert (mine == cause).mean() == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / count))


def test_reporting_changes_nothing_that_happens(starter: tuple[Funnel, Plan]) -> None:
    """The log is the same; by default so is what is reported; and what is known at .3 is known at .6, in the plan's
    months alone."""
    whole, few, more = told(starter), told(starter, coded=0.3), told(starter, coded=0.6)
    assert whole.digest() == few.digest() == more.digest()
    assert (reported(whole) == whole.events.reason).all()
    little, much = reported(few) != NOBODY, reported(more) != NOBODY
    assert (little <= much).all()
    assert little.sum() < much.sum()
    lost = whole.events.kind == Kind.LOST
    assert (reported(few) == whole.events.reason)[~lost | (whole.events.time < 0.0)].all()
    none = told(starter, coded=0.0)
    assert (reported(none)[lost & (whole.events.time >= 0.0)] == NOBODY).all()


def test_a_wrong_cause_needs_another_one(starter: tuple[Funnel, Plan]) -> None:
    funnel, plan = starter
    tree = funnel.model_dump(by_alias=True)
    for stage in tree["stages"].values():
        stage["losses"] = {"stalled": 1.0}
    wrong = reports(plan, accuracy=0.9)
    (problem,) = check_pair(Funnel.model_validate(tree), wrong)
    assert problem.where == "plan.reporting.accuracy"
    assert check_pair(funnel, wrong) == []
