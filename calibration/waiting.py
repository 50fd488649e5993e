"""The leads at the cut-off that are no opportunities so far, as rows of `open_leads.csv`."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.history import History
from calibration.pipeline import QUANTILE, stamp
from calibration.spells import recorded_to_the_day
from scenarios.opening import LEAD_COLUMNS
from sim.atomic import replacing
from sim.snapshot import OPEN

__all__ = ["days_to_opportunity", "open_leads", "reach", "write_open_leads"]


def days_to_opportunity(history: History) -> NDArray[np.float64]:
    """(leads,) days since 1970-01-01 on which each lead first became an opportunity; NaN if it has not."""
    leads, deals = history.tables.leads, history.tables.opportunities
    first: dict[str, float] = {}
    for lead, moment in zip(deals.lead, deals.opened, strict=True):
        first[lead] = min(moment, first.get(lead, np.inf))
    opened = np.array([first.get(id, np.nan) for id in leads.id], dtype=np.float64)
    # One of the two may be recorded to the day.
    return np.where(np.floor(opened) >= np.floor(leads.captured), np.maximum(opened, leads.captured), np.nan)


def reach(law: dict[str, Any]) -> float:
    """Days after which hardly a lead becomes an opportunity: the last 0.5 % of those who do are not waited for."""
    return float(np.interp(QUANTILE, law["cumulative"], law["at"]))


def open_leads(
    history: History, law: dict[str, Any], channels: Sequence[str], segments: Sequence[str]
) -> tuple[dict[str, str], ...]:
    """One row for each lead that may still become an opportunity, in the order of capture.

    law: days from capture to opportunity of those who become one. Whether a lead still will is drawn in each
    replication from its age, for a CRM seldom says who was let go.
    """
    leads = history.tables.leads
    opened = days_to_opportunity(history)
    exact = not recorded_to_the_day(leads.captured - history.end, opened - history.end)
    waits = np.isnan(opened) & (history.end - leads.captured <= reach(law))
    waits &= np.isin(leads.channel, list(channels)) & np.isin(leads.segment, list(segments))
    place = np.flatnonzero(waits)
    return tuple(
        {
            "id": str(leads.id[i]),
            "channel": str(leads.channel[i]),
            "segment": str(leads.segment[i]),
            "state": OPEN,
            "captured": stamp(float(leads.captured[i]), exact),
            "since": "",
        }
        for i in place[np.argsort(leads.captured[place], kind="stable")]
    )


def write_open_leads(path: Path, rows: Sequence[dict[str, str]]) -> None:
    """Write the rows as CSV, whole or not at all."""
    with replacing(path) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, LEAD_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
