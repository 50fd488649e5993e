"""Rules across fields, each by hand: what is sound passes, and each fault is named at its own path."""

import math
from typing import Any

import pytest

from sim.checks import MAX_LEADS, check, check_funnel, check_pair, check_plan, expected_leads
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.plan import Plan


def funnel(**changes: Any) -> Funnel:
    tree: dict[str, Any] = {
        "name": "F",
        "channels": {
            "search": {"leads": 100, "spend": 10_000, "segments": {"smb": 0.7, "ent": 0.3}},
            "events": {"leads": 50, "spend": 0, "segments": {"smb": 1}},
        },
        "segments": {"smb": {"value": 1}, "ent": {"value": 2}},
        "products": {"a": {"mix": 0.25}, "b": {"mix": 0.75}},
        "stages": {
            "demo": {"time": 1, "advance": 0.5, "losses": {"x": 0.1, "y": 0.2, "z": 0.7}},
            "sign": {"time": 1, "advance": 1},
        },
        "sales_development": {"contact": [0.2, 0.1]},
    }
    return Funnel.model_validate(tree | changes)


def plan(**changes: Any) -> Plan:
    tree: dict[str, Any] = {
        "name": "P",
        "start": "2027-01-01",
        "months": 3,
        "spend": {"search": [1, 2, 3]},
        "teams": {"sdr": {"headcount": 1}, "ae": {"headcount": [1, 2, 3]}},
        "handoff": {"attempts": 2},
    }
    return Plan.model_validate(tree | changes)


def only(problems: list[Problem]) -> Problem:
    (problem,) = problems
    return problem


def test_a_sound_pair_passes() -> None:
    check(funnel(), plan())
    check(
        funnel(), plan(calendar={"timezone": "America/New_York", "holidays": "DE-BY"}, spend={"search": [1, 2, 3, 4]})
    )
    check(funnel(), plan(calendar={"holidays": ["2027-01-01"]}, spend={"search": {"from": "2020-01", "amount": 1}}))


def test_shares_of_a_channel_sum_to_one_and_name_segments() -> None:
    channel = {"leads": 1, "spend": 1, "segments": {"smb": 0.7, "ent": 0.2}}
    problem = only(check_funnel(funnel(channels={"paid.search": channel})))
    assert problem.where == 'funnel.channels."paid.search".segments'
    assert problem.got == "a sum of 0.9"
    unknown = {"leads": 1, "spend": 1, "segments": {"smb": 0.7, "ents": 0.3}}
    problem = only(check_funnel(funnel(channels={"search": unknown})))
    assert problem == Problem(
        "funnel.channels.search.segments.ents", "must name a segment of the funnel", "ents", "did you mean ent?"
    )


def test_the_tolerance_of_sums_is_a_millionth() -> None:
    assert check_funnel(funnel(products={"a": {"mix": 0.5}, "b": {"mix": 0.5 + 9e-7}})) == []
    assert len(check_funnel(funnel(products={"a": {"mix": 0.5}, "b": {"mix": 0.5 + 2e-6}}))) == 1
    thirds = {name: {"mix": 1 / 3} for name in "abc"}
    assert check_funnel(funnel(products=thirds)) == []


def test_rework_names_a_stage_that_is_not_later_and_leaves_a_way_out() -> None:
    stage = {"time": 1, "advance": 0.5, "losses": {"x": 0.5}, "rework": {"first": 0.5}}
    sound = {"first": stage, "second": stage}
    assert not check_funnel(funnel(stages=sound))
    assert not check_funnel(funnel(stages={"first": stage | {"losses": {"x": 0.05}, "rework": {"first": 0.95}}}))
    at = "funnel.stages.first.rework"
    for rework, where in (({"frist": 0.5}, f"{at}.frist"), ({"second": 0.5}, f"{at}.second")):
        assert only(check_funnel(funnel(stages=sound | {"first": stage | {"rework": rework}}))).where == where
    endless = stage | {"losses": {"x": 0.04}, "rework": {"first": 0.96}}
    assert only(check_funnel(funnel(stages={"first": endless}))).where == at
    short = stage | {"rework": {"first": 0.25}}
    assert only(check_funnel(funnel(stages={"first": short}))).where == "funnel.stages.first.losses"


def test_losses_sum_to_one_and_are_needed_below_certainty() -> None:
    half = {"time": 1, "advance": 0.5, "losses": {"x": 0.5}}
    assert only(check_funnel(funnel(stages={"demo": half}))).where == "funnel.stages.demo.losses"
    problem = only(check_funnel(funnel(stages={"demo": {"time": 1, "advance": 0.5}})))
    assert problem.rule == "must be given where `advance` is below 1"


