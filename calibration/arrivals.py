"""How many leads come, by channel: level with recency, season where two years are recorded, weekly overdispersion."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.backlook import Scorecard, Verdict, origins
from calibration.tables import date_of

__all__ = ["Arrivals", "fit_arrivals", "frailty_sd", "frailty_shape", "season_index", "weekly_counts"]

Floats = NDArray[np.float64]
Labels = NDArray[np.object_]

HALF_LIVES = (14.0, 28.0, 60.0, 120.0, 365.0)
"""Candidates for how fast past arrivals are forgotten, days."""

SEASON_MONTHS = 24
"""Whole months that must be recorded before a season is told from a trend."""

_PEERS = 4
"""Weeks on either side from which a week's expected count is taken."""


@dataclass(frozen=True)
class Arrivals:
    """Gamma posteriors of the leads a day of each channel, one for each half-life."""

    channels: tuple[str, ...]
    verdicts: tuple[Verdict[float], ...]
    shape: Floats
    """(half-lives, channels) weighted leads."""
    exposure: Floats
    """(half-lives,) weighted days."""
    season: tuple[float, ...]
    """(12,) index by calendar month, mean one."""
    season_leads: Floats | None
    """(12,) leads on which each month's index rests, as many as Poisson leads would tell as much; none without a
    season."""
    frailty: float | None
    """k of the weekly gamma frailty; none = no more spread than Poisson."""
    weeks: Floats
    """(weeks, 2) counts and expected counts from which `frailty` follows."""
    card: Scorecard[float]

    def mean(self) -> Floats:
        """(channels,) leads a day after the cut-off, before season."""
        weights = np.array([verdict.weight for verdict in self.verdicts])
        return np.asarray(weights @ (self.shape / self.exposure[:, None]), dtype=np.float64)


def _weighted(times: Floats, day: int, since: int, half_life: float, season: Floats) -> tuple[float, float]:
    """Discounted count and seasonal exposure between two days; `season` (days,) starts at `since`."""
    past = times[(times >= since) & (times < day)]
    ages = day - since - np.arange(day - since) - 0.5
    return float(np.sum(0.5 ** ((day - past) / half_life))), float(0.5 ** (ages / half_life) @ season[: day - since])


def _months(moments: NDArray[np.floating[Any]]) -> NDArray[np.int64]:
    """Calendar months of moments in days since 1970-01-01, counted from January 1970."""
    days = np.floor(moments).astype(np.int64).astype("datetime64[D]")
    return np.asarray(days.astype("datetime64[M]").astype(np.int64), dtype=np.int64)


def season_index(times: Floats, since: int, end: float) -> tuple[tuple[float, ...], Floats | None]:
    """Index by calendar month from whole recorded months, and the leads behind each; ones with less than two years.

    Least squares of log monthly counts on a straight trend and twelve months, each month's effect shrunk towards
    none as if by one further year without season.
    """
    recorded = _months(np.arange(since, 0) + end)
    days = np.bincount(recorded - recorded[0])
    leads = np.bincount(_months(times[(times >= since) & (times < 0)] + end) - recorded[0], minlength=len(days))
    complete = days >= 28
    complete[0] &= date_of(end + since).day == 1
    whole = np.flatnonzero(complete)
    if len(whole) < SEASON_MONTHS or not times.size:
        return (1.0,) * 12, None
    per_day = np.log((leads[whole] + 0.5) / days[whole])
    trend = np.arange(len(whole), dtype=np.float64)
    which = (whole + recorded[0]) % 12
    design = np.zeros((len(whole) + 12, 14))
    design[: len(whole), 0], design[: len(whole), 1] = 1.0, trend - trend.mean()
    design[np.arange(len(whole)), 2 + which] = 1.0
    design[len(whole) :, 2:] = np.eye(12)
    effect = np.linalg.lstsq(design, np.concatenate((per_day, np.zeros(12))), rcond=None)[0][2:]
    index = np.exp(effect)
    counts = np.bincount(which, weights=leads[whole].astype(np.float64), minlength=12).astype(np.float64)
    # The further year counts too.
    return tuple((index / index.mean()).tolist()), counts * (1.0 + 12.0 / len(whole))


