"""Shows what `leadflow snapshot` wrote, and the lines of a plan that begins with it."""

import datetime as dt
import os
from pathlib import Path

from leadflow.render.page import Page
from scenarios.scenario import Scenario
from scenarios.snapshot_csv import CUSTOMERS, LEADS, OPPORTUNITIES, REPS
from sim.snapshot import Snapshot

__all__ = ["show_snapshot"]


def show_snapshot(scenario: Scenario, snapshot: Snapshot, day: dt.date, out: Path, home: Path) -> None:
    """home: the plan's folder, from which a plan beside it names files."""
    page, plan = Page(), scenario.plan
    page.title(f"{plan.name}, as it stands on {day}: {out}")
    page.text(
        f"{LEADS}: {len(snapshot.leads):,} leads waiting to be judged, in nurture or for a first attempt",
        f"{OPPORTUNITIES}: {len(snapshot.deals):,} open opportunities",
        f"{CUSTOMERS}: {len(snapshot.customers):,} customers",
        f"{REPS}: {len(snapshot.reps):,} reps who have not been there all along, or have booked something",
    )
    page.gap()
    page.text("A plan beside this one begins with them by these lines:")
    page.gap()
    # The follow-up has the heads of the plan's last month.
    month = min((day.year - plan.start.year) * 12 + day.month - plan.start.month, plan.months - 1)
    where = Path(os.path.relpath(out, home)).as_posix()
    page.text(
        f"start: {day}",
        f"open_pipeline: {where}/{OPPORTUNITIES}",
        "opening:",
        *(f"  {file.removesuffix('.csv')}: {where}/{file}" for file in (LEADS, CUSTOMERS, REPS)),
        "teams:",
        *(
            f"  {name}: {{headcount: {plan.heads(team)[month]}, ...}}"
            for name, team in (("sdr", plan.teams.sdr), ("ae", plan.teams.ae))
        ),
    )
