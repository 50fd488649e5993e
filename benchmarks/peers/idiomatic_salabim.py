"""The benchmark funnel for salabim 26: a component for each lead, resources with priorities, a request that may fail.

Written with `yield`, the quicker of the library's two styles, which needs no greenlet. Durations are drawn from one
generator of the replication's own, since the library has no lognormal law.
"""

import math
import random
from collections.abc import Iterator

import salabim as sim
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

CHANNELS = range(len(SHARE))


class Year:
    """What a replication's leads share: luck, teams and what is counted."""

    def __init__(self, env: sim.Environment, sdrs: int, aes: int, seed: int) -> None:
        """Teams of a size, nothing counted yet."""
        self.luck = random.Random(seed)
        self.sdrs = sim.Resource("SDRs", capacity=sdrs, env=env)
        self.aes = sim.Resource("AEs", capacity=aes, env=env)
        self.wins = self.cold = self.served = self.events = 0
        self.revenue = self.waited = 0.0


class Lead(sim.Component):
    """A lead from its arrival to a win, a loss or the end of its patience."""

    def setup(self, year: Year) -> None:
        """Remember the year."""
        self.year = year

    def process(self) -> Iterator[None]:
        """Nurture, an SDR, and three stages with an AE."""
        year = self.year
        luck = year.luck
        year.events += 1
        (channel,) = luck.choices(CHANNELS, SHARE)
        for _ in range(NURTURE_STEPS):
            yield self.hold(luck.lognormvariate(*NURTURE))
            year.events += 1
        if luck.random() >= MQL[channel]:
            return

        score = math.floor(min(max(luck.gauss(SCORE_MEAN[channel], SCORE_SD), 0.0), 100.0))
        handed = self.env.now()
        yield self.request((year.sdrs, 1, -score), fail_delay=luck.expovariate(1.0 / PATIENCE))
        if self.failed():
            year.events += 1
            year.cold += 1
            return
        year.served += 1
        year.waited += self.env.now() - handed
        yield self.hold(luck.lognormvariate(*HANDLING))
        self.release(year.sdrs)
        year.events += 1
        if luck.random() >= SQL[channel]:
            return

        for stage, (work, loss) in enumerate(zip(WORK, LOSS, strict=True)):
            yield self.request((year.aes, 1, -stage))
            yield self.hold(luck.lognormvariate(*work))
            self.release(year.aes)
            year.events += 1
            if luck.random() < loss:
                return
            if stage < len(WAIT):
                yield self.hold(luck.lognormvariate(*WAIT[stage]))
                year.events += 1
        year.wins += 1
        year.revenue += luck.lognormvariate(*VALUE[channel])


def run(leads: int, sdrs: int, aes: int, seed: int) -> Figures:
    """One replication."""
    env = sim.Environment(random_seed=seed, trace=False, yieldless=False)
    year = Year(env, sdrs, aes, seed)
    sim.ComponentGenerator(Lead, iat=sim.Exponential(YEAR / leads, randomstream=year.luck, env=env), year=year, env=env)
    env.run(till=YEAR)
    wait = year.waited / year.served if year.served else 0.0
    return Figures(wins=year.wins, revenue=year.revenue, cold=year.cold, wait=wait, events=year.events)


def main() -> None:
    """Print the line of JSON."""
    run_peer(run)


if __name__ == "__main__":
    main()
