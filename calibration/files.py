"""Reads the files of a history as sheets: CSV, Parquet and Excel workbooks."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np

from calibration.sheets import Sheet, listed
from scenarios.files import read_utf8
from scenarios.records import read_records
from sim.errors import InputError, Problem

__all__ = ["CSV", "EXCEL", "PARQUET", "read_csv", "read_parquet", "read_workbook"]

CSV, PARQUET, EXCEL = (".csv",), (".parquet", ".pq"), (".xlsx", ".xlsm")
"""Suffixes."""

_MAX_BYTES = 1_000_000_000
"""The largest file of a history that is read."""


def read_csv(path: Path) -> Sheet:
    """A UTF-8 CSV file. Raises InputError with the place of what is not a table."""
    import pandas as pd

    records, problems = read_records(path, read_utf8(path, _MAX_BYTES))
    names = records.header.cells
    if not names and not problems:
        problems = [Problem(f"{path}:1:1", "is empty", remedy="the first line names the columns")]
    problems = listed(str(path), problems)
    problems += [
        records.problem(records.header, place, f"column {name} is given twice", remedy="rename or remove one of them")
        for place, name in enumerate(names)
        if name and name in names[:place]
    ]
    if problems:
        raise InputError(problems)
    frame = pd.DataFrame([row.cells for row in records.rows], columns=_named(names), dtype=object)
    return Sheet(str(path), path.name, frame, records)


def read_parquet(path: Path) -> Sheet:
    """A Parquet file. Raises InputError where it is none."""
    import pandas as pd

    try:
        # Parquet has real types; text that reads back the same keeps one path through the checks of cells.
        frame = pd.read_parquet(path).astype(object).map(lambda cell: "" if pd.isna(cell) else str(cell).strip())
    except (OSError, ValueError) as fault:
        got, remedy = str(fault).splitlines()[0][:200], "save it again as Parquet, or as UTF-8 CSV"
        raise InputError(Problem(str(path), "cannot be read as a table", got, remedy)) from None
    return Sheet(str(path), path.name, frame)


def read_workbook(path: Path) -> dict[str, Sheet]:
    """The sheets of an Excel workbook by their names, the first row of each naming the columns.

    Of formulas their last computed value is read. Raises InputError where it is no workbook.
    """
    import pandas as pd

    try:
        from openpyxl import load_workbook
    except ImportError:
        remedy = "install leadflow[excel], or save the sheets as UTF-8 CSV"
        raise InputError(Problem(str(path), "needs openpyxl, which is not installed", "", remedy)) from None
    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except Exception as fault:  # openpyxl lets pass whatever zip, XML and its own readers raise
        got, remedy = str(fault).splitlines()[0][:200], "save it again as .xlsx, or as UTF-8 CSV"
        raise InputError(Problem(str(path), "cannot be read as a workbook", got, remedy)) from None
    found = {}
    for sheet in book.worksheets:
        rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        if not any(map(any, rows)):
            continue
        names, where = rows[0], f"{path}: {sheet.title}"
        twice = sorted({name for name in names if name and names.count(name) > 1})
        if twice:
            remedy = "rename or remove one of them"
            raise InputError(Problem(f"{where}: row 1", f"column {name} is given twice", "", remedy) for name in twice)
        numbers = np.array([number for number, row in enumerate(rows[1:], 2) if any(row)], dtype=np.int64)
        cells = [row + [""] * (len(names) - len(row)) for row in rows[1:] if any(row)]
        frame = pd.DataFrame(cells, columns=_named(names), dtype=object)
        found[sheet.title] = Sheet(where, f"{path.name}: {sheet.title}", frame, None, numbers)
    book.close()
    return found


def _named(names: "tuple[str, ...] | list[str]") -> list[str]:
    """A spreadsheet leaves columns without a name at the right; nothing can be mapped onto them."""
    return [name or f"(column {place})" for place, name in enumerate(names, 1)]


def _text(cell: Any) -> str:
    """A cell of a workbook as a CSV file would have it; text that reads back the same."""
    if cell is None:
        return ""
    if isinstance(cell, (dt.datetime, dt.date)):
        return cell.isoformat().removesuffix("T00:00:00")
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell).strip()
