"""How a rep's effort answers to what the next dollar earns him (`sim.laws.pay`), where pay tells it, else a prior.

Where pay has accelerators, the rate changes within a rep, at a kink that he reaches and others have not: a panel of rep
and month with effects of both, log hours on the log of the rate with which the month began. Elasticities of personal
selling bound it from above (.34; Albers, Mantrala and Sridhar 2010, doi:10.1509/jmkr.47.5.840).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.diagnostics import Diagnostic
from calibration.history import History
from calibration.part import Part
from calibration.posterior import DIGITS, Block
from calibration.tables import date_of

__all__ = ["PRIOR", "Elasticity", "effort_panel", "elasticity_part", "fit_elasticity"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

PRIOR = (0.15, 0.08)
"""Mean and standard deviation of the prior of the elasticity, which is cut off at nothing. [choice]"""
_FEW = 30
"""Rep-months that must be recorded."""
_TELLS = 2.0
"""A panel tells nothing if its standard error is more than this many of the prior's."""
_PATH = "effort.elasticity"


@dataclass(frozen=True)
class Elasticity:
    """The panel's estimate and the posterior, both normal."""

    estimate: float
    error: float
    """Standard error, clustered by rep."""
    mean: float
    sd: float


def fit_elasticity(hours: Floats, rate: Floats, rep: Ints, month: Ints) -> Elasticity | None:
    """The elasticity of (rows,) hours with respect to the rate of the next dollar, with effects of rep and month.

    None where the rate does not vary within reps and months, or too little to tell.
    """
    reps, who = np.unique(rep, return_inverse=True)
    months, when = np.unique(month, return_inverse=True)
    effects = np.concatenate((who[:, None] == np.arange(len(reps)), when[:, None] == np.arange(len(months))), axis=1)
    both = np.column_stack((np.log(hours), np.log(rate)))
    y, x = (both - effects @ np.linalg.lstsq(effects.astype(np.float64), both, rcond=None)[0]).T
    squares = float(x @ x)
    if len(hours) < _FEW or len(reps) < 3 or squares < 1e-9:
        return None
    estimate = float(x @ y) / squares
    scores = np.bincount(who, weights=x * (y - estimate * x))
    used = len(reps) + len(months)
    small = len(reps) / (len(reps) - 1.0) * (len(hours) - 1.0) / max(len(hours) - used, 1.0)
    error = float(np.sqrt(small * scores @ scores)) / squares
    if not 0.0 < error <= _TELLS * PRIOR[1]:
        return None
    precision = error**-2.0 + PRIOR[1] ** -2.0
    mean = (estimate * error**-2.0 + PRIOR[0] * PRIOR[1] ** -2.0) / precision
    return Elasticity(estimate, error, mean, precision**-0.5)


def effort_panel(history: History) -> tuple[Floats, Floats, Ints, Ints]:
    """(rows,) hours of work, the rate of the last sale before, rep and month, for each rep and month that has both.

    The rate is the commission on a sale by its booking, as the ledger has them.
    """
    books, table = history.tables.books, history.tables.activities
    booked = {
        key: amount
        for account, key, amount in zip(books.account, books.id, books.amount, strict=True)
        if account == "booking" and amount > 0.0
    }
    paid = np.flatnonzero((books.account == "commission") & (books.amount > 0.0))
    sales: dict[str, list[tuple[float, float]]] = {}
    for row in paid[np.argsort(books.at[paid], kind="stable")].tolist():
        if books.id[row] in booked and books.rep[row]:
            rate = float(books.amount[row]) / booked[books.id[row]]
            sales.setdefault(books.rep[row], []).append((float(books.at[row]), rate))
    worked: dict[tuple[str, int], float] = {}
    first: dict[int, float] = {}
    ends = np.flatnonzero((table.activity == "task_end") & (table.amount > 0.0) & np.isin(table.rep, list(sales)))
    for row in ends.tolist():
        date = date_of(float(table.at[row]))
        month = date.year * 12 + date.month
        first[month] = float(table.at[row] // 1.0) - date.day + 1.0
        key = (table.rep[row], month)
        worked[key] = worked.get(key, 0.0) + float(table.amount[row])
    names = {rep: place for place, rep in enumerate(sorted(sales))}
    rows = [
        (hours, before[-1], names[rep], month)
        for (rep, month), hours in worked.items()
        if rep in names and (before := [rate for at, rate in sales[rep] if at < first[month]])
    ]
    hours_, rates, who, when = np.array(rows, dtype=np.float64).reshape(-1, 4).T
    return hours_, rates, who.astype(np.int64), when.astype(np.int64)


def elasticity_part(history: History, draws: int, rng: np.random.Generator) -> Part:
    """The elasticity with its draws. No forecast depends on it: it acts where a plan's pay has kinks and reps' hours
    limit what they do."""
    hours, rate, rep, month = effort_panel(history)
    found = fit_elasticity(hours, rate, rep, month) if len(hours) >= _FEW else None
    mean, sd = (found.mean, found.sd) if found else PRIOR
    drawn = np.maximum(mean + sd * rng.standard_normal((draws, 1)), 0.0)
    rows: tuple[Diagnostic, ...] = ()
    if found:
        low, high = max(mean - 1.645 * sd, 0.0), mean + 1.645 * sd
        measure = (
            f"elasticity of effort to pay (90 % {low:.2f} to {high:.2f}; the panel alone says {found.estimate:.2f}, "
            f"standard error {found.error:.2f}; prior {PRIOR[0]:g}, sd {PRIOR[1]:g})"
        )
        rows = (Diagnostic(_PATH, len(np.unique(rep)), len(hours), float("nan"), mean, measure),)
    return Part(
        rows,
        {_PATH: round(max(mean, 0.0), DIGITS)},
        (Block((_PATH,), drawn),),
        {"effort": "neutral", _PATH: "fitted" if found else "prior"},
    )
