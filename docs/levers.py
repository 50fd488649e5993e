"""Writes `docs/reference/levers.md`: `python docs/levers.py [--check] [WORD ...]`.

Rows and their words come from `scenarios.levers`, defaults and sources from the fields' docstrings. The figures are
simulated, which takes minutes; with words, only those of the levers whose path holds one of them are, and the others
keep the figures that the page has. With --check nothing is written; the exit code says whether the page is current.
"""

import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

from describe import below, classes, flow, page, plain, runs, table

from leadflow.api import compare
from results.compare import Difference
from results.metrics.catalogue import CATALOGUE
from scenarios.company import load
from scenarios.lever import Lever, Step, steps_to
from scenarios.levers import LEVERS, NO_LEVERS
from scenarios.scenario import Scenario
from sim import funnel
from sim.noun import Noun

PAGE = Path(__file__).parent / "reference" / "levers.md"
COMPANY = Path(__file__).parent.parent / "scenarios" / "library" / "starter"
HEAD = ("lever", "default", "source", "what it moves", "tried", "metric", "sign", "paired difference", "replications")
FIGURE = HEAD.index("paired difference")

_AS_WRITTEN = {"calendar.days": "mon-fri", "calendar.hours": "09:00-17:00"}
_NEUTRAL = ("none", "`False`", "`0`", "`1`", "`[1, ... 12 times]`")
_PUBLISHED = re.compile(r"https?://|\b\w+\.com\b|et al|\b(?:19|20)\d\d\)|published|survey|vendor|median of|Beta\(")


def measured(lever: Lever, company: Scenario) -> Difference:
    """The paired difference that turning a lever makes."""
    worlds = lever.worlds(company.funnel, company.plan)
    answer = compare(worlds.without, worlds.turned, replications=lever.replications, metrics=[lever.metric])
    return answer.comparisons[0].of(lever.metric).difference


def row(lever: Lever, figure: str) -> tuple[str, ...]:
    """A lever's row of the page."""
    last = steps_to(lever.path)[-1]
    default = _default(steps_to(lever.path))
    given = ", ".join(f"`{path}: {flow(runs(value))}`" for path, value in lever.given.items())
    beside = "".join(f" and `{path}: {flow(runs(value))}`" for path, value in lever.beside.items())
    return (
        f"`{lever.path}`",
        default,
        _source(last, default),
        plain(lever.why),
        plain(f"`{flow(runs(lever.turned))}`{beside}{f'; given {given}' if given else ''}"),
        f"[{lever.metric}](metrics.md#{lever.metric})",
        "+" if lever.sign > 0 else "−",
        figure,
        str(lever.replications),
    )


def figure(found: Difference, metric: str) -> str:
    """A paired difference with its interval."""
    unit = CATALOGUE[metric].unit
    digits = 0 if unit == "money" else 4 if unit == "share" else 1
    return " ".join((f"{found.mean:+,.{digits}f}", f"[{found.lo95:+,.{digits}f}, {found.hi95:+,.{digits}f}]"))


def figures_of(text: str) -> dict[tuple[str, str], str]:
    """The figures of a page by lever and by how it was tried."""
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in text.splitlines() if line.startswith("| `")]
    cells = [[cell.strip() for cell in each] for each in rows]
    return {(each[0], each[HEAD.index("tried")]): each[FIGURE] for each in cells if len(each) == len(HEAD)}


def written(figures: list[str]) -> str:
    """The page."""
    intro = (
        "Every number of funnel and plan that can be turned, on the starter company. *Tried* is what the scenario "
        "sets, *given* what the company has in both worlds; the figure is the mean of the metric's difference between "
        "worlds that share their luck, with its 95 % interval, over the plan's months. A test turns each lever and "
        "fails if its sign does not hold; another sets each to nothing and fails unless the log stays the same, bit "
        "for bit. *Choice* means that the default is ours, *given by you* that there is none.\n"
    )
    rows = [row(lever, each) for lever, each in zip(LEVERS, figures, strict=True)]
    none = table(("field", "what it is"), ((f"`{path}`", why) for path, why in NO_LEVERS.items()))
    more = f"{len(LEVERS)} levers.\n"
    return page("Levers", intro, more, table(HEAD, rows) + "\n", "## Fields that are no levers\n", none, by="levers.py")


def _default(steps: list[Step]) -> str:
    """What holds where the field is left out: the default of the noun that holds it by default, if there is one."""
    holder: Any = None
    value: Any = None
    for step in steps:
        info = step.noun.model_fields[step.field]
        value = getattr(holder, step.field) if isinstance(holder, step.noun) else None
        if value is None:
            value = None if info.is_required() else info.get_default(call_default_factory=True)
        holder = value
    if steps[-1].noun.model_fields[steps[-1].field].is_required():
        return "given by you"
    if isinstance(value, Noun):
        value = value.model_dump(mode="json", by_alias=True, exclude_none=True)
    value = _AS_WRITTEN.get(steps[-1].path, value)
    return "none" if value is None or value in ((), {}) else f"`{flow(value)}`"


@cache
def _docstrings(noun: type[Noun]) -> dict[str, str]:
    module = sys.modules[noun.__module__]
    found: dict[str, str] = {}
    for each in reversed(noun.__mro__):
        if each.__module__ == module.__name__ and each.__name__ in classes(module):
            found |= below(classes(module)[each.__name__].body)
    return found


def _source(step: Step, default: str) -> str:
    """What the field's docstring says of where its default comes from."""
    text = _docstrings(step.noun).get(step.field, "")
    if step.path.startswith(("funnel.sdr.", "funnel.ae.", "funnel.am.")):
        parts = _docstrings(funnel.Funnel)[step.path.split(".")[1]].split("; ")
        word = step.field.replace("_", " ")
        text = " ".join([text, *(part for part in parts if word in part.lower())])
    if _PUBLISHED.search(text):
        said = [part for part in re.split(r"(?<=[.;:]) (?![^(]*\))", text) if _PUBLISHED.search(part)]
        return " ".join(said).rstrip(".;:")
    return "choice" if "[choice]" in text else "changes nothing" if default in _NEUTRAL else ""


def main(arguments: list[str]) -> int:
    """Write the page, or say whether it is current."""
    check = "--check" in arguments
    words = [word for word in arguments if word != "--check"]
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    known = figures_of(old)
    company = load(COMPANY).scenario()
    figures = []
    for lever in LEVERS:
        cells = row(lever, "")
        kept = known.get((cells[0], cells[HEAD.index("tried")]))
        if kept is None or not words or any(word in lever.path for word in words):
            kept = figure(measured(lever, company), lever.metric)
        figures.append(kept)
    text = written(figures)
    if check:
        return int(text != old)
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
