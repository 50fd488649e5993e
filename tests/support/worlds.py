"""Generated worlds for property tests: small funnels and plans that reach every mechanism of the model."""

import datetime as dt
from typing import Any

from hypothesis import strategies as st

from sim.funnel import Funnel
from sim.plan import Plan
from sim.snapshot import OpenDeal, Snapshot

START = dt.date(2027, 1, 1)


def shares(n: int) -> st.SearchStrategy[list[float]]:
    """n shares that sum to one, some of them zero."""
    weights = st.lists(st.integers(0, 5), min_size=n, max_size=n).filter(any)
    return weights.map(lambda row: [w / sum(row) for w in row])


def days_laws(scale: float) -> st.SearchStrategy[Any]:
    """Laws of buyer time of the order of `scale` days, degenerate ones among them."""
    size = st.sampled_from([0.0, 0.1 * scale, scale, 3 * scale])
    some = st.sampled_from([0.1 * scale, scale, 3 * scale])
    return st.one_of(
        size.map(lambda x: {"law": "constant", "value": x}),
        size.map(lambda x: {"law": "exponential", "mean": x}),
        some.map(lambda x: {"law": "lognormal", "median": x, "sigma": 0.7}),
        some.map(lambda x: {"law": "weibull", "shape": 1.5, "scale": x}),
        some.map(lambda x: {"law": "table", "at": [0, x, 2 * x], "cumulative": [0, 0.7, 1]}),
        st.just({"law": "never"}),
    )


def effort_laws(scale: float) -> st.SearchStrategy[Any]:
    """Laws of effort of the order of `scale` hours."""
    return days_laws(scale).filter(lambda law: law["law"] != "never")


@st.composite
def stages(draw: st.DrawFn) -> dict[str, Any]:
    """One to three stages in chain or mixture form."""
    out = {}
    for k in range(draw(st.integers(1, 3))):
        parts = draw(shares(2))
        own = draw(st.booleans())
        losses: dict[str, Any] = {"competitor": parts[0], "no_budget": {"share": parts[1]}}
        if own:
            losses["no_budget"]["time"] = draw(days_laws(30))
        out[f"stage {k}"] = {
            "time": draw(days_laws(10)),
            "effort": draw(effort_laws(4)),
            "advance": draw(st.sampled_from([0.0, 0.3, 0.7, 1.0])),
            "losses": losses,
            "delay_penalty": draw(st.sampled_from([0.0, 0.5, 5.0])),
        }
    return out


@st.composite
def worlds(draw: st.DrawFn) -> tuple[Funnel, Plan, Snapshot | None]:
    """A funnel, a plan and perhaps deals open at the start; about a hundred leads, all mechanisms within reach."""
    names = ["web", "events", "partner"][: draw(st.integers(1, 3))]
    channels = {}
    for name in names:
        mix = draw(shares(2))
        channels[name] = {
            "leads": draw(st.sampled_from([0, 5, 30])),
            "spend": draw(st.sampled_from([500, 3000])),
            "fit_share": draw(st.sampled_from([0.0, 0.4, 1.0])),
            "intent": draw(st.sampled_from([-0.5, 0.5])),
            "carry_over": draw(st.sampled_from([0.0, 0.6])),
            "segments": {"smb": mix[0], "enterprise": mix[1]},
            "mql_probability": draw(st.sampled_from([None, None, 0.5])),
            "sql_probability": draw(st.sampled_from([None, None, 0.5])),
        }
    attempts = draw(st.integers(1, 3))
    funnel = Funnel.model_validate(
        {
            "name": "generated",
            "channels": channels,
            "segments": {
                "smb": {"value": {"law": "lognormal", "median": "10k", "sigma": 0.4}},
                "enterprise": {"value": "50k", "time": 1.6, "effort": 1.8, "advance_logit": -0.1},
            },
            "products": {
                "core": {"mix": 0.6},
                "plus": {"mix": 0.4, "price": 1.3, "value": draw(st.sampled_from([None, 900]))},
            },
            "stages": draw(stages()),
            "arrivals": {
                "in_hours_share": draw(st.sampled_from([None, 0.8, 1.0])),
                "frailty_shape": draw(st.sampled_from([None, 4.0])),
                "market_sd": draw(st.sampled_from([0.0, 0.2])),
                "growth": draw(st.sampled_from([1.0, 1.5])),
            },
            "nurture": {
                "ready_good": draw(st.sampled_from([0.0, 0.5])),
                "ready_bad": draw(st.sampled_from([0.0, 0.1])),
                "steps": draw(st.lists(days_laws(3), max_size=2)),
            },
            "sales_development": {
                "contact": [0.5, 0.3, 0.9][:attempts],
                "spacing": draw(st.sampled_from([0, 12])),
                "attempt_effort": draw(effort_laws(0.5)),
                "conversation_effort": draw(effort_laws(1)),
                "patience": draw(days_laws(5)),
            },
            "sdr": {"selling_share": draw(st.sampled_from([0.3, 1.0])), "ramp": draw(st.sampled_from([0, 3]))},
            "ae": {"selling_share": draw(st.sampled_from([0.3, 1.0])), "ramp": draw(st.sampled_from([0, 3]))},
            "ae_patience": draw(days_laws(5)),
            "customers": {"renewal": draw(st.sampled_from([0.0, 0.5, 1.0])), "term": draw(st.sampled_from([20, 365]))},
        }
    )
    months = draw(st.integers(1, 4))
    warm = draw(st.booleans())
    heads = st.lists(st.integers(0, 3), min_size=months, max_size=months)
    plan = Plan.model_validate(
        {
            "name": "generated",
            "start": START,
            "months": months,
            "calendar": draw(st.sampled_from(["always", {}, {"days": ["tue"], "holidays": "US"}])),
            "spend": {name: draw(st.sampled_from([0, 1000, 5000])) for name in names},
            "scoring": {"threshold": draw(st.sampled_from([-9, 1.0])), "form_fields": draw(st.integers(0, 6))},
            "nurture": {"release_after": draw(st.sampled_from([0, 1, 12]))},
            "handoff": {
                "attempts": attempts,
                "recycles": draw(st.integers(0, 2)),
                "sla": draw(st.sampled_from([None, 0.5, 8])),
            },
            "teams": {
                "sdr": {"headcount": draw(heads), "base": "50k", "variable": "10k"},
                "ae": {
                    "headcount": draw(heads),
                    "base": "70k",
                    "max_open": draw(st.sampled_from([None, 1, 5])),
                    "quota": draw(st.sampled_from([None, "200k"])),
                },
            },
            "costs": {"staff": 1000},
            "run_in": 0 if warm else draw(st.integers(0, 2)),
            "follow": draw(st.integers(0, 3)),
        }
    )
    return funnel, plan, draw(snapshots(names, list(funnel.stages))) if warm else None


