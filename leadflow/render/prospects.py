"""Prospects on a terminal: who becomes a customer more often than others, who leaks away, and by which cause."""

import math
from collections.abc import Iterable, Sequence

from leadflow.render.numbers import UNKNOWN, number
from leadflow.render.page import Column, Page
from results.prospects import ENOUGH, LiftRow, LiftTable, Prospects

__all__ = ["show_prospects"]

_PAIRS = 6
"""Pairs shown from either end."""
_CAUSES = 12
"""Rows of causes shown."""
_WORDS = {"more often": "more", "less often": "less", "not distinguishable from 1": ""}


def show_prospects(page: Page, prospects: Prospects, currency: str) -> None:
    """Who buys, who is lost, and for which cause; what cannot be told is said at the end."""
    for table in prospects.won:
        if not table.lacking:
            _show_won(page, table, currency)
    for table in prospects.lost:
        if not table.lacking:
            _show_lost(page, table)
    _show_causes(page, prospects.causes)
    if any(not table.lacking for table in (*prospects.won, *prospects.lost)):
        _explain(page)
    page.notes(
        "What cannot be told",
        (
            f"which {table.cases_are} are {table.outcome}: {table.lacking}"
            for table in (*prospects.won, *prospects.lost)
            if table.lacking
        ),
    )


def _show_won(page: Page, table: LiftTable, currency: str) -> None:
    has_money = any(math.isfinite(row.share_of_bookings) for row in table.rows)
    has_profit = any(math.isfinite(row.profit) for row in table.rows)
    size = max((abs(row.profit) for row in table.rows if math.isfinite(row.profit)), default=math.nan)
    for rows, title in (
        (table.rows, f"Which {table.cases_are} are won"),
        (_ends(table.pairs), f"Which {table.cases_are} are won, by two attributes at once"),
    ):
        if not rows:
            continue
        columns: list[Column] = [("", "left"), table.cases_are if table.cases_are == "leads" else "n", "rate"]
        columns += [("lift", "label"), "pooled", "won"]
        columns += ["money"] * has_money + ([f"{currency} each", ("", "label")] if has_profit else []) + [("", "label")]
        shown = page.table(title, columns, gap=1)
        last = ""
        for row in rows:
            if row.attribute != last and rows is table.rows:
                shown.add_row(f"{row.attribute}:")
                last = row.attribute
            money = [_percent(row.share_of_bookings)] if has_money else []
            profit = [number(row.profit, currency, size), _around(row, currency, size)] if has_profit else []
            shown.add_row(
                f"  {row.value}" if rows is table.rows else row.value,
                f"{row.cases:,}",
                number(row.rate, "share"),
                _lift(row),
                f"{row.pooled:.2f}",
                _percent(row.share_of_successes),
                *money,
                *profit,
                _WORDS[row.verdict],
            )
        page.show(shown)
    page.foot(*_said(table))


def _said(table: LiftTable) -> Iterable[str]:
    yield (
        f"{table.successes:,} of {table.cases:,} {table.definition} ({number(table.rate, 'share')})."
        if table.cases
        else f"{table.definition}."
    )
    if not any(row.verdict != "not distinguishable from 1" for row in (*table.rows, *table.pairs)):
        yield "No lift is distinguishable from 1."
    if table.young > 0:
        yield f"{table.young:.0%} of them were younger than 365 days then, and some will still be won."
    if table.too_few:
        yield (
            f"{table.too_few} pairs have fewer than {ENOUGH[0]} {table.cases_are}, or would bring fewer than "
            f"{ENOUGH[1]:g} at the overall rate, and are left out."
        )


def _show_lost(page: Page, table: LiftTable) -> None:
    columns: list[Column] = [("", "left"), "n", "rate", ("lift", "label"), "pooled", "of the lost", ("", "label")]
    shown = page.table(f"Which {table.cases_are} are lost", columns, gap=1)
    last = ""
    for row in table.rows:
        if row.attribute != last:
            shown.add_row(f"{row.attribute}:")
            last = row.attribute
        shown.add_row(
            f"  {row.value}",
            f"{row.cases:,}",
            number(row.rate, "share"),
            _lift(row),
            f"{row.pooled:.2f}",
            _percent(row.share_of_successes),
            _WORDS[row.verdict],
        )
    page.show(shown)
    page.foot(*_said(table))


def _show_causes(page: Page, tables: Sequence[LiftTable]) -> None:
    """Who is over-represented among those lost for a cause: only what is told apart."""
    found = [
        (table, row) for table in tables for row in table.rows if row.verdict == "more often" and not table.lacking
    ]
    if not tables:
        return
    found.sort(key=lambda each: -each[1].pooled)
    if found:
        columns: list[Column] = [("lost because of", "left"), ("of", "label"), ("who", "left"), "n", "rate"]
        shown = page.table("Who is lost for which cause more often than others", [*columns, ("lift", "label")], gap=1)
        for table, row in found[:_CAUSES]:
            shown.add_row(
                table.outcome.replace("_", " "),
                "deals" if table.cases_are == "opportunities" else "leads",
                f"{row.attribute} {row.value}",
                f"{row.cases:,}",
                number(row.rate, "share"),
                _lift(row),
            )
        page.show(shown)
    rest = len(found) - _CAUSES
    said = "No cause of loss befalls anybody more often than others, as far as can be told." if not found else ""
    more = f"The {_CAUSES} greatest of {len(found)}; `--json` has them all." if rest > 0 else ""
    page.foot(*(line for line in (said, more) if line))


def _ends(rows: Sequence[LiftRow]) -> Sequence[LiftRow]:
    return rows if len(rows) <= 2 * _PAIRS else (*rows[:_PAIRS], *rows[-_PAIRS:])


def _lift(row: LiftRow) -> str:
    if not math.isfinite(row.lift):
        return UNKNOWN
    return f"{row.lift:.2f} {row.lift_low:.2f}-{row.lift_high:.2f}"


def _around(row: LiftRow, currency: str, size: float) -> str:
    half = row.profit_high - row.profit
    return f"+-{number(half, currency, size)}" if math.isfinite(half) else ""


def _percent(value: float) -> str:
    return f"{100 * value:.0f}%" if math.isfinite(value) else UNKNOWN


def _explain(page: Page) -> None:
    page.gap()
    page.foot(
        "lift: rate / overall rate, with its 95 % interval. pooled: the lift drawn to 1, the more so the fewer the "
        "cases: the best guess for thin rows. more, less: not luck, with all rows of the table in mind (at most 5 % of "
        "such verdicts are due to luck); without a word a lift is not distinguishable from 1. won, money: share of all "
        "that were won, and of their bookings.",
        "Money each: gross margin less commission of all orders so far, less what its channel spent on programmes, "
        "mean of a lead with 1.96 standard errors; a few large orders make it wide.",
        "A lift says what goes together and not what causes it.",
    )
