"""Past forecasts: what a candidate's errors say of its level, by hand."""

import math

import numpy as np
import pytest

from calibration.backlook import PRIOR_SD, Scorecard


def test_the_drift_is_what_counting_noise_does_not_explain() -> None:
    """Four windows of 84 days that end at the cut-off, 100 events each: pull .5 each, counting noise 1/100.

    Forecasts off by 20 % up and down: bias 0, and of each squared error ln(1.25)^2 and ln(1.25)^2 the noise is left
    out, so that sd^2 = (2 (ln(1.25)^2 - .01) + prior^2) / (2 + 1).
    """
    actual = np.full(4, 100.0)
    made = 100.0 * np.array([1.25, 0.8, 1.25, 0.8])
    card = Scorecard(((-84, 84),) * 4, actual, {"only": made})
    (verdict,) = card.verdicts({"only": 1.0})
    assert verdict.bias == pytest.approx(0.0, abs=1e-12)
    assert verdict.sd == pytest.approx(math.sqrt((2 * (math.log(1.25) ** 2 - 0.01) + PRIOR_SD**2) / 3))
    assert card.error("only") == pytest.approx((25 + 20 + 25 + 20) / 400)


def test_a_drift_that_noise_explains_is_the_shrunk_prior() -> None:
    actual = np.full(4, 100.0)
    card = Scorecard(((-84, 84),) * 4, actual, {"only": 100.0 * np.array([1.05, 1 / 1.05, 1.05, 1 / 1.05])})
    (verdict,) = card.verdicts({"only": 1.0})
    assert verdict.sd == pytest.approx(PRIOR_SD / math.sqrt(3))
