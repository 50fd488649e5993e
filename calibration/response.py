"""How leads answer to spend: adstock and saturation (`sim.laws.response`), fitted by channel with stated priors.

Priors matter here: with the spend of two or three years, shape and half-saturation are hardly told apart, and where
spend hardly varied nothing is told at all (Jin et al. 2017, research.google/pubs/
bayesian-methods-for-media-mix-modeling-with-carryover-and-shape-effects/). What data do not say then stays as wide as
the prior, in the draws too.
"""

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from calibration.arrivals import Arrivals
from calibration.diagnostics import Diagnostic
from calibration.history import History
from calibration.part import Part
from calibration.posterior import DIGITS, Block, rounded
from calibration.sampling import Posterior, sample
from calibration.tables import date_of, day_of
from sim.laws.response import hill
from sim.paths import join
from sim.units import DAYS_PER_MONTH

__all__ = [
    "FIELDS",
    "PRIOR",
    "WEEKS",
    "Prior",
    "Response",
    "elasticity",
    "fit_response",
    "in_fields",
    "response_parts",
    "stocks",
]

Floats = NDArray[np.float64]
Labels = NDArray[np.object_]

WEEKS = 26
"""Whole weeks that must be recorded before a response is fitted."""

_MANY = 1000
"""Draws from which widths are taken."""

_TELLS = 0.9
"""A response is called fitted if its interval is narrower than this share of the prior's."""

FIELDS = ("base_share", "carry_over", "shape", "half_spend")
"""Fields of a channel that the fit is of."""


@dataclass(frozen=True)
class Prior:
    """Normal priors of the transformed parameters; the centres are the defaults of a channel. [choice]"""

    centre: Floats
    sd: Floats


PRIOR = Prior(
    centre=np.array([math.log(0.35 / 0.65), math.log(0.4 / 0.6), math.log(1.3), math.log(1.25)]),
    # 90 % intervals: base .09-.74, carry-over .11-.78, shape 1.0-1.7, half-saturation .5-2.8 of the reference spend.
    sd=np.array([1.0, 1.0, 0.15, 0.5]),
)

_NUISANCE = Prior(
    # Of the logarithms of the level (about the mean of the counts), of a year's growth, and of the frailty's shape.
    centre=np.array([0.0, 0.0, math.log(10.0)]),
    sd=np.array([1.0, 0.5, 1.5]),
)


@dataclass(frozen=True)
class Response:
    """Draws of a channel's response."""

    draws: Floats
    """(draws, 4) of `FIELDS`."""
    posterior: Posterior
    """Of the transformed parameters: those of `FIELDS` (log-odds, log-odds, log, log), then the nuisances."""

    @property
    def narrowed(self) -> float:
        """Width of the 90 % interval of the elasticity of leads to spend, as a share of the prior's."""
        prior = in_fields(PRIOR.centre + PRIOR.sd * np.random.default_rng(0).standard_normal((_MANY, 4)))
        widths = [np.ptp(np.quantile(elasticity(each), (0.05, 0.95))) for each in (self.draws, prior)]
        return float(widths[0] / widths[1])


def in_fields(theta: Floats) -> Floats:
    """(n, 4) `FIELDS` of transformed parameters (n, 4 or more)."""
    shares = 1.0 / (1.0 + np.exp(-theta[:, :2]))
    return np.column_stack((shares, np.exp(theta[:, 2:4])))


def elasticity(fields: Floats) -> Floats:
    """(n,) elasticity of leads to spend at the reference spend: (1 - b) al (1 - h); fields: (n, 4)."""
    base, _, shape, half = fields.T
    return np.asarray((1.0 - base) * shape * (1.0 - 1.0 / (1.0 + half**shape)), dtype=np.float64)


def stocks(spend: Floats, carry_over: Floats, steady: float) -> Floats:
    """(n, weeks) normalised adstock of one spend (weeks,) at many carry-overs (n,): `sim.laws.response.adstock`."""
    level = np.full(len(carry_over), steady)
    out = np.empty((len(carry_over), len(spend)))
    for week, x in enumerate(spend.tolist()):
        level = carry_over * level + (1.0 - carry_over) * x
        out[:, week] = level
    return out


