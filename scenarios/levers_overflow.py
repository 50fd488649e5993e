"""Levers of overflow: what becomes of leads that SDRs have no time for."""

from scenarios.lever import AGES, NO_CHANGE, ONE_SDR, Lever

__all__ = ["OVERFLOW"]

_OVERFLOW = "handoff.overflow"
_OUTSIDE = {**ONE_SDR, f"{_OVERFLOW}.policy": "external"}
_HELD = {**ONE_SDR, f"{_OVERFLOW}.policy": "hold_nurture"}

OVERFLOW = (
    Lever(f"{_OVERFLOW}.policy", "push", "external", "sqls", 1, "a provider tries what SDRs cannot", ONE_SDR),
    Lever(
        f"{_OVERFLOW}.when_backlog_hours_per_rep", NO_CHANGE, 1, "time_to_first_contact", -1,
        "SDRs' leads wait behind fewer others", _OUTSIDE,
    ),
    Lever(
        f"{_OVERFLOW}.until_backlog_hours_per_rep", 4, 0, "time_to_first_contact", -1,
        "leads go to the provider until SDRs have nothing to do", _OUTSIDE,
    ),
    Lever(f"{_OVERFLOW}.queue_limit", 10_000, 0, "sqls", -1, "leads that find no SDR idle leave"),
    Lever(
        f"{_OVERFLOW}.policy", "push", "hold_nurture", "mql_to_sql_rate", 1, "SDRs have time for the better leads",
        ONE_SDR,
    ),
    Lever(
        f"{_OVERFLOW}.hold.cutoff", "feedback", 1e6, "time_to_first_contact", -1, "no lead comes meanwhile",
        _HELD,
    ),
    Lever(f"{_OVERFLOW}.hold.at_most", AGES, 0, "time_to_first_contact", 1, "leads come all the same", _HELD),
    Lever(f"{_OVERFLOW}.policy", "push", "throttle", "leads", -1, "less is spent on leads", ONE_SDR),
    Lever(
        f"{_OVERFLOW}.throttle.cut", "+0", 1, "leads", -1, "nothing is spent on leads while there is overflow",
        {**ONE_SDR, f"{_OVERFLOW}.policy": "throttle"},
    ),
    Lever(f"{_OVERFLOW}.external.fee", NO_CHANGE, "+100%", "profit", -1, "fees cost", _OUTSIDE),
    Lever(f"{_OVERFLOW}.external.quality", NO_CHANGE, 0.2, "sqls", -1, "the provider brings little", _OUTSIDE),
    Lever(
        f"{_OVERFLOW}.external.time",
        {"law": "table", "at": ["4 hours", "12 hours"], "cumulative": [0, 1]}, "30 days", "sqls", -1,
        "the provider tries leads late", _OUTSIDE,
    ),
    Lever(f"{_OVERFLOW}.external.start_up", NO_CHANGE, "1000 days", "sqls", -1, "the provider is late", _OUTSIDE),
)  # fmt: skip
