"""The benchmark funnel for cimba-python 0.9.5: a process (a C coroutine) for each lead, resources with priorities.

Compiled by the library before the first run; trials run on one thread here, so that CPU seconds compare.
"""

import cimba as cb
from cimba import inputs, random
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

GONE_COLD = 1
STAGES = len(WORK)


class Lead(cb.Model):
    """A lead from its arrival to a win, a loss or the end of its patience."""

    funnel: cb.Ref["Funnel"]

    @cb.process
    def live(self):
        """Nurture, an SDR, and three stages with an AE."""
        funnel = self.funnel
        channel = random.categorical(SHARE)
        for _ in range(NURTURE_STEPS):
            cb.hold(funnel.nurture.next())
            funnel.events += 1
        if not random.bernoulli(MQL[channel]):
            return

        score = int(min(max(random.normal(SCORE_MEAN[channel], SCORE_SD), 0.0), 100.0))
        handed = cb.now()
        me = cb.this_process()
        me.timer_set(funnel.patience.next(), GONE_COLD)
        if funnel.sdrs.acquire(1, priority=score) == GONE_COLD:
            funnel.events += 1
            funnel.cold += 1
            return
        me.timers_clear()
        funnel.waits.record(cb.now() - handed)
        cb.hold(funnel.handling.next())
        funnel.sdrs.release()
        funnel.events += 1
        if not random.bernoulli(SQL[channel]):
            return

        for stage in range(STAGES):
            funnel.aes.acquire(1, priority=stage)
            cb.hold(random.lognormal(WORK[stage][0], WORK[stage][1]))
            funnel.aes.release()
            funnel.events += 1
            if random.bernoulli(LOSS[stage]):
                return
            if stage < STAGES - 1:
                cb.hold(random.lognormal(WAIT[stage][0], WAIT[stage][1]))
                funnel.events += 1
        funnel.wins += 1
        funnel.revenue += random.lognormal(VALUE[channel][0], VALUE[channel][1])


class Funnel(cb.Model):
    """The year: arrivals, two teams, and what is counted."""

    gap: cb.Input[float]
    nurture: cb.Input[float] = inputs.dist.lognormal(mean=NURTURE[0], sigma=NURTURE[1])
    patience: cb.Input[float] = inputs.dist.exponential(mean=PATIENCE)
    handling: cb.Input[float] = inputs.dist.lognormal(mean=HANDLING[0], sigma=HANDLING[1])
    sdrs: cb.Resource
    aes: cb.Resource
    waits: cb.Dataset
    wins: cb.Output[int] = 0
    revenue: cb.Output[float] = 0.0
    cold: cb.Output[int] = 0
    wait: cb.Output[float] = 0.0
    events: cb.Output[int] = 0

    @cb.process
    def arrivals(self):
        """A Poisson process of leads."""
        while True:
            cb.hold(self.gap.next())
            self.events += 1
            cb.spawn(Lead, funnel=self)

    @cb.on_end
    def measure(self):
        """The mean wait of the leads that an SDR began with."""
        self.wait = self.waits.sample_mean()


def run(leads: int, sdrs: int, aes: int, seed: int) -> Figures:
    """One replication."""
    funnel = Funnel()
    funnel.gap = inputs.dist.exponential(mean=YEAR / leads)
    funnel.sdrs = cb.Resource(capacity=sdrs)
    funnel.aes = cb.Resource(capacity=aes)
    results = cb.Experiment(funnel, window=cb.Window(duration=YEAR), seed=seed).run(workers=1)
    if results.failed.any():
        raise RuntimeError(f"the trial failed: {results.failure_reasons[0, 0]}")
    found = results[funnel]
    return Figures(
        wins=int(found.wins[0, 0]),
        revenue=float(found.revenue[0, 0]),
        cold=int(found.cold[0, 0]),
        wait=float(found.wait[0, 0]),
        events=int(found.events[0, 0]),
    )


def main() -> None:
    """Print the line of JSON."""
    run_peer(run, warm=True)


if __name__ == "__main__":
    main()
