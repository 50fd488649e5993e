"""Olist's marketing funnel (real; CC BY-NC-SA 4.0): qualified leads and the wins among them.

The business segment and all seller fields are filled only at the win, so they would tell the outcome in advance and
are not read; the declared revenue is zero for 797 of 842 wins and cannot serve as a value.
"""

from calibration.mapping import Mapping

__all__ = ["OLIST"]

_LEADS = "olist_marketing_qualified_leads_dataset.csv"
_WINS = "olist_closed_deals_dataset.csv"

OLIST = Mapping.model_validate(
    {
        "name": "olist",
        "tables": {
            "leads": {
                "file": _LEADS,
                "columns": {
                    "id": "mql_id",
                    "captured": "first_contact_date",
                    "mql": "first_contact_date",
                    "channel": "origin",
                },
            },
            "opportunities": {
                "file": _LEADS,
                "join": {"file": _WINS, "on": "mql_id"},
                "columns": {
                    "id": "mql_id",
                    "lead": "mql_id",
                    "channel": "origin",
                    "owner": "sr_id",
                    "opened": "first_contact_date",
                    "closed": "won_date",
                },
            },
        },
        "closed_means_won": True,
        "notes": [
            "every lead is a qualified lead and an opportunity from its first contact; losses are not recorded",
            "no usable value is recorded, so wins can be forecast and bookings cannot",
        ],
    }
)
