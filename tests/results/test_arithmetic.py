"""The planner's own arithmetic, worked on paper; its rates against independent integrals."""

import json
import math

import pytest
from scipy import integrate, stats

from results.arithmetic import planners_arithmetic
from results.nominal import fates, opportunity_rate, order_value
from sim.errors import InputError
from sim.funnel import Funnel
from sim.plan import Plan
from sim.snapshot import OpenDeal, Snapshot


def a_funnel(**changes):
    """One stage: .22 won, half of the rest lost, the other half never closed; 30.4375 leads a month = one a day."""
    tree = {
        "name": "paper",
        "channels": {
            "web": {
                "leads": 30.4375, "spend": 0, "base_share": 1, "fit_share": 1, "mql_probability": 0.5,
                "sql_probability": 0.4, "segments": {"small": 0.75, "large": 0.25},
            }
        },
        "segments": {"small": {"value": 10_000}, "large": {"value": 50_000}},
        "products": {"core": {"mix": 0.8}, "plus": {"mix": 0.2, "price": 1.5}},
        "stages": {
            "open": {
                "time": {"law": "lognormal", "median": 70, "sigma": 0.6}, "advance": 0.22,
                "losses": {"lost": {"share": 0.5, "time": 30}, "dormant": {"share": 0.5, "time": "never"}},
            }
        },
        "arrivals": {"in_hours_share": None, "frailty_shape": None, "market_sd": 0},
        "nurture": {"ready_good": 0.03, "ready_bad": 0.01, "unsubscribe": 0.0, "unsubscribe_per_touch": 0.01},
        "sales_development": {"contact": [0.5, 0.2]},
    }  # fmt: skip
    return Funnel.model_validate({**tree, **changes})


def a_plan(**changes):
    tree = {
        "name": "paper", "start": "2027-01-01", "months": 3, "run_in": 0, "follow": 0,
        "scoring": {"form_fields": 3}, "handoff": {"attempts": 2, "recycles": 0},
        "nurture": {"touches_per_month": 2, "release_after": 12},
        "teams": {"sdr": {"headcount": 1}, "ae": {"headcount": 2}},
    }  # fmt: skip
    return Plan.model_validate({**tree, **changes})


def deal(id, amount, stage="open", segment="small", product="core", zombie=False):
    return OpenDeal(id, "web", segment, product, stage, amount, 10.0, 10.0, zombie)


def test_everything_on_paper():
    """January, February and March have 31, 28 and 31 days, so as many leads.

    Half are MQLs; of the others nurture makes r = .03/.05 (1 - e^-.6) ready; contact is 1 - .5 x .8 = .6 and
    acceptance .4, so .24 of those handed off become opportunities. Of these .22 are won and .39 lost: 22/61 of those
    that close. A small order is worth 10k (.8 + .2 x 1.5) = 11k, a large one 55k, on average 22k.
    """
    found = planners_arithmetic(a_funnel(), a_plan())
    (web,) = found.new
    assert web.leads == pytest.approx((31, 28, 31))
    ready = 0.6 * (1 - math.exp(-0.6))
    assert web.opportunity_rate == pytest.approx((0.5 + 0.5 * ready) * 0.24)
    assert web.close_ratio == pytest.approx(22 / 61)
    assert web.value == pytest.approx(22_000)
    assert found.bookings == pytest.approx(90 * (0.5 + 0.5 * ready) * 0.24 * 22 / 61 * 22_000)
    assert found.open is None
    assert found.open_bookings == 0
    assert found.capacity is None
    assert found.wins == found.new_wins == pytest.approx(90 * (0.5 + 0.5 * ready) * 0.24 * 22 / 61)
    assert found.months == ("2027-01", "2027-02", "2027-03")
    assert "there is no list of open deals, so the open pipeline is left out" in found.assumptions


