"""How code becomes sentences and tables: fields of nouns, their units, bounds, defaults and docstrings, as Markdown."""

import ast
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from types import ModuleType
from typing import Any

from sim.noun import Noun

__all__ = [
    "BOUNDS",
    "UNITS",
    "below",
    "classes",
    "comments",
    "fields",
    "flow",
    "opening",
    "page",
    "plain",
    "runs",
    "table",
]

_NOTE = "<!-- Written by docs/{} from the code; do not edit. -->"

UNITS = {
    "Money": "money",
    "Amount": "number",
    "Share": "share",
    "Factor": "factor",
    "Positive": "positive number",
    "Logit": "log-odds",
    "PerMonth": "rate a month",
    "Days": "days",
    "Hours": "hours",
    "Months": "months",
    "Count": "whole number",
    "Month": "month",
    "Date": "date",
}
_WORDS = UNITS | {
    "str": "text",
    "bool": "true or false",
    "int": "whole number",
    "float": "number",
    "Any": "anything",
    "Name": "name",
    "Key": "text",
    "DaysLaw": "[law of days](laws.md)",
    "HoursLaw": "[law of hours](laws.md)",
    "MoneyLaw": "[law of money](laws.md)",
    "ScoreLaw": "[law of scores](laws.md)",
    "MoneySeries": "[money by month](laws.md#a-quantity-by-month)",
    "HeadSeries": "[heads by month](laws.md#a-quantity-by-month)",
    "LogitSeries": "[log-odds by date](laws.md#a-quantity-by-month)",
    "FactorSeries": "[factor by date](laws.md#a-quantity-by-month)",
    "Origin": "`fitted`, `prior` or `neutral`",
    "Losses": "name → [Loss](#loss)",
    "TableName": "table",
    "U": "the field's unit",
    "None": "none",
}
BOUNDS = {"ge": "≥ {}", "gt": "> {}", "le": "≤ {}", "lt": "< {}"}


# Sentences


def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(inspect.getsource(module))


def plain(text: str) -> str:
    """One line that a table cell can hold."""
    return re.sub(r"\s+", " ", text).strip().replace("|", "\\|")


def below(body: list[ast.stmt]) -> dict[str, str]:
    """Docstrings that stand below an assignment, by the assigned name."""
    found = {}
    for statement, following in pairwise(body):
        if isinstance(statement, ast.AnnAssign):
            target = statement.target
        elif isinstance(statement, ast.Assign):
            target = statement.targets[0]
        else:
            continue
        text = following.value if isinstance(following, ast.Expr) else None
        if isinstance(target, ast.Name) and isinstance(text, ast.Constant) and isinstance(text.value, str):
            found[target.id] = plain(text.value)
    return found


def classes(module: ModuleType) -> dict[str, ast.ClassDef]:
    return {node.name: node for node in _tree(module).body if isinstance(node, ast.ClassDef)}


def comments(module: ModuleType, name: str) -> dict[str, str]:
    """The comment beside each member of an enum."""
    text = inspect.getsource(getattr(module, name))
    return {match[1]: match[2].strip() for match in re.finditer(r"^    (\w+) = .*?#(.*)$", text, re.MULTILINE)}


# Fields of nouns


def _words(node: ast.expr, nouns: Iterable[str]) -> str:
    """An annotation in a planner's words; names of nouns on the same page become links."""
    if isinstance(node, ast.Constant):
        return "none" if node.value is None else str(node.value)
    if isinstance(node, ast.Name):
        if node.id in nouns:
            return f"[{node.id}](#{node.id.lower()})"
        return _WORDS[node.id]
    if isinstance(node, ast.BinOp):
        return f"{_words(node.left, nouns)} or {_words(node.right, nouns)}"
    assert isinstance(node, ast.Subscript), ast.dump(node)
    assert isinstance(node.value, ast.Name), ast.dump(node)
    inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    kind = node.value.id
    if kind == "Annotated":
        return _words(inner[0], nouns)
    if kind in ("Mapping", "MappingType"):
        key = ast.unparse(inner[0])
        of = "path" if key == "str" and "Origin" in ast.unparse(inner[1]) else "name"
        of = "outcome" if key.startswith("Literal") else _WORDS[key] if key == "TableName" else of
        return f"{of} → {_words(inner[1], nouns)}"
    if kind == "tuple":
        several = isinstance(inner[-1], ast.Constant) and inner[-1].value is Ellipsis
        return f"list of {_words(inner[0], nouns)}" if several else " and ".join(_words(each, nouns) for each in inner)
    if kind == "Literal":
        return " or ".join(f"`{ast.literal_eval(each)}`" for each in inner)
    raise AssertionError(ast.dump(node))


