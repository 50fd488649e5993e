"""The report of a calibration: the fitted funnel beside the record, how deals end, checks, quality, assumptions."""

import datetime as dt
import math
from collections.abc import Iterator, Sequence

import numpy as np

from calibration.calibrate import Calibration
from calibration.findings import LEGEND
from calibration.goodness import ALIKE, DOUBT, PIT, Check
from calibration.history import History
from calibration.outcomes import EDGES, aalen_johansen, fit_hazards, incidence, make_lexis
from calibration.past import PastMonth
from calibration.spells import deal_spells
from results.numerals import UNKNOWN
from results.report.charts import even_tenths, record_in_band, shares_by_age
from results.report.nouns import Column, Number, Report, Row, Section, Table, Tile, columns
from sim.origins import count_origins

__all__ = ["calibration_report"]

_AT_RISK = 30
"""Deals at risk down to which the estimate by age is drawn."""


_WHOLE = 100.0
"""A size from which numbers are shown without decimals."""


def calibration_report(
    history: History, fit: Calibration, checks: Sequence[Check], past: Sequence[PastMonth]
) -> Report:
    """What was fitted to a history, and how well it describes it."""
    last = fit.plan.start - dt.timedelta(days=1)
    counts = count_origins(fit.funnel)
    deals = history.tables.opportunities
    won = int((deals.outcome == "won").sum())
    inside = sum(row.inside for row in past)
    doubts = sum(check.p < DOUBT for check in checks)
    tested = sum(not math.isnan(check.p) for check in checks)
    tiles = [
        Tile("Deals won", f"{won:,}", f"of {len(deals):,} opened until {last}"),
        Tile("Open deals", f"{len(fit.open_deals):,}", "from which a forecast begins"),
        Tile("Numbers fitted", str(counts["fitted"]), f"{counts['prior']} priors, {counts['neutral']} neutral"),
    ]
    if past:
        due = sum(row.due for row in past) / len(past)
        words = f"of {len(past)} monthly figures, all of them in the fit; {100 * due:.0f} % is due"
        tiles.append(Tile("Inside the band", Number(inside / len(past), "share"), words))
    if tested:
        tiles.append(Tile("Tests in doubt", str(doubts), f"of {tested}: p below {DOUBT:g}"))
    return Report(
        title=f"{fit.plan.name}: calibrated",
        about=f"As of {last}; {len(fit.draws)} posterior draws. Amounts in {fit.plan.currency}.",
        tiles=tuple(tiles),
        sections=(
            *_past(past, fit.plan.currency),
            *_ends(history),
            *_weekly(checks),
            *_checks(checks),
            _fits(fit),
            _quality(fit),
            _assumed(fit),
        ),
    )


def _past(past: Sequence[PastMonth], currency: str) -> Iterator[Section]:
    names = {
        "leads": "Leads",
        "opportunities": "Opportunities opened",
        "wins": "Wins",
        "bookings": f"Bookings, {currency}",
    }
    for place, measure in enumerate(dict.fromkeys(row.measure for row in past)):
        rows = [row for row in past if row.measure == measure]
        inside = sum(row.inside for row in rows)
        words = (
            f"{inside} of {len(rows)} months lie inside the band; {sum(row.due for row in rows):.1f} are due: as often "
            "do the simulations themselves."
        )
        first = (
            "The funnel as fitted today is given the pipeline that was open before the first of these months, and is "
            "simulated forward with its draws. A month outside the band is one in which the company was not as it is "
            "fitted now, or had rare luck.",
            "These months are in the fit; an honest test is `leadflow backtest`. A band is made to hold four of five "
            "simulations; of small counts it holds more, as counts are whole and those on its edge lie in it.",
        )
        unit = currency if measure == "bookings" else ""
        size = None if unit else _WHOLE
        table = Table(
            f"{names[measure]} by month",
            (*columns("month", "recorded", "p10", "p50", "p90"), Column("", text=True)),
            tuple(
                Row((row.month, *(Number(value, unit, size) for value in (row.recorded, row.p10, row.p50, row.p90)),
                     "" if row.inside else "outside"))
                for row in rows
            ),
        )  # fmt: skip
        figures = [(row.month, row.recorded, row.p10, row.p50, row.p90) for row in rows]
        yield Section(
            f"past-{measure}",
            f"{names[measure]} by month, recorded and fitted",
            (*(first if place == 0 else ()), words),
            record_in_band(f"past-{measure}", figures, names[measure], unit),
            "Bars: where four of five simulations lie or more; line: their median; dots: recorded, diamonds where "
            "outside.",
            behind=(table,),
        )


