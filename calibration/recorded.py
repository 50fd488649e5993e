"""recorded: the log that a company would have of a run, as of the end of its window, by what its CRM recorded."""

import dataclasses

import numpy as np
from numpy.typing import NDArray

from calibration.observation import PERFECT, Observation
from sim.asked import asked
from sim.draws import Purpose, turn, uniforms
from sim.log import (
    NOBODY,
    Account,
    Answers,
    Entities,
    EntityType,
    Events,
    Kind,
    Ledger,
    Log,
    RepMonths,
    Touches,
    ordinals,
)
from sim.reported import reported

__all__ = ["recorded"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

VERDICTS = (
    Kind.CONVERSATION, Kind.SALES_READY, Kind.ACCEPTED, Kind.REJECTED, Kind.NEGLECTED, Kind.MATERIAL, Kind.RFP,
    Kind.OPENED, Kind.REWORKED, Kind.STAGE_ENTER, Kind.APPOINTMENT, Kind.MEETING, Kind.PROPOSAL, Kind.PRESENTATION,
    Kind.WON, Kind.LOST,
)  # fmt: skip
"""What reps enter, sooner or later."""

NOTES = (
    Kind.ATTEMPT, Kind.CONVERSATION, Kind.TASK_START, Kind.TASK_END, Kind.MATERIAL, Kind.RFP, Kind.APPOINTMENT,
    Kind.MEETING, Kind.PROPOSAL, Kind.PRESENTATION,
)  # fmt: skip
"""What they may never enter."""

OF_SALES = (Account.BOOKING, Account.MARGIN)
"""Lines that a CRM makes of a win, on the day on which the win is entered."""


def recorded(log: Log, observation: Observation = PERFECT) -> Log:
    """What is on record at the end of the window; nothing that only a simulation knows.

    What decides is drawn from an entity's key, so what is entered under a larger share missing is entered under a
    smaller one too, and a delay of twice the mean is twice as long. A record of a history is taken as it is.
    """
    events, entities, end = log.events, log.entities, log.window.counted
    reasons = _causes(log, observation)
    time, entered = _entries(log, observation)
    created, of_win = _created(log, time)
    there = _there(entities, created < end)
    # What systems say of a record before it is made, they say when it is made.
    time = np.maximum(time, np.append(created, -np.inf)[events.entity])
    known = entered & (time < end) & np.append(there, True)[events.entity]
    if observation.backdated:
        time, created = np.array(events.time), np.array(entities.created)
    order = np.lexsort((events.entity, events.kind, time))
    order = order[known[order]]
    kept = np.flatnonzero(there)
    number = np.full(len(entities) + 1, NOBODY)
    number[kept] = np.arange(len(kept))
    columns = {name: column[order] for name, column in events.columns().items()}
    columns |= {"time": time[order], "reason": reasons[order], "entity": number[columns["entity"]]}
    mine = {name: column[kept] for name, column in entities.columns().items()}
    mine |= {"id": np.arange(len(kept)), "parent": number[mine["parent"]], "created": created[kept]}
    return dataclasses.replace(
        log,
        events=Events(**columns),
        entities=Entities(**mine),
        ledger=_ledger(log, of_win, number, observation.backdated),
        reps=_reps(log),
        window=dataclasses.replace(log.window, ends=end),
        hidden=None,
        fitted=None,
        touched=_touches(log, number),
        terms=dataclasses.replace(log.terms, coding=None, asking=None),
        kinds_kept=frozenset(Kind) if log.simulated else log.kinds_kept,
        accounts_kept=_accounts(log) if log.simulated else log.accounts_kept,
        answers=_answers(log, number),
    )


def _causes(log: Log, observation: Observation) -> Ints:
    """(events,) why, as it was written down: as the plan says of reporting, or the observation where that is worse."""
    coding = log.terms.coding
    if coding is None:
        return np.array(log.events.reason, dtype=np.int64)
    (coded, later), (right, right_later) = coding.coded, coding.accuracy
    least, best = 1.0 - observation.missing, 1.0 - observation.wrong
    worse = dataclasses.replace(
        coding,
        coded=(min(coded, least), min(later, least)),
        accuracy=(min(right, best), min(right_later, best)),
    )
    return reported(dataclasses.replace(log, terms=dataclasses.replace(log.terms, coding=worse)))


def _entries(log: Log, observation: Observation) -> tuple[Floats, Bools]:
    """(events,) when each was entered, and whether it was."""
    events, entities = log.events, log.entities
    time, entered = np.array(events.time, dtype=np.float64), np.ones(len(events), dtype=bool)
    if observation.late == 0.0 and observation.missing == 0.0:
        return time, entered
    notes, verdicts = np.isin(events.kind, NOTES), np.isin(events.kind, VERDICTS)
    rows = np.flatnonzero((notes | verdicts) & (events.entity != NOBODY))
    drawn = _drawn(log, rows)
    entered[rows] = ~notes[rows] | (drawn[:, 0] >= observation.missing)
    late = rows[verdicts[rows]]
    buyer = _buyers(entities)[events.entity[late]]
    order = np.lexsort((late, buyer))
    late, buyer, luck = late[order], buyer[order], drawn[verdicts[rows], 1][order]
    time[late] = _entered(buyer, time[late], -observation.late * np.log(luck))
    return time, entered


def _buyers(entities: Entities) -> Ints:
    """(entities,) the first entity of each buyer: its lead, or what there is in place of one."""
    up = np.arange(len(entities))
    while True:
        above = np.append(entities.parent, NOBODY)[up]
        climbing = (entities.type[up] != EntityType.LEAD) & (above != NOBODY)
        if not climbing.any():
            return up
        up = np.where(climbing, above, up)


def _entered(buyer: Ints, time: Floats, delay: Floats) -> Floats:
    """(rows,) when each happening is entered; those of one buyer stand together, in their order.

    A day's first delay is that of all of that day, and who enters something enters what came before it too.
    """
    if not len(time):
        return time
    fresh = np.ones(len(time), dtype=bool)
    fresh[1:] = (np.diff(buyer) != 0) | (np.diff(np.floor(time)) != 0)
    entry = time + delay[np.maximum.accumulate(np.where(fresh, np.arange(len(time)), 0))]
    for rows in np.split(np.arange(len(buyer)), np.flatnonzero(np.diff(buyer)) + 1):
        entry[rows] = np.minimum.accumulate(entry[rows][::-1])[::-1]
    return entry


def _drawn(log: Log, rows: Ints) -> Floats:
    """(rows, 2) uniform numbers: whether a happening is entered, and how late. The two ends of a task share them."""
    events, coding = log.events, log.terms.coding
    stream = 0 if coding is None else coding.stream
    kinds = np.where(events.kind == Kind.TASK_START, Kind.TASK_END, events.kind)[rows]
    n = ordinals(events)[rows]
    out = np.empty((len(rows), 2))
    keys = log.entities.key[events.entity[rows]]
    for key, kind, which, its in zip(keys.tolist(), kinds.tolist(), n.tolist(), out, strict=True):
        uniforms(stream, key, int(Purpose.ENTERED), turn(kind, 2 * which), its)
    return out


def _created(log: Log, time: Floats) -> tuple[Floats, Floats]:
    """(entities,) when each came on record; and (entities,) by how much later each opportunity was entered as won.

    An opportunity is there when its opening is entered; a customer and an order are, when the win is.
    """
    events, entities = log.events, log.entities
    created = np.array(entities.created, dtype=np.float64)
    opened, won = (np.flatnonzero(events.kind == kind) for kind in (Kind.OPENED, Kind.WON))
    created[events.entity[opened]] = time[opened]
    later = np.zeros(len(entities) + 1)
    later[events.entity[won]] = time[won] - events.time[won]
    # A customer stands on the opportunity of its first order, which is also an order of its own.
    customers = np.flatnonzero((entities.type == EntityType.CUSTOMER) & (entities.parent != NOBODY))
    created[customers] += later[entities.parent[customers]]
    delay = {
        (int(customer), float(day)): float(later[deal])
        for deal, day in zip(events.entity[won].tolist(), events.time[won].tolist(), strict=True)
        for customer in ([entities.parent[deal]] if entities.to_customers[deal] else [])
    }
    delay |= {(int(who), float(entities.created[who])): float(later[entities.parent[who]]) for who in customers}
    for order in np.flatnonzero(entities.type == EntityType.ORDER):
        created[order] += delay.get((int(entities.parent[order]), float(entities.created[order])), 0.0)
    return created, later[:-1]


def _there(entities: Entities, known: Bools) -> Bools:
    """(entities,) whether each is on record: it is, and so is what it comes from. A lead is one by itself."""
    there, leads = known.copy(), entities.type == EntityType.LEAD
    while True:
        lost = there & ~leads & (entities.parent != NOBODY) & ~np.append(there, True)[entities.parent]
        if not lost.any():
            return there
        there &= ~lost


def _ledger(log: Log, later: Floats, number: Ints, backdated: bool) -> Ledger:
    """later: (entities,) by how much later a win was entered."""
    ledger = log.ledger
    of_sale = np.isin(ledger.account, OF_SALES) & (ledger.entity != NOBODY)
    entry = np.where(of_sale, ledger.time + np.append(later, 0.0)[ledger.entity], ledger.time)
    time = ledger.time if backdated else entry
    order = np.argsort(time, kind="stable")
    order = order[(entry < log.window.counted)[order]]
    columns = {name: column[order] for name, column in ledger.columns().items()}
    return Ledger(**(columns | {"time": time[order], "entity": number[columns["entity"]]}))


def _reps(log: Log) -> RepMonths:
    """Those who had come by the end of the window."""
    here = log.reps.hired < log.window.counted
    here |= np.isnan(log.reps.hired)
    return RepMonths(**{name: column[here] for name, column in log.reps.columns().items()})


def _touches(log: Log, number: Ints) -> Touches | None:
    """What reached who is a lead on record; nothing where nobody is touched, none where that is not recorded."""
    touches = log.touches
    if touches is None and not log.simulated:
        return None
    if touches is None:
        none = np.zeros(0, dtype=np.int64)
        return Touches(np.zeros(0), none, none, none, none, none)
    known = (touches.time < log.window.counted) & (number[touches.entity] != NOBODY)
    columns = {name: column[known] for name, column in touches.columns().items()}
    return Touches(**(columns | {"entity": number[columns["entity"]]}))


def _answers(log: Log, number: Ints) -> Answers | None:
    """What those lost buyers said who are on record as opportunities."""
    if log.terms.asking is None:
        return log.answers
    found = asked(log.terms.asking, log.events, log.entities, log.window.counted)
    entity = number[log.events.entity[found.row]]
    reason = np.where(found.answers, log.events.reason[found.row], NOBODY)
    known = entity != NOBODY
    return Answers(found.day[known], entity[known], reason[known])


def _accounts(log: Log) -> frozenset[Account]:
    """The accounts that the books have; payments only where it is agreed when customers pay."""
    return frozenset(account for account in Account if log.terms.billed or account != Account.COLLECTION)
