"""Values of small groups: many amounts speak for themselves, none borrow, and truth from the prior is found again."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from recovery import as_said

from calibration.calibrate import calibrate
from calibration.history import read_history
from calibration.pooled_values import LIKE, missing_amounts, pool_values


def test_many_amounts_speak_for_themselves_and_few_lean_on_the_others() -> None:
    rng = np.random.default_rng(1)
    groups = [rng.lognormal(np.log(c), 0.5, n) for c, n in ((1000, 4000), (1100, 4000), (900, 4000), (5000, 3))]
    found = pool_values([*groups, np.empty(0)], 400, rng)
    middle = np.median(found.median, axis=0)
    assert middle[:3] == pytest.approx([1000, 1100, 900], rel=0.04)
    assert np.median(found.sigma, axis=0)[:3] == pytest.approx([0.5] * 3, rel=0.04)
    alone = float(np.exp(np.log(groups[3]).mean()))
    assert 1000 < middle[3] < alone
    # A group of which nothing is known is as likely to be dear as cheap, within the groups' spread.
    assert np.quantile(found.median[:, 4], 0.05) < 1000 < np.quantile(found.median[:, 4], 0.95)


def test_the_mean_of_everything_is_kept_where_amounts_are_not_lognormal() -> None:
    """Two prices, 100 and 900, each half of the deals: the mean is 500, a lognormal's would be 300 e^(1.21/2) = 549."""
    groups = [np.repeat([100.0, 900.0], 200)] * 3
    found = pool_values(groups, 400, np.random.default_rng(2))
    means = found.median * np.exp(found.sigma**2 / 2)
    assert np.median(means) == pytest.approx(500, rel=0.03)


@pytest.mark.slow
def test_truth_drawn_from_the_prior_is_found_again() -> None:
    """Five groups of 2 to 40 deals."""
    rng = np.random.default_rng(3)
    counts = (2, 5, 10, 20, 40)
    errors, inside = [], []
    for _ in range(1000):
        tau = np.sqrt(2 * 0.09 / rng.chisquare(2))
        centre = rng.standard_normal(5) * min(tau, 3.0)
        variance = LIKE * rng.gamma(2, 1 / 4) / rng.chisquare(LIKE, 5)
        groups = [
            np.exp(m + np.sqrt(v) * rng.standard_normal(n)) for m, v, n in zip(centre, variance, counts, strict=True)
        ]
        found = pool_values(groups, 300, rng)
        draws = np.concatenate((np.log(found.median), np.log(found.sigma)), axis=1)
        truth = np.concatenate((centre, np.log(variance) / 2))
        errors.append((truth - draws.mean(axis=0)) / draws.std(axis=0))
        low, high = np.quantile(draws, (0.05, 0.95), axis=0)
        inside.append((low < truth) & (truth < high))
    names = (*(f"median of {n}" for n in counts), *(f"sigma of {n}" for n in counts))
    as_said(np.array(errors), names, np.array(inside))


def _company(folder: Path, rows: list[str]) -> None:
    head = "opportunity_id,segment,opened_at,closed_at,outcome,won_amount"
    (folder / "opportunities.csv").write_text("\n".join([head, *rows]) + "\n")


def test_a_company_s_small_segment_leans_on_its_large_one(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    rows = [f"a{k},smb,2026-01-05,2026-02-05,won,{rng.lognormal(7, 0.4):.2f}" for k in range(200)]
    rows += [f"b{k},large,2026-01-05,2026-02-05,won,{rng.lognormal(8, 0.4):.2f}" for k in range(3)]
    _company(tmp_path, rows)
    fit = calibrate(read_history(tmp_path, as_of=dt.date(2026, 6, 30)), draws=200)
    small, large = (fit.funnel.segments[name].value for name in ("smb", "large"))
    assert small.median == pytest.approx(np.exp(7), rel=0.1)  # type: ignore[union-attr]
    assert np.exp(7.2) < large.median < np.exp(8.3)  # type: ignore[union-attr]
    drawn = fit.draws.values[:, fit.draws.paths.index("segments.large.value.median")]
    assert 0.1 < np.log(drawn).std() < 0.5


def test_amounts_that_are_missing_are_counted_and_where(tmp_path: Path) -> None:
    """60 of 100 in one segment and 5 of 100 in the other: 65 of 200."""
    rows = [f"a{k},smb,2026-01-05,2026-02-05,won,{'' if k < 60 else 100 + k}" for k in range(100)]
    rows += [f"b{k},large,2026-01-05,2026-02-05,won,{'' if k < 5 else 900 + k}" for k in range(100)]
    _company(tmp_path, rows)
    row = missing_amounts(read_history(tmp_path, as_of=dt.date(2026, 6, 30)), 365.0)
    assert row is not None
    assert (row.n, row.events, row.fit) == (200, 65, pytest.approx(0.325))
    assert "segment smb (60 %)" in row.notice
