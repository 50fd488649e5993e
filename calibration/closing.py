"""The pace at which the last stage is won: how it goes with the pipeline, the calendar and its own drift.

A manner says how wins go with the load (1: buyers decide independently, 0: so many a day are closed whatever the
pipeline holds), how far the level wanders, whether it has a slope and whether the calendar matters. Each is filtered on
the wins by day, and weighed by its own past forecasts.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from calibration.calendars import month_places, weekday_factors
from calibration.dynamic import FADES, State, draw_states, filtered, first_state
from calibration.outcomes import Hazards, Lexis, Spells, chances, fit_hazards
from calibration.tables import date_of
from calibration.votes import WINDOWS, Past, Vote, digest, origins, weigh
from results.scores import crps_poisson_mixture
from sim.jit import compiled
from sim.laws.signing import LEAST_LOAD

__all__ = ["PRIOR", "Closing", "Closings", "Manner", "fit_closings", "pace_draws"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_RHYTHM_SD, _END_SD, _LEVEL_SD = 0.2, 0.15, 0.5
"""Prior standard deviations of the log factors of a quarter's months, of a month's last days, and of the level."""
_DISPERSION = 1.3
"""Variance of a day's wins over their mean. [choice]"""
_PATHS = 64
"""Draws of a past forecast."""
_RECENT = 91
"""Days before the cut-off whose mean load is the usual one."""
_SMALL = 1e-3


class Manner(NamedTuple):
    """A structure of closing."""

    elasticity: float
    wander: float
    """Standard deviation of the level's walk after one week."""
    rhythm: bool
    slope: bool


PRIOR: dict[Manner, float] = {
    Manner(elasticity, wander, rhythm, slope): weight / 12.0
    for (elasticity, weight), wander, rhythm, slope in product(
        ((0.0, 0.35), (1.0, 0.65)), (0.01, 0.04, 0.12), (False, True), (False, True)
    )
}
"""Independence is the rule, a fixed throughput the exception. [choice]"""


@dataclass(frozen=True)
class Closing:
    """A manner as it stands at the cut-off."""

    manner: Manner
    weight: float
    state: State
    """Level, slope a day, log factors of the three months of a quarter and of a month's last five days."""


@dataclass(frozen=True)
class Closings:
    """All manners, and what they have in common."""

    closings: tuple[Closing, ...]
    hazards: tuple[Hazards, ...]
    """By stage, at a pace of one."""
    load: float
    """The usual load: wins a day that those who are in the last stage when a day begins bring at a pace of one."""
    weekdays: tuple[float, ...]
    votes: tuple[Vote, ...]

    @property
    def best(self) -> Closing:
        """The heaviest."""
        return max(self.closings, key=lambda closing: closing.weight)

    def error(self) -> float:
        """CRPS of the past forecasts of the heaviest manner over what happened; NaN without a past."""
        place = self.closings.index(self.best)
        total = sum(vote.happened for vote in self.votes)
        return float(sum(vote.scores[place] for vote in self.votes)) / total if total else math.nan


def _daily(hazards: Hazards) -> tuple[Floats, Floats]:
    """(ages,) chances a day of winning and of losing, by whole days of age up to the last at which there is any."""
    rates = np.repeat(hazards.mean, np.diff(hazards.edges).astype(np.int64), axis=0)
    seen = np.flatnonzero(rates.sum(axis=1) > 0)
    rates = rates[: int(seen[-1]) + 1 if len(seen) else 1]
    by_day = chances(rates)
    return by_day[:, 0], by_day[:, 1]


def _ahead(
    standing: Floats, entries: Floats, win: Floats, loss: Floats, paces: Floats, elasticity: float, usual: float
) -> Floats:
    """(draws, days) wins expected by the end of each day, given (ages,) open deals, (days,) entries and log paces."""
    out = np.empty(paces.shape)
    open_deals = np.zeros(len(win))
    reach = min(len(standing), len(win))
    open_deals[:reach] = standing[:reach]
    _live_on(open_deals, entries, np.append(win, 0.0), loss, paces, elasticity, usual, np.zeros(len(win) + 1), out)
    return out


