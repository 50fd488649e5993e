"""What the compiled engine reads and writes: one tuple of parameters, one tuple of state, and their columns.

Live entities (leads, opportunities, customers on their way) hold a *slot*, a row of `ints` and `floats`; a slot is
given back when its entity has nothing left to do, so memory follows the number alive and not the number ever born.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.log import NOBODY
from sim.tables import Tables

__all__ = ["Parameters", "State", "empty_state", "parameters"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NIL = -1

# Integer columns of a slot
ID, KEY, CHANNEL, SEGMENT, PRODUCT, FIT, VISIT, TASKS, WAITS, RECYCLED = range(10)
PHASE, COUNT, CAUSE, TASK, SEAT, OWNER, LEFT, RIGHT, PREVIOUS, NEXT, QUEUED, DEAD = range(10, 22)
SLOT_INTS = 22
# Float columns of a slot
INTENT, SINCE, HOURS, BEGUN, DUE, ETA, AMOUNT, SPEED, SHARE = range(9)
SLOT_FLOATS = 9

# Phases of a life
STEPPING, NURTURED, UNTRIED, RETRIED, RESTING, UNOWNED, SOJOURNING, OVERDUE, CUSTOMER = range(9)
# States of a task
NONE, WAITING, RUNNING, DONE = range(4)

# Columns of a seat; the row after the last seat is nobody's
PRESENT, BUSY, IDLE_PREVIOUS, IDLE_NEXT, QUEUE, FIRST, LAST, HELD, CALLED = range(9)
SEAT_INTS = 9

# Counters
HEAP, EVENTS, ENTITIES, ARRIVAL, CLOSING, FREE, SLOTS, SDR_QUEUE, AE_QUEUE, IDLE_HEAD, IDLE_TAIL = range(11)
CALLS, UNASSIGNED, OPEN, BORN = range(11, 15)
COUNTERS = 15

# Columns of parameter matrices
CHANNEL_FIT, CHANNEL_INTENT, CHANNEL_MQL, CHANNEL_SQL = range(4)
SEGMENT_TIME, SEGMENT_EFFORT, SEGMENT_LOGIT, SEGMENT_VALUE = range(4)
PRODUCT_PRICE, PRODUCT_VALUE = range(2)
STAGE_LOGIT, STAGE_PENALTY, STAGE_EFFORT, STAGE_FIRST = range(4)
SEAT_SHARE, SEAT_RAMP, SEAT_HIRED = range(3)


class Parameters(NamedTuple):
    """One world and one replication's stream. C channels, G segments, P products, S stages, K causes, W seats."""

    stream: int
    ends: float
    before: Floats
    first_day: int
    opens: float
    closes: float
    never_closes: bool
    laws: Floats
    knots: Floats
    channels: Floats
    """(C, 4)"""
    channel_segments: Floats
    product_mix: Floats
    separation: float
    intent_weight: float
    threshold: float
    steps: Ints
    ready_good: float
    ready_bad: float
    unsubscribe: float
    intent_decay: float
    release_after: float
    contact: Floats
    spacing: float
    attempt_law: int
    conversation_law: int
    speed_exponent: float
    speed_scale: float
    accept_good: float
    accept_bad: float
    accept_intent: float
    sdr_patience: int
    recycles: int
    ae_patience: int
    max_open: int
    bad_fit_logit: float
    segments: Floats
    """(G, 4)"""
    products: Floats
    """(P, 2)"""
    stages: Floats
    """(S + 1, 4)"""
    cause_share: Floats
    cause_law: Ints
    cause_reason: Ints
    renewal_logit: float
    renewal_fit: float
    term: float
    seats: Floats
    """(W, 3)"""
    seat_team: Ints
    arrival_time: Floats
    arrival_channel: Ints
    arrival_key: Ints


class State(NamedTuple):
    """All that changes. Every array may be replaced by a larger copy between two calls of the loop."""

    now: Floats
    """(1,)"""
    counters: Ints
    heap_time: Floats
    heap_rank: Ints
    heap_slot: Ints
    ints: Ints
    """(slots, 22)"""
    floats: Floats
    """(slots, 9)"""
    seats: Ints
    """(W + 1, 9)"""
    calls: Ints
    """(W,) AEs who may have something to do"""
    events: Ints
    """(rows, 6) kind, entity, visit, actor, stage, reason"""
    event_floats: Floats
    """(rows, 2) time, amount"""
    entities: Ints
    """(rows, 7) key, type, parent, channel, segment, product, owner"""
    created: Floats
    """(rows,)"""


