"""A snapshot written as the CSV tables from which a plan's `open_pipeline` and `opening` read it."""

import csv
import datetime as dt
import io
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from scenarios.opening import CUSTOMER_COLUMNS, LEAD_COLUMNS, REP_COLUMNS
from scenarios.pipeline import COLUMNS
from sim.atomic import replacing
from sim.snapshot import Snapshot

__all__ = ["CUSTOMERS", "LEADS", "OPPORTUNITIES", "REPS", "snapshot_csv", "write_snapshot"]

LEADS, OPPORTUNITIES, CUSTOMERS, REPS = "leads.csv", "opportunities.csv", "customers.csv", "reps.csv"


def snapshot_csv(snapshot: Snapshot, day: dt.date) -> dict[str, str]:
    """The text of each table by its file's name; day: the one on which the company stands so."""

    def ago(days: float) -> str:
        return _moment(day, -days)

    return {
        LEADS: _table(
            LEAD_COLUMNS,
            ((it.id, it.channel, it.segment, it.state, ago(it.age), ago(it.state_age)) for it in snapshot.leads),
        ),
        OPPORTUNITIES: _table(
            COLUMNS,
            (
                (
                    it.id, it.channel, it.segment, it.product, it.stage, "" if it.amount is None else repr(it.amount),
                    ago(it.age), ago(it.stage_age), "true" if it.zombie else "false", it.owner or "",
                )
                for it in snapshot.deals
            ),
        ),
        CUSTOMERS: _table(
            CUSTOMER_COLUMNS,
            (
                (
                    it.id, it.channel, it.segment, it.product, repr(it.amount), ago(it.since),
                    _moment(day, it.renews_in), it.owner or "",
                )
                for it in snapshot.customers
            ),
        ),
        REPS: _table(REP_COLUMNS, ((it.seat, ago(it.tenure), repr(it.booked)) for it in snapshot.reps)),
    }  # fmt: skip


def write_snapshot(snapshot: Snapshot, day: dt.date, folder: Path) -> None:
    """Write the tables into a folder, which is made if it is not there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in snapshot_csv(snapshot, day).items():
        with replacing(folder / name) as temporary:
            temporary.write_text(text, encoding="utf-8", newline="\n")


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue()


def _moment(day: dt.date, days: float) -> str:
    """A time so many days after a day: a date at midnight, else date and time to the microsecond before it.

    Never later than it is, so that what was before the day stays before it, and a term within its length.
    """
    exact = days * 86_400e6
    moment = dt.datetime.combine(day, dt.time()) + dt.timedelta(microseconds=math.floor(exact + 1e-15 * abs(exact)))
    return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat()
