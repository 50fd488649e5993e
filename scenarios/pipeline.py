"""The open pipeline's CSV: one row an opportunity that is open on the plan's start, read into a Snapshot.

Columns: id, channel, segment, product, stage, amount (may be empty), opened, stage_entered (ISO dates or times in the
plan's time zone), and optionally zombie (true or false).
"""

import datetime as dt
import math
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scenarios.files import read_text
from scenarios.records import Record, Records, read_records
from scenarios.refusals import nearest, number_remedy, shown
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.plan import Plan
from sim.snapshot import OpenDeal, Snapshot
from sim.units import number

__all__ = ["COLUMNS", "MAX_PROBLEMS", "read_pipeline"]

COLUMNS = ("id", "channel", "segment", "product", "stage", "amount", "opened", "stage_entered", "zombie")
MAX_PROBLEMS = 50
"""Problems of one file that are listed; the rest are counted."""
_MAX_BYTES = 50_000_000
_SECONDS_PER_DAY = 86_400


def read_pipeline(path: str | Path, funnel: Funnel, plan: Plan) -> Snapshot:
    """The deals open at the plan's start, in the file's order. Raises InputError with the problems of all rows."""
    path = Path(path)
    records, problems = read_records(path, read_text(path, _MAX_BYTES))
    rows = records.rows
    if not problems or rows:
        header = list(_header_problems(records))
        problems += header
        rows = () if header else rows
    deals: dict[str, OpenDeal] = {}
    for row in rows:
        reader = _Reader(records, row, funnel, plan)
        deal = reader.deal()
        if deal.id in deals and deal.id:
            reader.refuse("id", "must differ from the ids above it", deal.id)
        problems += reader.problems
        deals.setdefault(deal.id, deal)
    if len(problems) > MAX_PROBLEMS:
        more = Problem(f"{path}:1:1", f"and {len(problems) - MAX_PROBLEMS} more problems in this file")
        problems = [*problems[:MAX_PROBLEMS], more]
    if problems:
        raise InputError(problems)
    return Snapshot(tuple(deals.values()))


def _header_problems(records: Records) -> Iterator[Problem]:
    header = records.header
    if not header.cells:
        remedy = f"the first line names the columns: {', '.join(COLUMNS)}"
        yield Problem(f"{records.path}:1:1", "is empty", remedy=remedy)
        return
    for place, name in enumerate(header.cells):
        if name not in COLUMNS:
            yield records.problem(header, place, "unknown column", shown(name), nearest(name, COLUMNS, "columns are"))
        elif name in header.cells[:place]:
            yield records.problem(header, place, f"column {name} is given twice")
    for name in COLUMNS:
        if name != "zombie" and name not in header.cells:
            yield records.problem(header, 0, f"column {name} is missing")


class _Reader:
    """One row as a deal, its problems collected."""

    def __init__(self, records: Records, row: Record, funnel: Funnel, plan: Plan):
        self.records, self.row, self.funnel, self.plan = records, row, funnel, plan
        self.cells = dict(zip(records.header.cells, row.cells, strict=True))
        self.problems: list[Problem] = []

    def refuse(self, column: str, rule: str, got: str = "", remedy: str = "") -> None:
        place = self.records.header.cells.index(column)
        self.problems.append(self.records.problem(self.row, place, rule, got, remedy, column))

    def deal(self) -> OpenDeal:
        cells = self.cells
        if not cells["id"]:
            self.refuse("id", "must not be empty")
        for column, known in (
            ("channel", self.funnel.channels),
            ("segment", self.funnel.segments),
            ("product", self.funnel.products),
            ("stage", self.funnel.stages),
        ):
            if cells[column] not in known:
                rule = f"must name a {column} of the funnel"
                self.refuse(column, rule, shown(cells[column]), nearest(cells[column], known))
        age = self._age("opened")
        stage_age = self._age("stage_entered")
        if age is not None and stage_age is not None and stage_age > age:
            self.refuse("stage_entered", "must not come before `opened`", cells["stage_entered"])
        return OpenDeal(
            id=cells["id"],
            channel=cells["channel"],
            segment=cells["segment"],
            product=cells["product"],
            stage=cells["stage"],
            amount=self._amount(),
            age=age or 0.0,
            stage_age=stage_age or 0.0,
            zombie=self._zombie(),
        )

    def _amount(self) -> float | None:
        text = self.cells["amount"]
        if not text:
            return None
        try:
            amount: Any = number(text)
        except ValueError as error:
            self.refuse("amount", str(error), shown(text), number_remedy(text))
            return None
        if not math.isfinite(amount) or not 0 <= amount <= 1e15:
            self.refuse("amount", "must be a finite amount of at least 0", shown(text))
            return None
        return float(amount)

    def _zombie(self) -> bool:
        text = self.cells.get("zombie", "").lower()
        if text not in ("", "true", "false"):
            self.refuse("zombie", "must be true or false", shown(self.cells["zombie"]))
        return text == "true"

    def _age(self, column: str) -> float | None:
        """Civil days from a date or time until the plan's start."""
        text = self.cells[column]
        try:
            moment = dt.datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                moment = moment.astimezone(zoneinfo.ZoneInfo(self.plan.calendar.timezone)).replace(tzinfo=None)
        except (ValueError, OverflowError, zoneinfo.ZoneInfoNotFoundError):
            self.refuse(column, "must be a date such as 2026-11-30 or a time such as 2026-11-30T14:05", shown(text))
            return None
        start = dt.datetime.combine(self.plan.start, dt.time())
        age = (start - moment).total_seconds() / _SECONDS_PER_DAY
        if age < 0:
            self.refuse(column, f"must not be after the plan's start, {self.plan.start.isoformat()}", text)
            return None
        return age
