"""Deals as a baseline sees them: whole days before the cut-off, and nothing after it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.history import History
from calibration.tables import Opportunities

__all__ = ["LIVE", "Deals", "deals_of"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LIVE = 90
"""Days for which an open deal counts as pipeline where losses are not recorded."""


@dataclass(frozen=True)
class Deals:
    """(deals,) columns; day -1 is the day of the cut-off, day 0 the first day to forecast."""

    opened: Floats
    closed: Floats
    """NaN while open."""
    won: Bools
    value: Floats
    """What was signed; NaN where nothing was or it is not recorded."""
    worth: Floats
    """What a deal is expected to bring: its amount, else the mean signed value of its product, else of all wins."""
    losses: bool
    """Whether the history records losses."""

    @property
    def visible(self) -> int:
        """The first day on which an outcome was recorded; 0 where none was."""
        ended = self.closed[np.isfinite(self.closed)]
        return int(ended.min()) if len(ended) else 0

    @property
    def open(self) -> Bools:
        """(deals,) open at the cut-off."""
        return ~np.isfinite(self.closed)

    def open_on(self, day: int) -> Bools:
        """(deals,) open as the day begins."""
        return np.asarray((self.opened < day) & ~(self.closed < day), dtype=np.bool_)

    def won_between(self, first: int, after: int) -> Bools:
        """(deals,) won from day `first` until the day before `after`."""
        return np.asarray(self.won & (self.closed >= first) & (self.closed < after), dtype=np.bool_)

    @property
    def live(self) -> Bools:
        """(deals,) open and young enough to count as pipeline.

        Where losses are recorded, no older than the oldest deal that ever closed; where they are not, lost deals look
        open for ever, and only those of the last 90 days are believed.
        """
        oldest = float(np.nanmax(self.closed - self.opened)) if self.losses else LIVE
        return np.asarray(self.open & (-1.0 - self.opened <= oldest), dtype=np.bool_)

    @property
    def dearness(self) -> float:
        """What a live deal is expected to bring over the mean of past wins; 1 where that is not known."""
        values = self.won_values
        worth = self.worth[self.live]
        known = len(values) and len(worth) and bool(np.isfinite(worth).all()) and values.mean() > 0
        return float(worth.mean() / values.mean()) if known else 1.0

    @property
    def won_values(self) -> Floats:
        """Recorded values of wins."""
        values = self.value[self.won]
        return np.asarray(values[np.isfinite(values)], dtype=np.float64)


def deals_of(history: History) -> Deals:
    """The opportunities of a history."""
    table: Opportunities = history.tables.opportunities
    won = np.asarray(table.outcome == "won", dtype=np.bool_)
    value = np.where(won, table.won_amount, np.nan)
    return Deals(
        np.floor(table.opened - history.end),
        np.floor(table.closed - history.end),
        won,
        value,
        np.where(np.isfinite(table.amount), table.amount, _by_product(table.product, value)),
        bool(np.any(table.outcome == "lost")),
    )


def _by_product(product: NDArray[np.object_], value: Floats) -> Floats:
    """(deals,) mean recorded value of each deal's product, or of all where none of that product was won."""
    known = np.isfinite(value)
    if not known.any():
        return np.full(len(value), np.nan)
    which = np.unique(product.astype(str), return_inverse=True)[1]
    count, total = (
        np.bincount(which[known], minlength=which.max() + 1),
        np.bincount(which[known], value[known], which.max() + 1),
    )
    means = np.where(count > 0, total / np.maximum(count, 1), value[known].mean())
    return np.asarray(means[which], dtype=np.float64)
