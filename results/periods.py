"""Periods: the counted months and calendar quarters of a log, with what they are called."""

import datetime as dt

from results.facts import Facts
from results.spans import Span, Spans

__all__ = ["months", "quarters"]


def months(facts: Facts) -> tuple[tuple[str, ...], Spans]:
    """The counted calendar months, such as 2027-01."""
    return tuple(f"{day:%Y-%m}" for day in _firsts(facts)), Spans.of(*facts.months)


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
