"""Laws against scipy, closed forms and each other."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from sim.distributions import Constant, Exponential, Gamma, Lognormal, Table, Weibull, median
from sim.laws.arrivals import poisson_quantile
from sim.laws.delays import (
    CONSTANT,
    EXPONENTIAL,
    LOGNORMAL,
    NEVER,
    TABLE,
    WEIBULL,
    normal_quantile,
    quantile,
    residual,
    survival,
)
from sim.laws.effort import ramped, ramped_inverse
from sim.laws.means import mean
from sim.laws.outcomes import OLDROYD, POWER, acceptance, logit, scale_odds, sigmoid, speed_to_lead, survive_delay
from sim.laws.quality import form_separation, form_volume
from sim.laws.response import adstock, hill, lead_rate
from sim.tables.laws import Laws
from sim.units import DAYS_PER_MONTH

LAWS = np.array(
    [
        [CONSTANT, 3.0, 0, 0, 0],
        [EXPONENTIAL, 5.0, 0, 0, 0],
        [LOGNORMAL, math.log(60), 0.8, 0, 0],
        [WEIBULL, 1.5, 60.0, 0, 0],
        [TABLE, 0, 0, 0, 4],
        [NEVER, 0, 0, 0, 0],
    ]
)
KNOTS = np.array([[0.0, 10.0, 20.0, 50.0], [0.0, 0.5, 0.5, 1.0]])
ORACLES = {1: stats.expon(scale=5), 2: stats.lognorm(0.8, scale=60), 3: stats.weibull_min(1.5, scale=60)}


def test_normal_quantile_matches_scipy_into_the_tails():
    p = np.concatenate([np.logspace(-300, -1, 600), np.linspace(0.001, 0.999, 999)])
    ours = np.array([normal_quantile(x) for x in p])
    np.testing.assert_allclose(ours, stats.norm.ppf(p), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("law", list(ORACLES))
def test_quantile_and_survival_match_scipy(law):  # type: ignore[no-untyped-def]
    # Draws lie on a grid of 52 bits, on which 1 - u is exact; the smallest here is about 1e-12.
    for u in ((4503 + 0.5) * 2.0**-52, 0.01, 0.3, 0.5, 0.99, 1 - 1e-9):
        assert quantile(LAWS, KNOTS, law, u) == pytest.approx(ORACLES[law].ppf(u), rel=1e-7)
    for t in (0.0, 0.5, 7.0, 90.0, 1000.0):
        assert survival(LAWS, KNOTS, law, t) == pytest.approx(ORACLES[law].sf(t), rel=1e-11, abs=1e-300)


@given(law=st.sampled_from([1, 2, 3, 4]), u=st.floats(1e-6, 1 - 1e-6), v=st.floats(1e-6, 1 - 1e-6))
def test_draws_rise_with_u_and_invert_the_survival_function(law, u, v):  # type: ignore[no-untyped-def]
    a, b = quantile(LAWS, KNOTS, law, u), quantile(LAWS, KNOTS, law, v)
    assert (a <= b) if u <= v else (a >= b)
    if law != 4:
        assert survival(LAWS, KNOTS, law, a) == pytest.approx(1 - u, rel=1e-9)


@given(law=st.sampled_from([1, 2, 3, 4]), age=st.floats(0, 45), u=st.floats(1e-6, 1 - 1e-6))
def test_residual_is_the_quantile_given_survival(law, age, u):  # type: ignore[no-untyped-def]
    left = residual(LAWS, KNOTS, law, age, u)
    assert left >= 0
    expected = (1 - u) * survival(LAWS, KNOTS, law, age)
    assert survival(LAWS, KNOTS, law, age + left) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "law", "published"),
    [
        (
            "D11 lognormal",
            Lognormal(law="lognormal", median=84.0, sigma=0.7),
            {10: "34.251512", 80: "151.403985", 90: "206.005506"},
        ),
        (
            "D11b gamma",
            Gamma(law="gamma", shape=2.0, scale=30.0),
            {50: "50.350410", 80: "89.829250", 90: "116.691605"},
        ),
        ("D11b Weibull", Weibull(law="weibull", shape=1.5, scale=60.0), {50: "46.993186", 90: "104.623291"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_published_quantiles(stated, name, law, published):  # type: ignore[no-untyped-def]
    """D11 and D11b; D11's share below 90 days is the inverse."""
    laws = Laws()
    row = laws.add(law)
    for percent, exact in published.items():
        stated(f"{name}, p{percent}", exact, quantile(laws.array(), laws.knot_array(), row, percent / 100))
    if law.law == "lognormal":
        stated(f"{name}, P(T <= 90)", "0.539257", 1 - survival(laws.array(), laws.knot_array(), row, 90.0))
    assert median(law) == pytest.approx(quantile(laws.array(), laws.knot_array(), row, 0.5), rel=1e-12)


