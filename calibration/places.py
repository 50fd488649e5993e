"""Place: where a history lies (a folder, one file, a workbook or a database), and the sheets that are found there."""

from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

from calibration.database import Database
from calibration.files import CSV, EXCEL, PARQUET, read_csv, read_parquet, read_workbook
from calibration.sheets import Sheet
from sim.errors import InputError, Problem

__all__ = ["Place", "open_place"]


_NO_TABLES = (".md", ".yaml", ".yml", ".json", ".html", ".htm", ".pdf", ".docx", ".zip", ".py", ".xls")
"""Suffixes of files that are no tables, or none that can be read. Others are tried as CSV."""


class Place:
    """Tables by name: the files of a folder, the sheets of a workbook, the tables of a database."""

    def __init__(
        self,
        where: str,
        names: list[str],
        read: Callable[[str], Sheet],
        files: bool = False,
        one: bool = False,
    ):
        self.where = where
        self._names = names
        self._read = read
        self._files = files
        self.one = one
        """Whether it is a single table, which then is that of the opportunities."""

    def find(self, file: str) -> str | None:
        """The name of the table for a mapping's file; none if there is none.

        Letter case does not matter, nor does a suffix where there are no files or none of just that name. A file of a
        mapping may hold `*`. Raises InputError where several fit.
        """
        stem = _stem(file).lower()
        exact = [name for name in self._names if name.lower() == file.lower()] if self._files else []
        near = exact or [name for name in self._names if fnmatch(self._plain(name), stem)]
        # The same table saved in two formats: nobody but the user knows which of them is the right one.
        others = [name for name in self._names if name not in near and self._is_file_of(name, stem)] if exact else []
        if len(near) + len(others) > 1:
            near = [*near, *others]
            remedy = "remove all but one of them" if exact else "keep one of them there, or name it in a mapping"
            raise InputError(Problem(self.where, f"holds several tables for {file}", ", ".join(sorted(near)), remedy))
        return near[0] if near else None

    def _is_file_of(self, name: str, stem: str) -> bool:
        """Whether it is a file of a known format that has this name before its suffix."""
        return Path(name).suffix.lower() in (*CSV, *PARQUET, *EXCEL) and self._plain(name) == stem

    def _plain(self, name: str) -> str:
        known = not self._files or Path(name).suffix.lower() in (*CSV, *PARQUET, *EXCEL)
        return _stem(name).lower() if self._files and known else name.lower()

    @property
    def names(self) -> tuple[str, ...]:
        """The tables that are there."""
        return tuple(self._names)

    def sheet(self, name: str) -> Sheet:
        """A table by its own name."""
        return self._read(name)

    def missing(self, file: str) -> str:
        """How a message calls a table that is not there."""
        return str(Path(self.where) / file) if self._files else f"{self.where}: {_stem(file)}"


def _stem(file: str) -> str:
    path = PurePosixPath(file)
    return path.stem if path.suffix.lower() in (*CSV, *PARQUET, *EXCEL) else file


def _read_file(path: Path) -> Sheet:
    suffix = path.suffix.lower()
    if suffix in PARQUET:
        return read_parquet(path)
    if suffix in _NO_TABLES:
        remedy = "give a folder of tables, or one CSV, Parquet or Excel file of opportunities"
        raise InputError(Problem(str(path), "is not a table", "", remedy))
    if suffix not in EXCEL:
        return read_csv(path)
    sheets = [*read_workbook(path).values()]
    if len(sheets) != 1:
        remedy = "give the workbook itself as the history, or keep one sheet in it"
        raise InputError(Problem(str(path), "must have one sheet with rows", str(len(sheets)), remedy))
    return sheets[0]


def open_place(where: str | Path) -> Place:
    """A folder, a CSV, Parquet or Excel file, or a database by its SQLAlchemy URL. Raises InputError."""
    text = str(where)
    if "://" in text:
        database = Database(text)
        return Place(database.where, database.names, database.sheet)
    path = Path(where)
    if not path.exists():
        remedy = "give the folder that holds the history's files, one file, or a database such as sqlite:///crm.db"
        raise InputError(Problem(text, "does not exist", "", remedy))
    if path.is_dir():
        names = sorted(file.name for file in path.iterdir())
        return Place(text, names, lambda name: _read_file(path / name), files=True)
    if path.suffix.lower() in EXCEL:
        sheets = read_workbook(path)
        if len(sheets) > 1:
            return Place(text, [*sheets], sheets.__getitem__)
        return Place(text, [path.name], lambda name: next(iter(sheets.values())), one=True)
    return Place(str(path.parent), [path.name], lambda name: _read_file(path), files=True, one=True)
