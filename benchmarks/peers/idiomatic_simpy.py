"""The benchmark funnel for SimPy 4.1 as one writes it first: a process for each lead, priority resources, `random`.

It writes the rows that leadflow's log has for the same happenings, as tuples in a list. The ordinary model of the tests
does the same work with leadflow's keyed draws, row for row the same log; this one shows what SimPy costs by itself.
"""

import random
from collections.abc import Generator
from typing import Any

import simpy
from world import (
    HANDLING,
    LOSS,
    MQL,
    NURTURE,
    NURTURE_STEPS,
    PATIENCE,
    SCORE_MEAN,
    SCORE_SD,
    SHARE,
    SQL,
    VALUE,
    WAIT,
    WORK,
    YEAR,
    Figures,
    run_peer,
)

STAGES = len(WORK)
NOBODY = -1
CAPTURED, MQL_ROW, NURTURE_ENTER, NURTURE_EXIT, HANDED_OFF, ATTEMPT, CONVERSATION = 10, 12, 14, 15, 20, 22, 24
ACCEPTED, REJECTED, WENT_COLD, WITHDRAWN, OPENED, STAGE_ENTER, TASK_START, TASK_END = 26, 27, 29, 30, 40, 42, 44, 45
WON, LOST = 50, 51

Process = Generator[simpy.Event, Any, None]


class Funnel:
    """The year: arrivals, two teams, and the log."""

    def __init__(self, leads: int, sdrs: int, aes: int, seed: int):
        self.env = simpy.Environment()
        self.random = random.Random(seed)
        self.gap = leads / YEAR
        self.sdrs = simpy.PriorityResource(self.env, sdrs)
        self.aes = simpy.PriorityResource(self.env, aes)
        self.log: list[tuple[float, int, int, int, int, int, int, float]] = []
        self.entities: list[tuple[int, float, int, int]] = []
        self.waits: list[float] = []
        self.events = 0

    def note(self, kind: int, entity: int, stage: int = NOBODY, reason: int = NOBODY, amount: float = 0.0) -> None:
        """Write a row of the log."""
        self.log.append((self.env.now, kind, entity, 0, NOBODY, stage, reason, amount))

    def arrivals(self) -> Process:
        """A Poisson process of leads."""
        while True:
            yield self.env.timeout(self.random.expovariate(self.gap))
            self.events += 1
            channel = self.random.choices((0, 1, 2), SHARE)[0]
            number = len(self.entities)
            self.entities.append((number, self.env.now, NOBODY, channel))
            self.note(CAPTURED, number)
            self.env.process(self.lead(number, channel))

    def lead(self, number: int, channel: int) -> Process:
        """A lead from its arrival to a win, a loss or the end of its patience."""
        env, draw = self.env, self.random
        for _ in range(NURTURE_STEPS):
            yield env.timeout(draw.lognormvariate(*NURTURE))
            self.events += 1
        if draw.random() >= MQL[channel]:
            self.note(NURTURE_ENTER, number)
            self.note(NURTURE_EXIT, number)
            self.note(WITHDRAWN, number)
            return
        score = int(min(max(draw.gauss(SCORE_MEAN[channel], SCORE_SD), 0.0), 100.0))
        self.note(MQL_ROW, number)
        self.note(HANDED_OFF, number)
        handed = env.now
        with self.sdrs.request(priority=-score) as turn:
            yield turn | env.timeout(draw.expovariate(1 / PATIENCE))
            self.events += 1
            if not turn.triggered:
                self.note(WENT_COLD, number)
                self.note(WITHDRAWN, number)
                return
            self.waits.append(env.now - handed)
            self.note(ATTEMPT, number)
            hours = draw.lognormvariate(*HANDLING)
            yield env.timeout(hours)
            self.events += 1
            self.note(TASK_END, number, amount=hours)
        self.note(CONVERSATION, number)
        if draw.random() >= SQL[channel]:
            self.note(REJECTED, number)
            self.note(WITHDRAWN, number)
            return
        self.note(ACCEPTED, number)
        yield from self.sell(number, channel)

    def sell(self, lead: int, channel: int) -> Process:
        """Three stages with an AE."""
        env, draw = self.env, self.random
        number = len(self.entities)
        self.entities.append((number, env.now, lead, channel))
        amount = draw.lognormvariate(*VALUE[channel])
        self.note(OPENED, number, amount=amount)
        for stage in range(STAGES):
            self.note(STAGE_ENTER, number, stage)
            with self.aes.request(priority=-stage) as turn:
                yield turn
                self.note(TASK_START, number, stage)
                hours = draw.lognormvariate(*WORK[stage])
                yield env.timeout(hours)
                self.events += 1
                self.note(TASK_END, number, amount=hours)
            if draw.random() < LOSS[stage]:
                self.note(LOST, number, stage, amount=amount)
                return
            if stage < STAGES - 1:
                yield env.timeout(draw.lognormvariate(*WAIT[stage]))
                self.events += 1
        self.note(WON, number, STAGES - 1, amount=amount)


def run(leads: int, sdrs: int, aes: int, seed: int) -> Figures:
    """One replication."""
    funnel = Funnel(leads, sdrs, aes, seed)
    funnel.env.process(funnel.arrivals())
    funnel.env.run(until=YEAR)
    won = [amount for _, kind, *_, amount in funnel.log if kind == WON]
    cold = sum(kind == WENT_COLD for _, kind, *_ in funnel.log)
    wait = sum(funnel.waits) / max(len(funnel.waits), 1)
    return Figures(wins=len(won), revenue=sum(won), cold=cold, wait=wait, events=funnel.events)


def main() -> None:
    """Print the line of JSON."""
    run_peer(run)


if __name__ == "__main__":
    main()
