"""A run's log as it stands at the end of its window: nothing that happens later is in it."""

import dataclasses

from sim.log import Entities, Events, Ledger, Log, RepMonths, Touches

__all__ = ["cut_off"]


def _some(kind, table, rows):
    return kind(**{name: column[rows] for name, column in table.columns().items()})


def cut_off(log: Log) -> Log:
    """Entities stand in the order of their creation, so those that are there keep their numbers."""
    end = log.window.counted
    there = log.entities.created < end
    count = int(there.sum())
    assert there[:count].all()
    truth, touches = log.truth, log.touches
    events = (log.events.time < end) & (log.events.entity < count)
    assert not (log.events.time[log.events.entity >= count] < end).any()
    reps = (log.reps.month >= 0) & (log.reps.month < len(log.window.month_edges) - 1)
    ledger = log.ledger.time < end
    return dataclasses.replace(
        log,
        events=_some(Events, log.events, events),
        entities=_some(Entities, log.entities, there),
        ledger=_some(Ledger, log.ledger, ledger),
        reps=_some(RepMonths, log.reps, reps),
        window=dataclasses.replace(log.window, ends=end),
        hidden=_some(type(truth), truth, truth.entity < count),
        fitted=None,
        touched=None if touches is None else _some(Touches, touches, (touches.time < end) & (touches.entity < count)),
    )
