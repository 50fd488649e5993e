"""The report of a backtest: how a method stands, forecasts beside what happened, intervals, and every score."""

import math
from collections.abc import Iterator, Sequence

import numpy as np

from calibration.backtest.baselines.catalogue import REFERENCES
from calibration.backtest.groups import Group
from calibration.backtest.said import HONEST, Verdict, named, of_references
from calibration.backtest.table import Row as Score
from calibration.backtest.table import rows_of
from calibration.backtest.targets import TARGETS
from calibration.backtest.trials import LEVELS
from results.numerals import UNKNOWN
from results.report.charts import even_tenths
from results.report.forecast_charts import forecast_beside_fact, intervals_held, ratios_to
from results.report.nouns import Cell, Column, Number, Report, Row, Section, Table, Tile, columns

__all__ = ["backtest_report"]

_BAND = LEVELS.index(0.8)

_FEW = 20
"""Forecasts below which the places of what happened in them are not drawn: fewer than two a tenth; a choice."""

_NOTES = (
    "WAPE: error of the forecasts' medians over what happened. CRPS: error of the whole forecast over the mean of what "
    "happened. MASE: error in units of what last week's number, repeated, erred before the cut-off. 50, 80, 95 %: "
    "share of forecasts whose interval held what happened.",
    "x best: CRPS over that of the row's best other method, chosen in hindsight, references among them; its "
    "95 % interval resamples blocks of overlapping windows, and is left out where there are fewer than two.",
)


def backtest_report(
    title: str,
    about: str,
    found: Sequence[Group],
    verdict: Verdict | None,
    halves: tuple[Verdict | None, Verdict | None] | None,
    notes: Sequence[str],
) -> Report:
    """The groups of a backtest with the verdict on them, and on both halves of the cut-offs if these are told apart."""
    method = verdict.method if verdict is not None else ""
    return Report(
        title=title,
        about=about,
        tiles=tuple(_tiles(found, verdict)),
        sections=(
            *(_stands(verdict) if verdict is not None else ()),
            *(_held(verdict) if verdict is not None else ()),
            *_ranks(found, method),
            *(_halves(halves) if halves is not None else ()),
            *(section for place, group in enumerate(found) for section in _group(group, method, place)),
            Section("know", "What to know", notes=tuple(notes)),
        ),
    )


def _tiles(found: Sequence[Group], verdict: Verdict | None) -> Iterator[Tile]:
    if verdict is None:
        return
    if verdict.best is not None:
        best = verdict.best
        between = "too few cut-offs for an interval" if math.isnan(best.low) else f"{best.low:.2f} to {best.high:.2f}"
        chosen = (
            f"{best.rows} rows, the best of each chosen in hindsight{of_references(best)}"
            if best.rows > 1
            else f"1 row, where {named(best.rivals[0])} is the best, in hindsight"
        )
        yield Tile(f"{verdict.method}: CRPS over the best other method's", f"{best.ratio:.2f}", f"{between}; {chosen}")
    for one in verdict.coverage:
        if one.level > 0.5:
            sure = "" if math.isnan(one.low) else f"{100 * one.low:.0f} to {100 * one.high:.0f} %; "
            name = f"Inside {verdict.method}'s {100 * one.level:.0f} % intervals"
            yield Tile(name, Number(one.share, "share"), f"{sure}{one.forecasts} forecasts, {one.verdict}")
    days = sorted({day for group in found for day in group.days})
    yield Tile("Cut-offs", str(len(days)), f"{days[0]} to {days[-1]}")


def _stands(verdict: Verdict) -> Iterator[Section]:
    against = [one for one in (verdict.best, *verdict.others) if one is not None]
    if not against:
        return
    names = {one.other: f"{one.other}{' (reference)' if one.other in REFERENCES else ''}" for one in against}
    names[""] = "best, in hindsight"
    words = {"less": "errs less", "more": "errs more", "not told apart": "not told apart from luck"}
    beside = Table(
        f"{verdict.method} beside one method used throughout",
        (*columns("method", "rows", "ratio of CRPS", "low", "high"), Column("verdict", text=True)),
        tuple(
            Row((names[one.other], str(one.rows), *map(_ratio, (one.ratio, one.low, one.high)), words[one.verdict]))
            for one in against
        ),
        (
            "Geometric mean over rows, with its 95 % interval: blocks of cut-offs are drawn, the same for all rows. "
            "Whether an error is less is told where the whole interval lies below 1.",
        ),
    )
    over_all = Table(
        "Standings over all rows",
        columns("method", "rows", "x best", "worst row", "50 %", "80 %", "95 %"),
        tuple(
            Row((one.method, str(one.rows), _ratio(one.geometric_mean), _ratio(one.worst),
                 *(_percent(share) for share in (one.cover50, one.cover80, one.cover95))))
            for one in verdict.standings
        ),
        ("x best: geometric mean of CRPS over that of each row's best other. Compare methods with as many rows.",),
    )  # fmt: skip
    yield Section(
        "stands",
        f"How {verdict.method} stands",
        verdict.sentences,
        ratios_to(
            "ratios",
            [(names[one.other], one.ratio, one.low, one.high) for one in against],
            "CRPS over the other's",
        ),
        f"Dots: geometric mean over rows of {verdict.method}'s CRPS over the other's; lines: its 95 % interval. Left "
        "of 1 the other errs more.",
        behind=(beside,),
        tables=(over_all,),
    )


