"""Leakage: what was lost of new business by point and driver, in numbers, revenue and profit, and that it adds up.

Potential = won + lost + still open, for every lead and opportunity of new business that was in play in the window, each
counted where it stood when the window ended. The matrix says where and why the lost part was lost.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from results.facts import Facts, Rows
from results.leaks import GAPS, STEPS, Leaks, step_of
from results.sampling import garwood
from results.spans import Bools, Floats, Ints
from results.uncertainty import NO_DRAW, estimate
from sim.log import NOBODY, EntityType, Kind, Log

__all__ = [
    "BESIDE",
    "LOST_OR_OPEN",
    "PARTS",
    "UNKNOWN",
    "BalanceRow",
    "LeakageRow",
    "Lost",
    "balance",
    "leakage",
    "leakage_of_history",
    "losses",
]

Point = tuple[str, str, str]
"""What was lost (lead, opportunity, sale to a customer, customer), where (a step of a lead, a stage, at renewal), and
why."""

BESIDE = ("sale to a customer", "customer")
"""What is lost besides new business, of which only number and value are told."""

UNKNOWN = "not recorded"
"""Where, or why, if the log does not say."""

PARTS = ("won", "leads lost", "opportunities lost", "leads still open", "opportunities still open", "potential")
"""What becomes of the potential, and the potential itself."""

LOST_OR_OPEN = "leads lost or still open"
"""Both, of a history that does not record which leads are lost."""

_AMOUNTS = ("count", "revenue", "rough", "profit")
_SUMS = (*_AMOUNTS, "good_fit", "bad_fit")


@dataclass(frozen=True, eq=False)
class Lost:
    """What was lost in one log's window by point, and the balance of it; picklable."""

    points: tuple[Point, ...]
    sums: Floats
    """(points, 6) number, revenue, revenue by the rough estimate, profit, and revenue lost with leads of good fit and
    of bad. Of sales to customers only number and revenue (their value) are known."""
    balance: Floats
    """(parts, 4) the first four of these, by PARTS."""
    acts: tuple[tuple[str, str], ...]
    """Causes of loss with who in the company can act on each."""


@dataclass(frozen=True)
class LeakageRow:
    """How much a run lost at one point for one reason, in the window; means over replications unless said."""

    what: str
    point: str
    reason: str
    acts: str
    """Who in the company can act on the reason; empty if that is not said."""
    gap: str
    """Of a lead: whether it is lost for its quality, for capacity or for pay; empty for other reasons."""
    count: float
    p10: float
    p90: float
    """Percentiles of the count over replications."""
    lo95: float
    hi95: float
    """Of the mean count over replications; of a history's count, what luck alone might have made of it."""
    value: float
    """Value of the opportunities lost there; NaN for leads, which have none of their own."""
    revenue: float
    """The same; of leads the value of their segment's opportunities times the odds of being won from there."""
    rough: float
    """Every order at the average value of those won."""
    profit: float
    """Gross margin less commission of the revenue."""
    good_fit: float
    """Revenue lost with leads of good fit: bad leakage. A history knows no fit; what AEs found themselves has none."""
    bad_fit: float
    """Revenue lost with leads of bad fit: good leakage."""


@dataclass(frozen=True)
class BalanceRow:
    """One part of the potential; means over replications."""

    part: str
    count: float
    revenue: float
    rough: float
    profit: float


def losses(log: Log) -> Lost:
    """The reducer `Log -> Lost`: leads withdrawn, opportunities lost and customers who left in the counted window.

    A lead is lost at the step it was in: nurture, sales development (handed off, or sent to an external provider, and
    not accepted) or waiting for an AE (accepted); one that never came that far, at capture.
    """
    facts = Facts(log)
    stages, (leads, deals) = (*log.names.stages, UNKNOWN), facts.leaks
    later = facts.rows(Kind.LOST)
    later = later.take(facts.to_customers[later.entity])
    left = facts.rows(Kind.CHURNED)
    parts = (
        ("lead", (*STEPS, UNKNOWN), leads.time, leads.place, leads.reason, _columns(leads)),
        ("opportunity", stages, deals.time, deals.place, deals.reason, _columns(deals)),
        (
            "sale to a customer", stages, later.time, later.stage, later.reason,
            _beside(later),
        ),
        ("customer", ("at renewal",), left.time, np.zeros(len(left), dtype=np.int64), left.reason, _beside(left)),
    )  # fmt: skip
    points: list[Point] = []
    sums: list[Floats] = []
    for what, labels, time, place, reason, columns in parts:
        for point, its in _by_point(facts, what, labels, time, place, reason):
            points.append(point)
            sums.append(columns[its].sum(axis=0))
    return Lost(tuple(points), np.array(sums).reshape(len(points), len(_SUMS)), _balance(facts), log.terms.acts)


def _beside(rows: Rows) -> Floats:
    """(rows, 6) number and value of what is lost besides new business."""
    unknown = np.full((len(rows), len(_SUMS) - 2), np.nan)
    return np.column_stack((np.ones(len(rows)), rows.amount, unknown))


def _by_point(
    facts: Facts, what: str, labels: tuple[str, ...], time: Floats, place: Ints, reason: Ints
) -> Iterator[tuple[Point, Ints]]:
    """Every point at which something was lost in the window, with the rows of it."""
    reasons = (*facts.log.names.reasons, UNKNOWN)
    inside = np.flatnonzero(_inside(facts, time))
    # Place and reason as one number, NOBODY being the first of each.
    cell = (place[inside] - NOBODY) * len(reasons) + (reason[inside] - NOBODY)
    order = np.argsort(cell, kind="stable")
    for its in np.split(order, np.flatnonzero(np.diff(cell[order])) + 1) if len(order) else ():
        where, why = divmod(int(cell[its[0]]), len(reasons))
        yield (what, labels[where + NOBODY], reasons[why + NOBODY]), inside[its]


