"""A company's history in other forms: as the CRMs on the market export it, in a workbook, in a database, as a log of
changes, as snapshots. Each is made of the generic tables, so that both must be read to the same.
"""

import csv
import datetime as dt
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

Rows = list[dict[str, str]]
Tables = dict[str, Rows]


def tables_in(folder: Path) -> Tables:
    """The generic tables of a folder, by file."""
    return {path.name: [*csv.DictReader(path.open(encoding="utf-8"))] for path in sorted(folder.glob("*.csv"))}


def written(folder: Path, tables: Tables) -> Path:
    """Each table as a CSV file."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, [*rows[0]], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return folder


def one_amount(row: dict[str, str]) -> str:
    return row["won_amount"] if row["outcome"] == "won" else row["amount"]


def stages_of(tables: Tables) -> dict[str, Rows]:
    found: dict[str, Rows] = defaultdict(list)
    for row in tables["stage_history.csv"]:
        found[row["opportunity_id"]].append(row)
    return found


def names_of(tables: Tables) -> list[str]:
    return [*dict.fromkeys(row["stage"] for row in tables["stage_history.csv"])]


def minute(text: str) -> str:
    return text[:16].replace("T", " ")


def wish(row: dict[str, str]) -> str:
    """The day on which a rep hopes to close: some days after the opening, whatever came of it."""
    return (dt.datetime.fromisoformat(row["opened_at"]) + dt.timedelta(days=30)).isoformat()


def hubspot(tables: Tables) -> Tables:
    """Deals and contacts with HubSpot's headers and its dates to the minute."""
    ends = {"won": "Closed Won", "lost": "Closed Lost"}
    entries, deals = stages_of(tables), []
    for row in tables["opportunities.csv"]:
        entered = {step["stage"]: minute(step["entered_at"]) for step in reversed(entries[row["opportunity_id"]])}
        last = max(entries[row["opportunity_id"]], key=lambda step: step["entered_at"])["stage"]
        end = ends.get(row["outcome"])
        deals.append(
            {
                "Record ID": row["opportunity_id"],
                "Deal Name": f"{row['segment']} deal",
                "Deal Stage": end or last,
                "Pipeline": "Sales Pipeline",
                "Deal owner": row["owner"],
                "Create Date": minute(row["opened_at"]),
                "Close Date": minute(row["closed_at"] or wish(row)),
                "Amount": one_amount(row),
                "Currency": "USD",
                "Original Traffic Source": row["channel"],
                "Closed Won Reason": "",
                "Closed Lost Reason": row["loss_reason"],
                "Is Closed Won": str(row["outcome"] == "won").lower(),
                "Is closed lost": str(row["outcome"] == "lost").lower(),
                "Associated Contact IDs": row["lead_id"],
            }
            | {f'Date entered "{stage} (Sales Pipeline)"': entered.get(stage, "") for stage in names_of(tables)}
            | {f'Date exited "{stage} (Sales Pipeline)"': "" for stage in names_of(tables)}
            | {
                f'Date entered "{word} (Sales Pipeline)"': minute(row["closed_at"]) if end == word else ""
                for word in ends.values()
            }
        )
    contacts = [
        {
            "Record ID": row["lead_id"],
            "First Name": "Ada",
            "Create Date": minute(row["captured_at"]),
            "Lifecycle Stage": "Lead",
            "Original Traffic Source": row["channel"],
            "Became a Marketing Qualified Lead Date": minute(row["mql_at"]),
            "Became a Sales Qualified Lead Date": minute(row["accepted_at"]),
        }
        for row in tables["leads.csv"]
    ]
    day = "2026-07-01"
    return {f"hubspot-crm-exports-all-deals-{day}.csv": deals, f"hubspot-crm-exports-all-contacts-{day}.csv": contacts}


def zulu(text: str) -> str:
    """A time as Salesforce's API writes it; empty text stays."""
    return dt.datetime.fromisoformat(text).isoformat(timespec="milliseconds") + "+0000" if text else ""


