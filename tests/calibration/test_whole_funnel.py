"""The whole way: a known company, its CRM as exported, a funnel fitted to it as of a day, and a forecast from that day.

What then happened in the known company lies in the forecast's intervals as often as they say. The company has finite
reps, nurture, scores and patience; the fitted funnel knows of none of them but by what the CRM shows.
"""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from calibration.backtest.cutoffs import history_at
from calibration.backtest.simulated import Simulated
from calibration.backtest.targets import actual
from calibration.history import History, read_history
from calibration.observe import observe
from scenarios.batch import live
from scenarios.company import load_scenario
from scenarios.scenario import Scenario

COMPANIES, DAYS, REPLICATIONS = 40, 180, 100
STARTER = Path(__file__).parents[2] / "scenarios" / "library" / "starter"


def company(k: int) -> Scenario:
    """The starter company with other volumes and other odds of advancing, for two years."""
    rng, base = np.random.default_rng(k), load_scenario(STARTER)
    tree = base.funnel.model_dump(by_alias=True)
    for channel in tree["channels"].values():
        channel["leads"] *= float(np.exp(rng.normal(0.0, 0.4)))
    for stage in tree["stages"].values():
        odds = stage["advance"] / (1.0 - stage["advance"]) * np.exp(rng.normal(0.0, 0.25))
        stage["advance"] = float(odds / (1.0 + odds))
    plan = base.plan.model_copy(update={"months": 24, "follow": 0, "run_in": 6})
    return replace(base, funnel=type(base.funnel).model_validate(tree), plan=plan, root=plan, calm=None)


def recorded(scenario: Scenario, seed: int, folder: Path) -> History:
    """What such a company's CRM holds after two years."""
    log = live(scenario, seed=seed, replication=0)
    observe(log, folder, whole=True)
    return read_history(folder, as_of=log.window.start + dt.timedelta(days=int(log.window.counted) - 1))


@pytest.mark.slow
def test_what_happens_lies_in_the_forecast_as_often_as_it_says(tmp_path: Path) -> None:
    rng, inside, pit, ratio = np.random.default_rng(11), 0, [], []
    for k in range(COMPANIES):
        whole = recorded(company(k), 100 + k, tmp_path / str(k))
        day = (whole.as_of - dt.timedelta(days=DAYS)).replace(day=1) - dt.timedelta(days=1)
        drawn = Simulated(REPLICATIONS)(history_at(whole, day), ("wins",), (DAYS,))["wins"][:, 0]
        truth = actual(whole, "wins", day, DAYS)
        low, high = np.quantile(drawn, (0.1, 0.9))
        inside += low <= truth <= high
        below, equal = (drawn < truth).sum(), (drawn == truth).sum()
        pit.append((below + rng.uniform() * (equal + 1)) / (REPLICATIONS + 1))
        ratio.append(truth / drawn.mean())
    p = stats.kstest(pit, "uniform").pvalue
    print(f"{inside} of {COMPANIES} inside 80 %, PIT p {p:.3f}, ratio {np.mean(ratio):.3f}")
    assert 26 <= inside <= 38
    assert p > 0.01
