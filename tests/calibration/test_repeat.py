"""Repeat purchase: worked cases, recovery of known truth, and the published fit on its own data."""

import datetime as dt
import gzip
import math
from pathlib import Path

import numpy as np
import pytest
from recovery import as_said

from calibration.repeat import Purchases, fit_repeat, log_likelihood, purchases_of
from sim.errors import InputError


def test_purchases_are_summed_up_from_the_first() -> None:
    """Days 3, 10, 10 and 24 of records that end with day 30: two repeats, 21 days to the last, 27 days watched."""
    who, when = np.array([7, 7, 7, 7, 9, 9]), np.array([10.2, 3.0, 10.9, 24.0, 5.0, 31.0])
    seen = purchases_of(who, when, end=31.0)
    assert seen.repeats.tolist() == [2.0, 0.0]
    assert seen.last.tolist() == [21.0, 0.0]
    assert seen.watched.tolist() == [27.0, 25.0]
    assert purchases_of(who, when, end=31.0, unit=7.0).last.tolist() == [3.0, 0.0]


def test_the_likelihood_of_two_customers_by_hand() -> None:
    """With r = alpha = a = b = 1 the rate is Exp(1). Nobody bought in time 1: the integral of e^-2l is 1/2. Bought at
    time 1 and watched until then: gone or not, the integral of l e^-2l is 1/4."""
    none = Purchases(np.array([0.0]), np.array([0.0]), np.array([1.0]))
    once = Purchases(np.array([1.0]), np.array([1.0]), np.array([1.0]))
    assert log_likelihood(np.zeros(4), none)[0] == pytest.approx(math.log(1 / 2))
    assert log_likelihood(np.zeros(4), once)[0] == pytest.approx(math.log(1 / 4))


def _customers(rng: np.random.Generator, truth: np.ndarray, count: int, end: float) -> Purchases:
    """Customers who came evenly over the first half of the records, and what was seen of them."""
    r, alpha, a, b = truth
    began = rng.random(count) * end / 2
    watched = end - began
    rate, chance = rng.gamma(r, 1 / alpha, count), rng.beta(a, b, count)
    repeats, last = np.zeros(count), np.zeros(count)
    there, now = np.ones(count, dtype=bool), np.zeros(count)
    while there.any():
        now[there] += rng.exponential(1.0, int(there.sum())) / rate[there]
        there &= now <= watched
        repeats[there] += 1
        last[there] = now[there]
        there &= rng.random(count) >= chance
    return Purchases(repeats, last, watched)


def test_the_slope_is_that_of_the_likelihood_and_the_expectation_that_of_customers() -> None:
    rng = np.random.default_rng(3)
    truth = np.array([0.6, 5.0, 1.5, 3.0])
    seen = _customers(rng, truth, 200, 60.0)
    logs = np.log(truth)
    _, slope = log_likelihood(logs, seen)
    for k, h in enumerate(1e-6 * np.eye(4)):
        by_steps = (log_likelihood(logs + h, seen)[0] - log_likelihood(logs - h, seen)[0]) / 2e-6
        assert slope[k] == pytest.approx(by_steps, rel=1e-5, abs=1e-5)
    fit = fit_repeat(_customers(rng, truth, 5_000, 80.0))
    many = _customers(rng, fit.parameters, 100_000, 60.0)
    by_age = [many.repeats[np.abs(many.watched - age) < 1.0].mean() for age in (35.0, 55.0)]
    assert by_age == pytest.approx([fit.expected(35.0), fit.expected(55.0)], rel=0.05)


@pytest.mark.slow
def test_truth_is_found_again_under_censoring() -> None:
    rng = np.random.default_rng(4)
    truth = np.array([0.8, 6.0, 1.2, 3.0])
    errors = []
    for _ in range(1000):
        fit = fit_repeat(_customers(rng, truth, 3_000, 80.0))
        errors.append((np.log(fit.parameters) - np.log(truth)) / np.sqrt(np.diag(fit.covariance)))
    as_said(np.array(errors), ("r", "alpha", "a", "b"))


@pytest.mark.parametrize(
    ("repeats", "last", "words"),
    [([0.0], [0.0], "bought again"), ([1.0], [9.0], "lie between"), ([], [], "of each customer")],
)
def test_purchases_that_cannot_tell_are_refused(repeats: list[float], last: list[float], words: str) -> None:
    with pytest.raises(InputError, match=words):
        fit_repeat(Purchases(np.array(repeats), np.array(last), np.full(len(repeats), 5.0)))


def test_the_published_fit_on_its_own_data(real_data: Path) -> None:
    """Table 2 of Fader, Hardie and Lee (2005): a tenth of CDNOW's customers, 39 weeks.

    The tenth is theirs (brucehardie.com/notes/026): by week of the first purchase and, within it, from the largest
    spend on repeats in the 39 weeks, every tenth customer. They took that spend as the total less the first day's in
    floating point, which settles ties; so does this.
    """
    with gzip.open(real_data / "cdnow" / "CDNOW_master.txt.gz", "rt") as file:
        cells = [row.split() for row in file][1:]
    who = np.array([int(cell[0]) for cell in cells])
    first = dt.date(1997, 1, 1).toordinal()
    day = np.array([dt.datetime.strptime(cell[1], "%Y%m%d").toordinal() - first for cell in cells])
    spent = np.array([float(cell[3]) for cell in cells])
    assert (len(who), len(np.unique(who))) == (69_659, 23_570)
    began = np.full(who.max() + 1, 10_000)
    np.minimum.at(began, who, day)
    total, at_first = np.zeros(len(began)), np.zeros(len(began))
    np.add.at(total, who[day < 273], spent[day < 273])
    np.add.at(at_first, who[day == began[who]], spent[day == began[who]])
    everyone = np.arange(1, len(began))
    order = everyone[np.lexsort((everyone, -(total - at_first)[1:], began[1:] // 7))]
    mine = np.isin(who, order[9::10])
    seen = purchases_of(who[mine], day[mine].astype(float), end=273.0, unit=7.0)
    assert len(seen.repeats) == 2_357
    fit = fit_repeat(seen)
    assert (round(fit.r, 3), round(fit.alpha, 3), round(fit.a, 3), round(fit.b, 3)) == (0.243, 4.414, 0.793, 2.426)
    assert round(fit.log_likelihood, 1) == -9582.4
