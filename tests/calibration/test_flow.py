"""Expected wins from hazards by stage and age, against closed forms."""

import numpy as np
import pytest

from calibration.flow import expected_wins, win_curves
from calibration.outcomes import EDGES


def _constant(win: float, lost: float) -> np.ndarray:
    return np.tile([win, lost], (len(EDGES) - 1, 1))


def test_one_stage_with_constant_hazards() -> None:
    fresh, by_age = win_curves([_constant(0.01, 0.02)], 90)
    exact = 0.01 / 0.03 * (1 - np.exp(-0.03 * np.arange(91)))
    assert fresh == pytest.approx(exact, abs=1e-12)
    # Constant hazards have no memory.
    assert by_age[0][:200] == pytest.approx(np.full(200, exact[90]), abs=1e-9)


def test_two_stages_in_a_row() -> None:
    a, b = 0.05, 0.02
    fresh, by_age = win_curves([_constant(a, 0.0), _constant(b, 0.0)], 60)
    t = np.arange(61)
    exact = 1 - (b * np.exp(-a * t) - a * np.exp(-b * t)) / (b - a)
    assert fresh == pytest.approx(exact, abs=2e-4)
    assert by_age[0][10] == pytest.approx(exact[60], abs=2e-4)
    assert by_age[1][10] == pytest.approx(1 - np.exp(-b * 60), abs=1e-9)


def test_open_and_new_opportunities_add_up() -> None:
    hazard = [_constant(0.02, 0.0)]
    opened, new = expected_wins(hazard, [np.array([0, 5, 40])], 2.0, 30)
    each = 1 - np.exp(-0.02 * 30)
    assert opened == pytest.approx(3 * each)
    # The trapezoid's error is at most a twelfth of the change of slope, for each of two openings a day.
    assert new == pytest.approx(2 * (30 - each / 0.02), abs=2 * 0.02 / 12)


def test_a_deal_older_than_all_hazards_is_worth_nothing() -> None:
    hazard = _constant(0.02, 0.0)
    hazard[EDGES[:-1] >= 140] = 0.0
    opened, _ = expected_wins([hazard], [np.array([200, 5000])], 0.0, 90)
    assert opened == 0.0
