"""Levers of capture: channels, arrivals, spend."""

from scenarios.lever import A_NAME, NO_CHANGE, Lever

__all__ = ["ARRIVALS", "CAPTURE_NO_LEVERS", "CHANNELS", "SPEND"]

_AD = "funnel.channels.paid_search"
_DOUBLE = {"spend.paid_search": "+100%"}
_CONTENT = "funnel.channels.content"
_TOUCHED = {f"{_CONTENT}.touches.per_month": 4}
_WARM = {**_TOUCHED, f"{_CONTENT}.touches.effect": 0.4}
_GROWING = {"spend.content": [{"from": "2027-01", "amount": "6k"}, {"from": "2027-03", "amount": "40k"}]}
_ANY_TIME = {"funnel.arrivals.in_hours_share": "none"}
_LATE = {"spend.paid_search": [0] * 6 + [18_000] * 6}

CHANNELS = (
    Lever(f"{_AD}.leads", NO_CHANGE, "+30%", "leads", 1, "the channel brings more at the same spend"),
    Lever(f"{_AD}.volume", NO_CHANGE, "+50%", "leads", 1, "leads come that nobody has bought"),
    Lever(f"{_AD}.spend", NO_CHANGE, "+30%", "leads", -1, "the same leads would need more spend than is spent"),
    Lever(f"{_AD}.base_share", NO_CHANGE, "+50%", "leads", -1, "less of the channel answers to spend", _DOUBLE),
    Lever(f"{_AD}.carry_over", NO_CHANGE, 0.95, "leads", 1, "an uneven spend is evened out", _LATE),
    Lever(f"{_AD}.shape", NO_CHANGE, 2, "leads", 1, "spend above the reference brings more", _DOUBLE),
    Lever(f"{_AD}.half_spend", NO_CHANGE, "+50%", "leads", 1, "the channel saturates later", _DOUBLE),
    Lever(
        f"{_AD}.response", "hill", "power", "leads", 1, "a power knows no ceiling",
        {"spend.paid_search": "+300%", f"{_AD}.elasticity": 0.8},
    ),
    Lever(
        f"{_AD}.elasticity", NO_CHANGE, 0.9, "leads", 1, "spend above the reference brings more",
        {**_DOUBLE, f"{_AD}.response": "power"},
    ),
    Lever(f"{_AD}.fit_share", NO_CHANGE, "+50%", "sqls", 1, "more of the leads are good"),
    Lever(f"{_AD}.intent", NO_CHANGE, "+1", "mqls", 1, "intent shows in the score"),
    Lever(
        f"{_AD}.segments.enterprise", NO_CHANGE, 0.75, "sales_cycle", 1, "large buyers take longer",
        beside={f"{_AD}.segments.smb": 0.25},
    ),
    Lever(
        f"{_CONTENT}.touches.per_month", NO_CHANGE, "+100%", "mqls", 1,
        "what content adds to intent shows in the scores of all leads", _WARM | _GROWING,
    ),
    Lever(
        f"{_CONTENT}.touches.effect", 0, 0.8, "mqls", 1,
        "more spend than the run-in's warms the leads of all channels", _TOUCHED | _GROWING,
    ),
    Lever(
        f"{_CONTENT}.touches.opened", "none", 0.1, "mqls", -1, "few open what they are sent", _WARM | _GROWING,
    ),
    Lever(
        "funnel.journey.before", NO_CHANGE, 5, "mqls", -1, "leads have seen less when they are scored",
        _WARM | _GROWING,
    ),
    Lever(
        "funnel.journey.half_life", NO_CHANGE, 3, "mqls", -1, "what leads have seen is soon forgotten",
        _WARM | _GROWING,
    ),
    Lever(
        "funnel.journey.air_cover", 0, 0.5, "win_rate", 1, "marketing goes on in the sale",
        _WARM | _GROWING,
    ),
    Lever(f"{_AD}.score", "none", 2, "mqls", 1, "every lead scores above the threshold"),
    Lever(f"{_AD}.mql_probability", "none", 0.9, "mqls", 1, "nearly every lead is taken for sales-ready"),
    Lever(f"{_AD}.sql_probability", "none", 0.9, "sqls", 1, "nearly every conversation is accepted"),
    Lever(f"{_AD}.value", "none", 100_000, "bookings", 1, "the channel's orders are large"),
)  # fmt: skip

