"""Periods: the counted months and calendar quarters of a log, with what they are called."""

import datetime as dt

import numpy as np

from results.facts import Facts
from results.spans import Floats, Span, Spans
from sim.series import month_lengths

__all__ = ["month_name", "month_shares", "months", "quarters", "whole_months"]


def months(facts: Facts) -> tuple[tuple[str, ...], Spans]:
    """The counted calendar months, such as 2027-01."""
    return tuple(f"{day:%Y-%m}" for day in _firsts(facts)), Spans.of(*facts.months)


def month_name(month: str, start: dt.date) -> str:
    """A counted month as it is shown: 2027-01, or 2017-06 (from 6th) where the count starts within it."""
    if start.day == 1 or month != f"{start:%Y-%m}":
        return month
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{month} (from {start.day}{'th' if 11 <= start.day <= 13 else ends.get(start.day % 10, 'th')})"


def month_shares(facts: Facts) -> Floats:
    """(months,) share of each counted calendar month that is counted: 1 but where the window cuts one."""
    window = facts.log.window
    return np.asarray(np.diff(window.month_edges) / month_lengths(window.start, window.month_edges))


def whole_months(facts: Facts) -> tuple[Span, ...]:
    """The counted calendar months without a first one of which only the rest is counted."""
    return facts.months[1:] if facts.log.window.start.day != 1 else facts.months


def quarters(facts: Facts) -> tuple[tuple[str, ...], Spans]:
    """The calendar quarters of the counted months, such as 2027-Q1; one that is counted in part only says so."""
    of: dict[tuple[int, int], list[Span]] = {}
    for day, month in zip(_firsts(facts), facts.months, strict=True):
        of.setdefault((day.year, (day.month - 1) // 3 + 1), []).append(month)
    names, spans = [], []
    for (year, quarter), its in of.items():
        begin, end = its[0].begin, its[-1].end
        first = dt.date(year, 3 * quarter - 2, 1)
        after = dt.date(year + quarter // 4, 3 * quarter % 12 + 1, 1)
        whole = end - begin > (after - first).days - 0.5
        names.append(f"{year}-Q{quarter}" if whole else f"{year}-Q{quarter}, part")
        spans.append(Span(begin, end))
    return tuple(names), Spans.of(*spans)


def _firsts(facts: Facts) -> list[dt.date]:
    start = facts.log.window.start
    return [start + dt.timedelta(days=round(month.begin)) for month in facts.months]
