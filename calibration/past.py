"""The fitted funnel set to months that are known: what it gives from the pipeline open then, beside the record."""

import datetime as dt
import tempfile
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.calibrate import Calibration
from calibration.cutoff import known_on
from calibration.history import History
from calibration.pipeline import open_deals
from calibration.spells import deal_spells
from calibration.tables import date_of, day_of
from calibration.waiting import open_leads
from scenarios.company import load
from scenarios.workers import Progress
from sim.funnel import Funnel
from sim.log import Kind
from sim.run import simulate
from sim.signing import Drift

__all__ = ["MEASURES", "PastMonth", "band", "past_months"]

Floats = NDArray[np.float64]

MEASURES = ("leads", "opportunities", "wins", "bookings")
MONTHS = 12
"""Months that are shown at most."""
REPLICATIONS = 100
_OTHER: dict[str, Any] = {"time": {"law": "never"}, "losses": {}}
"""A stage of then that there is no more; its deals are left out."""


@dataclass(frozen=True)
class PastMonth:
    """A measure of one month: as recorded, and the band in which four of five simulations of the fitted funnel lie
    or, of counts, a few more."""

    measure: str
    month: str
    recorded: float
    p10: float
    p50: float
    p90: float
    due: float
    """Share of the simulations that lie in the closed band: of small counts more than 0.8, as they are whole."""

    @property
    def inside(self) -> bool:
        """Whether the record lies in the band."""
        return self.p10 <= self.recorded <= self.p90


def past_months(
    history: History, fit: Calibration, replications: int = REPLICATIONS, progress: Progress | None = None
) -> tuple[PastMonth, ...]:
    """The last twelve months, or as many as have recorded outcomes; none where that is less than one.

    The funnel as fitted today, with its draws, is given the deals and leads open on the first day and nothing later;
    its levels of leads and of closing are today's throughout. Months in which nobody was known to win are left out.
    """
    end = fit.plan.start
    known = _months(_begin(history), end)
    if known < 1:
        return ()
    shown = min(known, MONTHS)
    begin = _back(end, shown)
    edges = np.array([day_of(_back(end, k)) for k in range(shown, -1, -1)]) - day_of(begin)
    made = _simulated(history, fit, begin, edges, replications, progress)
    recorded = _recorded(history, edges + day_of(begin))
    names = [f"{_back(end, k):%Y-%m}" for k in range(shown, 0, -1)]
    found = []
    for measure in MEASURES:
        if measure == "bookings" and not made[measure].any():
            continue
        # Where every lead is an opportunity at once, one of the two says all.
        if measure == ("opportunities" if len(history.tables.leads) else "leads") and history.leads_are_deals:
            continue
        for name, happened, its in zip(names, recorded[measure], made[measure].T, strict=True):
            found.append(PastMonth(measure, name, float(happened), *band(its, whole=measure != "bookings")))
    return tuple(found)


def band(draws: Floats, whole: bool) -> tuple[float, float, float, float]:
    """p10, p50 and p90 of (draws,), and the share of the draws from p10 to p90, both included.

    whole: of counts, whose percentiles are counts: the least that so many draws do not exceed.
    """
    low, middle, high = np.quantile(draws, (0.1, 0.5, 0.9), method="inverted_cdf" if whole else "linear")
    return float(low), float(middle), float(high), float(np.mean((low <= draws) & (draws <= high)))


def _back(day: dt.date, months: int) -> dt.date:
    """The first day of a month so many months before that of a first day."""
    year, month = divmod(12 * day.year + day.month - 1 - months, 12)
    return dt.date(year, month + 1, 1)


def _months(begin: dt.date, end: dt.date) -> int:
    """From one first day of a month to another."""
    return 12 * (end.year - begin.year) + end.month - begin.month


def _begin(history: History) -> dt.date:
    """The first day of the first month of which all outcomes and all leads are recorded."""
    first = max(history.end + deal_spells(history).visible, history.begin)
    day = date_of(float(np.floor(first)))
    return day if day.day == 1 else _back(day.replace(day=1), -1)


def _simulated(
    history: History,
    fit: Calibration,
    begin: dt.date,
    edges: Floats,
    replications: int,
    progress: Progress | None,
) -> dict[str, Floats]:
    """By measure, (replications, months)."""
    before = replace(
        history,
        as_of=begin - dt.timedelta(days=1),
        tables=known_on(history.tables, begin - dt.timedelta(days=1), history.mapping.closed_means_won)[0],
    )
    spells = deal_spells(before)
    stages = {name: stage.model_dump(by_alias=True) for name, stage in fit.funnel.stages.items()}
    then = fit.plan.model_copy(update={"start": begin, "months": _months(begin, fit.plan.start), "follow": 0})
    rows = tuple(
        row for row in open_deals(before, spells, {name: stages.get(name, _OTHER) for name in spells.stages})
        if row["channel"] in fit.funnel.channels and row["segment"] in fit.funnel.segments
        and row["product"] in fit.funnel.products and row["stage"] in stages
    )  # fmt: skip
    steps = fit.funnel.nurture.model_dump(by_alias=True)["steps"] if fit.open_leads else ()
    waiting = tuple(
        row for law in steps for row in open_leads(before, law, tuple(fit.funnel.channels), tuple(fit.funnel.segments))
    )
    with tempfile.TemporaryDirectory() as folder:
        replace(fit, plan=then, open_deals=rows, open_leads=waiting).write(folder)
        scenario = load(folder).scenario()
    made: dict[str, list[Floats]] = {measure: [] for measure in MEASURES}
    for r in range(replications):
        funnel = _at_rest(fit.draws.funnel(scenario.funnel, r % len(fit.draws)))
        log = simulate(funnel, scenario.plan, snapshot=scenario.snapshot, seed=1, replication=r, engine="compiled")
        kind, time = log.events.kind, log.events.time
        # An opportunity that was open at the beginning was opened before it.
        for measure, of in (("leads", Kind.CAPTURED), ("opportunities", Kind.OPENED), ("wins", Kind.WON)):
            made[measure].append(np.histogram(time[(kind == of) & (time >= 0)], edges)[0].astype(np.float64))
        won = kind == Kind.WON
        made["bookings"].append(np.histogram(time[won], edges, weights=np.nan_to_num(log.events.amount[won]))[0])
        if progress is not None:
            progress(r + 1, replications)
    return {measure: np.array(rows) for measure, rows in made.items()}


def _at_rest(funnel: Funnel) -> Funnel:
    """A funnel whose levels do not drift: where they go from the cut-off on says nothing of before."""
    signing = funnel.signing.model_copy(update={"drift": Drift()}) if funnel.signing else None
    return funnel.model_copy(
        update={"signing": signing, "arrivals": funnel.arrivals.model_copy(update={"drift": Drift()})}
    )


def _recorded(history: History, edges: Floats) -> dict[str, Floats]:
    """By measure, (months,) between days since 1970-01-01."""
    deals, leads = history.tables.opportunities, history.tables.leads
    won = deals.outcome == "won"
    counted = {
        "leads": leads.captured if len(leads) else deals.opened,
        "opportunities": deals.opened,
        "wins": deals.closed[won],
    }
    found = {name: np.histogram(times, edges)[0].astype(np.float64) for name, times in counted.items()}
    found["bookings"] = np.histogram(deals.closed[won], edges, weights=np.nan_to_num(deals.won_amount[won]))[0]
    return found
