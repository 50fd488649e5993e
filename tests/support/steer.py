"""Steer: a few values laid over a generated world, with values that several parts of the list of steers share."""

from typing import Any, NamedTuple

from hypothesis import strategies as st

__all__ = [
    "AES_STAY", "ALL_DAY", "FULL_TEAM", "MANY", "PUSHED", "QUICK_SDRS", "SDRS_STAY", "SLOW_AES", "SLOW_SDRS", "Steer",
    "Whole", "of",
]  # fmt: skip


class Steer(NamedTuple):
    """What a world is steered to, and values by dotted path: of its funnel, its plan, its run-in's plan and funnel.

    A strategy is drawn from; `*` stands for every entry. A steer with `before` or `calm` gives the world a run-in of
    another plan or funnel, one with `deals` opportunities that are open at the start.
    """

    to: str
    funnel: dict[str, Any]
    plan: dict[str, Any] | None = None
    before: dict[str, Any] | None = None
    calm: dict[str, Any] | None = None
    deals: bool = False
    stages: int = 1
    """The least number of stages; the last one is repeated."""


class Whole(dict[str, Any]):
    """A mapping that replaces what is there; others are laid over the entries that they name."""


def of(*values: Any) -> st.SearchStrategy[Any]:
    """One of these."""
    return st.sampled_from(values)


MANY = {
    "channels.*.leads": 15,
    "channels.*.mql_probability": 1.0,
    "channels.*.sql_probability": 1.0,
    "nurture.steps": (),
    "sales_development.contact": [0.9, 0.5, 0.5],
}
"""Leads that nearly all become opportunities."""
SDRS_STAY = {"sdr.tenure": None, "sdr.leave_days": 0, "sdr.coding": 0.0}
SLOW_SDRS = (
    MANY
    | SDRS_STAY
    | {
        "sdr.selling_share": of(0.02, 0.05),
        "sales_development.attempt_effort": of(0.1, 0.4),
        "sales_development.patience": "never",
    }
)
QUICK_SDRS = MANY | {
    "sdr.selling_share": 1.0,
    "sales_development.attempt_effort": 0.1,
    "sales_development.conversation_effort": 0.1,
    "sales_development.patience": "never",
    "ae_patience": "never",
    "pursuit": None,
}
AES_STAY = {"ae.tenure": None, "ae.leave_days": 0}
SLOW_AES = QUICK_SDRS | {
    "ae.selling_share": of(0.05, 0.1),
    "stages.*.effort": of(3, {"law": "lognormal", "median": 4, "sigma": 0.7}),
    "stages.*.advance": 0.8,
    "stages.*.time": {"law": "exponential", "mean": 12},
}
"""Leads become opportunities, and these queue."""
PUSHED = {
    "handoff": {"transit_loss": 0, "overflow": {}, "sla": None, "breach": None, "accept": "judgement", "delay": 0},
    "pay.sla_bonus": 0,
    "scoring.profile": {"segments": (), "budget": False, "authority": False},
    "scoring.actions": 0,
}
FULL_TEAM = {"teams.sdr.headcount": of(1, 2), "teams.ae.headcount": of(1, 2), "teams.ae.max_open": None}
ALL_DAY = {"calendar": {"hours": "00:00-24:00", "days": "mon-sun"}}