ARRIVALS = (
    Lever(
        "funnel.arrivals.season", [0.92, 0.98, 1.08, 1.04, 1.02, 1.0, 0.88, 0.82, 1.08, 1.12, 1.10, 0.96],
        [1.5] * 6 + [0.5] * 6, "leads", 1, "the plan's months are the busy ones", {"months": 6, "targets": {}},
    ),
    Lever(
        "funnel.arrivals.cycle.form", "linear", "log", "leads", -1, "waves of log rates have flatter tops",
        {"months": 6, "targets": {}, "funnel.arrivals.cycle": {"form": "linear", "sine": [1]}},
    ),
    Lever(
        "funnel.arrivals.cycle.period", NO_CHANGE, 730.5, "leads", 1, "the good half-year lasts a year",
        {"funnel.arrivals.cycle": {"sine": [0.8]}},
    ),
    Lever(
        "funnel.arrivals.cycle.sine", [0], [0.8], "leads", 1, "the plan's months are the busy ones",
        {"months": 6, "targets": {}, "funnel.arrivals.cycle": {"form": "linear"}},
    ),
    Lever(
        "funnel.arrivals.cycle.cosine", [0], [0.8], "leads", 1, "the plan's months are the busy ones",
        {"months": 6, "targets": {}, "funnel.arrivals.cycle": {"form": "linear", "period": 730.5}},
    ),
    Lever("funnel.arrivals.growth", NO_CHANGE, 1.5, "leads", 1, "leads grow from the plan's start on"),
    Lever("funnel.arrivals.in_hours_share", NO_CHANGE, 1, "time_to_first_contact", -1, "no lead comes at night"),
    Lever(
        "funnel.arrivals.weekdays", "none", [0, 0, 0, 0, 0, 3.5, 3.5], "time_to_first_contact", 1,
        "leads come at weekends", _ANY_TIME,
    ),
    Lever(
        "funnel.arrivals.hours", "none", [0] * 10 + [1] + [0] * 13, "time_to_first_contact", -1,
        "leads come in the morning and none at night", _ANY_TIME,
    ),
    Lever(
        "funnel.arrivals.frailty_shape", NO_CHANGE, 0.5, "time_to_first_contact", 1, "leads come in bursts",
        replications=100,
    ),
    Lever(
        "funnel.arrivals.market_sd", NO_CHANGE, 1, "time_to_first_contact", 1, "good months overload the SDRs",
        replications=100,
    ),
    Lever(
        "funnel.arrivals.market_persistence", NO_CHANGE, 0.95, "time_to_first_contact", 1,
        "good months follow each other", {"funnel.arrivals.market_sd": 0.6}, replications=400,
    ),
)  # fmt: skip

_CAMPAIGN = {"channel": "events", "spend": "30k", "from": "2027-02-01", "until": "2027-08-01"}
_LAUNCH = {"campaigns": {"launch": _CAMPAIGN}}

SPEND = (
    Lever("campaigns.launch.spend", NO_CHANGE, "+100%", "leads", 1, "a campaign brings leads", _LAUNCH),
    Lever("campaigns.launch.fit", 0, 3, "good_fit_share", 1, "a campaign brings better leads", _LAUNCH),
    Lever("campaigns.launch.intent", 0, 2, "mqls", 1, "a campaign's leads come with more intent", _LAUNCH),
    Lever("spend.paid_search", NO_CHANGE, "+50%", "leads", 1, "spend brings leads"),
)  # fmt: skip

CAPTURE_NO_LEVERS = {
    "funnel.channels.*.key": A_NAME,
    "funnel.channels.*.touches.asset": A_NAME,
    "campaigns.*.key": A_NAME,
    "campaigns.*.channel": "where a campaign runs, which has no direction",
    "campaigns.*.from": "when a campaign runs, which has no direction",
    "campaigns.*.until": "when a campaign runs, which has no direction",
}
"""Fields of capture that are no levers, and why."""
