"""The common part of the CSV tables of what stands when a run begins: columns, labels, dates, amounts, seats."""

import datetime as dt
import math
import zoneinfo
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from scenarios.files import read_text
from scenarios.records import Record, Records, read_records
from scenarios.refusals import nearest, number_remedy, shown
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.plan import Plan
from sim.teams import TEAMS
from sim.units import number

__all__ = ["MAX_PROBLEMS", "Begun", "Row", "begun", "read_rows"]

MAX_PROBLEMS = 50
"""Problems of one file that are listed; the rest are counted."""
_MAX_BYTES = 50_000_000
_SECONDS_PER_DAY = 86_400

T = TypeVar("T")


@dataclass(frozen=True)
class Begun:
    """Where and with whom a run begins, as far as a table of who is there then must fit to it."""

    funnel: Funnel
    """That of the first day."""
    day: dt.date
    called: str
    """What the day is, in a planner's words."""
    timezone: str
    seats: tuple[str, ...]
    """Those that are filled on that day."""

    @property
    def ae_seats(self) -> tuple[str, ...]:
        """AEs' among them."""
        return tuple(seat for seat in self.seats if seat.startswith("ae "))


def begun(funnel: Funnel, plan: Plan, root: Plan, run_in: int = 0) -> Begun:
    """The beginning of a run after a run-in of so many months of the root plan."""
    first = root if run_in else plan
    month = max(plan.start.year * 12 + plan.start.month - 1 - run_in, 12)
    return Begun(
        funnel=funnel,
        day=dt.date(month // 12, month % 12 + 1, 1) if run_in else plan.start,
        called="the first simulated day" if run_in else "the plan's start",
        timezone=plan.calendar.timezone,
        seats=tuple(
            f"{name} {place + 1}"
            for name in TEAMS
            if (team := first.teams.of(name)) is not None
            for place in range((*first.heads(team), 0)[0])
        ),
    )


def read_rows(
    path: Path, columns: Sequence[str], optional: Sequence[str], begun: Begun, noun: Callable[["Row"], T]
) -> tuple[T, ...]:
    """The nouns of a table in the file's order; the first column is who it is, and differs from row to row.

    Raises InputError with the problems of all rows.
    """
    records, problems = read_records(path, read_text(path, _MAX_BYTES))
    rows = records.rows
    if not problems or rows:
        header = list(_header_problems(records, columns, optional))
        problems += header
        rows = () if header else rows
    found: dict[str, T] = {}
    for each in rows:
        row = Row(records, each, begun)
        made, own = noun(row), row.cells[columns[0]]
        if own in found and own:
            row.refuse(columns[0], f"must differ from the {columns[0]}s above it", own)
        problems += row.problems
        found.setdefault(own, made)
    if len(problems) > MAX_PROBLEMS:
        more = Problem(f"{path}:1:1", f"and {len(problems) - MAX_PROBLEMS} more problems in this file")
        problems = [*problems[:MAX_PROBLEMS], more]
    if problems:
        raise InputError(problems)
    return tuple(found.values())


def _header_problems(records: Records, columns: Sequence[str], optional: Sequence[str]) -> Iterator[Problem]:
    header = records.header
    if not header.cells:
        remedy = f"the first line names the columns: {', '.join(columns)}"
        yield Problem(f"{records.path}:1:1", "is empty", remedy=remedy)
        return
    for place, name in enumerate(header.cells):
        if name not in columns:
            yield records.problem(header, place, "unknown column", shown(name), nearest(name, columns, "columns are"))
        elif name in header.cells[:place]:
            yield records.problem(header, place, f"column {name} is given twice")
    for name in columns:
        if name not in optional and name not in header.cells:
            yield records.problem(header, 0, f"column {name} is missing")


class Row:
    """One row, its problems collected."""

    def __init__(self, records: Records, record: Record, begun: Begun):
        self.records, self.record, self.begun = records, record, begun
        self.cells = dict(zip(records.header.cells, record.cells, strict=True))
        self.problems: list[Problem] = []

    def refuse(self, column: str, rule: str, got: str = "", remedy: str = "") -> None:
        """Add a problem with a cell."""
        place = self.records.header.cells.index(column)
        self.problems.append(self.records.problem(self.record, place, rule, got, remedy, column))

    def id(self) -> str:
        """The cell of the column `id`."""
        if not self.cells["id"]:
            self.refuse("id", "must not be empty")
        return self.cells["id"]

    def labels(self, *columns: str) -> dict[str, str]:
        """Cells that name something of the funnel."""
        for column in columns:
            known = getattr(self.begun.funnel, f"{column}s")
            self.one_of(column, known, f"must name a {column} of the funnel")
        return {column: self.cells[column] for column in columns}

    def one_of(self, column: str, known: Any, rule: str) -> str:
        """A cell that is one of several words."""
        if self.cells[column] not in known:
            self.refuse(column, rule, shown(self.cells[column]), nearest(self.cells[column], known))
        return self.cells[column]

    def owner(self) -> str | None:
        """The AE's seat in the column `owner`, if there is one."""
        if not self.cells.get("owner"):
            return None
        return self.one_of("owner", self.begun.ae_seats, f"must name an AE's seat that is filled on {self.begun.day}")

    def amount(self, column: str, needed: bool = False) -> float | None:
        """An amount of money; none for an empty cell that may be empty."""
        text = self.cells[column]
        if not text and not needed:
            return None
        try:
            amount: Any = number(text)
        except ValueError as error:
            self.refuse(column, str(error), shown(text), number_remedy(text))
            return None
        if not math.isfinite(amount) or not 0 <= amount <= 1e15:
            self.refuse(column, "must be a finite amount of at least 0", shown(text))
            return None
        return float(amount)

    def age(self, column: str, before: bool = False) -> float | None:
        """Civil days from a date or time until the run begins; before: it must be earlier than that."""
        age = self._days(column)
        if age is not None and (age < 0 or (before and age == 0)):
            rule = "must be before" if before else "must not be after"
            self.refuse(column, f"{rule} {self._first_day}", self.cells[column])
            return None
        return age

    def ahead(self, column: str) -> float | None:
        """Civil days from when the run begins until a date or time."""
        age = self._days(column)
        if age is not None and age > 0:
            self.refuse(column, f"must not be before {self._first_day}", self.cells[column])
            return None
        return None if age is None else -age

    @property
    def _first_day(self) -> str:
        return f"{self.begun.called}, {self.begun.day.isoformat()}"

    def _days(self, column: str) -> float | None:
        text = self.cells[column]
        try:
            moment = dt.datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                moment = moment.astimezone(zoneinfo.ZoneInfo(self.begun.timezone)).replace(tzinfo=None)
        except (ValueError, OverflowError, zoneinfo.ZoneInfoNotFoundError):
            self.refuse(column, "must be a date such as 2026-11-30 or a time such as 2026-11-30T14:05", shown(text))
            return None
        first = dt.datetime.combine(self.begun.day, dt.time())
        return (first - moment).total_seconds() / _SECONDS_PER_DAY
