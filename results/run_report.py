"""The report of a run: what a planner reads of it, section by section, from what the store holds of it."""

import math
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from results.charts import bookings_by_month, bookings_of_runs, channel_returns, funnel_steps, heat_map
from results.details import CHANNEL_METRICS, COHORT_RATES, PERIOD_RATES, Details
from results.grouping import GROUPS, Group
from results.headline import PERCENTILES, SECTIONS, STANDARD_ERROR, HeadlineRow, headline, monthly
from results.leakage import LeakageRow
from results.matrix import NO_SUM, OF_THE_POTENTIAL, Matrix, by_fit, matrix, who_acts
from results.metrics.catalogue import CATALOGUE
from results.numerals import label, number
from results.parts import PartRow
from results.places import Place
from results.report import Cell, Column, Named, Number, Report, Row, Section, Table, Tile, columns, sized
from results.runset import RunSet
from results.store import Manifest
from results.tables import Tables
from results.target import TargetOdds, target_odds
from sim.plan import Targets

__all__ = ["run_report"]

_NO_CHANNEL = "(no channel)"

_INTERVAL = "lo95, hi95: 95 % interval of the mean, how far it would move with other random numbers."

_LEAKS = 12
"""Points of leakage listed of each kind."""

_NOT_CAUSE = (
    "A lead and what it brings belong to the channel that captured it. That is credit, not cause: what a channel adds "
    "is the difference that a scenario without it makes (`leadflow compare`); `leadflow attribute` divides the "
    "credit in other ways."
)

_WITHOUT = (
    "This run was stored without them: they take about as long to measure as the run itself. `leadflow run` and "
    "`leadflow report` measure them where they are given the plan or scenario and `--html`."
)


def run_report(manifest: Manifest, runs: RunSet, tables: Tables | None) -> Report:
    """What the store holds of a run, as a report; where it was stored with less, the report says what is missing."""
    plan, funnel = manifest.inputs["plan"], manifest.inputs["funnel"]
    rows = {row.metric: row for row in headline(runs)}
    odds = target_odds(runs, Targets.model_validate(plan["targets"])) if plan.get("targets") else None
    details = None if tables is None else tables.details
    sections = [
        *_bookings(runs, odds),
        *_months(runs),
        _funnel(rows, details),
        _channels(details, runs.currency),
        *_leakage(tables, list(funnel["stages"]), runs.currency),
        _grouped(details, runs.currency),
        _figures(rows),
        Section("know", "What to know", notes=runs.warnings),
        _made(manifest),
    ]
    asked = manifest.asked or manifest.replications
    finished = f"{len(runs)}" if asked == len(runs) else f"the first {len(runs)} of {asked}"
    return Report(
        title=f"{manifest.plan} - {manifest.scenario}",
        about=f"{runs.months[0]} to {runs.months[-1]}, {finished} replications, seed {manifest.seed}. Amounts in "
        f"{runs.currency}.",
        tiles=tuple(_tiles(rows, odds)),
        sections=tuple(sections),
    )


def _tiles(rows: dict[str, HeadlineRow], odds: TargetOdds | None) -> Iterator[Tile]:
    for id in ("bookings", "new_customers", "profit", "cac", "pipeline_value"):
        if id in rows:
            row = rows[id]
            low, high = (number(value, row.unit, row.p50) for value in (row.p10, row.p90))
            name = label(row.name, row.unit, row.p50)
            yield Tile(
                name, Number(row.p50, row.unit), f"half of the runs end above; four in five between {low} and {high}"
            )
        if id == "bookings" and odds is not None:
            yield Tile(
                f"Target of {number(odds.amount)} by the end of {odds.by}",
                Number(odds.reached, "share"),
                f"of the runs reach it; 95 % interval {number(odds.lo95, 'share')} to {number(odds.hi95, 'share')}",
            )


