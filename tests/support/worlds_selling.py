"""What generated worlds draw of selling: segments, products, stages, prospecting, pursuit, the AE team."""

from typing import Any

from hypothesis import strategies as st
from worlds_customers import LOYAL
from worlds_laws import ROUTINGS, VALUES, days_laws, effort_laws, headcounts, shares


def segments(draw: st.DrawFn) -> dict[str, Any]:
    """Kinds of buyers."""
    return {
        "smb": {"value": {"law": "lognormal", "median": "10k", "sigma": 0.4}},
        "enterprise": {
            "value": "50k",
            "time": draw(st.sampled_from([1.6, 0.0])),
            "effort": 1.8,
            "advance_logit": -0.1,
        },
    }


def products(draw: st.DrawFn) -> dict[str, Any]:
    """What is sold."""
    return {
        "core": {"mix": 0.6, "new": True},
        "plus": {"mix": 0.4, "price": 1.3, "margin": 0.85, "price_logit": 0.5, "value": draw(st.sampled_from(VALUES))},
    }


_LACKS = {
    "no_budget": {"acts": "lead_generation", "without_budget": 1.5},
    "competitor": {"acts": "product", "without_budget": -0.5, "without_authority": 3},
}
_DONE = {
    "milestones": {"appointment": 0.5, "rfp": 0.3, "proposal": 1.0, "presentation": 0.5},
    "meetings": 1,
    "facing": 0.5,
    "assets": {"deck": 0.5, "demo": 0.3},
}
"""What is done in a stage besides its hours."""


def _part(loss: Any, part: float) -> Any:
    """A cause with this part of its share."""
    return {**loss, "share": loss["share"] * part} if isinstance(loss, dict) else loss * part


@st.composite
def stages(draw: st.DrawFn, count: int) -> dict[str, Any]:
    """Stages in chain or mixture form, resolved at entry or after the work, some with a single cause of loss, some from
    which buyers go back."""
    out = {}
    for k in range(count):
        parts = draw(shares(2))
        losses: dict[str, Any] = {"competitor": parts[0], "no_budget": {"share": parts[1]}}
        if draw(st.booleans()):
            losses["no_budget"]["time"] = draw(days_laws(15))
        if draw(st.booleans()):
            losses = dict(reversed(losses.items()))
        losses = draw(st.sampled_from([losses, losses, {"silence": 1.0}]))
        again = draw(st.sampled_from([0.0, 0.0, 0.0, 0.4]))
        rework = {f"stage {draw(st.integers(0, k))}": {"share": again, "time": draw(st.none() | days_laws(4))}}
        out[f"stage {k}"] = {
            "time": draw(days_laws(4)),
            "resolve": draw(st.sampled_from(["at_entry", "after_effort"])),
            "effort": draw(effort_laws(4)),
            "advance": draw(st.sampled_from([0.0, 0.5, 0.8, 1.0])),
            "losses": {name: _part(loss, 1.0 - again) for name, loss in losses.items()},
            "rework": rework if again else {},
            **draw(st.sampled_from([{}, {}, _DONE, _DONE | {"meetings": 2.5}])),
            "delay_penalty": draw(st.sampled_from([0.0, 0.5, 20.0])),
        }
    return out


def programmes(draw: st.DrawFn) -> dict[str, Any]:
    """What programmes beside the sale do, and what drifts or beats."""
    kit = {"advance": 0.5, "time": 0.7, "effort": 0.5, "high_margin": 3, "drivers": {"no_budget": 0.8}}
    kit |= {"customers": LOYAL}
    always = {"advance": -0.3, "drivers": {"silence": 0.5, "competitor": 1.0}, "stages": ["stage 0"]}
    return {
        "programmes": draw(st.sampled_from([{}, {}, {"kit": kit}, {"kit": kit, "always": always}])),
        "rhythm": draw(st.sampled_from([None, None, None, [0.5, 0.5, 2]])),
        "drift": draw(st.sampled_from([0.0, 0.0, 0.3])),
        "drivers": draw(st.sampled_from([{}, {"no_budget": {"acts": "pricing", "without_budget": 2}}, _LACKS])),
        "assets": {"deck": draw(st.sampled_from([0.0, 0.7])), "demo": -0.4},
    }


def running(draw: st.DrawFn) -> dict[str, Any]:
    """When programmes run, and what they cost."""
    kit = {"from": "2027-01-10", "until": draw(st.sampled_from([None, "2027-01-20", "2027-03-01"]))}
    kit |= {"per_opportunity": draw(st.sampled_from([None, 300])), "monthly": 500}
    kit |= {"per_customer": 200}
    return draw(st.sampled_from([{}, {"kit": kit}, {"kit": kit, "always": {"per_opportunity": 50}}]))


def reclaiming(draw: st.DrawFn) -> dict[str, Any]:
    """Whether leads of lost opportunities return to nurture."""
    causes = st.sampled_from([["stalled"], ["stalled", "competitor", "silence"]])
    return {"reclaim": draw(st.sampled_from([0.0, 0.0, 1.0, 0.5])), "reclaim_causes": draw(causes)}


def attending(draw: st.DrawFn) -> dict[str, Any]:
    """Whether marketing goes on with opportunities."""
    return {"opportunity_touches": draw(st.sampled_from([0.0, 0.0, 4.0]))}


def discounts(draw: st.DrawFn) -> dict[str, float]:
    """What is taken off prices."""
    return draw(st.sampled_from([{}, {}, {"plus": 0.25}]))


def prospecting(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Any] | None:
    """Whether AEs look for deals of their own, which then count as of one of these channels."""
    return draw(
        st.sampled_from(
            [
                None,
                None,
                {"effort": 3, "channel": names[-1]},
                {"effort": {"law": "exponential", "mean": 6}, "channel": names[0]},
            ]
        )
    )


def pursuit(draw: st.DrawFn) -> dict[str, Any] | None:
    """Whether AEs choose which leads they follow."""
    return draw(
        st.sampled_from(
            [
                None,
                None,
                {"sensitivity": 0.002, "learning": 0.3},
                {"sensitivity": 0.0005, "belief": 0.5, "experience": 2},
            ]
        )
    )


def ae_team(
    draw: st.DrawFn, months: int, hire: dict[str, Any], ownership: str, quota: str | int | None
) -> dict[str, Any]:
    """The AEs of a plan of so many months; `hire` is one who may come."""
    return {
        "headcount": draw(st.sampled_from([1, 2]) | st.just([2, 0, 1, 0][:months]) | headcounts(months)),
        "hires": draw(st.sampled_from([[], [], [hire | {"ramped": False}], [hire | {"ramped": True}]])),
        "discipline": draw(st.sampled_from(["fifo", "score", "later_stage", "lifo"])),
        "routing": draw(st.sampled_from(["least_loaded", "least_loaded", *ROUTINGS])),
        "ownership": ownership,
        "max_open": None if ownership == "pooled" else draw(st.sampled_from([None, 1, 4, 9])),
        "base": "70k",
        "recruiting": draw(st.sampled_from([0.0, 0.2])),
        "severance": draw(st.sampled_from([0, 2])),
        "quota": quota,
    }