def test_the_season_has_a_mean_of_one() -> None:
    assert check_funnel(funnel(arrivals={"season": [1.0] * 11 + [1.05]})) == []
    problem = only(check_funnel(funnel(arrivals={"season": [1.0] * 11 + [1.12]})))
    assert (problem.where, problem.got) == ("funnel.arrivals.season", "a mean of 1.01")


def test_keys_are_distinct() -> None:
    segments = {"smb": {"value": 1}, "ent": {"value": 2, "key": "smb"}}
    problem = only(check_funnel(funnel(segments=segments)))
    assert (problem.where, problem.got) == ("funnel.segments.ent.key", "smb")
    teams = {"sdr": {"headcount": 1, "key": "ae"}, "ae": {"headcount": 1}}
    assert only(check_plan(plan(teams=teams))).where == "plan.teams.ae.key"


def test_origins_name_fields() -> None:
    sound = {"channels.search": "fitted", "stages.demo.losses.x.share": "fitted", "arrivals.season.3": "prior"}
    assert check_funnel(funnel(origin=sound)) == []
    problem = only(check_funnel(funnel(origin={"channels.serch.leads": "fitted"})))
    assert problem.remedy == "did you mean search?"


def test_a_ramp_is_at_most_five_years() -> None:
    assert only(check_funnel(funnel(ae={"selling_share": 0.4, "ramp": 61}))).where == "funnel.ae.ramp"


def test_the_start_after_a_run_in_is_the_first_of_a_month_within_the_calendar() -> None:
    problem = only(check_plan(plan(start="2027-01-15", run_in=2)))
    assert problem.where == "plan.start"
    assert problem.rule == "must be the first day of a month after a run-in (2 months)"
    assert problem.remedy == "write 2027-01-01, or begin with who is there: open_pipeline; or run_in: 0"
    only(check_plan(plan(start="2027-01-15", run_in=2, opening={"customers": "customers.csv"})))
    for start in ({"run_in": 0}, {"open_pipeline": "deals.csv"}, {"opening": {"leads": "leads.csv"}}):
        assert check_plan(plan(start="2027-01-15", **start)) == []
    for start in ("9999-01-01", "0001-01-01", "2199-12-01"):
        assert "between the years 1900 and 2200" in check_plan(plan(start=start))[0].rule


def test_lists_cover_the_months() -> None:
    problem = only(check_plan(plan(spend={"search": [1, 2]})))
    assert (problem.where, problem.got) == ("plan.spend.search", "2")
    teams = {"sdr": {"headcount": [1]}, "ae": {"headcount": 1}}
    assert only(check_plan(plan(teams=teams))).where == "plan.teams.sdr.headcount"


def test_steps_do_not_repeat_a_month() -> None:
    steps = [{"from": "2027-01", "amount": 1}, {"from": "2027-02", "amount": 2}, {"from": "2027-01", "amount": 3}]
    assert only(check_plan(plan(spend={"search": steps}))).where == "plan.spend.search.2.from"


def test_hires_fall_before_the_plans_end() -> None:
    def teams(month: str) -> dict[str, Any]:
        return {"sdr": {"headcount": 1, "hires": [{"month": month, "add": 1}]}, "ae": {"headcount": 1}}

    assert check_plan(plan(teams=teams("2027-03"))) == []
    problem = only(check_plan(plan(teams=teams("2027-04"))))
    assert (problem.where, problem.got) == ("plan.teams.sdr.hires.0.month", "2027-04")


@pytest.mark.parametrize("code", ["XX", "US-ZZ", "us-ny", "registry", "__name__", "", "-", "US-", "date"])
def test_unknown_countries_are_refused(code: str) -> None:
    found = check_plan(plan(calendar={"holidays": code}))
    if code in ("US-",):
        assert found == []
    else:
        assert only(found).where == "plan.calendar.holidays"


@pytest.mark.parametrize("zone", ["Europe/Brlin", "", "/etc/passwd", "../x", "a\0b", "Europe"])
def test_unknown_time_zones_are_refused(zone: str) -> None:
    assert only(check_plan(plan(calendar={"timezone": zone}))).where == "plan.calendar.timezone"


def test_spend_names_channels() -> None:
    problem = only(check_pair(funnel(), plan(spend={"serch": 1})))
    assert (problem.where, problem.remedy) == ("plan.spend.serch", "did you mean search?")


def test_attempts_have_contact_probabilities() -> None:
    problem = only(check_pair(funnel(), plan(handoff={"attempts": 3})))
    assert problem.where == "plan.handoff.attempts"
    assert "at most 2" in problem.rule


