"""Lost buyers who are asked why: a keyed sample, what it costs, what it tells; nothing that happens changes."""

import math
from typing import Any

import numpy as np
import pytest

from results.metrics.catalogue import measure
from sim.asked import asked
from sim.funnel import Funnel
from sim.log import Account, Kind, Log
from sim.plan import Plan
from sim.run import simulate

Starter = tuple[Funnel, Plan]


def with_terms(plan: Plan, **terms: Any) -> Plan:
    return Plan.model_validate(plan.model_dump(by_alias=True) | terms)


def surveyed(starter: Starter, root: Any = None, months: int = 36, **survey: Any) -> Log:
    funnel, plan = starter
    long = with_terms(plan, months=months)
    before = None if root == "alike" else with_terms(long, lost_survey=root)
    return simulate(funnel, with_terms(long, lost_survey=survey), root=before, seed=11)


def rows(log: Log) -> Any:
    assert log.terms.asking is not None
    return asked(log.terms.asking, log.events, log.entities, log.window.ends)


def test_who_is_asked_is_a_sample_that_costs_what_it_costs(starter: Starter) -> None:
    """Of the losses that a survey came after, `share` within four standard errors; `response` of these answer."""
    log = surveyed(starter, share=0.4, response=0.6, cost=25, every=30)
    found, events = rows(log), log.events
    lost = (events.kind == Kind.LOST) & ~log.entities.to_customers[events.entity]
    reached = lost & (events.time >= 0.0) & (30.0 * (np.floor(events.time / 30.0) + 1.0) < log.window.ends)
    count = int(reached.sum())
    assert count > 500
    assert len(found.row) / count == pytest.approx(0.4, abs=4 * math.sqrt(0.24 / count))
    assert found.answers.mean() == pytest.approx(0.6, abs=4 * math.sqrt(0.24 / len(found.row)))
    assert set(found.row.tolist()) <= set(np.flatnonzero(reached).tolist())
    # The next day that is a multiple of thirty, and the buyer is asked after he was lost.
    assert (found.day % 30.0 == 0.0).all()
    waited = found.day - events.time[found.row]
    assert ((waited > 0.0) & (waited <= 30.0)).all()
    lines = log.ledger.account == Account.LOST_SURVEYS
    assert log.ledger.amount[lines].tolist() == [25.0] * len(found.row)
    assert sorted(log.ledger.time[lines].tolist()) == sorted(found.day.tolist())
    assert sorted(log.ledger.entity[lines].tolist()) == sorted(events.entity[found.row].tolist())


def test_it_changes_nothing_that_happens(starter: Starter) -> None:
    funnel, plan = starter
    without = simulate(funnel, plan, seed=11)
    log = surveyed(starter, months=plan.months, share=1, cost=25)
    for name, column in without.events.columns().items():
        np.testing.assert_array_equal(log.events.columns()[name], column)
    others = log.ledger.account != Account.LOST_SURVEYS
    for name, column in without.ledger.columns().items():
        np.testing.assert_array_equal(log.ledger.columns()[name][others], column)
    nobody = simulate(funnel, with_terms(plan, lost_survey={"share": 0}), root=plan, seed=11)
    assert nobody.digest() == without.digest()


def test_who_is_asked_of_few_is_asked_of_many_and_the_run_in_has_its_own_terms(starter: Starter) -> None:
    few, many = (surveyed(starter, share=share) for share in (0.1, 0.3))
    assert few.terms.asking is not None
    assert set(rows(few).row.tolist()) < set(rows(many).row.tolist())
    assert (few.events.time[rows(few).row] >= 0.0).all()
    before = surveyed(starter, {"share": 1, "every": 40, "cost": 7}, share=0.1)
    found, time = rows(before), before.events.time
    early = time[found.row] < 0.0
    assert early.any()
    assert (found.day[early] % 40.0 == 0.0).all()
    assert (found.day[early] <= 0.0).all()
    assert set(found.row[~early].tolist()) == set(rows(few).row.tolist())
    lines = before.ledger.account == Account.LOST_SURVEYS
    paid = before.ledger.amount[lines]
    assert (paid == 7.0).sum() == early.sum()
    assert (paid == 20.0).sum() == (~early).sum()


def test_answers_err_less_the_more_are_asked_and_help_where_codes_are_wrong(starter: Starter) -> None:
    """Mean errors over replications: of codes the bias, of a small sample its error, of everybody none but for those
    lost after the last survey; codes and answers together err less than either."""
    funnel, plan = starter
    names = ("coded_cause_error", "surveyed_cause_error", "combined_cause_error")

    def errors(share: float) -> list[float]:
        terms: Any = {"reporting": {"coded": 0.8, "accuracy": 0.5}, "lost_survey": {"share": share, "response": 0.5}}
        asks = with_terms(plan, **terms)
        found = [measure(simulate(funnel, asks, root=plan, replication=r), names) for r in range(30)]
        return [float(np.mean([each[name] for each in found])) for name in names]

    some, all_of_them = errors(0.2), errors(1.0)
    print(some, all_of_them)
    assert some[0] == all_of_them[0]
    assert all_of_them[1] < 0.6 * some[1]
    assert some[2] < min(some[:2])
    assert all_of_them[2] < some[2]


@pytest.mark.parametrize("field", ["share", "response"])
def test_both_engines_ask_the_same(starter: Starter, field: str) -> None:
    funnel, plan = starter
    asks = with_terms(plan, lost_survey={field: 0.9})
    ours, theirs = (simulate(funnel, asks, engine=name) for name in ("simpy", "compiled"))
    assert ours.digest() == theirs.digest()
    assert (ours.ledger.account == Account.LOST_SURVEYS).any()
