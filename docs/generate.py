"""Writes `docs/reference/` from the code, so that the reference cannot drift: `python docs/generate.py [--check]`.

Types, defaults and bounds come from the nouns, sentences from their docstrings (those below a field are read through
`ast`), sentences of enum members from the comments beside them. A test compares the committed pages with these.
"""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml
from describe import BOUNDS, UNITS, classes, comments, fields, flow, opening, page, plain, runs, table
from traceability import traceability_page
from truths import truths_page

from calibration import mapping as mapping_module
from calibration.courses import COURSES, COURSES_COLUMNS
from calibration.sources.catalogue import SOURCES
from calibration.tables import COLUMNS, TABLES
from results.metrics.catalogue import CATALOGUE
from scenarios.overrides import override
from sim import (
    billing,
    buyers,
    capture,
    customers,
    development,
    distributions,
    draws,
    funnel,
    log,
    lost_survey,
    market,
    marketing,
    nps_survey,
    overflow,
    pay,
    plan,
    programme,
    reps,
    selling,
    series,
    shocks,
    signing,
    teams,
    units,
    working_time,
)
from sim.noun import Noun

HERE = Path(__file__).parent / "reference"
LIBRARY = Path(__file__).parent.parent / "scenarios" / "library"


def funnel_page() -> str:
    """What the world is."""
    nouns = (
        "Funnel", "Channel", "Segment", "Product", "Stage", "Loss", "Signing", "Drift", "Touches", "Arrivals", "Cycle",
        "Journey", "Buyers", "ShareByFit",
        "Knowledge", "ScoreModel", "Nurturing", "SalesDevelopment", "Rejections", "Staff", "Reps", "AeReps", "Effort",
        "Prospecting", "Pursuit", "Driver", "Milestones", "Programme", "CustomerEffects", "Customers",
        "Satisfaction", "AccountSale", "Upsell", "CrossSell", "WinBack", "Ageing", "Referral",
        "Market", "Rival", "Choice", "Shock", "Leaver",
    )  # fmt: skip
    more = (
        "`[choice]` means that we chose the figure; it is not a published one. Bounds are those that a field adds to "
        "the bounds of [its unit](laws.md#units). `key` may be left out: it is then the entry's own name.\n"
    )
    modules = (funnel, capture, buyers, development, selling, customers, programme, reps, market, shocks, signing)
    return page("funnel.yaml", opening(funnel), more, *fields(modules, nouns))


def plan_page() -> str:
    """What managers choose."""
    nouns = (
        "Plan", "Calendar", "Campaign", "Scoring", "Profile", "Nurture", "Handoff", "Teams", "Team", "SdrTeam",
        "AeTeam", "AmTeam", "Hire", "Pay", "Commission", "Accelerator", "ProgrammeTerms", "Reporting", "Targets",
        "Opening", "Overflow", "Hold", "External", "Throttle", "Billing", "Survey", "LostSurvey",
    )  # fmt: skip
    more = "Bounds are those that a field adds to the bounds of [its unit](laws.md#units).\n"
    modules = (plan, working_time, marketing, teams, pay, overflow, billing, nps_survey, lost_survey)
    return page("plan.yaml", opening(plan), more, *fields(modules, nouns))


def laws_page() -> str:
    """Laws, units, series."""
    laws = ("Constant", "Exponential", "Lognormal", "Weibull", "Gamma", "Table", "Never", "Normal")
    unit_rows = []
    for name, words in UNITS.items():
        schema = next(
            (meta.json_schema for meta in getattr(units, name).__metadata__ if hasattr(meta, "json_schema")), {}
        )
        limits = [
            template.format(f"{getattr(meta, kind):g}")
            for meta in getattr(units, name).__metadata__
            if hasattr(meta, "metadata")
            for meta in meta.metadata
            for kind, template in BOUNDS.items()
            if hasattr(meta, kind)
        ]
        unit_rows.append((words, schema.get("description", "an ISO date: 2027-01-31"), ", ".join(limits)))
    steps = (
        "`MoneySeries` and `HeadSeries` take one level for all months (`40k`), a list with an entry for each of the "
        "plan's months, one dated step `{from: 2027-04, amount: 60k}`, or a list of such steps. A step is zero before "
        "its month; it holds until the next. `FactorSeries` and `LogitSeries`, of the funnel, take a level or steps, "
        "which hold at their dates in any plan; before the first they are 1, and 0.\n"
    )
    return page(
        "Laws, units and series",
        opening(distributions),
        *fields((distributions,), laws),
        "## Units\n",
        opening(units),
        table(("unit", "written as", "bounds"), unit_rows) + "\n",
        "## A quantity by month\n",
        opening(series),
        steps,
    )


