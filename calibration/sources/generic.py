"""The generic format: five plain CSV files, which is also what `leadflow export --crm` and `init` write.

leads.csv           lead_id, captured_at; optional channel, segment, mql_at, handed_off_at, first_attempt_at,
                    accepted_at
opportunities.csv   opportunity_id, opened_at; optional lead_id, channel, segment, product, owner, amount (value
                    expected while open), won_amount (value signed), closed_at, outcome (won, lost, open), loss_reason
stage_history.csv   opportunity_id, stage, entered_at
spend.csv           month (its first day), channel, amount
reps.csv            name, team (sdr, ae), hired_at, left_at
Times are ISO dates or date-times; only opportunities.csv is indispensable.
"""

from calibration.mapping import Mapping

__all__ = ["GENERIC"]

GENERIC = Mapping.model_validate(
    {
        "name": "generic",
        "tables": {
            "leads": {
                "file": "leads.csv",
                "optional": True,
                "lenient": True,
                "columns": {
                    "id": "lead_id",
                    "captured": "captured_at",
                    "channel": "channel",
                    "segment": "segment",
                    "mql": "mql_at",
                    "handed_off": "handed_off_at",
                    "first_attempt": "first_attempt_at",
                    "accepted": "accepted_at",
                },
            },
            "opportunities": {
                "file": "opportunities.csv",
                "lenient": True,
                "columns": {
                    "id": "opportunity_id",
                    "lead": "lead_id",
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
                },
            },
            "stage_history": {
                "file": "stage_history.csv",
                "optional": True,
                "columns": {"opportunity": "opportunity_id", "stage": "stage", "entered": "entered_at"},
            },
            "spend": {
                "file": "spend.csv",
                "optional": True,
                "columns": {"month": "month", "channel": "channel", "amount": "amount"},
            },
            "reps": {
                "file": "reps.csv",
                "optional": True,
                "lenient": True,
                "columns": {"name": "name", "team": "team", "hired": "hired_at", "left": "left_at"},
            },
        },
    }
)