def test_expected_leads_at_the_reference_spend_are_the_leads() -> None:
    at_reference = plan(spend={"search": 10_000}, run_in=0, follow=0, scoring={"form_fields": 3})
    assert expected_leads(funnel(), at_reference) == pytest.approx(3 * 150)
    without = plan(spend={}, run_in=0, follow=0, scoring={"form_fields": 3})
    assert expected_leads(funnel(), without) == pytest.approx(3 * (35 + 50))
    # Hill at ten times the reference, by hand: K = 1.25, al = 1.3, (1 + K^al) / (1 + (K / 10)^al)
    gain = (1 + 1.25**1.3) / (1 + 0.125**1.3)
    much = plan(spend={"search": 100_000}, run_in=1, follow=2, scoring={"form_fields": 5})
    by_hand = 6 * (100 * (0.35 + 0.65 * gain) + 50) * math.exp(-0.08 * 2)
    assert expected_leads(funnel(), much) == pytest.approx(by_hand)


def test_expected_leads_survive_extreme_numbers() -> None:
    extreme = {"leads": 1e9, "spend": 5e-324, "segments": {"smb": 1}, "half_spend": 1e-300, "shape": 10}
    for spend in (0, 1e-300, 1e15):
        assert math.isfinite(expected_leads(funnel(channels={"x": extreme}), plan(spend={"x": spend}, months=600)))


def test_a_run_of_too_many_leads_is_refused_with_the_estimate() -> None:
    flood = {"flood": {"leads": MAX_LEADS, "spend": 1, "segments": {"smb": 1}}}
    problem = only(check_pair(funnel(channels=flood), plan(spend={})))
    assert problem.where == "plan"
    assert problem.got.startswith("about 1.")


def test_spend_so_high_that_prospects_are_touched_without_end_is_refused_with_the_estimate() -> None:
    channel = {"leads": 1, "spend": 100, "segments": {"smb": 1}, "touches": {"per_month": 4, "effect": 0.1}}
    check(funnel(channels={"search": channel}), plan(spend={"search": 50_000}))
    campaign = {"channel": "search", "from": "2027-02-01", "until": "2027-02-15", "spend": 60_000}
    for changes in ({"spend": {"search": 60_000}}, {"spend": {"search": 1}, "campaigns": {"burst": campaign}}):
        problem = only(check_pair(funnel(channels={"search": channel}), plan(**changes)))
        assert problem.where == "funnel.channels.search.touches.per_month"
        assert problem.got == "about 552 a week"


def test_all_problems_are_raised_once() -> None:
    with pytest.raises(InputError) as caught:
        check(funnel(products={"a": {"mix": 0.5}}), plan(start="2027-01-02", spend={"serch": 1}))
    assert [problem.where for problem in caught.value.problems] == ["funnel.products", "plan.start", "plan.spend.serch"]


def test_reasons_of_rejection_sum_to_one_and_are_not_the_models_own() -> None:
    development = {"contact": [0.2, 0.1], "rejections": {"good": {"ready": 0.5, "poor_fit": 0.4}}}
    total, own = check_funnel(funnel(sales_development=development))
    assert total.where == "funnel.sales_development.rejections.good"
    assert "sum to 1" in total.rule
    assert own.where == "funnel.sales_development.rejections.good.ready"


def test_a_curve_without_an_exponent_takes_none() -> None:
    development = {"contact": [0.2, 0.1], "speed_curve": "oldroyd", "speed_exponent": 0.3}
    assert only(check_funnel(funnel(sales_development=development))).where == "funnel.sales_development.speed_exponent"
    check(funnel(sales_development=development | {"speed_exponent": "none"}), plan())


def teams(**changes: Any) -> dict[str, Any]:
    return {"sdr": {"headcount": 1, **changes.get("sdr", {})}, "ae": {"headcount": 1, **changes.get("ae", {})}}


def test_a_breach_needs_a_service_level_and_somebody_else() -> None:
    assert only(check_plan(plan(handoff={"breach": "escalate"}))).where == "plan.handoff.breach"
    assert not check_plan(plan(handoff={"breach": "escalate", "sla": 0}))
    problem = only(check_plan(plan(handoff={"breach": "reassign", "sla": 4})))
    assert "routing" in problem.remedy
    assert not check_plan(plan(handoff={"breach": "reassign", "sla": 4}, teams=teams(sdr={"routing": "territory"})))
    assert not check_plan(plan(handoff={"breach": "none"}))


def test_feedback_needs_a_channel_whose_leads_are_judged_by_their_score() -> None:
    told = {name: {"leads": 10, "spend": 1, "segments": {"smb": 1}, "mql_probability": 0.3} for name in ("a", "b")}
    learning = plan(spend={}, scoring={"feedback": "monthly"})
    assert only(check_pair(funnel(channels=told), learning)).where == "plan.scoring.feedback"
    assert not list(check_pair(funnel(channels=told), plan(spend={})))
    del told["b"]["mql_probability"]
    assert not list(check_pair(funnel(channels=told), learning))