def _ends(history: History) -> Iterator[Section]:
    """Shares won and lost by age: fitted hazards against Aalen and Johansen's estimate, all history alike."""
    spells = deal_spells(history)
    whole = spells.whole
    ended = whole.cause >= 0
    entry = np.maximum(spells.visible - whole.start, 0.0)
    age = np.where(ended, whole.age, -whole.start)
    time = age if spells.exact else np.where(ended, age + 1.0, age)
    used = time > entry
    if not (ended & used).any():
        return
    hazard = fit_hazards(make_lexis(whole, 2).since(spells.visible), half_life=math.inf).mean
    fitted = incidence(hazard)[1]
    moments, _, curves = aalen_johansen(time[used], whole.cause[used], entry[used], 2)
    at_risk = np.array([int(((entry < edge) & (time >= edge)).sum()) for edge in EDGES])
    knots = np.flatnonzero(at_risk >= _AT_RISK)
    if not len(knots):
        return
    stop = int(knots[-1]) + 1
    estimate = np.vstack((np.zeros(2), curves))[np.searchsorted(moments, EDGES[:stop], side="right")]
    shown = [k for k, name in enumerate(("won", "lost")) if curves[-1, k] > 0]
    names = [("won", "lost")[k] for k in shown]
    yield Section(
        "ends",
        "How deals end, by age",
        (
            "Of all deals opened, those that were won and lost by an age; deals that are still open count for the days "
            "on which they could have ended.",
        ),
        shares_by_age(
            "ends",
            {name: (EDGES[:stop], fitted[:stop, k]) for name, k in zip(names, shown, strict=True)},
            {name: (EDGES[:stop], estimate[:, k]) for name, k in zip(names, shown, strict=True)},
            "share of deals",
        ),
        f"Lines: fitted hazards by age; marks: Aalen and Johansen's estimate, up to the last age with {_AT_RISK} deals "
        "at risk. Both use all history alike.",
    )


def _weekly(checks: Sequence[Check]) -> Iterator[Section]:
    """Where weekly counts lie in their laws."""
    for check in checks:
        if check.compared == PIT[0]:
            name = f"weekly-{check.what.split()[0]}"
            yield Section(
                name,
                f"Weekly counts of {check.what} in their laws",
                (
                    "A hump in the middle says that the law is too wide, full ends that it is too narrow, a slope that "
                    "it lies too low or too high.",
                ),
                even_tenths(name, check.tenths, "weeks"),
                f"Bars: weeks in each tenth of the law fitted to them; dashed: as many in each. p {check.said}.",
            )


def _checks(checks: Sequence[Check]) -> Iterator[Section]:
    if not checks:
        return
    rows = tuple(
        Row((check.what, check.compared, f"{check.cases:,}", Number(check.figure), check.said or UNKNOWN, check.doubt))
        for check in checks
    )
    head = (
        *columns("part"),
        Column("compared", text=True),
        *map(Column, ("cases", "figure", "p")),
        Column("", text=True),
    )
    measures = {check.compared: check.measure for check in checks}
    notes = (
        f"p: chance of a figure as far off, were the fit right; doubt: below {DOUBT:g}. {ALIKE}",
        *(f"{name[0].upper()}{name[1:]}: {measure}." for name, measure in measures.items()),
    )
    yield Section(
        "checks", "Do the fits describe the history?", tables=(Table("Tests of the fits", head, rows, notes),)
    )


def _fits(fit: Calibration) -> Section:
    rows = tuple(
        Row((row.what, f"{row.n:,}", f"{row.events:,}", Number(row.exposure, size=1000), Number(row.fit), row.measure))
        for row in fit.diagnostics
    )
    head = (*columns("part", "cases", "events", "days at risk", "figure"), Column("what the figure is", text=True))
    thin = tuple(f"{row.what}: {row.notice}" for row in fit.diagnostics if row.notice)
    return Section("fits", "What was fitted, and on how much", tables=(Table("The fits", head, rows),), notes=thin)


def _quality(fit: Calibration) -> Section:
    rows = tuple(Row((found.severity, found.message, found.remedy or "")) for found in fit.quality)
    head = (Column("", text=True), Column("what was found", text=True), Column("what to do", text=True))
    return Section(
        "quality", "The history's quality", tables=(Table("What was found in the tables", head, rows, (LEGEND,)),)
    )


def _assumed(fit: Calibration) -> Section:
    counts = count_origins(fit.funnel)
    said = (
        f"Of the funnel's numbers {counts['fitted']} are fitted to this history, {counts['prior']} are priors "
        f"(published figures or stated choices) and {counts['neutral']} are neutral (they change nothing)."
    )
    return Section("assumed", "What was assumed", (said,), notes=fit.notes)
