"""Shapley: credit by what a channel adds, on average, to the channels that were there before it in any order."""

import numpy as np

from results.journeys import Journeys
from results.spans import Floats

__all__ = ["shapley"]


def shapley(journeys: Journeys) -> Floats:
    """What the channel adds on average to the channels before it, over all orders of them (Shapley value), where some
    channels are worth what was won by journeys that met no others.

    v(S) = sum of the value of journeys whose set of channels T lies in S. That sum of unanimity games has the value
    phi(c) = sum of value / |T| over the journeys whose set T holds c, exactly and for any number of channels: Zhao,
    Mahboobi and Bagheri, "Shapley Value Methods for Attribution Modeling in Online Advertising", arXiv 1804.05327,
    2018; L. S. Shapley, "A Value for n-person Games", 1953. Lost journeys do not count, nor does how often or in
    which order a channel was met.
    """
    met = journeys.meets
    return np.asarray((journeys.value / met.sum(axis=1)) @ met)
