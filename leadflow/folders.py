"""Folders that a command fills: they must be new or empty, so that nothing of a user's is ever written over."""

from pathlib import Path

from sim.errors import InputError, Problem

__all__ = ["check_new"]


def check_new(folder: Path) -> None:
    """Raise InputError for a folder that holds something, and for what is a file."""
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError(Problem(str(folder), "must be a new or an empty folder", remedy="choose another one"))
    if folder.exists() and not folder.is_dir():
        raise InputError(Problem(str(folder), "must be a folder, and is a file", remedy="choose another name"))
