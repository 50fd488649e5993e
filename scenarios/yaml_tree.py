"""A YAML or JSON document as plain values, with the line and column of each: YAML 1.2 core scalars, and nothing clever.

The parser's events are read one by one, so depth, size and aliases are bounded before anything is built from them.
Refused with the position: duplicate keys, tags, block text, several documents, aliases inside their own anchor.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import yaml

from sim.paths import Parts, join

__all__ = ["LINE_BREAK", "MAX_DEPTH", "MAX_NODES", "Fault", "Mark", "Node", "Tree", "read_scalar", "read_tree"]

MAX_DEPTH = 40
"""Containers within containers."""
MAX_NODES = 100_000
"""Values of a document, each alias counted as often as it is used."""

LINE_BREAK = "\r\n|[\n\r\x85\u2028\u2029]"
"""What ends a line for the parser, and so for every line number."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


_TOO_MANY = f"holds more than {MAX_NODES:,} values, aliases counted as often as they are used"


class Mark(NamedTuple):
    """A position in a file, counted from 1."""

    line: int
    column: int


class Fault(NamedTuple):
    """A rule of the format that is broken at a position."""

    mark: Mark
    rule: str
    got: str = ""
    remedy: str = ""
    path: str = ""


@dataclass(eq=False)
class Node:
    """One value as written: a scalar's text, a sequence's items, or a mapping's keys and values."""

    kind: str
    mark: Mark
    text: str = ""
    style: str = ""
    items: list["Node"] = field(default_factory=list)
    keys: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Tree:
    """A document's value, and where each part of it stands."""

    value: Any
    faults: tuple[Fault, ...]
    nodes: dict[Parts, Node]
    keys: dict[Parts, Node]

    def mark(self, parts: Parts) -> Mark:
        """Where the value at a path begins, or the nearest container of it that is written."""
        for size in range(len(parts), -1, -1):
            if parts[:size] in self.nodes:
                return self.nodes[parts[:size]].mark
        return Mark(1, 1)

    def key_mark(self, parts: Parts) -> Mark:
        """Where the name of the value at a path stands; for an entry of a list, the entry."""
        node = self.keys.get(parts)
        return node.mark if node else self.mark(parts)


def read_scalar(text: str) -> Any:
    """A plain scalar by the YAML 1.2 core schema: `no` and `12:30` are text, `010` is ten, dates stay text.

    https://yaml.org/spec/1.2.2/#103-core-schema
    """
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        # Python refuses to read an integer of thousands of digits; as a float it is infinite, which units refuse.
        return int(text) if len(text) < 300 else float(text)
    if text.startswith("0x") and re.fullmatch(r"0x[0-9a-fA-F]{1,200}", text):
        return int(text[2:], 16)
    if text.startswith("0o") and re.fullmatch(r"0o[0-7]{1,200}", text):
        return int(text[2:], 8)
    if _FLOAT.fullmatch(text):
        return float(text)
    if _INFINITE.fullmatch(text):
        return -math.inf if text.startswith("-") else math.inf
    return math.nan if text in (".nan", ".NaN", ".NAN") else text


