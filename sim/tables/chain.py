"""The stages of a sale as an absorbing chain: how often each is entered, where buyers may send an opportunity back.

N = (I - Q)^-1, Q the probabilities of passing from stage to stage (Kemeny & Snell 1976, Finite Markov Chains, 3.2).
"""

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.laws.outcomes import sigmoid

__all__ = ["entries", "has_rework", "passages"]

Floats = NDArray[np.float64]


def has_rework(funnel: Funnel) -> bool:
    """Whether a buyer may send an opportunity back."""
    return any(stage.rework for stage in funnel.stages.values())


def passages(funnel: Funnel, logits: Floats) -> Floats:
    """(S, S + 1) probability that an opportunity that nobody delays passes from stage to stage; the last is its order.

    logits: (S,) log-odds of advancing.
    """
    stages = list(funnel.stages)
    out = np.zeros((len(stages), len(stages) + 1))
    for number, stage in enumerate(funnel.stages.values()):
        advance = sigmoid(float(logits[number]))
        for name, cause in stage.rework.items():
            out[number, stages.index(name)] += (1.0 - advance) * cause.share
        out[number, number + 1] += advance
    return out


def entries(passages: Floats) -> Floats:
    """(S, S) how often an opportunity that enters stage i enters stage j from then on, on average."""
    among = passages[:, :-1]
    return np.asarray(np.linalg.inv(np.eye(len(among)) - among), dtype=np.float64)
