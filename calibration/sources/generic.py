"""The generic format: plain CSV files, which is also what `leadflow export --crm` and `init` write.

Only opportunities.csv is indispensable, and of each file only the columns that docs/reference/history.md marks as
needed. Times are ISO dates or date-times. The first five files are what `calibrate` fits a company to; the others say
what else happened, so that every metric of a simulation can be counted on them too.
"""

from typing import Any

from calibration.mapping import Mapping

__all__ = ["FILES", "GENERIC"]

_DEAL = {
    "channel": "channel",
    "segment": "segment",
    "product": "product",
    "owner": "owner",
    "amount": "amount",
    "won_amount": "won_amount",
    "opened": "opened_at",
    "closed": "closed_at",
    "outcome": "outcome",
    "reason": "loss_reason",
    "campaign": "campaign",
    "stage": "stage",
    "opened_by": "opened_by",
    "closed_by": "closed_by",
}
_SOLD = {
    "channel": "channel",
    "campaign": "campaign",
    "segment": "segment",
    "product": "product",
    "owner": "owner",
}


def _table(file: str, columns: dict[str, str], optional: bool = True) -> dict[str, Any]:
    return {"file": file, "optional": optional, "lenient": True, "columns": columns}


_TABLES = {
    "leads": _table(
        "leads.csv",
        {
            "id": "lead_id",
            "captured": "captured_at",
            "channel": "channel",
            "segment": "segment",
            "mql": "mql_at",
            "handed_off": "handed_off_at",
            "first_attempt": "first_attempt_at",
            "accepted": "accepted_at",
            "campaign": "campaign",
            "product": "product",
            "referred_by": "referred_by",
        },
    ),
    "opportunities": {
        **_table("opportunities.csv", {"id": "opportunity_id", "lead": "lead_id", **_DEAL}, optional=False),
        "currency": ["currency"],
    },
    "stage_history": _table(
        "stage_history.csv",
        {
            "opportunity": "opportunity_id",
            "stage": "stage",
            "entered": "entered_at",
            "owner": "owner",
            "visit": "visit",
        },
    ),
    "spend": _table("spend.csv", {"month": "month", "channel": "channel", "amount": "amount"}),
    "reps": _table("reps.csv", {"name": "name", "team": "team", "hired": "hired_at", "left": "left_at"}),
    "activities": _table(
        "activities.csv",
        {
            "at": "at",
            "activity": "activity",
            "record": "record",
            "id": "record_id",
            "rep": "rep",
            "stage": "stage",
            "visit": "visit",
            "reason": "reason",
            "amount": "amount",
        },
    ),
    "customers": _table(
        "customers.csv", {"id": "customer_id", "opportunity": "opportunity_id", **_SOLD, "since": "since"}
    ),
    "orders": _table("orders.csv", {"id": "order_id", "customer": "customer_id", **_SOLD, "ordered": "ordered_at"}),
    "expansions": _table("expansion_opportunities.csv", {"id": "opportunity_id", "customer": "customer_id", **_DEAL}),
    "books": _table(
        "ledger.csv",
        {
            "at": "at",
            "account": "account",
            "channel": "channel",
            "campaign": "campaign",
            "rep": "rep",
            "record": "record",
            "id": "record_id",
            "amount": "amount",
        },
    ),
    "hours": _table("rep_hours.csv", {"rep": "rep", "month": "month", "hours": "hours"}),
    "touches": _table(
        "touches.csv",
        {
            "at": "at",
            "lead": "lead_id",
            "channel": "channel",
            "opened": "opened",
            "clicked": "clicked",
            "used": "used",
        },
    ),
    "lost_survey": _table(
        "lost_survey.csv", {"opportunity": "opportunity_id", "at": "asked_at", "reason": "reason_told"}
    ),
    "picklists": _table("picklists.csv", {"field": "field", "value": "value"}),
}

GENERIC = Mapping.model_validate({"name": "generic", "tables": _TABLES})

FILES: dict[str, dict[str, str]] = {
    spec.file: {theirs: ours for ours, theirs in spec.columns.items()} for spec in GENERIC.tables.values()
}
"""The files of the format, and of each its columns as they are written, with our name of each."""
