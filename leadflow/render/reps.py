"""Reps on a terminal: each rep's rate beside the range that luck alone explains, as a picture."""

from collections.abc import Iterable

from leadflow.render.page import Column, Page
from results.numerals import UNKNOWN, number
from results.reps.comparison import RepComparison, RepRow, RepTable
from results.sampling import FEW

__all__ = ["show_reps"]

_SIDES = {"closers": "Closers", "openers": "Openers"}
_NAME = 17
"""Columns that a rep's name has at most."""
_COUNTED = 5
"""Reps from which on it is said how many are outside their bands; of fewer that says nothing. A choice."""
_PICTURE = (11, 31)
"""Least and greatest width of the picture."""
_WORDS = {"above luck": "above", "below luck": "below", "not distinguishable": ""}


def show_reps(page: Page, comparison: RepComparison) -> None:
    """Closers and openers, one table a question; what cannot be answered is said at the end."""
    shown = [table for table in comparison.tables if not table.lacking]
    for table in shown:
        _show(page, table)
    if shown:
        _explain(page)
    page.notes(
        "Reps that cannot be compared",
        (
            f"{table.question.side} by {table.question.case}, {table.question.success}: {table.lacking}"
            for table in comparison.tables
            if table.lacking
        ),
    )


def _show(page: Page, table: RepTable) -> None:
    question = table.question
    heads = ("rep", "n", "rate", "expect", "adjusted", "pooled")
    title = f"{_SIDES[question.side]}: {question.case}, {question.success}"
    fine = table.rate < 0.1
    rows = [_cells(row, fine) for row in table.rows]
    words = max(len(_WORDS[row.verdict]) for row in table.rows)
    # After every column there is a gap.
    room = page.width - sum(max(map(len, column)) for column in zip(heads, *rows, strict=True)) - words - 8
    width = min(max(room, _PICTURE[0]), _PICTURE[1])
    end = _end(table)
    columns: list[Column] = [(head, "label") if head in ("rep", "adjusted", "pooled") else head for head in heads]
    shown = page.table(title, [*columns, ("luck", "bar"), ("", "label")], gap=1)
    for row, cells in zip(table.rows, rows, strict=True):
        shown.add_row(*cells, _picture(row, table.rate, end, width), _WORDS[row.verdict])
    page.show(shown)
    page.foot(*_said(table, end, fine))


def _cells(row: RepRow, fine: bool) -> tuple[str, ...]:
    name = row.rep if len(row.rep) <= _NAME else f"{row.rep[: _NAME - 1]}\N{HORIZONTAL ELLIPSIS}"
    return (
        name,
        f"{row.cases:,}{'*' if row.few else ' '}",
        _share(row.rate, fine),
        _share(row.expected / row.cases, fine),
        f"{_share(row.adjusted, fine)} {_range(row.adjusted_low, row.adjusted_high, fine)}",
        f"{_share(row.pooled, fine)} {_range(row.pooled_low, row.pooled_high, fine)}",
    )


def _share(value: float, fine: bool) -> str:
    return f"{100 * value:.{int(fine)}f}"


def _range(low: float, high: float, fine: bool) -> str:
    return f"{_share(low, fine)}-{_share(high, fine)}"


def _limits(row: RepRow, rate: float) -> tuple[float, float, float, float]:
    """Both bands as adjusted rates, outer ends first and last."""
    counts = (row.luck_998.low, row.luck.low, row.luck.high, row.luck_998.high)
    low, inner_low, inner_high, high = (rate * count / row.expected for count in counts)
    return low, inner_low, inner_high, high


def _end(table: RepTable) -> tuple[float, float]:
    """The rates at the picture's edges: around the overall rate, so far that the reps with enough cases fit in."""
    wide = [row for row in table.rows if not row.few] or table.rows
    ends = [end for row in wide for end in (_limits(row, table.rate)[0], _limits(row, table.rate)[3], row.adjusted)]
    return max(0.0, min(ends)), min(1.0, max(ends))


def _picture(row: RepRow, rate: float, end: tuple[float, float], width: int) -> str:
    """`--[==|==]--o`: lines as far as luck goes in 998 of 1,000 cases, brackets in 95 of 100, the team's rate, the
    rep's adjusted one; `<` or `>` beyond the edge."""
    marks = [" "] * width

    def place(value: float) -> int:
        share = (value - end[0]) / (end[1] - end[0]) if end[1] > end[0] else 0.5
        return min(max(round(share * (width - 1)), 0), width - 1)

    low, inner_low, inner_high, high = (place(limit) for limit in _limits(row, rate))
    marks[low : high + 1] = "-" * (high + 1 - low)
    marks[inner_low : inner_high + 1] = "=" * (inner_high + 1 - inner_low)
    marks[inner_low], marks[inner_high], marks[place(rate)] = "[", "]", "|"
    marks[place(row.adjusted)] = "<" if row.adjusted < end[0] else ">" if row.adjusted > end[1] else "o"
    return "".join(marks)


def _said(table: RepTable, end: tuple[float, float], fine: bool) -> Iterable[str]:
    reps, question = len(table.rows), table.question
    adjusted = f"adjusted for {_list(table.adjusted_for)}" if table.adjusted_for else "there is nothing to adjust for"
    yield (
        f"{question.definition[0].upper()}{question.definition[1:]}. All together {number(table.rate, 'share')}; "
        f"{adjusted}."
    )
    beyond = (
        f"{table.beyond} of {reps} reps outside the 95 % band; luck alone puts {table.beyond_by_luck:.1f} there, and "
        f"in 95 of 100 cases at most {table.beyond_at_most}. "
    )
    yield f"{beyond if reps >= _COUNTED else ''}{_alike(table)}"
    if reps > 1:
        yield (
            f"True rates: two reps in three between {number(table.typical_low, 'share')} and "
            f"{number(table.typical_high, 'share')}, by a spread of {table.spread:.2f} log-odds (95 % "
            f"{table.spread_low:.2f} to {table.spread_high:.2f})."
        )
    yield f"The picture runs from {_share(end[0], fine)} to {_share(end[1], fine)} %."
    if table.unrecorded:
        yield f"Not recorded whose: {number(table.unrecorded, 'leads', 100)} {question.case}; they are left out."


def _alike(table: RepTable) -> str:
    chance = table.any_difference
    if chance >= 0.05:
        return f"That reps differ at all is not distinguishable from luck (p = {chance:.2f})."
    named = any(row.verdict != "not distinguishable" for row in table.rows)
    said = f"Reps differ by more than luck explains (p {'< .001' if chance < 0.001 else f'= {chance:.3f}'})"
    return f"{said}." if named else f"{said}, but no single one can be named."


def _list(words: tuple[str, ...]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else UNKNOWN


def _explain(page: Page) -> None:
    page.gap()
    page.foot(
        f"n: cases (* fewer than {FEW}, which say little). Rates are in percent, intervals 95 %. rate: successes / n. "
        "expect: rate of a rep of average skill with the same cases. adjusted: overall rate x rate / expect. pooled: "
        "adjusted, drawn to the overall rate by how little the rep's cases say: the best guess of the true rate.",
        "The picture: o the rep's adjusted rate, | that of all; [==] where a rep of average skill ends by luck alone "
        "in 95 of 100 cases, -- in 998 of 1,000; < and > beyond the edge. above, below: more than luck explains, with "
        "all reps of the table in mind (at most 5 % of such verdicts are due to luck).",
        "Cases are not given to reps at random: what is not recorded of them can look like skill.",
    )
