"""The open pipeline's CSV: one row an opportunity that is open on the plan's start, read into open deals.

Columns: id, channel, segment, product, stage, amount (may be empty), opened, stage_entered (ISO dates or times in the
plan's time zone), and optionally zombie (true or false) and owner (an AE's seat such as ae 2).
"""

from pathlib import Path

from scenarios.refusals import shown
from scenarios.rows import Begun, Row, read_rows
from sim.snapshot import OpenDeal

__all__ = ["COLUMNS", "read_pipeline"]

COLUMNS = ("id", "channel", "segment", "product", "stage", "amount", "opened", "stage_entered", "zombie", "owner")


def read_pipeline(path: str | Path, begun: Begun) -> tuple[OpenDeal, ...]:
    """The deals open at the plan's start, in the file's order. Raises InputError with the problems of all rows."""
    return read_rows(Path(path), COLUMNS, ("zombie", "owner"), begun, _deal)


def _deal(row: Row) -> OpenDeal:
    own, labels = row.id(), row.labels("channel", "segment", "product", "stage")
    age, stage_age = row.age("opened"), row.age("stage_entered")
    if age is not None and stage_age is not None and stage_age > age:
        row.refuse("stage_entered", "must not come before `opened`", row.cells["stage_entered"])
    return OpenDeal(
        id=own,
        **labels,
        amount=row.amount("amount"),
        age=age or 0.0,
        stage_age=stage_age or 0.0,
        zombie=_zombie(row),
        owner=row.owner(),
    )


def _zombie(row: Row) -> bool:
    text = row.cells.get("zombie", "").lower()
    if text not in ("", "true", "false"):
        row.refuse("zombie", "must be true or false", shown(row.cells["zombie"]))
    return text == "true"
