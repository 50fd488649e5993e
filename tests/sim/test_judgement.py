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
from sim.laws.means import mean
from sim.laws.nurture import release_age, touch_factor
from sim.laws.outcomes import logit
from sim.laws.quality import posterior
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


def test_until_when_a_lead_is_worth_its_touches() -> None:
    """pi = .3, V 600 and 0, cost 6 a month: 10.958516 months; and wherever it is crossed, worth equals cost there."""
    age = release_age(0.3, 0.045, 0.008, 0.045 * 600, 0.0, 6.0)
    assert age == pytest.approx(10.958516, abs=5e-7)
    for prior, good, bad in ((0.3, 600, 0), (0.8, 500, 40), (0.5, 300, 700)):
        gains = 0.045 * good, 0.008 * bad
        age = release_age(prior, 0.045, 0.008, *gains, 6.0)
        p = prior * math.exp(-0.045 * age) / (prior * math.exp(-0.045 * age) + (1 - prior) * math.exp(-0.008 * age))
        assert p * gains[0] + (1 - p) * gains[1] == pytest.approx(6.0)
    assert release_age(0.1, 0.045, 0.008, 27.0, 0.0, 6.0) == 0.0
    assert release_age(0.3, 0.045, 0.008, 27.0, 7.0, 6.0) == math.inf
    # Where the bad get ready sooner, those who are left are the better ones.
    assert release_age(0.3, 0.008, 0.045, 27.0, 0.0, 6.0) == math.inf
    assert release_age(0.3, 0.02, 0.02, 27.0, 0.0, 6.0) == math.inf
    assert release_age(0.0, 0.045, 0.008, 27.0, 7.0, 6.0) == math.inf


def test_the_longest_stay_in_a_log_is_as_long_as_a_lead_is_worth_it(starter: Starter) -> None:
    channels = {
        name: {**each.model_dump(by_alias=True), "fit_share": 0.3, "score": 0, "mql_probability": 0.1}
        for name, each in starter[0].channels.items()
    }
    terms = {"release": "by_value", "release_after": 24, "value_good": 600, "value_bad": 0, "cost_per_touch": 3}
    funnel, plan = changed(starter, {"channels": channels}, {"nurture": terms})
    events = simulate(funnel, plan, seed=6).events
    times = [
        dict(zip(zip(events.entity[rows], events.visit[rows], strict=True), events.time[rows], strict=True))
        for rows in (events.kind == Kind.NURTURE_ENTER, events.kind == Kind.NURTURE_EXIT)
    ]
    stays = [left - times[0][code] for code, left in times[1].items()]
    assert max(stays) / DAYS_PER_MONTH == pytest.approx(10.958516, abs=5e-7)


def test_the_posterior_is_that_of_two_normals() -> None:
    for score in (-1.0, 0.4, 2.0):
        good, bad = (math.exp(-((score - 0.35 * 0.2 - d) ** 2) / 2 / (1 + 0.175**2)) for d in (1.4, 0.0))
        assert posterior(score, 0.3, 1.4, 0.35, 0.2) == pytest.approx(0.3 * good / (0.3 * good + 0.7 * bad))


