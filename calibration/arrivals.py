"""How many leads come, by channel: level with recency, season where two years are recorded, weekly overdispersion."""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from calibration.calendars import weekday_factors
from calibration.dynamic import FADES, State, draw_states, filtered, first_state
from calibration.tables import date_of
from calibration.votes import WINDOWS, Past, Vote, digest, origins, weigh
from results.scores import crps_poisson_mixture

__all__ = ["Arrivals", "fit_arrivals", "frailty_sd", "frailty_shape", "season_index", "weekly_counts"]

Floats = NDArray[np.float64]
Labels = NDArray[np.object_]

HALF_LIFE = 180.0
"""Days after which a lead counts half for the shares of channels. [choice]"""

SEASON_MONTHS = 24
"""Whole months that must be recorded before a season is told from a trend."""

_PEERS = 4
"""Weeks on either side from which a week's expected count is taken."""


_YEAR = 364
_LEVEL_SD = 0.5
_MOST_DISPERSION = 30.0
_PATHS = 80


class Course(NamedTuple):
    """How a level goes on: how far it wanders (standard deviation after a week), and whether it has a slope."""

    wander: float
    slope: bool


COURSES = tuple(Course(wander, slope) for wander in (0.01, 0.04, 0.12) for slope in (False, True))


class Level(NamedTuple):
    """A course as it stands at the cut-off."""

    course: Course
    weight: float
    state: State
    """Log of the leads a day, and its slope a day."""


