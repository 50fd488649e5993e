"""Run sets: from logs to tidy numbers, what they warn of, and their frames."""

import gc
import pickle
import weakref

import numpy as np
import pytest

from results.metrics.catalogue import measure
from results.runset import MONTHLY, Measures, gather
from sim.errors import InputError


@pytest.fixture
def runset(company, story):
    """Two replications: the company, and one in which nothing was handed off."""
    empty = story(ends=200.0)
    empty.lead(1.0)
    measures = Measures.of()
    return gather(
        [measures(company.log()), measures(empty.log())], measures,
        scenario="base", seed=7, engine="simpy", draw=[0, 0], draws_available=100, warnings=["said before"],
    )  # fmt: skip


def test_values_are_those_of_the_metrics(runset, company):
    found = measure(company.log())
    assert dict(zip(runset.metrics, runset.values[0], strict=True)) == pytest.approx(found, nan_ok=True)
    assert runset.of("leads").tolist() == [5, 1]
    assert runset.of_month("leads").tolist() == [[2, 2, 1], [1, 0, 0]]
    assert runset.months == ("2027-01", "2027-02", "2027-03")
    assert runset.estimate("leads").mean == 3


def test_what_is_not_defined_or_too_young_is_said_once(runset):
    said = "\n".join(runset.warnings)
    assert said.startswith("said before\n")
    assert "win_rate is not defined in 1 of 2 replications: there are none of its opportunities closed" in said
    assert "lead_to_customer_rate leaves out 50% of its cohort" in said
    assert said.count("lead_to_customer_rate is not defined") == 1
    assert not any(warning.startswith(("leads ", "bookings ")) for warning in runset.warnings)


def test_the_frame_is_one_row_per_replication_and_metric(runset):
    frame = runset.to_frame()
    assert list(frame) == ["replication", "draw", "metric", "value"]
    assert len(frame) == 2 * 30
    wide = frame.pivot(index="replication", columns="metric", values="value")
    assert wide["leads"].tolist() == [5, 1]
    monthly = runset.monthly_frame()
    assert list(monthly) == ["replication", "draw", "metric", "month", "value"]
    chosen = monthly[(monthly.metric == "leads") & (monthly.month == "2027-02")]
    assert chosen.value.tolist() == [2, 0]
    assert len(monthly) == 2 * len(MONTHLY) * 3


def test_a_reducer_and_its_result_travel(company):
    measures = pickle.loads(pickle.dumps(Measures.of(["leads", "cac"], ["leads"])))
    measured = pickle.loads(pickle.dumps(measures(company.log())))
    assert measured.values.tolist() == [5, 1175]
    assert measured.monthly.tolist() == [[2, 2, 1]]


def test_an_unknown_metric_is_refused():
    with pytest.raises(InputError, match="did you mean leads"):
        Measures.of(["leeds"])


def test_without_draws_the_column_says_none(company):
    measures = Measures.of(["leads"], [])
    runs = gather([measures(company.log())], measures, scenario="base", seed=1, engine="simpy")
    assert runs.draw.tolist() == [-1]
    assert runs.monthly.shape == (1, 0, 3)
    assert np.isnan(runs.estimate("leads").se)


def test_nothing_but_what_was_measured_outlives_a_replication(company):
    """A worker holds one log at a time: none is left once it is measured, nor does anything of it travel."""
    measures, log = Measures.of(), company.log()
    left = weakref.ref(log)
    gc.disable()
    try:
        measured = measures(log)
        del log
        assert left() is None
    finally:
        gc.enable()
    assert len(pickle.dumps(measured)) < 10_000
