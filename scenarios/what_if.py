"""A scenario file: a name, the plan or scenario that it extends, and its changes; and the chain down to the plan."""

import difflib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from scenarios.files import Document, read_noun
from scenarios.overrides import Entry
from scenarios.refusals import shown
from sim.errors import InputError, Problem
from sim.noun import Noun
from sim.paths import Parts

__all__ = ["Chain", "Link", "WhatIf", "chain_of", "is_what_if"]

_CHANGES = {
    "anyOf": [
        {"type": "object"},
        {"type": "array", "items": {"type": "object", "minProperties": 1, "maxProperties": 1}},
        {"type": "null"},
    ]
}


class WhatIf(Noun):
    """A scenario as written."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """What reports call it; the file's name if none."""
    extends: Annotated[str, Field(min_length=1)]
    """The plan or scenario that this one changes, relative to this file."""
    change: Annotated[Any, WithJsonSchema(_CHANGES)] = None
    """Paths and their changes: `spend.paid_search: +20%`; a list of one-key mappings where a path changes twice."""


@dataclass(frozen=True)
class Link:
    """One scenario file of a chain, with its changes."""

    document: Document
    name: str
    changes: tuple[Entry, ...]


@dataclass(frozen=True)
class Chain:
    """A plan and the scenario files that lead to it, the nearest to the plan first."""

    plan: Document | None
    """None if the chain does not reach a readable plan."""
    links: tuple[Link, ...]
    problems: tuple[Problem, ...]

    @property
    def name(self) -> str:
        """The name of the last scenario, or of the plan: `base` for a plan.yaml."""
        if self.links:
            return self.links[-1].name
        stem = self.plan.path.stem if self.plan is not None else ""
        return "base" if stem == "plan" else stem


def is_what_if(document: Document) -> bool:
    """Whether a file is a scenario rather than a plan: by its fields, else by its folder."""
    names = list(document.value)
    if "extends" in names or "change" in names:
        return True
    return document.path.parent.name == "scenarios" or bool(difflib.get_close_matches("extends", names, cutoff=0.8))


def chain_of(path: Path, read: Callable[[Path], tuple[Document, list[Problem]]]) -> Chain:
    """Follow `extends` from a file to its plan. What cannot be read or goes round is among the problems."""
    problems: list[Problem] = []
    links: list[Link] = []
    seen: list[str] = []
    asked: tuple[Document, Parts] | None = None
    while True:
        try:
            document, found = read(path)
        except InputError as error:
            problems += [_asked_for(asked, path, problem) for problem in error.problems]
            return Chain(None, tuple(reversed(links)), tuple(problems))
        problems += found
        if not is_what_if(document):
            return Chain(document, tuple(reversed(links)), tuple(problems))
        seen.append(_identity(path))
        reading = read_noun(document, WhatIf)
        problems += reading.problems
        changes, refused = _changes(document)
        problems += refused
        name = document.value.get("name")
        links.append(Link(document, name if isinstance(name, str) and name else path.stem, tuple(changes)))
        target = document.value.get("extends")
        if not isinstance(target, str) or not target:
            return Chain(None, tuple(reversed(links)), tuple(problems))
        asked = document, ("extends",)
        path = Path(os.path.normpath(path.parent / target))
        if _identity(path) in seen:
            ring = [*seen[seen.index(_identity(path)) :], _identity(path)]
            rule = f"extends goes round: {' -> '.join(map(os.path.basename, ring))}"
            problems.append(document.problem(("extends",), rule, remedy="end the chain at a plan"))
            return Chain(None, tuple(reversed(links)), tuple(problems))


def _identity(path: Path) -> str:
    """What tells whether two paths are the same file; a name that no file can have stands for itself."""
    try:
        return os.path.realpath(path)
    except ValueError:
        return str(path)


def _asked_for(asked: tuple[Document, Parts] | None, path: Path, problem: Problem) -> Problem:
    """A file that cannot be opened is refused where it was asked for."""
    if asked is None or problem.where != str(path):
        return problem
    document, parts = asked
    return document.problem(parts, problem.rule, shown(str(path)), problem.remedy)


def _changes(document: Document) -> tuple[list[Entry], list[Problem]]:
    change = document.value.get("change")
    if change is None:
        return [], []
    if isinstance(change, dict):
        return [_entry(document, ("change", path), path, value) for path, value in change.items()], []
    changes: list[Entry] = []
    problems: list[Problem] = []
    if not isinstance(change, list):
        rule = "must be a mapping of paths to changes, or a list of one-key mappings"
        return [], [document.problem(("change",), rule, shown(change))]
    for place, item in enumerate(change):
        if isinstance(item, dict) and len(item) == 1:
            changes += [_entry(document, ("change", place, path), path, value) for path, value in item.items()]
        else:
            rule = "must be a mapping with one path, such as `- spend.paid_search: +20%`"
            problems.append(document.problem(("change", place), rule, shown(item)))
    return changes, problems


def _entry(document: Document, place: Parts, path: str, value: Any) -> Entry:
    node = document.tree.nodes[place]
    # In JSON, where a number cannot be written with a plus, only strings are relative and numbers set.
    relative = node.kind == "scalar" and (document.path.suffix != ".json" or bool(node.style))
    return Entry(place, path, value, node.text if relative else None)
