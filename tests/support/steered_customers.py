"""Worlds steered to what seldom happens to customers: they are brought, asked, sold more, leave, and return."""

from steer import AES_STAY, FULL_TEAM, PUSHED, QUICK_SDRS, Steer, of

_SOLD = (
    QUICK_SDRS
    | AES_STAY
    | {"stages.*.advance": 1.0, "stages.*.time": of(0, 3), "stages.*.effort": 0.1, "stages.*.losses": {"no_budget": 1}}
    | {"ae.selling_share": 1.0, "ae.coding": 0.0, "customers.term": 20, "programmes": {}, "drift": 0}
    | {"customers.referral": None, "channels.*.leads": 0.5, "products.*.price_logit": 0}
)
"""Leads become customers at once."""
_OPEN = PUSHED | FULL_TEAM | {"follow": 2, "teams.ae.ownership": of("owned", "pooled")}
_QUICK = {"per_month": 2.0, "effort": 0.5, "time": of(0, 4), "advance": 0.7, "losses": {"no_need": 1}}
_MANAGERS = {"selling_share": of(0.03, 0.1), "ramp": of(0, 2), "coding": of(0, 0.375), "leave_days": of(0, 60)}
_SELLS = {
    "customers.renewal": 0.6,
    "customers.winback": _QUICK | {"within": 200},
    "customers.upsell": _QUICK | {"effort": of(1, 3)},
    "customers.cross_sell": _QUICK,
    "customers.wallet": None,
}
_FEELS = {"renewal": 0.5, "promoters": 0.4, "detractors": 0.3}

OF_CUSTOMERS = (
    Steer(
        "customers leave and return",
        _SOLD
        | {
            "customers.renewal": 0.3,
            "customers.renewal_fit": 0.2,
            "customers.winback": _QUICK | {"within": of(200, 60), "second_life": 3},
            "customers.upsell": _QUICK,
            "customers.wallet": None,
        },
        _OPEN | {"winback_cost": 80},
        {"run_in": 2},
    ),
    *(
        Steer(
            f"account managers sell to customers, {when}",
            _SOLD | _SELLS | {"am": _MANAGERS | {"tenure": stay, "backfill": 5}, "customers.upsell": _QUICK | takes},
            _OPEN | {"teams.am": now},
            {"run_in": 2, "teams.am": before, "teams.ae.ownership": of("owned", "pooled")},
        )
        for when, stay, takes, now, before in (
            # What AEs have begun lasts beyond it.
            ("from the plan's start on", None, {"effort": 24}, {"headcount": of(1, 2), "discipline": "lifo"}, None),
            ("until the plan's start", None, {"effort": of(1, 3)}, None, {"headcount": 1}),
            (
                *("now and before", 20, {"effort": of(1, 3)}),
                *({"headcount": of(1, 2)}, {"headcount": of(1, 2), "discipline": "lifo"}),
            ),
        )
    ),
    Steer(
        "customers are asked from the plan's start on",
        _SOLD | {"customers.renewal": 0.9, "customers.survey_response": 0.7, "customers.satisfaction": _FEELS},
        _OPEN | {"nps_survey": {"every": 20, "cost": 3}},
        {"nps_survey": None, "run_in": 2},
    ),
    Steer(
        "customers bring customers",
        _SOLD
        | {
            "customers.renewal": 0.9,
            "customers.satisfaction": _FEELS,
            "customers.referral": {"channel": "web", "promoter": 2, "passive": 1, "detractor": 1},
        },
        _OPEN,
        {"run_in": 2},
    ),
    Steer(
        "customers who stay have stayed long",
        _SOLD | {"customers.ageing": {"alpha": 0.4, "beta": 2}, "customers.churn": {"price": 0.7, "merger": 0.3}},
        _OPEN,
        {"run_in": 2},
    ),
)