def test_at_an_optimal_threshold_a_lead_is_just_worth_its_hours(starter: Starter) -> None:
    """By hand: P A q V less the hours' value, the chance of nurture taken off and the cost of a stay added, is 0."""
    hour = 120.0
    given = {"rule": "optimal", "hour_value": hour, "form_fields": 4}
    funnel, plan = changed(starter, None, {"scoring": given})
    tables = make_tables(funnel, plan)
    contact, cost = 1.0 - math.prod(1 - p for p in tables.contact), 3.0
    attempts = np.cumprod([1.0, *(1 - tables.contact[:-1])])
    hours = float(attempts @ (0.2 + 0.75 * tables.contact))
    for c, channel in enumerate(funnel.channels.values()):
        cut = tables.score_threshold + tables.scoring.shifts[c]
        good = posterior(cut, channel.fit_share, tables.score_separation, tables.score_intent, channel.intent)
        worth = 0.0
        for fit, p in ((1, good), (0, 1 - good)):
            q = funnel.sales_development.accept_good if fit else funnel.sales_development.accept_bad
            odds = q / (1 - q) * math.exp(0.3 * channel.intent)
            ready = 0.045 if fit else 0.008
            months = (1 - math.exp(-(ready + 0.02) * plan.nurture.release_after)) / (ready + 0.02)
            margin = sum(
                channel.segments[name]
                * product.mix
                * product.price
                * mean(segment.value)
                * (product.margin - 0.1)
                * math.prod(
                    1 / (1 + math.exp(-logit(stage.advance) - segment.advance_logit + (0 if fit else 1.2)))
                    for stage in funnel.stages.values()
                )
                for name, segment in funnel.segments.items()
                for product in funnel.products.values()
            )
            passed = contact * odds / (1 + odds) * margin - hour * hours
            worth += p * ((1 - ready * months) * passed + cost * months)
        assert worth == pytest.approx(0.0, abs=1e-6 * hour), channel.key


def test_the_optimal_rule_fills_the_hours_that_it_may(starter: Starter) -> None:
    """Where an hour at its wage would ask for too much work, its value is as high as brings the work down."""
    cuts = []
    for utilisation in (0.4, 0.6, 0.85):
        funnel, plan = changed(starter, None, {"scoring": {"rule": "optimal", "utilisation": utilisation}})
        tables = make_tables(funnel, plan)
        cuts.append(tables.score_threshold + tables.scoring.shifts)
    assert (cuts[0] > cuts[1]).all()
    assert (cuts[1] > cuts[2]).all()
    channel = funnel.channels["paid_search"]
    assert opportunity_rate(funnel, plan, channel).good > 0


def test_who_is_not_what_an_mql_must_be_never_comes_to_sales(starter: Starter) -> None:
    tree = starter[0].model_dump(by_alias=True) | {"buyers": {}}
    profile = {"segments": ["smb"], "budget": True}
    funnel, plan = changed((Funnel.model_validate(tree), starter[1]), None, {"scoring": {"profile": profile}})
    log = simulate(funnel, plan, seed=4)
    truth = log.truth
    assert isinstance(truth, BuyersTruth)
    small = log.entities.segment[truth.entity] == log.names.segments.index("smb")
    can = small & (truth.budget == 1)
    mql = np.isin(truth.entity, log.events.entity[log.events.kind == Kind.MQL])
    high = truth.score > plan.scoring.threshold
    # Of those leads captured early enough that nothing is still on its way.
    assert not mql[~can].any()
    assert mql[can & high].all()
    assert (~can & high).sum() > 100
    with pytest.raises(InputError) as found:
        check(*changed(starter, None, {"scoring": {"profile": {"segments": ["small"], "authority": True}}}))
    assert [problem.where for problem in found.value.problems] == [
        "plan.scoring.profile.segments",
        "plan.scoring.profile.authority",
    ]


DEMO: dict[str, Any] = {"per_month": 4, "action": 0.5, "clicked": 0.5, "asset": "demo"}


def shown(starter: Starter, **scoring: Any) -> Starter:
    """The company whose content shows demos and whose search shows webinars, with another definition of an MQL."""
    tree = starter[0].model_dump(by_alias=True)
    for name, asset in (("content", "demo"), ("paid_search", "webinar")):
        tree["channels"][name]["touches"] = DEMO | {"asset": asset}
    return changed((Funnel.model_validate(tree), starter[1]), None, {"scoring": scoring})