def test_laws_by_their_moments(stated):  # type: ignore[no-untyped-def]
    """D11c: a mean of 84 days and a coefficient of variation of .8."""
    shape, scale = Gamma(law="gamma", mean=84.0, cv=0.8).parameters
    lognormal = Lognormal(law="lognormal", mean=84.0, cv=0.8)
    stated("D11c shape of gamma", "1.5625", shape)
    stated("D11c scale of gamma", "53.76", scale)
    stated("D11c sigma of lognormal", "0.70334646", lognormal.log_sd)
    stated("D11c mu of lognormal", "4.18346868", math.log(median(lognormal)))


@pytest.mark.parametrize("shape", [0.2, 0.5, 1.0, 1.5625, 4.0, 30.0, 100.0])
def test_a_tabulated_gamma_law_is_one(shape):  # type: ignore[no-untyped-def]
    laws = Laws()
    row = laws.add(Gamma(law="gamma", shape=shape, scale=10.0))
    rows, knots, exact = laws.array(), laws.knot_array(), stats.gamma(shape, scale=10.0)
    shares = np.concatenate(
        (np.geomspace(1e-8, 0.1, 1000), np.linspace(0.1, 0.9, 1001), 1 - np.geomspace(0.1, 1e-8, 1000))
    )
    values = exact.ppf(shares)
    drawn = np.array([quantile(rows, knots, row, u) for u in shares.tolist()])
    np.testing.assert_allclose(drawn, values, rtol=2e-4, atol=1e-5)
    left = np.array([survival(rows, knots, row, t) for t in values.tolist()])
    np.testing.assert_allclose(left, exact.sf(values), rtol=1e-4)


def test_residual_of_the_published_case(stated):  # type: ignore[no-untyped-def]
    """D12c; the mean is the integral of the quantiles."""
    laws = np.array([[LOGNORMAL, math.log(70), 0.6, 0, 0]])
    stated("D12c median", "34.4338737", residual(laws, KNOTS, 0, 90.0, 0.5))
    # By z in place of u = Phi(z), over which the quantiles are smooth.
    mean, _ = integrate.quad(
        lambda z: residual(laws, KNOTS, 0, 90.0, stats.norm.cdf(z)) * stats.norm.pdf(z), -8, 8, epsabs=1e-10
    )
    stated("D12c mean", "51.935218", mean)


def test_never_and_constant():
    assert quantile(LAWS, KNOTS, 5, 0.999) == math.inf
    assert survival(LAWS, KNOTS, 5, 1e9) == 1
    assert [survival(LAWS, KNOTS, 0, t) for t in (2.9, 3.0)] == [1, 0]
    assert residual(LAWS, KNOTS, 0, 4.0, 0.5) == math.inf


@given(mean=st.floats(1e-3, 16), u=st.floats(1e-9, 1 - 1e-9))
def test_poisson_quantile_matches_scipy(mean, u):  # type: ignore[no-untyped-def]
    n = poisson_quantile(mean, u)
    assert stats.poisson.cdf(n, mean) >= u - 1e-12
    assert n == 0 or stats.poisson.cdf(n - 1, mean) < u + 1e-12


@given(b=st.floats(0, 5000), ramp=st.floats(0, 2000))
def test_ramped_hours_invert(b, ramp):  # type: ignore[no-untyped-def]
    q = ramped(b, ramp)
    assert 0 <= q <= b
    assert ramped_inverse(q, ramp) == pytest.approx(b, abs=1e-6)


def test_ramped_hours_by_hand():
    assert ramped(100, 400) == 12.5
    assert ramped(400, 400) == 200
    assert ramped(500, 400) == 300
    assert ramped(-5, 0) == -5


def test_odds_and_speed_by_hand():
    assert sigmoid(logit(0.2)) == pytest.approx(0.2)
    assert (sigmoid(math.inf), sigmoid(-math.inf)) == (1, 0)
    assert scale_odds(0.5, 0.5) == pytest.approx(1 / 3)
    assert scale_odds(1.0, 0.5) == 1
    assert speed_to_lead(0, POWER, 0.35, 1) == 1
    assert speed_to_lead(24, POWER, 0.35, 1) == pytest.approx(25**-0.35)
    assert speed_to_lead(48, POWER, 0.35, 2) == speed_to_lead(24, POWER, 0.35, 1)
    assert acceptance(0.72, 1, 0.3, 0) == pytest.approx(0.72)
    assert survive_delay(0.5, 0.5, 0) == 1
    assert survive_delay(0.5, 0.5, 30) == pytest.approx(sigmoid(0.0) / sigmoid(0.5))


