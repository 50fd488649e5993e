"""Rules of a snapshot with the funnel and the plan of the run that begins with it."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from sim.by_identity import by_identity
from sim.checking import near
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.horizon import Horizon
from sim.paths import join
from sim.seats import AE, TEAMS, Seats
from sim.snapshot import CAPTURED, LEAD_STATES, OPEN, SHORT, Snapshot

__all__ = ["check_snapshot"]

_LABELS = {"channel": "channels", "segment": "segments", "product": "products", "stage": "stages"}
_AMOUNTS = ("amount", "age", "stage_age", "state_age", "since", "renews_in", "tenure", "booked")
_PARTS = ((("stage_age", "age"), "an opportunity is"), (("state_age", "age"), "a lead is"))


def check_snapshot(snapshot: Snapshot, funnel: Funnel, horizon: Horizon, seats: Seats) -> None:
    """Raise InputError with every problem of a snapshot."""
    problems = _all_problems(snapshot, _Terms.of(funnel, first_seats(horizon, seats)))
    if problems:
        raise InputError(problems)


def first_seats(horizon: Horizon, seats: Seats) -> tuple[str, ...]:
    """The seats that are filled when a run begins."""
    return tuple(seats.names[k] for k in np.flatnonzero(seats.hired <= horizon.begins))


class _Terms(NamedTuple):
    """What a snapshot must agree with."""

    channels: tuple[str, ...]
    segments: tuple[str, ...]
    products: tuple[str, ...]
    stages: tuple[str, ...]
    shares: tuple[str, ...]
    """Channels whose leads are judged by given shares, from first to last."""
    term: float
    seats: tuple[str, ...]
    """Those of the first day."""

    @classmethod
    def of(cls, funnel: Funnel, seats: tuple[str, ...]) -> "_Terms":
        given = [name for name, c in funnel.channels.items() if None not in (c.mql_probability, c.sql_probability)]
        return cls(
            tuple(funnel.channels), tuple(funnel.segments), tuple(funnel.products), tuple(funnel.stages), tuple(given),
            float(funnel.customers.term), seats,
        )  # fmt: skip


@by_identity
def _all_problems(snapshot: Snapshot, terms: _Terms) -> tuple[Problem, ...]:
    """Every problem of a snapshot."""
    return tuple(_snapshot_problems(snapshot, terms))


def _snapshot_problems(snapshot: Snapshot, terms: _Terms) -> Iterator[Problem]:
    if snapshot.run_in and (snapshot.deals or snapshot.leads or snapshot.reps):
        rule = "must be false where there is more than customers, as the rest holds on the plan's start"
        yield Problem("snapshot.run_in", rule, "true")
    for group in ("deals", "leads", "customers", "reps"):
        seen: set[str] = set()
        for place, noun in enumerate(getattr(snapshot, group)):
            at = ("snapshot", group, place)
            name, own = ("seat", noun.seat) if group == "reps" else ("id", noun.id)
            if own in seen:
                yield Problem(join((*at, name)), "must differ from those before it", own)
            seen.add(own)
            yield from _noun_problems(at, noun, terms)


def _noun_problems(at: tuple[str | int, ...], noun: Any, terms: _Terms) -> Iterator[Problem]:
    given = vars(noun)
    for label, group in _LABELS.items():
        known = getattr(terms, group)
        if label in given and given[label] not in known:
            where, name = join((*at, label)), str(given[label])
            yield Problem(where, f"must name a {label} of the funnel", name, near(name, known))
    sound = True
    for name in _AMOUNTS:
        value = given.get(name)
        if value is not None and not (math.isfinite(value) and value >= 0):
            sound = False
            yield Problem(join((*at, name)), "must be a finite number of at least 0", f"{value}")
    for (part, whole), what in _PARTS:
        if sound and part in given and given[part] > given[whole]:
            rule = f"must be at most the {given[whole]:g} days for which {what} there"
            yield Problem(join((*at, part)), rule, f"{given[part]:g}")
    if "state" in given and given["age"] == 0.0:
        yield Problem(join((*at, "age")), "must be more than 0: who comes on the first day is one of the plan's", "0")
    if "state" in given:
        yield from _state_problems(at, given, terms)
    if "renews_in" in given and sound:
        yield from _term_problems(at, given, terms.term)
    if given.get("owner") is not None:
        yield from _seat_problems(at, "owner", given["owner"], tuple(each for each in terms.seats if _is_ae(each)))
    if "tenure" in given:
        yield from _seat_problems(at, "seat", given["seat"], terms.seats)
        if given["tenure"] == 0.0:
            rule = "must be more than 0: who comes on the first day is a hire of the plan"
            yield Problem(join((*at, "tenure")), rule, "0")
        if given["booked"] > 0.0 and not _is_ae(given["seat"]):
            yield Problem(join((*at, "booked")), "must be 0 of who is no AE, and has no quota", f"{given['booked']:g}")


def _state_problems(at: tuple[str | int, ...], given: dict[str, Any], terms: _Terms) -> Iterator[Problem]:
    state = given["state"]
    if state not in LEAD_STATES:
        yield Problem(join((*at, "state")), f"must be one of {', '.join(LEAD_STATES)}", state)
    if state in (CAPTURED, OPEN) and given["state_age"] != given["age"]:
        yield Problem(join((*at, "state_age")), f"must be the age of a lead that is {state}", f"{given['state_age']:g}")
    if state == OPEN and given["channel"] in terms.channels and given["channel"] not in terms.shares:
        rule = "must not be open where the funnel gives its channel no mql_probability and sql_probability"
        yield Problem(join((*at, "state")), rule, state, "say captured, nurture or handed_off")


def _term_problems(at: tuple[str | int, ...], given: dict[str, Any], term: float) -> Iterator[Problem]:
    if given["renews_in"] > term:
        rule = f"must be at most a term, {term:g} days (funnel.customers.term)"
        yield Problem(join((*at, "renews_in")), rule, f"{given['renews_in']:g}")
    elif given["since"] + given["renews_in"] < term * (1.0 - SHORT):
        rule = f"must be such that the first term is at least {term:g} days (funnel.customers.term)"
        got = f"{given['since']:g} days since the first order and {given['renews_in']:g} until the term ends"
        yield Problem(join((*at, "renews_in")), rule, got)


def _seat_problems(at: tuple[str | int, ...], name: str, seat: str, seats: tuple[str, ...]) -> Iterator[Problem]:
    if seat not in seats:
        rule = "must name a seat that is filled on the first day"
        yield Problem(join((*at, name)), rule, seat, near(seat, seats))


def _is_ae(seat: str) -> bool:
    return seat.startswith(TEAMS[AE])
