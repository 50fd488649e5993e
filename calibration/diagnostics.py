"""How well each part fits and on how much it rests, in figures that stand beside their definition."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from calibration.arrivals import Arrivals
from calibration.closing import Closings
from calibration.conversion import Conversion
from calibration.history import History
from calibration.outcomes import EDGES, Spells, aalen_johansen, fit_hazards, incidence
from calibration.spells import DealSpells
from calibration.values import ValueFit

__all__ = ["FEW_EVENTS", "Diagnostic", "diagnose", "incidence_gap"]

FEW_EVENTS = 30
"""Fewer events than this are named as thin ground."""


@dataclass(frozen=True)
class Diagnostic:
    """One fit: how many cases and events it rests on, and one figure of how well it describes them."""

    what: str
    """The part of the funnel, such as `stages.open`."""
    n: int
    """Cases."""
    events: int
    """Of these, how many happened (were won or lost, converted, came)."""
    exposure: float
    """Days at risk."""
    fit: float
    """The figure that `measure` defines; NaN where none applies."""
    measure: str
    notice: str = ""


def incidence_gap(spells: Spells, visible: int, exact: bool) -> float:
    """Largest gap, over causes and ages, between the fitted cumulative incidence and Aalen-Johansen on the same spells.

    Both use all history equally; ages up to the last at which 30 spells are at risk, compared at the fit's knots.
    """
    from calibration.outcomes import make_lexis

    ended = spells.cause >= 0
    entry = np.maximum(visible - spells.start, 0.0)
    age = np.where(ended, spells.age, -spells.start)
    # A day's events count at the day's end, where the fitted curve has them too.
    time = age if exact else np.where(ended, age + 1.0, age)
    used = time > entry
    if not (ended & used).any():
        return float("nan")
    moments, _, curves = aalen_johansen(time[used], spells.cause[used], entry[used], 2)
    hazard = fit_hazards(make_lexis(spells, 2).since(visible), half_life=1e9).mean
    _, fitted = incidence(hazard)
    at_risk = np.array([int(((entry < edge) & (time >= edge)).sum()) for edge in EDGES])
    knots = EDGES[at_risk >= 30]
    if not len(knots):
        return float("nan")
    empirical = np.vstack((np.zeros(2), curves))[np.searchsorted(moments, knots, side="right")]
    return float(np.abs(empirical - fitted[at_risk >= 30]).max())


def _few(events: int, what: str) -> str:
    return f"only {events} {what}: read the interval, not the middle" if events < FEW_EVENTS else ""


def diagnose(
    history: History,
    spells: DealSpells,
    arrivals: Arrivals,
    closings: Closings,
    conversion: Conversion | None,
    values: Mapping[str, ValueFit],
) -> list[Diagnostic]:
    """The diagnostics of all fits."""
    found = []
    for column, name in enumerate(arrivals.channels):
        leads = history.tables.leads.channel if len(history.tables.leads) else history.tables.opportunities.channel
        count = int((leads == name).sum())
        days = float(-spells.visible)
        shown = float(arrivals.mean()[column])
        measure = "leads a day expected after the cut-off"
        found.append(Diagnostic(f"channels.{name}.leads", count, count, days, shown, measure, _few(count, "leads")))
    found.append(
        Diagnostic(
            "arrivals",
            len(arrivals.weeks),
            int(arrivals.weeks[:, 0].sum()),
            float(len(arrivals.weeks) * 7),
            arrivals.error(),
            "error of past forecasts of leads (sum of CRPS over sum of leads), heaviest course "
            f"(wander {arrivals.best.course.wander:g} a week, {'a' if arrivals.best.course.slope else 'no'} slope, "
            f"weight {arrivals.best.weight:.2f})",
            "" if arrivals.votes else "too short to test on its own past; all courses count alike",
        )
    )
    if conversion is not None:
        found.append(
            Diagnostic(
                "lead to opportunity",
                conversion.leads,
                conversion.events,
                float("nan"),
                conversion.opportunity.strength,
                "strength of pooling across channels, in leads",
                _few(conversion.events, "opportunities"),
            )
        )
    for name, spell, lexis in zip(spells.stages, spells.spells, spells.lexis, strict=True):
        events = int(lexis.events.sum())
        found.append(
            Diagnostic(
                f"stages.{name}",
                len(spell.start),
                events,
                float(lexis.exposure.sum()),
                incidence_gap(spell, spells.visible, spells.exact),
                "largest gap between fitted and Aalen-Johansen cumulative incidence",
                _few(events, "deals left this stage"),
            )
        )
    best = closings.best.manner
    found.append(
        Diagnostic(
            "pace of closing",
            len(closings.votes),
            int(sum(vote.happened for vote in closings.votes)),
            float("nan"),
            closings.error(),
            f"error of past forecasts of wins (sum of CRPS over sum of wins), heaviest manner (elasticity to load "
            f"{best.elasticity:g}, wander {best.wander:g} a week, {'a' if best.rhythm else 'no'} rhythm of the "
            f"quarter, {'a' if best.slope else 'no'} slope, weight {closings.best.weight:.2f})",
            "" if closings.votes else "too short to test on its own past; prior weights are used",
        )
    )
    for path, fit in values.items():
        notice = _few(fit.n, "amounts") if fit.usable else "no amount recorded"
        measure = "largest gap between fitted and recorded distribution"
        found.append(Diagnostic(f"{path}.value", fit.n, fit.n, float("nan"), fit.gap, measure, notice))
    return found
