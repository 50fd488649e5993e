"""What generated worlds draw of judgement: nurture, sales development, scoring, handoff, overflow, the SDR team."""

from typing import Any

from hypothesis import strategies as st
from worlds_laws import ROUTINGS, days_laws, effort_laws, headcounts

REJECTIONS: tuple[Any, ...] = (
    {},
    {"bad": {"no_money": 0.7, "poor_fit": 0.3}},
    {"good": {"not_ready": 0.5, "no_budget": 0.5}, "bad": {"poor_fit": 1.0}},
)


def nurturing(draw: st.DrawFn) -> dict[str, Any]:
    """How leads get ready."""
    return {
        "ready_good": draw(st.sampled_from([0.0, 1.0, 5.0])),
        "ready_bad": draw(st.sampled_from([0.0, 0.1, 1.0])),
        "unsubscribe": draw(st.sampled_from([0.0, 0.5])),
        "decay": draw(st.sampled_from([0.0, 0.0, 0.5])),
        "touch_scale": draw(st.sampled_from([None, 2])),
        "steps": draw(st.lists(effort_laws(3), max_size=2)),
    }


BUYERS: tuple[Any, ...] = (
    None,
    {"budget": {"good": 1, "bad": 0.5}, "authority": {"good": 0.8, "bad": 0.5}},
    {"budget": {"good": 0.6, "bad": 0}, "authority": {"good": 1, "bad": 1}},
)


def knowledge(draw: st.DrawFn) -> dict[str, Any]:
    """What sales makes of what is known of leads."""
    return {
        "scale": draw(st.sampled_from([5, 1])),
        "hours": draw(st.sampled_from([0.0, 0.3])),
        "contact": draw(st.sampled_from([0.0, 2.0])),
        "stage": draw(st.sampled_from([0.0, 2.0])),
    }


def sales_development(draw: st.DrawFn) -> dict[str, Any]:
    """How SDRs reach leads."""
    return {
        "contact": draw(st.permutations([0.5, 0.3, 0.9])),
        "spacing": draw(st.sampled_from([0, 12])),
        "attempt_effort": draw(effort_laws(0.3)),
        "conversation_effort": draw(effort_laws(1)),
        "patience": draw(days_laws(5) | days_laws(30) | st.just("never")),
        "speed_curve": draw(st.sampled_from(["attenuated", "moderate", "oldroyd"])),
        "speed_scale": draw(st.sampled_from([1, 5])),
        "ready_intent": draw(st.sampled_from([-1.0, -1.0, 0.0])),
        "rejections": draw(st.sampled_from(REJECTIONS)),
    }


@st.composite
def overflows(draw: st.DrawFn) -> dict[str, Any]:
    """What becomes of leads that SDRs have no time for; often nothing."""
    return {
        "policy": draw(st.sampled_from(["push", "external", "throttle", "hold_nurture", "hold_nurture"])),
        "when_backlog_hours_per_rep": draw(st.sampled_from([0, 1, 1, 4])),
        "until_backlog_hours_per_rep": draw(st.sampled_from([None, 0])),
        "queue_limit": draw(st.sampled_from([None, None, 0, 3])),
        "hold": {
            "cutoff": draw(st.sampled_from(["feedback", "feedback", 1.5, 9])),
            "at_most": draw(st.sampled_from([None, None, 0, 5])),
        },
        "external": {
            "fee": 60,
            "quality": draw(st.sampled_from([0.0, 0.85, 1.0])),
            "time": draw(st.sampled_from([0.0, 0.25, {"law": "table", "at": [0.2, 0.5], "cumulative": [0, 1]}])),
            "start_up": draw(st.sampled_from([0, 0, 7])),
        },
        "throttle": {"cut": draw(st.sampled_from([0.5, 1.0]))},
    }


feedbacks = st.fixed_dictionaries(
    {
        "feedback": st.sampled_from([None, None, "monthly"]),
        "feedback_delay": st.sampled_from([0, 0, 1, 2]),
        "feedback_outcomes": st.sampled_from([8, 2]),
        "acceptable": st.sampled_from([0.25, 0.02, 0.7]),
    }
)
"""Whether scoring learns from sales, from few verdicts."""


PROFILES: tuple[Any, ...] = (
    {},
    {},
    {},
    {"segments": ["smb"]},
    {"budget": True},
    {"authority": True, "segments": ["smb", "enterprise"]},
)


def scoring(draw: st.DrawFn) -> dict[str, Any]:
    """How leads are judged."""
    terms = draw(feedbacks)
    rules = ["fixed"] if terms["feedback"] else ["fixed", "fixed", "fixed", "top", "optimal"]
    return {
        "rule": draw(st.sampled_from(rules)),
        "threshold": draw(st.sampled_from([-9, -9, 1.0])),
        "profile": draw(st.sampled_from(PROFILES)),
        "hour_value": draw(st.sampled_from([None, 0])),
        "top": draw(st.sampled_from([0.6, 1.0])),
        "form_fields": draw(st.integers(0, 6)),
        "actions": draw(st.sampled_from([0, 0, 0, 0, 0, 1])),
        "within": draw(st.sampled_from([30, 10])),
        "assets": draw(st.sampled_from([(), (), ("demo",)])),
        **terms,
    }


def nurture(draw: st.DrawFn) -> dict[str, Any]:
    """What is done with leads that are not ready."""
    return {
        "release_after": draw(st.sampled_from([0, 1, 12])),
        "release": draw(st.sampled_from(["after", "after", "by_value"])),
        "value_good": draw(st.sampled_from([None, 6, "1M"])),
        "value_bad": draw(st.sampled_from([None, 0])),
        "touches_per_month": draw(st.sampled_from([2, 3])),
    }


def handoff(draw: st.DrawFn, sla: float | None) -> dict[str, Any]:
    """How leads pass to sales development, with a service level if there is one."""
    return {
        "delay": draw(st.sampled_from([0, 0, 0]) | effort_laws(1)),
        "attempts": draw(st.integers(1, 3)),
        "recycles": draw(st.integers(0, 2) | st.just("unlimited")),
        "recycle_share": draw(st.sampled_from([1, 1, 0.5, 0])),
        "transit_loss": draw(st.sampled_from([0, 0, 0.3])),
        "accept": draw(st.sampled_from(["judgement", "judgement", "judgement", "readiness"])),
        "profile_agreement": draw(st.sampled_from([1, 0.6, 0])),
        "information": draw(st.sampled_from([1, 0.7])),
        "message": draw(st.sampled_from([0, -0.15])),
        "sla": sla,
        "tracking": draw(st.sampled_from([0, 0, 1])),
        "breach": draw(st.sampled_from([None, "reassign", "recycle", "escalate"])),
        "overflow": draw(st.just({}) | overflows()),
        "shared_pipeline": draw(st.sampled_from([False, False, True])),
    }


def sdr_team(draw: st.DrawFn, months: int) -> dict[str, Any]:
    """The SDRs of a plan of so many months."""
    return {
        "headcount": draw(st.sampled_from([1, 2]) | headcounts(months)),
        "discipline": draw(st.sampled_from(["fifo", "score", "lifo", "fresh_first", "cost_benefit"])),
        "routing": draw(st.sampled_from(["pool", "pool", *ROUTINGS])),
        "base": "50k",
        "variable": "10k",
        "recruiting": draw(st.sampled_from([0.0, 0.2])),
        "severance": draw(st.sampled_from([0, 1])),
        "target": draw(st.sampled_from([None, 1, 4])),
    }
