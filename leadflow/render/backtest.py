"""A backtest on a terminal: per target and horizon the methods, the best first."""

import itertools
import math

from leadflow.backtesting import Backtest
from leadflow.render.page import Page

__all__ = ["show_backtest"]


def _number(value: float, digits: int = 3) -> str:
    return f"{value:.{digits}f}" if math.isfinite(value) else "-"


def _percent(value: float) -> str:
    return f"{100 * value:.0f}"


def show_backtest(page: Page, found: Backtest) -> None:
    """One table for each target and horizon, in order of CRPS."""
    page.title(f"Backtest of {found.history}" + (f", segment {found.segment}" if found.segment else ""))
    page.text(f"Cut-offs every {found.every} from {found.first} to {found.last}")
    for (target, horizon), group in itertools.groupby(found.rows, lambda row: (row.target, row.horizon_days)):
        rows = sorted(group, key=lambda row: row.crps)
        one = rows[0]
        shown = page.table(
            f"{target}, {horizon} days, {one.cutoffs} cut-offs",
            [("method", "label"), "WAPE", "CRPS", "MASE", "50 %", "80 %", "95 %", "x best", "95 % interval"],
            gap=1,
        )
        for row in rows:
            known = math.isfinite(row.ratio_low) and row is not one
            shown.add_row(
                row.method, _number(row.wape), _number(row.crps_over_mean), _number(row.mase, 2),
                _percent(row.cover50), _percent(row.cover80), _percent(row.cover95), _number(row.ratio, 2),
                f"{row.ratio_low:.2f} to {row.ratio_high:.2f}" if known else "-",
            )  # fmt: skip
        page.show(shown)
        if math.isfinite(one.floor_over_mean):
            page.foot(f"Luck alone costs a CRPS of {one.floor_over_mean:.3f} on average.")
    page.gap()
    page.foot(
        "CRPS: error of the whole forecast over the mean of what happened, less is better; WAPE: that of its median.",
        "MASE: error in units of what last week's number, repeated, erred before the cut-off.",
        "50, 80, 95 %: how often what happened lay in that interval; honest intervals reach their number.",
        "x best: CRPS over that of the row's best method; its interval resamples blocks of overlapping windows.",
    )
    page.notes("What to know", found.notes)
