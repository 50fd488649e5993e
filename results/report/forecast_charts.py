"""Charts of forecasts beside what happened: by cut-off, the share that intervals held, and errors beside others'."""

import datetime as dt
import math
from collections.abc import Sequence
from functools import partial

from results.numerals import number
from results.report.drawing import (
    AMOUNT,
    BLUE,
    DARK,
    GAP,
    LETTER,
    NARROW,
    ORANGE,
    SKY,
    Chart,
    Spec,
    headroom,
    money_axis,
    names_axis,
    spec,
)

__all__ = ["forecast_beside_fact", "intervals_held", "ratios_to"]


def forecast_beside_fact(
    name: str,
    rows: Sequence[tuple[str, float, float, float, float]],
    other: tuple[str, Sequence[tuple[str, float, float, float]]] | None,
    method: str,
    what: str,
) -> Chart:
    """What a method said at each cut-off: (date, actual, low, median, high), and another method's (date, low, median,
    high), its name first. What happened is marked on the first one's band, as a diamond where outside."""
    values: list[Spec] = [
        {"day": day, "actual": actual, "low": low, "middle": middle, "high": high,
         "where": "inside" if low <= actual <= high else "outside"}
        for day, actual, low, middle, high in rows
    ]  # fmt: skip
    inside = sum(one["where"] == "inside" for one in values)
    first, last = values[0], values[-1]
    words = (
        f"{what} after each cut-off from {first['day']} to {last['day']}: {method}'s interval holds {inside} of "
        f"{len(values)}. First {_said(first['actual'])} against {_said(first['low'])} to {_said(first['high'])}, "
        f"last {_said(last['actual'])} against {_said(last['low'])} to {_said(last['high'])}."
    )
    theirs: list[Spec] = [
        {"day": day, "low": low, "middle": middle, "high": high}
        for day, low, middle, high in (other[1] if other is not None else ())
    ]
    return Chart(name, words, partial(_draw_forecast, values, theirs, what))