@pytest.mark.parametrize(("actions", "within", "assets"), [(1, 30, []), (2, 60, []), (1, 20, ["webinar"])])
def test_an_mql_has_used_assets(starter: Starter, actions: int, within: int, assets: list[str]) -> None:
    """At once, or later, at the use that makes enough; but for those that nurture makes ready."""
    funnel, plan = shown(starter, actions=actions, within=within, assets=assets)
    log = simulate(funnel, plan, seed=4)
    table, truth, events = log.touches, log.truth, log.events
    assert table is not None
    assert truth is not None
    counts = table.action == 1
    if assets:
        counts &= table.channel == log.names.channels.index("paid_search")
    score = dict(zip(truth.entity.tolist(), truth.score.tolist(), strict=True))
    ready = log.names.reasons.index("ready")
    at_once = by_use = 0
    uses = {lead: np.sort(table.time[counts & (table.entity == lead)]) for lead in truth.entity.tolist()[::2]}

    def enough(lead: int, time: float) -> bool:
        return int(((uses[lead] > time - within) & (uses[lead] <= time)).sum()) >= actions

    for lead, times in uses.items():
        mine = events.entity == lead
        judged = events.time[mine & np.isin(events.kind, (Kind.MQL, Kind.NURTURE_ENTER))]
        if len(judged) == 0:
            continue
        high, first = score[lead] > plan.scoring.threshold, mine & (events.time == judged[0])
        qualified = bool((events.kind[first] == Kind.MQL).any())
        assert qualified == (high and enough(lead, judged[0]))
        at_once += qualified
        if qualified:
            continue
        left = mine & (events.kind == Kind.NURTURE_EXIT)
        ends = events.time[left][0] if left.any() else log.window.ends
        could = [use for use in times.tolist() if high and judged[0] < use <= ends and enough(lead, use)]
        assert could in ([], [ends])
        if could:
            assert events.reason[left][0] == ready
            by_use += 1
    assert at_once > 20
    assert by_use > 20


def test_fewer_are_mqls_the_more_they_must_have_done(starter: Starter) -> None:
    def mqls(**scoring: Any) -> int:
        log = simulate(*shown(starter, **scoring), seed=4)
        return len(np.unique(log.events.entity[log.events.kind == Kind.MQL]))

    few = [mqls(actions=n) for n in (0, 1, 2, 4)]
    assert few == sorted(few, reverse=True)
    assert len(set(few)) == 4
    assert mqls(actions=1, assets=["demo"]) < few[1]


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_who_waits_when_the_plan_starts_is_judged_by_its_terms_from_then_on(starter: Starter, engine: Any) -> None:
    """Under a threshold that the plan lowers, leads of the run-in become MQLs at uses after the start; where the plan
    asks for none, nobody in nurture does."""
    for before, after in ((0, 1), (1, 0), (1, 1)):
        funnel, plan = shown(starter, actions=after, threshold=0)
        root = shown(starter, actions=before, threshold=1.35)[1]
        log = simulate(funnel, plan, root=root, seed=4, engine=engine)
        table, events = log.touches, log.events
        assert table is not None
        uses = set(zip(table.entity[table.action == 1].tolist(), table.time[table.action == 1].tolist(), strict=True))
        entered = {
            entity: time
            for entity, time, kind, visit in zip(events.entity, events.time, events.kind, events.visit, strict=True)
            if kind == Kind.NURTURE_ENTER and visit == 1 and time < 0
        }
        left = (events.kind == Kind.NURTURE_EXIT) & (events.visit == 1)
        left &= events.reason == log.names.reasons.index("ready")
        by_use = [
            (entity, time)
            for entity, time in zip(events.entity[left].tolist(), events.time[left].tolist(), strict=True)
            if (entity, time) in uses
        ]
        across = sum(entity in entered and time >= 0 for entity, time in by_use)
        assert (across > 5) == (after == 1)
        assert any(time < 0 for _, time in by_use) == (before == 1)
        assert any(time >= 0 for _, time in by_use) == (after == 1)


def test_uses_that_an_mql_needs_must_be_possible(starter: Starter) -> None:
    with pytest.raises(InputError) as found:
        check(*changed(starter, None, {"scoring": {"actions": 1}}))
    assert [problem.where for problem in found.value.problems] == ["plan.scoring.actions"]
    with pytest.raises(InputError) as found:
        check(*shown(starter, actions=1, assets=["dema"]))
    assert [problem.where for problem in found.value.problems] == ["plan.scoring.assets.0", "plan.scoring.actions"]
    assert "demo" in found.value.problems[0].remedy
    check(*shown(starter, actions=1, assets=["demo"]))
