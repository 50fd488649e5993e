"""Generated worlds that plain SimPy resources can express: pools round the clock, constant teams, laws without ties.

What reps take is continuous and never nothing, so no two happenings compete for a rep at one instant; what buyers take
may also be a constant, because it begins at an instant that no other buyer shares.
"""

from typing import Any

from hypothesis import strategies as st
from worlds import START
from worlds_judgement import REJECTIONS
from worlds_laws import shares

from sim.funnel import Funnel
from sim.plan import Plan


def continuous_laws(scale: float) -> st.SearchStrategy[Any]:
    """Laws with a density, of the order of `scale`."""
    return st.one_of(
        st.sampled_from([0.1 * scale, scale, 3 * scale]).flatmap(
            lambda x: st.sampled_from(
                [
                    {"law": "exponential", "mean": x},
                    {"law": "lognormal", "median": x, "sigma": 0.7},
                    {"law": "weibull", "shape": 1.5, "scale": x},
                    {"law": "table", "at": [0.1 * x, x, 2 * x], "cumulative": [0, 0.7, 1]},
                ]
            )
        )
    )


def buyer_laws(scale: float) -> st.SearchStrategy[Any]:
    """The same for buyers, who may also take a constant time, or for ever."""
    return st.one_of(continuous_laws(scale), st.just({"law": "constant", "value": scale}), st.just("never"))


@st.composite
def stages(draw: st.DrawFn) -> dict[str, Any]:
    """One to three stages of both kinds; only a stage resolved after the work may be left at once."""
    out = {}
    count = draw(st.sampled_from([2, 3, 1]))
    for k in range(count):
        late = draw(st.sampled_from([False, False, True]))
        parts = draw(st.sampled_from([[0.2, 0.8], [0.5, 0.5], [0.0, 1.0], [1.0, 0.0]]))
        at_once = st.just(0) if late else st.nothing()
        out[f"stage {k}"] = {
            "resolve": "after_effort" if late else "at_entry",
            "time": draw(buyer_laws(5) | (at_once if k == count - 1 else st.nothing())),
            "effort": draw(continuous_laws(24)),
            "advance": draw(st.sampled_from([0.5, 0.2, 0.8, 1.0])),
            "losses": {
                "competitor": parts[0],
                "no_budget": {"share": parts[1], "time": draw(buyer_laws(0.3) | buyer_laws(3) | at_once)},
            },
            "delay_penalty": draw(st.sampled_from([0.0, 0.5, 5.0])),
        }
        if draw(st.integers(0, 3)) == 0 and out[f"stage {k}"]["time"] != 0:
            # The chain form: every cause takes the stage's own time.
            del out[f"stage {k}"]["losses"]["no_budget"]["time"]
        if draw(st.integers(0, 3)) == 0:
            losses = out[f"stage {k}"]["losses"]
            losses["competitor"], losses["no_budget"]["share"] = 0.5 * parts[0], 0.5 * parts[1]
            out[f"stage {k}"]["rework"] = {f"stage {draw(st.integers(0, k))}": 0.5}
    return out


@st.composite
def plain_worlds(draw: st.DrawFn) -> tuple[Funnel, Plan]:
    """A funnel and a plan; some hundred leads, idle and flooded teams, recycled leads that are judged again."""
    names = ["web", "events", "partner"][: draw(st.integers(1, 3))]
    channels = {}
    for name in names:
        mix = draw(shares(2))
        channels[name] = {
            "leads": draw(st.sampled_from([60, 120, 200])),
            "spend": 1000,
            "fit_share": draw(st.sampled_from([0.0, 0.4, 0.6, 1.0])),
            "intent": draw(st.sampled_from([-0.5, 0.5])),
            "segments": {"smb": mix[0], "enterprise": mix[1]},
            "score": draw(
                st.sampled_from([None, 3, {"law": "normal", "mean": 1, "sd": 2, "clip": [-1, 4], "floor": True}])
            ),
            "mql_probability": draw(st.sampled_from([0.7, None])),
            "sql_probability": draw(st.sampled_from([None, 0.7])),
            "value": draw(st.sampled_from([None, {"law": "exponential", "mean": "5k"}])),
        }
    attempts = draw(st.sampled_from([2, 3, 1]))
    funnel = Funnel.model_validate(
        {
            "name": "plain",
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
                "in_hours_share": draw(st.sampled_from([None, 0.8])),
                "frailty_shape": draw(st.sampled_from([None, 4.0])),
                "market_sd": draw(st.sampled_from([0.0, 0.2])),
            },
            "nurture": {
                "ready_good": draw(st.sampled_from([0.0, 4.0])),
                "ready_bad": draw(st.sampled_from([0.5, 2.0])),
                "intent_decay": draw(st.sampled_from([8.0, 0.05])),
                "unsubscribe": draw(st.sampled_from([0.0, 0.5])),
                "decay": draw(st.sampled_from([0.0, 0.5])),
                "steps": draw(st.lists(continuous_laws(2) | st.sampled_from([0, 2]), max_size=2)),
            },
            "sales_development": {
                "contact": [0.6, 0.3, 0.9][:attempts],
                "spacing": draw(st.sampled_from([6, 12])),
                "attempt_effort": draw(continuous_laws(4)),
                "conversation_effort": draw(st.just(0) | continuous_laws(2)),
                "accept_intent": draw(st.sampled_from([3.0, 0.3])),
                "speed_curve": draw(st.sampled_from(["attenuated", "moderate", "oldroyd"])),
                "rejections": draw(st.sampled_from(REJECTIONS)),
                "patience": draw(continuous_laws(0.5) | buyer_laws(2)),
            },
            "sdr": {"selling_share": draw(st.sampled_from([0.3, 1.0])), "ramp": 0},
            "ae": {"selling_share": draw(st.sampled_from([0.3, 1.0])), "ramp": 0},
            "customers": {"renewal": draw(st.sampled_from([0.0, 0.5, 1.0])), "term": draw(st.sampled_from([20, 365]))},
        }
    )
    plan = Plan.model_validate(
        {
            "name": "plain",
            "start": START,
            "months": draw(st.sampled_from([3, 2, 1])),
            "calendar": "always",
            "spend": {name: draw(st.sampled_from([1000, 500, 0])) for name in names},
            "scoring": {"threshold": draw(st.sampled_from([-1, 1.0])), "form_fields": draw(st.integers(0, 6))},
            "nurture": {"release_after": draw(st.sampled_from([12, 12, 1, 0]))},
            "handoff": {
                "attempts": attempts,
                "recycles": draw(st.integers(0, 2) | st.just("unlimited")),
                "recycle_share": draw(st.sampled_from([1, 0.5])),
                "transit_loss": draw(st.sampled_from([0, 0.2])),
                "delay": draw(st.sampled_from([0, 0, 1]) | continuous_laws(2)),
            },
            "teams": {
                "sdr": {"headcount": draw(st.integers(1, 2)), "discipline": draw(st.sampled_from(["fifo", "score"]))},
                "ae": {
                    "headcount": draw(st.integers(1, 2)),
                    "discipline": draw(st.sampled_from(["fifo", "score", "later_stage"])),
                    "ownership": "pooled",
                },
            },
            "run_in": 0,
            "follow": draw(st.sampled_from([1, 0, 2])),
        }
    )
    return funnel, plan
