"""Files that a planner writes: read with the position of every value, refused with FILE:LINE:COLUMN, written back.

YAML and JSON go through one reader (`scenarios.yaml_tree`). A file's shape is judged by the nouns, its sense by
`sim.checks`; the parts of a file that are sound are judged for sense even if other parts are not.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from scenarios.refusals import Refusal, nearest, refusals, shown
from scenarios.yaml_tree import LINE_BREAK, Mark, Tree, read_tree
from sim.errors import InputError, Problem
from sim.noun import Noun
from sim.paths import Parts, join, split

__all__ = ["MAX_BYTES", "Document", "Reading", "read_bytes", "read_document", "read_noun", "read_text", "read_utf8"]

MAX_BYTES = 2_000_000
"""The largest plan, funnel or scenario that is read."""

N = TypeVar("N", bound=Noun)


@dataclass(frozen=True)
class Document:
    """A file as read: its values, and where each of them stands."""

    path: Path
    lines: tuple[str, ...]
    tree: Tree

    @property
    def value(self) -> Any:
        """The plain value; an empty mapping stands for a document that could not be read."""
        return self.tree.value

    def at(self, mark: Mark, path: str, rule: str, got: str = "", remedy: str = "") -> Problem:
        """A problem at a position of the file."""
        line = self.lines[mark.line - 1] if 0 < mark.line <= len(self.lines) else ""
        where = f"{self.path}:{mark.line}:{mark.column}"
        return Problem(f"{where}: {path}" if path else where, rule, got, remedy, quote_line(line, mark.column))

    def problem(self, parts: Parts, rule: str, got: str = "", remedy: str = "", at_name: bool = False) -> Problem:
        """A problem with the value at a path, or with its name."""
        if not at_name:
            mark = self.tree.mark(parts)
        elif parts in self.tree.keys:
            mark = self.tree.key_mark(parts)
        else:
            mark = self.tree.key_mark(parts[:-1])
        return self.at(mark, join(parts), rule, got, remedy)

    def refused(self, refusal: Refusal) -> Problem:
        """A refusal with its position."""
        return self.problem(refusal.parts, refusal.rule, refusal.got, refusal.remedy, refusal.at_name)

    def placed(self, problem: Problem, drop: int = 0) -> Problem:
        """A problem of `sim.checks`, whose `where` is a dotted path, with its position; `drop` leading parts go."""
        parts = self.known(split(problem.where)[drop:])
        at_name = parts not in self.tree.nodes or (problem.got,) == parts[-1:]
        return self.problem(parts, problem.rule, problem.got, problem.remedy, at_name)

    def known(self, names: Iterable[str], below: Parts = ()) -> Parts:
        """Path parts from names below a place: a number is a position where the document has a list."""
        parts = below
        for name in names:
            parts = (*parts, int(name)) if name.isdigit() and (*parts, int(name)) in self.tree.nodes else (*parts, name)
        return parts


def quote_line(line: str, column: int) -> str:
    """The line for a message: without control characters, and cut to the neighbourhood of the column."""
    line = "".join(char if char.isprintable() else " " for char in line).rstrip()
    first = max(0, column - 60) if len(line) > 110 else 0
    cut = line[first : first + 110]
    return f"{'...' if first else ''}{cut if first else cut.lstrip()}{'...' if first + 110 < len(line) else ''}"


def read_bytes(path: Path, most: int = MAX_BYTES) -> bytes:
    """The bytes of a file a user named. Raises InputError if it cannot be read or holds more than `most` bytes."""
    try:
        if path.exists() and not (path.is_file() or path.is_dir()):
            raise InputError(Problem(str(path), "is not an ordinary file"))
        with path.open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        siblings = sorted(entry.name for entry in path.parent.iterdir()) if path.parent.is_dir() else []
        siblings = [name for name in siblings if not name.startswith(".")]
        near = nearest(path.name, siblings, "in its folder there are") or "its folder is empty or not there"
        raise InputError(Problem(str(path), "no such file", remedy=near)) from None
    except IsADirectoryError:
        raise InputError(Problem(str(path), "is a folder, not a file")) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "the name is not a file name"
        raise InputError(Problem(str(path), f"cannot be read: {reason}")) from None
    if len(data) > most:
        size = os.path.getsize(path)
        limit = f"must be at most {most / 1e6:g} MB"
        raise InputError(Problem(f"{path}:1:1", limit, f"{max(size, most + 1) / 1e6:.3g} MB"))
    return data


def read_utf8(path: Path, most: int = MAX_BYTES) -> str:
    """The text of a UTF-8 file, a byte order mark left out. Raises InputError with the place of what is no UTF-8."""
    data = read_bytes(path, most)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(Problem(f"{path}:1:1", "must be UTF-8 text", "UTF-16", 'save it again as "UTF-8"'))
    try:
        data = data.removeprefix(b"\xef\xbb\xbf")
        return data.decode()
    except UnicodeDecodeError as error:
        line, column = _position(data[: error.start].decode())
        got, remedy = f"byte 0x{data[error.start]:02x}", 'save it again as "UTF-8"'
        raise InputError(Problem(f"{path}:{line}:{column}", "must be UTF-8 text", got, remedy)) from None


def read_text(path: Path, most: int = MAX_BYTES) -> str:
    """The same, for a file in which control characters have no business either."""
    text = read_utf8(path, most)
    # Exactly what YAML 1.2 calls printable, so that no parser's own message about it is ever needed.
    stray = re.search("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]", text)
    if stray is not None:
        line, column = _position(text[: stray.start()])
        got = f"U+{ord(stray.group()):04X}"
        remedy = 'save it again as "UTF-8"' if stray.group() == "\0" else "remove it"
        raise InputError(Problem(f"{path}:{line}:{column}", "control characters are not text", got, remedy))
    return text


def _position(before: str) -> tuple[int, int]:
    lines = re.split(LINE_BREAK, before)
    return len(lines), len(lines[-1]) + 1


def read_document(path: str | Path) -> tuple[Document, list[Problem]]:
    """A YAML or JSON file, and what is wrong with its form; InputError if there is nothing to go on with."""
    path = Path(os.path.normpath(path))
    text = read_text(path)
    if path.suffix == ".json":
        text = _json_as_yaml(text)
    tree = read_tree(text)
    document = Document(path, tuple(re.split(LINE_BREAK, text)), tree)
    problems = [document.at(fault.mark, fault.path, fault.rule, fault.got, fault.remedy) for fault in tree.faults]
    if not isinstance(tree.value, dict) and not problems:
        if tree.value is None:
            problems = [document.at(Mark(1, 1), "", "is empty", "", "a file holds fields, one `name: value` a line")]
        else:
            got = shown(tree.value)
            problems = [document.at(tree.mark(()), "", "must be a mapping of fields (`name: value`)", got)]
    if not isinstance(tree.value, dict):
        raise InputError(problems)
    return document, problems


def _json_as_yaml(text: str) -> str:
    r"""JSON that YAML parsers trip over: tabs between tokens, and characters escaped as two halves (`\ud83d\ude00`)."""

    halves = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")

    def token(match: re.Match[str]) -> str:
        return " " if match.group() == "\t" else halves.sub(joined, match.group())

    def joined(match: re.Match[str]) -> str:
        return match.group(1) + bytes.fromhex(match.group(2) + match.group(3)).decode("utf-16-be")

    return re.sub(r'"(?:[^"\\]|\\.)*"|\t', token, text)


@dataclass(frozen=True)
class Reading(Generic[N]):
    """A noun read from a document: whole if it has no problems, else what remains of it without the refused parts."""

    noun: N | None
    problems: tuple[Problem, ...]
    pruned: frozenset[Parts]
    """What was left out so that the rest could be judged for sense."""

    def touches(self, names: tuple[str, ...]) -> bool:
        """Whether a judgement about a path may be due to what was left out."""
        return any(cut[: len(names)] == names[: len(cut)] for cut in (tuple(map(str, parts)) for parts in self.pruned))


def read_noun(document: Document, noun: type[N], fillers: Mapping[str, Any] | None = None) -> Reading[N]:
    """The noun that a document holds, with every refused field as a problem.

    `fillers` stand in for needed fields that are refused, so that the rest can still be judged for sense.
    """
    value = document.value
    problems: list[Problem] = []
    pruned: set[Parts] = set()
    for attempt in range(12):
        try:
            return Reading(noun.model_validate(value), tuple(problems), frozenset(pruned))
        except ValidationError as error:
            found = refusals(error, noun, value)
        if attempt == 0:
            problems = [document.refused(refusal) for refusal in found]
        missing = {str(refusal.parts[0]) for refusal in found if len(refusal.parts) == 1 and refusal.rule == "missing"}
        filled = {name: filler for name, filler in (fillers or {}).items() if name in missing}
        pruned |= {(name,) for name in filled}
        value = {**value, **filled}
        for parts in sorted(
            {_cut(refusal, value) for refusal in found if not {*refusal.parts[:1]} & filled.keys()}, key=len
        ):
            pruned.add(parts)
            if not parts:
                return Reading(None, tuple(problems), frozenset(pruned))
            value = _without(value, parts)
    return Reading(None, tuple(problems), frozenset(pruned))


def _cut(refusal: Refusal, value: Any) -> Parts:
    """What to leave out on account of a refusal: the field, or what holds it if it is missing or in a list."""
    parts = refusal.parts
    for place in range(len(parts)):
        if isinstance(value, (list, tuple)):
            return parts[:place]
        if not isinstance(value, dict) or parts[place] not in value:
            return parts[:place]
        value = value[parts[place]]
    return parts


def _without(value: Any, parts: Parts) -> Any:
    if not isinstance(value, dict) or parts[0] not in value:
        return value
    rest = {name: inner for name, inner in value.items() if name != parts[0]}
    if len(parts) == 1:
        return rest
    return {name: _without(inner, parts[1:]) if name == parts[0] else inner for name, inner in value.items()}
