"""Levers of account managers: how many there are, what they cost, and how they behave."""

from typing import Any

from scenarios.lever import AGES, NO_CHANGE, TINY, Lever

__all__ = ["MANAGERS"]

_UPSELL = "funnel.customers.upsell"
_NO_NEED = {"advance": 0.5, "losses": {"no_need": {"share": 1, "time": "5 days"}}}


def _team(headcount: int | list[int] = 2, **more: Any) -> dict[str, Any]:
    """A company with account managers, who have something to sell."""
    return {"teams.am": {"headcount": headcount, "base": 60_000, **more}, f"{_UPSELL}.per_month": 0.2}


_BUSY = _team(1) | {_UPSELL: {"per_month": 2, "effort": 12, **_NO_NEED}}
_GO = {"funnel.am.tenure": "150 days"}
_COME, _LET_GO = _team([1, 1, *[3] * 10]), _team([3, 3, *[1] * 10])

MANAGERS = (
    Lever("funnel.am.selling_share", NO_CHANGE, "-50%", "am_utilisation", 1, "the same work fills more time", _team()),
    Lever("funnel.am.ramp", "+0", 12, "am_utilisation", 1, "new hires have less to give", _COME),
    Lever("funnel.am.tenure", AGES, "150 days", "am_utilisation", 1, "successors ramp", _team()),
    Lever(
        "funnel.am.backfill", TINY, "90 days", "expansion_bookings", -1, "seats stand empty", _BUSY | _GO,
        replications=100,
    ),
    Lever("funnel.am.leave_days", TINY, 60, "am_utilisation", 1, "account managers are away", _team()),
    Lever("funnel.am.coding", TINY, 2, "am_utilisation", 1, "outcomes are written down", _team()),
    Lever("teams.am.headcount", "+0", "+2", "am_utilisation", -1, "the same work is shared by more", _team()),
    Lever(
        "teams.am.hires", [], [{"month": "2027-02", "add": 2}], "am_utilisation", -1,
        "the same work is shared by more", _team(),
    ),
    Lever("teams.am.base", NO_CHANGE, "+20%", "profit", -1, "pay costs", _team()),
    Lever("teams.am.variable", NO_CHANGE, 30_000, "profit", -1, "pay costs", _team()),
    Lever("teams.am.overhead", NO_CHANGE, 1.5, "profit", -1, "social charges and desks cost", _team()),
    Lever("teams.am.recruiting", "+0%", 0.2, "profit", -1, "finding successors costs", _team() | _GO),
    Lever("teams.am.severance", 0, 3, "profit", -1, "letting account managers go costs", _LET_GO),
    Lever(
        "teams.am.discipline", "fifo", "lifo", "expansion_bookings", -1,
        "hours go to those who are about to say no", _BUSY,
    ),
)  # fmt: skip
