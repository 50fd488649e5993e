"""The page: one console for answers on stdout, and the few shapes that every answer is made of."""

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import typer
from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

__all__ = ["Column", "Page", "print_json"]

_WIDEST = 120
_FOLDED = 16
"""Columns that a folded text needs at least."""

Column = str | tuple[str, Literal["left", "label", "bar"]]


def print_json(record: Any) -> None:
    """One JSON record on stdout; NaN and infinity are refused, as JSON has none."""
    typer.echo(json.dumps(record, indent=1, ensure_ascii=False, allow_nan=False))


class Page:
    """Prints to stdout: colours on a terminal, plain when piped, never wider than is read with ease."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, markup=False, emoji=False)
        if self._console.width > _WIDEST:
            self._console.width = _WIDEST

    @property
    def width(self) -> int:
        """Columns there are."""
        return self._console.width

    def title(self, text: str) -> None:
        """What the answer is about."""
        self._console.print(Text(text, style="bold"))

    def text(self, *paragraphs: str) -> None:
        """Plain sentences."""
        for paragraph in paragraphs:
            self._console.print(Text(paragraph))

    def gap(self) -> None:
        """An empty line."""
        self._console.print()

    def notes(self, heading: str, notes: Iterable[str]) -> None:
        """A list of sentences under a heading; nothing if there are none."""
        notes = list(notes)
        if notes:
            self.gap()
            self.title(heading)
            for note in notes:
                row = Table.grid(padding=(0, 1))
                row.add_row("-", Text(note))
                self._console.print(row)

    def foot(self, *sentences: str) -> None:
        """What the table above needs in order to be read."""
        for sentence in sentences:
            self._console.print(Padding(Text(sentence, style="dim"), (0, 0, 0, 1)))

    def bar(self, value: float, most: float, width: int) -> str:
        """A bar whose length is to `width` as the value is to the largest; nothing for what is not above zero."""
        if not (math.isfinite(value) and math.isfinite(most)) or value <= 0 or most <= 0:
            return ""
        mark = "#" if self._console.options.ascii_only else "\N{FULL BLOCK}"
        return mark * max(1, round(width * min(value / most, 1.0)))

    def table(self, title: str, columns: Sequence[Column], gap: int = 2) -> Table:
        """A table to be filled; columns are numbers unless they say that they are text (left; folded where
        it does not fit), a label (never folded) or a bar. `gap` is the space between columns."""
        table = Table(
            title=Text(title, style="bold"),
            title_justify="left",
            box=box.SIMPLE_HEAD,
            show_edge=False,
            padding=(0, gap - 1, 0, 0),
        )
        for column in columns:
            name, side = column if isinstance(column, tuple) else (column, "number")
            table.add_column(
                Text(name),
                justify="right" if side == "number" else "left",
                no_wrap=side != "left",
                overflow="fold",
                vertical="top",
            )
        return table

    def show(self, table: Table) -> None:
        """Print a table after an empty line; numbers are never cut, so a table that needs more room takes it."""
        self.gap()
        if table.title is not None:
            # Apart from the table, whose width would fold it.
            title, table.title = table.title, None
            self._console.print(title)
        if _room(table) > self.width:
            # Closer together before it becomes wider than the page.
            table.padding = (0, 0, 0, 0)
        needed = _room(table)
        if needed > self.width:
            width, self._console.width = self.width, needed
            self._console.print(table)
            self._console.width = width
        else:
            self._console.print(table)


def _room(table: Table) -> int:
    """Columns that a table needs so that no number and no label is cut."""
    gap = table.padding[1] + 1
    widths = []
    for column in table.columns:
        cells = [getattr(cell, "plain", cell) for cell in (column.header, *column.cells)]
        widest = max(cell_len(line) for cell in cells for line in str(cell).split("\n"))
        widths.append(widest if column.no_wrap else min(widest, _FOLDED))
    return sum(widths) + gap * len(widths)