@compiled
def _live_on(
    standing: Floats,
    entries: Floats,
    win: Floats,
    loss: Floats,
    paces: NDArray[np.float64],
    elasticity: float,
    usual: float,
    alive: Floats,
    out: NDArray[np.float64],
) -> None:
    """Fill `out` as of `_ahead`; win: (ages + 1,), the last being none; alive: (ages + 1,) room."""
    ages = len(loss)
    for draw in range(paces.shape[0]):
        total, load = 0.0, 0.0
        for age in range(ages):
            alive[age] = standing[age]
            load += alive[age] * win[age]
        for day in range(paces.shape[1]):
            alive[0] = entries[day]
            factor = math.exp(paces[draw, day]) * max(load / usual, LEAST_LOAD) ** (elasticity - 1.0)
            load = 0.0
            for age in range(ages - 1, -1, -1):
                chance = min(factor * win[age], 1.0)
                total += alive[age] * chance
                alive[age + 1] = alive[age] * max(1.0 - chance - loss[age], 0.0)
                load += alive[age + 1] * win[age + 1]
            out[draw, day] = total


@compiled
def _add_loads(begun: Ints, left: Ints, win: Floats, there: Floats, coming: Floats) -> None:
    """Add to (days,) loads: of those there when a day begins, and of those who come within it. Spells begin and end on
    these days, counted from the first."""
    days, ages = len(there), len(win)
    for spell in range(len(begun)):
        if 0 <= begun[spell] < days:
            coming[begun[spell]] += win[0]
        for day in range(max(begun[spell] + 1, 0), min(left[spell], days - 1) + 1):
            age = day - begun[spell]
            if age >= ages:
                break
            there[day] += win[age]


def _paths(state: Floats, wander: float, calendar: Floats, weekdays: Floats, rng: np.random.Generator) -> Floats:
    """(draws, days) log paces ahead of drawn states (draws, 6)."""
    days = len(calendar)
    rise = state[:, 1:2] * (0.5 ** (np.arange(days) / FADES))
    steps = rise + wander / math.sqrt(7.0) * rng.standard_normal((len(state), days))
    return np.asarray(
        state[:, :1] + np.cumsum(steps, axis=1) + state[:, 2:] @ calendar.T + np.log(weekdays), dtype=np.float64
    )


class _Record(NamedTuple):
    """What was known of the last stage at the beginning of a day."""

    counts: Floats
    offsets: Floats
    """(days,) log of the wins that the day would bring at a pace of one and a weekday's factor."""
    ratio: Floats
    """(days,) log of the load over the usual one."""
    usual: float
    weekdays: tuple[float, ...]
    win: Floats
    loss: Floats
    """(ages,) chances a day."""
    hazards: Hazards

    @staticmethod
    def at(lexis: Lexis, spells: Spells, day: int, end: float) -> "_Record":
        """lexis: until the day, which is counted from the cut-off `end`."""
        hazards = fit_hazards(lexis)
        counts = lexis.events[:, :, 0].sum(axis=1)
        win, loss = _daily(hazards)
        there, coming = np.zeros(len(counts)), np.zeros(len(counts))
        known = spells.start < day
        begun = np.floor(spells.start[known]).astype(np.int64) - lexis.first
        closed = np.floor(spells.start[known] + spells.age[known])
        left = np.where(spells.cause[known] >= 0, closed, day).astype(np.int64) - lexis.first
        _add_loads(begun, left, win, there, coming)
        recent = slice(max(len(counts) - _RECENT, 0), None)
        usual = max(float(there[recent].mean()), float(counts[recent].mean()), _SMALL) if len(counts) else _SMALL
        weekdays = weekday_factors(counts, lexis.first, end)
        by_day = np.array([weekdays[date_of(end + lexis.first + d).weekday()] for d in range(len(counts))])
        whole = there + coming
        # On a day on which nobody is there nothing can be won.
        offsets = np.where(whole > 0.0, np.log(np.maximum(whole, 1e-300)) + np.log(by_day), -99.0)
        ratio = np.log(np.maximum(there / usual, LEAST_LOAD))
        return _Record(counts, offsets, ratio, usual, weekdays, win, loss, hazards)

    def state(self, manner: Manner, calendar: Floats) -> State:
        """A manner's state after these days."""
        sds = np.array([_RHYTHM_SD] * 3 + [_END_SD]) if manner.rhythm else np.zeros(4)
        before = first_state(0.0, _LEVEL_SD, manner.slope, sds)
        offsets = self.offsets + (manner.elasticity - 1.0) * self.ratio
        return filtered(self.counts, offsets, calendar, before, manner.wander, manner.slope, _DISPERSION)


def _open_ages(spells: Spells, day: int) -> Floats:
    """(ages,) how many spells are open at the beginning of a day, by the days since that of their beginning."""
    on = (spells.start < day) & ((spells.cause < 0) | (spells.start + spells.age >= day))
    return np.bincount((day - np.floor(spells.start[on])).astype(np.int64), minlength=1).astype(np.float64)


