"""A hand-made history with reps and the warts of a real one; nothing here is taken from it."""

import csv
from pathlib import Path

__all__ = ["maven"]

_HEADER = (
    "opportunity_id",
    "sales_agent",
    "product",
    "account",
    "deal_stage",
    "engage_date",
    "close_date",
    "close_value",
)


def maven(folder: Path) -> Path:
    """Ann wins 45 of 60 and Bob 24 of 60, in the same months and of the same two products, one of them misspelt; Cat
    closed two; open deals without account or date, and a deal that closed before the window, are nobody's."""
    rows: list[tuple[object, ...]] = []
    for agent, won in (("Ann", 45), ("Bob", 24)):
        for k in range(60):
            # Wins are spread evenly over months and products: k * won // 60 grows by one with each of them.
            is_won = (k + 1) * won // 60 > k * won // 60
            product = ("GTX Pro", "GTXPro", "MG Special")[k % 3]
            closes = f"2017-{3 + k // 6:02d}-{3 + 4 * (k % 6):02d}"
            stage = "Won" if is_won else "Lost"
            rows.append((f"{agent}{k}", agent, product, "Acme", stage, "2017-02-01", closes, 500 if is_won else 0))
    rows += [
        ("C1", "Cat", "GTX Pro", "Acme", "Won", "2017-03-01", "2017-05-01", 500),
        ("C2", "Cat", "MG Special", "Acme", "Lost", "2017-03-01", "2017-05-03", 0),
        ("O1", "Bob", "GTX Pro", "", "Engaging", "2016-11-02", "", ""),
        ("O2", "Cat", "MG Special", "", "Prospecting", "", "", ""),
        ("E1", "Cat", "MG Special", "Acme", "Lost", "2017-01-01", "2017-02-03", 0),
    ]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "sales_pipeline.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerows([_HEADER, *rows])
    (folder / "accounts.csv").write_text("account,sector\nAcme,technolgy\n", encoding="utf-8")
    return folder