def _held(verdict: Verdict) -> Iterator[Section]:
    if not verdict.standings:
        return
    yield Section(
        "held",
        "Do the intervals hold what they promise?",
        (f"{HONEST} Who plans with intervals that hold fewer is surer than the record allows.",),
        intervals_held(
            "intervals",
            [
                (one.method, tuple(zip(LEVELS, (one.cover50, one.cover80, one.cover95), strict=True)))
                for one in verdict.standings
            ],
        ),
        "Rings: 50 % intervals the small, 80 % the middle, 95 % the large; dashed: the number of each, in its colour.",
    )


def _ranks(found: Sequence[Group], method: str) -> Iterator[Section]:
    ranks = [trial.pit for group in found for trial in group.trials.get(method, ())]
    if not ranks:
        return
    name, title = "ranks", f"Where what happened lay in {method}'s forecasts"
    if len(ranks) < _FEW:
        yield Section(name, title, (f"{len(ranks)} forecasts are too few to draw ({_FEW} are asked for).",))
        return
    counts = np.histogram(ranks, np.linspace(0, 1, 11))[0].tolist()
    yield Section(
        name,
        title,
        (
            "A hump in the middle says that forecasts are too wide, full ends that they are too narrow, a slope that "
            "they lie too low or too high. Windows overlap, so that neighbours fall alike: judge the shape, not a bar.",
        ),
        even_tenths(name, counts, "forecasts"),
        "Bars: forecasts in whose lowest, ... highest tenth the outcome lay (PIT, ties by chance); dashed: even.",
    )


def _halves(halves: tuple[Verdict | None, Verdict | None]) -> Iterator[Section]:
    first, second = ({} if half is None else {one.method: one for one in half.standings} for half in halves)
    rows = []
    for method in first:
        cells: list[Cell] = [method]
        for half in (first, second):
            one = half.get(method)
            cells += (
                ["0", UNKNOWN, UNKNOWN]
                if one is None
                else [str(one.rows), _ratio(one.geometric_mean), _percent(one.cover80)]
            )
        rows.append(Row(tuple(cells)))
    said = tuple(
        f"{name} half: {sentence}"
        for name, half in zip(("First", "Second"), halves, strict=True)
        if half is not None
        for sentence in half.sentences[:1]
    )
    yield Section(
        "halves",
        "The first and the second half of the cut-offs",
        ("What was chosen by looking at the first half is judged by the second.", *said),
        tables=(
            Table(
                "Standings by half of each row's cut-offs",
                columns("method", "rows, 1st", "x best", "80 %", "rows, 2nd", "x best", "80 %"),
                tuple(rows),
            ),
        ),
    )


def _group(group: Group, method: str, place: int) -> Iterator[Section]:
    scores = sorted(rows_of(group), key=lambda row: (row.method != method, row.crps))
    shown = method if method in group.trials else scores[0].method
    other = group.best(without=shown)
    ours = [
        (str(one.cutoff), one.actual, *_ends(one.intervals[_BAND], one.point)) for one in group.trials[shown]
    ]  # fmt: skip
    theirs = (
        None
        if other is None
        else (other, [(str(one.cutoff), *_ends(one.intervals[_BAND], one.point)) for one in group.trials[other]])
    )
    luck = scores[0].floor_over_mean
    words = [f"{len(group.days)} cut-offs; {TARGETS[group.target]}."]
    if math.isfinite(luck):
        words.append(f"Luck alone costs a CRPS of {luck:.3f} of the mean: who knew every rate would err as much.")
    legend = f"Band and line: {shown}'s 80 % interval and median; dots: what happened, diamonds where outside."
    if other is not None:
        legend += f" Dashed: the same of {named(other)}, the row's best other method."
    yield Section(
        f"row-{place}",
        group.name.replace("_", " "),
        tuple(words),
        forecast_beside_fact(f"row-{place}", ours, theirs, shown, group.target.replace("_", " ")),
        legend,
        tables=(_scores(group, scores),),
        notes=_NOTES if place == 0 else (),
    )


def _ends(ends: tuple[float, float], middle: float) -> tuple[float, float, float]:
    return ends[0], middle, ends[1]


def _scores(group: Group, scores: Sequence[Score]) -> Table:
    head = columns("method", "WAPE", "CRPS", "MASE", "50 %", "80 %", "95 %", "x best", "low", "high")
    rows = tuple(
        Row((row.method, _small(row.wape), _small(row.crps_over_mean), _ratio(row.mase),
             *map(_percent, (row.cover50, row.cover80, row.cover95)),
             *map(_ratio, (row.ratio, row.ratio_low, row.ratio_high))))
        for row in scores
    )  # fmt: skip
    return Table(f"Scores of {group.name.replace('_', ' ')}", head, rows)


def _small(value: float) -> str:
    return f"{value:.3f}" if math.isfinite(value) else UNKNOWN


def _ratio(value: float) -> str:
    return f"{value:.2f}" if math.isfinite(value) else UNKNOWN


def _percent(value: float) -> str:
    return f"{100 * value:.0f}"
