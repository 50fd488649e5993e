"""Lead to opportunity: shares are matured for leads still on their way, and the delay is recovered."""

import numpy as np
import pytest

from calibration.conversion import fit_conversion
from calibration.outcomes import EDGES, incidence


def test_shares_by_channel_and_delay_are_recovered_though_recent_leads_are_unripe() -> None:
    rng = np.random.default_rng(12)
    n = 12_000
    captured = -rng.uniform(0, 200, n)
    names = np.where(rng.random(n) < 0.5, "events", "web").astype(object)
    mql = np.where(rng.random(n) < np.where(names == "web", 0.5, 0.3), captured + 1e-6, np.nan)
    becomes = np.isfinite(mql) & (rng.random(n) < 0.4)
    opened = np.where(becomes, captured + rng.lognormal(np.log(40), 0.5, n), np.nan)
    opened = np.where(opened < 0, opened, np.nan)
    raw = np.isfinite(opened).sum() / np.isfinite(mql).sum()
    fit = fit_conversion(captured, mql, opened, names, ("events", "web"), exact=True)
    assert fit.mql is not None
    assert fit.mql.mean == pytest.approx([0.3, 0.5], abs=0.02)
    assert fit.opportunity.mean == pytest.approx([0.4, 0.4], abs=0.03)
    assert raw < 0.35, "counting ripe and unripe alike understates the share"
    curve = incidence(fit.delay.mean)[1][:, 0]
    middle = np.interp(0.5, curve / curve[-1], EDGES)
    assert middle == pytest.approx(40, rel=0.1)


def test_without_mqls_the_share_is_that_of_leads() -> None:
    captured = np.linspace(-300, -200, 100)
    opened = np.where(np.arange(100) % 4 == 0, captured + 5, np.nan)
    names = np.full(100, "web", dtype=object)
    fit = fit_conversion(captured, np.full(100, np.nan), opened, names, ("web",), exact=True)
    assert fit.mql is None
    assert fit.opportunity.mean[0] == pytest.approx(0.25, abs=0.02)


def _nurtured(rng: np.random.Generator, n: int) -> tuple[np.ndarray, ...]:
    """Leads that become MQLs after months or at once, and opportunities days later, as known at the end."""
    captured = -rng.uniform(0, 365, n)
    wait = np.where(rng.random(n) < 0.5, 0.01, rng.exponential(90, n))
    mql = np.where(rng.random(n) < 0.5, captured + wait, np.nan)
    opened = np.where(rng.random(n) < 0.6, mql + rng.exponential(4, n), np.nan)
    return captured, np.where(mql < 0, mql, np.nan), np.where(opened < 0, opened, np.nan)


def test_an_mql_has_most_of_its_way_behind_it() -> None:
    """The two shares' product is the share of leads that become opportunities, .3, whatever the way between them."""
    rng, names, errors = np.random.default_rng(3), np.full(2_000, "web", dtype=object), []
    for _ in range(200):
        fit = fit_conversion(*_nurtured(rng, 2_000), names, ("web",), exact=True)
        assert fit.mql is not None
        errors.append(fit.mql.mean[0] * fit.opportunity.mean[0] / 0.3 - 1.0)
    # What a year has not seen is not known: the tail of those waits is cut short.
    assert np.mean(errors) == pytest.approx(0.0, abs=0.015)
    assert np.std(errors) < 0.08
