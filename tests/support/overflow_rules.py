"""What must hold of overflow in any log: when there is some, and where leads go then."""

import numpy as np
from happenings import NEVER, Happenings

from sim.laws.overflow import EXTERNAL, PUSH
from sim.log import NOBODY, Kind
from sim.seats import SDR
from sim.tables import NO_LIMIT


def overflow_is_too_long_a_backlog(run: Happenings) -> int:
    """After every instant: no backlog above the upper level without overflow, and none down to the lower one with it;
    returns the instants with overflow."""
    seen = 0
    for begins, ends in run.overflow:
        assert begins <= ends
    if not run.sdrs_stay:
        return 0
    waits = run.sdr_waits
    since, until = np.array([wait.since for wait in waits]), np.array([wait.until for wait in waits])
    tries, seats = np.array([wait.tries for wait in waits], dtype=int), run.tables.seats
    for time in sorted({row.time for row in run.rows if row.time >= run.tables.horizon.begins}):
        t = run.at(time).overflow
        on = any(begins <= time < ends for begins, ends in run.overflow)
        if t.overflow_policy == PUSH:
            assert not on
            continue
        there = tries[(since <= time) & (until > time)]
        hours = t.backlog_hours[np.minimum(there, len(t.backlog_hours) - 1)].sum()
        reps = ((seats.team == SDR) & (seats.hired <= time)).sum()
        load = hours / reps if reps else (NEVER if hours else 0.0)
        seen += on
        assert load > t.overflow_ends - 1e-9 if on else load <= t.overflow_begins + 1e-9
    return seen


def a_qualified_lead_goes_one_way(run: Happenings) -> None:
    """Every MQL is handed off or sent outside, at once; who is sent, and what it costs."""
    first = min([NEVER, *(row.time for row in run.of_kind(Kind.OVERFLOW_BEGINS))])
    changes = {row.time for row in run.of_kind(Kind.OVERFLOW_BEGINS, Kind.OVERFLOW_ENDS)}
    outside = {(row.entity, row.visit) for row in run.of_kind(Kind.OVERFLOWED)}
    for row in run.of_kind(Kind.MQL):
        code, t = (row.entity, row.visit), run.at(row.time).overflow
        assert (code in outside) + len(run.of(Kind.HANDED_OFF, *code)) == 1
        on = any(begins <= row.time <= ends for begins, ends in run.overflow)
        if code in outside:
            assert t.overflow_policy == EXTERNAL
            assert on or t.queue_limit < NO_LIMIT
            (sent,) = run.of(Kind.OVERFLOWED, *code)
            assert (sent.time, sent.amount) == (row.time, t.external_fee)
        elif on and row.time not in changes and t.overflow_policy == EXTERNAL:
            assert row.time < first + t.external_start_up or t.queue_limit < NO_LIMIT
        if run.refused(*code):
            assert t.queue_limit < NO_LIMIT
    for row in run.of_kind(Kind.CONVERSATION):
        assert (row.actor == NOBODY) == ((row.entity, row.visit) in outside)
