"""Write a funnel, a plan or any plain values as YAML that a planner reads and edits, and that reads back the same."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from scenarios.yaml_tree import read_scalar
from sim.atomic import replacing
from sim.distributions import Constant, Never
from sim.noun import Noun
from sim.selling import Loss

__all__ = ["plain", "to_yaml", "write_yaml"]

_WIDTH = 110
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./+-]*(?: [A-Za-z0-9_./+-]+)*|\d{4}-\d{2}(?:-\d{2})?")


def write_yaml(path: str | Path, noun: Noun | Mapping[str, Any], *, defaults: bool = True) -> None:
    """Write a noun, or plain values, whole or not at all; without `defaults`, fields at their default are left out."""
    text = to_yaml(plain(noun, defaults=defaults) if isinstance(noun, Noun) else noun)
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def plain(noun: Noun, *, defaults: bool = True) -> dict[str, Any]:
    """A noun as a planner would write it: constants as bare values, losses as shares, months as 2027-04."""
    result: dict[str, Any] = _plain(noun, noun.model_dump(mode="json", by_alias=True), defaults)
    return result


def _plain(value: Any, dumped: Any, defaults: bool) -> Any:
    if isinstance(value, Constant):
        return dumped["value"]
    if isinstance(value, Never):
        return "never"
    if isinstance(value, Loss) and value.time is None:
        return dumped["share"]
    if isinstance(value, Noun):
        return {
            (info.alias or name): _plain(getattr(value, name), dumped[info.alias or name], defaults)
            for name, info in type(value).model_fields.items()
            if defaults or name == "law" or not _is_default(value, name)
        }
    if isinstance(value, Mapping):
        return {name: _plain(inner, dumped[name], defaults) for name, inner in value.items()}
    if isinstance(value, tuple) and isinstance(dumped, list) and len(value) == len(dumped):
        return [_plain(inner, outer, defaults) for inner, outer in zip(value, dumped, strict=True)]
    return dumped


def _is_default(noun: Noun, name: str) -> bool:
    info = type(noun).model_fields[name]
    if info.is_required():
        return False
    default = info.get_default(call_default_factory=True, validated_data={})
    value = getattr(noun, name)
    # Defaults of laws are written as mappings in the nouns, which validation turns into laws.
    return bool(value == default or (isinstance(value, Noun) and value.model_dump(by_alias=True) == default))


def to_yaml(value: Mapping[str, Any]) -> str:
    """YAML of plain values: block mappings, short lists and laws on one line."""
    return "".join(f"{line}\n" for line in _block(value, 0)) if value else "{}\n"


def _block(value: Mapping[str, Any], depth: int) -> list[str]:
    pad = "  " * depth
    lines: list[str] = []
    for name, inner in value.items():
        head = f"{pad}{_scalar(str(name), key=True)}:"
        flow = _flow(inner)
        fits = len(head) + 1 + len(flow) <= _WIDTH
        if isinstance(inner, Mapping) and inner and not (fits and _is_short(inner)):
            lines += [head, *_block(inner, depth + 1)]
        elif isinstance(inner, (list, tuple)) and inner and not fits:
            lines += [head, *_long_list(inner, depth + 1)]
        else:
            lines.append(f"{head} {flow}")
    return lines


def _is_short(value: Mapping[str, Any]) -> bool:
    """Laws, steps and mixes stand on one line; what has a key or holds mappings does not."""
    leaves = not any(isinstance(inner, (Mapping, list, tuple)) and inner for inner in value.values())
    return leaves and len(value) <= 4 and "key" not in value


def _long_list(items: list[Any] | tuple[Any, ...], depth: int) -> list[str]:
    pad = "  " * depth
    if any(isinstance(item, (Mapping, list, tuple)) for item in items):
        return [f"{pad}- {_flow(item)}" for item in items]
    lines, line = [], f"{pad}["
    for place, item in enumerate(items):
        word = _flow(item) + ("," if place < len(items) - 1 else "]")
        if len(line) + len(word) > _WIDTH:
            lines.append(line.rstrip())
            line = f"{pad} "
        line += word + " "
    return [*lines, line.rstrip()]


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_scalar(str(name), key=True)}: {_flow(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


def _scalar(value: Any, key: bool = False) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and (key or read_scalar(text) == text):
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    """Double quotes; whatever is not printable is escaped."""
    if text.isprintable():
        return json.dumps(text, ensure_ascii=False)
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    return char if char.isprintable() else f"\\U{ord(char):08x}"
