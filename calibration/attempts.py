"""How often sales development reaches a lead: by attempt, by how long the lead had waited, by channel and hour.

The law is `sim.laws.outcomes`: the odds of contact at attempt n are those of c_n, times (1 + t)^-g, t the civil hours
from the handoff to the first attempt. What is fitted here is told and not written into a funnel: its share of leads
that become opportunities is what came of all attempts and waits, so that they would count twice.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.diagnostics import FEW_EVENTS, Diagnostic
from calibration.history import History
from calibration.part import Part
from sim.development import SalesDevelopment

__all__ = ["Contact", "Tries", "attempt_parts", "fit_contact", "tries_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

USUAL = tuple(float(each) for each in SalesDevelopment.model_fields["contact"].default)
"""Centre of the prior of the chances by attempt, whose log-odds have a standard deviation of 1. [choice]"""
EXPONENT = (0.35, 0.3)
"""Mean and standard deviation of the prior of g: what published, observational ratios leave when it is assumed that
reps call the best leads first. [choice]"""
_SD_CHANNEL, _SD_HOUR = 0.5, 0.3
"""Standard deviations of what a channel and a part of the day add to the log-odds. [choice]"""
_PARTS = 6
"""Parts of the day."""
RECENT = 365.0
"""Days of history that count."""
_IN_ORDER = 0.95
"""Share of neighbouring leads that must be tried in the order in which they came, for waits to count as not chosen."""


@dataclass(frozen=True)
class Tries:
    """Attempts to reach leads; (attempts,)."""

    number: Ints
    """0 for the first of a lead's visit."""
    wait: Floats
    """Civil hours from the handoff to the first attempt of the same visit."""
    channel: NDArray[np.object_]
    hour: Floats
    """Hour of the day."""
    reached: Bools
    gap: Floats
    """Civil hours since the attempt before; NaN for a first."""
    in_order: float
    """Share of leads handed off one after the other that were first tried in that order; NaN without leads."""


