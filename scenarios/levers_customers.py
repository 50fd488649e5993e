"""Levers of customers: renewals, satisfaction, what they are sold, programmes for them."""

from typing import Any

from scenarios.lever import NO_CHANGE, TINY, Lever

__all__ = ["CUSTOMERS", "CUSTOMERS_NO_LEVERS"]

_OF = "funnel.customers"
_KIT: dict[str, Any] = {"funnel.programmes": {"kit": {}}, "programmes": {"kit": {}}}
_KINDLY: dict[str, Any] = {"funnel.programmes": {"kit": {"customers": {"satisfaction": 1}}}, "programmes": {"kit": {}}}
_REFERRAL = {f"{_OF}.referral": {"channel": "partner", "promoter": TINY, "passive": TINY, "detractor": TINY}}
_NO_NEED = {"advance": 0.5, "losses": {"no_need": {"share": 1, "time": "5 days"}}}


_LEAVE: dict[str, Any] = {f"{_OF}.renewal": 0.2, f"{_OF}.term": 60}
_BACK: dict[str, Any] = _LEAVE | {f"{_OF}.winback.per_month": 0.5}
_LOST: dict[str, Any] = {"lost_survey": {}}
_ASK: dict[str, Any] = {"nps_survey": {"every": 30, "cost": TINY}}


def _sale(name: str, what: str) -> tuple[Lever, ...]:
    """The levers of a kind of sale to customers."""
    sold = {f"{_OF}.{name}.per_month": 0.1}
    fussy = {f"{_OF}.{name}": {"per_month": 0.3, **_NO_NEED}}
    other = {f"{_OF}.{'upsell' if name == 'cross_sell' else 'cross_sell'}.per_month": TINY}
    return (
        Lever(f"{_OF}.{name}.per_month", TINY, 0.1, "expansion_bookings", 1, f"customers buy {what}", other),
        Lever(f"{_OF}.{name}.size", NO_CHANGE, "+50%", "expansion_bookings", 1, "they buy more at a time", sold),
        Lever(f"{_OF}.{name}.promoters", 1, 3, "expansion_bookings", 1, "promoters buy more often", sold),
        Lever(f"{_OF}.{name}.effort", NO_CHANGE, 20, "ae_utilisation", 1, "selling to customers is work too", sold),
        Lever(
            f"{_OF}.{name}.time", "0 days", "300 days", "expansion_bookings", -1, "customers take their time", sold
        ),
        Lever(
            f"{_OF}.{name}.advance", NO_CHANGE, 0.2, "expansion_win_rate", -1, "customers say no more often", fussy
        ),
        Lever(
            f"{_OF}.{name}.losses.no_need.time", "5 days", "300 days", "expansion_bookings", -1,
            "while a customer makes up its mind, nothing else is offered to it", fussy,
        ),
    )  # fmt: skip


