"""Destination: where a calibrated company may be written, judged before the work of fitting it."""

from collections.abc import Iterable
from pathlib import Path

from sim.errors import InputError, Problem

__all__ = ["FILES", "check_destination", "check_free"]

FILES = ("funnel.yaml", "funnel.draws.parquet", "plan.yaml")
"""What every calibration writes beside those who are there at the cut-off."""


def check_destination(out: Path, history: str) -> None:
    """Refuse a file, the folder that holds the history's own tables, and one that holds a company."""
    if "://" not in history and Path(history).is_dir() and out.resolve() == Path(history).resolve():
        remedy = f"choose another folder, such as {out.resolve().parent.name or 'acme'}-fitted"
        raise InputError(Problem(str(out), "is the history's own folder, where no company is written", "", remedy))
    check_free(out, FILES)


def check_free(out: Path, names: Iterable[str]) -> tuple[Path, ...]:
    """The files of a folder by their names, none of which is there. Raises InputError."""
    for path in (out, *out.parents):
        if path.exists():
            if not path.is_dir():
                remedy = "name a folder, new or without a company"
                raise InputError(Problem(str(path), "must be a folder, and is a file", "", remedy))
            break
    files = tuple(out / name for name in names)
    if taken := [file for file in files if file.exists()]:
        raise InputError(
            Problem(str(file), "exists and would be replaced", "", "choose another folder, or remove it")
            for file in taken
        )
    return files
