"""Charts of a report as Vega-Lite specs: each says in words what it shows, and draws itself at a width.

Colours are told apart without red and green (Okabe and Ito, Color Universal Design, https://jfly.uni-koeln.de/color/),
and no chart says by colour alone what it says. Names that users give are data, never fields or expressions.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

import numpy as np

from results.headline import MonthRow
from results.matrix import Matrix
from results.numerals import number
from results.parts import PartRow
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
    cut,
    headroom,
    money_axis,
    names_axis,
    spec,
)
from results.spans import Floats

__all__ = [
    "bookings_by_month",
    "bookings_of_runs",
    "channel_returns",
    "even_tenths",
    "funnel_steps",
    "heat_map",
    "record_in_band",
    "shares_by_age",
]


def bookings_of_runs(values: Floats, marks: Sequence[tuple[str, float]], target: float | None, currency: str) -> Chart:
    """How bookings spread over replications: (replications,) values, marked percentiles, and a target.

    The bars count replications in steps of a round amount; those that reach the target are dark.
    """
    edges = _edges(values, target)
    reached = values >= (-math.inf if target is None else target)
    counts = [np.histogram(values[its], edges)[0].tolist() for its in (reached, ~reached)]
    bars = [
        {"from": low, "to": high, "runs": count, "reach": reach}
        for reach, of in zip(("reach it", "fall short"), counts, strict=True)
        for low, high, count in zip(edges[:-1], edges[1:], of, strict=True)
        if count
    ]
    said = ", ".join(f"{name} {number(value)}" for name, value in marks)
    words = f"Histogram of bookings in {len(values)} replications, {currency}: {said}"
    if target is not None:
        words += f"; {int(reached.sum())} reach the target of {number(target)}"
    return Chart("bookings-of-runs", f"{words}.", partial(_draw_runs, bars, list(marks), target, currency))


def _edges(values: Floats, target: float | None) -> list[float]:
    """Edges of bars a round amount wide; the target is one, so that each bar is on one side of it.

    There are at most as many bars as twice the square root of the replications, and at most twenty. [choice]
    """
    low, high = float(values.min()), float(values.max())
    rough = max(high - low, 1e-3 * max(abs(high), 1.0)) / min(2 * math.sqrt(len(values)), 20)
    scale = 10.0 ** math.floor(math.log10(rough))
    step = scale * next(round_by for round_by in (1, 2, 2.5, 5, 10) if scale * round_by >= rough)
    start = 0.0 if target is None else target
    first, last = math.floor((low - start) / step), math.floor((high - start) / step) + 1
    return [start + step * place for place in range(first, last + 1)]


def _draw_runs(
    bars: list[Spec], marks: list[tuple[str, float]], target: float | None, currency: str, width: int
) -> Spec:
    x = {"type": "quantitative", "scale": {"zero": False, "nice": False}}
    lines = [{"at": value, "name": name} for name, value in marks if math.isfinite(value)]
    layer: list[Spec] = [
        {
            "data": {"values": bars},
            "mark": {"type": "bar", "stroke": "white", "strokeWidth": 0.5},
            "encoding": {
                "x": {**x, "field": "from", "bin": "binned", "title": f"Bookings, {currency}",
                      "axis": money_axis(width)},
                "x2": {"field": "to"},
                "y": {"field": "runs", "type": "quantitative", "title": "Replications", "stack": "zero",
                      "axis": {"tickMinStep": 1}},
                "color": {"field": "reach", "type": "nominal", "legend": None,
                          "scale": {"domain": ["reach it", "fall short"], "range": [BLUE, SKY]}},
            },
        },
        *_lines(lines, x, DARK, dash=[4, 3], above=8),
    ]  # fmt: skip
    if target is not None:
        name = f"target {number(target)}"
        layer += _lines([{"at": target, "name": name}], x, ORANGE, dash=[1, 0], above=22)
    return spec(width, 220, {"layer": layer})


def _lines(values: list[Spec], x: Spec, colour: str, dash: list[int], above: int) -> list[Spec]:
    """Upright lines with their names above the picture."""
    at = {**x, "field": "at"}
    return [
        {
            "data": {"values": values},
            "mark": {"type": "rule", "color": colour, "strokeWidth": 1.5, "strokeDash": dash},
            "encoding": {"x": at},
        },
        {
            "data": {"values": values},
            "mark": {"type": "text", "color": colour, "baseline": "bottom", "fontWeight": "bold"},
            "encoding": {"x": at, "y": {"value": 8 - above}, "text": {"field": "name"}},
        },
    ]


def bookings_by_month(rows: Sequence[MonthRow], currency: str) -> Chart:
    """Bookings by month: the median, and the band in which four runs of five lie."""
    values = [{"month": row.month, "p10": row.p10, "p50": row.p50, "p90": row.p90} for row in rows]
    first, last, most = rows[0], rows[-1], max(rows, key=lambda row: row.p50)
    words = (
        f"Bookings by month, {currency}: the median goes from {number(first.p50)} in {first.month} to "
        f"{number(last.p50)} in {last.month}; the most is {number(most.p50)} in {most.month}, "
        f"where four runs of five lie between {number(most.p10)} and {number(most.p90)}."
    )
    return Chart("bookings-by-month", words, partial(_draw_months, values, currency))


def _draw_months(values: list[Spec], currency: str, width: int) -> Spec:
    x = {"field": "month", "type": "temporal", "title": None, "scale": {"type": "utc"},
         "axis": {"format": "%Y-%m", "grid": False, "labelOverlap": "greedy", "labelFlush": False,
                  "tickCount": {"interval": "month", "step": max(1, math.ceil(len(values) * 80 / width))}}}  # fmt: skip
    y = {"type": "quantitative", "scale": {"zero": True, "nice": True}, "title": f"Bookings a month, {currency}",
         "axis": {**money_axis(width), "minExtent": AMOUNT}}  # fmt: skip
    return spec(width, 240, {
        "data": {"values": values},
        "layer": [
            # A single month has no area.
            {"mark": {"type": "area", "color": SKY, "opacity": 0.6} if len(values) > 1
             else {"type": "rule", "color": SKY, "strokeWidth": 8},
             "encoding": {"x": x, "y": {**y, "field": "p10"}, "y2": {"field": "p90"}}},
            {"mark": {"type": "line", "color": BLUE, "strokeWidth": 2.5,
                      "point": {"filled": True, "size": 36, "color": BLUE}},
             "encoding": {"x": x, "y": {**y, "field": "p50"}}},
        ],
    })  # fmt: skip


def record_in_band(
    name: str, rows: Sequence[tuple[str, float, float, float, float]], title: str, unit: str = ""
) -> Chart:
    """A measure by month: (month, recorded, p10, p50, p90), the record as marks on the band in which four runs of five
    lie. Marks outside it are diamonds."""
    values: list[Spec] = [
        {"month": month, "recorded": recorded, "p10": low, "p50": middle, "p90": high,
         "where": "inside" if low <= recorded <= high else "outside"}
        for month, recorded, low, middle, high in rows
    ]  # fmt: skip
    said = partial(number, unit=unit, size=None if unit else 100.0)  # counts are whole
    out = [
        f"{one['month']} {said(one['recorded'])} against {said(one['p10'])} to {said(one['p90'])}"
        for one in values
        if one["where"] == "outside"
    ]
    words = f"{title}: recorded in {len(values)} months, {len(values) - len(out)} of them inside the band"
    words += f"; outside: {', '.join(out)}." if out else "."
    return Chart(name, words, partial(_draw_band, values, title))


def _draw_band(values: list[Spec], title: str, width: int) -> Spec:
    top = max(max(one["p90"], one["recorded"]) for one in values)
    upright: Spec = {"labelAngle": -90, "minExtent": GAP + LETTER * len("2026-01")} if width < NARROW else {}
    x = {"field": "month", "type": "ordinal", "title": None,
         "axis": {"labelAngle": 0, "grid": False, "labelOverlap": False, **upright}}  # fmt: skip
    y = {"type": "quantitative", "scale": headroom(top), "title": title,
         "axis": {**money_axis(width), "tickMinStep": 1, "minExtent": AMOUNT}}  # fmt: skip
    return spec(width, 200, {
        "data": {"values": values},
        "encoding": {"x": x},
        "layer": [
            {"mark": {"type": "bar", "color": SKY, "opacity": 0.6, "width": {"band": 0.7}},
             "encoding": {"y": {**y, "field": "p10"}, "y2": {"field": "p90"}}},
            {"mark": {"type": "tick", "color": BLUE, "thickness": 2.5, "width": {"band": 0.7}},
             "encoding": {"y": {**y, "field": "p50"}}},
            {"mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
             "encoding": {"y": {**y, "field": "recorded"},
                          "shape": {"field": "where", "type": "nominal", "legend": None,
                                    "scale": {"domain": ["inside", "outside"], "range": ["circle", "diamond"]}},
                          "color": {"field": "where", "type": "nominal", "legend": None,
                                    "scale": {"domain": ["inside", "outside"], "range": [DARK, ORANGE]}}}},
        ],
    })  # fmt: skip


def even_tenths(name: str, counts: Sequence[int], what: str) -> Chart:
    """How many cases lie in each tenth of their laws, beside the even count."""
    even = sum(counts) / len(counts)
    values: list[Spec] = [{"tenth": f"{place}", "cases": count} for place, count in enumerate(counts, 1)]
    words = f"{what} in each tenth of their laws: {', '.join(map(str, counts))}; even would be {number(even)}."
    return Chart(name, words, partial(_draw_tenths, values, even, what))


def _draw_tenths(values: list[Spec], even: float, what: str, width: int) -> Spec:
    x = {"field": "tenth", "type": "ordinal", "sort": None, "title": "tenth of the law, from the least to the most",
         "axis": {"labelAngle": 0, "grid": False}}  # fmt: skip
    y = {"type": "quantitative", "title": what, "axis": {"tickMinStep": 1, "tickCount": 5, "minExtent": AMOUNT}}
    return spec(width, 160, {
        "layer": [
            {"data": {"values": values}, "mark": {"type": "bar", "color": SKY},
             "encoding": {"x": x, "y": {**y, "field": "cases"}}},
            {"data": {"values": [{"even": even}]},
             "mark": {"type": "rule", "color": DARK, "strokeWidth": 1.5, "strokeDash": [4, 3]},
             "encoding": {"y": {**y, "field": "even"}}},
        ],
    })  # fmt: skip


def shares_by_age(
    name: str, curves: Mapping[str, tuple[Floats, Floats]], marks: Mapping[str, tuple[Floats, Floats]], what: str
) -> Chart:
    """Shares that have happened by an age in days: curves of a fit and marks of an estimate, each by name as (ages,
    shares)."""
    ends = {which: (float(ages[-1]), float(shares[-1])) for which, (ages, shares) in curves.items()}
    said = "; ".join(f"{which} {number(share, 'share')} by {age:,.0f} days" for which, (age, share) in ends.items())
    lines, points = (
        [
            {"which": which, "age": age, "share": share}
            for which, (ages, shares) in of.items()
            for age, share in zip(ages.tolist(), shares.tolist(), strict=True)
        ]
        for of in (curves, marks)
    )
    return Chart(name, f"{what}: {said}.", partial(_draw_ages, lines, points, list(curves), what))


def _draw_ages(lines: list[Spec], points: list[Spec], names: list[str], what: str, width: int) -> Spec:
    x = {"field": "age", "type": "quantitative", "title": "age, days", "scale": {"nice": False},
         "axis": {"tickCount": max(3, width // 110), "grid": False}}  # fmt: skip
    y = {"field": "share", "type": "quantitative", "title": what, "scale": {"zero": True},
         "axis": {"format": ".0%", "tickCount": 5}}  # fmt: skip
    scale = {"domain": names, "range": [BLUE, ORANGE][: len(names)]}
    colour = {"field": "which", "type": "nominal", "legend": None, "scale": scale}
    shape = {**colour, "scale": {"domain": names, "range": ["circle", "diamond"][: len(names)]}}
    last = {one["which"]: one for one in lines}
    return spec(width, 240, {
        "layer": [
            {"data": {"values": lines}, "mark": {"type": "line", "strokeWidth": 2},
             "encoding": {"x": x, "y": y, "color": colour}},
            {"data": {"values": points}, "mark": {"type": "point", "filled": True, "size": 36, "opacity": 1},
             "encoding": {"x": x, "y": y, "color": colour, "shape": shape}},
            {"data": {"values": list(last.values())},
             "mark": {"type": "text", "align": "right", "baseline": "bottom", "dy": -6, "fontWeight": "bold"},
             "encoding": {"x": x, "y": y, "color": colour, "text": {"field": "which"}}},
        ],
    })  # fmt: skip


def funnel_steps(steps: Sequence[tuple[str, float, float, str]], unit: str = "leads") -> Chart:
    """The funnel's steps: (name, mean, rate from the step before or NaN, of what the rate is)."""
    most = max((mean for _, mean, _, _ in steps), default=0.0) or 1.0
    values: list[Spec] = []
    for name, mean, rate, of in steps:
        count, share = number(mean, unit), number(rate, "share")
        known = math.isfinite(rate)
        short, long = f"{count} ({share})", f"{count} ({share} {of})"
        values.append(
            {"step": name, "mean": mean, "short": short if known else count, "long": long if known else count}
        )
    words = "The funnel, means of the period: " + "; ".join(f"{one['step']} {one['long']}" for one in values) + "."
    return Chart("funnel", words, partial(_draw_funnel, values, most))


