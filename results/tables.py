"""Tables: what is measured of a run beside its metrics (losses, what became of the potential, details), as JSON."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from results.leakage import BalanceRow, LeakageRow
from results.parts import PartRow
from results.places import Place
from results.plain import plain
from results.report.details import DetailRow, Details
from sim.errors import InputError, Problem

__all__ = ["Tables", "read_tables", "write_tables"]


@dataclass(frozen=True)
class Tables:
    """A run's tables, each reduced over its replications."""

    leakage: tuple[LeakageRow, ...]
    balance: tuple[BalanceRow, ...]
    details: Details | None = None
    """What only a run of which a report was made has."""


def write_tables(tables: Tables, file: Path) -> None:
    """Write them; what is not defined is null."""
    file.write_text(json.dumps(plain(tables), indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def read_tables(file: Path) -> Tables:
    """Read what was written; InputError for a file that holds something else."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        more = said["details"]
        return Tables(
            leakage=tuple(_row(LeakageRow, row) for row in said["leakage"]),
            balance=tuple(_row(BalanceRow, row) for row in said["balance"]),
            details=None
            if more is None
            else Details(
                tuple(_row(DetailRow, row) for row in more["metrics"]),
                tuple(_part(row) for row in more["channels"]),
            ),
        )
    except (ValueError, TypeError, KeyError) as error:
        remedy = "a report of the run's plan, with its seed and replications, writes them anew"
        raise InputError(Problem(str(file), "cannot be read as a run's tables", str(error), remedy)) from error


def _part(said: Mapping[str, Any]) -> PartRow:
    place = said["place"]
    return _row(PartRow, {**said, "place": None if place is None else Place(**place)})


Row = TypeVar("Row", LeakageRow, BalanceRow, DetailRow, PartRow)


def _row(kind: type[Row], said: Mapping[str, Any]) -> Row:
    numbers = {field.name for field in fields(kind) if field.type is float}
    values: dict[str, Any] = {
        name: math.nan if value is None and name in numbers else value for name, value in said.items()
    }
    return kind(**values)
