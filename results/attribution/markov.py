"""Markov: credit by how much more would be lost if a channel led nowhere, on the graph of what follows what."""

import numpy as np

from results.journeys import Journeys
from results.spans import Floats

__all__ = ["markov", "removal_effects"]


def markov(journeys: Journeys) -> Floats:
    """By how much less would be won if the channel led nowhere (removal effect of a first-order Markov chain of won
    and lost journeys), scaled to sum to what was won."""
    effect = removal_effects(journeys)
    total = effect.sum()
    return np.asarray(journeys.value.sum() * (effect / total if total else effect))


def removal_effects(journeys: Journeys) -> Floats:
    """(channels,) 1 - P(won without the channel) / P(won), by the absorbing chain start -> channels -> won or lost.

    Transition probabilities are shares of the transitions of all journeys, won and lost; without a channel, whatever
    led to it leads to the loss. P(won) = s (I - Q)^-1 w, s the first channels, Q channel to channel, w channel to won.
    Two touchpoints of one channel in a row only delay what follows. Anderl, Becker, von Wangenheim and Schumann,
    "Mapping the customer journey", International Journal of Research in Marketing 33(3), 2016, 457-474,
    doi 10.1016/j.ijresmar.2016.03.001.
    """
    count = len(journeys.channels)
    if not journeys.won.any():
        return np.zeros(count)
    ends = np.zeros(len(journeys.time), dtype=bool)
    ends[journeys.begins[1:] - 1] = True
    ending = journeys.channel[ends]
    here = np.flatnonzero(~ends)
    follows = np.zeros((count, count))
    np.add.at(follows, (journeys.channel[here], journeys.channel[here + 1]), 1.0)
    wins = np.bincount(ending, journeys.won, count)
    left = np.maximum(follows.sum(axis=1) + np.bincount(ending, minlength=count), 1.0)
    start = np.bincount(journeys.channel[journeys.begins[:-1]], minlength=count) / len(journeys.ended)
    q, w = follows / left[:, np.newaxis], wins / left

    def won(channels: Floats) -> float:
        """P(won) with some of the channels."""
        which = np.flatnonzero(channels)
        reach = np.linalg.solve(np.eye(len(which)) - q[np.ix_(which, which)], w[which])
        return float(start[which] @ reach)

    whole = won(np.ones(count))
    without = 1.0 - np.eye(count)
    # What no journey meets is exactly zero, not what rounding leaves.
    met = np.bincount(journeys.channel, minlength=count) > 0
    return np.where(met, [1.0 - won(others) / whole for others in without], 0.0).clip(min=0.0)