def frailty_shape(weeks: Floats, weights: Floats | None = None) -> float | None:
    """k with Var = mu + mu^2 / k by moments from (weeks, 2) counts and expected counts; none without overdispersion.

    The expected count is the mean of 2m neighbours, so the squared deviation is that of a difference of 1 + 1/2m
    independent counts.
    """
    if len(weeks) < 2 * _PEERS:
        return None
    count, expected = weeks[:, 0], weeks[:, 1]
    weight = np.ones(len(count)) if weights is None else weights
    inflation = 1 + 1 / (2 * _PEERS)
    excess = float(weight @ ((count - expected) ** 2 / inflation - expected))
    # The squared mean is itself over-estimated by the variance of the neighbours' mean.
    square = float(weight @ (expected**2 - expected / (2 * _PEERS)))
    if excess <= 0 or square <= 0:
        return None
    k = square / excess
    return float(k) if k < 1000.0 else None


def frailty_sd(weeks: Floats, shape: float) -> float:
    """Standard deviation of the logarithm of k by `frailty_shape`: sqrt(2 / n) (1 + k / mu), and an eighth more, as
    neighbours share what they are compared with."""
    expected = weeks[:, 1]
    mean = float(expected @ expected) / max(float(expected.sum()), 1e-9)
    return float(np.sqrt(2.5 / len(weeks)) * (1.0 + shape / mean))


def weekly_counts(times: Floats, names: Labels, channels: tuple[str, ...], since: int, end: float) -> Floats:
    """(weeks of all channels, 2) counts and the mean of the neighbouring weeks, of whole weeks from Monday to Sunday:
    those in which a frailty stays the same."""
    # The first of January 1970 was a Thursday.
    first, after = -int(-(since + end + 3) // 7), int((end + 3) // 7)
    pairs = []
    around = np.ones(2 * _PEERS + 1) / (2 * _PEERS)
    around[_PEERS] = 0.0
    for channel in channels:
        week = np.floor((times[names == channel] + end + 3) / 7).astype(np.int64) - first
        counts = np.bincount(week[(week >= 0) & (week < after - first)], minlength=max(after - first, 0))
        if len(counts) > 2 * _PEERS:
            expected = np.convolve(counts, around, mode="valid")
            pairs.append(np.column_stack((counts[_PEERS:-_PEERS], expected)))
    return np.concatenate(pairs).astype(np.float64) if pairs else np.empty((0, 2))


def fit_arrivals(times: Floats, names: Labels, channels: tuple[str, ...], since: int, end: float) -> Arrivals:
    """Fit the leads of some channels.

    `times` (leads,) in days before the cut-off with their channel `names`; `since` is the day from which arrivals are
    recorded, `end` the cut-off in days since 1970-01-01. Half-lives are weighed by their past forecasts of all leads.
    """
    season, season_leads = season_index(times, since, end)
    by_day = np.array(season)[_months(np.arange(since, 0) + end) % 12]
    ordered = np.sort(times)
    windows = tuple(origins(since))
    actual: list[float] = []
    made: dict[float, list[float]] = {half_life: [] for half_life in HALF_LIVES}
    for origin, window in windows:
        begin, stop = np.searchsorted(ordered, (origin, origin + window))
        actual.append(float(stop - begin))
        ahead = float(by_day[origin - since : origin - since + window].sum())
        for half_life in HALF_LIVES:
            count, days = _weighted(ordered, origin, since, half_life, by_day)
            made[half_life].append(count / days * ahead)
    card = Scorecard(windows, np.array(actual), {key: np.array(value) for key, value in made.items()})
    shape = np.empty((len(HALF_LIVES), len(channels)))
    exposure = np.empty(len(HALF_LIVES))
    for row, half_life in enumerate(HALF_LIVES):
        for column, channel in enumerate(channels):
            shape[row, column], exposure[row] = _weighted(times[names == channel], 0, since, half_life, by_day)
    weeks = weekly_counts(times, names, channels, since, end)
    frailty = frailty_shape(weeks)
    if frailty and season_leads is not None:
        # Whole weeks are above or below: a month's leads tell less than as many Poisson leads.
        season_leads = season_leads / (1.0 + float((weeks[:, 1] ** 2).sum() / weeks[:, 1].sum()) / frailty)
    prior = dict.fromkeys(HALF_LIVES, 1 / len(HALF_LIVES))
    return Arrivals(channels, card.verdicts(prior), shape, exposure, season, season_leads, frailty, weeks, card)
