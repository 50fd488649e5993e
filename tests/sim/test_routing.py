"""Who gets a lead, by hand: round robin, territories, weights; and that draws follow their weights."""

import numpy as np
import pytest

from sim.draws import text_key
from sim.laws.routing import drawn, following, least, score_weight, success_weight

STREAM = text_key("routing")


def test_one_after_another_all_around() -> None:
    free = np.array([0.0, -1.0, 0.0, 0.0])
    assert [following(free, last) for last in (-1, 0, 1, 2, 3)] == [0, 2, 2, 3, 0]
    assert following(np.array([-1.0, -1.0]), 0) == -1
    assert following(np.empty(0), -1) == -1


def test_the_least_loaded_of_a_territory_or_of_all() -> None:
    places = np.array([0, 1, 2, 3, 0])
    loads = np.array([3.0, 2.0, 1.0, 2.0, -1.0])
    assert least(loads, places, 2, 0) == 2
    assert least(loads, places, 2, 1) == 1  # a tie: the lower seat
    assert least(loads, places, 5, 4) == 2  # nobody sits in that territory
    assert least(np.array([3.0, -1.0, 4.0, -1.0, -1.0]), places, 2, 1) == 0  # nobody of it has room
    assert least(np.full(5, -1.0), places, 2, 0) == -1


def test_weights_by_hand() -> None:
    assert score_weight(2.0, 0.0) == 1.0
    assert score_weight(2.0, 0.5) == pytest.approx(np.e)
    assert score_weight(1e9, 1.0) < np.inf
    # 20 leads of the team's own rate of one in five, then his own eight of ten.
    assert success_weight(8, 10, 20, 100) == pytest.approx((20 * 0.2 + 8) / 30)
    assert success_weight(0, 0, 0, 0) == 1.0
    assert success_weight(0, 50, 0, 100) == 0.0


@pytest.mark.parametrize(
    "weights", [[1.0, 3.0, -1.0, 4.0], [0.0, -1.0, 0.0], [0.0, 2.0, 0.0], [-1.0, -1.0], [1e-200, 3e-200]]
)
def test_draws_follow_their_weights(weights: list[float]) -> None:
    numbers, n = np.array(weights), 20_000
    got = np.bincount([drawn(STREAM, key, 0, 0, numbers) + 1 for key in range(n)], minlength=len(weights) + 1) / n
    allowed = np.where(numbers < 0, 0.0, numbers)
    if not allowed.any():
        allowed = (numbers == 0).astype(float)
    if not allowed.any():
        assert got[0] == 1
        return
    share = allowed / allowed.sum()
    assert got[0] == 0
    assert np.all(got[1:][share == 0] == 0)
    assert got[1:] == pytest.approx(share, abs=4.5 * 0.5 / np.sqrt(n))


def test_teams_draw_apart() -> None:
    numbers = np.ones(5)
    same = [drawn(STREAM, key, 0, 0, numbers) == drawn(STREAM, key, 0, 1, numbers) for key in range(2000)]
    assert np.mean(same) == pytest.approx(0.2, abs=0.05)
