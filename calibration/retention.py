"""Whether customers stay, as history tells it: renewals by term where they are recorded, repeat orders where not."""

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.diagnostics import FEW_EVENTS, Diagnostic
from calibration.history import History
from calibration.part import Part
from calibration.posterior import DIGITS, Block, rounded
from calibration.repeat import fit_repeat, purchases_of
from calibration.sampling import Posterior, sample
from sim.customers import Customers

__all__ = ["Terms", "fit_ageing", "retention_parts", "terms_of"]

Floats = NDArray[np.float64]

USUAL = float(Customers.model_fields["renewal"].default)
"""Centre of the prior of the share that renews its first term: the default of `customers.renewal`."""
WEIGHT = 10.0
"""Customers that this prior is worth where one share is fitted for all terms. [choice]"""

_CENTRE = np.array([math.log(USUAL / (1.0 - USUAL)), math.log(5.0)])
_SD = np.array([1.0, 1.5])
"""Of the log-odds that the first term is renewed, and of the logarithm of alpha + beta. The published fits are 1.9 and
4.5 (Fader and Hardie 2007); 90 % of the prior is .4 to 59, beyond which customers are as good as alike. [choice]"""
_LAST = 200
"""Terms that anybody may have had; a number beyond is no term's."""
_SIMILAR = 0.25
"""Least share of those due that must be past their first term before renewal is fitted by age. [choice]"""


@dataclass(frozen=True)
class Terms:
    """How many customers came to the end of each term, and how many renewed; (terms,)."""

    due: Floats
    renewed: Floats
    length: float
    """Days of a term; NaN where no customer's beginning is recorded."""


def terms_of(history: History) -> Terms | None:
    """The recorded ends of terms; None without any.

    A term's number is as recorded with it, else it is counted from the customer's first.
    """
    table = history.tables.activities
    mine = (table.record == "customer") & np.isin(table.activity, ("renewed", "churned"))
    if not mine.any():
        return None
    order = np.flatnonzero(mine)[np.argsort(table.at[mine], kind="stable")]
    since = dict(zip(history.tables.customers.id, history.tables.customers.since, strict=True))
    seen: defaultdict[str, int] = defaultdict(int)
    term, length = np.empty(len(order), dtype=np.int64), np.full(len(order), np.nan)
    for row, place in enumerate(order.tolist()):
        who, visit = table.id[place], float(table.visit[place])
        term[row] = int(visit) if 0.0 <= visit < _LAST else min(seen[who], _LAST - 1)
        seen[who] = term[row] + 1
        if who in since:
            length[row] = (table.at[place] - since[who]) / (term[row] + 1)
    due = np.bincount(term).astype(np.float64)
    renewed = np.bincount(term, weights=table.activity[order] == "renewed", minlength=len(due)).astype(np.float64)
    known = length[length > 0.0]
    return Terms(due, renewed, float(np.round(np.median(known), 1)) if len(known) else math.nan)


def fit_ageing(terms: Terms, draws: int, rng: np.random.Generator) -> Posterior:
    """Draws of the log-odds that the first term is renewed and of log(alpha + beta), by the likelihood of
    `calibration.renewal` and the stated prior."""
    age = np.arange(len(terms.due), dtype=np.float64)
    n, y = terms.due, terms.renewed

    def density(theta: Floats) -> Floats:
        alpha, beta = (column[:, None] for column in _alpha_beta(theta).T)
        fit = (y * np.log(beta + age) + (n - y) * np.log(alpha) - n * np.log(alpha + beta + age)).sum(axis=1)
        return np.asarray(fit - 0.5 * (((theta - _CENTRE) / _SD) ** 2).sum(axis=1), dtype=np.float64)

    return sample(density, _CENTRE, _SD, draws, rng)


def _alpha_beta(theta: Floats) -> Floats:
    """(n, 2) alpha and beta."""
    first, strength = 1.0 / (1.0 + np.exp(-theta[:, 0])), np.exp(theta[:, 1])
    return np.column_stack(((1.0 - first) * strength, first * strength))


def retention_parts(history: History, draws: int, rng: np.random.Generator) -> list[Part]:
    """What history says of customers' renewals, or else of their repeat orders; nothing where it holds neither."""
    terms = terms_of(history)
    return [_renewal(terms, draws, rng)] if terms is not None else _repeat(history)


def _renewal(terms: Terms, draws: int, rng: np.random.Generator) -> Part:
    due, renewed = float(terms.due.sum()), float(terms.renewed.sum())
    # In a calibrated funnel nobody is known to fit better than others.
    fields: dict[str, Any] = {"customers.renewal_fit": 0.0}
    origin = {"customers.renewal_fit": "neutral"}
    if math.isfinite(terms.length):
        fields["customers.term"], origin["customers.term"] = terms.length, "fitted"
    later = float(terms.due[1:].sum())
    if later >= FEW_EVENTS and later >= _SIMILAR * due:
        both = _alpha_beta(fit_ageing(terms, draws, rng).draws)
        alpha, beta = np.median(both, axis=0).tolist()
        fields["customers.ageing"] = {"alpha": rounded(alpha), "beta": rounded(beta)}
        origin["customers.ageing"] = "fitted"
        block = Block(("customers.ageing.alpha", "customers.ageing.beta"), both)
        age = np.arange(len(terms.due))
        share = (beta + age) / (alpha + beta + age)
    else:
        won, lost = WEIGHT * USUAL + renewed, WEIGHT * (1.0 - USUAL) + due - renewed
        fields["customers.renewal"], origin["customers.renewal"] = round(won / (won + lost), DIGITS), "fitted"
        block = Block(("customers.renewal",), rng.beta(won, lost, (draws, 1)))
        share = np.full(len(terms.due), won / (won + lost))
    told = terms.due >= FEW_EVENTS
    gap = float(np.abs(terms.renewed[told] / terms.due[told] - share[told]).max()) if told.any() else math.nan
    row = Diagnostic(
        "customers.renewal",
        int(due),
        int(renewed),
        math.nan,
        gap,
        "largest gap between the fitted and the recorded share that renews, over terms with 30 ends",
        f"only {due:.0f} ends of a term: the share that renews leans on its prior of {USUAL:g}"
        if due < FEW_EVENTS
        else "",
    )
    # A year and a term are told apart where it matters.
    other = math.isfinite(terms.length) and abs(terms.length - 365.0) > 36.5
    note = (
        f"terms are {terms.length:g} days long: what a deal is won for counts as the value of one term, not of a year"
    )
    return Part((row,), fields, (block,), origin, (note,) if other else ())


def _repeat(history: History) -> list[Part]:
    """Repeat orders, told only: a simulated customer has terms."""
    orders = history.tables.orders
    if not len(orders):
        return []
    _, who = np.unique(orders.customer.astype(str), return_inverse=True)
    seen = purchases_of(who.astype(np.int64), orders.ordered, history.end)
    again = int((seen.repeats > 0.0).sum())
    if again < FEW_EVENTS:
        return []
    year = fit_repeat(seen).expected(365.0)
    row = Diagnostic(
        "customers.repeat",
        len(seen.repeats),
        int(seen.repeats.sum()),
        float(seen.watched.sum()),
        year,
        "repeat orders that a new customer is expected to place in a year (BG/NBD)",
        f"repeat orders are told and not simulated: a customer renews terms (customers.renewal {USUAL:g}, a prior)",
    )
    return [Part((row,))]
