"""The gap between spreadsheet and simulation: by hand, as an identity, and against closed forms of open deals."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from results.arithmetic import planners_arithmetic
from results.forecast import ORIGINS, origins
from results.gap import Outcomes, explain_gap, gap, outcomes
from results.no_queues import LONGEST, settled, without_queues
from results.together import Together
from scenarios.batch import run_batch
from scenarios.draws import Draws
from scenarios.scenario import Scenario
from sim.errors import InputError
from sim.funnel import Funnel
from sim.plan import Plan
from sim.snapshot import OpenDeal, Snapshot

WIN = stats.lognorm(s=0.6, scale=70)
LOSS = stats.lognorm(s=0.8, scale=95)
AGES = (0.25, 30.0, 90.0, 180.0)


def a_company(losses, *, leads=0.0, snapshot=None, **plan_changes):
    """One stage won by .22 after LN(70, .6) days; January to March 2027, 90 days; nobody ever waits."""
    funnel = Funnel.model_validate(
        {
            "name": "one stage",
            "channels": {
                "web": {
                    "leads": leads, "spend": 0, "base_share": 1, "fit_share": 1, "mql_probability": 1,
                    "sql_probability": 0.5, "segments": {"all": 1},
                }
            },
            "segments": {"all": {"value": 1000}},
            "products": {"all": {"mix": 1}},
            "stages": {
                "open": {"time": {"law": "lognormal", "median": 70, "sigma": 0.6}, "advance": 0.22, "losses": losses}
            },
            "arrivals": {"in_hours_share": None, "frailty_shape": None, "market_sd": 0},
            "sales_development": {
                "contact": [1.0], "attempt_effort": 0, "conversation_effort": 0, "speed_exponent": 0,
                "patience": "never",
            },
            "ae_patience": "never",
        }
    )  # fmt: skip
    plan = Plan.model_validate(
        {
            "name": "one stage", "start": "2027-01-01", "months": 3, "run_in": 0, "follow": 0, "calendar": "always",
            "scoring": {"form_fields": 3}, "handoff": {"attempts": 1, "recycles": 0},
            "teams": {"sdr": {"headcount": 1}, "ae": {"headcount": 1}}, **plan_changes,
        }
    )  # fmt: skip
    return Scenario("base", funnel, plan, plan, snapshot=snapshot)


def deals_of_ages(each=60, zombies=0):
    rows = [OpenDeal(f"{age}-{n}", "web", "all", "all", "open", 1000.0, age, age) for age in AGES for n in range(each)]
    dead = [OpenDeal(f"dead-{n}", "web", "all", "all", "open", 500.0, 900.0, 900.0, True) for n in range(zombies)]
    return Snapshot((*rows, *dead))


def a_gap(scenario, count=8, **options):
    actual = run_batch(scenario, count, 1, outcomes, workers=1)
    return explain_gap(scenario, actual, 1, workers=1, **options)


def within_errors(step, exact, count=4.0):
    assert abs(step.amount - exact) <= count * step.se, f"{step} against {exact}"


@pytest.mark.parametrize(
    ("name", "published"),
    [
        ("D12", (0.14571476, 0.16490383, 0.07208861, 0.01262869)),
        ("D12b", (0.14571476, 0.17531511, 0.12689938, 0.05617458)),
    ],
)
def test_the_published_chances_of_open_deals(name, published):
    """The closed forms below are those of the table: next 90 days at ages 0, 30, 90 and 180."""
    soon, _ = chances(name, (0.0, *AGES[1:]))
    assert soon == pytest.approx(published, abs=5e-9)


def chances(name, ages):
    """P(won within 90 days | age), P(ever won | age): a cure share alone (D12), or a law of loss beside it (D12b)."""
    a = np.array(ages)
    rest = 0.78 * (LOSS.sf(a) if name == "D12b" else 1.0)
    alive = 0.22 * WIN.sf(a) + rest
    return 0.22 * (WIN.cdf(a + 90) - WIN.cdf(a)) / alive, 0.22 * WIN.sf(a) / alive


@pytest.mark.parametrize("name", ["D12", "D12b"])
def test_open_deals_against_closed_forms(name):
    """Deals of known ages: what is too much in `amount x close ratio` is age and never closing, then the horizon."""
    law = {"law": "lognormal", "median": 95, "sigma": 0.8}
    losses = {"lost": {"share": 1, "time": law}} if name == "D12b" else {"dormant": {"share": 1, "time": "never"}}
    found = a_gap(a_company(losses, snapshot=deals_of_ages(zombies=10)), 16)
    bridge = found.of("open")
    soon, ever = (60_000 * chance.sum() for chance in chances(name, AGES))
    assert bridge.arithmetic == pytest.approx(0.22 * 245_000)
    within_errors(bridge.step("never_closing"), bridge.arithmetic - ever)
    within_errors(bridge.step("timing"), ever - soon)
    assert abs(bridge.simulated - soon) <= 4 * bridge.se
    # 240 deals in 16 replications tell the mean to better than 5 %, so the check has power.
    assert bridge.se < 0.05 * soon
    assert bridge.step("queueing").amount == 0
    assert (found.zombies, found.zombie_amount) == (10, 5000)
    dormant = sum(0.78 / (0.22 * WIN.sf(age) + 0.78) for age in AGES) * 60 if name == "D12" else 0.0
    assert found.dormant == pytest.approx(dormant, abs=4 if name == "D12" else 1.5)


def test_new_leads_against_closed_forms():
    """Leads come evenly over 90 days; half become deals: .22 win after LN(70, .6), half of the rest never close."""
    losses = {"lost": {"share": 0.5, "time": 40}, "dormant": {"share": 0.5, "time": "never"}}
    found = a_gap(a_company(losses, leads=120), 10)
    bridge = found.of("not yet created")
    leads = 120 * 12 / 365.25 * 90
    assert bridge.arithmetic == pytest.approx(leads * 0.5 * 22 / 61 * 1000)
    deals = leads * 0.5 * 1000
    days = np.linspace(0, 90, 9001)
    soon = 0.22 * np.trapezoid(WIN.cdf(90 - days), days) / 90
    within_errors(bridge.step("conversion"), 0.0)
    within_errors(bridge.step("never_closing"), deals * (22 / 61 - 0.22))
    within_errors(bridge.step("timing"), deals * (0.22 - soon))
    assert bridge.step("timing").se < 0.08 * bridge.step("timing").amount
    assert abs(bridge.simulated - deals * soon) <= 4 * bridge.se
    assert found.of("open").steps[0].id == "left_out"


def test_nominal_rates_are_what_a_world_without_waiting_converts(starter):
    """Score, nurture, attempts, acceptance and recycling of a real company: open round the clock, intent kept.

    Nurture is ten times quicker, so that four months after the plan are enough for every lead's two stays.
    """
    funnel, plan = starter
    tree = funnel.model_dump(by_alias=True)
    tree["nurture"].update(intent_decay=0.0, ready_good=0.45, ready_bad=0.08)
    tree["arrivals"].update(frailty_shape=None, market_sd=0.0)
    calm = Plan.model_validate(
        {
            **plan.model_dump(by_alias=True),
            "run_in": 0,
            "follow": 4,
            "calendar": "always",
            "nurture": {"release_after": 1},
        }
    )
    scenario = without_queues(Scenario("calm", Funnel.model_validate(tree), calm, calm))
    nominal = planners_arithmetic(scenario.funnel, scenario.plan)
    exact = math.fsum(math.fsum(row.leads) * row.opportunity_rate for row in nominal.new)
    opened = sum(one.opened.sum() for one in run_batch(scenario, 4, 5, outcomes, workers=1))
    # Independent leads: opportunities are Poisson, here known to 3.5 %.
    assert math.sqrt(4 * exact) < 0.04 * 4 * exact
    assert abs(opened - 4 * exact) <= 4 * math.sqrt(4 * exact)


def test_a_company_that_never_waits_has_no_queueing_at_all():
    """Bit-exactly: the same draws, so the same wins, although the other world is followed for longer."""
    scenario = a_company({"lost": 1.0}, leads=60, snapshot=deals_of_ages(5))
    quiet = settled(without_queues(scenario))
    assert (quiet.funnel, quiet.root) == (scenario.funnel, scenario.root)
    assert quiet.plan == scenario.plan.model_copy(update={"follow": quiet.plan.follow})
    assert quiet.plan.follow > scenario.plan.follow
    found = a_gap(scenario, 4)
    assert found.of().simulated > 0
    nurtured = found.of("in nurture")
    assert math.isnan(nurtured.simulated)
    assert nurtured.steps == ()
    assert "left_out" not in {step.id for step in found.of().steps}
    for bridge in (found.of("open"), found.of("not yet created"), found.of()):
        step = bridge.step("queueing")
        assert (step.amount, step.se) == (0.0, 0.0)


def test_nothing_is_run_where_nobody_waits_and_all_is_settled():
    scenario = settled(a_company({"lost": 1.0}, snapshot=deals_of_ages(2)))
    assert scenario.plan.follow == 11
    ran = []
    actual = run_batch(scenario, 3, 1, outcomes, workers=1)
    found = explain_gap(scenario, actual, 1, replications=2, workers=1, progress=lambda *done: ran.append(done))
    assert not ran
    assert found.paired == 2
    explain_gap(scenario.replace(plan=scenario.plan.model_copy(update={"follow": 0})), actual, 1, workers=1,
                progress=lambda *done: ran.append(done))  # fmt: skip
    assert len(ran) == 3


def test_a_busy_team_shows_as_queueing(scenario):
    """An SDR who sells for 0.8 hours a day against a hundred leads a month; the rest go cold."""
    funnel = scenario.funnel.model_copy(
        update={"sdr": scenario.funnel.sdr.model_copy(update={"selling_share": 0.1}), "name": "busy"}
    )
    nurture = scenario.plan.nurture.model_copy(update={"release_after": 1})
    plan = scenario.plan.model_copy(update={"run_in": 0, "follow": 0, "nurture": nurture})
    found = a_gap(scenario.replace(funnel=funnel, plan=plan, root=plan), 40, replications=30)
    step = found.of().step("queueing")
    assert step.amount > 4 * step.se > 0
    assert step.amount > found.of().simulated
    assert (found.replications, found.paired) == (40, 30)
    check_sums(found)


def check_sums(found):
    for bridge in found.bridges:
        steps = math.fsum(step.amount for step in bridge.steps)
        scale = max(abs(bridge.arithmetic), abs(bridge.simulated), 1.0)
        assert abs(bridge.arithmetic - steps - bridge.simulated) <= 1e-12 * scale
    total = found.of()
    assert total.simulated == pytest.approx(math.fsum(found.of(origin).simulated for origin in ORIGINS))
    for step in total.steps:
        parts = (bridge.steps for bridge in found.bridges[:-1])
        assert step.amount == pytest.approx(math.fsum(one.amount for row in parts for one in row if one.id == step.id))


def test_simulated_means_are_those_of_the_forecast(scenario):
    """The two reducers read the same log the same way."""
    for split, found in run_batch(scenario, 2, 3, Together((origins, outcomes)), workers=1):
        np.testing.assert_allclose(split.bookings.sum(axis=1), found.within[0], rtol=1e-12)
        np.testing.assert_array_equal(split.wins.sum(axis=1), found.within[1])
        assert (found.ever >= found.within).all()


def test_the_company_by_hand(company):
    """The orphan (500) was open, lead 0 (1000) in nurture; lead 3's 4000 is won after the window."""
    found = outcomes(company.log())
    assert found.within.tolist() == [[500, 1000, 0, 0], [1, 1, 0, 0]]
    assert found.ever.tolist() == [[500, 1000, 4000, 0], [1, 1, 1, 0]]
    assert found.opened.tolist() == [1, 1]
    assert (found.unclosed, found.unclosed_amount) == (0, 0)


