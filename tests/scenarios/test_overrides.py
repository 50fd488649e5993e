"""Changes: the relative grammar, what each move does to each kind of value, and what is refused."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenarios.moves import MoveError, is_relative, read_move
from scenarios.overrides import apply_stress, override
from sim.errors import InputError
from sim.funnel import Funnel
from sim.plan import Plan

FUNNEL = Funnel.model_validate(
    {
        "name": "F",
        "channels": {
            "content": {"leads": 60, "spend": 10_000, "segments": {"a.b": 1}, "base_share": 0.35},
            "search": {"leads": 80, "spend": 20_000, "segments": {"a.b": 1}},
        },
        "segments": {"a.b": {"value": {"law": "lognormal", "median": 100, "sigma": 0.5}}},
        "products": {"suite": {"mix": 1}},
        "stages": {"demo": {"time": "10 days", "effort": 2, "advance": 0.5, "losses": {"lost": 1}}},
    }
)
PLAN = Plan.model_validate(
    {
        "name": "P",
        "start": "2027-01-01",
        "months": 4,
        "spend": {"content": 10_000, "search": [1, 2, 3, 4]},
        "teams": {
            "sdr": {"headcount": {"from": "2027-02", "amount": 4}},
            "ae": {"headcount": 6, "quota": 600_000, "hires": [{"month": "2027-02", "add": 1}]},
        },
        "nurture": {"release_after": 12},
    }
)


def plan_after(*changes: dict[str, Any]) -> Plan:
    return override(FUNNEL, PLAN, list(changes)).plan


def refused(change: dict[str, Any]) -> str:
    with pytest.raises(InputError) as caught:
        override(FUNNEL, PLAN, change)
    return str(caught.value)


def test_per_cent_scales() -> None:
    assert plan_after({"spend.content": "+20%"}).spend["content"] == 12_000
    assert plan_after({"spend.content": "-15%"}).spend["content"] == 8_500
    assert plan_after({"scoring.threshold": "-100%"}).scoring.threshold == 0


def test_an_amount_adds() -> None:
    assert plan_after({"teams.ae.headcount": "+2"}).teams.ae.headcount == 8
    assert plan_after({"spend.content": "+2k"}).spend["content"] == 12_000
    assert plan_after({"spend.content": "- 1_000"}).spend["content"] == 9_000
    assert plan_after({"nurture.release_after": "+1 year"}).nurture.release_after == 24


def test_points_add_hundredths_to_shares() -> None:
    outcome = override(
        FUNNEL, PLAN, {"channels.content.base_share": "+2pp", "pay.commission.marketing_sourced": "-1pp"}
    )
    assert outcome.funnel.channels["content"].base_share == pytest.approx(0.37)
    assert outcome.plan.pay.commission.marketing_sourced == pytest.approx(0.09)
    contact = override(FUNNEL, PLAN, {"sales_development.contact": "+1pp"}).funnel.sales_development.contact
    assert contact == pytest.approx([0.21, 0.15, 0.15, 0.15, 0.13, 0.11, 0.09, 0.07])


def test_lists_and_dated_values_change_in_each_element() -> None:
    assert plan_after({"spend.search": "+50%"}).spend["search"] == (1.5, 3.0, 4.5, 6.0)
    assert plan_after({"teams.sdr.headcount": "+2"}).heads(PLAN.teams.sdr) == PLAN.heads(PLAN.teams.sdr)
    step = plan_after({"teams.sdr.headcount": "+2"}).teams.sdr.headcount
    assert (step.from_.isoformat(), step.amount) == ("2027-02-01", 6)


def test_dates_make_a_list_of_months() -> None:
    assert plan_after({"teams.ae.headcount": "+2 from 2027-03"}).teams.ae.headcount == (6, 6, 8, 8)
    assert plan_after({"spend.content": "-10% until 2027-02"}).spend["content"] == (9_000, 10_000, 10_000, 10_000)
    after = plan_after({"spend.search": "+10 from 2027-02 until 2027-04"})
    assert after.spend["search"] == (1, 12, 13, 4)
    assert plan_after({"teams.sdr.headcount": "+1 from 2027-04"}).teams.sdr.headcount == (0, 4, 4, 5)
    assert plan_after({"spend.content": "+1 from 2020-01"}).spend["content"] == (10_001,) * 4


def test_an_equals_sign_sets_even_below_zero() -> None:
    assert plan_after({"scoring.threshold": "= -2"}).scoring.threshold == -2
    assert plan_after({"scoring.threshold": "=+2"}).scoring.threshold == 2
    assert plan_after({"teams.ae.quota": "= null"}).teams.ae.quota is None


def test_numbers_lists_and_mappings_set() -> None:
    assert plan_after({"scoring.threshold": -2}).scoring.threshold == -2
    assert plan_after({"spend.content": [1, "2", "+3", 4]}).spend["content"] == (1, 2, 3, 4)
    assert plan_after({"costs.tools": "5k"}).costs["tools"] == 5_000
    assert override(FUNNEL, PLAN, {"channels.search.intent": -0.5}).funnel.channels["search"].intent == -0.5


def test_a_path_changes_twice_in_the_order_written() -> None:
    after = plan_after({"spend.content": 100}, {"spend.content": "+10%"}, {"spend.content": "+1"})
    assert after.spend["content"] == pytest.approx(111)


def test_laws_scale_by_per_cent() -> None:
    funnel = override(FUNNEL, PLAN, {'segments."a.b".value': "+10%", "stages.demo.time": "+2 weeks"}).funnel
    assert funnel.segments["a.b"].value.median == pytest.approx(110)
    assert funnel.segments["a.b"].value.sigma == 0.5
    assert funnel.stages["demo"].time.value == 24
    assert "to which only a change in % applies" in refused({'segments."a.b".value': "+10"})
    inner = override(FUNNEL, PLAN, {'segments."a.b".value.sigma': "+0.1"}).funnel
    assert inner.segments["a.b"].value.sigma == pytest.approx(0.6)


def test_funnel_changes_are_stress_and_repeat_on_any_funnel() -> None:
    change = {"funnel.stages.demo.advance": "+5pp", "channels.content.leads": "-50%", "spend.content": 1}
    outcome = override(FUNNEL, PLAN, change)
    assert outcome.stress == (("stages.demo.advance", "+5pp"), ("channels.content.leads", "-50%"))
    assert apply_stress(FUNNEL, outcome.stress) == outcome.funnel
    drawn = override(FUNNEL, PLAN, {"channels.content.leads": 100}).funnel
    assert apply_stress(drawn, outcome.stress).channels["content"].leads == 50


def test_the_plan_comes_first_where_both_have_the_name() -> None:
    assert plan_after({"nurture.touches_per_month": 3}).nurture.touches_per_month == 3
    assert "did you mean funnel.nurture.ready_good?" in refused({"nurture.ready_good": 0.1})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"spend.contnet": "+20%"}, "did you mean content?"),
        ({"teams.sdr.hedcount": 5}, "did you mean headcount?"),
        ({"teems.sdr.headcount": 5}, "did you mean teams?"),
        ({"funnel.stages.deno.advance": 0.1}, "did you mean demo?"),
        ({"a..b": 5}, "must be a dotted path"),
        ({"spend.content": "+"}, "must be a change such as"),
        ({"spend.content": "+x"}, "must be a change such as"),
        ({"spend.content": "+5 dogs"}, "must be a change such as"),
        ({"spend.content": "-.inf"}, "must be a finite number"),
        ({"spend.content": "\u22125%"}, "U+2212"),
        ({"spend.content": "+2 from 2027-1"}, "must be followed by a month"),
        ({"spend.content": "+2 from 2027-03 until 2027-03"}, "`until` must come after `from`"),
        ({"spend.content": "+2 from 2027-05"}, "changes no month of the plan"),
        ({"spend.content": "+2 until 2027-01"}, "changes no month of the plan"),
        ({"spend.content": "+2pp"}, "percentage points (pp) do not apply"),
        ({"scoring.threshold": "+2 from 2027-02"}, "holds for the whole plan"),
        ({"channels.content.leads": "+2 from 2027-02"}, "holds for the whole plan"),
        ({"teams.sdr.quota": "+5%"}, "has no value to change"),
        ({"spend": "+5%"}, "change one of: content, search"),
        ({"currency": "+5%"}, "is not a number"),
        ({"teams.ae.headcount": "+5%"}, "must be a whole number (got 6.3)"),
        ({"spend.content": "-200%"}, "must be at least 0"),
        ({"start": "2028-01-01"}, "the same in every scenario"),
        ({"run_in": 3}, "the same in every scenario"),
        ({"channels.content.key": "x"}, "cannot be changed"),
        ({"teams.sdr": {"headcount": 1, "key": "x"}}, "cannot be changed"),
        ({"spend.contnet": 5}, "must name a channel of the funnel"),
        ({"months": 5}, "an entry for each of the plan's 5 months"),
        ({'segments."a.b".value': "= "}, "must be followed by a value"),
    ],
)
def test_refused(change: dict[str, Any], words: str) -> None:
    assert words in refused(change)


def test_all_refused_changes_are_listed() -> None:
    text = refused({"spend.contnet": "+20%", "spend.content": "+x", "run_in": 1})
    assert text.count("\n    ") >= 2
    assert "spend.contnet" in text
    assert "run_in" in text


def test_an_entry_replaced_as_a_whole_keeps_its_key_and_warns_of_what_it_loses() -> None:
    renamed = Funnel.model_validate(
        FUNNEL.model_dump(by_alias=True)
        | {"channels": {"content": {"key": "old", "leads": 1, "spend": 1, "segments": {"a.b": 1}, "intent": 1}}}
    )
    plan = Plan.model_validate(PLAN.model_dump(by_alias=True) | {"spend": {}})
    outcome = override(renamed, plan, {"channels.content": {"leads": 2, "spend": 1, "segments": {"a.b": 1}}})
    assert outcome.funnel.channels["content"].key == "old"
    assert outcome.warnings == (
        "funnel.channels.content is replaced as a whole; what it leaves out falls back to its default: intent",
    )


def test_a_team_that_a_plan_need_not_have_comes_and_goes() -> None:
    with_them = plan_after({"teams.am": {"headcount": 2}})
    assert with_them.teams.am is not None
    assert (with_them.teams.am.headcount, with_them.teams.am.key) == (2, "am")
    for change, heads in (({"teams.am": "none"}, (0,) * 4), ({"teams.am.headcount": "+1"}, (3,) * 4)):
        after = override(FUNNEL, with_them, change).plan
        assert after.heads(after.teams.am) == heads
    assert plan_after({"teams.*.base": 1}).teams.am is None
    with pytest.raises(InputError, match=r"teams\.am has no value yet"):
        plan_after({"teams.am.headcount": 3})


def test_relative_texts_begin_with_a_sign() -> None:
    assert is_relative("+2")
    assert is_relative("-15%")
    assert not is_relative("2")
    assert not is_relative("= -2")


@settings(max_examples=300)
@given(st.text(max_size=30))
def test_any_text_after_a_sign_is_read_or_refused_in_words(tail: str) -> None:
    for sign in "+-":
        try:
            kind = read_move(sign + tail).kind
        except MoveError as error:
            kind = error.rule
        assert kind in ("add", "scale", "points") or kind.startswith(("must be", "a change must", "`until`", "`from`"))


@settings(max_examples=60)
@given(st.integers(0, 300), st.integers(0, 100))
def test_up_and_down_by_an_amount_comes_back(heads: int, add: int) -> None:
    start = plan_after({"teams.ae.headcount": heads})
    there = override(FUNNEL, start, {"teams.ae.headcount": f"+{add}"}).plan
    assert override(FUNNEL, there, {"teams.ae.headcount": f"-{add}"}).plan == start


@pytest.mark.parametrize("nothing", ["+0", "-0%", "+0%", "+0k"])
def test_a_change_of_nothing_changes_nothing(nothing: str) -> None:
    assert plan_after({"spend.content": nothing}, {"spend.search": nothing}, {"teams.ae.headcount": nothing}) == PLAN


@given(st.floats(0, 1e6))
def test_nought_per_cent_rounds_nothing(days: float) -> None:
    path = "funnel.sales_development.patience"
    there = override(FUNNEL, PLAN, {path: days}).funnel
    assert override(there, PLAN, {path: "+0%"}).funnel == there


def test_a_relative_change_that_spoils_several_months_is_one_problem() -> None:
    with pytest.raises(InputError) as caught:
        override(FUNNEL, PLAN, {"spend.search": "-10"})
    assert len(caught.value.problems) == 1
    with pytest.raises(InputError) as caught:
        override(FUNNEL, PLAN, {"spend.search": [-1, 2, -3, 4]})
    assert len(caught.value.problems) == 2


def test_a_channel_may_be_called_key() -> None:
    """Only an entry's own key is fixed; a name that a planner gave is a name."""
    tree = FUNNEL.model_dump(by_alias=True)
    tree["channels"]["key"] = {**tree["channels"]["search"], "key": "key"}
    assert override(Funnel.model_validate(tree), PLAN, {"spend.key": 500}).plan.spend["key"] == 500


