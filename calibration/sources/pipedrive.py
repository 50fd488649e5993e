"""Pipedrive: an export of deals. It holds the day of a close and the stage in which a deal stands now, but not when it
entered its stages (https://support.pipedrive.com/en/article/exporting-data-from-pipedrive).
"""

from calibration.mapping import Mapping

__all__ = ["PIPEDRIVE"]

PIPEDRIVE = Mapping.model_validate(
    {
        "name": "pipedrive",
        "tables": {
            "opportunities": {
                "file": "*deals*.csv",
                "lenient": True,
                "columns": {
                    "id": "Deal - ID",
                    "channel": "Deal - Source channel",
                    "owner": "Deal - Owner",
                    "amount": "Deal - Value",
                    "opened": "Deal - Deal created",
                    "closed": "Deal - Deal closed on",
                    "outcome": "Deal - Status",
                    "reason": "Deal - Lost reason",
                    "stage": "Deal - Stage",
                },
                "otherwise": {"closed": ["Deal - Won time", "Deal - Lost time"], "channel": ["Deal - Lead Source"]},
                "currency": ["Deal - Currency", "Deal - Currency of Value", "Deal - Currency of value"],
                "leave_out": {"Deal - Status": ["Deleted"]},
                "known": ["*"],
            },
        },
        "notes": [
            "the export does not say when stages were entered: every deal stands in the one stage `open`",
            "Expected close date is a wish and is not used",
        ],
    }
)
