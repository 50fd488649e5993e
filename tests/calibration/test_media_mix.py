"""The media mix: an exact case, recovery of known truth, and the published example whose truth is known."""

import csv
import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from recovery import as_said

from calibration.media_mix import fit_mix, saturated
from calibration.response import stocks
from sim.errors import InputError


def test_saturation_by_hand() -> None:
    """lambda a = 2 ln 3: e^-2 ln 3 = 1/9, so (1 - 1/9) / (1 + 1/9) = .8."""
    assert saturated(np.array([0.0, 1.0, 1e9]), np.array(2 * np.log(3))) == pytest.approx([0.0, 0.8, 1.0])


EFFECTS = np.array([3.0, 2.0])


def _company(
    rng: np.random.Generator, theta: np.ndarray, periods: int, effects: np.ndarray = EFFECTS, noise: float = 0.25
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Totals, spend and controls of two channels; theta: log-odds of carry-over and log lambda of each."""
    spend = rng.gamma(0.8, 1.0, (periods, 2))
    spend /= spend.max(axis=0)
    trend = np.linspace(0.0, 1.0, periods)
    controls = np.column_stack((np.ones(periods), trend, np.sin(2 * np.pi * np.arange(periods) / 52)))
    y = controls @ [2.0, 1.0, 0.5] + noise * rng.standard_normal(periods)
    for c, effect in enumerate(effects):
        carry, rate = 1 / (1 + np.exp(-theta[2 * c])), np.exp(theta[2 * c + 1])
        y += effect * saturated(stocks(spend[:, c], np.array([carry]), 0.0)[0], rate)
    return y, spend, controls


def test_a_record_with_little_noise_gives_the_truth() -> None:
    theta = np.array([0.0, np.log(3.0), -1.0, np.log(2.0)])
    y, spend, controls = _company(np.random.default_rng(5), theta, 400, noise=0.02)
    mix = fit_mix(y, spend, controls, 200, np.random.default_rng(6))
    assert mix.carry_over.mean(axis=0) == pytest.approx([0.5, 1 / (1 + np.e)], abs=0.02)
    assert mix.saturation.mean(axis=0) == pytest.approx([3.0, 2.0], rel=0.2)
    assert mix.effect.mean(axis=0) == pytest.approx([3.0, 2.0], rel=0.15)
    assert mix.noise.mean() == pytest.approx(0.02, rel=0.1)


@pytest.mark.slow
def test_truth_drawn_from_the_prior_is_found_again() -> None:
    rng = np.random.default_rng(7)
    errors, inside = [], []
    for _ in range(500):
        theta = np.tile([np.log(0.4 / 0.6), np.log(2.0)], 2) + rng.standard_normal(4)
        effects = 3.0 * rng.standard_normal(2)
        mix = fit_mix(*_company(rng, theta, 52, effects), 400, rng, effect_sd=3.0)
        draws = np.empty((400, 6))
        draws[:, 0:4:2], draws[:, 1:4:2] = np.log(mix.carry_over / (1 - mix.carry_over)), np.log(mix.saturation)
        draws[:, 4:] = mix.effect
        truth = np.concatenate((theta, effects))
        errors.append((truth - draws.mean(axis=0)) / draws.std(axis=0))
        low, high = np.quantile(draws, (0.05, 0.95), axis=0)
        inside.append((low < truth) & (truth < high))
    names = ("carry-over 1", "lambda 1", "carry-over 2", "lambda 2", "effect 1", "effect 2")
    as_said(np.array(errors), names, np.array(inside))


def test_too_few_periods_are_refused() -> None:
    with pytest.raises(InputError, match="ten periods more"):
        fit_mix(np.ones(15), np.ones((15, 2)), np.ones((15, 1)), 10, np.random.default_rng(1))


def test_the_truth_of_the_published_example_lies_inside(real_data: Path) -> None:
    """PyMC-Marketing's example: adstock .4 and .2, logistic saturation 4 and 3, effects 3 and 2 (thousands), noise .25.

    Controls are its own: a level, the trend it was made with, yearly waves of two frequencies and two events.
    """
    with (real_data / "mmm_pymc" / "mmm_example_gptbayes.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 179
    y = np.array([float(row["y"]) for row in rows]) / 1000
    spend = np.array([[float(row[name]) for name in ("x1", "x2")] for row in rows])
    day = np.array([dt.date.fromisoformat(row["date_week"]).timetuple().tm_yday for row in rows])
    waves = [f(k * 2 * np.pi * day / 365.5) for k in (1, 2) for f in (np.sin, np.cos)]
    events = [np.array([float(row[name]) for row in rows]) for name in ("event_1", "event_2")]
    trend = (np.linspace(0, 50, len(rows)) + 10) ** 0.25 - 1
    controls = np.column_stack((np.ones(len(rows)), trend, *waves, *events))
    mix = fit_mix(y, spend, controls, 2000, np.random.default_rng(8))
    found = mix.intervals(0.9)
    for name, truth in (("carry_over", (0.4, 0.2)), ("saturation", (4.0, 3.0)), ("effect", (3.0, 2.0))):
        assert (found[name][0] < truth).all(), (name, found[name])
        assert (truth < found[name][1]).all(), (name, found[name])
    assert mix.noise.mean() == pytest.approx(0.25, abs=0.02)
    # Not because the intervals are wide: the prior's 90 % interval of the carry-over is .11 to .78.
    assert (np.ptp(found["carry_over"], axis=0) < 0.25).all()