def _draw_funnel(values: list[Spec], most: float, width: int) -> Spec:
    y = {
        "field": "step",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": names_axis(width, (one["step"] for one in values)),
    }
    x = {"field": "mean", "type": "quantitative", "axis": None, "scale": {"domain": [0, 1.5 * most], "nice": False}}
    label = "short" if width < NARROW else "long"
    return spec(width, {"step": 34}, {
        "data": {"values": values},
        "encoding": {"y": y, "x": x},
        "layer": [
            {"mark": {"type": "bar", "color": BLUE, "height": {"band": 0.72}}},
            {"mark": {"type": "text", "align": "left", "dx": 6, "color": DARK},
             "encoding": {"text": {"field": label}}},
        ],
    })  # fmt: skip


def heat_map(lost: Matrix, currency: str) -> Chart:
    """Where and why revenue is lost: the darker, the more; cells say how much."""
    most = max((cell for row in lost.revenue for cell in row), default=0.0)
    values: list[Spec] = [
        {"cause": cause.replace("_", " "), "point": point, "lost": cell, "words": number(cell, currency, lost.whole),
         "dark": cell > 0.55 * most}
        for cause, row in zip(lost.causes, lost.revenue, strict=True)
        for point, cell in zip(lost.points, row, strict=True)
        if cell > 0
    ]  # fmt: skip
    top = sorted(values, key=lambda cell: -cell["lost"])[:3]
    said = "; ".join(f"{cell['cause']} at {cell['point']} {number(cell['lost'])}" for cell in top)
    words = f"Heat map of revenue lost by cause and point, {currency}. The most: {said}."
    causes = [cause.replace("_", " ") for cause in lost.causes]
    return Chart("leakage", words, partial(_draw_heat, values, causes, list(lost.points)))


