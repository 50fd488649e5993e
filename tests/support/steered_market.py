"""Worlds steered to what seldom befalls a company."""

from typing import Any

from steer import PUSHED, SLOW_AES, Steer, Whole, of

_DAYS = tuple(f"2027-01-{day:02}" for day in range(4, 31, 2))


def _blows(days: tuple[str, ...] = _DAYS) -> Whole:
    """The biggest deal is lost, again and again."""
    return Whole({f"blow {k}": _blow(day) for k, day in enumerate(days)})


def _blow(day: str) -> dict[str, Any]:
    return {"from": day, "until": None, "loses": "biggest_deal"}


_BACK = {
    "nurture.reclaim": 1.0,
    "nurture.reclaim_causes": tuple(_blows()),
    "handoff.recycles": 2,
}

MARKET = (
    Steer(
        "big deals are lost again and again",
        SLOW_AES | {"ae.tenure": of(None, 12), "ae.backfill": 30, "ae.handover": of(0, 3), "shocks": _blows()},
        PUSHED | _BACK | {"teams.ae.ownership": of("owned", "owned", "pooled"), "teams.ae.headcount": of(1, 2)},
    ),
    Steer(
        "deals of customers are lost again and again",
        {
            "shocks": _blows((*_DAYS, *_DAYS)),
            "stages.*.time": 0,
            "stages.*.advance": 1.0,
            "stages.*.effort": 0,
            "ae.coding": 0.0,
            "customers.renewal": 1.0,
            "customers.wallet": None,
            "customers.upsell": {"per_month": 8, "size": 1.0, "effort": 30, "advance": 1.0},
            "customers.cross_sell.per_month": 0,
        },
        PUSHED | {"teams.ae.headcount": 1},
    ),
    Steer(
        "a market of a few accounts, who come back, refer, and are found",
        {
            "market": Whole({"smb": {"accounts": 2}, "enterprise": {"accounts": 4}}),
            "channels.*.leads": 15,
            "customers.renewal": 0.0,
            "customers.term": 20,
            "customers.referral": {"channel": "web", "promoter": 15, "passive": 15, "detractor": 15},
            "customers.winback": {"per_month": 4, "within": 20, "advance": 0.5, "effort": 1},
            "prospecting": {"channel": "web", "effort": 3},
            "stages.*.advance": 0.7,
            "stages.*.time": 2,
            "stages.*.effort": 1,
            "nurture.steps": (),
        },
        {
            "nurture.reclaim": 1.0,
            "handoff.recycles": 1,
            "nurture.reclaim_causes": ("competitor", "no_budget", "stalled"),
            "teams.ae.headcount": 2,
            "calendar": "always",
        },
    ),
)
