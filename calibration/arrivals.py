"""How many leads come, by channel: level with recency, season where two years are recorded, weekly overdispersion."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.backlook import Scorecard, Verdict, origins
from calibration.tables import date_of

__all__ = ["Arrivals", "fit_arrivals", "frailty_shape", "season_index", "weekly_counts"]

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
    """(12,) leads on which each month's index rests; none without a season."""
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


def season_index(times: Floats, since: int, end: float) -> tuple[tuple[float, ...], Floats | None]:
    """Index by calendar month from whole recorded months, and the leads behind each; ones with less than two years.

    Least squares of log monthly counts on a straight trend and twelve months, each month's effect shrunk towards
    none as if by one further year without season.
    """
    months: dict[tuple[int, int], int] = {}
    days: dict[tuple[int, int], int] = {}
    for offset in range(since, 0):
        date = date_of(end + offset)
        days[date.year, date.month] = days.get((date.year, date.month), 0) + 1
    for moment in times[times >= since]:
        date = date_of(end + moment)
        months[date.year, date.month] = months.get((date.year, date.month), 0) + 1
    whole = [key for key in sorted(days) if days[key] >= 28 and (key != min(days) or date_of(end + since).day == 1)]
    if len(whole) < SEASON_MONTHS or not times.size:
        return (1.0,) * 12, None
    per_day = np.log([(months.get(key, 0) + 0.5) / days[key] for key in whole])
    trend = np.arange(len(whole), dtype=np.float64)
    which = np.array([month - 1 for _, month in whole])
    design = np.zeros((len(whole) + 12, 14))
    design[: len(whole), 0], design[: len(whole), 1] = 1.0, trend - trend.mean()
    design[np.arange(len(whole)), 2 + which] = 1.0
    design[len(whole) :, 2:] = np.eye(12)
    effect = np.linalg.lstsq(design, np.concatenate((per_day, np.zeros(12))), rcond=None)[0][2:]
    index = np.exp(effect)
    counts = np.bincount(which, weights=[float(months.get(key, 0)) for key in whole], minlength=12).astype(np.float64)
    return tuple((index / index.mean()).tolist()), counts


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


def weekly_counts(times: Floats, names: Labels, channels: tuple[str, ...], since: int) -> Floats:
    """(weeks of all channels, 2) counts and the mean of the neighbouring weeks."""
    first = -(-since // 7)  # whole weeks back from the cut-off
    pairs = []
    around = np.ones(2 * _PEERS + 1) / (2 * _PEERS)
    around[_PEERS] = 0.0
    for channel in channels:
        week = np.floor(times[names == channel] / 7).astype(np.int64) - first
        counts = np.bincount(week[week >= 0], minlength=-first).astype(np.float64)
        if len(counts) > 2 * _PEERS:
            expected = np.convolve(counts, around, mode="valid")
            pairs.append(np.column_stack((counts[_PEERS:-_PEERS], expected)))
    return np.concatenate(pairs) if pairs else np.empty((0, 2))


def fit_arrivals(times: Floats, names: Labels, channels: tuple[str, ...], since: int, end: float) -> Arrivals:
    """Fit the leads of some channels.

    `times` (leads,) in days before the cut-off with their channel `names`; `since` is the day from which arrivals are
    recorded, `end` the cut-off in days since 1970-01-01. Half-lives are weighed by their past forecasts of all leads.
    """
    season, season_leads = season_index(times, since, end)
    by_day = np.array([season[date_of(end + day).month - 1] for day in range(since, 0)])
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
    weeks = weekly_counts(times, names, channels, since)
    prior = dict.fromkeys(HALF_LIVES, 1 / len(HALF_LIVES))
    return Arrivals(
        channels, card.verdicts(prior), shape, exposure, season, season_leads, frailty_shape(weeks), weeks, card
    )
