"""Who sits where, and when: headcount by month as seats with a hire date, an end and a ramp; persons hold them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.clock import hours_per_month
from sim.draws import Tag, child_key, text_key
from sim.horizon import Horizon
from sim.plan import Plan
from sim.snapshot import OpenRep
from sim.teams import TEAMS, Team
from sim.units import DAYS_PER_MONTH
from sim.working_time import Calendar

__all__ = ["AE", "AM", "SDR", "TEAMS", "Seats", "make_seats", "teams_of", "with_history"]

SDR, AE, AM = range(3)
"""Numbers of `TEAMS`."""


@dataclass(frozen=True)
class Seats:
    """(persons,) each, ordered by team, then by the seat's hire, then by who follows whom in it.

    In a plan each seat has one person; in a replication as many as hold it one after another (`sim.people`).
    """

    team: NDArray[np.int64]
    hired: NDArray[np.float64]
    left: NDArray[np.float64]
    """Infinite for a person who stays."""
    new: NDArray[np.bool_]
    """Whether the person is a new hire who ramps."""
    cut: NDArray[np.bool_]
    """Whether the plan ends the seat while the person holds it."""
    seat: NDArray[np.int64]
    """Number of the plan's seat."""
    seat_key: NDArray[np.int64]
    key: NDArray[np.int64]
    """The person's own."""
    names: tuple[str, ...]
    tenure: NDArray[np.float64]
    """Days for which the person has been there when the run begins with him; 0 for all others."""
    worked: NDArray[np.float64]
    """Working hours of that time."""
    booked: NDArray[np.float64]
    """What he has booked by then in the quota period under way."""
    away: NDArray[np.int64]
    """(absences,) who, in order of person and time."""
    away_from: NDArray[np.float64]
    away_until: NDArray[np.float64]
    """Infinite where the person leaves before he would be back."""

    @property
    def place(self) -> NDArray[np.int64]:
        """(persons,) each one's seat, counted within the team."""
        first = np.full(len(TEAMS), np.iinfo(np.int64).max)
        np.minimum.at(first, self.team, self.seat)
        place: NDArray[np.int64] = self.seat - first[self.team]
        return place


def teams_of(seats: Seats) -> tuple[str, ...]:
    """The teams that are told apart: account managers only where there are any, now or in the run-in."""
    return TEAMS if (seats.team == AM).any() else TEAMS[:AM]


def _ramped_hires(team: Team | None, plan: Plan) -> dict[int, int]:
    """Heads who come ramped, by month of the plan."""
    first = plan.start.year * 12 + plan.start.month
    ramped: dict[int, int] = {}
    for hire in team.hires if team is not None else ():
        if hire.ramped:
            month = hire.month.year * 12 + hire.month.month - first
            ramped[month] = ramped.get(month, 0) + hire.add
    return ramped


def make_seats(plan: Plan, root: Plan, horizon: Horizon) -> Seats:
    """Seats of the teams over the horizon. The run-in has the root plan's first heads, all established.

    A rise hires new seats, who ramp; a fall removes the newest seats first. A team that a plan does not have has no
    heads.
    """
    rows: list[tuple[int, float, float, bool, int]] = []
    for number, name in enumerate(TEAMS):
        team, before = plan.teams.of(name), root.teams.of(name)
        levels = plan.heads(team)
        ramped = _ramped_hires(team, plan)
        established = root.heads(before)[0] if horizon.first_month < 0 else levels[0]
        known = team or before
        key = text_key(f"team:{known.key if known is not None else name}")
        seats: list[list[float | bool | int]] = [
            [horizon.begins, np.inf, False, _seat_key(key, 0, place)] for place in range(established)
        ]
        current = list(range(established))
        for month, level in enumerate(levels):
            day = float(horizon.counted_edges[month])
            old = ramped.get(month, 0)
            before_rise = len(current)
            while len(current) < level:
                rise = level - len(current)
                place = len(current) - before_rise
                seats.append([day, np.inf, rise > old, _seat_key(key, 1 + month, place)])
                current.append(len(seats) - 1)
            while len(current) > level:
                seats[current.pop()][1] = day
        rows.extend((number, float(hired), float(left), bool(new), int(own)) for hired, left, new, own in seats)
    team_of = np.array([row[0] for row in rows], dtype=np.int64)
    names = tuple(
        f"{TEAMS[team]} {index - int(np.searchsorted(team_of, team)) + 1}" for index, team in enumerate(team_of)
    )
    left = np.array([row[2] for row in rows], dtype=np.float64)
    keys = np.array([row[4] for row in rows], dtype=np.int64)
    return Seats(
        team=team_of,
        hired=np.array([row[1] for row in rows], dtype=np.float64),
        left=left,
        new=np.array([row[3] for row in rows], dtype=bool),
        cut=np.isfinite(left),
        seat=np.arange(len(rows)),
        seat_key=keys,
        key=np.array([child_key(int(key), int(Tag.PERSON), 0) for key in keys], dtype=np.int64),
        names=names,
        tenure=np.zeros(len(rows)),
        worked=np.zeros(len(rows)),
        booked=np.zeros(len(rows)),
        away=np.empty(0, dtype=np.int64),
        away_from=np.empty(0),
        away_until=np.empty(0),
    )


def with_history(seats: Seats, reps: Iterable[OpenRep], calendar: Calendar) -> Seats:
    """The plan's seats, the first of which are held by reps who bring something with them."""
    new, tenure, booked = seats.new.copy(), seats.tenure.copy(), seats.booked.copy()
    for rep in reps:
        seat = seats.names.index(rep.seat)
        new[seat], tenure[seat], booked[seat] = True, rep.tenure, rep.booked
    worked = tenure / DAYS_PER_MONTH * hours_per_month(calendar)
    return replace(seats, new=new, tenure=tenure, worked=worked, booked=booked)


def _seat_key(team: int, rise: int, place: int) -> int:
    """Key of a seat: by the rise that made it (0: there from the beginning, 1 + month) and its place in that rise, so
    that it keeps its persons when a scenario adds heads in another month."""
    return int(child_key(team, int(Tag.SEAT), (rise << 32) | place))