def test_season_spend_and_fewer_months():
    """Half of the leads are base; at twice the reference spend the paid half grows by 3/2."""
    season = [1.3, 0.7, *[1.0] * 10]
    channel = {**a_funnel().channels["web"].model_dump(), "spend": 1000, "base_share": 0.5, "carry_over": 0}
    funnel = a_funnel(
        channels={"web": {**channel, "shape": 1.0, "half_spend": 2.0}}, arrivals={**_calm(), "season": season}
    )
    found = planners_arithmetic(funnel, a_plan(spend={"web": 2000}), months=2)
    # h(1) = 1/3 and h(2) = 1/2, so the paid half grows by 3/2.
    assert found.new[0].leads == pytest.approx((31 * 1.3 * 1.25, 28 * 0.7 * 1.25))
    assert found.months == ("2027-01", "2027-02")
    for months in (0, 4):
        with pytest.raises(InputError, match="months: must be between 1 and the plan's 3"):
            planners_arithmetic(funnel, a_plan(), months=months)


def _calm():
    return {"in_hours_share": None, "frailty_shape": None, "market_sd": 0}


def test_recycled_leads_try_again():
    """With one recycle a lead not accepted at first is ready again with r, and accepted with .24."""
    funnel, plan = a_funnel(), a_plan(handoff={"attempts": 2, "recycles": 1})
    ready = 0.6 * (1 - math.exp(-0.6))
    rate = opportunity_rate(funnel, plan, funnel.channels["web"])
    assert rate.good == pytest.approx((0.5 + 0.5 * ready) * 0.24 * (1 + 0.76 * ready))


@pytest.mark.parametrize("fit", [True, False])
def test_score_and_acceptance_against_an_independent_integral(fit):
    """A lead's chance by a double integral over intent and the score's noise, with fit, threshold and recycling."""
    channel = {"leads": 1, "spend": 0, "intent": 0.3, "fit_share": 0.3, "segments": {"small": 1}}
    funnel = a_funnel(channels={"web": channel}, sales_development={"contact": [0.3, 0.3], "accept_intent": 0.9})
    plan = a_plan(handoff={"attempts": 2, "recycles": 1}, scoring={"form_fields": 3, "threshold": 1.1})
    hazard = 0.03 if fit else 0.01
    ready = hazard / (hazard + 0.02) * (1 - math.exp(-12 * (hazard + 0.02)))
    separation = math.sqrt(1 + 0.36 * (1 + 0.85**2 + 0.85**4)) if fit else 0.0
    odds = (0.72 / 0.28) if fit else 0.14 / 0.86

    def chance(intent):
        mql = stats.norm.sf(1.1 - separation - 0.35 * intent)
        accepted = 1 / (1 + math.exp(-0.9 * intent) / odds)
        passed = (1 - 0.7**2) * accepted
        return (mql + (1 - mql) * ready) * passed * (1 + (1 - passed) * ready)

    exact, _ = integrate.quad(lambda i: chance(i) * stats.norm.pdf(i, 0.3, 0.5), -4, 5, epsabs=1e-13)
    rate = opportunity_rate(funnel, plan, funnel.channels["web"])
    assert (rate.good if fit else rate.bad) == pytest.approx(exact, rel=1e-10)


def test_the_published_weighted_pipeline(stated):
    """D9: chances of winning from each stage .194288, .323813, .522280, .746114; five deals; 128,164.4767."""
    advance = {"meeting": 0.6, "proposal": 0.62, "presentation": 0.7, "close": 0.746113990}
    stages = {name: {"time": 10, "advance": p, "losses": {"lost": 1}} for name, p in advance.items()}
    deals = [(40, "meeting"), (25, "proposal"), (120, "presentation"), (60, "close"), (15, "proposal")]
    snapshot = Snapshot(tuple(deal(str(n), 1000.0 * k, stage) for n, (k, stage) in enumerate(deals)))
    found = planners_arithmetic(a_funnel(stages=stages), a_plan(), snapshot)
    assert found.open is not None
    assert [stage.deals for stage in found.open] == [1, 2, 1, 1]
    ratios = [stage.close_ratio for stage in found.open]
    assert ratios == pytest.approx([0.194288083, 0.323813472, 0.522279793, 0.746113990], abs=5e-10)
    stated("D9 weighted pipeline", "128164.4767", found.open_bookings)


def test_three_deals_by_enumeration(stated):
    """D9b: 100 at .2, 50 at .5, 200 at .1 give 65."""
    total = 0.0
    for ratio, amount in ((0.2, 100.0), (0.5, 50.0), (0.1, 200.0)):
        stages = {"open": {"time": 1, "advance": ratio, "losses": {"lost": 1}}}
        found = planners_arithmetic(a_funnel(stages=stages), a_plan(), Snapshot((deal("x", amount),)))
        total += found.open_bookings
    stated("D9b weighted pipeline", "65", total, within=1e-9)