_CHANGES = (
    ("spend.paid_search", "+20%", "a share of the value"),
    ("spend.paid_search", "-1500", "an amount"),
    ("spend.paid_search", "+20% from 2027-04 until 2027-07", "months: `from` is in, `until` is not"),
    ("teams.ae.headcount", "+1 from 2027-04", "heads from a month on"),
    ("teams.sdr.headcount", 3, "a value without a sign replaces"),
    ("scoring.threshold", "= -0.5", "`=` sets a value that begins with a sign"),
    ("pay.commission.marketing_sourced", "+2pp", "percentage points, for shares only"),
    ("nurture.release_after", "+3 months", "a duration in the field's unit"),
    ("channels.events.leads", "-30%", "a field of the funnel: a stress test"),
    ("channels.*.volume", "+80% from 2027-03 until 2027-09", "`*`: every channel; dates make steps in the funnel"),
    ("funnel.segments.smb.value", "-10%", "a law changes in % by its size; the spread stays"),
)


def changes_page() -> str:
    """The grammar of changes, each example applied to the starter company."""
    folder = LIBRARY / "starter"
    world = funnel.Funnel.model_validate(yaml.safe_load((folder / "funnel.yaml").read_text(encoding="utf-8")))
    chosen = plan.Plan.model_validate(yaml.safe_load((folder / "plan.yaml").read_text(encoding="utf-8")))
    rows = []
    for path, change, words in _CHANGES:
        after = override(world, chosen, {path: change})
        names = path.removeprefix("funnel.").replace("*", "events").split(".")
        trees = ((world, after.funnel) if after.stress else (chosen, after.plan),)
        before, now = (_at(noun, names) for noun in trees[0])
        rows.append((f"`{path}: {change}`", f"`{before}`", f"`{now}`", words))
    from scenarios import moves, overrides

    rules = """\
`change` in a scenario file is a mapping of paths to changes, or a list of one-key mappings where one path changes
twice. In Python the same mapping goes to `scenarios.overrides.override`.

- Only a scalar that is an entry's whole value can be relative; scalars inside lists and mappings set. In `.json` only
  strings are relative, numbers set.
- A name that holds a dot stands in double quotes: `spend."a.b"`.
- Changes act from the plan's start. The run-in is that of the plan at the end of `extends`, so `start`, `run_in` and
  every `key` are refused.
- A mapping that replaces another takes the defaults for what it leaves out; a warning names them.
- Refused with a hint: `+.inf`, `-.nan`, the sign U+2212, a move of something that is not a number.
"""
    head = ("change", "before", "after", "what it shows")
    return page(
        "Changes", opening(moves), opening(overrides), rules, "## Applied to the starter company\n", table(head, rows)
    )


def _at(noun: Noun, names: list[str]) -> str:
    value: Any = noun.model_dump(mode="json", by_alias=True, exclude_none=True)
    for name in names:
        value = value[name]
    return flow(runs(value))


