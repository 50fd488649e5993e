"""What generated worlds draw of customers: renewals, satisfaction, causes of churn, and what they are sold."""

from typing import Any

from hypothesis import strategies as st
from worlds_laws import days_laws, effort_laws

from sim.funnel import Funnel
from sim.plan import Plan

LOSSES: tuple[dict[str, Any], ...] = ({"no_budget": 1.0}, {"no_need": 0.6, "competitor": {"share": 0.4, "time": 3}})
"""Why customers buy no more."""
REFERS = {"channel": "web", "promoter": 6.0, "passive": 3.0, "detractor": 0.5}
LOYAL = {"renewal": 0.8, "satisfaction": 0.7, "upsell": 0.7, "cross_sell": -0.7, "referral": 0.5}
"""What a programme does for customers."""


MANAGERS = st.fixed_dictionaries(
    {
        "selling_share": st.sampled_from([0.02, 0.1, 1.0]),
        "ramp": st.sampled_from([0, 2]),
        "tenure": st.sampled_from([None, None, 20]),
        "backfill": st.sampled_from([0, 10]),
        "leave_days": st.sampled_from([0, 0, 120]),
        "coding": st.sampled_from([0.0, 0.375]),
    }
)
"""Account managers as persons."""


def account_team(draw: st.DrawFn, months: int) -> dict[str, Any]:
    """The account managers of a plan of so many months."""
    return {
        "headcount": draw(st.sampled_from([1, 2, [0, 1, 1, 2][:months], [2, 1, 0, 1][:months]])),
        "discipline": draw(st.sampled_from(["fifo", "lifo"])),
        "base": "60k",
        "variable": draw(st.sampled_from([0, 6000])),
        "recruiting": draw(st.sampled_from([0.0, 0.2])),
        "severance": draw(st.sampled_from([0, 2])),
    }


def customers(draw: st.DrawFn) -> dict[str, Any]:
    """Whether customers stay."""
    return {"renewal": draw(st.sampled_from([0.0, 0.5, 1.0])), "term": draw(st.sampled_from([20, 365]))}


def lives(draw: st.DrawFn, funnel: Funnel) -> Funnel:
    """A funnel whose customers are satisfied or not, say why they leave, and are sold more; half of the time the same
    one."""
    if draw(st.booleans()):
        return funnel
    feeling = {
        "renewal": draw(st.sampled_from([0.0, 1.5])),
        "promoters": draw(st.sampled_from([0.0, 0.4])),
        "detractors": 0.3,
    }
    tree = funnel.model_dump(by_alias=True)
    tree["customers"] |= {
        "satisfaction": feeling,
        "churn": draw(st.sampled_from([{}, {"price": 0.7, "merger": 0.3}])),
        "upsell": draw(account_sales()),
        "cross_sell": draw(account_sales()),
        "referral": draw(st.sampled_from([None, REFERS, REFERS | {"passive": 0.0, "detractor": 4.0}])),
        "wallet": draw(st.sampled_from([None, 0.6, 0.95])),
    }
    return Funnel.model_validate(tree)


@st.composite
def with_later_lives(draw: st.DrawFn, worlds: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
    """Worlds whose customers age, are surveyed, and return after they have left; a third of the time the same ones."""
    arguments = draw(worlds)
    more = draw(st.sampled_from([True, False, True]))
    if not more:
        return arguments
    again = {
        "ageing": draw(st.sampled_from([None, {"alpha": 0.7, "beta": 1.2}])),
        "winback": draw(account_sales())
        | {
            "per_month": draw(st.sampled_from([2.0, 0.5, 0.0])),
            "within": draw(st.sampled_from([200.0, 20.0])),
            "second_life": draw(st.sampled_from([3.0, 1.0])),
        },
        "survey_response": draw(st.sampled_from([0.6, 1.0])),
    }
    asked: list[Any] = [None, {"every": 10, "cost": 4}, {"every": 33}]
    out = dict(arguments)
    for name in ("funnel", "calm"):
        if name in out:
            tree = out[name].model_dump(by_alias=True)
            tree["customers"] |= again | ({} if name == "funnel" or draw(st.booleans()) else {"ageing": None})
            out[name] = Funnel.model_validate(tree)
    for name in ("plan", "root"):
        if name in out:
            terms = {"nps_survey": draw(st.sampled_from(asked)), "winback_cost": draw(st.sampled_from([0, 150]))}
            out[name] = Plan.model_validate(out[name].model_dump(by_alias=True) | terms)
    return _with_managers(draw, out)


def _with_managers(draw: st.DrawFn, arguments: dict[str, Any]) -> dict[str, Any]:
    """Worlds in which account managers sell to customers, in the plan, in the run-in, in both; half of the time in
    neither."""
    if draw(st.booleans()):
        return arguments
    out = dict(arguments)
    for name in ("funnel", "calm"):
        if name in out:
            tree = out[name].model_dump(by_alias=True)
            tree["am"] |= draw(MANAGERS)
            out[name] = Funnel.model_validate(tree)
    for name in ("plan", "root"):
        if name in out:
            tree = out[name].model_dump(by_alias=True)
            some = draw(st.booleans()) or draw(st.booleans())
            tree["teams"]["am"] = account_team(draw, out[name].months) if some else None
            out[name] = Plan.model_validate(tree)
    return out


@st.composite
def account_sales(draw: st.DrawFn) -> dict[str, Any]:
    """Sales to customers, some of whom take their time and some of whom say no."""
    return {
        "per_month": draw(st.sampled_from([0.0, 0.5, 2.0])),
        "size": draw(st.sampled_from([0.25, 0.6])),
        "promoters": draw(st.sampled_from([1.0, 2.0, 0.0])),
        "effort": draw(effort_laws(4)),
        "time": draw(st.just("0 days") | days_laws(6)),
        "advance": draw(st.sampled_from([1.0, 0.5, 0.8])),
        "losses": draw(st.sampled_from(LOSSES)),
    }
