"""A calibration on a terminal: how good the history is, what was fitted, how well, and what was assumed."""

import math
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from calibration.calibrate import Calibration
from calibration.findings import LEGEND
from calibration.goodness import ALIKE, DOUBT, Check
from leadflow.render.page import Page
from results.numerals import UNKNOWN, number
from results.plain import plain
from sim.origins import count_origins

__all__ = ["calibration_json", "show_calibration"]


def calibration_json(found: Calibration, checks: Iterable[Check], files: Iterable[Path]) -> dict[str, Any]:
    """The record of `calibrate --json`; a figure that is not defined is null."""
    return {
        "name": found.plan.name,
        "start": found.plan.start.isoformat(),
        "draws": len(found.draws),
        "open_deals": len(found.open_deals),
        "quality": plain(found.quality),
        "diagnostics": plain(found.diagnostics),
        "checks": plain(tuple(checks)),
        "fields": count_origins(found.funnel),
        "assumed": list(found.notes),
        "files": [str(file) for file in files],
    }


def show_calibration(page: Page, found: Calibration, checks: Sequence[Check], out: Path, files: Iterable[Path]) -> None:
    """The report of a calibration, and where it went."""
    last = found.plan.start - timedelta(days=1)
    page.title(f"{found.plan.name}: calibrated as of {last.isoformat()}")
    table = page.table("The history's quality", [("", "label"), "rows", ("what was found, and what to do", "left")])
    for finding in found.quality:
        where = "" if finding.where in finding.message else f" ({finding.where})"
        words = f"{finding.message}{where}"
        table.add_row(
            finding.severity, f"{finding.count:,}" if finding.count else "",
            f"{words}. To do: {finding.remedy}" if finding.remedy else words,
        )  # fmt: skip
    page.show(table)
    page.foot(LEGEND)
    table = page.table(
        "What was fitted, and how well", [("part", "left"), "cases", "events", "days at risk", "figure", ("", "label")]
    )
    measures: dict[str, str] = {}
    for row in found.diagnostics:
        mark = measures.setdefault(row.measure, f"[{len(measures) + 1}]") if math.isfinite(row.fit) else ""
        days = number(row.exposure, size=1000)
        table.add_row(row.what, f"{row.n:,}", f"{row.events:,}", days, f"{row.fit:.3g}" if mark else UNKNOWN, mark)
    page.show(table)
    page.foot(
        "cases: what was observed (leads, deals, amounts, a channel's weeks, past forecasts); events: what happened in "
        "them (came, converted, were won or lost), counted once in each."
    )
    page.foot(*(f"{mark} {measure}." for measure, mark in measures.items()))
    _show_checks(page, checks)
    page.notes("Thin ground", (f"{row.what}: {row.notice}" for row in found.diagnostics if row.notice))
    counts = count_origins(found.funnel)
    page.notes(
        "What was assumed",
        [
            f"of the funnel's numbers {counts['fitted']} are fitted to this history, {counts['prior']} are priors "
            f"(published figures or stated choices) and {counts['neutral']} are neutral (they change nothing)",
            *found.notes,
        ],
    )
    page.notes(
        "Written",
        (*(str(file) for file in files), f"{len(found.draws)} posterior draws, {len(found.open_deals):,} open deals"),
    )
    page.gap()
    page.text(f"Next: leadflow forecast {out}")


def _show_checks(page: Page, checks: Sequence[Check]) -> None:
    """What the history says against the fits."""
    if not checks:
        return
    table = page.table(
        "Do the fits describe the history?",
        [("part", "left"), ("compared", "label"), "cases", "figure", "p", ("", "label")],
    )
    for check in checks:
        figure = f"{check.figure:.3g}"
        table.add_row(check.what, check.compared, f"{check.cases:,}", figure, check.said or UNKNOWN, check.doubt)
    page.show(table)
    page.foot(
        f"p: chance of a figure as far off, were the fit right; doubt: below {DOUBT:g}. {ALIKE}",
        *(f"{name}: {measure}." for name, measure in {check.compared: check.measure for check in checks}.items()),
    )
