"""Conversion by segment and channel: large cells speak for themselves, empty ones borrow, intervals hold the truth."""

import numpy as np
import pytest
from recovery import as_said

from calibration.segments import fit_cells, segment_parts


def test_large_cells_speak_for_themselves_and_empty_ones_follow_row_and_column() -> None:
    """Odds double from channel to channel and triple from segment to segment; the last cell has never been tried."""
    odds = np.array([[0.05, 0.1], [0.15, 0.3]])
    rate = odds / (1 + odds)
    trials = np.array([[20_000.0, 20_000.0], [20_000.0, 0.0]])
    found = fit_cells(rate * trials, trials, 500, np.random.default_rng(1))
    middle = np.median(found.rate, axis=0)
    assert middle.ravel()[:3] == pytest.approx(rate.ravel()[:3], rel=0.03)
    assert 0.6 * rate[1, 1] < middle[1, 1] < 1.5 * rate[1, 1]
    spread = np.ptp(np.quantile(found.rate, (0.05, 0.95), axis=0), axis=0) / rate
    assert spread[1, 1] > 5 * spread[0, 0]


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """Three segments and three channels whose truth is drawn from the prior; cells of 5 to 400 leads."""
    rng = np.random.default_rng(2)
    trials = np.array([[400.0, 100.0, 30.0], [100.0, 30.0, 10.0], [30.0, 10.0, 5.0]])
    errors, inside = [], []
    for _ in range(1000):
        channel, segment = -2.0 + rng.standard_normal(3), 0.5 * rng.standard_normal(3)
        mean = 1 / (1 + np.exp(-channel - segment[:, None]))
        k = np.exp(np.log(50) + 1.5 * rng.standard_normal())
        rate = np.clip(rng.beta(mean * k, (1 - mean) * k), 1e-12, 1 - 1e-12)
        found = fit_cells(rng.binomial(trials.astype(int), rate).astype(float), trials, 300, rng)
        low, high = np.quantile(found.rate, (0.05, 0.95), axis=0)
        truth = segment - segment.mean()
        errors.append((truth - found.segment.mean(axis=0)) / found.segment.std(axis=0))
        ends = np.quantile(found.segment, (0.05, 0.95), axis=0)
        inside.append(np.concatenate(((ends[0] < truth) & (truth < ends[1]), ((low < rate) & (rate < high)).ravel())))
    held = np.array(inside)
    as_said(np.array(errors), ("segment 1", "segment 2", "segment 3"), held[:, :3])
    # Rates are not normal, so of them only the intervals are judged: 9 cells of 1,000 companies, 90 % within 4 errors.
    assert held[:, 3:].mean() == pytest.approx(0.9, abs=4 * np.sqrt(0.09 / held[:, 3:].size))


def test_segments_are_told_against_each_other() -> None:
    """In both channels large converts 20 of 100 and small 10 of 100: odds of .25 against .111, a factor of 2.25, so
    1.5 and 1 / 1.5 about their middle."""
    won = np.tile(np.repeat([True, False, True, False], [20, 80, 10, 90]), 2)
    segment = np.array(np.tile(np.repeat(["large", "small"], [100, 100]), 2), dtype=object)
    channel = np.array(np.repeat(["ads", "web"], 200), dtype=object)
    (part,) = segment_parts(won, segment, channel, np.ones(400), 1000, np.random.default_rng(3))
    large, small = part.diagnostics
    assert (large.what, large.n, large.events) == ("segments.large.conversion", 200, 40)
    # The prior draws segments together a little.
    assert large.fit == pytest.approx(1.4, abs=0.12)
    assert large.fit * small.fit == pytest.approx(1.0, abs=0.05)
    assert (
        segment_parts(won, np.full(400, "all", dtype=object), channel, np.ones(400), 10, np.random.default_rng()) == []
    )