def _bookings(runs: RunSet, odds: TargetOdds | None) -> Iterator[Section]:
    if "bookings" not in runs.monthly_metrics:
        return
    months = len(runs.months) if odds is None else runs.months.index(odds.by) + 1
    totals = runs.of_month("bookings")[:, :months].sum(axis=1)
    totals = totals[~np.isnan(totals)]
    if not len(totals):
        return
    p10, p50, p90 = np.quantile(totals, (0.1, 0.5, 0.9)).tolist()
    marks = (("p10", p10), ("p50", p50), ("p90", p90))
    until = runs.months[months - 1]
    said = [
        f"Half of the {len(totals)} runs book more than {number(p50)} {runs.currency} by the end of {until}; four in "
        f"five book between {number(p10)} and {number(p90)}."
    ]
    if odds is not None:
        said.append(
            f"The target of {number(odds.amount)} {runs.currency} is reached in {number(odds.reached, 'share')} of "
            f"them; so many runs tell the odds to within {number(odds.lo95, 'share')} to {number(odds.hi95, 'share')} "
            "(95 % interval)."
        )
    spread = (("least", float(totals.min())), *marks, ("most", float(totals.max())), ("mean", float(totals.mean())))
    rows = [Row((name, Number(value))) for name, value in spread]
    yield Section(
        "bookings",
        "What will be booked",
        tuple(said),
        bookings_of_runs(totals, marks, None if odds is None else odds.amount, runs.currency),
        "Each bar counts the runs whose bookings lie in its range"
        + (". " if odds is None else "; dark bars reach the target. ")
        + PERCENTILES,
        behind=(Table(f"Bookings by the end of {until}, over runs", columns("", runs.currency), tuple(rows)),),
    )


def _months(runs: RunSet) -> Iterator[Section]:
    if "bookings" not in runs.monthly_metrics:
        return
    rows = monthly(runs)
    most = max((row.p90 for row in rows if math.isfinite(row.p90)), default=math.nan)
    bookings = Table(
        label("Bookings, by month", runs.currency, most),
        columns("month", "mean", "p10", "p50", "p90", "error"),
        tuple(
            Row((row.month, *sized((row.mean, row.p10, row.p50, row.p90, row.se), runs.currency, most))) for row in rows
        ),
        (
            "The months' means add up to the whole; their percentiles do not, as no run is low in every month.",
            STANDARD_ERROR,
        ),
    )
    others = [id for id in runs.monthly_metrics if id != "bookings"]
    by_month = {id: monthly(runs, id) for id in others}
    sizes = {id: max((abs(row.mean) for row in by_month[id] if math.isfinite(row.mean)), default=0.0) for id in others}
    units = {id: CATALOGUE[id].unit_in(runs.currency) for id in others}
    rest = Table(
        "Other metrics by month, means",
        columns("month", *(label(CATALOGUE[id].name, units[id], sizes[id]) for id in others)),
        tuple(
            Row((month, *(Number(by_month[id][place].mean, units[id], sizes[id]) for id in others)))
            for place, month in enumerate(runs.months)
        ),
    )
    yield Section(
        "months",
        "Month by month",
        chart=bookings_by_month(rows, runs.currency),
        legend="The line is the median of the runs. In four runs of five a month's bookings lie in the band (p10 to "
        "p90); a single run moves up and down in it.",
        behind=(bookings, rest) if others else (bookings,),
    )


def _funnel(rows: dict[str, HeadlineRow], details: Details | None) -> Section:
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
        notes.append(f"Rates of the cohort: {_WITHOUT[0].lower()}{_WITHOUT[1:]}")
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


