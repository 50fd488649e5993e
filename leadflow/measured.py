"""measure: what a company's history says by every metric, with intervals; a noun and the verb that makes it."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibration.history import read_history
from calibration.tables import date_of
from leadflow.defaults import told_apart
from results.cells import Cell, cells
from results.changes import Change, changes
from results.cuts import divisible
from results.leakage import BalanceRow, LeakageRow, leakage_of_history
from results.metrics.catalogue import CATALOGUE, missing, select
from results.metrics.catalogue import measure as by_id
from results.metrics.metric import By
from results.plain import plain
from results.prospects.tables import Prospects, lift_table
from results.reps.comparison import RepComparison, rep_comparison
from results.views import View, view_of_history
from scenarios.company import load_scenario
from sim.errors import InputError, Problem
from sim.log import MATURITY, Log

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Measurement", "measure"]


@dataclass(frozen=True)
class Measurement:
    """What a history says."""

    history: str
    first: dt.date
    last: dt.date
    """The days that are counted."""
    as_of: dt.date
    """The last day of which anything is known."""
    currency: str
    whole: tuple[Cell, ...]
    """The metrics over all the days."""
    by: By | None
    told_apart: tuple[str, ...]
    """Ids of the metrics that were told apart; empty if nothing was."""
    parts: tuple[Cell, ...]
    """Them part by part."""
    views: tuple[View, ...]
    changes: tuple[Change, ...]
    leakage: tuple[LeakageRow, ...]
    balance: tuple[BalanceRow, ...]
    stages: tuple[str, ...]
    matures: float
    """Days after which a cohort was judged."""
    reps: RepComparison | None
    """Reps compared with what luck explains; only where reps are told apart."""
    prospects: Prospects | None
    """Who buys and who leaks away; only where it was asked for."""
    not_recorded: dict[str, str]
    """Ids of metrics that were asked for and are not defined, and why not."""
    planned: bool
    """Whether a plan was given, by whose agreements it was judged."""
    notes: tuple[str, ...]

    def to_frame(self) -> "pd.DataFrame":
        """One row per metric and part: metric, by, team, part, value, interval, cases, pooled value, place."""
        import pandas as pd

        return pd.DataFrame([asdict(cell) for cell in (*self.whole, *self.parts)])

    def to_json(self) -> dict[str, Any]:
        """The record of `measure --json`; what is not defined is null."""
        return {
            "history": self.history,
            "from": self.first.isoformat(),
            "to": self.last.isoformat(),
            "as_of": self.as_of.isoformat(),
            "currency": self.currency,
            "matures_days": self.matures,
            "metrics": {
                cell.metric: {"unit": CATALOGUE[cell.metric].unit_in(self.currency)}
                | plain({name: getattr(cell, name) for name in ("value", "lo95", "hi95", "cases", "few")})
                for cell in self.whole
            },
            "by": self.by,
            "parts": plain(self.parts),
            "views": [plain(view) | {"verdict": view.verdict} for view in self.views],
            "changes": plain(self.changes),
            "leakage": plain(self.leakage),
            "balance": plain(self.balance),
            "reps": None if self.reps is None else self.reps.to_json(),
            "prospects": None if self.prospects is None else self.prospects.to_json(),
            "not_recorded": self.not_recorded,
            "notes": list(self.notes),
        }


def measure(
    history: str | Path,
    source: str = "generic",
    *,
    mapping: str | Path | None = None,
    as_of: dt.date | None = None,
    first: dt.date | None = None,
    last: dt.date | None = None,
    by: By | None = None,
    metrics: Sequence[str] | None = None,
    matures: float = MATURITY,
    prospects: bool = False,
    plan: str | Path | None = None,
) -> Measurement:
    """Every metric of a company's recorded past, with the interval that luck alone would give it.

    source: a shipped mapping of columns; mapping: a file that replaces it; as_of: the last day that counts as known,
    the end of the last recorded month by default; first and last: the days that are counted, the twelve months before
    `as_of` by default; by: `channel`, `campaign`, `segment`, `product`, `rep`, `month` or `quarter`; metrics: ids, the
    default ones if none are named; matures: days after which a cohort is judged, fewer than a year where sales are
    quick and the history is short; prospects: compare who buys, and who leaks away, with all; plan: a company, a plan
    or a scenario by whose service level, quotas, calendar and products metrics judge, as a history holds none of these.

    Raises InputError with every fault of the files, for a first day before the records begin, and for a metric that
    cannot be told apart so.
    """
    read = read_history(history, source, mapping, as_of)
    company = None if plan is None else load_scenario(plan)
    terms = None if company is None else (company.funnel, company.plan)
    whole = read.to_log(terms=terms)
    begins = date_of(read.begin)
    # The first lead of a month need not come on its first day.
    if first is not None and first < begins.replace(day=1):
        rule = f"must not be before the records begin, on {begins}"
        raise InputError(Problem("from", rule, first.isoformat(), f"give {begins.replace(day=1)} or later"))
    if first is not None or last is not None:
        log = read.to_log((first or whole.window.start, last or read.as_of), terms)
    else:
        log = whole
    log = replace(log, terms=replace(log.terms, maturity=matures))
    ids = tuple(entry.id for entry in select(metrics))
    parted = () if by is None else tuple(entry.id for entry in divisible(by, metrics or told_apart(by)))
    lacking = missing(log, dict.fromkeys((*ids, *parted)))
    known = [id for id in ids if id not in lacking]
    parts = () if by is None else cells(log, by, parted)
    lost, balance = leakage_of_history(log)
    return Measurement(
        history=str(history),
        first=log.window.start,
        last=log.window.start + dt.timedelta(days=round(log.window.counted) - 1),
        as_of=read.as_of,
        currency=log.window.currency,
        whole=cells(log, "window", known),
        by=by,
        told_apart=parted,
        parts=parts,
        views=view_of_history(log),
        changes=changes(log, tuple(known)),
        leakage=lost,
        balance=balance,
        stages=log.names.stages,
        matures=matures,
        reps=rep_comparison(log) if by == "rep" else None,
        prospects=lift_table(log) if prospects else None,
        not_recorded=lacking,
        planned=plan is not None,
        notes=(
            *_too_soon(log, matures),
            *_untold(log, by, [id for id in parted if id not in lacking], {cell.team for cell in parts}),
            *(finding.message for finding in read.findings),
            *log.notes,
        ),
    )


def _too_soon(log: Log, matures: float) -> tuple[str, ...]:
    """A warning where cohorts are judged before half of what is won is."""
    cycle = by_id(log, ["sales_cycle"])["sales_cycle"]
    if not matures < cycle:
        return ()
    return (
        f"cohorts are judged at {matures:g} days, and half of the deals that are won take more than {cycle:.0f}: rates "
        "of cohorts are far below what they come to",
    )


def _untold(log: Log, by: By | None, ids: Sequence[str], told: Collection[str]) -> tuple[str, ...]:
    """In place of tables: that there are no parts, or of which team's reps nothing is known. told: teams with cells."""
    if by is None or by in ("month", "quarter") or not ids:
        return ()
    if not (log.names.seats if by == "rep" else getattr(log.names, f"{by}s")):
        return (f"no {by}s are recorded",)
    teams = (by == "rep" and log.names.teams) or ("",)
    return tuple(
        f"by {by}{f' of team {team}' if team else ''} nothing is recorded of these metrics"
        for team in teams
        if team not in told and any(team in CATALOGUE[id].teams or not CATALOGUE[id].teams for id in ids)
    )
