"""The page of demands: each line with the fields that set it, what shows it, and the test that pins it."""

import ast
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from demand import Demand
from demands import ARTICLES, DEMANDS, MECHANISMS
from describe import page, plain, table

from results.metrics.catalogue import CATALOGUE
from scenarios.lever import every_field
from sim.log import Account, Kind

__all__ = ["missing", "traceability_page", "unheard", "worked"]

TESTS = Path(__file__).parent.parent / "tests"


def traceability_page() -> str:
    """Markdown; SystemExit names what is not there."""
    if lost := missing():
        raise SystemExit("docs/demands.py names what is not there:\n" + "\n".join(lost))
    intro = (
        "Each line of the articles that the model answers to: the fields that *set* it, the metrics, accounts and "
        "[happenings](log.md) that *show* it, or the function that makes the table which does, and the test that "
        "*pins* it. A field is a path in [`funnel.yaml`](funnel.md) or [`plan.yaml`](plan.md), with `*` for a name of "
        "yours. What a line asks for besides and the model does not have yet stands under *wanting*.\n"
    )
    parts = []
    for article, about in ARTICLES.items():
        lines = [demand for demand in DEMANDS if demand.id.startswith(article)]
        if lines:
            parts += [
                f"## {article}, {about}\n",
                table(("line", "what", "set by", "shown by", "pinned by", "wanting"), map(_row, lines)) + "\n",
            ]
    return page(
        "Traceability",
        intro,
        f"{len(DEMANDS)} lines, {sum(not each.wanting for each in DEMANDS)} of them met in full. "
        f"{len(MECHANISMS)} lines of the articles ask for a mechanism; {len(MECHANISMS) - len(unheard())} of these "
        f"stand here{_unheard()}.\n",
        f"{len(CATALOGUE)} metrics, {len(worked())} of them with a worked example: a test in `tests/results` that says "
        "what it is of a company small enough to be counted on paper.\n",
        *parts,
    )


def worked() -> frozenset[str]:
    """Ids of the metrics that a test of the results' room names."""
    named = (
        node.value
        for file in (TESTS / "results").glob("test_*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return frozenset(CATALOGUE).intersection(named)


def unheard() -> tuple[str, ...]:
    """Mechanisms that no line here answers to."""
    return tuple(line for line in MECHANISMS if line not in {demand.id for demand in DEMANDS})


def _unheard() -> str:
    return f"; not yet: {', '.join(unheard())}" if unheard() else ""


def _row(demand: Demand) -> tuple[str, ...]:
    return (
        demand.id,
        plain(demand.what),
        ", ".join(f"`{path}`" for path in demand.sets),
        ", ".join(_shown(name) for name in demand.shows),
        ", ".join(f"`{test}`" for test in demand.pinned),
        demand.wanting,
    )


def _shown(name: str) -> str:
    kind, _, member = name.rpartition(".")
    if _is_table(kind):
        return f"`{name}`"
    return f"[{name}](metrics.md#{name})" if not kind else f"`{member.lower()}`"


def missing() -> list[str]:
    """What the lines name and is not there; and lines without a field or a test."""
    fields = every_field()
    out = []
    for demand in DEMANDS:
        out += [f"{demand.id}: {path}" for path in demand.sets if not any(_is_below(field, path) for field in fields)]
        out += [f"{demand.id}: {name}" for name in demand.shows if not _exists(name)]
        out += [
            f"{demand.id}: {test}"
            for test in demand.pinned
            if test.split("::")[1] not in _functions(test.split("::")[0])
        ]
        if not demand.pinned or not (demand.sets or demand.shows):
            out.append(f"{demand.id}: neither set nor shown, or not pinned")
    return out


def _is_below(field: str, path: str) -> bool:
    return field == path or field.startswith(f"{path}.")


def _exists(name: str) -> bool:
    kind, _, member = name.rpartition(".")
    if _is_table(kind):
        return find_spec(kind) is not None and callable(getattr(import_module(kind), member, None))
    return name in CATALOGUE if not kind else member in {"Kind": Kind, "Account": Account}[kind].__members__


def _is_table(module: str) -> bool:
    """Whether a name stands for a table: a function of a module of `results` or `calibration`."""
    return module.startswith(("results.", "calibration."))


@cache
def _functions(file: str) -> frozenset[str]:
    """Names of a test file's functions; none if there is no such file."""
    path = TESTS / file
    tree = ast.parse(path.read_text(encoding="utf-8")) if path.exists() else ast.Module([], [])
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
