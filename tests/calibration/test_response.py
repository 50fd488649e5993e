"""Spend response: the law as simulated, truth from the prior found again, and a prior that stays where it must."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from recovery import as_said

from calibration.calibrate import Calibration, calibrate
from calibration.history import read_history
from calibration.response import FIELDS, PRIOR, elasticity, fit_response, in_fields, stocks
from scenarios.company import load
from sim.laws.response import adstock, lead_rate
from sim.run import simulate
from sim.units import DAYS_PER_MONTH

MONTHLY = DAYS_PER_MONTH / 7.0


def test_many_adstocks_are_each_the_law() -> None:
    spend = np.array([4.0, 0.0, 8.0, 2.0])
    many = stocks(spend, np.array([0.0, 0.5]), 2.0)
    # .5 retained from 2: 3, 1.5, 4.75, 3.375.
    assert many.tolist() == [[4.0, 0.0, 8.0, 2.0], [3.0, 1.5, 4.75, 3.375]]
    assert many[1] == pytest.approx(adstock(spend, 0.5, 2.0))


def test_elasticity_by_hand() -> None:
    """b = .2, al = 2, K = 1: h = 1/2 at the reference, so .8 x 2 x .5 = .8; without base and at K = 3, h = 1/10."""
    fields = np.array([[0.2, 0.4, 2.0, 1.0], [0.0, 0.4, 2.0, 3.0]])
    assert elasticity(fields) == pytest.approx([0.8, 2 * 0.9])


def _weeks(rng: np.random.Generator, truth: np.ndarray, weeks: int, swing: float, k: float) -> tuple[np.ndarray, ...]:
    """Leads and spend of a channel with 40 leads a week at 1,000 a week; spend changes every five weeks."""
    base, carry_over, shape, half = truth
    spend = 1000.0 * np.repeat(rng.lognormal(0.0, swing, weeks // 5 + 1), 5)[:weeks]
    stock = adstock(spend, carry_over, float(spend[0]))
    mean = 7.0 * lead_rate(stock, 40 * MONTHLY, 1000 * MONTHLY, base, half, shape)
    growth = np.exp(rng.normal(0.0, 0.5) * (np.arange(weeks) - (weeks - 1) / 2) * 7 / 365)
    return rng.poisson(mean * growth * rng.gamma(k, 1 / k, weeks)).astype(float), spend


@pytest.mark.slow
def test_truth_drawn_from_the_prior_is_found_again() -> None:
    rng = np.random.default_rng(11)
    errors, inside = [], []
    for _ in range(1000):
        theta = PRIOR.centre + PRIOR.sd * rng.standard_normal(4)
        k = 10.0 * np.exp(1.5 * rng.standard_normal())
        counts, spend = _weeks(rng, in_fields(theta[None])[0], 52, 0.6, k)
        found = fit_response(counts, spend, 1000.0, np.ones(52), 400, rng).posterior
        errors.append((theta - found.mean[:4]) / found.sd[:4])
        low, high = np.quantile(found.draws[:, :4], (0.05, 0.95), axis=0)
        inside.append((low < theta) & (theta < high))
    as_said(np.array(errors), FIELDS, np.array(inside))


def test_spend_that_hardly_varies_leaves_the_prior() -> None:
    rng = np.random.default_rng(12)
    truth = np.array([0.1, 0.7, 1.5, 2.0])
    steady = fit_response(*_weeks(rng, truth, 104, 0.02, 20.0), 1000.0, np.ones(104), 1000, rng)
    varied = fit_response(*_weeks(rng, truth, 104, 0.8, 20.0), 1000.0, np.ones(104), 1000, rng)
    assert steady.posterior.sd[:4] == pytest.approx(PRIOR.sd, rel=0.15)
    assert steady.posterior.mean[:4] == pytest.approx(PRIOR.centre, abs=0.25)
    assert steady.narrowed > 0.9
    assert varied.narrowed < 0.5
    assert elasticity(truth[None])[0] == pytest.approx(float(np.median(elasticity(varied.draws))), abs=0.15)


def _company(folder: Path, swing: float, months: int = 30, entered: int = 99) -> Calibration:
    """A company whose leads are its deals, with one channel that costs something and one that does not; entered: how
    many months' spend is known."""
    rng = np.random.default_rng(13)
    end = dt.date(2026, 7, 1)
    first = dt.date(end.year - months // 12 - (months % 12 > 6), (end.month - months) % 12 or 12, 1)
    starts = [
        dt.date(first.year + (first.month - 1 + k) // 12, (first.month - 1 + k) % 12 + 1, 1) for k in range(months)
    ]
    amounts = 6000.0 * rng.lognormal(0.0, swing, months)
    rows = [f"{month},paid,{amount:.2f}" for month, amount in zip(starts, amounts, strict=True)]
    (folder / "spend.csv").write_text("\n".join(["month,channel,amount", *rows[:entered]]) + "\n")
    lines = ["opportunity_id,channel,opened_at,closed_at,outcome,won_amount"]
    for month, amount in zip(starts, amounts, strict=True):
        for channel, mean in (("paid", 30.0 * (0.2 + 0.8 * (amount / 6000.0) ** 0.6)), ("web", 10.0)):
            for _ in range(rng.poisson(mean)):
                opened = month + dt.timedelta(days=int(rng.integers(0, 28)))
                closed = opened + dt.timedelta(days=int(rng.integers(1, 60)))
                won = rng.random() < 0.3
                done = closed < end
                state = ("won" if won else "lost") if done else "open"
                worth = "1000" if done and won else ""
                lines.append(f"d{len(lines)},{channel},{opened},{closed if done else ''},{state},{worth}")
    (folder / "opportunities.csv").write_text("\n".join(lines) + "\n")
    return calibrate(read_history(folder, as_of=end - dt.timedelta(days=1)), draws=40)


def test_a_company_s_response_is_fitted_told_and_leaves_its_forecast_alone(tmp_path: Path) -> None:
    fit = _company(tmp_path, swing=0.7)
    (row,) = (each for each in fit.diagnostics if each.what == "channels.paid.response")
    assert row.n >= 120
    assert row.fit < 0.9
    assert fit.funnel.origin_of("channels.paid.carry_over") == "fitted"
    assert not any(path.startswith("channels.web.") and "carry" in path for path in fit.draws.paths)
    assert not any(each.what == "channels.web.response" for each in fit.diagnostics)
    paid = fit.funnel.channels["paid"]
    # Leads go with (spend / 6,000)^.6 beyond a base of a fifth: an elasticity of .48.
    fields = np.array([[paid.base_share, paid.carry_over, paid.shape, paid.half_spend]])
    assert elasticity(fields)[0] == pytest.approx(0.48, abs=0.15)
    # The plan that goes on as before brings the same leads in every draw, whatever the response.
    fit.write(tmp_path / "out")
    scenario = load(tmp_path / "out").scenario()
    plain = {name: type(paid).model_fields[name].default for name in FIELDS}
    for draw in (0, 7):
        funnel = fit.draws.funnel(fit.funnel, draw)
        held = funnel.channels["paid"].model_copy(update=plain)
        other = funnel.model_copy(update={"channels": {**funnel.channels, "paid": held}})
        plan = scenario.plan.model_copy(update={"months": 3, "follow": 0})
        logs = [simulate(each, plan, seed=1, replication=draw) for each in (funnel, other)]
        assert logs[0].digest() == logs[1].digest()


def test_a_company_whose_spend_hardly_varied_keeps_the_prior(tmp_path: Path) -> None:
    fit = _company(tmp_path, swing=0.02)
    (row,) = (each for each in fit.diagnostics if each.what == "channels.paid.response")
    assert "varied too little" in row.notice
    assert fit.funnel.origin_of("channels.paid.carry_over") == "prior"
    place = fit.draws.paths.index("channels.paid.shape")
    assert np.log(fit.draws.values[:, place]).std() == pytest.approx(PRIOR.sd[2], rel=0.4)


def test_a_few_weeks_keep_the_prior(tmp_path: Path) -> None:
    fit = _company(tmp_path, swing=0.7, months=5)
    (row,) = (each for each in fit.diagnostics if each.what == "channels.paid.response")
    assert "whole weeks" in row.notice
    assert row.fit == pytest.approx(1.0, abs=0.15)
    assert fit.funnel.origin_of("channels.paid.carry_over") == "prior"


def test_months_whose_spend_is_not_entered_yet_do_not_count_as_none(tmp_path: Path) -> None:
    """Of 30 months the last two are missing: 28 months are 121 or 122 whole weeks."""
    fit = _company(tmp_path, swing=0.7, entered=28)
    (row,) = (each for each in fit.diagnostics if each.what == "channels.paid.response")
    assert row.n in (120, 121, 122)
    assert fit.funnel.channels["paid"].base_share < 0.6