def _bounds(node: ast.expr) -> str:
    """The bounds that a field adds to those of its unit."""
    said: list[str] = []
    lengths: dict[str, int] = {}
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "Field":
            for keyword in call.keywords:
                if keyword.arg in BOUNDS:
                    said.append(BOUNDS[keyword.arg].format(f"{ast.literal_eval(keyword.value):g}"))
                elif keyword.arg in ("min_length", "max_length"):
                    lengths[keyword.arg] = ast.literal_eval(keyword.value)
                elif keyword.arg == "pattern":
                    said.append(f"`{ast.literal_eval(keyword.value)}`")
    if lengths:
        least, most = lengths.get("min_length", 0), lengths.get("max_length")
        said.append(f"{least} entries" if least == most else f"{least} to {most} long" if most else f"at least {least}")
    return ", ".join(said)


def _default(noun: type[Noun], name: str) -> str:
    info = noun.model_fields[name]
    if info.is_required():
        return "**needed**"
    value = info.get_default(call_default_factory=True)
    if isinstance(value, Noun) and "law" not in type(value).model_fields:
        given = value.model_dump(exclude_unset=True, mode="json")
        return f"`{flow(given)}`" if given else "its defaults"
    if isinstance(value, Noun):
        value = value.model_dump(exclude_none=True)
    if (noun.__name__, name) == ("Calendar", "days"):
        return "`mon-fri`"
    if (noun.__name__, name) == ("Calendar", "hours"):
        return '`"09:00-17:00"`'
    return "none" if value is None or value in ((), {}) else f"`{flow(value)}`"


def flow(value: Any) -> str:
    """A value as YAML would have it on one line."""
    if isinstance(value, (list, tuple)) and len(set(map(str, value))) == 1 and len(value) > 3:
        return f"[{value[0]:g}, ... {len(value)} times]"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {flow(inner)}" for name, inner in value.items()) + "}"
    return str(value)


def runs(value: Any) -> Any:
    """A list with equal neighbours drawn together: [9000 x 3, 10800 x 9]."""
    if not isinstance(value, list):
        return value
    out: list[list[Any]] = []
    for item in value:
        if out and out[-1][0] == item:
            out[-1][1] += 1
        else:
            out.append([item, 1])
    return [f"{flow(item)} x {count}" if count > 1 else item for item, count in out]


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = list(head)
    lines = [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines)


def fields(modules: Iterable[ModuleType], nouns: Iterable[str]) -> Iterator[str]:
    """A section for each noun of these modules, in the order given."""
    found = {name: (module, node) for module in modules for name, node in classes(module).items()}
    nouns = list(nouns)
    for name in nouns:
        module, node = found[name]
        noun = getattr(module, name)
        said = below(node.body)
        rows = []
        for statement in node.body:
            if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
                continue
            field = statement.target.id
            rows.append(
                (
                    f"`{noun.model_fields[field].alias or field}`",
                    _words(statement.annotation, nouns),
                    _bounds(statement.annotation),
                    _default(noun, field),
                    said.get(field, ""),
                )
            )
        yield f"## {name}\n\n{plain(ast.get_docstring(node) or '')}\n"
        yield table(("field", "type", "bounds", "default", "meaning"), rows) + "\n"


def page(title: str, *parts: str, by: str = "generate.py") -> str:
    return f"{_NOTE.format(by)}\n\n# {title}\n\n" + "\n".join(parts).rstrip() + "\n"


def opening(module: ModuleType) -> str:
    return (module.__doc__ or "").strip() + "\n"
