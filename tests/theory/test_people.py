"""D17: how much of a seat is filled, and how much of it is productive, by ordinary configuration."""

import math

import numpy as np
import pytest

from sim.funnel import Funnel
from sim.plan import Plan
from sim.run import simulate_tables
from sim.tables import make_tables
from sim.units import DAYS_PER_MONTH

REPLICATIONS = 40


@pytest.mark.slow
def test_seat_with_tenure_ramp_and_backfill(judged):  # type: ignore[no-untyped-def]
    """In cycles of a stay and a vacancy: filled = E stay / E cycle, productive = E Q(stay) / E cycle, both renewal-
    reward; E Q for an exponential stay at rate nu and a ramp R is (1 - e^(-nu R)) / (nu^2 R)."""
    tenure, ramp, backfill = 18, 5, 2.5
    nu = 1 / tenure
    filled = tenure / (tenure + backfill)
    productive = (1 - math.exp(-nu * ramp)) / (nu**2 * ramp) / (tenure + backfill)
    assert filled == pytest.approx(0.87804878, abs=5e-9)
    assert productive == pytest.approx(0.76664681, abs=5e-9)
    reps = {
        "selling_share": 0.5,
        "ramp": ramp,
        "tenure": f"{tenure} months",
        "backfill": f"{backfill} months",
    }
    funnel = Funnel.model_validate(
        {
            "name": "seats",
            "channels": {"all": {"leads": 1, "spend": 0, "base_share": 1, "segments": {"any": 1}}},
            "segments": {"any": {"value": 1}},
            "products": {"any": {"mix": 1}},
            "stages": {"open": {"time": 1, "advance": 0, "losses": {"over": 1}}},
            "sdr": reps,
            "ae": reps,
        }
    )
    seats = 40
    plan = Plan.model_validate(
        {
            "name": "seats",
            "start": "2027-01-01",
            "months": 240,
            "calendar": "always",
            "teams": {"sdr": {"headcount": seats // 2}, "ae": {"headcount": seats // 2}},
            # Everybody is there, and established, when the run-in begins.
            "run_in": 120,
            "follow": 0,
        }
    )
    tables = make_tables(funnel, plan)
    there, works = [], []
    for replication in range(REPLICATIONS):
        log = simulate_tables(funnel, plan, plan, tables, None, 1, replication, "compiled")
        reps_of, counted = log.reps, log.window.counted
        rows = reps_of.month == 0
        present = np.minimum(reps_of.left[rows], counted) - np.maximum(reps_of.hired[rows], 0.0)
        there.append(float(np.maximum(present, 0.0).sum() / (seats * counted)))
        works.append(float(reps_of.available_hours.sum() / (0.5 * 24 * seats * counted)))
    assert counted == pytest.approx(240 * DAYS_PER_MONTH, abs=2)
    judged("D17 share filled", there, filled, 0.01)
    judged("D17 share productive", works, productive, 0.01)