def _draw_heat(values: list[Spec], causes: list[str], points: list[str], width: int) -> Spec:
    cell = (width - 150) / max(len(points), 1)
    roomy = width >= NARROW and cell >= 46
    names: Spec = (
        {"labelAngle": 0, "labelExpr": cut(int(cell / LETTER)), "labelLimit": 0, "domain": False, "ticks": False}
        if roomy
        else {"labelAngle": -90, **names_axis(width, points)}
    )
    x = {"field": "point", "type": "nominal", "title": None, "scale": {"domain": points},
         "axis": {"orient": "top", **names}}  # fmt: skip
    y = {
        "field": "cause",
        "type": "nominal",
        "title": None,
        "scale": {"domain": causes},
        "axis": names_axis(width, causes),
    }
    layer: list[Spec] = [{
        "mark": {"type": "rect", "stroke": "white", "strokeWidth": 2},
        "encoding": {"color": {"field": "lost", "type": "quantitative", "legend": None,
                               "scale": {"range": ["#EAF3FA", "#08407A"], "domainMin": 0}}},
    }]  # fmt: skip
    if roomy:
        layer.append({
            "mark": {"type": "text", "fontSize": 11},
            "encoding": {"text": {"field": "words"},
                         "color": {"condition": {"test": "datum.dark", "value": "white"}, "value": DARK}},
        })  # fmt: skip
    return spec(width, {"step": 26}, {"data": {"values": values}, "encoding": {"x": x, "y": y}, "layer": layer})


