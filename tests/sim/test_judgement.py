"""What is folded into a world's numbers: knowledge passed to sales, message, touches, interest that is lost."""

import math
from typing import Any

import numpy as np
import pytest

from results.nominal import fates, opportunity_rate
from sim.checks import check
from sim.distributions import Table
from sim.draws import Purpose, child_key, uniform
from sim.errors import InputError
from sim.funnel import Funnel
from sim.laws.buyers import viewed
from sim.laws.delays import quantile
from sim.laws.nurture import touch_factor
from sim.laws.outcomes import logit
from sim.log import BuyersTruth, Kind
from sim.plan import Plan
from sim.run import simulate
from sim.tables import make_tables
from sim.tables.laws import Laws
from sim.units import DAYS_PER_MONTH

Starter = tuple[Funnel, Plan]


def changed(starter: Starter, funnel: dict[str, Any] | None = None, plan: dict[str, Any] | None = None) -> Starter:
    """The starter company with fields of some of its parts changed."""
    trees = [each.model_dump(by_alias=True) for each in starter]
    for tree, changes in zip(trees, (funnel or {}, plan or {}), strict=True):
        for part, fields in changes.items():
            tree[part] = tree[part] | fields
    return Funnel.model_validate(trees[0]), Plan.model_validate(trees[1])


def test_what_sales_knows_saves_hours_and_shifts_contact_and_the_first_stage(starter: Starter) -> None:
    known = {"scale": 4, "usual": 0.5, "hours": 0.5, "contact": 2, "stage": 3}
    terms = {"information": 0.8, "message": -0.25, "attempts": 2}
    funnel, plan = changed(starter, {"knowledge": known}, {"handoff": terms, "scoring": {"form_fields": 4}})
    kn = 0.8 * (1 - math.exp(-1))
    plain, told = make_tables(*changed(starter, None, {"handoff": {"attempts": 2}})), make_tables(funnel, plan)
    for law in ("attempt_law", "conversation_law"):
        rows = [quantile(t.laws, t.knots, getattr(t, law), 0.3) for t in (plain, told)]
        assert rows[1] == pytest.approx((1 - 0.5 * kn) * rows[0])
    assert told.handoff.attempt_hours == pytest.approx((1 - 0.5 * kn) * plain.handoff.attempt_hours)
    assert told.overflow.cadence_hours < plain.overflow.cadence_hours
    odds = [t.contact / (1 - t.contact) for t in (plain, told)]
    assert odds[1] == pytest.approx(math.exp(2 * (kn - 0.5)) * odds[0])
    shift = 3 * (kn - 0.5) - 0.25
    assert told.stage_logit - plain.stage_logit == pytest.approx([shift] + [0] * (len(plain.stage_logit) - 1))
    segment = funnel.segments["smb"]
    won = [fates(f, p, segment, True)[0][1].won for f, p in (starter, (funnel, plan))]
    assert won[1] / won[0] == pytest.approx(_first(funnel, shift) / _first(funnel, 0.0))


def _first(funnel: Funnel, shift: float) -> float:
    eta = logit(next(iter(funnel.stages.values())).advance) + funnel.segments["smb"].advance_logit + shift
    return 1 / (1 + math.exp(-eta))


@pytest.mark.parametrize(
    "law",
    [
        {"law": "constant", "value": 3},
        {"law": "exponential", "mean": 3},
        {"law": "lognormal", "median": 3, "sigma": 0.7},
        {"law": "weibull", "shape": 1.5, "scale": 3},
        {"law": "gamma", "mean": 3, "cv": 0.7},
        {"law": "table", "at": [0, 3, 6], "cumulative": [0, 0.7, 1]},
    ],
    ids=lambda law: law["law"],
)
@pytest.mark.parametrize("factor", [0.0, 0.4, 1.0, 2.0])
def test_a_law_times_a_factor(starter: Starter, law: dict[str, Any], factor: float) -> None:
    effort = changed(starter, {"sales_development": {"attempt_effort": law}})[0].sales_development.attempt_effort
    laws = Laws()
    laws.add(Table(law="table", at=(1.0, 2.0), cumulative=(0.0, 1.0)))
    numbers = [laws.add(effort), laws.add(effort, factor), laws.add(effort)]
    for u in (0.01, 0.5, 0.99):
        plain, scaled, after = (quantile(laws.array(), laws.knot_array(), n, u) for n in numbers)
        assert scaled == pytest.approx(factor * plain, abs=1e-12)
        assert after == plain


def test_touches_do_less_and_less() -> None:
    assert [touch_factor(m, 0.25, None) for m in (0, 2, 3, 9)] == [1, 1, 1.25, 1.5]
    assert touch_factor(2, 0.25, 3) == 1
    gains = np.diff([touch_factor(m, 0.25, 3) for m in range(12)])
    assert (gains > 0).all()
    assert gains[1:] / gains[:-1] == pytest.approx(np.full(10, math.exp(-1 / 3)))


def test_only_worlds_in_which_interest_is_lost_know_that_reason(starter: Starter) -> None:
    funnel, plan = changed(starter, {"nurture": {"decay": 0.1}})
    plain, other = simulate(*starter, seed=2), simulate(funnel, plan, seed=2)
    assert "lost_interest" not in plain.names.reasons
    assert other.names.reasons == (*plain.names.reasons, "lost_interest")
    assert make_tables(funnel, plan).nurture.decay == pytest.approx(0.1 / DAYS_PER_MONTH)
    channel = funnel.channels["paid_search"]
    rates = [opportunity_rate(f, p, channel).good for f, p in ((funnel, plan), starter)]
    assert rates[0] < rates[1]


