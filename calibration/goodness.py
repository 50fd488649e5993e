"""Whether the fits describe the history: tests of what they say of ages, flows and weekly counts.

All are of fits that use all history alike, since the day from which outcomes are recorded. A small p means that
something else than luck is at work: a fit of the wrong form, or a company that was not the same throughout.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from calibration.arrivals import frailty_shape, weekly_counts
from calibration.history import History
from calibration.outcomes import EDGES, Lexis, Spells, chances, fit_hazards
from calibration.spells import DealSpells, deal_spells
from calibration.tables import date_of

__all__ = ["ALIKE", "DOUBT", "PIT", "Check", "dispersion", "goodness", "pit_of_counts", "residuals", "stage_flow"]

Floats = NDArray[np.float64]

DOUBT = 0.01
"""A p below this is named."""

ALIKE = (
    "The fits tested use all history alike, so a doubt often means that the company was not the same throughout, which "
    "the level of closing follows."
)
"""What a doubt may mean."""

_LEAST = 20
"""Cases below which nothing is tested."""
_CELL = 5.0
"""Expected happenings below which a month is not counted."""

AGES = (
    "ages at the end",
    "largest gap between the Cox-Snell residuals of the fitted hazards and the exponential law (Kolmogorov and "
    "Smirnov); what an open deal would still have lasted is drawn from the law",
)
FLOW = (
    "flows by month",
    "sum over months and ways out of (recorded - expected)² / expected, by the fitted hazards, per degree of freedom",
)
PIT = (
    "weekly counts (PIT)",
    "largest gap between the weeks' places in their laws and even places (randomised PIT; Kolmogorov and Smirnov)",
)
DISPERSION = (
    "weekly spread",
    "mean of (count - expected)² / expected over weeks: 1 is pure luck, more is taken up by the fitted law",
)


@dataclass(frozen=True)
class Check:
    """One comparison of a fit with the history."""

    what: str
    """The part of the funnel."""
    compared: str
    cases: int
    figure: float
    """What `measure` defines."""
    p: float
    """Chance of a figure at least as far off, were the fit right; NaN where the figure is only described."""
    measure: str
    tenths: tuple[int, ...] = ()
    """Where places in a law are compared, how many cases lie in each tenth of it; a right fit fills them evenly."""

    @property
    def said(self) -> str:
        """The p as it is shown; empty where there is none."""
        return "" if math.isnan(self.p) else "<.001" if self.p < 0.001 else f"{self.p:.3f}".lstrip("0")

    @property
    def doubt(self) -> str:
        """A word where the p is small."""
        return "doubt" if self.p < DOUBT else ""


def residuals(spells: Spells, visible: int, exact: bool, hazard: Floats, rng: np.random.Generator) -> Floats:
    """(spells at risk,) places in (0, 1) of the cumulative hazards that the spells passed; uniform if the fit is right.

    `hazard` (bins, causes). A spell counts from its entry or `visible` on. One that goes on has, by the exponential law
    of the residuals, an independent standard exponential ahead of it. Cox & Snell 1968,
    doi:10.1111/j.2517-6161.1968.tb00724.x.
    """
    ended = spells.cause >= 0
    entry = np.maximum(visible - spells.start, 0.0)
    within = 0.0 if exact else rng.random(len(ended))
    age = np.where(ended, spells.age + within, -spells.start)
    used = age > entry
    passed = np.concatenate(([0.0], np.cumsum(hazard.sum(axis=1) * np.diff(EDGES))))
    risk = np.interp(age[used], EDGES, passed) - np.interp(entry[used], EDGES, passed)
    risk += np.where(ended[used], 0.0, rng.standard_exponential(int(used.sum())))
    return np.asarray(-np.expm1(-risk), dtype=np.float64)


def stage_flow(lexis: Lexis, hazard: Floats, end: float) -> tuple[int, float, float]:
    """Happenings in months with enough of them, chi-square per degree of freedom, and p.

    Recorded ends against those that the fitted hazards expect of the deals then at risk, by month and cause; a degree
    of freedom is spent on each cause. `end` is the cut-off in days since 1970-01-01.
    """
    from scipy.stats import chi2

    months = np.array(
        [date.year * 12 + date.month for date in (date_of(end + lexis.first + d) for d in range(len(lexis.exposure)))]
    )
    recorded, expected = [], []
    for month in np.unique(months):
        its = months == month
        recorded.append(lexis.events[its].sum(axis=(0, 1)))
        expected.append(lexis.exposure[its].sum(axis=0) @ hazard)
    o, e = np.array(recorded), np.array(expected)
    counted = e >= _CELL
    free = int(counted.sum()) - int(counted.any(axis=0).sum())
    if free < 1:
        return 0, float("nan"), float("nan")
    square = float((((o - e) ** 2)[counted] / e[counted]).sum())
    return int(o[counted].sum()), square / free, float(chi2.sf(square, free))


def pit_of_counts(weeks: Floats, shape: float | None, spread: float, rng: np.random.Generator) -> Floats:
    """(weeks,) randomised places of counts in their laws; uniform if these are right.

    `weeks` (weeks, 2) holds counts and expected counts m; the variance is m (1 + `spread`) + m² / `shape`, where
    `spread` is what the expectation itself is unsure of. Czado, Gneiting & Held 2009,
    doi:10.1111/j.1541-0420.2009.01191.x.
    """
    from scipy.stats import nbinom, poisson

    count, mean = weeks[:, 0], np.maximum(weeks[:, 1], 1e-9)
    more = mean * spread + (mean**2 / shape if shape else 0.0)
    if np.all(more > 0):
        size = mean**2 / more
        low, high = (nbinom.cdf(count - step, size, size / (size + mean)) for step in (1, 0))
    else:
        low, high = poisson.cdf(count - 1, mean), poisson.cdf(count, mean)
    return np.asarray(low + rng.random(len(count)) * (high - low), dtype=np.float64)


def dispersion(weeks: Floats, spread: float) -> float:
    """Mean of (count - expected)² / expected over weeks in which some are expected, without the expectation's own."""
    known = weeks[:, 1] > 0
    count, mean = weeks[known, 0], weeks[known, 1]
    return float(np.mean((count - mean) ** 2 / mean) / (1 + spread)) if known.any() else float("nan")


