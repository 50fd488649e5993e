"""Levers of what surrounds a company: its market, rivals, choices, shocks."""

from typing import Any

from scenarios.lever import NO_CHANGE, TINY, Lever

__all__ = ["MARKET", "MARKET_NO_LEVERS"]

_CRISIS = "funnel.shocks.crisis"


def _crisis(**fields: Any) -> dict[str, Any]:
    """A company that a shock befalls on the plan's first day."""
    return {"funnel.shocks": {"crisis": {"from": "2027-01-01", **fields}}}


_NO_BACKFILL = {"funnel.ae.backfill": 700, "funnel.ae.skill_sd": 2}

_RIVALS: dict[str, Any] = {"funnel.rivals": {"acme": {}, "borg": {}}}
_CLOSE = "funnel.stages.close"
_CHOICE: dict[str, Any] = _RIVALS | {f"{_CLOSE}.advance": 1, f"{_CLOSE}.losses": {}, f"{_CLOSE}.choice": {}}

MARKET = (
    Lever(
        "funnel.market.smb.accounts", "none", 500, "leads", -1, "few accounts are left to come",
        {"funnel.market": {"smb": {}}},
    ),
    Lever("funnel.rivals.acme.pressure", TINY, 1, "win_rate", -1, "a rival presses", _RIVALS),
    Lever(
        "funnel.rivals.acme.utility", NO_CHANGE, 2, "win_rate", -1, "buyers prefer a rival", _CHOICE,
    ),
    Lever(
        "funnel.rivals.acme.causes", ["competitor"], ["competitor", "stalled"], "win_rate", -1,
        "more losses are a rival's who presses", {"funnel.rivals": {"acme": {"pressure": 1}}},
    ),
    Lever(f"{_CLOSE}.choice.ours", NO_CHANGE, 2, "win_rate", 1, "buyers prefer us", _CHOICE),
    Lever(f"{_CLOSE}.choice.none", NO_CHANGE, 2, "win_rate", -1, "buyers would rather not decide", _CHOICE),
    Lever(f"{_CRISIS}.rivals", {"acme": TINY}, {"acme": 1}, "win_rate", -1, "a rival presses", _RIVALS | _crisis()),
    Lever(f"{_CRISIS}.odds", TINY, -0.5, "win_rate", -1, "buyers say no more often", _crisis()),
    Lever(f"{_CRISIS}.time", 1, 1.5, "sales_cycle", 1, "buyers take longer", _crisis(odds=TINY)),
    Lever(f"{_CRISIS}.demand", 1, 0.5, "leads", -1, "fewer leads come", _crisis()),
    Lever(f"{_CRISIS}.cost", 1, 2, "leads", -1, "the same spend reaches fewer", _crisis()),
    Lever(f"{_CRISIS}.channels", [], ["events"], "leads", 1, "the others go on as before", _crisis(demand=0.5)),
    Lever(f"{_CRISIS}.from", "2027-01-01", "2027-09-01", "leads", 1, "it begins later", _crisis(demand=0.5)),
    Lever(f"{_CRISIS}.until", "none", "2027-03-01", "leads", 1, "it is soon over", _crisis(demand=0.5)),
    Lever(f"{_CRISIS}.renewal", TINY, -1, "retention_rate", -1, "customers leave", _crisis()),
    Lever(
        f"{_CRISIS}.loses", "none", "biggest_deal", "bookings", -1, "the biggest deal is lost", _crisis(),
        replications=120,
    ),
    Lever(
        f"{_CRISIS}.leaves.team", "ae", "sdr", "new_customers", 1, "an SDR is followed at once, an AE is not",
        _NO_BACKFILL | _crisis(leaves={"team": "ae"}),
    ),
    Lever(
        f"{_CRISIS}.leaves.who", "best", 2, "new_customers", 1, "another than the best rep leaves",
        _NO_BACKFILL | _crisis(leaves={"team": "ae"}),
    ),
)  # fmt: skip

_KNOWN = "what is known of the market, which moves nothing but its metrics"
MARKET_NO_LEVERS = {
    "funnel.market.*.spend": _KNOWN,
    "funnel.market.*.growth": _KNOWN,
}
"""Fields of what surrounds a company that are no levers, and why."""
