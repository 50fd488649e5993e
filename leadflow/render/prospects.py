"""Prospects on a terminal: who becomes a customer more often than others, who leaks away, and by which cause."""

import math
from collections.abc import Iterable, Sequence

from leadflow.render.page import Column, Page
from results.numerals import UNKNOWN, number
from results.prospects.tables import ENOUGH, LiftRow, LiftTable, Prospects

__all__ = ["show_prospects"]

_PAIRS = 6
"""Pairs shown from either end."""
_CAUSES = 12
"""Rows of causes shown."""
_NAME, _PAIR = 18, 27
"""Columns that a value, and a pair of them, has at most."""
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
        _explain(page, money=_known(row.profit for table in prospects.won for row in table.rows))
    page.notes(
        "What cannot be told",
        (
            f"which {table.cases_are} are {table.outcome}: {table.lacking}"
            for table in (*prospects.won, *prospects.lost)
            if table.lacking
        ),
    )


def _show_won(page: Page, table: LiftTable, currency: str) -> None:
    shares: list[Column] = ["won", "money"] if _known(row.share_of_bookings for row in table.rows) else ["won"]
    title = f"Which {table.cases_are} are won"
    _show_rows(page, table, title, table.rows, shares, currency)
    _show_rows(page, table, f"{title}, by two attributes at once", _ends(table.pairs), [], currency)
    page.foot(*_said(table))
    told = [row for row in (*table.rows, *table.pairs) if math.isfinite(row.profit_low)]
    if told:
        best = max(told, key=lambda row: row.profit)
        page.foot(
            f"Most profitable of these {len(told)} rows, in part by luck: {best.attribute} {best.value}, "
            f"{_each(best, currency, math.nan)} {currency} a lead"
            f"{'' if best.profit_low > 0 else ', which is not distinguishable from 0'}."
        )
    if table.too_few:
        page.foot(
            f"Pairs with fewer than {ENOUGH[0]} {table.cases_are}, or with fewer than {ENOUGH[1]:g} won if they were "
            f"like all, are left out: {table.too_few}."
        )


def _show_lost(page: Page, table: LiftTable) -> None:
    _show_rows(page, table, f"Which {table.cases_are} are lost", table.rows, ["of the lost"], "")
    page.foot(*_said(table))


def _show_rows(
    page: Page, table: LiftTable, title: str, rows: Sequence[LiftRow], shares: list[Column], currency: str
) -> None:
    """shares: headings of the shares of all successes and of their bookings, as far as they are wanted."""
    if not rows:
        return
    paired = rows[0].attribute != table.rows[0].attribute
    has_profit = bool(currency) and _known(row.profit for row in rows)
    size = max((abs(row.profit) for row in rows if math.isfinite(row.profit)), default=math.nan)
    columns: list[Column] = [("", "label"), "n", "rate", ("lift", "label"), "pooled", *shares]
    if has_profit:
        columns.append((f"{currency} each", "label"))
    shown = page.table(title, [*columns, ("", "label")], gap=1)
    attribute = ""
    for row in rows:
        if row.attribute != attribute and not paired:
            attribute = row.attribute
            shown.add_row(f"{attribute}:")
        cells = [_percent(share) for share in (row.share_of_successes, row.share_of_bookings)[: len(shares)]]
        cells += [_each(row, currency, size)] if has_profit else []
        shown.add_row(
            _short(row.value, _PAIR if paired else _NAME) if paired else f" {_short(row.value, _NAME)}",
            f"{row.cases:,}",
            number(row.rate, "share"),
            _lift(row),
            f"{row.pooled:.2f}",
            *cells,
            _WORDS[row.verdict],
        )
    page.show(shown)


def _said(table: LiftTable) -> Iterable[str]:
    yield (
        f"{table.successes:,} of {table.cases:,} {table.population} ({number(table.rate, 'share')}): "
        f"{table.definition}."
    )
    if not any(row.verdict != "not distinguishable from 1" for row in (*table.rows, *table.pairs)):
        yield "No lift is distinguishable from 1."
    if table.young > 0:
        yield f"{table.young:.0%} of them were younger than {table.matures:g} days then, and some will still be won."


def _known(values: Iterable[float]) -> bool:
    return any(math.isfinite(value) for value in values)


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}\N{HORIZONTAL ELLIPSIS}"


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


def _each(row: LiftRow, currency: str, size: float) -> str:
    """What a case brings, with half of its interval."""
    mean, half = number(row.profit, currency, size), row.profit_high - row.profit
    return f"{mean} +-{number(half, currency, size)}" if math.isfinite(half) else mean


def _percent(value: float) -> str:
    return f"{100 * value:.0f}%" if math.isfinite(value) else UNKNOWN


def _explain(page: Page, *, money: bool) -> None:
    page.gap()
    page.foot(
        "n: cases. lift: rate / overall rate, with its 95 % interval. pooled: the lift drawn to 1, the more so the "
        "fewer the cases: the best guess for thin rows. more, less: not luck, with all rows of the table in mind (at "
        "most 5 % of such verdicts are due to luck); without a word a lift is not distinguishable from 1. won, money: "
        "share of all that were won, and of their bookings."
    )
    if money:
        page.foot(
            "Each: gross margin less commission of all orders so far, less what its channel spent on programmes, mean "
            "of a lead with 1.96 standard errors; a few large orders make it wide."
        )
    page.foot("A lift says what goes together and not what causes it.")
