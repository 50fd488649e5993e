"""How many replications a question gets unless told otherwise: an answer on the starter company within seconds."""

__all__ = [
    "ATTRIBUTE_REPLICATIONS",
    "BY_DEFAULT",
    "CHECK_FROM",
    "COMPARE_REPLICATIONS",
    "EXPORT_REPLICATIONS",
    "FORECAST_REPLICATIONS",
    "GAP_REPLICATIONS",
    "GAP_WITH_DRAWS",
    "RUN_REPLICATIONS",
    "told_apart",
]

RUN_REPLICATIONS = 100
"""Of a run: one or two seconds on two cores for the starter company; a minute on one core with SimPy."""

ATTRIBUTE_REPLICATIONS = 40
"""Of an attribution, each of which finds every touch of every lead."""

COMPARE_REPLICATIONS = 60
"""Of each scenario of a comparison."""

EXPORT_REPLICATIONS = 20
"""Of an imperfect export, from which the bias of what it says is taken."""

FORECAST_REPLICATIONS = 100
"""Of a forecast."""

GAP_REPLICATIONS, GAP_WITH_DRAWS = 16, 40
"""At most, of the world without queues that explains the gap to the planner's arithmetic: it is followed for years.
Of a calibrated company more, as two of them share a draw of its funnel."""

BY_DEFAULT = (
    "leads", "opportunities", "new_customers", "lead_to_customer_rate_to_date", "win_rate", "order_value", "bookings",
    "cost_per_lead", "campaign_profit", "time_to_first_contact", "sales_cycle",
)  # fmt: skip
"""The metrics that are told apart by channel, rep, ... unless others are named."""

CHECK_FROM = 40
"""Of a run or forecast from which on the run-in is checked: whoever asks for fewer tries something out."""


def told_apart(by: str) -> tuple[str, ...]:
    """Those of `BY_DEFAULT` that can be told apart so."""
    from results.metrics.catalogue import CATALOGUE

    return tuple(id for id in BY_DEFAULT if by in ("month", "quarter") or by in CATALOGUE[id].cuts)
