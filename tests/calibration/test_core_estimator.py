"""The core estimator, hazards by age: exact where its prior is stated, and honest where the prior comes from the data.

Stated: simulation-based calibration (Talts and others 2018, arXiv:1804.06788). From the data: how often the truth of
simulated companies lies inside the 90 % intervals.
"""

from typing import NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from win_curves import win_curves

from calibration.outcomes import EDGES, PRIOR_EVENTS, Hazards, Spells, fit_hazards, incidence, make_lexis

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SIMULATIONS, DRAWS = 200, 99
FIRST, RECORDED = 400, 250
"""Days before the cut-off at which the first deal opened, and from which outcomes are recorded."""
MIDDLE = (EDGES[1:] + EDGES[:-1]) / 2
PRIOR_RATE = np.column_stack(
    (0.006 * np.exp(-(((MIDDLE - 60) / 80) ** 2)) + 0.001, 0.01 * np.exp(-MIDDLE / 90) + 0.001)
)
"""(bins, causes) wins and losses a day that are expected beforehand."""
QUARTER = 90


class Open(NamedTuple):
    """What is left of a company's deals on the last day."""

    spells: Spells
    ages: Ints


def company(hazard: Floats, count: int, rng: np.random.Generator) -> Open:
    """Deals opened evenly until today; those that ended before outcomes were recorded are in no file."""
    start = -rng.uniform(0, FIRST, count)
    total = hazard.sum(axis=1)
    passed = np.concatenate(([0.0], np.cumsum(total * np.diff(EDGES))))
    luck = rng.standard_exponential(count)
    age = np.where(luck < passed[-1], np.interp(luck, passed, EDGES), np.inf)
    which = np.minimum(np.searchsorted(EDGES, age, side="right") - 1, len(total) - 1)
    cause = (rng.random(count) > hazard[which, 0] / total[which]).astype(np.int64)
    return observed(start, start + age, cause)


def observed(start: Floats, end: Floats, cause: Ints) -> Open:
    kept = end >= -RECORDED
    start, end, cause = start[kept], end[kept], cause[kept]
    still = end >= 0
    spells = Spells.of(start, np.where(still, np.nan, end), cause, exact=True)
    return Open(spells, np.floor(-start[still]).astype(np.int64))


def won_by(hazard: Floats) -> float:
    """Share that is won in the end."""
    return float(incidence(hazard)[1][-1, 0])


def quarter_of(hazard: Floats, ages: Ints) -> float:
    """Expected wins of the next 90 days among open deals of these ages."""
    (curve,) = win_curves([hazard], QUARTER)[1]
    return float(curve[np.minimum(ages, len(curve) - 1)].sum())


def ranks(recorded_from: int, seed: int, inflated: float = 1.0) -> NDArray[np.int64]:
    """(simulations, quantities) how many of 99 posterior draws are below the truth: each hazard, then the share that is
    won in the end and the expected wins of the next 90 days."""
    found = []
    for simulation in range(SIMULATIONS):
        rng = np.random.default_rng([seed, simulation])
        truth = Hazards(np.full_like(PRIOR_RATE, PRIOR_EVENTS), PRIOR_EVENTS / PRIOR_RATE, EDGES).draw(rng)
        spells, ages = company(truth, 600, rng)
        lexis = make_lexis(spells, 2).since(-recorded_from)
        posterior = fit_hazards(lexis, half_life=np.inf, prior_rate=PRIOR_RATE * inflated)
        drawn = [posterior.draw(rng) for _ in range(DRAWS)]
        below = (np.array(drawn) < truth).sum(axis=0).ravel().tolist()
        below.append(sum(won_by(draw) < won_by(truth) for draw in drawn))
        below.append(sum(quarter_of(draw, ages) < quarter_of(truth, ages) for draw in drawn))
        found.append(below)
    return np.array(found)


