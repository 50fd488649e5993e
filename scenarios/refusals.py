"""Why a value is refused, in a planner's words: pydantic's errors as paths, rules, what was given, and remedies."""

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from pydantic import ValidationError

from scenarios.shape import Shape, shape_of
from sim.noun import Noun
from sim.paths import Parts

__all__ = ["Refusal", "nearest", "number_remedy", "refusals", "shown"]


class Refusal(NamedTuple):
    """One refused field of a noun; `at_name` if its name rather than its value is at fault."""

    parts: Parts
    rule: str
    got: str = ""
    remedy: str = ""
    at_name: bool = False


def shown(value: Any) -> str:
    """A value as a message shows it: short, on one line, with nothing that could disturb a terminal."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return repr(value if len(value) <= 60 else value[:57] + "...")
    if isinstance(value, float):
        return ".nan, not a number" if math.isnan(value) else f"{value:.12g}"
    if isinstance(value, int):
        return str(value) if abs(value) < 10**20 else f"a number of about {value.bit_length() * 0.30103:.0f} digits"
    if isinstance(value, Mapping):
        return "a mapping" if value else "an empty mapping"
    if isinstance(value, (list, tuple)):
        return f"a list of {len(value)}" if value else "an empty list"
    return str(value)[:60]


def nearest(name: str, known: Iterable[str], otherwise: str = "there are") -> str:
    """A remedy for a name that is not known: the one that was probably meant, or those that there are."""
    names = list(known)
    lowered = {other.lower(): other for other in reversed(names)}
    close = difflib.get_close_matches(name.lower(), lowered, n=1, cutoff=0.6)
    if close:
        return f"did you mean {lowered[close[0]]}?"
    return f"{otherwise}: {', '.join(names[:20])}{', ...' if len(names) > 20 else ''}" if names else ""


def number_remedy(text: str) -> str:
    """What to write for a text that was meant as a number."""
    if re.search("[\u2212\u2012-\u2015\ufe63\uff0d]", text):
        return "the minus sign is not a plain hyphen (-): type it again"
    if re.search(r"\d,\d{3}", text):
        return "leave the commas out: 40000, 40_000 or 40k"
    if re.search("[$€£¥]", text):
        return "leave the currency out; the plan names it once"
    return ""


def refusals(error: ValidationError, noun: type[Noun], value: Any) -> list[Refusal]:
    """Each error of a noun's validation; `value` is what was validated, and gives the paths as they are written."""
    found: dict[Parts, list[Refusal]] = {}
    for item in error.errors(include_url=False):
        place = _Place(noun, value, item["loc"])
        refusal = _refusal(item["type"], item.get("ctx", {}), str(item["msg"]), place)
        if refusal is not None and refusal not in found.setdefault(refusal.parts, []):
            found[refusal.parts].append(refusal)
    inner = [parts[:-1] for parts in found]
    return [
        _one_of(several) if len(several) > 1 else several[0]
        for parts, several in found.items()
        # Where text or a list may stand and an entry of the list is wrong, that it is not text is no news.
        if several and not (several[0].rule == "must be text" and parts in inner)
    ]


class _Place:
    """The part of an error's place that the planner wrote: names of laws and of kinds of series are left out."""

    def __init__(self, noun: type[Noun], value: Any, loc: tuple[str | int, ...]):
        parts: list[str | int] = []
        shape: Shape | None = shape_of(noun)
        owner: Shape | None = None
        for step in loc:
            inside = step in value if isinstance(value, Mapping) else _is_index(step, value)
            if inside:
                owner, shape = shape, shape.child(step) if shape is not None else None
                value = value[step]
                parts.append(step)
            elif shape is not None and step in shape.laws():
                shape = shape.with_law(step)
        self.parts, self.value, self.loc = tuple(parts), value, loc
        self.fields = owner.fields() if owner is not None else ()
        self.laws = shape.laws() if shape is not None else ()


def _is_index(step: str | int, value: Any) -> bool:
    return isinstance(value, (list, tuple)) and isinstance(step, int) and step < len(value)


