"""The report of a run: what a planner reads of it, section by section, from what the store holds of it."""

import datetime as dt
from collections.abc import Iterator

from results.headline import PERCENTILES, SECTIONS, STANDARD_ERROR, HeadlineRow, headline
from results.metrics.catalogue import CATALOGUE
from results.numerals import label, number
from results.periods import month_name
from results.report.nouns import Column, Named, Number, Report, Row, Section, Table, Tile, columns, sized
from results.report.sections.booked import bookings, by_month
from results.report.sections.channels import channels
from results.report.sections.funnel import funnel
from results.report.sections.losses import losses
from results.report.sections.metrics import grouped_metrics
from results.runset import RunSet
from results.store import Manifest
from results.tables import Tables
from results.target import TargetOdds, target_odds
from sim.plan import Targets

__all__ = ["run_report"]


def run_report(manifest: Manifest, runs: RunSet, tables: Tables | None) -> Report:
    """What the store holds of a run, as a report; where it was stored with less, the report says what is missing."""
    plan, stages = manifest.inputs["plan"], list(manifest.inputs["funnel"]["stages"])
    start = dt.date.fromisoformat(plan["start"])
    rows = {row.metric: row for row in headline(runs)}
    odds = target_odds(runs, Targets.model_validate(plan["targets"])) if plan.get("targets") else None
    details = None if tables is None else tables.details
    sections = [
        *bookings(runs, odds),
        *by_month(runs, start),
        funnel(rows, details),
        channels(details, runs.currency),
        *losses(tables, stages, runs.currency),
        grouped_metrics(details, runs.currency),
        _figures(rows),
        Section("know", "What to know", notes=runs.warnings),
        _made(manifest),
    ]
    asked = manifest.asked or manifest.replications
    finished = f"{len(runs)}" if asked == len(runs) else f"the first {len(runs)} of {asked}"
    return Report(
        title=f"{manifest.plan} - {manifest.scenario}",
        about=f"{month_name(runs.months[0], start)} to {runs.months[-1]}, {finished} replications, "
        f"seed {manifest.seed}. Amounts in {runs.currency}.",
        tiles=tuple(_tiles(rows, odds, len(runs))),
        sections=tuple(sections),
    )


def _tiles(rows: dict[str, HeadlineRow], odds: TargetOdds | None, count: int) -> Iterator[Tile]:
    for id in ("bookings", "new_customers", "profit", "cac", "pipeline_value"):
        if id in rows:
            row = rows[id]
            low, high = (number(value, row.unit, row.p50) for value in (row.p10, row.p90))
            name = label(row.name, row.unit, row.p50)
            words = f"half of the runs end above; four in five between {low} and {high}"
            yield Tile(name, Number(row.p50, row.unit), words if count > 1 else "in one run; a range needs more")
        if id == "bookings" and odds is not None:
            yield Tile(
                f"Target of {number(odds.amount)} by the end of {odds.by}",
                Number(odds.reached, "share"),
                f"of the runs reach it; 95 % interval {number(odds.lo95, 'share')} to {number(odds.hi95, 'share')}",
            )


def _figures(rows: dict[str, HeadlineRow]) -> Section:
    sections = [(title, [rows[id] for id in ids if id in rows]) for title, ids in SECTIONS]
    placed = {id for _, ids in SECTIONS for id in ids}
    sections.append(("More", [row for id, row in rows.items() if id not in placed]))
    shown = []
    for title, its in sections:
        if its:
            shown.append(Row((title,), heading=True))
        for row in its:
            numbers = sized((row.mean, row.p10, row.p50, row.p90, row.se), row.unit, row.mean)
            shown.append(
                Row((Named(label(row.name, row.unit, row.mean), row.metric), *numbers, CATALOGUE[row.metric].formula))
            )
    table = Table(
        "What the months come to",
        (*columns("metric", "mean", "p10", "p50", "p90", "error"), Column("how it is counted", text=True)),
        tuple(shown),
        (PERCENTILES, STANDARD_ERROR),
    )
    return Section("figures", "All figures of the run, and how they are counted", tables=(table,))


def _made(manifest: Manifest) -> Section:
    said = {
        "run": manifest.run,
        "plan": manifest.plan,
        "scenario": manifest.scenario,
        "replications": str(manifest.replications),
        "seed": str(manifest.seed),
        "engine": manifest.engine,
        "stored": manifest.created,
        **manifest.versions,
    }
    table = Table(
        "What this report was made from",
        (Column("", text=True), Column("", text=True)),
        tuple(Row((name, value)) for name, value in said.items()),
        ("Equal plans, funnels, seeds and versions give equal figures, whoever simulates them.",),
    )
    return Section("made", "How it was made", tables=(table,))
