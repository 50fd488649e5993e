"""Sections of what was lost: the matrix of leakage, how often, and what became of the potential."""

import math
from collections.abc import Iterable, Iterator, Sequence

from results.leakage import LeakageRow
from results.matrix import NO_SUM, ROUGHLY, Matrix, by_fit, matrix, of_the_potential, who_acts
from results.numerals import label, number
from results.report.charts import heat_map
from results.report.nouns import Cell, Column, Number, Row, Section, Table, columns, sized
from results.report.sections.stored import WITHOUT
from results.tables import Tables

__all__ = ["losses"]

_LEAKS = 12
"""Points of leakage listed of each kind."""


def losses(tables: Tables | None, stages: Sequence[str], currency: str) -> Iterator[Section]:
    """What was lost, with the stages in their order; then the balance."""
    if tables is None:
        yield Section("leakage", "Where revenue leaks", (WITHOUT,))
        return
    rows = [row for row in tables.leakage if row.what in ("lead", "opportunity")]
    lost = matrix(rows, stages)
    if lost.causes:
        yield Section(
            "leakage",
            "Where revenue leaks",
            (
                f"Lost in these months, mean over the runs: {number(lost.whole)} {currency}.",
                *([ROUGHLY] if lost.roughly else []),
                *by_fit(lost, currency),
                *who_acts(rows, lost.causes),
            ),
            heat_map(lost, currency),
            f"Revenue lost{label('', currency, lost.whole)}, means over the runs: causes from the costliest down, "
            "points in the order of a sale. The darker, the more; where nothing is lost, nothing stands.",
            behind=(_matrix(lost, currency), *_points(tables.leakage, currency)),
            notes=(NO_SUM,),
        )
    most = max((row.revenue for row in tables.balance if math.isfinite(row.revenue)), default=math.nan)
    parts = tuple(
        Row(
            (row.part, Number(row.count, "leads"), *sized((row.revenue, row.rough, row.profit), currency, most)),
            sum=row.part == "potential",
        )
        for row in tables.balance
    )
    names = (label(name, currency, most) for name in ("revenue", "roughly", "profit"))
    yield Section(
        "potential",
        "Potential = won + lost + open",
        tables=(
            Table(
                "What became of the potential",
                columns("of the potential", "number", *names),
                parts,
                (of_the_potential(),),
            ),
        ),
    )


def _matrix(lost: Matrix, currency: str) -> Table:
    def cells(values: Iterable[float]) -> tuple[Cell, ...]:
        return tuple(Number(value, currency, lost.whole) if value else "" for value in values)

    rows = [
        Row((cause.replace("_", " "), *cells((*row, its))))
        for cause, row, its in zip(lost.causes, lost.revenue, lost.by_cause, strict=True)
    ]
    rows.append(Row(("all", *cells((*lost.by_point, lost.whole))), sum=True))
    return Table(
        label("Revenue lost, by cause and point", currency, lost.whole),
        columns("because", *lost.points, "all"),
        tuple(rows),
    )


def _points(rows: Sequence[LeakageRow], currency: str) -> Iterator[Table]:
    for what, title, point in (
        ("lead", "Where leads are lost", "lost in"),
        ("opportunity", "Where opportunities are lost", "lost at stage"),
        ("sale to a customer", "Where sales to customers are lost", "lost at stage"),
        ("customer", "Why customers leave", "lost"),
    ):
        lost = [row for row in rows if row.what == what]
        if not lost:
            continue
        valued = what != "lead"
        head = (Column(point, text=True), Column("because", text=True), Column("mean"), Column("p10"), Column("p90"))
        yield Table(
            title,
            (*head, Column(f"value, {currency}")) if valued else head,
            tuple(
                Row((
                    row.point, row.reason.replace("_", " "), *sized((row.count, row.p10, row.p90), "leads", row.count),
                    *([Number(row.value)] if valued else []),
                ))
                for row in lost[:_LEAKS]
            ),
            (f"The {_LEAKS} largest of {len(lost)} points.",) if len(lost) > _LEAKS else (),
        )  # fmt: skip
