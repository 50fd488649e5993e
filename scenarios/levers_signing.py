"""Levers of a last stage that is decided day by day, and of levels that drift."""

from typing import Any

from scenarios.lever import NO_CHANGE, TINY, Lever

__all__ = ["DRIFTING", "SIGNING"]

_DAILY: dict[str, Any] = {"funnel.signing": {}}
_LIMITED: dict[str, Any] = {"funnel.signing": {"elasticity": 0.5}}
_LEADS, _PACE = "funnel.arrivals.drift", "funnel.signing.drift"

DRIFTING = (
    Lever(f"{_LEADS}.slope", TINY, 0.02, "leads", 1, "leads become more week by week"),
    Lever(f"{_LEADS}.fades", NO_CHANGE, 365, "leads", 1, "they go on becoming more", {_LEADS: {"slope": 0.02}}),
    Lever(
        f"{_LEADS}.wander", TINY, 0.1, "leads", 1, "who wanders up gains more than who wanders down", replications=200
    ),
)

SIGNING = (
    Lever("funnel.signing.pace", NO_CHANGE, 2, "new_customers", 1, "more of those there are won each day", _DAILY),
    Lever(
        "funnel.signing.elasticity", NO_CHANGE, 0, "new_customers", 1, "reps close a deal a day, more than there are",
        _DAILY,
    ),
    Lever("funnel.signing.load", NO_CHANGE, 4, "new_customers", 1, "reps could close more than there is", _LIMITED),
    Lever(f"{_PACE}.slope", TINY, 0.05, "new_customers", 1, "deals are won faster week by week", _DAILY),
    Lever(
        f"{_PACE}.fades", NO_CHANGE, 365, "new_customers", 1, "they go on becoming faster",
        {"funnel.signing": {"drift": {"slope": 0.05}}},
    ),
    Lever(
        f"{_PACE}.wander", TINY, 0.6, "new_customers", -1, "a slow time loses more than a fast one wins", _DAILY,
        replications=200,
    ),
    Lever(
        "funnel.signing.quarter", [1, 1, 1], [0.5, 0.5, 2], "new_customers", -1,
        "the plan ends before the quarter's last month", {"months": 2, "targets": {}, **_DAILY}, replications=100,
    ),
    Lever("funnel.signing.month_end", NO_CHANGE, 3, "new_customers", 1, "months end with a rush", _DAILY),
    Lever(
        "funnel.signing.weekdays", [1] * 7, [1, 1, 1, 1, 1, 0, 0], "new_customers", -1, "nobody signs at weekends",
        _DAILY,
    ),
)  # fmt: skip