def test_published_speeds_to_lead(stated):  # type: ignore[no-untyped-def]
    """D22: the moderate curve's day against its first hour, and the ratios through which Oldroyd's was put."""
    day = speed_to_lead(24, POWER, 0.53, 1)
    stated("D22 moderate curve at 24 hours", "0.18158994", day)
    stated("D22 contact .53 after 24 hours", "0.16996718", scale_odds(0.53, day))
    half_an_hour = speed_to_lead(0.5, OLDROYD, 0, 1)
    assert speed_to_lead(0, OLDROYD, 0, 1) == pytest.approx(1, abs=1e-12)
    # The constants are rounded to eight digits.
    for hours, exact in ((1.5, 1 / 7), (36.0, 1 / 60)):
        name = f"D22 Oldroyd's curve, {hours:g} hours over half an hour"
        stated(name, f"{exact:.8f}", speed_to_lead(hours, OLDROYD, 0, 1) / half_an_hour, within=5e-7)


def test_form_fields_by_hand():
    assert form_separation(3, 1.0, 0.6, 0.85) == pytest.approx(1.345, abs=5e-4)
    assert form_separation(5, 1.0, 0.6, 0.85) == pytest.approx(1.429, abs=5e-4)
    assert form_separation(9, 1.0, 0.6, 0.85) == pytest.approx(1.493, abs=5e-4)
    assert form_volume(3, 0.08) == 1
    assert form_volume(5, 0.08) == pytest.approx(math.exp(-0.16))


def test_adstock_and_hill_of_the_published_case(stated):  # type: ignore[no-untyped-def]
    """D18: weights, half-life in weeks, saturation and elasticity of a pulse and of three levels of spend."""
    pulse = adstock(np.array([1.0, 0, 0, 0]), 0.6, 0.0)
    for week, exact in enumerate(("0.4", "0.24", "0.144", "0.0864")):
        stated(f"D18 weight of week {week}", exact, float(pulse[week]), within=1e-12)
    stated("D18 half-life, weeks", "1.35691545", math.log(0.5) / math.log(pulse[1] / pulse[0]))
    spend = np.array([30.0, 60, 120])
    for dollars, exact, h in zip(spend, ("0.28882628", "0.5", "0.71117372"), hill(spend, 60, 1.3), strict=True):
        stated(f"D18 saturation at {dollars:g}", exact, float(h), within=2e-8)
    elasticity = np.log(hill(spend * 1.0001, 60, 1.3) / hill(spend / 1.0001, 60, 1.3)) / (2 * math.log(1.0001))
    for dollars, exact, slope in zip(spend, ("0.92452584", "0.65", "0.37547416"), elasticity, strict=True):
        stated(f"D18 elasticity at {dollars:g}", exact, float(slope), within=2e-8)


def test_the_reference_spend_gives_the_reference_leads():
    weekly = np.array([10_000 * 7 / DAYS_PER_MONTH])
    assert lead_rate(weekly, 120, 10_000, 0.35, 1.25, 1.3)[0] * DAYS_PER_MONTH == pytest.approx(120)
    assert lead_rate(np.array([0.0]), 120, 10_000, 0.35, 1.25, 1.3)[0] * DAYS_PER_MONTH == pytest.approx(42)


@pytest.mark.parametrize(
    ("law", "expected"),
    [
        (Constant(value=7.0), 7.0),
        (Exponential(law="exponential", mean=3.0), 3.0),
        (Lognormal(law="lognormal", median=84.0, sigma=0.7), 107.320190),
        (Lognormal(law="lognormal", mean=5.0, sigma=2.0), 5.0),
        (Lognormal(law="lognormal", mean=5.0, cv=2.0), 5.0),
        (Weibull(law="weibull", shape=1.5, scale=60.0), 54.164718),
        (Gamma(law="gamma", shape=2.0, scale=30.0), 60.0),
        (Gamma(law="gamma", mean=84.0, cv=0.8), 84.0),
        (Table(law="table", at=(0.0, 10.0, 30.0), cumulative=(0.0, 0.4, 1.0)), 0.4 * 5 + 0.6 * 20),
    ],
)
def test_means_of_laws(law, expected):
    assert mean(law) == pytest.approx(expected, rel=1e-8)


def test_published_means(stated):  # type: ignore[no-untyped-def]
    stated("D11 lognormal, mean", "107.320190", mean(Lognormal(law="lognormal", median=84.0, sigma=0.7)))
    stated("D11b Weibull, mean", "54.164718", mean(Weibull(law="weibull", shape=1.5, scale=60.0)))
