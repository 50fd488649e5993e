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
from calibration.outcomes import Hazards, Lexis, Spells, fit_hazards
from calibration.tables import date_of
from calibration.votes import WINDOWS, Past, Vote, origins, weigh
from results.scores import crps
from sim.jit import compiled

__all__ = ["PRIOR", "Closing", "Closings", "Manner", "fit_closings", "pace_draws"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_RHYTHM_SD, _END_SD, _LEVEL_SD = 0.2, 0.15, 0.5
"""Prior standard deviations of the log factors of a quarter's months, of a month's last days, and of the level."""
_DISPERSION = 1.3
"""Variance of a day's wins over their mean. [choice]"""
_PATHS = 48
"""Draws of a past forecast."""
_SMALL = 1e-9


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
    """Wins that the open deals of the last stage would bring on the next day at a pace of one."""
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
    total = rates.sum(axis=1)
    left = -np.expm1(-total) / np.maximum(total, 1e-300)
    return rates[:, 0] * left, rates[:, 1] * left


def _ahead(standing: Floats, entries: Floats, win: Floats, loss: Floats, paces: Floats, elasticity: float) -> Floats:
    """(draws, days) wins expected by the end of each day, given (ages,) open deals, (days,) entries and log paces."""
    out = np.empty(paces.shape)
    open_deals = np.zeros(len(win))
    reach = min(len(standing), len(win))
    open_deals[:reach] = standing[:reach]
    _live_on(open_deals, entries, np.append(win, 0.0), loss, paces, elasticity, np.zeros(len(win) + 1), out)
    return out


@compiled
def _live_on(
    standing: Floats,
    entries: Floats,
    win: Floats,
    loss: Floats,
    paces: NDArray[np.float64],
    elasticity: float,
    alive: Floats,
    out: NDArray[np.float64],
) -> None:
    """Fill `out` as of `_ahead`; win: (ages + 1,), the last being none; alive: (ages + 1,) room."""
    ages = len(loss)
    for draw in range(paces.shape[0]):
        for age in range(ages):
            alive[age] = standing[age]
        total, load = 0.0, 0.0
        for age in range(ages):
            load += alive[age] * win[age]
        for day in range(paces.shape[1]):
            alive[0] = entries[day] if day > 0 else alive[0] + entries[day]
            load += entries[day] * win[0]
            factor = math.exp(paces[draw, day]) * load ** (elasticity - 1.0) if load > 0.0 else 0.0
            load = 0.0
            for age in range(ages - 1, -1, -1):
                chance = min(factor * win[age], 1.0)
                total += alive[age] * chance
                alive[age + 1] = alive[age] * max(1.0 - chance - loss[age], 0.0)
                load += alive[age + 1] * win[age + 1]
            out[draw, day] = total


def _paths(state: Floats, wander: float, calendar: Floats, weekdays: Floats, rng: np.random.Generator) -> Floats:
    """(draws, days) log paces ahead of drawn states (draws, 6)."""
    days = len(calendar)
    rise = state[:, 1:2] * (0.5 ** (np.arange(days) / FADES))
    steps = rise + wander / math.sqrt(7.0) * rng.standard_normal((len(state), days))
    return np.asarray(
        state[:, :1] + np.cumsum(steps, axis=1) + state[:, 2:] @ calendar.T + np.log(weekdays), dtype=np.float64
    )


def _state(manner: Manner, counts: Floats, log_load: Floats, calendar: Floats, weekdays: Floats) -> State:
    """A manner's state after the recorded days."""
    offsets = np.log(weekdays) + manner.elasticity * log_load
    offsets = np.where(log_load > math.log(_SMALL), offsets, -99.0) if manner.elasticity > 0 else offsets
    usual = math.log(max(float(counts[:28].mean()) if len(counts) else 0.0, 0.05))
    sds = np.array([_RHYTHM_SD] * 3 + [_END_SD]) if manner.rhythm else np.zeros(4)
    before = first_state((1.0 - manner.elasticity) * usual, _LEVEL_SD, manner.slope, sds)
    return filtered(counts, offsets, calendar, before, manner.wander, manner.slope, _DISPERSION)


class _Record(NamedTuple):
    """What was known of the last stage at the beginning of a day."""

    counts: Floats
    log_load: Floats
    weekdays: tuple[float, ...]
    hazards: Hazards

    @staticmethod
    def at(lexis: Lexis, end: float) -> "_Record":
        hazards = fit_hazards(lexis)
        counts = lexis.events[:, :, 0].sum(axis=1)
        load = lexis.exposure @ hazards.mean[:, 0]
        return _Record(counts, np.log(np.maximum(load, _SMALL)), weekday_factors(counts, lexis.first, end), hazards)


def _open_ages(spells: Spells, day: int) -> Floats:
    """(ages,) how many spells are open at the beginning of a day, by whole days that they have lasted."""
    on = (spells.start < day) & ((spells.cause < 0) | (spells.end > day))
    return np.bincount(np.floor(day - spells.start[on]).astype(np.int64), minlength=1).astype(np.float64)


def _scores(lexis: Lexis, spells: Spells, origin: int, windows: Sequence[int], end: float) -> Floats:
    """(windows, manners) CRPS of forecasts from an origin, given who then entered the last stage."""
    known = _Record.at(lexis.until(origin), end)
    days = max(windows)
    calendar = month_places(lexis.first, origin - lexis.first + days, end)
    by_weekday = np.array([known.weekdays[date_of(end + lexis.first + d).weekday()] for d in range(len(calendar))])
    past, ahead = slice(None, len(known.counts)), slice(len(known.counts), None)
    entered = np.floor(spells.start).astype(np.int64) - origin
    entries = np.bincount(entered[(entered >= 0) & (entered < days)], minlength=days).astype(np.float64)
    won = lexis.events[:, :, 0].sum(axis=1)[origin - lexis.first :]
    happened = np.array([won[:window].sum() for window in windows])
    win, loss = _daily(known.hazards)
    standing = _open_ages(spells, origin)
    rng = np.random.default_rng([int(end) + origin])
    out = np.empty((len(windows), len(PRIOR)))
    at = np.array(windows) - 1
    for column, manner in enumerate(PRIOR):
        state = _state(manner, known.counts, known.log_load, calendar[past], by_weekday[past])
        drawn = draw_states(state, _PATHS, rng)
        paces = _paths(drawn, manner.wander, calendar[ahead], by_weekday[ahead], rng)
        expected = _ahead(standing, entries, win, loss, paces, manner.elasticity)[:, at]
        out[:, column] = crps(rng.poisson(np.minimum(expected, 1e9)).astype(np.float64), happened)
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
    now = _Record.at(lexis, end)
    calendar = month_places(lexis.first, len(now.counts), end)
    weekdays = np.array([now.weekdays[date_of(end + lexis.first + d).weekday()] for d in range(len(now.counts))])
    closings = tuple(
        Closing(manner, float(weight), _state(manner, now.counts, now.log_load, calendar, weekdays))
        for manner, weight in zip(PRIOR, weights, strict=True)
    )
    win, _ = _daily(now.hazards)
    standing = _open_ages(last, 0)
    reach = min(len(win), len(standing))
    load = float(win[:reach] @ standing[:reach])
    earlier = tuple(fit_hazards(each) for each in stages[:-1])
    return Closings(closings, (*earlier, now.hazards), max(load, _SMALL), now.weekdays, tuple(votes))


def _remembered(
    past: Past, lexis: Lexis, spells: Spells, origin: int, windows: tuple[int, ...], end: float
) -> list[Floats]:
    """`_scores` by window, those that an earlier cut-off has made not again."""
    day = end + origin
    keys = [("closing", day, lexis.first + end, window) for window in windows]
    missing = tuple(window for key, window in zip(keys, windows, strict=True) if key not in past)
    if missing:
        for window, row in zip(missing, _scores(lexis, spells, origin, missing, end), strict=True):
            past["closing", day, lexis.first + end, window] = row
    return [past[key] for key in keys]


def pace_draws(closings: Closings, count: int, rng: np.random.Generator) -> dict[str, Floats]:
    """(count,) draws of the fields of `funnel.signing` by path within it: a manner by its weight, then its state."""
    weights = np.array([closing.weight for closing in closings.closings])
    places = (rng.permutation(count) + rng.random(count)) / count
    which = np.minimum(np.searchsorted(np.cumsum(weights), places), len(weights) - 1)
    states = np.array([draw_states(closings.closings[k].state, 1, rng)[0] for k in which])
    manners = [closings.closings[k].manner for k in which]
    elasticity = np.array([manner.elasticity for manner in manners])
    months = np.exp(states[:, 2:5])
    mean = months.mean(axis=1)
    found = {
        "pace": np.exp(states[:, 0]) * closings.load ** (elasticity - 1.0) * mean,
        "elasticity": elasticity,
        "drift.slope": np.clip(7.0 * states[:, 1], -1.0, 1.0),
        "drift.wander": np.array([manner.wander for manner in manners]),
        "month_end": np.exp(states[:, 5]),
    }
    return found | {f"quarter.{k}": months[:, k] / mean for k in range(3)}
