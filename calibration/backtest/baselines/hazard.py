"""d1, d3 and d2 on rhythm: hazards by age of all outcomes, of the last 56 days, and with an effect of the quarter."""

import numpy as np
from numpy.typing import NDArray

from calibration.backtest.baselines.ages import REPEATS, AgeTable, age_table, arrivals, expected_wins
from calibration.backtest.baselines.rhythm import month_places
from calibration.backtest.deals import Deals, deals_of
from calibration.backtest.predictive import Forecast, chance, counted, nothing, valued
from calibration.history import History

__all__ = ["hazard", "hazard_by_month", "recent_hazard"]

Floats = NDArray[np.float64]

_RECENT = 56
"""days"""


def _drawn(events: Floats, at_risk: Floats, rng: np.random.Generator) -> Floats:
    """(REPEATS, ages) chances a day: Gamma(events) / at risk, so that ages without events stay without."""
    # A shape of zero is drawn as a positive trifle.
    draws = rng.standard_gamma(np.maximum(events, 1e-9), (REPEATS, len(events)))
    return np.asarray(np.minimum(draws / np.maximum(at_risk, 1.0), 1.0), dtype=np.float64)


def _forecast(
    deals: Deals,
    table: AgeTable,
    factors: tuple[Floats, Floats],
    target: str,
    horizons: tuple[int, ...],
    rng: np.random.Generator,
) -> Forecast:
    """Counts or value from a table by age, with factors (repeats, days) on the chances of winning and of losing."""
    win, loss = (_drawn(events, table.at_risk, rng) for events in (table.wins, table.losses))
    made = expected_wins(win, loss, deals, arrivals(deals, target, rng), *factors)
    counts = counted(made, horizons, rng)
    return valued(counts, deals.won_values * deals.dearness, rng) if target == "bookings" else counts


def _since(history: History, target: str, horizons: tuple[int, ...], days: int | None) -> Forecast:
    deals = deals_of(history)
    if target == "pipeline" or not deals.won.any():
        return nothing(horizons)
    first = deals.visible if days is None else max(deals.visible, -days)
    flat = np.ones((REPEATS, max(horizons)))
    return _forecast(deals, age_table(deals, first), (flat, flat), target, horizons, chance(history))


def hazard(history: History, target: str, horizons: tuple[int, ...]) -> Forecast:
    """d1: Aalen-Johansen hazards by age with delayed entry, on all outcomes, plus new deals as in the last four weeks.

    Deals are independent of one another. Bookings: past values, dearer or cheaper as the live deals' products are.
    Andersen, Borgan, Gill & Keiding 1993, doi:10.1007/978-1-4612-4348-9.
    """
    return _since(history, target, horizons, None)


def recent_hazard(history: History, target: str, horizons: tuple[int, ...]) -> Forecast:
    """d3: the same on the outcomes of the last 56 days."""
    return _since(history, target, horizons, _RECENT)


def _expected_by_day(deals: Deals, table: AgeTable) -> tuple[Floats, Floats]:
    """(days,) wins and losses that hazards by age expect on each day since outcomes were recorded."""
    win, loss = (events / np.maximum(table.at_risk, 1.0) for events in (table.wins, table.losses))
    wins, losses = [], []
    for day in range(deals.visible, 0):
        on = (deals.opened <= day) & ~(deals.closed < day)
        ages = (day - deals.opened[on]).astype(np.int64)
        wins.append(win[ages].sum())
        losses.append(loss[ages].sum())
    return np.array(wins), np.array(losses)


def hazard_by_month(history: History, target: str, horizons: tuple[int, ...]) -> Forecast:
    """d1 with a factor on winning and one on losing for the first, second and third months of quarters.

    A factor is what happened over what d1 expects in such months; no forecast until each was seen on some day.
    """
    deals = deals_of(history)
    past, ahead = month_places(history, range(deals.visible, 0)), month_places(history, range(max(horizons)))
    if target == "pipeline" or not deals.won.any() or not np.bincount(past, minlength=3).all():
        return nothing(horizons)
    table, rng = age_table(deals, deals.visible), chance(history)
    factors = []
    for kind, expected in zip((deals.won, ~deals.won & ~deals.open), _expected_by_day(deals, table), strict=True):
        days = (deals.closed[kind] - deals.visible).astype(np.int64)
        happened = np.bincount(past[days], minlength=3)
        due = np.bincount(past, expected, 3)
        drawn = rng.standard_gamma(happened + 0.5, (REPEATS, 3)) / (due + 0.5)
        factors.append(drawn[:, ahead])
    return _forecast(deals, table, (factors[0], factors[1]), target, horizons, rng)
