"""Section of the funnel: its steps, with their rates of the period and of the cohort."""

import math

from results.headline import SECTIONS, HeadlineRow
from results.numerals import number
from results.report.charts import funnel_steps
from results.report.details import COHORT_RATES, PERIOD_RATES, Details
from results.report.nouns import Cell, Column, Named, Number, Row, Section, Table, columns, sized
from results.report.sections.stored import WITHOUT

__all__ = ["funnel"]


def funnel(rows: dict[str, HeadlineRow], details: Details | None) -> Section:
    """The steps by metric id of the headline; rates that it lacks are of the details."""
    steps = [rows[id] for id in dict(SECTIONS)["Funnel"] if id in rows]
    words = {"mqls": "MQLs per lead", "sqls": "SQLs per MQL", "opportunities": "of leads, per SQL",
             "new_customers": "won of those closed"}  # fmt: skip
    of = {"mqls": "of leads", "sqls": "of MQLs", "opportunities": "of SQLs", "new_customers": "of deals closed"}

    def rate(ids: dict[str, str], step: str) -> tuple[float, float, float]:
        id = ids.get(step, "")
        found = rows.get(id) or (None if details is None else details.of(id))
        return (math.nan,) * 3 if found is None else (found.mean, found.p10, found.p90)

    def rates(values: tuple[float, float, float]) -> tuple[Cell, Cell]:
        mean, low, high = values
        spread = f"{number(low, 'share')} to {number(high, 'share')}" if math.isfinite(low) else ""
        return Number(mean, "share") if math.isfinite(mean) else "", spread

    shown = tuple(
        Row((
            Named(row.name, row.metric), *sized((row.mean, row.p10, row.p90), row.unit, row.mean),
            *rates(rate(PERIOD_RATES, row.metric)), words.get(row.metric, ""),
            *rates(rate(COHORT_RATES, row.metric)),
        ))
        for row in steps
    )  # fmt: skip
    head = (
        *columns("step", "mean", "p10", "p90"),
        Column("rate of the period"), Column("p10 to p90"), Column("which is", text=True),
        Column("rate of the cohort"), Column("p10 to p90"),
    )  # fmt: skip
    notes = [
        "Of the period: what reached a step in these months per what reached the one before in them. Of deals closed "
        "in these months, whenever they were opened, the rate says how many were won.",
        "Of the cohort: leads captured in these months, followed for 365 days each; of those that came to the step "
        "before, or beyond, the share that came to this one. These rates multiply to the lead-to-customer rate.",
        "The two differ where leads take long, or where marketing or sales grew or shrank in these months.",
    ]
    if details is None:
        notes.append(f"Rates of the cohort: {WITHOUT[0].lower()}{WITHOUT[1:]}")
    short = {"mqls": "MQLs", "sqls": "SQLs"}
    chart = funnel_steps(
        [
            (short.get(row.metric, row.name), row.mean, rate(PERIOD_RATES, row.metric)[0], of.get(row.metric, ""))
            for row in steps
        ]
    )
    return Section(
        "funnel",
        "The funnel",
        chart=chart,
        legend="Means over the runs, with the rate of the period from the step before.",
        tables=(Table("The funnel, and both views of its rates", head, shown, tuple(notes)),),
    )
