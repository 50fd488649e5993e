"""Who holds the plan's seats in a replication: persons who stay for a while, their leave, and their successors.

A seat's person stays an exponential time; the successor comes when the backfill is over, and ramps. Persons, their
stays, leave and skill are keyed by seat and place in it, so that what a scenario does elsewhere leaves them alone.
"""

import math
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.clock import hours_at
from sim.draws import Purpose, Tag, child_key, uniform
from sim.jit import compiled
from sim.laws.delays import normal_quantile
from sim.seats import Seats
from sim.tables import Tables
from sim.tables.shocks import BEST

__all__ = ["WEEK", "hours_away", "seated", "staffed"]

WEEK = 7.0
"""Days of a spell of leave."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_PERSON = int(Tag.PERSON)
_TENURE, _SKILL, _LEAVE = int(Purpose.TENURE), int(Purpose.SKILL), int(Purpose.LEAVE)
_ORDINALS = ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


class _Cuts(NamedTuple):
    """(cuts,) until when at most a seat's n-th person stays."""

    seat: Ints
    place: Ints
    day: Floats


def staffed(tables: Tables, stream: int) -> Tables:
    """A world with this replication's persons in place of the plan's seats; the same object if nothing about them is
    random, or if they are drawn already."""
    worlds = [tables.run_in or tables, tables]
    if tables.people.drawn or not any(_random(world) for world in worlds):
        return tables
    return seated(tables, _on_leave(_persons_of(tables, worlds, stream), tables, worlds, stream), stream)


def _random(world: Tables) -> bool:
    people = world.people
    random = np.isfinite(people.tenure).any() or np.isfinite(people.leave).any() or people.skill_sd.any()
    return bool(random or len(world.shocks.leaver_day))


def seated(tables: Tables, seats: Seats, stream: int) -> Tables:
    """A world with other persons in its seats."""
    people = tables.people
    ramp = np.where(seats.new, people.ramp[seats.team], 0.0)
    skill = np.zeros(len(seats.team))
    _skills(stream, seats.key, seats.team, people.skill_sd, skill)
    return tables._replace(
        seats=seats,
        people=people._replace(drawn=True),
        seat_share=tables.seat_share[np.searchsorted(tables.seats.seat, seats.seat)],
        seat_ramp=ramp,
        seat_hired=np.where(ramp > 0.0, hours_at(tables.clock, seats.hired) - seats.worked, 0.0),
        seat_skill=skill,
        run_in=None if tables.run_in is None else seated(tables.run_in, seats, stream),
    )


def _persons_of(tables: Tables, worlds: list[Tables], stream: int) -> Seats:
    """The persons of a replication, of whom shocks take some away."""
    shocks, cuts = tables.shocks, _Cuts(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0))
    persons, place = _persons(tables, worlds, stream, cuts)
    for day, team, seat in zip(*(column.tolist() for column in shocks[3:]), strict=True):
        there = (persons.team == team) & (persons.hired <= day) & (day < persons.left)
        if seat != BEST:
            there &= persons.place == seat
        if there.any():
            skill = np.zeros(len(there))
            _skills(stream, persons.key, persons.team, worlds[0 if day < 0.0 else 1].people.skill_sd, skill)
            who = int(np.argmax(np.where(there, skill, -np.inf)))
            cuts = _Cuts(
                np.append(cuts.seat, persons.seat[who]), np.append(cuts.place, place[who]), np.append(cuts.day, day)
            )
            persons, place = _persons(tables, worlds, stream, cuts)
    return persons


def _persons(tables: Tables, worlds: list[Tables], stream: int, cuts: _Cuts) -> tuple[Seats, Ints]:
    """The persons, and which of its seat's persons each is."""
    seats, ends = tables.seats, tables.horizon.ends
    tenure, backfill = (np.array([getattr(world.people, name) for world in worlds]) for name in ("tenure", "backfill"))
    rows: tuple[Any, ...] = ()
    size = 4 * len(seats.team) + 16
    while True:
        rows = (*np.empty((3, size), dtype=np.int64), *np.empty((2, size)))
        count = _succeed(
            stream, seats.seat_key, seats.team, seats.hired, seats.left, ends, tenure, backfill, *cuts, *rows
        )
        if count <= size:
            break
        size = count
    seat, place, key, hired, left = (row[:count] for row in rows)
    persons = Seats(
        team=seats.team[seat],
        hired=hired,
        left=left,
        new=seats.new[seat] | (place > 0),
        cut=seats.cut[seat] & (left == seats.left[seat]),
        seat=seat,
        seat_key=seats.seat_key[seat],
        key=key,
        tenure=np.where(place > 0, 0.0, seats.tenure[seat]),
        worked=np.where(place > 0, 0.0, seats.worked[seat]),
        booked=np.where(place > 0, 0.0, seats.booked[seat]),
        names=tuple(seats.names[s] + _follows(n) for s, n in zip(seat.tolist(), place.tolist(), strict=True)),
        away=seats.away,
        away_from=seats.away_from,
        away_until=seats.away_until,
    )
    return persons, place


