"""The headline, the months and the leaks of a run, as data."""

import json

import numpy as np
import pytest

from results.headline import headline, leakage, losses, monthly, run_json
from results.runset import Measures, gather
from sim.log import Kind


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


def test_leaks_of_the_company(company):
    lost = losses(company.log())
    assert dict(zip(lost.points, lost.counts.tolist(), strict=True)) == {
        ("lead", "sales development", "cold"): 1,
        ("lead", "nurture", "unsubscribed"): 1,
        ("opportunity", "close", "price"): 1,
    }
    assert lost.values[-1] == 2000


def test_a_lead_is_lost_at_the_last_step_it_reached(story):
    made = story()
    steps = (Kind.NURTURE_ENTER, Kind.HANDED_OFF, Kind.ACCEPTED)
    for path in ((), (0,), (0, 1), (0, 1, 2), (1, 0), (1,)):
        lead = made.lead(1.0)
        for n, step in enumerate(path):
            made.say(2.0 + n, steps[step], lead)
        made.say(20.0, Kind.WITHDRAWN, lead, reason="cold")
    late = made.lead(1.0)
    made.say(91.0, Kind.WITHDRAWN, late, reason="cold")
    lost = losses(made.log())
    assert dict(zip(lost.points, lost.counts.tolist(), strict=True)) == {
        ("lead", "capture", "cold"): 1,
        ("lead", "nurture", "cold"): 2,
        ("lead", "sales development", "cold"): 2,
        ("lead", "waiting for an AE", "cold"): 1,
    }


def test_leaks_over_replications_count_absence_as_none(company, story):
    nothing = story()
    nothing.lead(1.0)
    rows = leakage([losses(company.log()), losses(nothing.log())], np.array([-1, -1]))
    assert [(row.what, row.count) for row in rows] == [("lead", 0.5), ("lead", 0.5), ("opportunity", 0.5)]
    assert rows[-1].value == 1000
    assert np.isnan(rows[0].value)
    assert leakage([losses(nothing.log())], np.array([-1])) == ()
