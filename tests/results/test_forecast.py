"""The forecast's split by origin, by hand and as an identity on what the engine makes."""

import json

import numpy as np
import pytest

from results.forecast import ORIGINS, forecast, origins
from results.metrics.catalogue import by_month
from results.together import Together
from scenarios.batch import run_batch


def test_the_company_by_hand(company):
    """The orphan was open at the start, lead 0 in nurture (captured day -10, opened day 5); lead 3 is won too late."""
    found = origins(company.log())
    assert found.wins.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert found.bookings.tolist() == [[500, 0, 0], [0, 1000, 0], [0, 0, 0], [0, 0, 0]]


def test_leads_captured_after_the_start_are_not_yet_created(story):
    made = story()
    made.win(20.0, made.opportunity(10.0, 5.0, made.lead(0.0), 0), 7.0)
    made.win(89.0, made.opportunity(10.0, 5.0), 1.0)  # opened later, without a lead
    assert origins(made.log()).bookings.tolist() == [[0, 0, 0], [0, 0, 0], [7, 0, 1], [0, 0, 0]]
    made.win(3.0, made.opportunity(0.0, 4.0), 4.0)  # on the list, and new that day
    assert origins(made.log()).bookings.tolist() == [[4, 0, 0], [0, 0, 0], [7, 0, 1], [0, 0, 0]]
    made = story()
    made.win(20.0, made.opportunity(0.0, 5.0, made.lead(0.0), 0), 7.0)  # a lead of the first instant is new
    made.win(89.0, made.opportunity(10.0, 5.0), 1.0)
    assert origins(made.log()).bookings.tolist() == [[0, 0, 0], [0, 0, 0], [7, 0, 1], [0, 0, 0]]


def test_rows_over_replications(company, story):
    other = story()
    other.win(1.0, other.opportunity(-5.0, 100.0), 100.0)
    found = forecast([origins(company.log()), origins(other.log())], np.array([-1, -1]))
    assert found.of("bookings", "2027-01", "open").mean == 300
    total = found.of()
    assert (total.mean, total.p10, total.p50, total.p90) == pytest.approx((800, 240, 800, 1360))
    assert found.of("wins", "total", "in nurture").mean == 0.5
    for what in ("bookings", "wins"):
        for month in ("2027-01", "2027-02", "2027-03", "total"):
            parts = sum(found.of(what, month, origin).mean for origin in ORIGINS)
            assert parts == pytest.approx(found.of(what, month, "total").mean)
    record = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert len(record["bookings"]) == 5 * 4


def test_a_listed_start_knows_nothing_of_nurture(story):
    """What is not on the list is unknown and not zero; the whole is what the two other origins come to."""
    made = story()
    made.win(20.0, made.opportunity(10.0, 5.0, made.lead(0.0), 0), 7.0)
    made.win(1.0, made.opportunity(-5.0, 100.0), 100.0)
    found = forecast([origins(made.log())] * 2, np.array([-1, -1]), listed=True)
    assert np.isnan(found.of(origin="in nurture").mean)
    assert found.of().mean == found.of(origin="open").mean + found.of(origin="not yet created").mean == 107
    nurtured = [row for row in found.to_json()["wins"] if row["origin"] == "in nurture"]
    assert [row["p50"] for row in nurtured] == [None] * 4


def test_origins_add_up_to_the_bookings_of_the_engine(scenario):
    for split, months in run_batch(scenario, 2, 3, Together((origins, _bookings)), workers=1):
        np.testing.assert_allclose(split.bookings.sum(axis=0), months, rtol=1e-12)
        assert split.wins[1:].sum() > 0


def _bookings(log):
    return by_month(log, ["bookings"])["bookings"]
