"""A company's past as it was known on a date: tables read through a mapping, cut off, and turned into a log."""

import datetime as dt
from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.cutoff import known_on
from calibration.findings import Finding
from calibration.mapping import Mapping, read_mapping
from calibration.reading import read_tables
from calibration.record import log_of
from calibration.sources.catalogue import source_mapping
from calibration.tables import Opportunities, Tables, date_of, day_of
from calibration.traps import faults, suspicions, without_strays
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.log import Log
from sim.plan import Plan

__all__ = ["History", "read_history"]


@dataclass(frozen=True)
class History:
    """Tables as known at the end of `as_of`; nothing later is in them."""

    mapping: Mapping
    as_of: dt.date
    tables: Tables
    rows: MappingType[str, int]
    """Rows read, by file."""
    findings: tuple[Finding, ...]
    """What reading and the cut-off had to say."""
    looked_at: tuple[tuple[str, NDArray[np.object_]], ...] = ()
    """Columns that the mapping wants looked at for spelling only, as (file: column, labels)."""
    currency: str = "USD"

    @property
    def end(self) -> float:
        """The instant at which the history ends: midnight after `as_of`, in days since 1970-01-01."""
        return day_of(self.as_of) + 1.0

    @property
    def begin(self) -> float:
        """The first recorded instant, in days since 1970-01-01."""
        return float(min((column.min() for column in _starts(self.tables)), default=self.end))

    @property
    def leads_are_deals(self) -> bool:
        """Whether every lead is an opportunity from its capture (or no leads are recorded at all)."""
        leads, opportunities = self.tables.leads, self.tables.opportunities
        if not len(leads):
            return True
        opened = dict(zip(opportunities.lead, opportunities.opened, strict=True))
        same = np.array([opened.get(id) == at for id, at in zip(leads.id, leads.captured, strict=True)])
        return bool(same.mean() > 0.98)

    @property
    def opportunities(self) -> Opportunities:
        """The opportunities as known."""
        return self.tables.opportunities

    def stage_order(self) -> tuple[str, ...]:
        """Stages in the order in which they are passed; empty without a stage history."""
        if self.mapping.stages:
            return self.mapping.stages
        listed = self.tables.picklists
        if len(named := listed.value[listed.field == "stage"]):
            return tuple(named)
        return _order(
            self.tables.stage_history.opportunity, self.tables.stage_history.stage, self.tables.stage_history.entered
        )

    def to_log(self, window: tuple[dt.date, dt.date] | None = None, terms: tuple[Funnel, Plan] | None = None) -> Log:
        """The history as the log a simulation would have made, so that the same metrics apply.

        `window` is its first and its last day; the twelve months before the cut-off by default, or what there is.
        `terms` is the company whose agreements metrics judge by, as its service level and its quotas; a history holds
        none.
        """
        first, last = window or (self._year_before(), self.as_of)
        if first > last:
            remedy = f"exchange them: from {last} to {first}"
            raise InputError(Problem("window", "must begin before it ends", f"{first} to {last}", remedy))
        if last > self.as_of:
            raise InputError(
                Problem(
                    "window",
                    "must end by the cut-off",
                    str(last),
                    f"nothing after {self.as_of} is known; end it by then",
                )
            )
        wins_only = self.mapping.closed_means_won
        return log_of(self.tables, first, last, self.end, self.stage_order(), self.currency, wins_only, terms)

    def _year_before(self) -> dt.date:
        after = self.as_of + dt.timedelta(days=1)
        try:
            year = after.replace(year=after.year - 1)
        except ValueError:
            year = after.replace(year=after.year - 1, day=28)
        return max(year, min(date_of(self.begin), self.as_of))


def _order(deals: NDArray[Any], stages: NDArray[Any], entered: NDArray[np.float64]) -> tuple[str, ...]:
    """Stages by their mean place among the stages that a deal enters."""
    if not len(stages):
        return ()
    order = np.lexsort((entered, deals.astype(str)))
    deal, stage = deals[order], stages[order]
    fresh = np.r_[True, deal[1:] != deal[:-1]]
    position = np.arange(len(order))
    place = position - np.maximum.accumulate(np.where(fresh, position, 0))
    names = sorted(set(stage))
    means = [float(place[stage == name].mean()) for name in names]
    return tuple(name for _, name in sorted(zip(means, names, strict=True)))


def _starts(tables: Tables) -> list[NDArray[np.float64]]:
    """The times at which leads and opportunities begin, of the tables that have rows."""
    return [column for column in (tables.leads.captured, tables.opportunities.opened) if len(column)]


def _last_month_end(day: dt.date) -> dt.date:
    """The last end of a month that is not after `day`."""
    after = day + dt.timedelta(days=1)
    return after.replace(day=1) - dt.timedelta(days=1)


def read_history(
    where: str | Path,
    source: str = "generic",
    mapping: str | Path | MappingType[str, Any] | Mapping | None = None,
    as_of: dt.date | None = None,
    currency: str | None = None,
) -> History:
    """The history in a folder, in one file of opportunities, in a workbook or in a database (by its SQLAlchemy URL), as
    known at the end of `as_of`.

    `mapping` replaces the shipped `source`; `currency` is what amounts are in where no column says it, USD by default.
    Without `as_of` the history ends with the last month that is recorded to its end. Raises InputError with every fault
    of the files.
    """
    if mapping is None:
        mapping = source_mapping(source)
    elif not isinstance(mapping, Mapping):
        mapping = read_mapping(mapping)
    read = read_tables(where, mapping, as_of)
    tables, last, strays = without_strays(read.tables)
    if last is None:
        rows = ", ".join(f"{count:,} rows in {file}" for file, count in read.rows.items())
        raise InputError(Problem(str(where), "holds no dated row", rows, "give a history with leads or opportunities"))
    cut = _last_month_end(last) if as_of is None else as_of
    known, cut_findings = known_on(tables, cut, mapping.closed_means_won)
    if not len(known.leads) and not len(known.opportunities):
        first = date_of(min(float(column.min()) for column in _starts(tables)))
        raise InputError(
            Problem("as-of", "must leave some history", str(cut), f"the history begins on {first} and ends on {last}")
        )
    one_amount = any(finding.what == "one_amount" for finding in read.findings)
    odd = (*faults(tables), *suspicions(known, mapping, one_amount))
    findings = (*read.findings, *strays, *odd, *cut_findings)
    return History(mapping, cut, known, read.rows, findings, read.looked_at, read.currency or currency or "USD")
