"""Effort and pay: a panel by hand, truth from the prior found again, and a prior that bends no forecast."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from recovery import as_said

from calibration.calibrate import calibrate
from calibration.history import read_history
from calibration.incentives import PRIOR, effort_panel, elasticity_part, fit_elasticity
from scenarios.company import load
from sim.run import simulate


def _panel(rng: np.random.Generator, elasticity: float, reps: int, months: int, noise: float) -> tuple[np.ndarray, ...]:
    """Rates that a kink doubles for some reps in some months, and hours that answer."""
    rep, month = (each.ravel() for each in np.meshgrid(np.arange(reps), np.arange(months), indexing="ij"))
    rate = np.where(rng.random(len(rep)) < 0.4, 0.2, 0.1)
    own, common = rng.standard_normal(reps), 0.3 * rng.standard_normal(months)
    logs = own[rep] + common[month] + elasticity * np.log(rate) + noise * rng.standard_normal(len(rep))
    return np.exp(logs), rate, rep, month


def test_a_panel_without_noise_gives_the_elasticity_exactly() -> None:
    found = fit_elasticity(*_panel(np.random.default_rng(1), 0.3, 10, 12, 1e-6))
    assert found is not None
    assert found.estimate == pytest.approx(0.3, abs=1e-4)
    assert found.mean == pytest.approx(0.3, abs=1e-4)


def test_a_rate_that_never_changes_tells_nothing() -> None:
    hours, _, rep, month = _panel(np.random.default_rng(2), 0.3, 10, 12, 0.1)
    assert fit_elasticity(hours, np.full(len(hours), 0.1), rep, month) is None
    # Nor does one that is the same for all reps in each month: it cannot be told from the month.
    assert fit_elasticity(hours, np.exp(0.1 * month), rep, month) is None


@pytest.mark.slow
def test_truth_drawn_from_the_prior_is_found_again() -> None:
    rng = np.random.default_rng(3)
    errors = []
    for _ in range(1000):
        truth = rng.normal(*PRIOR)
        found = fit_elasticity(*_panel(rng, truth, 40, 18, 0.5))
        assert found is not None
        errors.append([(truth - found.mean) / found.sd])
    as_said(np.array(errors), ("elasticity",))


def _history(folder: Path, ledger: list[str], activities: list[str]) -> None:
    deals = [f"d{k},2025-{1 + k % 12:02}-03,2025-{1 + k % 12:02}-20,won,1000" for k in range(40)]
    (folder / "opportunities.csv").write_text(
        "\n".join(["opportunity_id,opened_at,closed_at,outcome,won_amount", *deals]) + "\n"
    )
    (folder / "ledger.csv").write_text("\n".join(["at,account,rep,record,record_id,amount", *ledger]) + "\n")
    (folder / "activities.csv").write_text("\n".join(["at,activity,record,record_id,rep,amount", *activities]) + "\n")


def test_rates_and_hours_are_read_by_hand(tmp_path: Path) -> None:
    """ann earns 100 on 1,000 in January and 300 on 1,500 in February; she works 5 hours in February, 7 in March."""
    _history(
        tmp_path,
        [
            "2025-01-10,booking,,opportunity,d1,1000",
            "2025-01-10,commission,ann,opportunity,d1,100",
            "2025-02-15,booking,,opportunity,d2,1500",
            "2025-02-15,commission,ann,opportunity,d2,300",
        ],
        [
            "2025-01-05,task_end,opportunity,d1,ann,4",
            "2025-02-03,task_end,opportunity,d1,ann,2",
            "2025-02-20,task_end,opportunity,d2,ann,3",
            "2025-03-20,task_end,opportunity,d2,ann,7",
            "2025-03-20,task_end,opportunity,d2,bob,7",
        ],
    )
    history = read_history(tmp_path, as_of=dt.date(2025, 12, 31))
    hours, rate, rep, month = effort_panel(history)
    assert hours.tolist() == [5.0, 7.0]
    assert rate == pytest.approx([0.1, 0.2])
    assert rep.tolist() == [0, 0]
    assert (month % 12).tolist() == [2, 3]
    part = elasticity_part(history, 50, np.random.default_rng(1))
    assert part.origin["effort.elasticity"] == "prior"
    assert part.diagnostics == ()


def test_the_prior_comes_as_draws_and_bends_no_forecast(tmp_path: Path) -> None:
    _history(tmp_path, [], [])
    fit = calibrate(read_history(tmp_path, as_of=dt.date(2025, 12, 31)), draws=400)
    assert fit.funnel.effort.elasticity == PRIOR[0]
    assert fit.funnel.origin_of("effort.elasticity") == "prior"
    drawn = fit.draws.values[:, fit.draws.paths.index("effort.elasticity")]
    assert (drawn >= 0.0).all()
    assert drawn.mean() == pytest.approx(PRIOR[0], abs=0.015)
    assert drawn.std() == pytest.approx(PRIOR[1], rel=0.15)
    fit.write(tmp_path / "out")
    plan = load(tmp_path / "out").scenario().plan.model_copy(update={"months": 3, "follow": 0})
    none = fit.funnel.model_copy(update={"effort": fit.funnel.effort.model_copy(update={"elasticity": 0.0})})
    logs = [simulate(each, plan, seed=1) for each in (fit.funnel, none)]
    assert logs[0].digest() == logs[1].digest()