def _draw_forecast(values: list[Spec], theirs: list[Spec], what: str, width: int) -> Spec:
    form, letters = ("%Y-%m-%d", 10) if width > 600 else ("%m-%d", 5)
    wide = LETTER * letters
    ticks = _some([one["day"] for one in values], int((width - 2 * AMOUNT) / (wide + GAP)))
    x = {"field": "day", "type": "temporal", "title": "cut-off", "scale": {"type": "utc", "padding": wide / 2},
         "axis": {"format": form, "grid": False, "labelFlush": False, "labelOverlap": False,
                  "values": [_milliseconds(day) for day in ticks]}}  # fmt: skip
    top = max(max(one["high"], one.get("actual", 0.0)) for one in (*values, *theirs))
    y = {"type": "quantitative", "scale": headroom(top), "title": what,
         "axis": {**money_axis(width), "tickMinStep": 1, "minExtent": AMOUNT}}  # fmt: skip
    band = {"type": "area", "color": SKY, "opacity": 0.6} if len(values) > 1 else {
        "type": "rule", "color": SKY, "strokeWidth": 8}  # fmt: skip
    edge = {"type": "line", "color": ORANGE, "strokeWidth": 1, "strokeDash": [2, 3]}
    layer: list[Spec] = [
        {"data": {"values": values}, "mark": band,
         "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}},
        *(
            {"data": {"values": theirs}, "mark": {**edge, **more},
             "encoding": {"x": x, "y": {**y, "field": field}}}
            for field, more in (("low", {}), ("middle", {"strokeWidth": 1.5, "strokeDash": [6, 3]}), ("high", {}))
            if theirs
        ),
        {"data": {"values": values}, "mark": {"type": "line", "color": BLUE, "strokeWidth": 2},
         "encoding": {"x": x, "y": {**y, "field": "middle"}}},
        {"data": {"values": values}, "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1, "color": DARK},
         "encoding": {"x": x, "y": {**y, "field": "actual"},
                      "shape": {"field": "where", "type": "nominal", "legend": None,
                                "scale": {"domain": ["inside", "outside"], "range": ["circle", "diamond"]}}}},
    ]  # fmt: skip
    return spec(width, 230, {"layer": layer})


def _some(days: Sequence[str], most: int) -> list[str]:
    """Every day, or every second, ... from the first on, so that there are not more than that."""
    return list(days[:: -(-len(days) // max(most, 2))])


def _milliseconds(day: str) -> int:
    """Since 1970, as a browser counts."""
    return 86_400_000 * (dt.date.fromisoformat(day) - dt.date(1970, 1, 1)).days


def _said(value: float) -> str:
    """A whole number without decimals."""
    return number(value, size=100.0 if value == round(value) else None)


_SIZES = (30, 120, 300)
"""Areas of rings in square pixels: those of one place lie around each other."""


def intervals_held(name: str, methods: Sequence[tuple[str, Sequence[tuple[float, float]]]]) -> Chart:
    """By method, (level, share held) of its central intervals, beside what they should hold."""
    values: list[Spec] = [
        {"method": method.replace("_", " "), "level": f"{100 * level:.0f}", "held": held, "due": level, "size": size}
        for method, its in methods
        for (level, held), size in zip(its, _SIZES, strict=False)
    ]
    said = "; ".join(
        f"{method} " + ", ".join(f"{number(held, 'share')} at {number(level, 'share')}" for level, held in its)
        for method, its in methods
    )
    return Chart(name, f"How often intervals held what happened: {said}.", partial(_draw_held, values))


def _draw_held(values: list[Spec], width: int) -> Spec:
    y = {"field": "method", "type": "nominal", "sort": None, "title": None,
         "axis": names_axis(width, (one["method"] for one in values))}  # fmt: skip
    what = "share held" if width < NARROW else "share of forecasts whose interval held what happened"
    x = {"type": "quantitative", "title": what,
         "scale": {"domain": [0, 1], "padding": 14, "nice": False},
         "axis": {"format": ".0%", "tickCount": 6, "grid": False}}  # fmt: skip
    levels = list(dict.fromkeys(one["level"] for one in values))
    pairs = dict.fromkeys((one["due"], one["level"]) for one in values)
    due: list[Spec] = [{"due": value, "level": level} for value, level in pairs]
    colours = [DARK, BLUE, ORANGE][: len(levels)]
    colour = {"field": "level", "type": "nominal", "legend": None, "scale": {"domain": levels, "range": colours}}
    return spec(width, {"step": 26}, {
        "layer": [
            {"data": {"values": due}, "mark": {"type": "rule", "strokeDash": [4, 3]},
             "encoding": {"x": {**x, "field": "due"}, "color": colour}},
            {"data": {"values": values}, "mark": {"type": "point", "filled": False, "strokeWidth": 1.8, "opacity": 1},
             "encoding": {"y": y, "x": {**x, "field": "held"},
                          "size": {"field": "size", "type": "quantitative", "scale": None},
                          "color": colour}},
            {"data": {"values": due}, "mark": {"type": "text", "baseline": "bottom", "fontWeight": "bold"},
             "encoding": {"x": {**x, "field": "due"}, "y": {"value": -4}, "text": {"field": "level"},
                          "color": colour}},
        ],
    })  # fmt: skip


def ratios_to(name: str, rows: Sequence[tuple[str, float, float, float]], what: str) -> Chart:
    """By name, (ratio, low, high) on a logarithmic scale with a line at one; ends that are not known are NaN."""
    values: list[Spec] = [
        {"of": of.replace("_", " "), "ratio": ratio,
         "low": low if math.isfinite(low) else ratio, "high": high if math.isfinite(high) else ratio}
        for of, ratio, low, high in rows
        if ratio > 0
    ]  # fmt: skip
    said = "; ".join(
        f"{of} {ratio:.2f}" + (f" ({low:.2f} to {high:.2f})" if math.isfinite(low) else "")
        for of, ratio, low, high in rows
    )
    return Chart(name, f"{what}: {said}.", partial(_draw_ratios, values, what))


def _draw_ratios(values: list[Spec], what: str, width: int) -> Spec:
    y = {"field": "of", "type": "nominal", "sort": None, "title": None,
         "axis": names_axis(width, (one["of"] for one in values))}  # fmt: skip
    ends = [one[end] for one in values for end in ("low", "high")] + [1.0]
    shown = [at for at in (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0) if min(ends) / 2 <= at <= 2 * max(ends)]
    x = {"type": "quantitative", "title": what,
         "scale": {"type": "log", "domain": [min(ends) / 1.1, max(ends) * 1.1], "nice": False},
         "axis": {"values": shown, "format": "~g"}}  # fmt: skip
    return spec(width, {"step": 26}, {
        "layer": [
            {"data": {"values": [{"one": 1}]}, "mark": {"type": "rule", "color": "#777777"},
             "encoding": {"x": {**x, "field": "one"}}},
            {"data": {"values": values}, "mark": {"type": "rule", "strokeWidth": 2.5, "color": DARK},
             "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}}},
            {"data": {"values": values}, "mark": {"type": "point", "filled": True, "size": 70, "color": BLUE,
                                                 "opacity": 1},
             "encoding": {"y": y, "x": {**x, "field": "ratio"}}},
        ],
    })  # fmt: skip