def test_open_deals_on_paper():
    """The ratio leaves out what never closes; a zombie counts like any deal; a missing amount is the mean value."""
    snapshot = Snapshot(
        (deal("1", 1000.0), deal("2", 4000.0, zombie=True), deal("3", None, segment="large", product="plus"))
    )
    (stage,) = planners_arithmetic(a_funnel(), a_plan(), snapshot).open
    assert (stage.deals, stage.amount, stage.zombies, stage.zombie_amount) == (3, 80_000, 1, 4000)
    assert stage.expected == pytest.approx(80_000 * 22 / 61)
    assert stage.expected_wins == pytest.approx(3 * 22 / 61)


def test_a_history_without_losses_has_no_close_ratio():
    """Only wins are recorded: the rest is dormant, and won / all deals stands in for won / closed."""
    stages = {"open": {"time": 9, "advance": 0.22, "losses": {"dormant": {"share": 1, "time": "never"}}}}
    found = planners_arithmetic(a_funnel(stages=stages), a_plan(), Snapshot((deal("1", 1000.0),)))
    assert found.open[0].close_ratio == found.new[0].close_ratio == pytest.approx(0.22)
    assert "no loss is ever recorded, so the close ratio is won / all deals" in found.assumptions
    assert not any("no loss" in text for text in planners_arithmetic(a_funnel(), a_plan()).assumptions)


def test_close_ratios_weigh_the_deals_that_a_crm_would_show():
    """Good leads (half) become opportunities at .6, bad ones never: the ratio is that of good fit alone.

    In the second stage survivors are counted: of good large deals .5 reach it, of good small ones all.
    """
    channel = {
        "leads": 10,
        "spend": 0,
        "fit_share": 0.5,
        "mql_probability": 1,
        "segments": {"small": 0.5, "large": 0.5},
    }
    funnel = a_funnel(
        channels={"web": channel},
        segments={"small": {"value": 1, "advance_logit": 50}, "large": {"value": 9}},
        stages={
            "one": {"time": 1, "advance": 0.5, "losses": {"lost": 1}},
            "two": {"time": 1, "advance": 0.5, "losses": {"lost": 1}},
        },
        sales_development={"contact": [1.0, 1.0], "accept_good": 0.6, "accept_bad": 0, "accept_intent": 0},
    )
    found = planners_arithmetic(funnel, a_plan(), Snapshot(()))
    assert [stage.close_ratio for stage in found.open] == pytest.approx([(1 + 0.25) / 2, (1 + 0.25) / 1.5])
    assert found.new[0].opportunity_rate == pytest.approx(0.3)
    assert found.new[0].close_ratio == pytest.approx(0.625)
    # Won orders: 1 small (1.1) to .25 large (9.9).
    assert found.new[0].value == pytest.approx((1.1 + 0.25 * 9.9) / 1.25)


def test_without_leads_or_wins_nothing_is_undefined():
    nobody = {"web": {"leads": 0, "spend": 0, "segments": {"small": 1}}}
    stages = {"open": {"time": "never", "advance": 0.3, "losses": {"lost": 1}}}
    found = planners_arithmetic(a_funnel(channels=nobody, stages=stages), a_plan(), Snapshot((deal("1", 5.0),)))
    assert found.open[0].close_ratio == 0
    assert found.new[0].value == 0
    assert found.bookings == 0


def test_capacity_with_a_new_hire():
    """600k a year a head; two established heads, a third hired in February who ramps in two months: .25, .75."""
    team = {"headcount": 2, "hires": [{"month": "2027-02", "add": 1}], "quota": "600k"}
    plan = a_plan(teams={"sdr": {"headcount": 1}, "ae": team})
    found = planners_arithmetic(a_funnel(ae={"selling_share": 0.44, "ramp": 2}), plan, attainment=0.8).capacity
    assert found.heads == (2, 3, 3)
    assert found.ramp == pytest.approx((1, 2.25 / 3, 2.75 / 3))
    assert found.expected == pytest.approx(50_000 * 0.8 * (2 + 2.25 + 2.75))
    ramped = {**team, "hires": [{"month": "2027-02", "add": 1, "ramped": True}]}
    plan = a_plan(teams={"sdr": {"headcount": 1}, "ae": ramped})
    assert planners_arithmetic(a_funnel(), plan).capacity.expected == pytest.approx(50_000 * 8)