def salesforce(tables: Tables, fields: bool = False) -> Tables:
    """Opportunity, Lead and one of the two histories, with the names of the API."""
    ends = {"won": "Closed Won", "lost": "Closed Lost"}
    entries, lead_of = stages_of(tables), {}
    opportunities, history, changed = [], [], []
    for row in tables["opportunities.csv"]:
        id, end = row["opportunity_id"], ends.get(row["outcome"])
        steps = [(step["entered_at"], step["stage"]) for step in sorted(entries[id], key=lambda s: s["entered_at"])]
        walk = steps + ([(row["closed_at"], end)] if end else [])
        lead_of[row["lead_id"]] = row
        opportunities.append(
            {
                "Id": id, "IsDeleted": "false", "Name": "New business", "StageName": walk[-1][1],
                "Amount": one_amount(row), "Probability": "50", "CloseDate": (row["closed_at"] or wish(row))[:10],
                "Type": "New Business", "LeadSource": row["channel"],
                "IsClosed": str(bool(end)).lower(), "IsWon": str(row["outcome"] == "won").lower(),
                "OwnerId": row["owner"], "CreatedDate": zulu(row["opened_at"]), "Loss_Reason__c": row["loss_reason"],
            }
        )  # fmt: skip
        for at, stage in walk:
            # A change of the amount is a row of its own, with the same stage.
            history += [
                {"Id": f"{id}-{len(history)}", "OpportunityId": id, "StageName": stage, "Amount": one_amount(row),
                 "CloseDate": wish(row)[:10], "CreatedDate": zulu(at), "IsDeleted": "false"}
            ] * 2  # fmt: skip
        for (_, old), (at, new) in pairwise(walk):
            changed += [
                {"Id": f"{id}-{at}", "OpportunityId": id, "Field": field, "OldValue": was, "NewValue": became,
                 "CreatedDate": zulu(at), "IsDeleted": "false"}
                for field, was, became in (("StageName", old, new), ("Amount", "1", "2"))
            ]  # fmt: skip
    leads = [
        {
            "Id": row["lead_id"], "IsDeleted": "false", "LeadSource": row["channel"], "Status": "Open",
            "IsConverted": str(row["lead_id"] in lead_of).lower(), "ConvertedDate": row["accepted_at"][:10],
            "ConvertedOpportunityId": lead_of.get(row["lead_id"], {}).get("opportunity_id", ""),
            "CreatedDate": zulu(row["captured_at"]),
        }
        for row in tables["leads.csv"]
    ]  # fmt: skip
    told = {"OpportunityFieldHistory.csv": changed} if fields else {"OpportunityHistory.csv": history}
    return {"Opportunity.csv": opportunities, "Lead.csv": leads, **told}


def pipedrive(tables: Tables) -> Tables:
    """Deals with Pipedrive's headers and its dates to the second."""
    entries, deals = stages_of(tables), []
    for row in tables["opportunities.csv"]:
        last = max(entries[row["opportunity_id"]], key=lambda step: step["entered_at"])["stage"]
        closed = row["closed_at"][:19].replace("T", " ")
        deals.append(
            {
                "Deal - ID": row["opportunity_id"], "Deal - Title": f"{row['segment']} deal",
                "Deal - Value": one_amount(row), "Deal - Currency": "USD", "Deal - Organization": "Acme",
                "Deal - Pipeline": "Pipeline", "Deal - Stage": last, "Deal - Status": row["outcome"].title(),
                "Deal - Owner": row["owner"], "Deal - Deal created": row["opened_at"][:19].replace("T", " "),
                "Deal - Expected close date": wish(row)[:10],
                "Deal - Won time": closed if row["outcome"] == "won" else "",
                "Deal - Lost time": closed if row["outcome"] == "lost" else "",
                "Deal - Lost reason": row["loss_reason"], "Deal - Source channel": row["channel"],
            }
        )  # fmt: skip
    return {"deals-1234567-1.csv": deals}


def log_of_changes(tables: Tables) -> Tables:
    """One row a happening, in no order."""
    rows = []
    entries = stages_of(tables)
    for row in tables["opportunities.csv"]:
        id, before = row["opportunity_id"], ""
        for step in sorted(entries[id], key=lambda s: s["entered_at"]):
            kind = "moved" if before else "created"
            rows.append((id, kind, before, step["stage"], step["entered_at"], row["owner"], one_amount(row)))
            before = step["stage"]
        if row["outcome"] != "open":
            rows.append((id, row["outcome"], before, "", row["closed_at"], row["owner"], one_amount(row)))
    header = ("record", "type", "stage_from", "stage_to", "ts", "actor", "amount")
    return {"events.csv": [dict(zip(header, row, strict=True)) for row in sorted(rows, key=lambda row: row[-1])]}


CHANGES = {
    "name": "a log",
    "tables": {
        "changes": {
            "file": "events.csv",
            "columns": {
                "opportunity": "record", "kind": "type", "old": "stage_from", "new": "stage_to", "at": "ts",
                "owner": "actor", "amount": "amount",
            },
        }
    },
}  # fmt: skip


def snapshots(tables: Tables, days: list[dt.date], opened: bool = False) -> Tables:
    """How the pipeline stood at the end of each day; closed deals stay in it."""
    rows = []
    entries = stages_of(tables)
    for day in days:
        end = (day + dt.timedelta(days=1)).isoformat()
        for row in tables["opportunities.csv"]:
            if row["opened_at"] >= end:
                continue
            closed = row["outcome"] != "open" and row["closed_at"] < end
            known = [step for step in entries[row["opportunity_id"]] if step["entered_at"] < end]
            stage = max(known, key=lambda step: step["entered_at"])["stage"]
            shown = {
                "snapshot_date": day.isoformat(),
                "deal": row["opportunity_id"],
                "stage": row["outcome"] if closed else stage,
                "amount": one_amount(row),
                "owner": row["owner"],
                "channel": row["channel"],
            }
            rows.append(shown | ({"created": row["opened_at"]} if opened else {}))
    return {"snapshots.csv": rows}


SNAPSHOTS = {
    "name": "snapshots",
    "tables": {
        "snapshots": {
            "file": "snapshots.csv",
            "lenient": True,
            "columns": {
                "date": "snapshot_date", "opportunity": "deal", "stage": "stage", "amount": "amount", "owner": "owner",
                "channel": "channel", "opened": "created",
            },
        }
    },
}  # fmt: skip
