"""Who sits where, and when: headcount by month as seats with a hire date, an end and a ramp."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.horizon import Horizon
from sim.plan import Plan, Team

__all__ = ["AE", "SDR", "TEAMS", "Seats", "make_seats"]

TEAMS = ("sdr", "ae")
SDR, AE = 0, 1


@dataclass(frozen=True)
class Seats:
    """(seats,) each, ordered by team, then by hire. `left` is infinite for a seat that stays."""

    team: NDArray[np.int64]
    hired: NDArray[np.float64]
    left: NDArray[np.float64]
    new: NDArray[np.bool_]
    """Whether the seat is filled by a new hire who ramps."""
    names: tuple[str, ...]


def _ramped_hires(team: Team, plan: Plan) -> dict[int, int]:
    """Heads who come ramped, by month of the plan."""
    first = plan.start.year * 12 + plan.start.month
    ramped: dict[int, int] = {}
    for hire in team.hires:
        if hire.ramped:
            month = hire.month.year * 12 + hire.month.month - first
            ramped[month] = ramped.get(month, 0) + hire.add
    return ramped


def make_seats(plan: Plan, root: Plan, horizon: Horizon) -> Seats:
    """Seats of both teams over the horizon. The run-in has the root plan's first heads, all established.

    A rise hires new seats, who ramp; a fall removes the newest seats first.
    """
    rows: list[tuple[int, float, float, bool]] = []
    for number, name in enumerate(TEAMS):
        team, before = getattr(plan.teams, name), getattr(root.teams, name)
        levels = plan.heads(team)
        ramped = _ramped_hires(team, plan)
        established = root.heads(before)[0] if horizon.first_month < 0 else levels[0]
        seats: list[list[float | bool]] = [[horizon.begins, np.inf, False] for _ in range(established)]
        current = list(range(established))
        for month, level in enumerate(levels):
            day = float(horizon.counted_edges[month])
            old = ramped.get(month, 0)
            while len(current) < level:
                rise = level - len(current)
                seats.append([day, np.inf, rise > old])
                current.append(len(seats) - 1)
            while len(current) > level:
                seats[current.pop()][1] = day
        rows.extend((number, float(hired), float(left), bool(new)) for hired, left, new in seats)
    team_of = np.array([row[0] for row in rows], dtype=np.int64)
    names = tuple(
        f"{TEAMS[team]} {index - int(np.searchsorted(team_of, team)) + 1}" for index, team in enumerate(team_of)
    )
    return Seats(
        team_of,
        np.array([row[1] for row in rows], dtype=np.float64),
        np.array([row[2] for row in rows], dtype=np.float64),
        np.array([row[3] for row in rows], dtype=bool),
        names,
    )