@dataclass(frozen=True)
class Contact:
    """The fit: (attempts + 1,) log-odds by attempt and the exponent g, with their covariance."""

    theta: Floats
    covariance: Floats

    @property
    def chance(self) -> Floats:
        """(attempts,) chances of contact by attempt, if the first comes at once."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.theta[:-1])), dtype=np.float64)

    @property
    def sd(self) -> Floats:
        return np.asarray(np.sqrt(np.diag(self.covariance)), dtype=np.float64)


def tries_of(history: History) -> Tries:
    """The recorded attempts of the last year; none of the last day, whose outcome may not be known yet."""
    table, leads = history.tables.activities, history.tables.leads
    told = (table.record == "lead") & np.isin(table.activity, ("handed_off", "attempt", "conversation"))
    rows = np.flatnonzero(told)
    rows = rows[np.argsort(table.at[rows], kind="stable")]
    handed = dict(zip(leads.id, leads.handed_off, strict=True))
    channel_of = dict(zip(leads.id, leads.channel, strict=True))
    visits: defaultdict[tuple[str, float], list[float]] = defaultdict(list)
    since: dict[tuple[str, float], float] = {}
    met: dict[tuple[str, float], float] = {}
    for row in rows.tolist():
        visit = float(table.visit[row])
        key = (table.id[row], visit if visit >= 0.0 else 0.0)
        what, at = table.activity[row], float(table.at[row])
        if what == "attempt":
            visits[key].append(at)
        elif what == "handed_off":
            since[key] = at
        else:
            met.setdefault(key, at)
    found: list[tuple[int, float, str, float, bool, float]] = []
    firsts: list[tuple[float, float]] = []
    for key, times in visits.items():
        start = since.get(key, handed.get(key[0], np.nan) if key[1] == 0.0 else np.nan)
        if not start <= times[0]:
            continue
        firsts.append((start, times[0]))
        wait = (times[0] - start) * 24.0
        # The attempt that was followed by the conversation is the last one that began before it.
        reached = met.get(key, np.inf)
        for n, at in enumerate(times):
            ends = times[n + 1] if n + 1 < len(times) else np.inf
            if history.end - RECENT <= at < history.end - 1.0 and at <= reached:
                gap = (at - times[n - 1]) * 24.0 if n else np.nan
                found.append(
                    (n, wait, channel_of.get(key[0], ""), (at % 1.0) * 24.0, reached <= ends and reached < np.inf, gap)
                )
    order = np.array([first for _, first in sorted(firsts)])
    number, wait_, channel, hour, met_, gap_ = zip(*found, strict=True) if found else ((), (), (), (), (), ())
    return Tries(
        np.array(number, dtype=np.int64),
        np.array(wait_, dtype=np.float64),
        np.array(channel, dtype=object),
        np.array(hour, dtype=np.float64),
        np.array(met_, dtype=bool),
        np.array(gap_, dtype=np.float64),
        float((np.diff(order) >= 0.0).mean()) if len(order) > 1 else np.nan,
    )


def fit_contact(tries: Tries) -> Contact:
    """The highest posterior of a logistic law with stated normal priors, and the curvature there."""
    attempts, channels = len(USUAL), tuple(sorted(set(tries.channel)))
    columns = [
        np.minimum(tries.number, attempts - 1)[:, None] == np.arange(attempts),
        -np.log1p(tries.wait)[:, None],
        tries.channel[:, None] == np.array(channels, dtype=object),
        np.floor(tries.hour * _PARTS / 24.0)[:, None] == np.arange(_PARTS),
    ]
    design = np.concatenate([np.asarray(column, dtype=np.float64) for column in columns], axis=1)
    usual = np.array(USUAL)
    centre = np.concatenate((np.log(usual / (1.0 - usual)), [EXPONENT[0]], np.zeros(len(channels) + _PARTS)))
    sd = np.concatenate(
        (np.ones(attempts), [EXPONENT[1]], np.full(len(channels), _SD_CHANNEL), np.full(_PARTS, _SD_HOUR))
    )
    precision = np.diag(sd**-2.0)
    theta, bent = centre.copy(), precision
    # Newton's steps; the logarithm of the posterior is concave, and its curvature bounded below by the prior's.
    for _ in range(50):
        chance = 1.0 / (1.0 + np.exp(-design @ theta))
        slope = design.T @ (tries.reached - chance) - precision @ (theta - centre)
        bent = (design * (chance * (1.0 - chance))[:, None]).T @ design + precision
        step = np.linalg.solve(bent, slope)
        theta = theta + step / max(1.0, float(np.abs(step).max()))
        if np.abs(step).max() < 1e-8:
            break
    kept = attempts + 1
    covariance = np.asarray(np.linalg.inv(bent)[:kept, :kept], dtype=np.float64)
    return Contact(theta[:kept], covariance)


def attempt_parts(history: History) -> list[Part]:
    """What the recorded attempts say; nothing where they are not recorded."""
    tries = tries_of(history)
    reached = int(tries.reached.sum())
    if reached < FEW_EVENTS:
        return []
    fit = fit_contact(tries)
    low, high = fit.theta - 1.645 * fit.sd, fit.theta + 1.645 * fit.sd
    by_attempt = " ".join(f"{chance:.2f}".lstrip("0") for chance in fit.chance)
    ends = 1.0 / (1.0 + np.exp(-np.array([low[0], high[0]])))
    leads = int((tries.number == 0).sum())
    if tries.in_order >= _IN_ORDER:
        chosen = f"{100 * tries.in_order:.0f} % of leads were tried in the order they came in, so waits were not chosen"
    else:
        chosen = "reps chose whom to try first, so part of it is their choice and not the wait: an upper bound"
    rows = [
        Diagnostic(
            "sales_development.contact",
            len(tries.number),
            reached,
            np.nan,
            float(fit.chance[0]),
            f"chance that the first attempt reaches a lead if it comes at once (90 % interval {ends[0]:.2f} to "
            f"{ends[1]:.2f}); by attempt {by_attempt}",
        )
    ]
    # Where attempts bear a date only, hours of waiting are not known.
    if (tries.hour > 0.0).mean() > 0.5:
        rows.append(
            Diagnostic(
                "sales_development.speed_exponent",
                leads,
                reached,
                float(tries.wait[tries.number == 0].sum() / 24.0),
                float(fit.theta[-1]),
                f"g of speed to lead (1 + hours)^-g (90 % interval {low[-1]:.2f} to {high[-1]:.2f}, prior "
                f"{EXPONENT[0]:g} with sd {EXPONENT[1]:g}); {chosen}",
            )
        )
    gaps = tries.gap[np.isfinite(tries.gap)]
    if len(gaps):
        rows.append(
            Diagnostic(
                "sales_development.spacing",
                len(gaps),
                len(gaps),
                float(gaps.sum() / 24.0),
                float(np.median(gaps)),
                "median civil hours from one attempt to the next",
            )
        )
    return [Part((*rows, *_patience(history)), notes=(_TOLD,))]


_TOLD = (
    "contact, speed to lead and patience are told and not simulated: the share of leads that become opportunities "
    "is what came of them"
)


def _patience(history: History) -> list[Diagnostic]:
    """How long leads that nobody tries wait before they go cold: exponential, those tried first are censored."""
    table, leads = history.tables.activities, history.tables.leads
    cold: dict[str, float] = {}
    for row in np.flatnonzero((table.record == "lead") & (table.activity == "went_cold")).tolist():
        cold.setdefault(table.id[row], float(table.at[row]))
    handed = np.isfinite(leads.handed_off)
    gone = np.array([cold.get(id, np.nan) for id in leads.id[handed]], dtype=np.float64)
    until = np.fmin(np.fmin(leads.first_attempt[handed], gone), history.end)
    days = float(np.maximum(until - leads.handed_off[handed], 0.0).sum())
    went = int((gone <= until).sum())
    if went < 1:
        return []
    return [
        Diagnostic(
            "sales_development.patience",
            int(handed.sum()),
            went,
            days,
            days / went,
            "mean days after which a lead that nobody has tried goes cold",
            f"only {went} leads went cold: read the figure as a guess" if went < FEW_EVENTS else "",
        )
    ]
