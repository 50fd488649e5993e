"""Levers of customers: renewals, satisfaction, what they are sold, programmes for them."""

from typing import Any

from scenarios.lever import NO_CHANGE, TINY, Lever

__all__ = ["CUSTOMERS", "CUSTOMERS_NO_LEVERS"]

_OF = "funnel.customers"
_KIT: dict[str, Any] = {"funnel.programmes": {"kit": {}}, "programmes": {"kit": {}}}
_KINDLY: dict[str, Any] = {"funnel.programmes": {"kit": {"customers": {"satisfaction": 1}}}, "programmes": {"kit": {}}}
_NO_NEED = {"advance": 0.5, "losses": {"no_need": {"share": 1, "time": "5 days"}}}


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
        f"{_OF}.satisfaction.promoters", NO_CHANGE, 0.95, "expansion_bookings", 1, "promoters buy more often",
        {f"{_OF}.upsell": {"per_month": 0.1, "promoters": 5}},
    ),
    *_sale("upsell", "more of what they have"),
    *_sale("cross_sell", "what they lack"),
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
    Lever("programmes.kit.per_customer", "none", 200, "profit", -1, "it costs and has no effect", _KIT),
)  # fmt: skip

_WHICH = "which of several reasons it is, which no metric counts"
CUSTOMERS_NO_LEVERS = {
    f"{_OF}.term": "how often customers may leave, which no metric counts",
    f"{_OF}.churn": _WHICH,
    f"{_OF}.upsell.losses.*.share": _WHICH,
    f"{_OF}.cross_sell.losses.*.share": _WHICH,
}
"""Fields of customers that are no levers, and why."""