def metrics_page() -> str:
    """The catalogue."""
    index = table(
        ("id", "name", "unit", "better", "formula"),
        (
            (f"[`{each.id}`](#{each.id})", each.name, each.unit, each.better, f"`{each.formula}`")
            for each in CATALOGUE.values()
        ),
    )
    parts = []
    for each in CATALOGUE.values():
        said = [f"## {each.id}\n", f"**{each.name}.** {plain(each.definition)}\n"]
        rows = [("unit", each.unit), ("better", each.better), ("formula", f"`{each.formula}`")]
        if each.denominator:
            rows.append(("per", each.denominator))
        told = ", ".join((*each.cuts, "month", "quarter"))
        rows += [("told apart by", told), ("needs", each.needs), ("source", each.source)]
        parts += [*said, *(f"- {name}: {text}" for name, text in rows), ""]
    intro = (
        f"{len(CATALOGUE)} metrics. Each is a function of the [log](log.md) alone, so it means the same on a simulated "
        "year and on a CRM's history. Unit `money` is the plan's currency. A metric whose denominator is zero, or "
        "which needs something that the log does not record, is not defined; it is never shown as zero. "
        "`leadflow metrics ID` prints the same.\n"
    )
    return page("Metrics", intro, index + "\n", *parts)


def log_page() -> str:
    """Tables, kinds, accounts."""
    nodes = classes(log)
    parts = [opening(log)]
    for name in ("Events", "Entities", "Ledger", "RepMonths", "Truth"):
        columns = [ast.unparse(each.target) for each in nodes[name].body if isinstance(each, ast.AnnAssign)]
        parts += [f"## {name}\n", plain(ast.get_docstring(nodes[name]) or "") + "\n"]
        parts += ["Columns: " + ", ".join(f"`{column}`" for column in columns) + ".\n"]
    for name, title in (("Kind", "Kinds of event"), ("Account", "Accounts of the ledger")):
        parts += [f"## {title}\n", plain(ast.get_docstring(nodes[name]) or "") + "\n", _enum(log, name)]
    kinds = ", ".join(f"`{member.name.lower()}` ({int(member)})" for member in log.EntityType)
    parts += ["## Types of entity\n", kinds + ".\n"]
    return page("The log", *parts)


def _enum(module: ModuleType, name: str) -> str:
    members: type[IntEnum] = getattr(module, name)
    sentences = comments(module, name)
    return (
        table(
            ("number", "name", "meaning"),
            ((str(int(each)), f"`{each.name.lower()}`", plain(sentences.get(each.name, ""))) for each in members),
        )
        + "\n"
    )


def draws_page() -> str:
    """Purposes."""
    doc = plain(ast.get_docstring(classes(draws)["Purpose"]) or "")
    return page("Draws", opening(draws), "## Purposes\n", doc + "\n", _enum(draws, "Purpose"))


def history_page() -> str:
    """What a history is read from."""
    generic = SOURCES["generic"]
    rows = []
    for kind, spec in generic.tables.items():
        for ours, theirs in spec.columns.items():
            needed = ours in mapping_module.NECESSARY[kind]
            rows.append((f"`{spec.file}`", f"`{theirs}`", f"`{kind}.{ours}`", COLUMNS[kind][ours], "yes" * needed))
    intro = (
        "`leadflow calibrate HISTORY` reads these files from a folder (CSV, Parquet or Excel), these sheets from one "
        "workbook, or these tables from a database. Times are ISO dates or date-times. "
        "Only `opportunities.csv` is indispensable. Other column names are declared in a mapping file.\n"
    )
    courses = [
        (f"`{kind}`", f"`{ours}`", what, "yes" * (ours in mapping_module.NECESSARY[kind]))
        for kind, columns in COURSES_COLUMNS.items()
        for ours, what in columns.items()
    ]
    told = "In place of `stage_history`, or of opportunities too, a mapping may name one of these tables. "
    told += "; ".join(f"`{kind}`: {plain(inspect.getdoc(table) or '').rstrip('.')}" for kind, table in COURSES.items())
    rest = {"expansions": "One row an opportunity to sell a customer more, or to win back one who has left."}
    holds = [
        (f"`{spec.file}`", rest.get(kind) or plain(inspect.getdoc(TABLES[kind]) or ""))
        for kind, spec in generic.tables.items()
    ]
    beside = (
        "A company is fitted to the first five files. The others say what else happened, so that metrics can be "
        "counted on a history as on a run; `leadflow export --crm` writes all of them. Activities and accounts are "
        "named as in [the log](log.md).\n"
    )
    shipped = "Shipped sources: " + ", ".join(f"`{name}`" for name in SOURCES) + ".\n"
    head = ("file", "column", "read as", "holds", "needed")
    return page(
        "History",
        intro,
        shipped,
        "## The generic format\n",
        beside,
        table(("file", "holds"), holds) + "\n",
        table(head, rows) + "\n",
        "## Other shapes\n",
        f"{told}.\n",
        table(("table", "column", "holds", "needed"), courses) + "\n",
        "## A mapping file\n",
        opening(mapping_module),
        *(part.replace("## ", "### ", 1) for part in fields((mapping_module,), ("Mapping", "TableMap", "Join"))),
    )


