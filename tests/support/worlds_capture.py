"""What generated worlds draw of capture: channels, arrivals, spend."""

from typing import Any

from hypothesis import strategies as st
from worlds_laws import VALUES, shares

SCORES: tuple[Any, ...] = (
    None,
    None,
    2,
    {"law": "normal", "mean": 1, "sd": 2, "clip": [-1, 4], "floor": True},
    {"law": "normal", "mean": 1, "sd": 1},
    {"law": "table", "at": [-1, 1, 3], "cumulative": [0, 0.4, 1]},
)
CYCLES: tuple[Any, ...] = (
    None,
    None,
    {"form": "linear", "period": 60, "sine": [0.5, 0.2], "cosine": [0.1]},
    {"period": 90, "sine": [-0.5], "cosine": [0.3, 0.3]},
)
WEEK = [0, 2, 1, 1, 1, 2, 0]
DAY = [0.0] * 6 + [0.5, 0.25] + [0.0] * 14 + [0.125, 0.125]
PROFILES: tuple[Any, ...] = ((None, None), (None, None), (None, None), (WEEK, None), (None, DAY), (WEEK, DAY))


def channels(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Any]:
    """Channels of these names."""
    out = {}
    for name in names:
        mix = draw(shares(2))
        leads = draw(st.sampled_from([5, 10, 25]))
        out[name] = {
            "leads": leads,
            "volume": {"from": "2027-02", "amount": 2} if leads == 5 else 1,
            "spend": draw(st.sampled_from([500, 3000])),
            "fit_share": draw(st.sampled_from([0.0, 0.5, 0.8, 1.0])),
            "intent": draw(st.sampled_from([-0.5, 0.5])),
            "response": draw(st.sampled_from(["hill", "hill", "power"])),
            "elasticity": draw(st.sampled_from([0.4, 1.0])),
            "touches": touches(draw),
            "carry_over": draw(st.sampled_from([0.0, 0.6])),
            "segments": {"smb": mix[0], "enterprise": mix[1]},
            "score": draw(st.sampled_from(SCORES)),
            "mql_probability": draw(st.sampled_from([None, None, 0.5])),
            "sql_probability": draw(st.sampled_from([None, 0.5, 1.0])),
            "value": draw(st.sampled_from(VALUES)),
        }
    return out


def touches(draw: st.DrawFn) -> dict[str, Any]:
    """How a channel touches prospects."""
    return {
        "per_month": draw(st.sampled_from([0.0, 0.0, 2.0, 6.0])),
        "effect": draw(st.sampled_from([0.8, 0.0, -0.5])),
        "opened": draw(st.sampled_from([None, 0.5])),
        "clicked": draw(st.sampled_from([0.2, 1.0])),
        "action": draw(st.sampled_from([0.0, 0.5])),
        "asset": draw(st.sampled_from([None, "demo"])),
    }


def journey(draw: st.DrawFn) -> dict[str, Any]:
    """What touches do."""
    return {
        "before": draw(st.sampled_from([60, 10])),
        "half_life": draw(st.sampled_from([30, 5])),
        "air_cover": draw(st.sampled_from([0.0, 1.0])),
    }


def arrivals(draw: st.DrawFn) -> dict[str, Any]:
    """How leads of all channels come."""
    weekdays, hours = draw(st.sampled_from(PROFILES))
    return {
        "in_hours_share": draw(st.sampled_from([None, 0.8, 1.0])) if weekdays is None and hours is None else None,
        "weekdays": weekdays,
        "hours": hours,
        "cycle": draw(st.sampled_from(CYCLES)),
        "frailty_shape": draw(st.sampled_from([None, 4.0])),
        "market_sd": draw(st.sampled_from([0.0, 0.2])),
        "growth": draw(st.sampled_from([1.0, 1.5])),
    }


def campaigns(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Any]:
    """Perhaps a campaign or two, in the plan's first months."""
    launch = {
        "channel": draw(st.sampled_from(names)),
        "spend": draw(st.sampled_from([4000, 20_000])),
        "from": draw(st.sampled_from(["2027-01-01", "2027-01-14"])),
        "until": draw(st.sampled_from(["2027-01-20", "2027-03-01"])),
        "fit": draw(st.sampled_from([0.0, 2.0])),
        "intent": draw(st.sampled_from([0.0, -1.0])),
    }
    fair = {"channel": names[0], "spend": 3000, "from": "2027-01-10", "until": "2027-01-13"}
    return draw(st.sampled_from([{}, {"launch": launch}, {"launch": launch, "fair": fair}]))


def spend(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Any]:
    """What is spent on each channel."""
    return {name: draw(st.sampled_from([0, 1000, 5000])) for name in names}
