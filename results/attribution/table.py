"""The table of attribution: each model's credit of each channel in one log, and over the replications of a scenario."""

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from results.attribution.markov import markov
from results.attribution.rules import first, last, lead_creation, linear, time_decay, u_shaped, w_shaped
from results.attribution.shapley import shapley
from results.facts import Facts
from results.journeys import Journeys
from results.spans import Floats
from results.uncertainty import estimate
from sim.errors import InputError, Problem
from sim.log import Log

__all__ = ["MODELS", "AttributionRow", "Credits", "attribute", "attribution", "select_models", "words_of"]

MODELS: Mapping[str, Callable[[Journeys], Floats]] = {
    "first": first,
    "lead_creation": lead_creation,
    "last": last,
    "linear": linear,
    "time_decay": time_decay,
    "u_shaped": u_shaped,
    "w_shaped": w_shaped,
    "markov": markov,
    "shapley": shapley,
}
"""Every model by its id: (channels,) credit from journeys; it sums to the value of what was won."""


def words_of(model: str) -> str:
    """What a model does, in a sentence: the first paragraph of its docstring."""
    return " ".join((MODELS[model].__doc__ or "").split("\n\n")[0].split())


def select_models(ids: Iterable[str] | None = None) -> tuple[str, ...]:
    """Some models by their ids, all if none are named; InputError names every id that there is not."""
    chosen = tuple(MODELS) if ids is None else tuple(dict.fromkeys(ids))
    problems = []
    for id in chosen:
        if id not in MODELS:
            near = difflib.get_close_matches(id, MODELS, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"there are {', '.join(MODELS)}"
            problems.append(Problem("model", "there is no attribution model of this id", repr(id), remedy))
    if problems:
        raise InputError(problems)
    return chosen


def attribute(log: Log | Facts, models: Iterable[str] | None = None) -> dict[str, dict[str, float]]:
    """{model: {channel: credit}}: the first-year value of the orders of new business won in the counted window, divided
    among the channels that met their buyers; each model's credits sum to it.

    What no channel brought stands under "" if there is any. Not defined (NaN) if the value of an order is not known.
    """
    chosen = select_models(models)
    facts = log if isinstance(log, Facts) else Facts(log)
    credits = Credits(chosen)(facts)
    labels = [*facts.log.names.channels, ""]
    shown = labels if np.any(credits[:, -1]) else labels[:-1]
    return {model: dict(zip(shown, row, strict=False)) for model, row in zip(chosen, credits.tolist(), strict=True)}


@dataclass(frozen=True)
class Credits:
    """The reducer `Log -> (models, channels + 1)`, the last channel being that of what none brought; picklable."""

    models: tuple[str, ...]

    def __call__(self, log: Log | Facts) -> Floats:
        facts = log if isinstance(log, Facts) else Facts(log)
        journeys = facts.journeys.within(facts.window)
        if np.isnan(journeys.value).any():
            return np.full((len(self.models), len(journeys.channels)), np.nan)
        return np.array([MODELS[model](journeys) for model in self.models])


@dataclass(frozen=True)
class AttributionRow:
    """What one model credits to one channel, over replications."""

    model: str
    channel: str
    """Without a name: what no channel brought."""
    mean: float
    lo95: float
    hi95: float
    """95 % interval of the mean."""
    p10: float
    p50: float
    p90: float
    """Percentiles over replications."""
    share: float
    """Of the mean in what the model credits to all channels."""
    rank: int
    """Place by the mean among the channels of the model, 1 = the most."""


def attribution(
    credits: Sequence[Floats], draw: NDArray[np.int64], models: Sequence[str], channels: Sequence[str]
) -> tuple[AttributionRow, ...]:
    """One row a model and channel, from `Credits` of every replication; channels in their order.

    What no channel brought comes last, and is left out if there is none.
    """
    values = np.array(credits)
    labels = [*channels, ""] if np.any(values[:, :, -1]) else list(channels)
    rows = []
    for place, model in enumerate(models):
        found = [estimate(values[:, place, channel], draw) for channel in range(len(labels))]
        means = np.array([one.mean for one in found])
        ranks = 1 + np.argsort(np.argsort(-means, kind="stable"), kind="stable")
        whole = means.sum()
        for label, one, rank in zip(labels, found, ranks.tolist(), strict=True):
            share = one.mean / whole if whole else float("nan")
            rows.append(
                AttributionRow(model, label, one.mean, one.lo95, one.hi95, *one.outcome, share=share, rank=rank)
            )
    return tuple(rows)