def channel_returns(rows: Iterable[PartRow], name: str, nameless: str) -> Chart:
    """A share-valued metric by channel, the best first: its mean with the 95 % interval, and where four runs of five
    lie. Channels of which it is not defined are left out."""
    known = sorted((row for row in rows if math.isfinite(row.mean)), key=_by_place)
    values: list[Spec] = [
        {"channel": f"{_rank(row)}. {row.part or nameless}", "mean": row.mean, "p10": row.p10, "p90": row.p90,
         # With one replication there is no interval.
         "lo95": row.lo95 if math.isfinite(row.lo95) else row.mean,
         "hi95": row.hi95 if math.isfinite(row.hi95) else row.mean}
        for row in known
    ]  # fmt: skip
    said = "; ".join(
        f"{one['channel']} {number(one['mean'], 'share')}, in four runs of five {number(one['p10'], 'share')} to "
        f"{number(one['p90'], 'share')}"
        for one in values
    )
    return Chart("channels", f"{name} by channel, the best first: {said}.", partial(_draw_channels, values, name))


def _rank(row: PartRow) -> int | str:
    return "-" if row.place is None else row.place.place


def _by_place(row: PartRow) -> tuple[float, str]:
    return (math.inf if row.place is None else row.place.place, row.part)


def _draw_channels(values: list[Spec], name: str, width: int) -> Spec:
    y = {
        "field": "channel",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": names_axis(width, (one["channel"] for one in values)),
    }
    x = {"type": "quantitative", "title": name, "scale": {"zero": True},
         "axis": {"format": ".0%", "tickCount": max(3, width // 110)}}  # fmt: skip

    def line(low: str, high: str, thick: float, colour: str) -> Spec:
        return {
            "mark": {"type": "rule", "strokeWidth": thick, "color": colour, "strokeCap": "round"},
            "encoding": {"x": {**x, "field": low}, "x2": {"field": high}},
        }

    return spec(width, {"step": 32}, {
        "data": {"values": values},
        "encoding": {"y": y},
        "layer": [
            {"data": {"values": [{"nothing": 0}]}, "mark": {"type": "rule", "color": "#777777"},
             "encoding": {"x": {**x, "field": "nothing"}, "y": {}}},
            line("p10", "p90", 6, SKY),
            line("lo95", "hi95", 2.5, DARK),
            {"mark": {"type": "point", "filled": True, "size": 70, "color": BLUE, "opacity": 1},
             "encoding": {"x": {**x, "field": "mean"}}},
        ],
    })  # fmt: skip
