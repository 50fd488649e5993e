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
            "carry_over": draw(st.sampled_from([0.0, 0.6])),
            "segments": {"smb": mix[0], "enterprise": mix[1]},
            "score": draw(st.sampled_from(SCORES)),
            "mql_probability": draw(st.sampled_from([None, None, 0.5])),
            "sql_probability": draw(st.sampled_from([None, 0.5, 1.0])),
            "value": draw(st.sampled_from(VALUES)),
        }
    return out


def arrivals(draw: st.DrawFn) -> dict[str, Any]:
    """How leads of all channels come."""
    return {
        "in_hours_share": draw(st.sampled_from([None, 0.8, 1.0])),
        "frailty_shape": draw(st.sampled_from([None, 4.0])),
        "market_sd": draw(st.sampled_from([0.0, 0.2])),
        "growth": draw(st.sampled_from([1.0, 1.5])),
    }


def spend(draw: st.DrawFn, names: tuple[str, ...]) -> dict[str, Any]:
    """What is spent on each channel."""
    return {name: draw(st.sampled_from([0, 1000, 5000])) for name in names}
