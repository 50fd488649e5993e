"""The level of closing: independence and throughput are told apart, and a persistent miss is corrected in part."""

import numpy as np
import pytest

from calibration.backlook import Scorecard, origins
from calibration.levels import PRIOR, Levels, fit_levels
from calibration.outcomes import Spells, make_lexis


def _levels(start: np.ndarray, end: np.ndarray) -> Levels:
    end = np.where(end < 0, end, np.nan)
    spells = Spells.of(start, end, np.zeros(len(start), dtype=np.int64), exact=True)
    lexis = make_lexis(spells, 2)
    wins = np.sort(end[np.isfinite(end)])
    recent = float(np.sum(start > -91)) / 91
    return fit_levels([lexis], [spells], wins, np.sort(start), lexis.first, recent)


def _by_rho(levels: Levels) -> dict[float, float]:
    totals = dict.fromkeys((0.0, 0.5, 1.0), 0.0)
    for level in levels.levels:
        totals[level.manner.rho] += level.weight
    return totals


def test_independent_deals_are_seen_as_independent_though_the_pipeline_grows() -> None:
    rng = np.random.default_rng(1)
    start = -500 * np.sqrt(rng.random(20_000))[::-1]
    start = -500 - start  # openings grow linearly in time
    levels = _levels(start, start + rng.exponential(60, len(start)))
    assert _by_rho(levels)[1.0] > 0.6
    weighted = sum(level.weight * level.scale for level in levels.levels)
    assert weighted == pytest.approx(1.0, abs=0.12)


def test_a_fixed_throughput_is_seen_though_the_pipeline_grows() -> None:
    rng = np.random.default_rng(2)
    start = np.sort(-500 + 500 * np.sqrt(rng.random(12_000)))
    end = np.full(len(start), np.nan)
    waiting: list[int] = []
    next_in = 0
    for day in range(-500, 0):  # each day ten open deals close, whichever they are
        while next_in < len(start) and start[next_in] < day:
            waiting.append(next_in)
            next_in += 1
        for _ in range(min(10, len(waiting))):
            end[waiting.pop(int(rng.integers(len(waiting))))] = day + rng.random()
    levels = _levels(start, end)
    assert _by_rho(levels)[1.0] < 0.2


def test_origins_need_a_warm_up_and_a_window_that_has_ended() -> None:
    assert list(origins(-60)) == []
    assert list(origins(-77)) == [(-28, 28), (-35, 28)]
    assert all(origin + window <= 0 for origin, window in origins(-400))


def test_verdicts_favour_the_better_forecast_and_correct_a_bias_in_part() -> None:
    windows = tuple(origins(-300))
    actual = np.full(len(windows), 500.0)
    card = Scorecard(windows, actual, {"good": actual * 0.98, "low": actual * 0.6, "middle": actual * 0.8})
    verdicts = {
        verdict.candidate: verdict for verdict in card.verdicts(dict.fromkeys(("good", "low", "middle"), 1 / 3))
    }
    assert verdicts["good"].weight > 0.8
    assert sum(verdict.weight for verdict in verdicts.values()) == pytest.approx(1)
    assert 0.7 * np.log(1 / 0.6) < verdicts["low"].bias < np.log(1 / 0.6)
    assert card.error("low") == pytest.approx(0.4)


def test_without_a_past_the_prior_holds_and_nothing_is_corrected() -> None:
    card: Scorecard[object] = Scorecard((), np.empty(0), {manner: np.empty(0) for manner in PRIOR})
    for verdict in card.verdicts(dict(PRIOR)):
        assert verdict.weight == pytest.approx(0.95 * PRIOR[verdict.candidate] + 0.05 / len(PRIOR))  # type: ignore[index]
        assert verdict.bias == 0
        assert verdict.sd == pytest.approx(0.2)
