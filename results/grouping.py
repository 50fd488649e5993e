"""Grouping: the 25 metrics over four funnels (article 002), each with the metrics of the catalogue that answer it."""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["GROUPS", "Group", "Line", "grouped"]


@dataclass(frozen=True)
class Line:
    """One of the 25 metrics."""

    number: int
    """Its place in the article, from 1."""
    name: str
    metrics: tuple[str, ...]
    """Ids of the catalogue's metrics that answer it, the first of them first."""


@dataclass(frozen=True)
class Group:
    """A stage of the funnel and its metrics."""

    title: str
    lines: tuple[Line, ...]


GROUPS = (
    Group(
        "Top of the funnel",
        (
            Line(1, "Profile of the best prospects", ("best_prospect_lift", "good_fit_share")),
            Line(2, "Qualified leads", ("mqls", "sqls", "sales_ready_leads")),
            Line(3, "Cost per qualified lead", ("cost_per_mql", "cost_per_mql_lagged", "cost_per_sql")),
            Line(4, "Leads that come to an appointment", ("lead_to_appointment_rate", "appointments")),
            Line(5, "What is known of leads", ("contact_rate", "wasted_sdr_hours")),
        ),
    ),
    Group(
        "Lead management",
        (
            Line(6, "Requests for proposal", ("rfps", "rfp_rate")),
            Line(7, "Proposals that come to a presentation", ("proposal_to_presentation_rate", "proposals")),
            Line(8, "Time with prospects", ("customer_facing_share", "sdr_utilisation", "ae_utilisation")),
            Line(9, "Valuable meetings", ("valuable_meeting_share",)),
            Line(10, "Use of marketing's material", ("material_usage", "material_gain")),
            Line(11, "Leakage", ("drop_off_rate", "lost_revenue", "bad_leakage_share")),
            Line(
                12,
                "Nurture dollars",
                (
                    "nurture_true_keep",
                    "nurture_wasted_keep",
                    "nurture_precision",
                    "nurture_recall",
                    "cost_per_saved_customer",
                ),
            ),
        ),
    ),
    Group(
        "Closing",
        (
            Line(13, "Sales of high margin", ("high_margin_share",)),
            Line(14, "Sales of new products", ("new_product_share",)),
            Line(15, "Meetings to close", ("meetings_per_win", "meetings_per_loss", "hours_per_win")),
            Line(16, "Time to close", ("time_to_close", "time_to_close_p90", "sales_cycle", "days_to_cash")),
            Line(
                17,
                "Close ratios",
                (
                    "win_rate",
                    "opportunity_to_win_rate",
                    "sql_to_customer_rate",
                    "mql_to_customer_rate",
                    "lead_to_customer_rate",
                ),
            ),
            Line(18, "Value of the funnel", ("pipeline_value_weighted", "pipeline_value", "pipeline_coverage")),
            Line(19, "Order size", ("order_value", "order_value_median", "order_value_gini", "top_fifth_share")),
            Line(20, "Marketing spend to sales", ("marketing_to_bookings", "program_roi")),
            Line(21, "Market share", ("market_share", "market_growth", "revenue_growth")),
        ),
    ),
    Group(
        "Retention",
        (
            Line(
                22,
                "Breadth and depth of relationships",
                ("products_per_customer", "customer_tenure", "retention_rate", "net_revenue_retention", "ltv"),
            ),
            Line(23, "Net promoter score", ("nps", "referral_leads", "referral_bookings")),
            Line(24, "Share of wallet", ("share_of_wallet", "expansion_bookings")),
            Line(25, "Customers won back", ("winback_customers", "winback_rate", "cost_per_winback")),
        ),
    ),
)
"""The stages in the order of a sale, with 5, 7, 9 and 4 metrics."""


def grouped(groups: Iterable[Group] = GROUPS) -> tuple[str, ...]:
    """Every metric id of some groups, in their order, each once."""
    return tuple(dict.fromkeys(id for group in groups for line in group.lines for id in line.metrics))
