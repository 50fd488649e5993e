"""SimPy's environment with absolute times and ranks: what happens first when several things happen at one instant.

An event's rank is (queue kind 8 bits | entity 40 | n 16), n counting the events of that kind of that entity, so ranks
are unique and never depend on the order of insertion. Teams hand out work when an instant is exhausted.
"""

import math
from collections.abc import Callable
from enum import IntEnum
from heapq import heappush
from typing import Any

import simpy
from simpy.events import Event

__all__ = ["Agenda", "Queue", "Signal"]

_MOST_ENTITIES = 1 << 40
_MOST_ORDINALS = 1 << 16


class Queue(IntEnum):
    """What the agenda holds, in the order in which it happens at one instant."""

    START = 1  # the run-in ends and the scenario's changes act
    REVIEW = 2  # managers look at how things go
    QUOTA_RESET = 3  # a quota period ends
    SHOCK = 4  # something befalls the company
    HEADS = 5  # a seat is filled or emptied
    OPENING = 6  # the working day begins
    TASK_DONE = 7  # a rep finishes a task
    PROSPECTED = 8  # an AE finds an opportunity of his own
    ARRIVAL = 9  # a lead is captured
    WAIT_OVER = 10  # a buyer's delay ends
    SLA = 11  # an untried lead is past its service level
    PATIENCE = 12  # a waiting lead goes cold
    SIGNING = 13  # the day's decisions in the last stage


class Signal(Event):
    """An event that is fired within the current instant, not queued: whoever waits goes on at once."""

    def fire(self, value: Any = None) -> None:
        """Wake those who wait, with a value."""
        self._ok = True
        self._value = value
        callbacks, self.callbacks = self.callbacks, None  # type: ignore[assignment]
        for callback in callbacks:
            callback(self)


class Agenda(simpy.Environment):
    """The queue of things to come; nothing at or after `ends` is taken in."""

    def __init__(self, begins: float, ends: float, close: Callable[[], None]):
        super().__init__(initial_time=begins)
        self.ends = ends
        self._close = close
        self._unsettled = False

    def at(self, time: float, kind: Queue, entity: int, n: int) -> Event:
        """An event at an absolute time; one at or after the end never happens."""
        if n >= _MOST_ORDINALS or entity >= _MOST_ENTITIES:
            raise OverflowError(f"entity {entity} has had {n} events of kind {kind.name}; no more can be ranked")
        event = Event(self)
        event._ok = True
        event._value = None
        if time < self.ends:
            # SimPy's own schedule() takes a delay, and now + (time - now) is not always time. Ranks are unique, so that
            # its running number of events decides nothing.
            queue: list[tuple[float, int, int, Event]] = self._queue  # type: ignore[assignment]
            heappush(queue, (time, (kind << 56) | (entity << 16) | n, 0, event))
        return event

    def call_at(self, time: float, kind: Queue, entity: int, n: int, action: Callable[[], None]) -> None:
        """Do something at an absolute time."""
        event = self.at(time, kind, entity, n)
        assert event.callbacks is not None
        event.callbacks.append(lambda _: action())

    def close_instant(self) -> None:
        """Have the teams hand out work once nothing else is left at this instant."""
        self._unsettled = True

    def live(self, until: float = math.inf) -> None:
        """Let everything happen that comes before `until`, and hand out the work of its last instant."""
        queue = self._queue
        while until > self.now:
            if self._unsettled and (not queue or queue[0][0] > self.now):
                self._unsettled = False
                self._close()
            elif queue and queue[0][0] < until:
                self.step()
            else:
                return
