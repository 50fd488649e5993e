"""Hand-made histories with the warts of the real ones; nothing here is taken from them."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

__all__ = ["maven", "olist", "write"]


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def maven(folder: Path) -> Path:
    """Opportunities only: a misspelt product, prospects without a date, an account that only closed deals have."""
    header = (
        "opportunity_id",
        "sales_agent",
        "product",
        "account",
        "deal_stage",
        "engage_date",
        "close_date",
        "close_value",
    )
    rows: list[tuple[object, ...]] = [
        ("A1", "Ann", "GTX Pro", "Acme", "Won", "2017-01-05", "2017-03-01", 4800),
        ("A2", "Ann", "GTXPro", "Beta", "Won", "2017-02-01", "2017-03-20", 4700),
        ("A3", "Bob", "MG Special", "Beta", "Lost", "2017-02-10", "2017-04-02", 0),
        ("A4", "Bob", "MG Special", "Gamma", "Won", "2017-04-01", "2017-04-30", 55),
        ("A5", "Ann", "GTXPro", "Acme", "Won", "2017-04-20", "2017-05-02", 4900),
        ("A6", "Ann", "GTX Pro", "", "Engaging", "2016-11-02", "", ""),
        ("A7", "Bob", "MG Special", "", "Prospecting", "", "", ""),
        ("A8", "Bob", "GTX Pro", "Acme", "Lost", "2017-05-05", "2017-05-30", 0),
        ("A2", "Ann", "GTXPro", "Beta", "Won", "2017-02-01", "2017-03-20", 4700),
        ("A9", "Bob", "GTX Pro", "Acme", "Won", "2017-03-09", "2017-03-02", 10),
    ]
    write(folder / "sales_pipeline.csv", header, rows)
    write(folder / "accounts.csv", ("account", "sector"), [("Acme", "technolgy"), ("Beta", "medical")])
    return folder


def olist(folder: Path) -> Path:
    """Leads and wins apart: wins recorded from December on only, no losses, one win before its lead, no values."""
    leads, wins = [], []
    for k in range(60):
        month, day = 7 + k // 10, 1 + 2 * (k % 10)
        leads.append((f"m{k}", f"2017-{month:02d}-{day:02d}", "page", ("social", "paid_search", "")[k % 3]))
    for k in (41, 45, 47, 50, 52, 55):
        wins.append((f"m{k}", "seller", "sdr", "rep1" if k % 2 else "rep2", f"2017-12-{k - 32:02d} 10:00:00", "pet", 0))
    wins.append(("m59", "seller", "sdr", "rep1", "2017-12-01 10:00:00", "pet", 50_000_000))
    write(
        folder / "olist_marketing_qualified_leads_dataset.csv",
        ("mql_id", "first_contact_date", "landing_page_id", "origin"),
        leads,
    )
    write(
        folder / "olist_closed_deals_dataset.csv",
        ("mql_id", "seller_id", "sdr_id", "sr_id", "won_date", "business_segment", "declared_monthly_revenue"),
        wins,
    )
    return folder