def parameters(tables: Tables, stream: int, arrivals: tuple[Floats, Ints, Ints]) -> Parameters:
    """The compiled engine's view of a world."""
    t, clock = tables, tables.clock
    time, channel, key = arrivals

    def columns(*parts: NDArray[np.generic]) -> Floats:
        return np.ascontiguousarray(np.column_stack([np.asarray(part, dtype=np.float64) for part in parts]))

    beyond = np.zeros(1)
    return Parameters(
        stream=stream,
        ends=t.horizon.ends,
        before=clock.before,
        first_day=clock.first_day,
        opens=clock.opens,
        closes=clock.closes,
        never_closes=bool(clock.before[-1] >= 24.0 * (len(clock.before) - 1)),
        laws=t.laws,
        knots=t.knots,
        channels=columns(t.channel_fit, t.channel_intent, t.channel_mql, t.channel_sql),
        channel_segments=t.channel_segments,
        product_mix=t.product_mix,
        separation=t.score_separation,
        intent_weight=t.score_intent,
        threshold=t.score_threshold,
        steps=t.steps,
        ready_good=t.ready_good,
        ready_bad=t.ready_bad,
        unsubscribe=t.unsubscribe,
        intent_decay=t.intent_decay,
        release_after=t.release_after,
        contact=t.contact,
        spacing=t.spacing,
        attempt_law=t.attempt_law,
        conversation_law=t.conversation_law,
        speed_exponent=t.speed_exponent,
        speed_scale=t.speed_scale,
        accept_good=t.accept_good,
        accept_bad=t.accept_bad,
        accept_intent=t.accept_intent,
        sdr_patience=t.sdr_patience,
        recycles=t.recycles,
        ae_patience=t.ae_patience,
        max_open=t.max_open,
        bad_fit_logit=t.bad_fit_logit,
        segments=columns(t.segment_time, t.segment_effort, t.segment_logit, t.segment_value),
        products=columns(t.product_price, t.product_value),
        stages=columns(
            np.append(t.stage_logit, beyond),
            np.append(t.stage_penalty, beyond),
            np.append(t.stage_effort, beyond),
            t.stage_first,
        ),
        cause_share=t.cause_share,
        cause_law=t.cause_law,
        cause_reason=t.cause_reason,
        renewal_logit=t.renewal_logit,
        renewal_fit=t.renewal_fit,
        term=t.term,
        seats=columns(t.seat_share, t.seat_ramp, t.seat_hired),
        seat_team=t.seats.team,
        arrival_time=time,
        arrival_channel=channel,
        arrival_key=key,
    )


def empty_state(seats: int, begins: float, slots: int = 1024, heap: int = 4096, rows: int = 65536) -> State:
    """A state in which nothing has happened; buffers of the given sizes."""
    seat_rows = np.full((seats + 1, SEAT_INTS), NIL, dtype=np.int64)
    seat_rows[:, [PRESENT, HELD, CALLED]] = 0
    counters = np.zeros(COUNTERS, dtype=np.int64)
    counters[[FREE, SDR_QUEUE, AE_QUEUE, IDLE_HEAD, IDLE_TAIL]] = NIL
    return State(
        now=np.array([begins]),
        counters=counters,
        heap_time=np.zeros(heap),
        heap_rank=np.zeros(heap, dtype=np.int64),
        heap_slot=np.zeros(heap, dtype=np.int64),
        ints=np.full((slots, SLOT_INTS), NOBODY, dtype=np.int64),
        floats=np.zeros((slots, SLOT_FLOATS)),
        seats=seat_rows,
        calls=np.zeros(max(seats, 1), dtype=np.int64),
        events=np.zeros((rows, 6), dtype=np.int64),
        event_floats=np.zeros((rows, 2)),
        entities=np.zeros((max(rows // 4, 1024), 7), dtype=np.int64),
        created=np.zeros(max(rows // 4, 1024)),
    )
