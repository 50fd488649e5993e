"""Salesforce: opportunities by the names of its API, with their histories and leads if these are there.

CloseDate of an open opportunity is a wish: it is required, typed in by reps, and not used. How a deal went is told by
OpportunityHistory or, in its place, OpportunityFieldHistory
(https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_opportunityhistory.htm).
"""

from calibration.mapping import Mapping

__all__ = ["SALESFORCE"]

_DELETED = {"IsDeleted": ["true", "1"]}

SALESFORCE = Mapping.model_validate(
    {
        "name": "salesforce",
        "tables": {
            "leads": {
                "file": "Lead.csv",
                "optional": True,
                "lenient": True,
                "columns": {
                    "id": "Id",
                    "captured": "CreatedDate",
                    "channel": "LeadSource",
                    "accepted": "ConvertedDate",
                },
                "leave_out": _DELETED,
                "known": ["*"],
            },
            "opportunities": {
                "file": "Opportunity.csv",
                "lenient": True,
                "join": {
                    "file": "Lead.csv",
                    "on": "Id",
                    "key": "ConvertedOpportunityId",
                    "prefix": "Lead.",
                    "optional": True,
                },
                "columns": {
                    "id": "Id",
                    "lead": "Lead.Id",
                    "channel": "LeadSource",
                    "campaign": "CampaignId",
                    "owner": "OwnerId",
                    "amount": "Amount",
                    "opened": "CreatedDate",
                    "closed": "CloseDate",
                    "outcome": "StageName",
                    "reason": "Loss_Reason__c",
                },
                "flags": {"won": "IsWon", "closed": "IsClosed"},
                "leave_out": _DELETED,
                "currency": ["CurrencyIsoCode"],
                "known": ["*"],
            },
            "changes": {
                "file": "OpportunityHistory.csv",
                "optional": True,
                "lenient": True,
                "columns": {
                    "opportunity": "OpportunityId",
                    "at": "CreatedDate",
                    "new": "StageName",
                    "amount": "Amount",
                },
                "leave_out": _DELETED,
                "known": ["*"],
            },
            "field_changes": {
                "file": "OpportunityFieldHistory.csv",
                "optional": True,
                "lenient": True,
                "columns": {
                    "opportunity": "OpportunityId",
                    "at": "CreatedDate",
                    "field": "Field",
                    "old": "OldValue",
                    "new": "NewValue",
                },
                "leave_out": _DELETED,
                "known": ["*"],
            },
        },
        "outcomes": {"won": ["Closed Won"], "lost": ["Closed Lost"], "open": [""]},
        "other_words_are_open": True,
        "notes": [
            "without a history of changes deals have one stage, and CloseDate is believed of closed deals",
            "why a deal was lost has no standard field: Loss_Reason__c is read, a mapping may name yours",
            "times are UTC",
        ],
    }
)