def volumes(funnel: Funnel) -> Any:
    return {name: channel.model_dump(by_alias=True, mode="json")["volume"] for name, channel in funnel.channels.items()}


def test_a_dated_change_of_the_funnel_makes_steps() -> None:
    surge = [{"from": "2027-02", "amount": 1.8}, {"from": "2027-04", "amount": 1.0}]
    after = override(FUNNEL, PLAN, {"channels.content.volume": "+80% from 2027-02 until 2027-04"})
    assert volumes(after.funnel) == {"content": surge, "search": 1.0}
    assert apply_stress(FUNNEL, after.stress) == after.funnel
    onwards = override(FUNNEL, PLAN, {"channels.content.volume": "-50% from 2027-03"}).funnel
    assert volumes(onwards)["content"] == [{"from": "2027-03", "amount": 0.5}]


def test_a_second_dated_change_moves_the_steps_of_the_first() -> None:
    first = {"channels.content.volume": 2}
    then = {"channels.content.volume": "+50% until 2027-03"}
    last = {"channels.content.volume": "-1 from 2027-02"}
    after = override(FUNNEL, PLAN, [first, then, last])
    assert volumes(after.funnel)["content"] == [
        {"from": "1900-01", "amount": 3.0}, {"from": "2027-02", "amount": 2.0}, {"from": "2027-03", "amount": 1.0},
    ]  # fmt: skip
    assert apply_stress(FUNNEL, after.stress) == after.funnel


def test_a_change_of_the_funnel_must_meet_the_plan() -> None:
    assert "changes no month of the plan" in refused({"channels.content.volume": "+80% from 2028-01"})


def test_a_star_stands_for_every_name() -> None:
    after = override(FUNNEL, PLAN, {"channels.*.volume": "+80%", "spend.*": "-50% from 2027-02"})
    assert volumes(after.funnel) == {"content": 1.8, "search": 1.8}
    assert [path for path, _ in after.stress] == ["channels.content.volume", "channels.search.volume"]
    assert after.plan.spend == {"content": (10_000, 5_000, 5_000, 5_000), "search": (1, 1, 1.5, 2)}


def test_a_star_is_refused_where_nothing_has_names_and_once_where_every_name_fails() -> None:
    assert "stands for every name" in refused({"channels.content.leads.*": 3})
    assert refused({"channels.*.volume": "-200%"}).count("must be at least 0") == 1
    assert "unknown field" in refused({"channels.*.volum": 3})
