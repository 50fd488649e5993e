"""HubSpot: an export of deals, with the columns `Date entered "..."` for stages, and one of contacts if there is one.

The close date of an open deal is the day on which HubSpot or a rep expects it to close: it is not used
(https://knowledge.hubspot.com/properties/hubspots-default-deal-properties).
"""

from calibration.mapping import Mapping

__all__ = ["HUBSPOT"]

HUBSPOT = Mapping.model_validate(
    {
        "name": "hubspot",
        "tables": {
            "leads": {
                "file": "*contacts*.csv",
                "optional": True,
                "lenient": True,
                "columns": {
                    "id": "Record ID",
                    "captured": "Create Date",
                    "channel": "Original Traffic Source",
                    "campaign": "Original Traffic Source Drill-Down 1",
                    "mql": "Became a Marketing Qualified Lead Date",
                    "accepted": "Became a Sales Qualified Lead Date",
                },
                "otherwise": {
                    "id": ["Record ID - Contact"],
                    "channel": ["Original Source Type", "Original Source"],
                    "campaign": ["Original Source Drill-Down 1"],
                },
                "known": ["*"],
            },
            "opportunities": {
                "file": "*deals*.csv",
                "lenient": True,
                "columns": {
                    "id": "Record ID",
                    "lead": "Associated Contact IDs",
                    "channel": "Original Traffic Source",
                    "campaign": "Original Traffic Source Drill-Down 1",
                    "owner": "Deal owner",
                    "amount": "Amount",
                    "opened": "Create Date",
                    "closed": "Close Date",
                    "outcome": "Deal Stage",
                    "reason": "Closed Lost Reason",
                },
                "otherwise": {
                    "id": ["Record ID - Deal", "Deal ID"],
                    "channel": ["Original Source Type", "Original Source"],
                    "campaign": ["Original Source Drill-Down 1"],
                    "lead": ["Associated Contacts IDs"],
                },
                "flags": {"won": "Is Closed Won", "lost": "Is closed lost", "closed": "Is Deal Closed?"},
                "wide": ["Date entered ?{stage} (*)?", "Date entered ?{stage}?"],
                "currency": ["Currency"],
                "known": ["*"],
            },
        },
        "outcomes": {
            "won": ["Closed Won", "closedwon"],
            "lost": ["Closed Lost", "closedlost"],
            "open": [""],
        },
        "other_words_are_open": True,
        "notes": [
            "export all properties of deals, for the columns 'Date entered': each holds one entry into its stage",
            "without Is Closed Won and Is closed lost only the stages Closed Won and Closed Lost end a deal",
            "Amount is what HubSpot holds today, for open deals what is expected",
        ],
    }
)
