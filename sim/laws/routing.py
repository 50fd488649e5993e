"""Who gets a lead: the rules by which it is given to one rep of a team.

Arrays have one number for each seat; a negative one means that the seat may not get the lead. Nobody is -1.
"""

import math

import numpy as np
from numpy.typing import NDArray

from sim.draws import Purpose, turn, uniform
from sim.jit import compiled

__all__ = [
    "NOT_ROUTED",
    "PERFORMANCE_WEIGHTED",
    "ROUND_ROBIN",
    "ROUTINGS",
    "SCORE_WEIGHTED",
    "TERRITORY",
    "drawn",
    "following",
    "least",
    "score_weight",
    "success_weight",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NOT_ROUTED, ROUND_ROBIN, TERRITORY, SCORE_WEIGHTED, PERFORMANCE_WEIGHTED = range(5)

ROUTINGS = {
    "pool": NOT_ROUTED,
    "least_loaded": NOT_ROUTED,
    "round_robin": ROUND_ROBIN,
    "territory": TERRITORY,
    "score_weighted": SCORE_WEIGHTED,
    "performance_weighted": PERFORMANCE_WEIGHTED,
}
"""By the names that a plan gives them."""

_PRIOR = 20
"""Leads of the team's own rate that each rep's record begins with."""

_ROUTE = int(Purpose.ROUTE)


@compiled
def following(numbers: Floats, last: int) -> int:
    """The first seat after the last one that got a lead, all around."""
    for k in range(len(numbers)):
        seat = (last + 1 + k) % len(numbers)
        if numbers[seat] >= 0.0:
            return seat
    return -1


@compiled
def least(loads: Floats, places: Ints, territories: int, territory: int) -> int:
    """The seat with the smallest load among those whose place in the team belongs to a territory, or among all if there
    is none; ties go to the lower seat. A place belongs to the territory place modulo their number."""
    best = -1
    for whose in range(2):
        for seat in range(len(loads)):
            mine = whose == 1 or places[seat] % territories == territory
            if mine and loads[seat] >= 0.0 and (best < 0 or loads[seat] < loads[best]):
                best = seat
        if best >= 0:
            break
    return best


@compiled
def drawn(stream: int, key: int, visit: int, team: int, weights: Floats) -> int:
    """A seat drawn by weights for a lead; all alike where they are all zero. Each team has a draw of its own."""
    total = 0.0
    seats = 0
    for seat in range(len(weights)):
        if weights[seat] >= 0.0:
            total += weights[seat]
            seats += 1
    if seats == 0:
        return -1
    left = uniform(stream, key, _ROUTE, turn(visit, team)) * (total if total > 0.0 else float(seats))
    chosen = -1
    for seat in range(len(weights)):
        if weights[seat] > 0.0 or (weights[seat] == 0.0 and total == 0.0):
            chosen = seat
            left -= weights[seat] if total > 0.0 else 1.0
            if left < 0.0:
                break
    return chosen


@compiled
def score_weight(score: float, skill: float) -> float:
    """Weight exp(score x skill): the better the lead, the more of its kind go to the skilled."""
    return math.exp(min(max(score * skill, -300.0), 300.0))


@compiled
def success_weight(succeeded: int, tried: int, team_succeeded: int, team_tried: int) -> float:
    """A rep's share of successes, shrunk to the team's as if he had first seen 20 leads of the team's own rate."""
    rate = team_succeeded / team_tried if team_tried > 0 else 1.0
    return (_PRIOR * rate + succeeded) / (_PRIOR + tried)
