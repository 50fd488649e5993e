"""Choice: scenarios of a company by their names, with wildcards, or all of them, beside files and folders."""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from scenarios.company import scenario_files
from scenarios.home import home_of
from scenarios.refusals import nearest, shown
from sim.errors import InputError, Problem

__all__ = ["ALL", "chosen"]

ALL = "all"
"""The word that stands for every scenario of the company but the base."""


def chosen(base: Path, asked: Iterable[Path]) -> list[Path]:
    """The files that are meant beside a base: what exists as a path is that path, and a bare word is a name.

    A bare word names a scenario of the base's company, the plan itself by `base`; `*`, `?` and `[...]` in it stand for
    any letters, and `all` for every one. Wildcards and `all` leave out the base and what was chosen before them.
    Raises InputError with every word that means nothing there.
    """
    found: list[Path] = []
    problems: list[Problem] = []
    for path in asked:
        word = str(path)
        if path.exists() or len(path.parts) != 1 or path.suffix:
            found.append(path)
            continue
        files = scenario_files(home_of(base))
        if word in files:
            found.append(files[word])
            continue
        pattern = "*" if word == ALL else word
        own = (base if base.is_file() else files["base"]).resolve()
        seen = {own, *(each.resolve() for each in found)}
        matching = [file for name, file in files.items() if fnmatchcase(name, pattern) and file.resolve() not in seen]
        if not matching:
            rule = "no scenario of this name, and no such file or folder"
            problems.append(Problem("compare", rule, shown(word), nearest(word, files, "scenarios here")))
        found += matching
    if problems:
        raise InputError(problems)
    return found