def _refusal(kind: str, ctx: Mapping[str, Any], msg: str, place: _Place) -> Refusal | None:
    parts, value, last = place.parts, place.value, place.loc[-1] if place.loc else ""
    if last == "key" and parts[-1:] != ("key",):
        return None  # the key was made from the name, whose own refusal stands beside this one
    if last == "[key]":
        rule = "a name must not be empty" if kind == "string_too_short" else "a name must have at most 200 characters"
        return Refusal(parts, rule, shown(parts[-1]) if parts else "", at_name=True)
    if kind == "missing":
        return Refusal((*parts, last), "missing", at_name=True)
    if kind == "extra_forbidden":
        return Refusal(parts, "unknown field", "", nearest(str(parts[-1]), place.fields, "fields here"), at_name=True)
    if kind == "union_tag_invalid":
        known = [word.strip("'") for word in ctx["expected_tags"].split(", ")]
        if not isinstance(value, Mapping):
            return Refusal(parts, f"must be a value, or a mapping with a law ({', '.join(known)})", shown(value))
        return Refusal((*parts, "law"), f"must be one of {', '.join(known)}", shown(value.get("law")))
    if kind == "union_tag_not_found":
        return Refusal((*parts, "law"), f"missing: one of {', '.join(place.laws)}", at_name=True)
    if kind in ("too_short", "too_long"):
        return _length(kind, ctx, parts, value)
    return Refusal(parts, _rule(kind, ctx, msg, place), shown(value), _remedy(kind, value))


def _length(kind: str, ctx: Mapping[str, Any], parts: Parts, value: Any) -> Refusal | None:
    least, most = ctx.get("min_length"), ctx.get("max_length")
    if not isinstance(value, (list, tuple, Mapping)):
        return None
    if kind == "too_short" and least is not None:
        if len(value) >= least:
            return None  # entries were refused one by one, so pydantic counts too few
        return Refusal(parts, f"must have at least {least} entr{'y' if least == 1 else 'ies'}", shown(value))
    return Refusal(parts, f"must have at most {most} entries", shown(value))


_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("more than", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("less than", "lt"),
}
_KINDS = {
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number of ordinary size",
    "int_from_float": "must be a whole number",
    "finite_number": "must be a finite number",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be a mapping of names to values",
    "mapping_type": "must be a mapping of names to values",
    "model_type": "must be a mapping of fields",
    "model_attributes_type": "must be a mapping of fields",
}


def _rule(kind: str, ctx: Mapping[str, Any], msg: str, place: _Place) -> str:
    if kind in _BOUNDS:
        words, name = _BOUNDS[kind]
        return f"must be {words} {ctx[name]:.12g}"
    if kind == "value_error":
        return str(ctx["error"])
    if kind == "literal_error":
        return f"must be one of {ctx['expected']}".replace("'", "").replace(" or ", ", ")
    if kind == "string_too_long":
        return f"must have at most {ctx['max_length']} characters"
    if kind == "string_pattern_mismatch":
        three = ctx["pattern"] == "^[A-Z]{3}$"
        return "must be three capital letters such as USD" if three else f"must have the form {ctx['pattern']}"
    if place.laws and kind in ("model_type", "model_attributes_type"):
        return f"must be a value, or a mapping with a law ({', '.join(place.laws)})"
    return _KINDS.get(kind, "is not valid here")


def _remedy(kind: str, value: Any) -> str:
    if kind == "string_type" and isinstance(value, (int, float)):
        return "put it in quotes if it is meant as text"
    if isinstance(value, str):
        return number_remedy(value)
    if value is None:
        return "give a value, or leave the field out"
    return ""


def _one_of(several: list[Refusal]) -> Refusal:
    """One refusal for a value that may be of several kinds and is of none."""
    kinds = [refusal.rule for refusal in several]
    if all(rule.startswith("must be ") for rule in kinds):
        rule = "must be " + " or ".join(rule.removeprefix("must be ") for rule in kinds)
        return several[0]._replace(rule=rule)
    return several[0]