def test_a_threshold_by_share_counts_what_the_plan_buys(starter: Starter) -> None:
    """Twice the spend on a channel of high scores raises the threshold, and a paper answer uses the same."""
    top = {"scoring": {"rule": "top", "top": 0.3}}
    funnel, plan = changed(starter, None, top)
    cut = make_tables(funnel, plan).score_threshold
    richer = plan.model_dump(by_alias=True)
    richer["spend"] = dict.fromkeys(richer["spend"], 0) | {"partner": richer["spend"]["partner"]}
    assert make_tables(funnel, Plan.model_validate(richer)).score_threshold > cut
    fixed = changed(starter, None, {"scoring": {"threshold": cut}})
    for name, channel in funnel.channels.items():
        assert opportunity_rate(funnel, plan, channel) == opportunity_rate(*fixed, channel), name


def test_a_rule_is_not_combined_with_feedback_nor_asked_of_no_score(starter: Starter) -> None:
    with pytest.raises(InputError) as found:
        check(*changed(starter, None, {"scoring": {"rule": "top", "feedback": "monthly"}}))
    assert [problem.where for problem in found.value.problems] == ["plan.scoring.rule"]
    channels = {
        name: {**each.model_dump(by_alias=True), "mql_probability": 0.3} for name, each in starter[0].channels.items()
    }
    with pytest.raises(InputError) as found:
        check(*changed(starter, {"channels": channels}, {"scoring": {"rule": "top"}}))
    assert [problem.where for problem in found.value.problems] == ["plan.scoring.rule"]


def test_views_of_fit_are_correlated_as_far_as_they_are_shared() -> None:
    """corr(true, seen) = agreement, and sales sees as many good leads as there are."""
    n, share, agreement = 40_000, 0.3, 0.6
    keys = [child_key(1, 1, k) for k in range(n)]
    fit = np.array([uniform(5, key, int(Purpose.FIT), 0) < share for key in keys])
    seen = np.array([viewed(5, key, bool(good), agreement, share) for key, good in zip(keys, fit, strict=True)])
    assert np.corrcoef(fit, seen)[0, 1] == pytest.approx(agreement, abs=4 / math.sqrt(n))
    assert seen.mean() == pytest.approx(share, abs=4 * math.sqrt(share * (1 - share) / n))
    assert all(viewed(5, key, True, 1.0, 0.0) for key in keys[:100])


def test_who_can_buy_is_known_where_the_funnel_says_so(starter: Starter) -> None:
    funnel, plan = starter
    tree = funnel.model_dump(by_alias=True) | {"buyers": {}}
    log, plain = simulate(Funnel.model_validate(tree), plan, seed=4), simulate(funnel, plan, seed=4)
    truth, before = log.truth, plain.truth
    assert isinstance(truth, BuyersTruth)
    assert not isinstance(before, BuyersTruth)
    good = truth.fit == 1
    for column, shares in ((truth.budget, (0.3, 0.6)), (truth.authority, (0.3, 0.5))):
        assert [column[~good].mean(), column[good].mean()] == pytest.approx(shares, abs=0.05)
    ready = log.events.entity[log.events.kind == Kind.SALES_READY]
    talked = np.isin(truth.entity, log.events.entity[log.events.kind == Kind.CONVERSATION])
    able = (truth.budget == 1) & (truth.authority == 1)
    assert set(ready) <= set(truth.entity[able & talked])
    # Nothing else is another for that it is known.
    rest = log.events.kind != Kind.SALES_READY
    for name, column in log.events.columns().items():
        assert np.array_equal(column[rest], getattr(plain.events, name)), name


def test_sales_that_accepts_who_is_ready(starter: Starter) -> None:
    funnel, plan = starter
    tree = funnel.model_dump(by_alias=True) | {"buyers": {}}
    plan = changed(starter, None, {"handoff": {"accept": "readiness"}})[1]
    log = simulate(Funnel.model_validate(tree), plan, seed=4)
    visits = {
        kind: set(zip(log.events.entity[rows].tolist(), log.events.visit[rows].tolist(), strict=True))
        for kind in (Kind.SALES_READY, Kind.ACCEPTED)
        for rows in [log.events.kind == kind]
    }
    assert visits[Kind.ACCEPTED] == visits[Kind.SALES_READY] != set()
    with pytest.raises(InputError) as found:
        check(funnel, plan)
    assert [problem.where for problem in found.value.problems] == ["plan.handoff.accept"]
    channel = funnel.channels["paid_search"]
    above = 0.5 * math.erfc((0 - channel.intent) / 0.5 / math.sqrt(2))
    once = changed((Funnel.model_validate(tree), plan), None, {"handoff": {"accept": "readiness", "recycles": 0}})
    judged = changed(
        once,
        {"sales_development": {"accept_good": 0.3 * above, "accept_intent": 0}},
        {"handoff": {"accept": "judgement", "recycles": 0}},
    )
    assert opportunity_rate(*once, channel).good > 0
    assert opportunity_rate(*judged, channel).good < opportunity_rate(*once, channel).good