def _scores(lexis: Lexis, spells: Spells, origin: int, windows: Sequence[int], end: float) -> Floats:
    """(windows, manners) CRPS of forecasts from an origin, given who then entered the last stage.

    All manners meet the same random numbers, whatever windows are asked for.
    """
    known = _Record.at(lexis.until(origin), spells, origin, end)
    days = max(WINDOWS)
    calendar = month_places(lexis.first, origin - lexis.first + days, end)
    by_weekday = np.array([known.weekdays[date_of(end + origin + d).weekday()] for d in range(days)])
    past, ahead = slice(None, len(known.counts)), slice(len(known.counts), None)
    entered = np.floor(spells.start).astype(np.int64) - origin
    entries = np.bincount(entered[(entered >= 0) & (entered < days)], minlength=days).astype(np.float64)
    won = lexis.events[:, :, 0].sum(axis=1)[origin - lexis.first :]
    standing = _open_ages(spells, origin)
    out = np.empty((len(windows), len(PRIOR)))
    for column, manner in enumerate(PRIOR):
        rng = np.random.default_rng([int(end) + origin])
        drawn = draw_states(known.state(manner, calendar[past]), _PATHS, rng)
        paces = _paths(drawn, manner.wander, calendar[ahead], by_weekday, rng)
        expected = _ahead(standing, entries, known.win, known.loss, paces, manner.elasticity, known.usual)
        for row, window in enumerate(windows):
            means = np.minimum(expected[:, window - 1], 1e9)
            out[row, column] = crps_poisson_mixture(means, float(won[:window].sum()))
    return out


def fit_closings(
    stages: Sequence[Lexis], spells: Sequence[Spells], visible: int, end: float, past: Past | None = None
) -> Closings:
    """Weigh the manners by their past forecasts of wins, and filter them up to the cut-off.

    stages and spells by stage; visible: the day, counted from the cut-off, from which outcomes are recorded; end: the
    cut-off in days since 1970-01-01. A past forecast is given who then entered the last stage, so that closing alone is
    judged.
    """
    lexis, last = stages[-1], spells[-1]
    past = {} if past is None else past
    votes = []
    for origin in origins(max(visible, lexis.first)):
        windows = tuple(window for window in WINDOWS if origin + window <= 0)
        if not windows:
            continue
        for window, scores in zip(windows, _remembered(past, lexis, last, origin, windows, end), strict=True):
            won = lexis.events[origin - lexis.first : origin - lexis.first + window, :, 0].sum()
            votes.append(Vote(origin, window, float(won), scores))
    weights = weigh(votes, np.array(list(PRIOR.values())))
    now = _Record.at(lexis, last, 0, end)
    calendar = month_places(lexis.first, len(now.counts), end)
    closings = tuple(
        Closing(manner, float(weight), now.state(manner, calendar))
        for manner, weight in zip(PRIOR, weights, strict=True)
    )
    earlier = tuple(fit_hazards(each) for each in stages[:-1])
    return Closings(closings, (*earlier, now.hazards), now.usual, now.weekdays, tuple(votes))


def _remembered(
    past: Past, lexis: Lexis, spells: Spells, origin: int, windows: tuple[int, ...], end: float
) -> list[Floats]:
    """`_scores` by window, those that an earlier cut-off has made of the same days not again."""
    keys = []
    for window in windows:
        known = lexis.until(origin + window)
        keys.append(("closing", end + origin, lexis.first + end, window, digest(known.exposure, known.events)))
    missing = [place for place, key in enumerate(keys) if key not in past]
    if missing:
        made = _scores(lexis, spells, origin, [windows[place] for place in missing], end)
        past.update({keys[place]: row for place, row in zip(missing, made, strict=True)})
    return [past[key] for key in keys]


def pace_draws(closings: Closings, count: int, rng: np.random.Generator) -> dict[str, Floats]:
    """(count,) draws of the fields of `funnel.signing` by path within it: a manner by its weight, then its state."""
    weights = np.array([closing.weight for closing in closings.closings])
    places = (rng.permutation(count) + rng.random(count)) / count
    which = np.minimum(np.searchsorted(np.cumsum(weights), places), len(weights) - 1)
    states = np.array([draw_states(closings.closings[k].state, 1, rng)[0] for k in which])
    manners = [closings.closings[k].manner for k in which]
    months = np.exp(states[:, 2:5])
    mean = months.mean(axis=1)
    found = {
        "pace": np.exp(states[:, 0]) * mean,
        "elasticity": np.array([manner.elasticity for manner in manners]),
        "drift.slope": np.clip(7.0 * states[:, 1], -1.0, 1.0),
        "drift.wander": np.array([manner.wander for manner in manners]),
        "month_end": np.exp(states[:, 5]),
    }
    return found | {f"quarter.{k}": months[:, k] / mean for k in range(3)}
