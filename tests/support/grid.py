"""A world put on a grid: durations, efforts and arrivals that are few binary fractions of a day, so that ties abound.

Only the numbers of a world's tables change, and the times at which its leads come; both engines read the same ones.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

import sim.compiled
import sim.reference.engine
from sim.arrivals import arrivals
from sim.laws.delays import CONSTANT, EXPONENTIAL, LOGNORMAL, NEVER, WEIBULL, WHOLE_NORMAL
from sim.people import seated
from sim.tables import PayTerms, Tables

ARRIVAL_STEP = 0.125
"""Days between two instants at which leads may come."""
DAY_STEP = 0.25
HOUR_STEP = 0.375
"""1/64 day, so that hours worked are exact in days."""
AT_ONCE = 1e300
"""Factor on a hazard: what it brings comes now, as a wait of no length."""


def on_grid(tables: Tables) -> Tables:
    """The same world with all durations on a grid: laws of buyers whole days or quarters, of reps 3/8 hours, scores
    whole points, selling shares powers of two, nurture at once or as long as it may last; ramps stay as they are."""
    t = tables
    laws = t.laws.copy()
    for law in {*t.steps, *t.cause_law, t.handoff.delay_law, t.sdr_patience, t.ae_patience, t.overflow.external_law}:
        laws[law] = _whole(laws[law], DAY_STEP)
    for law in {*t.stage_effort, t.prospecting.effort} - {-1}:
        laws[law] = _whole(laws[law], HOUR_STEP)
    for law in t.channel_score[t.channel_score >= 0]:
        laws[law] = _whole(laws[law], 1.0)
    for law in (t.attempt_law, t.conversation_law):
        # Two attempts differ by whether the lead was reached.
        row = _whole(laws[law], HOUR_STEP)
        laws[law] = row if row[0] == CONSTANT else (CONSTANT, 4 * HOUR_STEP, 0.0, 0.0, 0.0)
    return t._replace(
        laws=laws,
        segment_time=np.where(t.segment_time > 1.0, DAY_STEP, t.segment_time),
        segment_effort=np.where(t.segment_effort > 1.0, HOUR_STEP, 8 * HOUR_STEP),
        seat_share=2.0 ** np.round(np.log2(t.seat_share)),
        ready_good=AT_ONCE * t.ready_good,
        ready_bad=AT_ONCE * t.ready_bad,
        # Who is always ready at once and always rejected at once would come back for ever at one instant.
        handoff=t.handoff._replace(recycles=min(t.handoff.recycles, 3)),
        unsubscribe=AT_ONCE * t.unsubscribe if t.unsubscribe > 0.01 else 0.0,
        nurture=t.nurture._replace(decay=AT_ONCE * t.nurture.decay if t.nurture.decay > 0.01 else 0.0),
        pay=_halves_and_doubles(t.pay),
        climate=t.climate._replace(
            pace=np.where(t.climate.pace < 1.0, 0.5, 1.0),
            ease=np.where(t.climate.ease < 1.0, 0.5, 1.0),
            beats=2.0 ** np.round(np.log2(t.climate.beats)),
        ),
        run_in=None if t.run_in is None else on_grid(t.run_in),
    )


def _halves_and_doubles(pay: PayTerms) -> PayTerms:
    """Pay by which reps work at half, full or double speed, and pull closes to the very end of a period."""
    return pay._replace(
        marketing_rate=pay.reference_rate,
        bands=np.where([False, True], np.where(pay.bands > 1.0, 0.5, 1.0), pay.bands),
        elasticity=float(pay.elasticity > 0.0),
        give_up=0.5 if pay.give_up != 1.0 else 1.0,
        near_quota=2.0 if pay.near_quota != 1.0 else 1.0,
        pull_span=0.0,
    )


def _whole(row: NDArray[np.float64], step: float) -> Any:
    """A law of multiples of a step, or of whole numbers where the law is not constant."""
    kind, a, b = row[:3]
    if kind == NEVER:
        return row
    if kind == CONSTANT:
        return CONSTANT, np.ceil(a / step) * step, 0.0, 0.0, 0.0
    centre = {EXPONENTIAL: a, LOGNORMAL: np.exp(a), WEIBULL: b}.get(int(kind), 3.0)
    mean = min(max(centre, 1.0), 8.0)
    return WHOLE_NORMAL, mean, mean, 0.0, 4 * mean


def persons_on_grid(tables: Tables, stream: int) -> Tables:
    """A replication's world whose persons come and go, for good or on leave, at multiples of `ARRIVAL_STEP`."""
    if not tables.people.drawn:
        return tables
    seats = tables.seats
    times = ("hired", "left", "away_from", "away_until")
    on_time = {name: np.floor(getattr(seats, name) / ARRIVAL_STEP) * ARRIVAL_STEP for name in times}
    # Who would be back at the very instant at which he leaves does not come back.
    late = on_time["away_until"] >= on_time["left"][seats.away]
    on_time["away_until"][late] = np.inf
    return seated(tables, replace(seats, **on_time), stream)


@contextmanager
def arrivals_on_grid() -> Iterator[None]:
    """While it lasts, leads come to both engines at multiples of `ARRIVAL_STEP`, in order of (time, key)."""

    def rounded(tables: Tables, stream: int) -> NDArray[Any]:
        leads = arrivals(tables, stream).copy()
        leads["time"] = np.floor(leads["time"] / ARRIVAL_STEP) * ARRIVAL_STEP
        return leads[np.lexsort((leads["key"], leads["time"]))]

    for engine in (sim.compiled, sim.reference.engine):
        assert vars(engine)["arrivals"] is arrivals
        vars(engine)["arrivals"] = rounded
    try:
        yield
    finally:
        for engine in (sim.compiled, sim.reference.engine):
            vars(engine)["arrivals"] = arrivals