@st.composite
def snapshots(draw: st.DrawFn, channels: list[str], stages: list[str]) -> Snapshot:
    """Up to ten deals open at the start."""
    deals = []
    for k in range(draw(st.integers(0, 10))):
        stage_age = draw(st.sampled_from([0.0, 5.0, 400.0]))
        deals.append(
            OpenDeal(
                id=f"deal {k}",
                channel=draw(st.sampled_from(channels)),
                segment=draw(st.sampled_from(["smb", "enterprise"])),
                product=draw(st.sampled_from(["core", "plus"])),
                stage=draw(st.sampled_from(stages)),
                amount=draw(st.sampled_from([None, 0.0, 12_000.0])),
                age=stage_age + draw(st.sampled_from([0.0, 30.0])),
                stage_age=stage_age,
                zombie=draw(st.booleans()),
            )
        )
    return Snapshot(tuple(deals))


@st.composite
def scenarios(draw: st.DrawFn) -> dict[str, Any]:
    """Arguments of `simulate`: a world, and perhaps another plan and another funnel for its run-in."""
    funnel, plan, snapshot = draw(worlds())
    arguments: dict[str, Any] = {"funnel": funnel, "plan": plan, "snapshot": snapshot}
    if draw(st.booleans()):
        tree = plan.model_dump(by_alias=True)
        tree["run_in"] = draw(st.integers(1, 3))
        tree["scoring"] = {"threshold": draw(st.sampled_from([-9, 0.5])), "form_fields": draw(st.integers(0, 6))}
        tree["handoff"] = {"attempts": draw(st.integers(1, plan.handoff.attempts)), "recycles": draw(st.integers(0, 2))}
        tree["nurture"]["release_after"] = draw(st.sampled_from([0, 3]))
        tree["teams"]["ae"]["max_open"] = draw(st.sampled_from([None, 1, 3]))
        tree["teams"]["sdr"]["headcount"] = draw(st.integers(0, 3))
        arguments["root"] = Plan.model_validate(tree)
    if draw(st.booleans()):
        tree = funnel.model_dump(by_alias=True)
        tree["sdr"]["selling_share"] = draw(st.sampled_from([0.2, 0.9]))
        tree["ae"]["ramp"] = draw(st.sampled_from([0, 2]))
        tree["customers"] |= {"renewal": draw(st.sampled_from([0.2, 1.0])), "term": draw(st.sampled_from([15, 200]))}
        tree["arrivals"]["frailty_shape"] = draw(st.sampled_from([None, 2.0]))
        first = next(iter(tree["stages"].values()))
        first["advance"] = draw(st.sampled_from([0.0, 0.5, 1.0]))
        first["losses"] = dict(reversed(first["losses"].items()))
        arguments["calm"] = Funnel.model_validate(tree)
    return arguments