def test_a_pool_of_aes_is_not_routed() -> None:
    pooled = teams(ae={"ownership": "pooled", "routing": "round_robin"})
    assert only(check_plan(plan(teams=pooled))).where == "plan.teams.ae.routing"


def test_stays_so_short_that_persons_never_end_are_refused() -> None:
    reps = {"selling_share": 0.5, "tenure": "1 days"}
    problem = only(check_pair(funnel(sdr=reps), plan(teams={"sdr": {"headcount": 100}, "ae": {"headcount": 1}})))
    assert problem.where == "funnel.sdr.tenure"
    assert "20,000 persons" in problem.rule


def test_customers_are_checked_across_their_fields() -> None:
    sold = {"per_month": 0.1, "advance": 0.5}
    for customers, where, got in (
        ({"churn": {"price": 0.6, "merger": 0.3}}, "churn", "0.9"),
        ({"churn": {"stalled": 1}}, "churn.stalled", "stalled"),
        ({"upsell": sold}, "upsell.losses", "advance 0.5"),
        ({"cross_sell": sold | {"losses": {"x": 0.5}}}, "cross_sell.losses", "0.5"),
        ({"upsell": {"per_month": 9, "promoters": 10}}, "upsell.per_month", "about 1.08e+03 a year"),
    ):
        problem = only(check_funnel(funnel(customers=customers)))
        assert problem.where == f"funnel.customers.{where}"
        assert got in problem.got
    check_funnel(funnel(customers={"upsell": sold | {"losses": {"no need": 1}}, "churn": {"price": 1}}))
    pushed = {"kit": {"customers": {"upsell": 9}}}
    problem = only(check_funnel(funnel(customers={"upsell": {"per_month": 0.1}}, programmes=pushed)))
    assert problem.where == "funnel.customers.upsell.per_month"


def test_customers_who_bring_too_many_are_refused() -> None:
    """With the figure; and so is a channel that is not there, and more promoters and detractors than there are."""
    sure = {"customers": {"renewal": 0.9, "referral": {"channel": "search", "promoter": 19}}}
    (problem,) = [each for each in check_pair(funnel(**sure), plan()) if "referral" in each.where]
    assert problem.where == "funnel.customers.referral"
    assert "fewer than one customer" in problem.rule
    assert float(problem.got.removeprefix("up to ")) >= 1.0
    few = {"customers": {"renewal": 0.9, "referral": {"channel": "search", "promoter": 0.01, "passive": 0}}}
    assert not [each for each in check_pair(funnel(**few), plan()) if "referral" in each.where]
    assert check_pair(funnel(segments={"smb": {"value": 1}}, **sure), plan()) == [], "the funnel is to be mended first"
    problem = only(check_funnel(funnel(customers={"referral": {"channel": "serach"}})))
    assert (problem.where, problem.got) == ("funnel.customers.referral.channel", "serach")
    assert "search" in problem.remedy
    problem = only(check_funnel(funnel(customers={"satisfaction": {"promoters": 0.8, "detractors": 0.3}})))
    assert problem.where == "funnel.customers.satisfaction.detractors"
    pushed = {"kit": {"customers": {"referral": 9}}}
    problem = only(check_funnel(funnel(customers={"referral": {"channel": "search"}}, programmes=pushed)))
    assert (problem.where, problem.got) == ("funnel.customers.referral", "about 2.03e+03 a year")


def test_stages_of_sales_to_customers_have_names_of_their_own() -> None:
    stages = {"upsell": {"time": 1, "advance": 1}}
    assert check_funnel(funnel(stages=stages)) == []
    problem = only(check_funnel(funnel(stages=stages, customers={"cross_sell": {"per_month": 0.1}})))
    assert problem.where == "funnel.stages.upsell"
    many = {f"p{n}": {"mix": 1 / 64} for n in range(64)}
    assert check_funnel(funnel(products=many)) == []
    problem = only(check_funnel(funnel(products=many, customers={"cross_sell": {"per_month": 0.1}})))
    assert (problem.where, problem.got) == ("funnel.products", "64")


def test_a_programme_acts_on_no_cause_that_only_customers_have() -> None:
    """It would be accepted and change nothing; who can act on the cause may be said."""
    sold = {"upsell": {"per_month": 0.1, "advance": 0.5, "losses": {"no need": 1}}}
    assert check_funnel(funnel(customers=sold, drivers={"no need": {"acts": "product"}})) == []
    problem = only(check_funnel(funnel(customers=sold, programmes={"kit": {"drivers": {"no need": 0.5}}})))
    assert problem.where == "funnel.programmes.kit.drivers.no need"
