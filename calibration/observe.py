"""What a CRM would have recorded of a run, exported in the generic format: a perfect recording, but for causes of loss,
which reps report as the plan's `reporting` says.

Only what is known by the end of the window is written; what only a simulation knows (fit, intent, causes drawn but
not yet happened) is not. The columns are those of `calibration.sources.generic`.
"""

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.atomic import replacing
from sim.errors import InputError, Problem
from sim.log import NOBODY, Account, EntityType, Kind, Log
from sim.reported import reported

__all__ = ["FILES", "observe"]

FILES: dict[str, tuple[str, ...]] = {
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

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class _Recorder:
    """Reads a log as a CRM would have seen it by the end of its window."""

    def __init__(self, log: Log):
        self.log = log
        self.end = log.window.counted
        self.reported = reported(log)
        self.to_customers = log.entities.to_customers
        self.origin = dt.datetime.combine(log.window.start, dt.time())

    def moment(self, day: float) -> str:
        """A time in days as ISO text; empty if it is not known."""
        if not np.isfinite(day):
            return ""
        return (self.origin + dt.timedelta(microseconds=round(day * 86_400e6))).isoformat()

    def rows(self, kind: Kind) -> NDArray[np.intp]:
        """Rows of the events of a kind that are known."""
        events = self.log.events
        return np.flatnonzero((events.kind == kind) & (events.time < self.end))

    def first(self, kind: Kind) -> Floats:
        """(entities,) time of the first known happening of a kind."""
        rows = self.rows(kind)[::-1]
        times = np.full(len(self.log.entities), np.nan)
        times[self.log.events.entity[rows]] = self.log.events.time[rows]
        return times

    def value(self, kind: Kind) -> Floats:
        """(entities,) amount of the first known happening of a kind."""
        rows = self.rows(kind)[::-1]
        amounts = np.full(len(self.log.entities), np.nan)
        amounts[self.log.events.entity[rows]] = self.log.events.amount[rows]
        return amounts

    def reason(self, kind: Kind) -> Ints:
        """(entities,) reason of the first known happening of a kind, as it was reported."""
        rows = self.rows(kind)[::-1]
        reasons = np.full(len(self.log.entities), NOBODY, dtype=np.int64)
        reasons[self.log.events.entity[rows]] = self.reported[rows]
        return reasons


def _label(code: int, names: Sequence[str]) -> str:
    return "" if code == NOBODY else names[code]


def _id(kind: EntityType, key: int) -> str:
    """A CRM id: `L` or `O` and sixteen hexadecimal digits."""
    return f"{kind.name[0]}{key & 0xFFFFFFFFFFFFFFFF:016x}"


def _money(amount: float) -> str:
    return repr(float(amount)) if np.isfinite(amount) else ""


def _leads(seen: _Recorder) -> Iterable[tuple[str, ...]]:
    entities, names = seen.log.entities, seen.log.names
    times = [seen.first(kind) for kind in (Kind.CAPTURED, Kind.MQL, Kind.HANDED_OFF, Kind.ATTEMPT, Kind.ACCEPTED)]
    for i in np.flatnonzero((entities.type == EntityType.LEAD) & np.isfinite(times[0])):
        captured, *later = (seen.moment(float(column[i])) for column in times)
        channel, segment = _label(entities.channel[i], names.channels), _label(entities.segment[i], names.segments)
        yield (_id(EntityType.LEAD, int(entities.key[i])), captured, channel, segment, *later)


def _opportunities(seen: _Recorder) -> Iterable[tuple[str, ...]]:
    entities, names = seen.log.entities, seen.log.names
    opened, won, lost = seen.first(Kind.OPENED), seen.first(Kind.WON), seen.first(Kind.LOST)
    amount, signed, reason = seen.value(Kind.OPENED), seen.value(Kind.WON), seen.reason(Kind.LOST)
    for i in np.flatnonzero((entities.type == EntityType.OPPORTUNITY) & np.isfinite(opened) & ~seen.to_customers):
        parent = int(entities.parent[i])
        of_lead = parent != NOBODY and entities.type[parent] == EntityType.LEAD
        outcome = "won" if np.isfinite(won[i]) else "lost" if np.isfinite(lost[i]) else "open"
        yield (
            _id(EntityType.OPPORTUNITY, int(entities.key[i])),
            _id(EntityType.LEAD, int(entities.key[parent])) if of_lead else "",
            _label(entities.channel[i], names.channels),
            _label(entities.segment[i], names.segments),
            _label(entities.product[i], names.products),
            _label(entities.owner[i], names.seats),
            _money(amount[i]),
            _money(signed[i]),
            seen.moment(float(opened[i])),
            seen.moment(float(np.fmin(won[i], lost[i]))),
            outcome,
            _label(int(reason[i]), names.reasons),
        )


def _stages(seen: _Recorder) -> Iterable[tuple[str, ...]]:
    events, entities = seen.log.events, seen.log.entities
    for row in seen.rows(Kind.STAGE_ENTER):
        entity = int(events.entity[row])
        if seen.to_customers[entity]:
            continue
        yield (
            _id(EntityType.OPPORTUNITY, int(entities.key[entity])),
            _label(int(events.stage[row]), seen.log.names.stages),
            seen.moment(float(events.time[row])),
        )


def _spend(seen: _Recorder) -> Iterable[tuple[str, ...]]:
    """Programme spend added up by calendar month and channel."""
    ledger, names = seen.log.ledger, seen.log.names
    total: dict[tuple[str, str], float] = {}
    for row in np.flatnonzero((ledger.account == Account.PROGRAMME) & (ledger.time < seen.end)):
        day = (seen.origin + dt.timedelta(days=float(ledger.time[row]))).date().replace(day=1)
        key = (day.isoformat(), _label(int(ledger.channel[row]), names.channels))
        total[key] = total.get(key, 0.0) + float(ledger.amount[row])
    for (month, channel), amount in sorted(total.items()):
        yield (month, channel, _money(amount))


def _reps(seen: _Recorder) -> Iterable[tuple[str, ...]]:
    reps, names = seen.log.reps, seen.log.names
    for person in np.unique(reps.person):
        row = int(np.flatnonzero(reps.person == person)[0])
        hired, left = float(reps.hired[row]), float(reps.left[row])
        if hired >= seen.end:
            continue
        yield (
            _label(int(person), names.seats),
            _label(int(reps.team[row]), names.teams),
            seen.moment(hired) if hired > seen.log.window.begins else "",
            seen.moment(left) if left < seen.end else "",
        )


def observe(log: Log, folder: str | Path) -> tuple[Path, ...]:
    """Write what a CRM would hold at the end of the log's window, as five CSV files in a folder.

    Raises InputError, before anything is written, where one of the files exists.
    """
    out = Path(folder)
    taken = [out / name for name in FILES if (out / name).exists()]
    if taken:
        raise InputError(
            Problem(str(file), "exists and would be replaced", "", "give an empty folder") for file in taken
        )
    out.mkdir(parents=True, exist_ok=True)
    seen = _Recorder(log)
    tables = {
        "leads.csv": _leads(seen),
        "opportunities.csv": _opportunities(seen),
        "stage_history.csv": _stages(seen),
        "spend.csv": _spend(seen),
        "reps.csv": _reps(seen),
    }
    for name, rows in tables.items():
        with replacing(out / name) as temporary, temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(FILES[name])
            writer.writerows(rows)
    return tuple(out / name for name in FILES)