def goodness(history: History, seed: int = 1) -> tuple[Check, ...]:
    """All checks that a history has enough cases for; what is randomised is so by the seed."""
    rng = np.random.default_rng(seed)
    spells = deal_spells(history)
    return (*_of_arrivals(history, spells, rng), *_of_stages(history, spells, rng))


def _of_stages(history: History, spells: DealSpells, rng: np.random.Generator) -> Iterator[Check]:
    for name, spell, lexis in zip(spells.stages, spells.spells, spells.lexis, strict=True):
        if lexis.events.sum() < _LEAST:
            continue
        hazard = fit_hazards(lexis, half_life=np.inf).mean
        places = residuals(spell, spells.visible, spells.exact, hazard, rng)
        yield _even(f"stages.{name}", AGES, places)
        cases, square, p = stage_flow(lexis, _by_day(lexis, hazard), history.end)
        if cases:
            yield Check(f"stages.{name}", FLOW[0], cases, square, p, FLOW[1])
    last = spells.lexis[-1]
    if last.events[:, :, 0].sum() >= _LEAST:
        hazard = fit_hazards(last, half_life=np.inf).mean
        weeks = _weeks(last, _by_day(last, hazard))
        yield _even("wins", PIT, pit_of_counts(weeks, None, 0.0, rng))
        yield Check("wins", DISPERSION[0], len(weeks), dispersion(weeks, 0.0), float("nan"), DISPERSION[1])


def _by_day(lexis: Lexis, hazard: Floats) -> Floats:
    """What to multiply exposure by: chances where days only are known, and who ends was at risk for the whole day."""
    return chances(hazard) if lexis.whole_days else hazard


def _weeks(lexis: Lexis, hazard: Floats) -> Floats:
    """(weeks, 2) wins and the wins that hazards expect of the deals then at risk, by whole week before the cut-off."""
    first = len(lexis.exposure) % 7
    won = lexis.events[first:, :, 0].sum(axis=1)
    expected = lexis.exposure[first:] @ hazard[:, 0]
    weeks = np.column_stack((won, expected)).reshape(-1, 7, 2).sum(axis=1)
    return np.asarray(weeks[weeks[:, 1] > 0])


def _of_arrivals(history: History, spells: DealSpells, rng: np.random.Generator) -> Iterator[Check]:
    leads, deals = history.tables.leads, history.tables.opportunities
    times, names = (leads.captured, leads.channel) if len(leads) else (deals.opened, deals.channel)
    times = times - history.end
    since = int(np.floor(times.min())) if len(leads) else spells.visible
    weeks = weekly_counts(times, names, tuple(sorted(set(names))), since, history.end)
    # Of eight weeks around it a week's expected count is the mean.
    spread = 1 / 8
    weeks = weeks[weeks[:, 1] > 0]
    if len(weeks) >= _LEAST:
        what = "leads" if len(leads) else "opportunities opened"
        # A week is among its neighbours' neighbours, so places lie more evenly than by chance: no p.
        found = _even(what, PIT, pit_of_counts(weeks, frailty_shape(weeks), spread, rng))
        yield replace(found, p=float("nan"))
        yield Check(what, DISPERSION[0], len(weeks), dispersion(weeks, spread), float("nan"), DISPERSION[1])


def _even(what: str, words: tuple[str, str], places: Floats) -> Check:
    from scipy.stats import kstest

    found = kstest(places, "uniform")
    tenths = tuple(np.histogram(places, 10, (0.0, 1.0))[0].tolist())
    return Check(what, words[0], len(places), float(found.statistic), float(found.pvalue), words[1], tenths)