def test_an_open_deal_that_never_closes_by_hand(story):
    made = story()
    made.opportunity(-3.0, 700.0)
    made.win(95.0, made.opportunity(91.0, 8.0, made.lead(90.0), 0), 8.0)  # captured when the window has ended
    found = outcomes(made.log())
    assert (found.unclosed, found.unclosed_amount) == (1, 700)
    assert found.ever.tolist() == found.within.tolist() == [[0, 0, 0, 0], [0, 0, 0, 0]]
    assert found.opened.tolist() == [0, 0]


def rows(*triples):
    """Outcomes by hand: (open ever, open within, new ever, new within, opportunities)."""
    return [
        Outcomes(
            np.array([[a, 0.0, c, 0.0], [a / 100, 0.0, c / 1000, 0.0]]),
            np.array([[b, 0.0, d, 0.0], [b / 100, 0.0, d / 1000, 0.0]]),
            np.array([float(n)]),
            7,
            900.0,
        )
        for a, b, c, d, n in triples
    ]


def test_steps_by_hand():
    """Two pairs and two more replications of the actual world; amounts and errors on paper."""
    scenario = a_company({"lost": 1.0}, leads=30.4375, snapshot=Snapshot(deals_of_ages(1).deals))
    arithmetic = planners_arithmetic(scenario.funnel, scenario.plan, scenario.snapshot)
    assert (arithmetic.open_bookings, arithmetic.new_bookings) == pytest.approx((880, 9900))
    quiet = rows((600, 400, 9000, 5000, 50), (800, 600, 9400, 5400, 60))
    actual = rows((0, 300, 0, 4000, 0), (0, 400, 0, 4400, 0), (0, 200, 0, 4000, 0), (0, 500, 0, 3600, 0))
    found = gap(arithmetic, actual, quiet, np.full(4, -1), 9)
    start, new, total = found.of("open"), found.of("not yet created"), found.of()
    assert [step.id for step in start.steps] == ["never_closing", "timing", "queueing"]
    # Simulated 350; queueing (100 + 200) / 2; timing 200 in both; the rest of 880 - 350 = 530 is never closing.
    assert start.simulated == 350
    assert [step.amount for step in start.steps] == pytest.approx([180, 200, 150])
    assert [step.se for step in start.steps][1:] == pytest.approx([0, 50])
    # 880 - never closing = mean over pairs of (ever - actual + actual / 2), 450 and 600, + (200 + 500) / 4.
    assert start.step("never_closing").se == pytest.approx(math.hypot(75, 0.5 * 150))
    # Opportunities are worth 220 each: 11,000 and 13,200.
    assert [step.id for step in new.steps] == ["conversion", "never_closing", "timing", "queueing"]
    assert [step.amount for step in new.steps] == pytest.approx([9900 - 4000 - 7900, 2900, 4000, 1000])
    assert [step.amount for step in total.steps] == pytest.approx([0, -2000, 3080, 4200, 1150])
    assert total.step("queueing").se == pytest.approx(50)
    check_sums(found)
    # In deals: open 4 x .22 against 3.5; new 45 x .22 = 9.9 against 4.
    deals = gap(arithmetic, actual, quiet, np.full(4, -1), 9, "wins")
    assert [step.amount for step in deals.of("open").steps] == pytest.approx([0.88 - 7, 2, 1.5])
    assert [step.amount for step in deals.of("not yet created").steps] == pytest.approx([9.9 - 11.9, 2.9, 4, 1])
    check_sums(deals)
    assert (found.dormant, found.dormant_amount, found.follow) == (7, 900, 9)
    record = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert record["bridges"][0]["steps"][0]["label"].startswith("what is ever won")
    alone = gap(arithmetic, actual[:1], quiet[:1], np.full(1, -1), 9)
    assert math.isnan(alone.of().se)
    assert json.loads(json.dumps(alone.to_json(), allow_nan=False))["bridges"][0]["se"] is None
    with pytest.raises(InputError, match="between 1 and 4"):
        gap(arithmetic, actual, [], np.full(4, -1), 9)