def commands_page() -> str:
    """Every command with its arguments and options."""
    import typer

    from leadflow.cli import app

    group: Any = typer.main.get_command(app)
    parts = [
        "Exit codes: 0 done; 2 bad input or usage (message on stderr, nothing written); 1 a fault of ours; 130 "
        "interrupted, with what was finished shown, and kept by `run`. With `--json` stdout holds one JSON record and "
        "nothing else.\n"
    ]
    for name, command in sorted(group.commands.items()):
        rows = []
        for each in command.params:
            if each.name == "help":
                continue
            option = each.param_type_name == "option"
            shown = ", ".join(each.opts) if option else (each.metavar or each.name.upper())
            if option and not each.is_flag:
                shown += f" {each.metavar or 'N' if isinstance(each.default, int) else each.metavar or 'TEXT'}"
            default = each.show_default if isinstance(each.show_default, str) else each.default
            silent = default is None or default is False or callable(default) or default == [] or default == ()
            rows.append((f"`{plain(shown)}`", plain(each.help or ""), "" if silent else f"`{default}`"))
        parts += [f"## leadflow {name}\n", textwrap.dedent(command.help or "").strip() + "\n"]
        parts += [table(("argument or option", "meaning", "default"), rows) + "\n"]
    return page("Commands", *parts)


def python_page() -> str:
    """The verbs in Python."""
    import leadflow

    parts = ["`from leadflow import load, simulate, run, compare, calibrate, forecast`\n"]
    for name in leadflow.__all__:
        verb = getattr(leadflow, name)
        if inspect.isfunction(verb):
            signature = re.sub(r"\b(?:[a-z_]+\.)+([A-Z])", r"\1", str(inspect.signature(verb)))
            parts += [f"## {name}\n", f"```text\n{name}{_wrapped(signature)}\n```\n", f"{inspect.getdoc(verb)}\n"]
    return page("Python", *parts)


def _wrapped(signature: str) -> str:
    inside, _, returns = signature[1:].rpartition(") -> ")
    lines = re.split(r", (?=[\w*]+(?::|,|$))", inside)
    if len(signature) < 100:
        return signature
    return "(\n" + "".join(f"    {line},\n" for line in lines) + f") -> {returns}"


PAGES: dict[str, Callable[[], str]] = {
    "changes.md": changes_page,
    "commands.md": commands_page,
    "draws.md": draws_page,
    "funnel.md": funnel_page,
    "history.md": history_page,
    "laws.md": laws_page,
    "log.md": log_page,
    "metrics.md": metrics_page,
    "plan.md": plan_page,
    "python.md": python_page,
    "traceability.md": traceability_page,
    "truths.md": truths_page,
}


def main(check: bool) -> int:
    """Write every page, or with `check` say which are not current; the number of those."""
    stale = 0
    for name, make in PAGES.items():
        text, file = make(), HERE / name
        if file.exists() and file.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        print(f"{'not current' if check else 'written'}: {file.name}")
        if not check:
            file.write_text(text, encoding="utf-8")
    return stale if check else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