def uniform(found: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """(quantities,) p-values of uniform ranks: chi-square of twenty bins, and the widest gap of the ECDF."""
    counts = np.array([np.bincount(column // 5, minlength=20) for column in found.T])
    chi = stats.chi2.sf(((counts - SIMULATIONS / 20) ** 2 / (SIMULATIONS / 20)).sum(axis=1), 19)
    # A rank is spread evenly over its hundredth, so that it is uniform on (0, 1) and not on a grid.
    spread = (found + np.random.default_rng(0).random(found.shape)) / (DRAWS + 1)
    return np.asarray(chi), np.array([stats.kstest(column, "uniform").pvalue for column in spread.T])


@pytest.mark.slow
def test_ranks_are_uniform_where_the_prior_is_stated() -> None:
    """54 quantities, two tests of each, together at one in a thousand; with delayed entry and censoring."""
    found = ranks(RECORDED, seed=1)
    assert found.shape == (SIMULATIONS, 2 * len(MIDDLE) + 2)
    for p in uniform(found):
        assert p.min() > 0.0005 / p.size


@pytest.mark.slow
@pytest.mark.parametrize(("recorded_from", "inflated"), [(FIRST, 1.0), (RECORDED, 2.0)], ids=("entry", "prior"))
def test_ranks_betray_a_fit_that_is_wrong(recorded_from: int, inflated: float) -> None:
    """Spells counted at risk while none of their ends was recorded; a prior that expects twice as much."""
    assert min(p.min() for p in uniform(ranks(recorded_from, 1, inflated))) < 1e-6


def lognormal_company(rng: np.random.Generator) -> tuple[Open, float, int]:
    """A company whose deals are won, lost or never closed, each by a lognormal law; the share it wins within the age of
    its oldest deal, and the wins of the next 90 days among the open ones."""
    count = int(rng.integers(800, 3000))
    shares = rng.dirichlet([4, 8, 2])
    median, sigma = rng.uniform(25, 110, 2), rng.uniform(0.5, 1.0, 2)
    start = -rng.uniform(0, FIRST, count)
    cause = rng.choice(3, count, p=shares)
    kind = np.minimum(cause, 1)
    age = np.where(cause == 2, np.inf, median[kind] * np.exp(sigma[kind] * rng.standard_normal(count)))
    end = start + age
    ahead = int(((cause == 0) & (end >= 0) & (end < QUARTER)).sum())
    won = shares[0] * stats.norm.cdf(np.log(FIRST / median[0]) / sigma[0])
    return observed(start, end, kind), float(won), ahead


@pytest.mark.slow
def test_intervals_cover_where_the_prior_comes_from_the_data() -> None:
    """200 companies: the share that is won, and the wins of the next 90 days with their luck, in nine cases of ten."""
    inside = np.zeros(2)
    for seed in range(200):
        rng = np.random.default_rng([11, seed])
        (spells, ages), won, ahead = lognormal_company(rng)
        fitted = fit_hazards(make_lexis(spells, 2).since(-RECORDED), half_life=1e9)
        shares, wins = [], []
        for _ in range(200):
            hazard = fitted.draw(rng)
            shares.append(won_by(hazard))
            (curve,) = win_curves([hazard], QUARTER)[1]
            wins.append(float(rng.binomial(1, np.minimum(curve[np.minimum(ages, len(curve) - 1)], 1.0)).sum()))
        for which, (drawn, truth) in enumerate(((shares, won), (wins, float(ahead)))):
            # Counts are spread over their unit, so that a discrete law's interval does not cover more than it says.
            spread = rng.random(200) - 0.5 if which else np.zeros(200)
            low, high = np.quantile(np.array(drawn) + spread, (0.05, 0.95))
            inside[which] += low < truth + (rng.random() - 0.5 if which else 0.0) < high
    assert ((inside / 200 >= 0.85) & (inside / 200 <= 0.95)).all(), inside / 200


def test_a_stated_prior_gives_the_gamma_posterior_by_hand() -> None:
    """Forty deals open for thirty days, ten won at five days; a prior of two events at .01 a day.

    The first bin (ten days): 10 x 5 + 30 x 10 = 350 days at risk, so Gamma(10 + 2, 350 + 2 / .01 = 550); the second:
    30 x 20 = 600 days, so Gamma(2, 600 + 200).
    """
    edges = np.array([0.0, 10.0, 30.0])
    end = np.where(np.arange(40) < 10, -25.0, np.nan)
    spells = Spells.of(np.full(40, -30.0), end, np.zeros(40, dtype=np.int64), exact=True)
    fitted = fit_hazards(make_lexis(spells, 1, edges), np.inf, edges=edges, prior_rate=np.full((2, 1), 0.01))
    assert fitted.shape[:, 0] == pytest.approx([12, 2])
    assert fitted.rate[:, 0] == pytest.approx([550, 800])
