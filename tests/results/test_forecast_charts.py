"""Charts of forecasts beside what happened: their data and their words, on paper."""

import datetime as dt
import json
from typing import Any

from results.report.drawing import Chart
from results.report.forecast_charts import forecast_beside_fact, intervals_held, ratios_to


def layers(chart: Chart, width: int = 700) -> list[list[dict[str, Any]]]:
    """The values of every layer."""
    spec = chart.draw(width)
    json.dumps(spec, allow_nan=False)
    return [layer["data"]["values"] for layer in spec["layer"]]


def test_what_happened_is_marked_inside_or_outside() -> None:
    rows = [("2026-01-05", 10.0, 8.0, 9.0, 10.0), ("2026-01-12", 11.0, 8.0, 9.0, 10.0)]
    chart = forecast_beside_fact("a", rows, ("naive", [(day, 1.0, 2.0, 3.0) for day, *_ in rows]), "leadflow", "wins")
    assert "leadflow's interval holds 1 of 2. First 10 against 8 to 10, last 11 against 8 to 10." in chart.words
    band, *theirs, line, facts = layers(chart)
    assert [one["where"] for one in facts] == ["inside", "outside"]
    assert len(theirs) == 3
    assert band == line == facts
    alone = forecast_beside_fact("a", rows[:1], None, "leadflow", "wins")
    assert len(layers(alone)) == 3


def test_the_axis_has_its_ticks_at_cut_offs() -> None:
    """Ten Mondays in 400 pixels: a label of five letters with its gap takes 45.5, so six have room: every second."""
    days = [f"{dt.date(2026, 1, 5) + dt.timedelta(weeks=week)}" for week in range(10)]
    spec = forecast_beside_fact("a", [(day, 1.0, 0.0, 1.0, 2.0) for day in days], None, "leadflow", "wins").draw(400)
    ticks = spec["layer"][0]["encoding"]["x"]["axis"]["values"]
    assert [f"{dt.datetime.fromtimestamp(at / 1000, dt.UTC):%Y-%m-%d}" for at in ticks] == days[::2]
    # The band's greatest end is 2: the axis ends above it.
    assert spec["layer"][0]["encoding"]["y"]["scale"]["domainMax"] > 2


def test_each_level_has_a_mark_and_a_line_where_it_should_lie() -> None:
    chart = intervals_held("b", [("leadflow", ((0.5, 0.25), (0.8, 1.0))), ("last_window", ((0.5, 0.5), (0.8, 0.75)))])
    due, held, names = layers(chart)
    assert due == names == [{"due": 0.5, "level": "50"}, {"due": 0.8, "level": "80"}]
    assert [(one["method"], one["level"], one["held"]) for one in held] == [
        ("leadflow", "50", 0.25), ("leadflow", "80", 1.0), ("last window", "50", 0.5), ("last window", "80", 0.75),
    ]  # fmt: skip
    assert "leadflow 25.0% at 50.0%" in chart.words


def test_a_ratio_without_an_interval_is_a_dot() -> None:
    nan = float("nan")
    chart = ratios_to("c", [("naive", 0.5, 0.25, 1.0), ("arima", 2.0, nan, nan)], "errors")
    assert chart.words == "errors: naive 0.50 (0.25 to 1.00); arima 2.00."
    _, _, dots = layers(chart)
    assert dots == [
        {"of": "naive", "ratio": 0.5, "low": 0.25, "high": 1.0},
        {"of": "arima", "ratio": 2.0, "low": 2.0, "high": 2.0},
    ]