def test_all_pairs_need_no_correction():
    """With as many pairs as replications the first step's error is that of the quiet world alone."""
    scenario = a_company({"lost": 1.0}, snapshot=Snapshot(deals_of_ages(1).deals))
    arithmetic = planners_arithmetic(scenario.funnel, scenario.plan, scenario.snapshot)
    quiet = rows((600, 0, 0, 0, 0), (800, 0, 0, 0, 0))
    found = gap(arithmetic, rows((0, 9, 0, 0, 0), (0, 77, 0, 0, 0)), quiet, np.array([0, 1]), 9)
    assert (found.of("open").steps[0].amount, found.of("open").steps[0].se) == pytest.approx((180, 100))


def test_the_world_without_queues_is_an_ordinary_scenario(starter):
    funnel, plan = starter
    closed = Plan.model_validate(
        {
            **plan.model_dump(by_alias=True),
            "teams": {
                "sdr": {"headcount": 0, "hires": [{"month": plan.start, "add": 1}]},
                "ae": {"headcount": [0, 0, 2, 2, 2, 2], "max_open": 3},
            },
        }
    )
    quiet = without_queues(Scenario("base", funnel, closed, plan))
    development = quiet.funnel.sales_development
    assert development.attempt_effort.value == development.conversation_effort.value == 0
    assert [stage.effort.value for stage in quiet.funnel.stages.values()] == [0] * len(funnel.stages)
    assert development.patience.law == quiet.funnel.ae_patience.law == "never"
    assert quiet.plan.heads(quiet.plan.teams.sdr) == (1,) * 6
    assert quiet.plan.heads(quiet.plan.teams.ae) == (1, 1, 2, 2, 2, 2)
    assert quiet.plan.teams.ae.max_open is None
    assert quiet.root == plan.model_copy(
        update={"teams": plan.teams.model_copy(update={"ae": plan.teams.ae.model_copy(update={"max_open": None})})}
    )
    assert quiet.plan.teams.sdr.key == closed.teams.sdr.key