def fit_response(
    counts: Floats, spend: Floats, reference: float, season: Floats, draws: int, rng: np.random.Generator
) -> Response:
    """Fit a channel's response from (weeks,) leads, spend and seasonal factor of whole weeks.

    reference: spend a week at which a channel's `leads` come. The mean of a week is
    L e^{g t} S_w [b + (1 - b) h(a_w / K) / h(1 / K)], a in units of the reference; counts are negative binomial (NB2),
    as a weekly gamma frailty makes them. Level L, growth g and dispersion are fitted along and left aside.
    """
    from scipy.special import gammaln

    years = (np.arange(len(counts)) - (len(counts) - 1) / 2.0) * 7.0 / 365.0
    usual = math.log(max(float(counts.sum()), 0.5) / max(float(season.sum()), 1.0))
    shifted = _NUISANCE.centre + np.array([usual, 0.0, 0.0])
    centre, sd = np.concatenate((PRIOR.centre, shifted)), np.concatenate((PRIOR.sd, _NUISANCE.sd))

    def density(theta: Floats) -> Floats:
        base, carry, shape, half = (column[:, None] for column in in_fields(theta).T)
        level, growth, k = theta[:, 4:5], theta[:, 5:6], np.exp(theta[:, 6:7])
        a = stocks(spend / reference, carry[:, 0], float(spend[0]) / reference if len(spend) else 1.0)
        # What lies too far out to be computed has no weight.
        with np.errstate(over="ignore", invalid="ignore"):
            answer = base + (1.0 - base) * hill(a / half, 1.0, shape) / hill(1.0 / half, 1.0, shape)
        mean = np.exp(level + growth * years) * season * answer
        logs = (
            gammaln(counts + k) - gammaln(k) + k * np.log(k) + counts * np.log(mean) - (counts + k) * np.log(k + mean)
        )
        return np.asarray(logs.sum(axis=1) - 0.5 * (((theta - centre) / sd) ** 2).sum(axis=1), dtype=np.float64)

    found = sample(density, centre, sd, draws, rng)
    return Response(in_fields(found.draws), found)


def _weekly(
    times: Floats, spend: Mapping[tuple[int, int], float], since: float, until: float, end: float, season: Floats
) -> tuple[Floats, ...]:
    """Leads, spend and seasonal factor (weeks,) of whole weeks, Monday to Sunday, as a simulation spends.

    times: of leads, in days before the cut-off `end`; spend: by year and month; since, until: between which days both
    are recorded; season: (12,) by month.
    """
    days = np.arange(min(int(np.ceil(since)), -1), max(min(int(until), 0), int(np.ceil(since)) + 1))
    dates = [date_of(end + day) for day in days.tolist()]
    week = np.array([(date.toordinal() - 1) // 7 for date in dates])
    paid = np.array([spend.get((date.year, date.month), 0.0) for date in dates]) / DAYS_PER_MONTH
    index = week - week[0]
    counted = times[(times >= days[0]) & (times < days[-1] + 1)]
    leads = np.bincount(index[np.floor(counted).astype(np.int64) - days[0]], minlength=index[-1] + 1)
    size = np.bincount(index)
    whole = size == 7
    by_day = season[np.array([date.month - 1 for date in dates])]
    sums = [np.bincount(index, weights=each) for each in (paid, by_day)]
    return leads[whole].astype(np.float64), sums[0][whole], sums[1][whole] / 7.0


def response_parts(
    history: History,
    channels: Mapping[str, Mapping[str, float]],
    names: Labels,
    times: Floats,
    arrivals: Arrivals,
    since: float,
    draws: int,
    rng: np.random.Generator,
) -> list[Part]:
    """The response of every channel that costs something; `channels` says at which spend a month leads come.

    A plan that spends what history spent gets the same leads whatever the response, so no forecast depends on it.
    """
    table, season = history.tables.spend, np.array(arrivals.season)
    if not len(table):
        return []
    from_spend = max(since, float(table.month.min()) - history.end)
    # Spend that is not entered yet is not none.
    last = date_of(float(table.month.max())).replace(day=1) + dt.timedelta(days=32)
    until = day_of(last.replace(day=1)) - history.end
    parts = []
    for name, channel in channels.items():
        if channel["spend"] <= 0.0:
            continue
        paid: dict[tuple[int, int], float] = {}
        mine = table.channel == name
        for month, amount in zip(table.month[mine].tolist(), table.amount[mine].tolist(), strict=True):
            key = (date_of(month).year, date_of(month).month)
            paid[key] = paid.get(key, 0.0) + amount
        counts, spend, factor = _weekly(times[names == name], paid, from_spend, until, history.end, season)
        parts.append(_part(name, counts, spend, channel["spend"] * 7.0 / DAYS_PER_MONTH, factor, draws, rng))
    return parts


def _part(
    name: str, counts: Floats, spend: Floats, reference: float, season: Floats, draws: int, rng: np.random.Generator
) -> Part:
    few = len(counts) < WEEKS
    # Without weeks the likelihood is flat and what comes back is the prior.
    used = 0 if few else len(counts)
    found = fit_response(counts[:used], spend[:used], reference, season[:used], max(draws, _MANY), rng)
    narrowed = found.narrowed
    origin = "fitted" if not few and narrowed < _TELLS else "prior"
    if few:
        notice = f"only {len(counts)} whole weeks of leads and spend: it stays the prior"
    else:
        notice = "" if origin == "fitted" else "spend varied too little to tell: it stays the prior"
    row = Diagnostic(
        f"channels.{name}.response",
        len(counts),
        int(counts.sum()),
        7.0 * len(counts),
        narrowed,
        "width of the 90 % interval of the elasticity of leads to spend, as a share of its prior's",
        notice,
    )
    middle = np.median(found.draws, axis=0).tolist()
    paths = tuple(join(("channels", name, field)) for field in FIELDS)
    values = [round(value, DIGITS) for value in middle[:2]] + [rounded(value) for value in middle[2:]]
    return Part(
        (row,),
        dict(zip(paths, values, strict=True)),
        (Block(paths, found.draws[:draws]),),
        dict.fromkeys(paths, origin),
    )
