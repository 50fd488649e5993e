"""Levers of pay: commission, accelerators, and the effort that answers to them."""

from scenarios.lever import NO_CHANGE, PROSPECTING, TINY, TWO_AES, Lever

__all__ = ["PAY"]

_RESET = {"pay.accelerators": [{"above": 2, "times": 1}]}
"""An accelerator that changes nothing but that attainment is looked at."""

PAY = (
    Lever("pay.commission.marketing_sourced", NO_CHANGE, "+5pp", "profit", -1, "commission costs"),
    Lever(
        "pay.commission.self_sourced", NO_CHANGE, "+20pp", "profit", -1, "what AEs find themselves costs more",
        PROSPECTING,
    ),
    Lever(
        "pay.commission.products", {"core": 1}, {"core": 2}, "profit", -1, "the product's commission costs more",
        {"pay.commission.products": {"core": 1}},
    ),
    Lever(
        "pay.accelerators", [{"above": 2, "times": 1}], [{"above": 0.2, "times": 3}], "profit", -1,
        "dollars beyond a share of quota cost more", _RESET,
    ),
    Lever("pay.threshold", TINY, 1, "profit", 1, "an AE who misses quota earns no commission", _RESET),
    Lever("pay.cap", 100, 0.2, "profit", 1, "no commission is paid above a share of quota", _RESET),
    Lever("pay.draw", 0, 5_000, "profit", -1, "commission is topped up in lean months"),
    Lever(
        "pay.quota_period", "quarter", "month", "profit", -1, "a good month reaches the accelerator by itself",
        {"pay.accelerators": [{"above": 1, "times": 3}]},
    ),
    Lever(
        "funnel.effort.elasticity", TINY, 0.3, "new_customers", -1, "AEs who are paid less work less",
        TWO_AES, {"pay.commission.marketing_sourced": 0.01}, replications=100,
    ),
    Lever(
        "funnel.effort.give_up", 1, 0.3, "new_customers", -1, "AEs far from quota work less", TWO_AES | _RESET,
        replications=200,
    ),
    Lever(
        "funnel.effort.near_quota", 1, 2, "ae_utilisation", 1, "AEs near quota work faster",
        TWO_AES | _RESET, replications=200,
    ),
    Lever(
        "funnel.effort.pull_forward", TINY, 1, "bookings", 1, "orders of the next quarter come before the year's end",
        replications=100,
    ),
)  # fmt: skip
