"""Report: a run as data that a page or a workbook can show: sections of sentences, charts and tables of numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

from results.report.drawing import Chart

__all__ = ["Cell", "Column", "Named", "Number", "Report", "Row", "Section", "Table", "Tile", "columns", "sized"]


@dataclass(frozen=True)
class Number:
    """A number in a table."""

    value: float
    """NaN = not defined."""
    unit: str = ""
    size: float | None = None
    """What sets its scale and decimals: the largest of those beside it; by default the value itself."""


@dataclass(frozen=True)
class Named:
    """A metric in a table."""

    name: str
    id: str
    """By which `leadflow metrics` tells its definition."""


Cell = str | Number | Named


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    name: str
    text: bool = False
    """Whether it holds words."""


@dataclass(frozen=True)
class Row:
    """A row of a table, or a heading inside it, which has one cell."""

    cells: tuple[Cell, ...]
    heading: bool = False
    sum: bool = False
    """Whether it adds up the rows above it."""


@dataclass(frozen=True)
class Table:
    """Rows under columns."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    """What it needs in order to be read."""


@dataclass(frozen=True)
class Tile:
    """One figure at the top."""

    name: str
    value: Cell
    words: str
    """What stands below it: range or definition."""


@dataclass(frozen=True)
class Section:
    """A part of a report: a question, its answer in words, a picture of it, the numbers."""

    name: str
    """Its id on a page."""
    title: str
    words: tuple[str, ...] = ()
    chart: Chart | None = None
    legend: str = ""
    """How the chart is read."""
    behind: tuple[Table, ...] = ()
    """The chart's numbers, shown when asked for."""
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    """Sentences that stand as a list."""


@dataclass(frozen=True)
class Report:
    """A run, ready to be shown."""

    title: str
    about: str
    """Which months, how many replications."""
    tiles: tuple[Tile, ...]
    sections: tuple[Section, ...]

    def of(self, name: str) -> Section | None:
        """A section by its id; none if the report has none."""
        return next((section for section in self.sections if section.name == name), None)


def columns(text: str, *numbers: str) -> tuple[Column, ...]:
    """One column of words, then numbers."""
    return (Column(text, text=True), *(Column(name) for name in numbers))


def sized(values: Sequence[float], unit: str, size: float) -> tuple[Number, ...]:
    """Numbers of one unit and scale."""
    return tuple(Number(value, unit, size) for value in values)
