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
