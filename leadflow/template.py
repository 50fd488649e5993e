"""Templates: worked companies that ship with the package, and the CRM history that is simulated for a new one."""

import datetime as dt
import shutil
from importlib.resources import as_file, files
from pathlib import Path

from scenarios.horizon import past
from scenarios.refusals import nearest, shown
from sim.errors import InputError, Problem

__all__ = ["HISTORY_MONTHS", "SEED", "templates", "write_company", "write_history"]

HISTORY_MONTHS = 24
"""Months before the plan, not counting the run-in that is recorded before them."""
SEED = 2024
"""Seed of the simulated history: every new company has the same past."""

_ABOUT = """\
These tables are not real. They are what a CRM would hold of the months {months} of the company
described in ../plan.yaml and ../funnel.yaml, simulated by leadflow {version} with seed {seed} and recorded without a
flaw: no lead, date or amount is missing or wrong. The company begins in {first} with an empty funnel. Put your own
exports in their place.

leads.csv           one row a lead: when and where it came from, and when it was qualified, handed off and accepted
opportunities.csv   one row an opportunity: opened, closed, outcome, amount, and why it was lost
stage_history.csv   when each opportunity entered each stage
spend.csv           programme spend by month and channel
reps.csv            who sells, in which team, since when

leadflow calibrate {folder} --out FITTED     fits a company to them
"""


def templates() -> tuple[str, ...]:
    """The names of the worked companies."""
    library = files("scenarios") / "library"
    return tuple(sorted(entry.name for entry in library.iterdir() if (entry / "plan.yaml").is_file()))


def write_company(template: str, folder: Path) -> None:
    """Copy a worked company's files. InputError for a template that there is not."""
    if template not in templates():
        remedy = nearest(template, templates(), "templates")
        raise InputError(Problem("--template", "there is no template of this name", shown(template), remedy))
    with as_file(files("scenarios") / "library" / template) as source:
        shutil.copytree(source, folder, dirs_exist_ok=True)


def write_history(folder: Path, known_as: Path) -> str:
    """Simulate the company's months before its plan begins, write them as a CRM's tables, and say so beside them.

    Returns the sentence that says what the tables are. `known_as` is the folder's name in the words written.
    """
    from importlib.metadata import version

    from calibration.observe import observe
    from leadflow.api import load_scenario, simulate

    today = load_scenario(folder)
    world = past(today, HISTORY_MONTHS)
    log = simulate(world, seed=SEED)
    history = folder / "history"
    observe(log, history)
    begins = log.window.start + dt.timedelta(days=log.window.begins)
    months = f"{begins:%Y-%m} to {today.plan.start - dt.timedelta(days=1):%Y-%m}"
    about = _ABOUT.format(
        months=months, first=f"{begins:%Y-%m}", seed=SEED, version=version("leadflow"), folder=known_as / "history"
    )
    (history / "README.txt").write_text(about, encoding="utf-8", newline="\n")
    return (
        f"{known_as / 'history'}/: a CRM's tables, {months}. They are not real: this tool simulated them (seed {SEED}) "
        "and recorded them without a flaw."
    )