def test_a_month_that_is_begun_counts_by_its_days():
    """From 22 January on: ten days of leads and 10/31 of a month's quota."""
    team = {"headcount": 2, "hires": [{"month": "2027-02", "add": 1}], "quota": "600k"}
    plan = a_plan(start="2027-01-22", teams={"sdr": {"headcount": 1}, "ae": team})
    found = planners_arithmetic(a_funnel(ae={"selling_share": 0.44, "ramp": 2}), plan)
    assert found.months == ("2027-01", "2027-02", "2027-03")
    assert found.new[0].leads == pytest.approx((10, 28, 31))
    assert found.capacity.ramp == pytest.approx((1, 2.25 / 3, 2.75 / 3))
    assert found.capacity.expected == pytest.approx(50_000 * (2 * 10 / 31 + 2.25 + 2.75))


def test_a_products_own_value_takes_the_segments_place():
    products = {"core": {"mix": 0.8}, "addon": {"mix": 0.2, "price": 2, "value": {"law": "exponential", "mean": 300}}}
    funnel = a_funnel(products=products)
    assert order_value(funnel, a_plan(), "small") == pytest.approx(0.8 * 10_000 + 0.2 * 600)
    assert order_value(funnel, a_plan(), "large", "addon") == 600


def test_fates_add_up_with_what_never_closes():
    funnel = a_funnel()
    ((entered, fate),) = fates(funnel, a_plan(), funnel.segments["small"], True)
    assert entered == 1
    assert fate == pytest.approx((0.22, 0.39))


def test_what_an_mql_must_be_and_do_is_taken_for_granted():
    text = "every lead is what an MQL must be and has done what an MQL must have done (scoring.profile, actions)"
    for scoring, said in (({}, False), ({"profile": {"segments": ["small"]}}, True), ({"actions": 1}, True)):
        found = planners_arithmetic(a_funnel(), a_plan(scoring=scoring))
        assert (text in found.assumptions) == said


def test_what_surrounds_a_company_is_left_out():
    texts = (
        "shocks and rivals move leads, by demand and cost, but no chances (shocks.*.odds, rivals.*.pressure)",
        "there are accounts without end (market.*.accounts)",
        "the last stage is won by its own chances; what calendar, pipeline and drift do to its pace shows below as "
        "chance of closing (funnel.signing)",
        "leads come at the level of the plan's start; how it drifts shows below as conversion (arrivals.drift)",
    )
    drifts = {"in_hours_share": None, "frailty_shape": None, "market_sd": 0, "drift": {"wander": 0.1}}
    shocks = {"slump": {"from": "2027-02-01", "until": "2027-03-01", "demand": 0.5, "odds": -1}}
    for fields, said in (
        ({}, ()),
        ({"rivals": {"acme": {"causes": []}}, "market": {"small": {"spend": 1}}}, ()),
        ({"shocks": shocks}, (0,)),
        ({"rivals": {"acme": {"pressure": 1, "causes": []}}, "market": {"small": {"accounts": 9}}}, (0, 1)),
        ({"signing": {}}, (2,)),
        ({"arrivals": drifts}, (3,)),
    ):
        found = planners_arithmetic(a_funnel(**fields), a_plan())
        assert tuple(k for k, text in enumerate(texts) if text in found.assumptions) == said
        halved = 0.5 if "shocks" in fields else 1.0
        assert found.new[0].leads == pytest.approx((31, 28 * halved, 31))


def test_as_plain_data():
    found = planners_arithmetic(a_funnel(), a_plan(), Snapshot((deal("1", 1000.0),)))
    record = json.loads(json.dumps(found.to_json(), allow_nan=False))
    assert record["bookings"] == pytest.approx(record["open_bookings"] + record["new_bookings"])
    assert record["open"][0]["expected"] == pytest.approx(1000 * 22 / 61)
    assert record["new"][0]["expected"] == pytest.approx(record["new_bookings"])
    assert record["wins"] == pytest.approx(record["open"][0]["expected_wins"] + record["new"][0]["expected_wins"])
