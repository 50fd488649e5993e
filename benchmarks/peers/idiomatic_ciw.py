"""The benchmark funnel for Ciw 3.2.7: a network of nodes, a customer class for each channel, routers of our own.

Three nurture nodes without queues, the SDRs' node with reneging and a discipline by score, one AEs' node that serves
the three stages with a discipline by stage, and a node without a queue where the buyer waits between stages. Ciw draws
from Python's global generator, which `ciw.seed` sets. Wins are counted in a router; the rest is read from the records.
"""

import math
import random
from collections.abc import Sequence

import ciw
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
    Law,
    run_peer,
)

SDRS = NURTURE_STEPS + 1
AES = SDRS + 1
BUYER = AES + 1
NODES = BUYER
CHANNELS = ("A", "B", "C")


class Lead(ciw.Individual):
    """A customer with a score and a stage."""

    score = 0
    stage = 0


class StageLaw(ciw.dists.Distribution):
    """A lognormal law for each stage."""

    def __init__(self, laws: Sequence[Law]) -> None:
        """One law a stage."""
        self.laws = laws

    def sample(self, t: float | None = None, ind: Lead | None = None) -> float:
        """A draw from the law of the customer's stage."""
        return random.lognormvariate(*self.laws[ind.stage])


class Qualify(ciw.routing.NodeRouting):
    """From the last nurture step to the SDRs, or out."""

    def __init__(self, channel: int) -> None:
        """The router of a channel."""
        self.channel = channel

    def next_node(self, ind: Lead) -> ciw.Node:
        """Score a qualified lead and hand it over."""
        if random.random() >= MQL[self.channel]:
            return self.simulation.nodes[-1]
        ind.score = math.floor(min(max(random.gauss(SCORE_MEAN[self.channel], SCORE_SD), 0.0), 100.0))
        return self.simulation.nodes[SDRS]


class Sell(ciw.routing.NodeRouting):
    """From the AEs to the buyer's next wait, or out as a win or a loss."""

    def __init__(self, channel: int, won: list[float]) -> None:
        """The router of a channel; won: where the values of the wins go."""
        self.channel = channel
        self.won = won

    def next_node(self, ind: Lead) -> ciw.Node:
        """Decide how the stage ends."""
        if random.random() < LOSS[ind.stage]:
            return self.simulation.nodes[-1]
        if ind.stage == len(WORK) - 1:
            self.won.append(random.lognormvariate(*VALUE[self.channel]))
            return self.simulation.nodes[-1]
        return self.simulation.nodes[BUYER]


class Return(ciw.routing.NodeRouting):
    """From the buyer's wait to the AEs, a stage later."""

    def next_node(self, ind: Lead) -> ciw.Node:
        """Enter the next stage."""
        ind.stage += 1
        return self.simulation.nodes[AES]


def best_score(waiting: list[Lead], now: float) -> Lead:
    """The highest score; among equals the first to have joined (the list is in that order, max takes the first)."""
    return max(waiting, key=lambda lead: lead.score)


def latest_stage(waiting: list[Lead], now: float) -> Lead:
    """The latest stage; among equals the first to have joined."""
    return max(waiting, key=lambda lead: lead.stage)


def run(leads: int, sdrs: int, aes: int, seed: int) -> Figures:
    """One replication."""
    ciw.seed(seed)
    won: list[float] = []
    steps = range(1, NURTURE_STEPS + 1)
    nurture = [ciw.dists.Lognormal(*NURTURE) for _ in steps]
    service = [*nurture, ciw.dists.Lognormal(*HANDLING), StageLaw(WORK), StageLaw(WAIT)]
    nowhere = [None] * (NODES - 1)
    onwards = [ciw.routing.Direct(to=step + 1) for step in steps[:-1]]
    patience = [ciw.dists.Exponential(1.0 / PATIENCE) if node + 1 == SDRS else None for node in range(NODES)]
    network = ciw.create_network(
        arrival_distributions={
            name: [ciw.dists.Exponential(leads / YEAR * share), *nowhere]
            for name, share in zip(CHANNELS, SHARE, strict=True)
        },
        service_distributions=dict.fromkeys(CHANNELS, service),
        number_of_servers=[math.inf] * NURTURE_STEPS + [sdrs, aes, math.inf],
        routing={
            name: ciw.routing.NetworkRouting(
                routers=[
                    *onwards,
                    Qualify(channel),
                    ciw.routing.Probabilistic(destinations=[AES], probs=[SQL[channel]]),
                    Sell(channel, won),
                    Return(),
                ]
            )
            for channel, name in enumerate(CHANNELS)
        },
        reneging_time_distributions=dict.fromkeys(CHANNELS, patience),
        service_disciplines=[ciw.disciplines.FIFO] * NURTURE_STEPS + [best_score, latest_stage, ciw.disciplines.FIFO],
    )
    year = ciw.Simulation(network, individual_class=Lead)
    year.simulate_until_max_time(YEAR)
    records = year.get_all_records(include_incomplete=True)
    finished = [record for record in records if record.record_type != "incomplete"]
    waits = [
        record.waiting_time
        for record in records
        if record.node == SDRS and record.record_type != "renege" and record.waiting_time is not None
    ]
    return Figures(
        wins=len(won),
        revenue=sum(won),
        cold=sum(record.record_type == "renege" for record in records),
        wait=sum(waits) / len(waits) if waits else 0.0,
        events=year.nodes[0].number_of_individuals + len(finished),
    )


def main() -> None:
    """Print the line of JSON."""
    run_peer(run)


if __name__ == "__main__":
    main()