def _channels(details: Details | None, currency: str) -> Section:
    title = "Channels: what their spend brings"
    if details is None:
        return Section("channels", title, (_WITHOUT,))
    names = list(dict.fromkeys(row.part for row in details.channels))
    by_metric = {id: {row.part: row for row in details.of_channels(id)} for id in CHANNEL_METRICS}
    returns = by_metric["program_roi"]
    known = [row for row in returns.values() if math.isfinite(row.mean)]
    order = sorted(names, key=lambda name: (_rank(returns.get(name)), not name))
    sizes = {
        id: max((abs(row.mean) for row in of.values() if math.isfinite(row.mean)), default=0.0)
        for id, of in by_metric.items()
    }
    units = {id: CATALOGUE[id].unit_in(currency) for id in CHANNEL_METRICS}
    counts = Table(
        "Channels in numbers, means",
        columns("channel", *(label(CATALOGUE[id].name, units[id], sizes[id]) for id in CHANNEL_METRICS)),
        tuple(
            Row((name or _NO_CHANNEL, *(
                Number(by_metric[id][name].mean, units[id], None if units[id] == "share" else sizes[id])
                if name in by_metric[id]
                else Number(math.nan)
                for id in CHANNEL_METRICS
            )))
            for name in order
        ),
        tuple(f"{CATALOGUE[id].name}: {CATALOGUE[id].definition}" for id in CHANNEL_METRICS[-3:]),
    )  # fmt: skip
    ranked = Table(
        f"{CATALOGUE['program_roi'].name} by channel",
        (
            *columns("channel", "mean", "lo95", "hi95", "p10", "p50", "p90", "place"),
            Column("in nine runs of ten"),
            Column("first in"),
        ),
        tuple(
            Row((
                name or _NO_CHANNEL,
                *(Number(value, "share") for value in (row.mean, row.lo95, row.hi95, row.p10, row.p50, row.p90)),
                *_place(row.place),
            ))
            for name in order if name in returns for row in (returns[name],)
        ),
        (
            _INTERVAL,
            "Place: by the mean, and between which places the channel is in nine runs of ten; then in which share "
            "of the runs it is the first. Channels without spend have no return on it.",
        ),
    )  # fmt: skip
    return Section(
        "channels",
        title,
        (_NOT_CAUSE,),
        chart=channel_returns(known, CATALOGUE["program_roi"].name, _NO_CHANNEL) if known else None,
        legend="Dot: mean return on programme spend; dark line: 95 % interval of the mean; light band: p10 to p90, "
        "where four runs of five lie. Two channels whose bands overlap may change places from run to run.",
        behind=(ranked,),
        tables=(counts,),
    )


def _rank(row: PartRow | None) -> float:
    return math.inf if row is None or row.place is None else row.place.place


def _place(place: Place | None) -> tuple[str, str, Cell]:
    if place is None:
        return "-", "", ""
    low, high = place.lo90, place.hi90
    return f"{place.place}", f"{low}" if low == high else f"{low} to {high}", Number(place.first, "share")


def _leakage(tables: Tables | None, stages: Sequence[str], currency: str) -> Iterator[Section]:
    if tables is None:
        yield Section("leakage", "Where revenue leaks", (_WITHOUT,))
        return
    rows = [row for row in tables.leakage if row.what in ("lead", "opportunity")]
    lost = matrix(rows, stages)
    if lost.causes:
        yield Section(
            "leakage",
            "Where revenue leaks",
            (
                f"Lost in these months, mean over the runs: {number(lost.whole)} {currency}.",
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
                (OF_THE_POTENTIAL,),
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


def _grouped(details: Details | None, currency: str) -> Section:
    title = "25 metrics over four funnels"
    if details is None:
        return Section("metrics", title, (_WITHOUT,))
    said = (
        "The 25 metrics that marketing and sales share, stage by stage of the funnel, each with the figures that "
        "answer it. `leadflow metrics ID` tells how one is counted; one that is not defined (-) has its reason below."
    )
    return Section(
        "metrics", title, (said, _INTERVAL), tables=tuple(_group(group, details, currency) for group in GROUPS)
    )


def _group(group: Group, details: Details, currency: str) -> Table:
    rows: list[Row] = []
    notes: dict[str, None] = {}
    for line in group.lines:
        rows.append(Row((f"{line.number}. {line.name}",), heading=True))
        for id in line.metrics:
            found, entry = details.of(id), CATALOGUE[id]
            if found is None:
                continue
            unit = entry.unit_in(currency)
            numbers = sized((found.mean, found.lo95, found.hi95, found.p10, found.p90), unit, found.mean)
            rows.append(Row((Named(label(entry.name, unit, found.mean), id), *numbers)))
            if found.why:
                runs = "" if math.isnan(found.mean) else f" in {found.undefined} runs"
                notes[f"{entry.name} is not defined{runs}: {found.why}."] = None
    return Table(group.title, columns("metric", "mean", "lo95", "hi95", "p10", "p90"), tuple(rows), tuple(notes))


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
