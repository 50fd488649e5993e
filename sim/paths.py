"""Dotted paths: how a field is named in messages, changes and draws, such as `channels.content.leads`.

A name that itself holds a dot, a quote or nothing at all stands in double quotes (`spend."a.b"`); a double quote
within them is doubled. Entries of a list are counted from 0 (`arrivals.season.3`).
"""

import re
from collections.abc import Iterable

__all__ = ["Parts", "join", "split"]

Parts = tuple[str | int, ...]
"""A path taken apart: names, and positions in lists."""

_PART = re.compile(r'"((?:[^"]|"")*)"|([^."]+)')


def join(parts: Iterable[str | int]) -> str:
    """The path as text; `split` gives the parts back (positions as text)."""
    return ".".join(_quoted(str(part)) for part in parts)


def _quoted(part: str) -> str:
    if part and not re.search(r'[."]', part) and part == part.strip():
        return part
    return '"' + part.replace('"', '""') + '"'


def split(text: str) -> tuple[str, ...]:
    """The names of a dotted path. Raises ValueError with a planner's words for text that is no path."""
    parts: list[str] = []
    at = 0
    while True:
        match = _PART.match(text, at)
        if match is None:
            raise ValueError("must be a dotted path such as spend.paid_search")
        quoted, plain = match.groups()
        parts.append(plain if quoted is None else quoted.replace('""', '"'))
        at = match.end()
        if at == len(text):
            return tuple(parts)
        if text[at] != ".":
            raise ValueError("must be a dotted path such as spend.paid_search")
        at += 1
