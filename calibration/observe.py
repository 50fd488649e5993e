"""What a CRM would have recorded of a run, exported in the generic format: a perfect recording unless another one is
asked for, but for causes of loss, which reps report as the plan's `reporting` says.

Only what is known by the end of the window is written; what only a simulation knows (fit, intent, causes drawn but
not yet happened) is not. The columns are those of `calibration.sources.generic`.
"""

import csv
from pathlib import Path

from calibration.export.cells import Cells
from calibration.export.tables import TABLES
from calibration.observation import PERFECT, Observation
from calibration.recorded import recorded
from calibration.sources.generic import FILES
from sim.atomic import replacing
from sim.errors import InputError, Problem
from sim.log import Log

__all__ = ["BASIC", "observe"]

BASIC: dict[str, tuple[str, ...]] = {
    "leads.csv": (
        "lead_id",
        "captured_at",
        "channel",
        "segment",
        "mql_at",
        "handed_off_at",
        "first_attempt_at",
        "accepted_at",
    ),
    "opportunities.csv": (
        "opportunity_id",
        "lead_id",
        "channel",
        "segment",
        "product",
        "owner",
        "amount",
        "won_amount",
        "opened_at",
        "closed_at",
        "outcome",
        "loss_reason",
    ),
    "stage_history.csv": ("opportunity_id", "stage", "entered_at"),
    "spend.csv": ("month", "channel", "amount"),
    "reps.csv": ("name", "team", "hired_at", "left_at"),
}
"""The files and columns to which `calibrate` fits a company: what most companies have."""


def observe(
    log: Log, folder: str | Path, observation: Observation = PERFECT, *, whole: bool = False
) -> dict[Path, int]:
    """Write what a CRM would hold at the end of the log's window, as CSV files in a folder; rows by file.

    whole: every file of the generic format, and not the five to which a company is fitted. Raises InputError, before
    anything is written, where one of the files exists.
    """
    out = Path(folder)
    columns = {name: tuple(FILES[name]) for name in TABLES} if whole else BASIC
    taken = [out / name for name in columns if (out / name).exists()]
    if taken:
        raise InputError(
            Problem(str(file), "exists and would be replaced", "", "give an empty folder") for file in taken
        )
    out.mkdir(parents=True, exist_ok=True)
    cells = Cells(recorded(log, observation))
    rows = {}
    for name, wanted in columns.items():
        table = TABLES[name](cells)
        if not table:
            continue
        here = [column for column in wanted if column in table]
        lines = list(zip(*(table[column] for column in here), strict=True))
        with replacing(out / name) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(here)
            writer.writerows(lines)
        rows[out / name] = len(lines)
    return rows
