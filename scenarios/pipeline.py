"""The open pipeline's CSV: one row an opportunity that is open on the plan's start, read into a Snapshot.

Columns: id, channel, segment, product, stage, amount (may be empty), opened, stage_entered (ISO dates or times in the
plan's time zone), and optionally zombie (true or false).
"""

import csv
import datetime as dt
import io
import math
import zoneinfo
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenarios.files import quote_line, read_text
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


@dataclass(frozen=True)
class _Row:
    """A record with the line on which it begins and its text."""

    line: int
    text: str
    cells: dict[str, str]
    order: tuple[str, ...]


def read_pipeline(path: str | Path, funnel: Funnel, plan: Plan) -> Snapshot:
    """The deals open at the plan's start, in the file's order. Raises InputError with the problems of all rows."""
    path = Path(path)
    problems: list[Problem] = []
    deals: dict[str, OpenDeal] = {}
    try:
        for row in _rows(path, read_text(path, _MAX_BYTES), problems):
            reader = _Reader(path, row, funnel, plan)
            deal = reader.deal()
            if deal.id in deals and deal.id:
                reader.refuse("id", "must differ from the ids above it", deal.id)
            problems += reader.problems
            deals.setdefault(deal.id, deal)
    except csv.Error as error:
        problems.append(Problem(f"{path}:1:1", f"is not a CSV file: {error}"))
    if len(problems) > MAX_PROBLEMS:
        more = Problem(f"{path}:1:1", f"and {len(problems) - MAX_PROBLEMS} more problems in this file")
        problems = [*problems[:MAX_PROBLEMS], more]
    if problems:
        raise InputError(problems)
    return Snapshot(tuple(deals.values()))


def _rows(path: Path, text: str, problems: list[Problem]) -> Iterator[_Row]:
    lines = io.StringIO(text, newline="").readlines()
    reader = csv.reader(lines, strict=True)
    header: tuple[str, ...] = ()
    begins = 0
    for cells in reader:
        first, begins = begins, reader.line_num
        raw = "".join(lines[first:begins])
        if not cells or cells == [""]:
            continue
        if not header:
            header = tuple(cell.strip() for cell in cells)
            found = list(_header_problems(path, first + 1, raw, header))
            problems += found
            if found:
                return
            continue
        if len(cells) != len(header):
            where = f"{path}:{first + 1}:1"
            got, remedy = f"{len(cells)}", "a value that holds a comma needs double quotes"
            problems.append(Problem(where, f"must have {len(header)} values", got, remedy, quote_line(raw, 1)))
            continue
        yield _Row(first + 1, raw, dict(zip(header, (cell.strip() for cell in cells), strict=True)), header)
    if not header:
        problems.append(
            Problem(f"{path}:1:1", "is empty", remedy=f"the first line names the columns: {', '.join(COLUMNS)}")
        )


def _header_problems(path: Path, line: int, raw: str, header: tuple[str, ...]) -> Iterator[Problem]:
    needed = [name for name in COLUMNS if name != "zombie"]
    if len(header) == 1 and len(raw.split(";")) + len(raw.split("\t")) > 3:
        remedy = "save it as comma-separated"
        yield Problem(
            f"{path}:{line}:1", "columns must be separated by commas", remedy=remedy, quote=quote_line(raw, 1)
        )
        return
    for place, name in enumerate(header):
        where = f"{path}:{line}:{_column(raw, place)}"
        if name not in COLUMNS:
            yield Problem(
                where, "unknown column", shown(name), nearest(name, COLUMNS, "columns are"), quote_line(raw, 1)
            )
        elif name in header[:place]:
            yield Problem(where, f"column {name} is given twice", quote=quote_line(raw, 1))
    for name in needed:
        if name not in header:
            yield Problem(f"{path}:{line}:1", f"column {name} is missing", quote=quote_line(raw, 1))


def _column(raw: str, place: int) -> int:
    """The column, counted from 1, at which a cell of a record's first line begins."""
    quoted, seen = False, 0
    for at, char in enumerate(raw):
        if seen == place:
            return at + 1
        if char == '"':
            quoted = not quoted
        elif char == "," and not quoted:
            seen += 1
    return len(raw.rstrip("\r\n")) + 1


class _Reader:
    """One row as a deal, its problems collected."""

    def __init__(self, path: Path, row: _Row, funnel: Funnel, plan: Plan):
        self.path, self.row, self.funnel, self.plan = path, row, funnel, plan
        self.problems: list[Problem] = []

    def refuse(self, column: str, rule: str, got: str = "", remedy: str = "") -> None:
        at = _column(self.row.text, self.row.order.index(column))
        line = self.row.line + self.row.text[: at - 1].count("\n")
        at -= self.row.text.rfind("\n", 0, at - 1) + 1
        quote = quote_line(self.row.text.splitlines()[line - self.row.line], at)
        self.problems.append(Problem(f"{self.path}:{line}:{at}: {column}", rule, got, remedy, quote))

    def deal(self) -> OpenDeal:
        cells = self.row.cells
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
        text = self.row.cells["amount"]
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
        text = self.row.cells.get("zombie", "").lower()
        if text not in ("", "true", "false"):
            self.refuse("zombie", "must be true or false", shown(self.row.cells["zombie"]))
        return text == "true"

    def _age(self, column: str) -> float | None:
        """Civil days from a date or time until the plan's start."""
        text = self.row.cells[column]
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