def read_tree(text: str) -> Tree:
    """Read a document; a fault that leaves nothing to go on with gives a tree whose value is None."""
    reader = _Reader()
    try:
        root = reader.compose(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Mark(mark.line + 1, mark.column + 1) if mark else Mark(1, 1)
        reader.faults.append(Fault(where, f"is not YAML: {error.problem or error.context}", remedy=_hint(text, where)))
        root = None
    except yaml.YAMLError as error:
        reader.faults.append(Fault(Mark(1, 1), f"is not YAML: {' '.join(str(error).split())}"))
        root = None
    except _StopError:
        root = None
    value = None
    if root is not None:
        try:
            value = reader.build(root, (), 0)
        except _StopError:
            value = None
    return Tree(value, tuple(reader.faults), reader.nodes, reader.key_nodes)


def _hint(text: str, mark: Mark) -> str:
    """What a planner most often did when the parser stops at this character."""
    lines = re.split(LINE_BREAK, text)
    rest = lines[mark.line - 1][mark.column - 1 :] if mark.line <= len(lines) else ""
    if rest.startswith("\t"):
        return "indent with spaces, not tabs"
    if rest[:1] in ("%", "@", "`"):
        return f"text that begins with {rest[0]} needs quotes"
    if rest.startswith(":"):
        return "text that holds a colon and a space needs quotes; otherwise look at the indentation"
    return ""


class _StopError(Exception):
    """Nothing further can be read; the fault is already noted."""


class _Reader:
    """Collects faults while it composes nodes from events, then values from nodes."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.nodes: dict[Parts, Node] = {}
        self.key_nodes: dict[Parts, Node] = {}
        self.used = 0

    def stop(self, mark: Mark, rule: str, remedy: str = "") -> _StopError:
        self.faults.append(Fault(mark, rule, remedy=remedy))
        return _StopError()

    def compose(self, events: Iterator[yaml.Event]) -> Node | None:
        root: Node | None = None
        stack: list[Node] = []
        anchors: dict[str, Node] = {}
        documents = count = 0
        for event in events:
            start = event.start_mark
            mark = Mark(start.line + 1, start.column + 1) if start is not None else Mark(1, 1)
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self.stop(mark, "a second document begins here", "keep one document in a file (remove `---`)")
                if event.version not in (None, (1, 2)):
                    remedy = "remove the %YAML line; `no` and `12:30` are text"
                    self.faults.append(Fault(mark, "files are read as YAML 1.2", remedy=remedy))
            elif isinstance(event, yaml.AliasEvent):
                target = anchors.get(event.anchor or "")
                if target is None:
                    raise self.stop(mark, f"alias *{event.anchor} has no anchor &{event.anchor} before it")
                if any(target is node for node in stack):
                    raise self.stop(mark, f"alias *{event.anchor} stands inside its own anchor, so it would never end")
                _attach(stack, target)
            elif isinstance(event, (yaml.ScalarEvent, yaml.SequenceStartEvent, yaml.MappingStartEvent)):
                node = self._node(event, mark)
                count += 1
                if count > MAX_NODES:
                    raise self.stop(mark, _TOO_MANY)
                if event.anchor:
                    anchors[event.anchor] = node
                _attach(stack, node)
                root = root or node
                if node.kind != "scalar":
                    stack.append(node)
                    if len(stack) > MAX_DEPTH:
                        raise self.stop(mark, f"is nested more than {MAX_DEPTH} levels deep")
            elif isinstance(event, (yaml.SequenceEndEvent, yaml.MappingEndEvent)):
                stack.pop()
        return root

    def _node(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, mark: Mark) -> Node:
        if event.tag is not None:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.faults.append(
                Fault(mark, "tags are not read", tag[:60], "write the value without its tag; quotes make it text")
            )
        if isinstance(event, yaml.ScalarEvent):
            style = event.style or ""
            if style in ("|", ">"):
                self.faults.append(
                    Fault(mark, f"block text ({style}) is not read", remedy="write the value on one line")
                )
            return Node("scalar", mark, event.value, style)
        return Node("sequence" if isinstance(event, yaml.SequenceStartEvent) else "mapping", mark)

    def build(self, node: Node, parts: Parts, depth: int) -> Any:
        """The plain value of a node, its position noted under its path. Aliases count each time they are used."""
        self.used += 1
        if self.used > MAX_NODES:
            raise self.stop(node.mark, _TOO_MANY)
        if depth > MAX_DEPTH:
            raise self.stop(node.mark, f"is nested more than {MAX_DEPTH} levels deep through aliases")
        self.nodes[parts] = node
        if node.kind == "scalar":
            return node.text if node.style else read_scalar(node.text)
        if node.kind == "sequence":
            return [self.build(item, (*parts, place), depth + 1) for place, item in enumerate(node.items)]
        result: dict[str, Any] = {}
        merged: list[Node] = []
        for key, item in zip(node.keys, node.items, strict=True):
            if key.kind != "scalar":
                self.faults.append(Fault(key.mark, "a name must be text, not a list or a mapping", path=join(parts)))
            elif key.text == "<<" and not key.style:
                merged.append(item)
            elif key.text in result:
                first = self.key_nodes[(*parts, key.text)].mark
                self.faults.append(
                    Fault(key.mark, f"is given twice (first on line {first.line})", path=join((*parts, key.text)))
                )
            else:
                path = (*parts, key.text)
                self.key_nodes[path] = key
                result[key.text] = self.build(item, path, depth + 1)
        for source in merged:
            self._merge(source, parts, result, depth)
        return result

    def _merge(self, source: Node, parts: Parts, result: dict[str, Any], depth: int) -> None:
        """`<<`: entries of another mapping that this one does not have; of several, the first that has it."""
        if source.kind == "sequence":
            for item in source.items:
                self._merge_one(item, parts, result, depth)
        else:
            self._merge_one(source, parts, result, depth)

    def _merge_one(self, source: Node, parts: Parts, result: dict[str, Any], depth: int) -> None:
        if source.kind != "mapping":
            self.faults.append(Fault(source.mark, "<< takes a mapping or a list of mappings", path=join(parts)))
            return
        if depth > MAX_DEPTH:
            raise self.stop(source.mark, f"is nested more than {MAX_DEPTH} levels deep through aliases")
        inner: list[Node] = []
        for key, item in zip(source.keys, source.items, strict=True):
            self.used += 1
            if key.kind == "scalar" and key.text == "<<" and not key.style:
                inner.append(item)
            elif key.kind == "scalar" and key.text not in result:
                path = (*parts, key.text)
                self.key_nodes[path] = key
                result[key.text] = self.build(item, path, depth + 1)
        if self.used > MAX_NODES:
            raise self.stop(source.mark, _TOO_MANY)
        for item in inner:
            self._merge(item, parts, result, depth + 1)


def _attach(stack: list[Node], node: Node) -> None:
    if not stack:
        return
    parent = stack[-1]
    if parent.kind == "mapping" and len(parent.keys) == len(parent.items):
        parent.keys.append(node)
    else:
        parent.items.append(node)