@dataclass(frozen=True)
class Arrivals:
    """Leads a day of all channels under several courses, and how they divide."""

    channels: tuple[str, ...]
    levels: tuple[Level, ...]
    leads: Floats
    """(channels,) weighted leads on which the channels' shares rest."""
    season: tuple[float, ...]
    """(12,) index by calendar month, mean one."""
    season_leads: Floats | None
    """(12,) leads on which each month's index rests; none without a season."""
    weekdays: tuple[float, ...]
    """(7,) factor Monday to Sunday, mean one."""
    frailty: float | None
    """k of the weekly gamma frailty; none = no more spread than Poisson."""
    weeks: Floats
    """(weeks, 2) counts and expected counts from which `frailty` follows."""
    votes: tuple[Vote, ...]

    def mean(self) -> Floats:
        """(channels,) leads a day after the cut-off, before season."""
        rate = sum(
            level.weight * math.exp(min(level.state.mean[0] + level.state.covariance[0, 0] / 2.0, 15.0))
            for level in self.levels
        )
        return np.asarray(rate * (self.leads + 0.5) / (self.leads + 0.5).sum(), dtype=np.float64)

    @property
    def best(self) -> Level:
        """The heaviest."""
        return max(self.levels, key=lambda level: level.weight)

    def error(self) -> float:
        """CRPS of the past forecasts of the heaviest course over what happened; NaN without a past."""
        place = self.levels.index(self.best)
        total = sum(vote.happened for vote in self.votes)
        return float(sum(vote.scores[place] for vote in self.votes)) / total if total else math.nan

    def draw(self, count: int, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
        """Draws of the leads a day (count, channels), of the slope of their log a week and of its wander (count,)."""
        weights = np.array([level.weight for level in self.levels])
        places = (rng.permutation(count) + rng.random(count)) / count
        which = np.minimum(np.searchsorted(np.cumsum(weights), places), len(weights) - 1)
        states = np.array([draw_states(self.levels[k].state, 1, rng)[0] for k in which])
        shares = rng.standard_gamma(self.leads + 0.5, (count, len(self.leads)))
        shares /= shares.sum(axis=1, keepdims=True)
        rates = np.exp(np.minimum(states[:, :1], 15.0)) * shares
        wander = np.array([self.levels[k].course.wander for k in which])
        return rates, np.clip(7.0 * states[:, 1], -1.0, 1.0), wander


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


def fit_arrivals(
    times: Floats, names: Labels, channels: tuple[str, ...], since: int, end: float, past: Past | None = None
) -> Arrivals:
    """Fit the leads of some channels.

    `times` (leads,) in days before the cut-off with their channel `names`; `since` is the day from which arrivals are
    recorded, `end` the cut-off in days since 1970-01-01. Courses are weighed by their past forecasts of all leads.
    """
    season, season_leads = season_index(times, since, end)
    past = {} if past is None else past
    day = np.floor(times).astype(np.int64)
    counts = np.bincount(day[(day >= since) & (day < 0)] - since, minlength=-since).astype(np.float64)
    votes = []
    for origin in origins(since):
        windows = tuple(window for window in WINDOWS if origin + window <= 0)
        if windows:
            found = _remembered(past, counts, since, origin, windows, end)
            votes += [
                Vote(origin, window, float(counts[origin - since :][:window].sum()), scores)
                for window, scores in zip(windows, found, strict=True)
            ]
    weights = weigh(votes, np.full(len(COURSES), 1.0 / len(COURSES)))
    known = _Known.at(counts, since, end, season)
    levels = tuple(
        Level(course, float(weight), known.state(course)) for course, weight in zip(COURSES, weights, strict=True)
    )
    decay = 0.5 ** (-times / HALF_LIFE)
    alpha = np.array([float(decay[(names == channel) & (times >= since)].sum()) for channel in channels])
    weeks = weekly_counts(times, names, channels, since, end)
    frailty = frailty_shape(weeks)
    if frailty and season_leads is not None:
        # Whole weeks are above or below: a month's leads tell less than as many Poisson leads.
        season_leads = season_leads / (1.0 + float((weeks[:, 1] ** 2).sum() / weeks[:, 1].sum()) / frailty)
    return Arrivals(channels, levels, alpha, season, season_leads, known.weekdays, frailty, weeks, tuple(votes))


class _Known(NamedTuple):
    """What was known of the leads by day at some day's beginning."""

    counts: Floats
    offsets: Floats
    """(days,) log of weekday and season."""
    weekdays: tuple[float, ...]
    dispersion: float
    """Of a week's leads: variance over mean."""

    @staticmethod
    def at(counts: Floats, since: int, end: float, season: tuple[float, ...]) -> "_Known":
        """counts: (days,) from day `since`, counted from the cut-off `end`; only the last year is looked at."""
        first = max(len(counts) - _YEAR, 0)
        kept = counts[first:]
        weekdays = weekday_factors(kept, since + first, end)
        by_month = np.array(season)[_months(since + first + np.arange(len(kept)) + end) % 12]
        by_day = np.array([weekdays[date_of(end + since + first + k).weekday()] for k in range(len(kept))])
        return _Known(kept, np.log(by_day * by_month), weekdays, _dispersion(kept))

    def state(self, course: Course) -> State:
        """A course's state after these days."""
        usual = math.log(max(float(self.counts[:28].mean()), 0.1))
        before = first_state(usual, _LEVEL_SD, course.slope, np.empty(0))
        none = np.empty((len(self.counts), 0))
        return filtered(self.counts, self.offsets, none, before, course.wander, course.slope, self.dispersion)


def _dispersion(counts: Floats) -> float:
    """Variance over mean of a week's counts about the mean of the eight weeks around it, at least that of Poisson."""
    weeks = counts[len(counts) % 7 :].reshape(-1, 7).sum(axis=1)
    if len(weeks) < 2 * _PEERS + 1:
        return 1.0
    around = np.ones(2 * _PEERS + 1) / (2 * _PEERS)
    around[_PEERS] = 0.0
    expected = np.convolve(weeks, around, mode="valid")
    excess = (weeks[_PEERS:-_PEERS] - expected) ** 2 / (1 + 1 / (2 * _PEERS))
    return float(np.clip(excess.sum() / max(float(expected.sum()), 1.0), 1.0, _MOST_DISPERSION))


def _scores(counts: Floats, since: int, origin: int, windows: tuple[int, ...], end: float) -> Floats:
    """(windows, courses) CRPS of forecasts from an origin; a season is not told from a year's beginning.

    All courses meet the same random numbers, whatever windows are asked for.
    """
    known = _Known.at(counts[: origin - since], since, end, (1.0,) * 12)
    days = np.arange(origin, origin + max(WINDOWS))
    by_day = np.array([known.weekdays[date_of(end + day).weekday()] for day in days])
    happened = np.array([counts[origin - since :][:window].sum() for window in windows])
    out = np.empty((len(windows), len(COURSES)))
    for column, course in enumerate(COURSES):
        rng = np.random.default_rng([int(end) + origin, 1])
        drawn = draw_states(known.state(course), _PATHS, rng)
        steps = drawn[:, 1:2] * 0.5 ** (np.arange(len(days)) / FADES)
        steps = steps + course.wander / math.sqrt(7.0) * rng.standard_normal((_PATHS, len(days)))
        means = np.exp(np.minimum(drawn[:, :1] + np.cumsum(steps, axis=1), 15.0)) * by_day
        expected = np.cumsum(means, axis=1)[:, np.array(WINDOWS) - 1]
        if known.dispersion > 1.01:
            # Negative binomial with this variance over mean.
            expected = rng.gamma(expected / (known.dispersion - 1.0), known.dispersion - 1.0)
        for row, window in enumerate(windows):
            out[row, column] = crps_poisson_mixture(np.minimum(expected[:, WINDOWS.index(window)], 1e9), happened[row])
    return out


def _remembered(
    past: Past, counts: Floats, since: int, origin: int, windows: tuple[int, ...], end: float
) -> list[Floats]:
    """`_scores` by window, those that an earlier cut-off has made not again."""
    keys = [
        ("leads", end + origin, since + end, window, digest(counts[: origin - since + window])) for window in windows
    ]
    missing = [place for place, key in enumerate(keys) if key not in past]
    if missing:
        made = _scores(counts, since, origin, tuple(windows[place] for place in missing), end)
        past.update({keys[place]: row for place, row in zip(missing, made, strict=True)})
    return [past[key] for key in keys]