def test_parameter_draws_and_stress_keep_queues_out(starter):
    """Draws of an effort and a stress change that doubles it are overruled; other draws and stress stay."""
    funnel, plan = starter
    name = next(iter(funnel.stages))
    paths = (f"stages.{name}.effort.value", f"stages.{name}.advance")
    point = np.array([funnel.stages[name].effort.value, funnel.stages[name].advance])
    draws = Draws(paths, np.array([[9.0, 0.4], [8.0, 0.5]]), point)
    stress = ((f"stages.{name}.effort.value", 4.0), ("bad_fit_logit", -3.0))
    stressed = funnel.model_copy(update={"bad_fit_logit": -3.0})
    scenario = Scenario("base", stressed, plan, plan, draws=draws, stress=stress, calm=funnel)
    drawn = without_queues(scenario).funnel_of_draw(1)
    assert drawn.stages[name].effort.value == 0
    assert drawn.stages[name].advance == 0.5
    assert drawn.bad_fit_logit == -3
    assert drawn.ae_patience.law == "never"
    calm = without_queues(replace(scenario, stress=(), calm=None, funnel=funnel)).funnel_of_draw(0)
    assert (calm.stages[name].effort.value, calm.stages[name].advance) == (0, 0.4)


def test_how_long_things_take(starter):
    """One stage: 99.5 % of LN(70, .6) is 328 days, 11 months; nurture of up to a year, twice, reaches the limit."""
    dormant = {"dormant": {"share": 1, "time": "never"}}
    assert 70 * math.exp(0.6 * stats.norm.ppf(0.995)) == pytest.approx(328.3, abs=0.05)
    assert settled(a_company(dormant)).plan.follow == 11
    assert settled(a_company(dormant, follow=20)).plan.follow == 20
    funnel, plan = starter
    assert settled(Scenario("base", funnel, plan, plan)).plan.follow == LONGEST
    growing = a_company(dormant, leads=50)
    arrivals = growing.funnel.arrivals.model_copy(update={"growth": 100.0})
    quick = growing.replace(funnel=growing.funnel.model_copy(update={"arrivals": arrivals}))
    assert 0 < settled(quick).plan.follow < 11