CUSTOMERS = (
    Lever(f"{_OF}.renewal", NO_CHANGE, 0.5, "retention_rate", -1, "bad-fit customers leave"),
    Lever(f"{_OF}.renewal_fit", NO_CHANGE, -2, "retention_rate", -1, "good-fit customers leave"),
    Lever(
        f"{_OF}.satisfaction.renewal", TINY, 2, "retention_rate", 1, "customers whom a programme has pleased stay",
        _KINDLY,
    ),
    Lever(
        f"{_OF}.satisfaction.promoters", NO_CHANGE, 0.8, "expansion_bookings", 1, "promoters buy more often",
        {f"{_OF}.upsell": {"per_month": 0.1, "promoters": 5}},
    ),
    *_sale("upsell", "more of what they have"),
    *_sale("cross_sell", "what they lack"),
    *(
        Lever(f"{_OF}.referral.{who}", TINY, 1.5, "leads", 1, f"{whose} bring leads", _REFERRAL)
        for who, whose in (
            ("promoter", "promoters"), ("passive", "passive customers"), ("detractor", "detractors")
        )
    ),
    Lever(
        f"{_OF}.referral.channel", "partner", "events", "good_fit_share", -1, "customers bring worse leads",
        {f"{_OF}.referral": {"channel": "partner", "promoter": 0.8, "passive": 0.8}},
    ),
    Lever(
        f"{_OF}.satisfaction.detractors", NO_CHANGE, 0.5, "leads", -1, "detractors bring no leads",
        {f"{_OF}.referral": {"channel": "partner", "passive": 1.5}},
    ),
    Lever(
        "funnel.programmes.kit.customers.referral", TINY, 1, "leads", 1, "the programme makes referrals",
        _KIT | {f"{_OF}.referral": {"channel": "partner", "promoter": 1.5}},
    ),
    Lever(
        f"{_OF}.wallet", 1e-9, 0.95, "expansion_bookings", -1, "customers have spent what they may",
        {f"{_OF}.upsell.per_month": 0.3},
    ),
    Lever(
        "funnel.programmes.kit.customers.renewal", TINY, 2, "retention_rate", 1, "the programme keeps customers", _KIT
    ),
    Lever(
        "funnel.programmes.kit.customers.satisfaction", TINY, 2, "retention_rate", 1, "the programme pleases customers",
        _KIT | {f"{_OF}.satisfaction.renewal": 1},
    ),
    Lever(
        "funnel.programmes.kit.customers.upsell", TINY, 1, "expansion_bookings", 1, "the programme makes occasions",
        _KIT | {f"{_OF}.upsell.per_month": 0.1},
    ),
    Lever(
        "funnel.programmes.kit.customers.cross_sell", TINY, 1, "expansion_bookings", 1, "the programme makes occasions",
        _KIT | {f"{_OF}.cross_sell.per_month": 0.1},
    ),
    Lever(
        f"{_OF}.ageing.alpha", NO_CHANGE, 3, "retention_rate", -1, "customers leave sooner",
        {f"{_OF}.ageing": {"alpha": 0.668, "beta": 3.806}},
    ),
    Lever(
        f"{_OF}.ageing.beta", NO_CHANGE, 30, "retention_rate", 1, "customers stay longer",
        {f"{_OF}.ageing": {"alpha": 0.668, "beta": 3.806}},
    ),
    Lever(
        f"{_OF}.winback.per_month", TINY, 0.5, "winback_customers", 1, "who has left comes back",
        _LEAVE | {f"{_OF}.upsell.per_month": TINY},
    ),
    Lever(f"{_OF}.winback.size", NO_CHANGE, 0.4, "bookings", -1, "who comes back buys less", _BACK),
    Lever(
        f"{_OF}.winback.promoters", 1, 3, "winback_customers", 1, "who would recommend us comes back more often", _BACK
    ),
    Lever(
        f"{_OF}.winback.effort", NO_CHANGE, 25, "ae_utilisation", 1, "winning back is work",
        _LEAVE | {f"{_OF}.winback.per_month": 0.05},
    ),
    Lever(f"{_OF}.winback.time", "0 days", "300 days", "winback_customers", -1, "who left takes its time", _BACK),
    Lever(
        f"{_OF}.winback.advance", NO_CHANGE, 0.2, "winback_rate", -1, "who left says no more often",
        _LEAVE | {f"{_OF}.winback": {"per_month": 0.5, **_NO_NEED}},
    ),
    Lever(
        f"{_OF}.winback.losses.no_need.time", "5 days", "300 days", "winback_rate", 1, "who says no says it later",
        _LEAVE | {f"{_OF}.winback": {"per_month": 0.5, **_NO_NEED}},
    ),
    Lever(
        f"{_OF}.winback.within", NO_CHANGE, 20, "winback_customers", -1, "nobody is asked for long after leaving", _BACK
    ),
    Lever(
        f"{_OF}.winback.second_life", 1, 20, "customers", -1, "who came back leaves again",
        {f"{_OF}.renewal": 0.6, f"{_OF}.term": 30, f"{_OF}.winback.per_month": 2},
    ),
    Lever(
        "funnel.programmes.kit.customers.winback", TINY, 1, "winback_customers", 1, "the programme makes occasions",
        _KIT | _LEAVE | {f"{_OF}.winback.per_month": 0.1},
    ),
    Lever("winback_cost", 0, 2000, "profit", -1, "each attempt is paid for", _BACK),
    Lever("lost_survey.cost", NO_CHANGE, 2000, "profit", -1, "each question is paid for", _LOST),
    Lever("lost_survey.share", NO_CHANGE, 1, "profit", -1, "everybody who is lost is asked, and paid for", _LOST),
    Lever("lost_survey.every", NO_CHANGE, 2000, "profit", 1, "no survey comes before the end", _LOST),
    Lever(
        "lost_survey.response", NO_CHANGE, 1, "surveyed_cause_error", -1, "more answers err less",
        {"lost_survey": {"share": 1}},
    ),
    Lever("nps_survey.cost", TINY, 200, "profit", -1, "each question is paid for", _ASK),
    Lever(
        "nps_survey.every", NO_CHANGE, 5, "profit", -1, "more questions are paid for",
        {"nps_survey": {"every": 180, "cost": 300}},
    ),
    Lever("programmes.kit.per_customer", "none", 200, "profit", -1, "it costs and has no effect", _KIT),
)  # fmt: skip

_WHICH = "which of several reasons it is, which no metric counts"
CUSTOMERS_NO_LEVERS = {
    f"{_OF}.term": "how often customers may leave, which no metric counts",
    f"{_OF}.churn": _WHICH,
    f"{_OF}.survey_response": "how many answer a survey, which nothing depends on",
    f"{_OF}.upsell.losses.*.share": _WHICH,
    f"{_OF}.winback.losses.*.share": _WHICH,
    f"{_OF}.cross_sell.losses.*.share": _WHICH,
}
"""Fields of customers that are no levers, and why."""
