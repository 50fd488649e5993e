"""Maven Analytics' "CRM Sales Opportunities" (fictitious company, public domain): opportunities without leads.

Account, and with it sector, is missing on every open deal and filled at the close, so it would tell the outcome in
advance: no segment is read from it.
"""

from calibration.mapping import Mapping

__all__ = ["MAVEN"]

MAVEN = Mapping.model_validate(
    {
        "name": "maven",
        "tables": {
            "opportunities": {
                "file": "sales_pipeline.csv",
                "columns": {
                    "id": "opportunity_id",
                    "product": "product",
                    "owner": "sales_agent",
                    "won_amount": "close_value",
                    "opened": "engage_date",
                    "closed": "close_date",
                    "outcome": "deal_stage",
                },
                "merge": {"product": {"GTXPro": "GTX Pro"}},
            },
        },
        "outcomes": {"won": ["Won"], "lost": ["Lost"], "open": ["Engaging", "Prospecting"]},
        "check": {"accounts.csv": ["sector"]},
        "notes": [
            "no leads are recorded: every opportunity counts as a lead of the one channel `unrecorded`",
            "the amount of an open deal is not recorded; it is drawn from the won amounts of its product",
            "account and sector are filled only when a deal closes, so no segment is read from them",
        ],
    }
)
