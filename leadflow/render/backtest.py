"""A backtest on a terminal: per target and horizon the methods, leadflow's own first; then how it stands, in words."""

import math
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from calibration.backtest.baselines.catalogue import REFERENCES
from calibration.backtest.methods import OWN
from calibration.backtest.said import HONEST, Verdict
from calibration.backtest.table import Row
from leadflow.backtested import Backtest
from leadflow.render.page import Page

__all__ = ["show_backtest"]

_FEW = 8
"""Cut-offs below which a row is shown and not judged: a choice."""


def _number(value: float, digits: int = 3) -> str:
    return f"{value:.{digits}f}" if math.isfinite(value) else "-"


def _percent(value: float) -> str:
    return f"{100 * value:.0f}"


def _between(low: float, high: float) -> str:
    return f"{low:.2f} to {high:.2f}" if math.isfinite(low) else "-"


def show_backtest(page: Page, found: Backtest, out: Path | None = None) -> None:
    """A table for each target and horizon (or, by segment, one for all), the standings, the verdict in words."""
    page.title(f"Backtest of {found.history}" + (f", segment {found.segment}" if found.segment else ""))
    by = ", each segment by itself" if found.by else ""
    page.text(f"Cut-offs every {found.every} from {found.first} to {found.last}{by}")
    if found.by:
        _show_all(page, found.rows)
    else:
        for _, rows in groupby(found.rows, lambda row: (row.target, row.horizon_days)):
            _show_group(page, list(rows))
    page.gap()
    page.foot(
        "CRPS: error of the whole forecast over the mean of what happened, less is better; WAPE: that of its median.",
        *(
            ()
            if found.by
            else ("MASE: error in units of what last week's number, repeated, erred before the cut-off.",)
        ),
        f"50, 80, 95 %: how often what happened lay in that interval. {HONEST}",
        "x best: CRPS over that of the row's best other method, chosen in hindsight, references among them; "
        "below 1 leads. Its interval resamples blocks of overlapping windows.",
    )
    if found.verdict is not None:
        if len(found.groups) > 1:
            _show_standings(page, found.verdict)
        if found.with_halves:
            _show_halves(page, found)
        if found.verdict.others:
            _show_against(page, found.verdict)
        page.gap()
        page.text(*found.verdict.sentences)
    page.notes("What to know", found.notes)
    if out is not None:
        page.gap()
        page.text(f"Kept in {out}: table.csv, table.json, trials.csv (every forecast).")


def _show_group(page: Page, rows: list[Row]) -> None:
    one = rows[0]
    few = "; too few to judge by" if one.cutoffs < _FEW else ""
    shown = page.table(
        f"{one.target}, {one.horizon_days} days, {one.cutoffs} cut-offs{few}",
        [("method", "label"), "WAPE", "CRPS", "MASE", "50 %", "80 %", "95 %", "x best", "95 % interval"],
        gap=1,
    )
    for row in rows:
        shown.add_row(
            row.method, _number(row.wape), _number(row.crps_over_mean), _number(row.mase, 2), _percent(row.cover50),
            _percent(row.cover80), _percent(row.cover95), _number(row.ratio, 2),
            _between(row.ratio_low, row.ratio_high),
        )  # fmt: skip
    page.show(shown)
    if math.isfinite(one.floor_over_mean):
        page.foot(f"Luck alone costs a CRPS of {one.floor_over_mean:.3f} on average.")


def _show_all(page: Page, rows: Iterable[Row]) -> None:
    """Of each segment, target and horizon the first row: leadflow's own, or the method of the least CRPS."""
    first = [next(group) for _, group in groupby(rows, lambda row: (row.segment, row.target, row.horizon_days))]
    own = all(row.method == OWN for row in first)
    shown = page.table(
        "leadflow's forecast" if own else "Each row's best method, chosen in hindsight",
        [("segment", "left"), ("target", "left"), "days", "n", *(() if own else (("method", "left"),)), "CRPS", "luck",
         "80 %", "x best", "95 % interval"],
        gap=1,
    )  # fmt: skip
    for row in first:
        shown.add_row(
            row.segment, row.target.replace("_", " "), str(row.horizon_days), str(row.cutoffs),
            *(() if own else (row.method.replace("_", " "),)), _number(row.crps_over_mean),
            _number(row.floor_over_mean), _percent(row.cover80), _number(row.ratio, 2),
            _between(row.ratio_low, row.ratio_high),
        )  # fmt: skip
    page.show(shown)
    page.foot(
        "n: cut-offs. luck: the CRPS that luck alone costs on average. All methods stand in table.csv of --out and in "
        "--json."
    )


def _show_standings(page: Page, verdict: Verdict) -> None:
    shown = page.table(
        "Standings over all rows",
        [("method", "label"), "rows", "x best", "worst", "50 %", "80 %", "95 %"],
    )
    for one in verdict.standings:
        shown.add_row(
            one.method, str(one.rows), _number(one.geometric_mean, 2), _number(one.worst, 2), _percent(one.cover50),
            _percent(one.cover80), _percent(one.cover95),
        )  # fmt: skip
    page.show(shown)
    page.foot("x best: geometric mean over rows; compare methods with as many rows. worst: of a row.")


def _show_halves(page: Page, found: Backtest) -> None:
    first, second = (
        {} if half is None else {one.method: one for one in half.standings} for half in found.halves
    )  # fmt: skip
    shown = page.table(
        "The first and the second half of each row's cut-offs",
        [("method", "label"), "rows 1", "x best 1", "80 % 1", "rows 2", "x best 2", "80 % 2"],
    )
    for method in first:
        cells = []
        for half in (first, second):
            one = half.get(method)
            cells += (
                ["0", "-", "-"]
                if one is None
                else [str(one.rows), _number(one.geometric_mean, 2), _percent(one.cover80)]
            )
        shown.add_row(method, *cells)
    page.show(shown)
    page.foot("What was chosen by looking at the first half is judged by the second.")


def _show_against(page: Page, verdict: Verdict) -> None:
    shown = page.table(
        f"{verdict.method} beside one method used throughout",
        [("method", "label"), "rows", "x its CRPS", "95 % interval", ("verdict", "label")],
    )
    words = {"less": "errs less", "more": "errs more", "not told apart": "not told apart"}
    for one in verdict.others:
        mark = " (reference)" if one.other in REFERENCES else ""
        shown.add_row(
            f"{one.other}{mark}", str(one.rows), _number(one.ratio, 2), _between(one.low, one.high), words[one.verdict]
        )
    page.show(shown)
