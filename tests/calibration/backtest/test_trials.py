"""A backtest of a small world: nothing after a cut-off moves a forecast, and scores are those of the draws."""

import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from calibration.backtest.baselines.catalogue import BASELINES
from calibration.backtest.cutoffs import cutoffs, history_at
from calibration.backtest.methods import each_target
from calibration.backtest.table import table
from calibration.backtest.targets import TARGETS
from calibration.backtest.trials import Trial, trials
from calibration.history import History

FIRST = dt.date(2026, 1, 1)
END = dt.date(2026, 8, 31)
CUT = dt.date(2026, 6, 15)


def rows_of(changed_after: dt.date | None = None) -> list[str]:
    """About 600 deals over eight months; after `changed_after` everything is another: closes, values, new deals."""
    rng = np.random.default_rng(11)
    rows = []
    for day in range((END - FIRST).days):
        for _ in range(rng.poisson(2.5)):
            opened = FIRST + dt.timedelta(days=day)
            closed = opened + dt.timedelta(days=int(rng.gamma(1.5, 20)))
            won, value, product = rng.random() < 0.4, round(float(rng.lognormal(5, 0.7)), 2), rng.choice(["A", "B"])
            if changed_after is not None and opened > changed_after:
                continue
            if changed_after is not None and closed > changed_after:
                closed, won, value = closed + dt.timedelta(days=13), not won, 10 * value + 1
            if closed > END:
                rows.append(f"{opened},,,,open,,smb,{product}")
            elif won:
                rows.append(f"{opened},,{value},{closed},won,,smb,{product}")
            else:
                rows.append(f"{opened},,,{closed},lost,price,smb,{product}")
    return rows


@pytest.mark.parametrize("method", sorted(BASELINES))
def test_nothing_after_the_cut_off_moves_a_forecast(history_of: Callable[..., History], method: str) -> None:
    if method in ("ets", "arima"):
        pytest.importorskip("statsmodels")
    whole, other = (history_at(history_of(rows_of(after), END), CUT) for after in (None, CUT))
    for target in TARGETS:
        ours, theirs = (BASELINES[method](history, target, (30, 60)) for history in (whole, other))
        np.testing.assert_array_equal(ours, theirs)


def test_a_forecaster_sees_only_what_was_known(history_of: Callable[..., History]) -> None:
    seen: list[tuple[dt.date, float, float]] = []

    def look(history: History, target: str, horizons: tuple[int, ...]) -> np.ndarray:
        deals = history.tables.opportunities
        seen.append((history.as_of, float(np.nanmax(deals.closed)), float(deals.opened.max())))
        return np.zeros((3, len(horizons)))

    whole = history_of(rows_of(), END)
    made = list(trials(whole, {"look": each_target(look)}, ("wins",), (30,), cutoffs(dt.date(2026, 5, 4), END)))
    for as_of, closed, opened in seen:
        assert max(closed, opened) < (as_of - dt.date(1970, 1, 1)).days + 1
    # The last recorded happening is on August 30 or 31; a window of 30 days may begin on August 1 at the latest.
    assert max(trial.cutoff for trial in made) == dt.date(2026, 7, 27)


def test_the_truth_told_scores_zero_and_covers(history_of: Callable[..., History]) -> None:
    whole = history_of(rows_of(), END)
    days = cutoffs(dt.date(2026, 5, 4), dt.date(2026, 7, 6))

    def oracle(history: History, target: str, horizons: tuple[int, ...]) -> np.ndarray:
        from calibration.backtest.targets import actual

        return np.tile([actual(whole, target, history.as_of, horizon) for horizon in horizons], (4, 1))

    def far(history: History, target: str, horizons: tuple[int, ...]) -> np.ndarray:
        return oracle(history, target, horizons) + 5.0

    rows = table(trials(whole, {"oracle": each_target(oracle), "far": each_target(far)}, ("wins",), (30,), days))
    truth, miss = rows
    assert (truth.wape, truth.crps, truth.cover50, truth.cover95, truth.cutoffs) == (0.0, 0.0, 1.0, 1.0, 10)
    assert (miss.crps, miss.cover95) == (5.0, 0.0)
    assert np.isnan(miss.ratio)  # over a best score of nothing


def trial(method: str, week: int, crps: float, actual: float = 10.0) -> Trial:
    day = dt.date(2026, 1, 5) + dt.timedelta(weeks=week)
    hit, miss = (actual, actual + 2), (actual + 1, actual + 2)
    ends = (hit, hit, hit if week % 2 == 0 else miss)
    return Trial("wins", 7, method, day, actual, actual + 2, crps, ends, 0.5, 4.0, 1.5)


def test_rows_share_their_cut_offs() -> None:
    # `late` has a forecast at 8 of 10 cut-offs, so the row keeps these 8; `rare` has one at 7 and is left out.
    made = [
        trial(method, week, crps if week >= missing else float("nan"))
        for method, crps, missing in (("a", 2.0, 0), ("late", 1.0, 2), ("rare", 0.1, 3))
        for week in range(10)
    ]
    rows = {row.method: row for row in table(made)}
    assert set(rows) == {"a", "late"}
    row = rows["a"]
    assert (row.cutoffs, row.wape, row.mase, row.crps, row.crps_over_mean) == (8, 0.2, 0.5, 2.0, 0.2)
    assert (row.cover50, row.cover95) == (1.0, 0.5)
    assert (row.ratio, row.ratio_low, row.ratio_high) == (2.0, 2.0, 2.0)
    assert row.floor_over_mean == pytest.approx(0.15)