def _on_leave(seats: Seats, tables: Tables, worlds: list[Tables], stream: int) -> Seats:
    """The persons with their absences."""
    leave = np.array([world.people.leave for world in worlds])
    if not np.isfinite(leave).any():
        return seats
    stays = np.minimum(seats.left, tables.horizon.ends) - seats.hired
    size = int(np.sum(stays / leave.min() + 2.0))
    who, begins, ends = np.empty(size, dtype=np.int64), np.empty(size), np.empty(size)
    count = _absences(
        stream, seats.key, seats.team, seats.hired, seats.left, tables.horizon.ends, leave, who, begins, ends
    )
    return replace(seats, away=who[:count], away_from=begins[:count], away_until=ends[:count])


def hours_away(tables: Tables, worked: Floats) -> Floats:
    """(persons, times) working hours of leave that each person has had when B(t) is `worked` (persons, times)."""
    seats, clock, ends = tables.seats, tables.clock, tables.horizon.ends
    begin, end = hours_at(clock, seats.away_from), hours_at(clock, np.minimum(seats.away_until, ends))
    away = np.zeros(worked.shape)
    had = np.clip(worked[seats.away] - begin[:, np.newaxis], 0.0, (end - begin)[:, np.newaxis])
    np.add.at(away, seats.away, had)
    return away


def _follows(place: int) -> str:
    """How a seat's persons are told apart: the first has the seat's name."""
    if place == 0:
        return ""
    return f", {_ORDINALS[place - 1]}" if place <= len(_ORDINALS) else f", number {place + 1}"


@compiled
def _succeed(
    stream: int,
    keys: Ints,
    team: Ints,
    hired: Floats,
    left: Floats,
    ends: float,
    tenure: Floats,
    backfill: Floats,
    cut_seat: Ints,
    cut_place: Ints,
    cut_day: Floats,
    seat_out: Ints,
    place_out: Ints,
    key_out: Ints,
    hired_out: Floats,
    left_out: Floats,
) -> int:
    """Fill (persons,) as far as there is room; returns how many there are.

    keys, team, hired, left: (seats,); tenure, backfill: (2, teams) days, before time 0 and from then on; cut_seat,
    cut_place, cut_day: (cuts,) until when at most a seat's n-th person stays.
    """
    persons = 0
    for seat in range(len(keys)):
        until = min(left[seat], ends)
        begin, place = hired[seat], 0
        while place == 0 or begin < until:
            key = child_key(keys[seat], _PERSON, place)
            goes = _goes(stream, key, begin, tenure[0, team[seat]], tenure[1, team[seat]])
            for cut in range(len(cut_day)):
                if cut_seat[cut] == seat and cut_place[cut] == place:
                    goes = min(goes, cut_day[cut])
            if persons < len(seat_out):
                seat_out[persons] = seat
                place_out[persons] = place
                key_out[persons] = key
                hired_out[persons] = begin
                left_out[persons] = goes if goes < until else (left[seat] if left[seat] < ends else math.inf)
            persons += 1
            place += 1
            begin = goes + backfill[0 if goes < 0.0 else 1, team[seat]]
    return persons


@compiled
def _goes(stream: int, key: int, begin: float, before: float, after: float) -> float:
    """When a person leaves of his own: an exponential stay whose mean is another before time 0 and from then on."""
    stays = -math.log(1.0 - uniform(stream, key, _TENURE, 0))
    if begin < 0.0:
        goes = begin + stays * before
        if goes < 0.0:
            return goes
        stays = max(stays + begin / before, 0.0)
        begin = 0.0
    return begin + stays * after if after < math.inf else math.inf


@compiled
def _skills(stream: int, keys: Ints, team: Ints, sd: Floats, skill: Floats) -> None:
    """Fill (persons,) skill: normal with mean 0, on the log-odds."""
    for person in range(len(keys)):
        if sd[team[person]] > 0.0:
            skill[person] = sd[team[person]] * normal_quantile(uniform(stream, keys[person], _SKILL, 0))


@compiled
def _absences(
    stream: int,
    keys: Ints,
    team: Ints,
    hired: Floats,
    left: Floats,
    ends: float,
    leave: Floats,
    who: Ints,
    begins: Floats,
    back: Floats,
) -> int:
    """Fill (absences,), in order of person and time; returns how many there are.

    keys, team, hired, left: (persons,); leave: (2, teams) days from one week of leave to the next, before time 0 and
    from then on. A person's time is cut into parts of that length, and each holds one week at a uniform place.
    """
    count = 0
    for person in range(len(keys)):
        until = min(left[person], ends)
        part, n = hired[person], 0
        while part < until:
            length = leave[0 if part < 0.0 else 1, team[person]]
            if length == math.inf:
                if part >= 0.0:
                    break
                part = 0.0
                continue
            begin = part + uniform(stream, keys[person], _LEAVE, n) * (length - WEEK)
            if begin < until:
                who[count] = person
                begins[count] = begin
                back[count] = begin + WEEK if begin + WEEK < left[person] else math.inf
                count += 1
            part += length
            n += 1
    return count
