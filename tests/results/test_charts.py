"""Charts of a run made by hand: their data on paper."""

import json
import math

import numpy as np
import pytest
from handmade import CHANNELS, EVIL, runs, tables

from results.headline import monthly
from results.matrix import matrix
from results.report.charts import (
    Chart,
    bookings_by_month,
    bookings_of_runs,
    channel_returns,
    even_tenths,
    funnel_steps,
    heat_map,
    record_in_band,
    shares_by_age,
)


def data(chart: Chart, width: int = 700) -> list[list[dict]]:
    """Every list of values of a spec, outermost first."""
    spec = chart.draw(width)
    json.dumps(spec, allow_nan=False)
    return [part["data"]["values"] for part in (spec, *spec["layer"]) if "data" in part]


def test_bars_count_runs_and_none_is_on_both_sides_of_the_target():
    # Four values, so at most 2 x sqrt(4) = 4 bars: (900 - 300) k / 4 = 150 k, rounded up to 200 k. Edges from the
    # target of 600 k: 200, 400, 600, 800, 1000 k; each bar holds one run, and two of them reach the target.
    values = runs().of("bookings")
    bars, lines, *_ = (lists := data(bookings_of_runs(values, [("p50", 600e3)], 600e3, "USD")))
    assert lists[2] == lines
    assert sorted((bar["from"], bar["to"], bar["runs"], bar["reach"]) for bar in bars) == [
        (200e3, 400e3, 1, "fall short"),
        (400e3, 600e3, 1, "fall short"),
        (600e3, 800e3, 1, "reach it"),
        (800e3, 1000e3, 1, "reach it"),
    ]
    assert lines == [{"at": 600e3, "name": "p50"}]
    assert lists[-1] == [{"at": 600e3, "name": "target 600,000"}]


@pytest.mark.parametrize("values", [[5.0], [0.0, 0.0], [1e7] * 3, [-2.0, -1.0], [3.0, 3.0 + 1e-9]])
@pytest.mark.parametrize("target", [None, 0.0, 4.0])
def test_every_run_is_in_one_bar(values, target):
    bars = data(bookings_of_runs(np.array(values), [("p50", values[0])], target, "USD"))[0]
    assert sum(bar["runs"] for bar in bars) == len(values)
    assert len({bar["from"] for bar in bars}) <= 20


def test_months_have_their_percentiles():
    # January: 100, 200, 300, 400 thousand: p50 250; p10 at 0.3 of the way from the first to the second.
    first, second = data(bookings_by_month(monthly(runs()), "USD"))[0]
    assert first == pytest.approx({"month": "2027-01", "p10": 130e3, "p50": 250e3, "p90": 370e3})
    assert second["month"] == "2027-02"


def test_a_funnel_s_labels_hold_count_and_rate():
    steps = [("Leads", 100.0, math.nan, ""), ("MQLs", 40.0, 0.4, "of leads")]
    values = data(funnel_steps(steps))[0]
    assert [(one["short"], one["long"]) for one in values] == [
        ("100", "100"),
        ("40.0 (40.0%)", "40.0 (40.0% of leads)"),
    ]


def test_the_map_has_a_cell_where_something_is_lost():
    lost = matrix(tables().leakage, ["presentation", "close"])
    assert lost.causes == ("price", EVIL, "released")
    assert lost.points == ("nurture", "presentation", "close")
    assert lost.revenue == ((0.0, 5000.0, 3000.0), (0.0, 0.0, 4000.0), (1000.0, 0.0, 0.0))
    assert (lost.by_cause, lost.by_point, lost.whole) == ((8000, 4000, 1000), (1000, 5000, 7000), 13000)
    assert (lost.good_fit, lost.bad_fit) == (9750, 3250)
    cells = data(heat_map(lost, "USD"))[0]
    assert [(cell["cause"], cell["point"], cell["words"], cell["dark"]) for cell in cells] == [
        ("price", "presentation", "5,000", True),
        ("price", "close", "3,000", True),
        (EVIL, "close", "4,000", True),
        ("released", "nurture", "1,000", False),
    ]


def test_channels_stand_by_place_and_those_without_a_return_are_left_out():
    values = data(channel_returns(tables().details.of_channels("program_roi"), "Programme ROI", "(none)"))[0]
    assert [(one["channel"], one["mean"], one["p10"], one["hi95"]) for one in values] == [
        ("1. events", 2.0, 1.5, 2.1),
        (f"2. {CHANNELS[0]}", 0.5, 0.0, 0.6),
    ]


def test_a_record_outside_its_band_is_told_from_one_inside():
    rows = [("2026-01", 5.0, 4.0, 6.0, 9.0), ("2026-02", 10.0, 4.0, 6.0, 9.0)]
    chart = record_in_band("past-wins", rows, "Wins")
    (values,) = data(chart)
    assert [one["where"] for one in values] == ["inside", "outside"]
    assert chart.words == "Wins: recorded in 2 months, 1 of them inside the band; outside: 2026-02 10 against 4 to 9."


def test_shares_by_age_name_each_curve_at_its_end():
    ages, shares = np.array([0.0, 10.0]), np.array([0.0, 0.25])
    lines, points, names = data(
        shares_by_age("ends", {"won": (ages, shares)}, {"won": (ages[1:], shares[1:])}, "share")
    )
    assert [len(lines), len(points)] == [2, 1]
    assert names == [{"which": "won", "age": 10.0, "share": 0.25}]


def test_tenths_stand_beside_the_even_count():
    bars, line = data(even_tenths("weekly", [1, 3], "weeks"))
    assert bars == [{"tenth": "1", "cases": 1}, {"tenth": "2", "cases": 3}]
    assert line == [{"even": 2.0}]