def _inside(facts: Facts, time: Floats) -> Bools:
    return np.asarray((time >= facts.window.begin) & (time < facts.window.end))


def _columns(part: Leaks) -> Floats:
    """(leaks, 6) what each adds to the sums of its point; of unknown fit it adds to neither of the last two."""
    by_fit = [part.revenue * (part.good_fit == fit) for fit in (1.0, 0.0)]
    return np.column_stack((np.ones(len(part.time)), part.revenue, part.rough, part.profit, *by_fit))


def _balance(facts: Facts) -> Floats:
    entities, known, end = facts.log.entities, facts.worth, facts.window.end
    wins = facts.sales(Kind.WON).within(facts.window)
    kept = facts.kept_of_orders[wins.entity]
    won = (wins.amount, np.full(len(wins), known.average), kept)
    lost = [
        tuple(column[_inside(facts, part.time)] for column in (part.revenue, part.rough, part.profit))
        for part in facts.leaks
    ]
    waiting = _leads_open(facts)
    step = step_of(facts, waiting, end)
    deals = np.flatnonzero(facts.is_opportunity & ~facts.to_customers & (facts.opened < end) & ~(facts.closed < end))
    parts = [
        won,
        *lost,
        known.of_leads(entities.segment[waiting].astype(np.int64), step),
        known.of_opportunities(facts.value[deals], entities.product[deals].astype(np.int64)),
    ]
    rows = np.array([[float(len(part[0])), *(column.sum() for column in part)] for part in parts])
    return np.vstack((rows, rows.sum(axis=0)))


def _leads_open(facts: Facts) -> Ints:
    """Leads that are under way as leads when the window ends: captured before, neither withdrawn nor turned into an
    opportunity, or back from one that was lost."""
    entities, end = facts.log.entities, facts.window.end
    turned, back = (np.full(len(entities), -np.inf) for _ in range(2))
    deals = np.flatnonzero(facts.is_opportunity & ~facts.to_customers & (facts.opened < end))
    lead = facts.leads_of(deals)
    np.maximum.at(turned, lead[lead != NOBODY], facts.opened[deals[lead != NOBODY]])
    again = facts.rows(Kind.RECYCLED)
    again = again.take(again.time < end)
    back[again.entity] = again.time
    born = (entities.type == EntityType.LEAD) & (entities.created < end)
    gone = facts.first(Kind.WITHDRAWN) < end
    return np.flatnonzero(born & ~gone & (np.isinf(turned) | (back > turned)))


def leakage(lost: Sequence[Lost], draw: NDArray[np.int64]) -> tuple[LeakageRow, ...]:
    """One row a point and reason, leads first, the most frequent first; a replication without it counts as none."""
    points = list(dict.fromkeys(point for one in lost for point in one.points))
    place = {point: index for index, point in enumerate(points)}
    sums = np.zeros((len(lost), len(points), len(_SUMS)))
    for replication, one in enumerate(lost):
        sums[replication, [place[point] for point in one.points]] = one.sums
    acts = dict(lost[0].acts) if lost else {}
    rows = []
    for index, (what, point, reason) in enumerate(points):
        count, *amounts = (estimate(sums[:, index, column], draw) for column in range(len(_SUMS)))
        revenue, rough, profit, good_fit, bad_fit = (amount.mean for amount in amounts)
        row = LeakageRow(
            what=what,
            point=point,
            reason=reason,
            acts=acts.get(reason, ""),
            gap=GAPS.get(reason, "") if what == "lead" else "",
            count=count.mean,
            p10=count.outcome.p10,
            p90=count.outcome.p90,
            lo95=count.lo95,
            hi95=count.hi95,
            value=math.nan if what == "lead" else revenue,
            revenue=revenue if what not in BESIDE else math.nan,
            rough=rough,
            profit=profit,
            good_fit=good_fit,
            bad_fit=bad_fit,
        )
        rows.append(row)
    order = ("lead", "opportunity", *BESIDE)
    return tuple(sorted(rows, key=lambda row: (order.index(row.what), -row.count, row.point, row.reason)))


def leakage_of_history(log: Log) -> tuple[tuple[LeakageRow, ...], tuple[BalanceRow, ...]]:
    """The same two tables of one history, with the exact Poisson interval of every count (Garwood 1936)."""
    lost, draw = [losses(log)], np.array([NO_DRAW])
    rows = []
    for row in leakage(lost, draw):
        low, high = garwood(np.array([row.count]))
        rows.append(replace(row, lo95=float(low[0]), hi95=float(high[0])))
    parts = balance(lost, draw)
    if not Facts(log).records(Kind.WITHDRAWN):
        parts = tuple(
            replace(row, part=LOST_OR_OPEN) if row.part == "leads still open" else row
            for row in parts
            if row.part != "leads lost"
        )
    return tuple(rows), parts


def balance(lost: Sequence[Lost], draw: NDArray[np.int64]) -> tuple[BalanceRow, ...]:
    """One row a part, by PARTS."""
    values = np.array([one.balance for one in lost])
    return tuple(
        BalanceRow(part, *(estimate(values[:, row, column], draw).mean for column in range(len(_AMOUNTS))))
        for row, part in enumerate(PARTS)
    )
