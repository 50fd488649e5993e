"""The headline and the months of a run, as data."""

import json

import pytest

from results.headline import headline, monthly, run_json
from results.runset import Measures, gather


@pytest.fixture
def runset(company, story):
    other = story()
    for time in (1.0, 2.0, 3.0):
        other.lead(time)
    measures = Measures.of(["leads", "bookings", "win_rate"], ["leads", "bookings"])
    return gather(
        [measures(company.log()), measures(other.log())], measures, scenario="base", seed=7, engine="simpy"
    )  # fmt: skip


def test_headline_rows(runset):
    leads, bookings, win_rate = headline(runset)
    assert (leads.metric, leads.name, leads.unit) == ("leads", "Leads", "leads")
    # Values 5 and 3: mean 4, sd sqrt(2), se 1; percentiles between them.
    assert (leads.mean, leads.sd, leads.se) == pytest.approx((4, 2**0.5, 1))
    assert (leads.p10, leads.p50, leads.p90) == pytest.approx((3.2, 4, 4.8))
    assert bookings.unit == "USD"
    assert (win_rate.mean, win_rate.undefined) == (pytest.approx(2 / 3), 1)


def test_monthly_rows(runset):
    rows = monthly(runset, "bookings")
    assert [(row.month, row.mean) for row in rows] == [("2027-01", 250), ("2027-02", 500), ("2027-03", 0)]
    assert rows[0].p90 == pytest.approx(450)


def test_json_is_strict_and_has_the_shape_of_the_contract(runset):
    record = json.loads(json.dumps(run_json(runset, run="abc", seconds=3.1), allow_nan=False))
    assert list(record) == [
        "run", "scenario", "seed", "replications", "engine", "seconds", "metrics", "by_month", "warnings",
    ]  # fmt: skip
    assert list(record["metrics"]["bookings"]) == ["unit", "mean", "sd", "se", "p10", "p50", "p90"]
    assert record["metrics"]["win_rate"]["se"] is None
    assert list(record["by_month"]["bookings"][0]) == ["month", "mean", "p10", "p50", "p90"]
