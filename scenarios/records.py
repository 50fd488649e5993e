"""A CSV file as records that know the place of every cell, so that a fault is said of a line and a column."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from scenarios.files import quote_line
from sim.errors import Problem

__all__ = ["Record", "Records", "read_records"]


class Record(NamedTuple):
    """A header or a row: the lines from which it was read, the first counted from 1, and its cells, stripped."""

    first: int
    last: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Records:
    """The records of one file; blank lines are no records."""

    path: Path
    lines: tuple[str, ...]
    header: Record
    rows: tuple[Record, ...]

    def problem(
        self, record: Record, place: int, rule: str, got: str = "", remedy: str = "", name: str = ""
    ) -> Problem:
        """A problem with a cell: the one at `place` of a record, after which the field `name` is said, if any."""
        text = "".join(self.lines[record.first - 1 : record.last])
        at = _column(text, place)
        line = record.first + text[: at - 1].count("\n")
        at -= text.rfind("\n", 0, at - 1) + 1
        where = f"{self.path}:{line}:{at}{f': {name}' if name else ''}"
        return Problem(where, rule, got, remedy, quote_line(text.splitlines()[line - record.first], at))


def read_records(path: Path, text: str) -> tuple[Records, list[Problem]]:
    """The records of a CSV file's text, and what is wrong with its form: separators, quotes, rows of another length.

    Rows of another length than the header are not among the records.
    """
    lines = tuple(io.StringIO(text, newline="").readlines())
    reader = csv.reader(lines, strict=True)
    found: list[Record] = []
    problems: list[Problem] = []
    ends = 0
    try:
        for cells in reader:
            begins, ends = ends, reader.line_num
            if cells and cells != [""]:
                found.append(Record(begins + 1, ends, tuple(map(str.strip, cells))))
    except csv.Error as error:
        remedy = 'a quote (") opens a value, closes it, or is doubled within it'
        problems.append(Problem(f"{path}:{ends + 1}:1", f"is not a CSV file: {error}", remedy=remedy))
    records = Records(path, lines, found[0] if found else Record(1, 1, ()), tuple(found[1:]))
    width = len(records.header.cells)
    raw = "".join(lines[records.header.first - 1 : records.header.last])
    if width == 1 and len(raw.split(";")) + len(raw.split("\t")) > 3:
        rule, remedy = "columns must be separated by commas", "save it as comma-separated"
        return Records(path, lines, records.header, ()), [records.problem(records.header, 0, rule, remedy=remedy)]
    even = tuple(row for row in records.rows if len(row.cells) == width)
    problems += [
        records.problem(
            row, 0, f"must have {width} values", f"{len(row.cells)}", "a value that holds a comma needs double quotes"
        )
        for row in records.rows
        if len(row.cells) != width
    ]
    return Records(path, lines, records.header, even), problems


def _column(raw: str, place: int) -> int:
    """The column, counted from 1, at which a cell of a record's text begins."""
    quoted, seen = False, 0
    for at, char in enumerate(raw):
        if seen == place:
            return at + 1
        if char == '"':
            quoted = not quoted
        elif char == "," and not quoted:
            seen += 1
    return len(raw.rstrip("\r\n")) + 1
