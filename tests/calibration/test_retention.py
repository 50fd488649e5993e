"""Retention: ends of terms counted by hand, truth from the prior found again, and what a company's history says."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from recovery import as_said

from calibration.calibrate import calibrate
from calibration.history import History, read_history
from calibration.retention import Terms, fit_ageing, terms_of


def _history(
    folder: Path, activities: Iterable[str], customers: Iterable[str] = (), orders: Iterable[str] = ()
) -> History:
    """A company with two deals, and what is given of its customers."""
    (folder / "opportunities.csv").write_text(
        "opportunity_id,opened_at,closed_at,outcome,won_amount\n"
        "d1,2020-01-01,2020-01-20,won,100\nd2,2026-05-01,2026-05-20,lost,\n"
    )
    for name, head, rows in (
        ("activities", "at,activity,record,record_id,visit", activities),
        ("customers", "customer_id,since", customers),
        ("orders", "order_id,customer_id,ordered_at", orders),
    ):
        if lines := list(rows):
            (folder / f"{name}.csv").write_text("\n".join((head, *lines)) + "\n")
    return read_history(folder, as_of=dt.date(2026, 6, 30))


def test_ends_of_terms_are_counted_by_age(tmp_path: Path) -> None:
    """a renews twice and churns, b renews once (its number is not recorded), c's second term is the first on record."""
    history = _history(
        tmp_path,
        (
            "2021-01-01,renewed,customer,a,0",
            "2022-01-01,renewed,customer,a,1",
            "2023-01-01,churned,customer,a,2",
            "2022-03-01,renewed,customer,b,",
            "2023-03-01,renewed,customer,c,1",
            "2023-04-01,attempt,lead,a,0",
        ),
        ("a,2020-01-02", "b,2021-03-01"),
    )
    terms = terms_of(history)
    assert terms is not None
    assert terms.due.tolist() == [2.0, 2.0, 1.0]
    assert terms.renewed.tolist() == [2.0, 2.0, 0.0]
    # 365, 365, 365.33 (a leap year among them) and 365 days a term.
    assert terms.length == pytest.approx(365.0, abs=0.5)


def test_nothing_is_said_where_nothing_is_recorded(tmp_path: Path) -> None:
    fit = calibrate(_history(tmp_path, ()), draws=10)
    assert not any(row.what.startswith("customers") for row in fit.diagnostics)
    assert fit.funnel.origin_of("customers.renewal") == "prior"
    assert fit.funnel.customers.renewal == 0.9


def _seen(rng: np.random.Generator, customers: int, alpha: float, beta: float) -> Terms:
    """Customers who come evenly over eight terms and are seen until the eighth."""
    chance = np.clip(rng.beta(alpha, beta, customers), 1e-9, 1.0)
    life, terms = rng.geometric(chance), 8 - rng.integers(0, 8, customers)
    ends = np.minimum(life, terms)
    due = np.array([(ends >= t).sum() for t in range(1, 9)], dtype=float)
    renewed = np.array([((life > t) & (terms >= t)).sum() for t in range(1, 9)], dtype=float)
    return Terms(due, renewed, 365.0)


@pytest.mark.slow
def test_truth_drawn_from_the_prior_is_found_again() -> None:
    rng = np.random.default_rng(21)
    errors, inside = [], []
    for _ in range(1000):
        theta = np.array([np.log(9.0), np.log(5.0)]) + np.array([1.0, 1.5]) * rng.standard_normal(2)
        first, strength = 1 / (1 + np.exp(-theta[0])), np.exp(theta[1])
        found = fit_ageing(_seen(rng, 400, (1 - first) * strength, first * strength), 400, rng)
        errors.append((theta - found.mean) / found.sd)
        low, high = np.quantile(found.draws, (0.05, 0.95), axis=0)
        inside.append((low < theta) & (theta < high))
    as_said(np.array(errors), ("first renewal", "alpha + beta"), np.array(inside))


def _renewals(terms: Terms) -> Any:
    """Lines of a history with these ends of terms; each is its own customer, as only the term's number counts."""
    number = 0
    for term, (due, renewed) in enumerate(zip(terms.due.astype(int), terms.renewed.astype(int), strict=True)):
        for k in range(due):
            number += 1
            yield f"2025-01-01,{'renewed' if k < renewed else 'churned'},customer,c{number},{term}"


def test_a_company_s_renewals_reach_its_funnel(tmp_path: Path) -> None:
    """The published high-end customers: of 1,000 are left 869, 743, 653, 593, 551, 517 and 491."""
    left = np.array([1000.0, 869.0, 743.0, 653.0, 593.0, 551.0, 517.0, 491.0])
    fit = calibrate(_history(tmp_path, _renewals(Terms(left[:-1], left[1:], 365.0))), draws=100)
    ageing = fit.funnel.customers.ageing
    assert ageing is not None
    # Fader and Hardie (2007) have .668 and 3.806.
    assert (ageing.alpha, ageing.beta) == pytest.approx((0.668, 3.806), rel=0.12)
    assert fit.funnel.origin_of("customers.ageing.alpha") == "fitted"
    assert fit.funnel.customers.renewal_fit == 0.0
    (row,) = (each for each in fit.diagnostics if each.what == "customers.renewal")
    assert (row.n, row.events) == (4926, 4417)
    # The second year: 743 of 869 renewed, .855, and the law has 4.806 / 5.474 = .878.
    assert row.fit == pytest.approx(0.023, abs=0.004)
    place = fit.draws.paths.index("customers.ageing.alpha")
    assert 0.03 < np.log(fit.draws.values[:, place]).std() < 0.25


def test_first_terms_alone_give_one_share(tmp_path: Path) -> None:
    """60 of 90 renewed, and the prior's 9 of 10: 69 of 100."""
    fit = calibrate(_history(tmp_path, _renewals(Terms(np.array([90.0]), np.array([60.0]), 365.0))), draws=50)
    assert fit.funnel.customers.renewal == pytest.approx(0.69)
    assert fit.funnel.customers.ageing is None
    assert fit.funnel.origin_of("customers.renewal") == "fitted"


def test_repeat_orders_are_told_and_not_simulated(tmp_path: Path) -> None:
    orders = [
        f"o{k}-{j},c{k},202{3 + k % 2}-0{1 + k % 9}-0{1 + (k + j) % 9}" for k in range(80) for j in range(1 + k % 3)
    ]
    fit = calibrate(_history(tmp_path, (), orders=orders), draws=10)
    (row,) = (each for each in fit.diagnostics if each.what == "customers.repeat")
    assert row.n == 80
    assert "not simulated" in row.notice
    assert fit.funnel.origin_of("customers.renewal") == "prior"
