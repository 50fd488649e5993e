"""Who is next: each discipline by hand, and what an hour on a lead is worth, against numbers made another way."""

import math
from typing import Any

import numpy as np
import pytest
from scipy import integrate, stats

from sim.disciplines import BY_BENEFIT, BY_SCORE, BY_STAGE, FIFO, FRESH_FIRST, LIFO, benefit, priority
from sim.funnel import Funnel
from sim.laws.delays import quantile
from sim.laws.outcomes import sigmoid
from sim.plan import Plan
from sim.tables import make_tables

World = tuple[Funnel, Plan]


def test_priorities_by_hand() -> None:
    asked = {"since": 3.0, "score": 1.5, "passed": 2, "worth": 40.0, "urgent": False}
    expected = {FIFO: 0.0, LIFO: -3.0, BY_SCORE: -1.5, BY_STAGE: -2.0, FRESH_FIRST: 1.0, BY_BENEFIT: -40.0}
    assert {discipline: priority(discipline, *asked.values()) for discipline in expected} == expected
    assert priority(FRESH_FIRST, 3.0, 1.5, 0, 40.0, False) == 0.0
    assert all(priority(discipline, *(asked | {"urgent": True}).values()) == -math.inf for discipline in expected)


def worth(**changes: Any) -> float:
    numbers: dict[str, Any] = {
        "score": 1.2, "made_of_fit": True, "fit_share": 0.3, "intent_mean": 0.4, "separation": 1.4,
        "intent_weight": 0.35, "accept_good": 0.7, "accept_bad": 0.1, "sql_probability": math.nan, "contact": 0.2,
        "order": 5000.0, "attempt_hours": 0.2, "conversation_hours": 0.75,
    }  # fmt: skip
    return benefit(*(numbers | changes).values())


def test_an_hour_is_worth_what_it_brings() -> None:
    # Posterior of good fit by brute force over the latent intent.
    def density(shift: float) -> float:
        return float(
            integrate.quad(
                lambda i: stats.norm.pdf(1.2 - shift - 0.35 * i) * stats.norm.pdf(i, 0.4, 0.5), -8.0, 8.0, epsabs=1e-13
            )[0]
        )

    good = 0.3 * density(1.4) / (0.3 * density(1.4) + 0.7 * density(0.0))
    accept = good * 0.7 + (1 - good) * 0.1
    assert worth() == pytest.approx(0.2 * accept * 5000 / (0.2 + 0.2 * 0.75), rel=1e-9)
    assert worth(made_of_fit=False) == pytest.approx(0.2 * (0.3 * 0.7 + 0.7 * 0.1) * 5000 / 0.35)
    assert worth(sql_probability=0.4) == pytest.approx(0.2 * 0.4 * 5000 / 0.35)
    assert worth(fit_share=1.0) == pytest.approx(0.2 * 0.7 * 5000 / 0.35)
    assert worth(attempt_hours=0.0, contact=0.0) == 0.0
    assert worth(attempt_hours=0.0, conversation_hours=0.0) == math.inf


def test_orders_and_hours_are_the_means_of_their_laws(starter: World) -> None:
    funnel, plan = starter
    tree = funnel.model_dump(by_alias=True)
    first = next(iter(tree["channels"].values()))
    first["value"] = {"law": "table", "at": [1000, 3000], "cumulative": [0, 1]}
    next(iter(tree["products"].values()))["value"] = {"law": "weibull", "shape": 1.5, "scale": 9000}
    tree["sales_development"] |= {
        "attempt_effort": {"law": "lognormal", "median": 0.2, "sigma": 0.7},
        "conversation_effort": {"law": "exponential", "mean": 0.75},
    }
    t = make_tables(Funnel.model_validate(tree), plan)

    def mean(law: int) -> float:
        return float(integrate.quad(lambda u: quantile(t.laws, t.knots, law, u), 0, 1, epsabs=1e-9, limit=400)[0])

    assert t.handoff.attempt_hours == pytest.approx(mean(t.attempt_law), rel=1e-4)
    assert t.handoff.conversation_hours == pytest.approx(mean(t.conversation_law), rel=1e-4)
    for place in np.ndindex(t.handoff.order.shape):
        channel, segment, product = place
        law = next(
            int(law)
            for law in (t.channel_value[channel], t.product_value[product], t.segment_value[segment])
            if law >= 0
        )
        wins = math.prod(float(sigmoid(float(eta) + float(t.segment_logit[segment]))) for eta in t.stage_logit)
        expected = float(t.prices.price[product]) * mean(law) * wins
        assert t.handoff.order[place] == pytest.approx(expected, rel=1e-4)
