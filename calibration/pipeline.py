"""The pipeline open at the cut-off as rows of `open_opportunities.csv`, with deals too old ever to close marked."""

import csv
import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.history import History
from calibration.posterior import DORMANT
from calibration.spells import DealSpells
from calibration.tables import EPOCH
from scenarios.pipeline import COLUMNS
from sim.atomic import replacing

__all__ = ["QUANTILE", "open_deals", "stamp", "write_open_deals", "zombie_age"]

_WRITTEN = tuple(name for name in COLUMNS if name != "owner")
"""A CRM's owners are no seats of a plan."""
QUANTILE = 0.995
"""A deal older than this quantile of every law of leaving its stage is a zombie."""


def stamp(day: float, exact: bool = True) -> str:
    """A time in days since 1970-01-01 as an ISO date, or as date and time where times of day are recorded."""
    if not exact:
        return (EPOCH + dt.timedelta(days=int(np.floor(day)))).isoformat()
    moment = dt.datetime.combine(EPOCH, dt.time()) + dt.timedelta(microseconds=round(day * 86_400e6))
    return moment.isoformat()


def zombie_age(stage: dict[str, Any]) -> float:
    """The age in days beyond which a deal in this stage counts as never closing."""
    laws = [stage["time"], *(loss["time"] for name, loss in stage["losses"].items() if name != DORMANT)]
    ages = [float(np.interp(QUANTILE, law["cumulative"], law["at"])) for law in laws if law["law"] == "table"]
    return max(ages, default=0.0)


def open_deals(history: History, spells: DealSpells, stages: dict[str, dict[str, Any]]) -> tuple[dict[str, str], ...]:
    """One row for each deal open at the cut-off, in the order of opening."""
    deals = history.tables.opportunities
    names = tuple(stages)
    limits = [zombie_age(stages[name]) for name in names]
    rows = []
    for i in np.flatnonzero(spells.open_stage >= 0)[np.argsort(deals.opened[spells.open_stage >= 0], kind="stable")]:
        stage = int(spells.open_stage[i])
        amount: NDArray[np.float64] = deals.amount[i]
        rows.append(
            {
                "id": str(deals.id[i]),
                "channel": str(deals.channel[i]),
                "segment": str(deals.segment[i]),
                "product": str(deals.product[i]),
                "stage": names[stage],
                "amount": "" if not amount > 0 else repr(float(amount)),
                "opened": stamp(float(deals.opened[i]), spells.exact),
                "stage_entered": stamp(float(spells.stage_entered[i]) + history.end, spells.exact),
                "zombie": "true" if -spells.stage_entered[i] > limits[stage] else "false",
            }
        )
    return tuple(rows)


def write_open_deals(path: Path, rows: Sequence[dict[str, str]]) -> None:
    """Write the rows as CSV, whole or not at all."""
    with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, _WRITTEN, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
