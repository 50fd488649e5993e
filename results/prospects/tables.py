"""Prospects: which attributes customers have more often than others, and which those have who leak away (lift tables).

Who buys refines the profile of the ideal customer (article 001), who leaks away the definition of qualified (article
002). A lift says what goes together and not what causes it: a channel may convert well because of whom it reaches.
"""

from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, Literal, NamedTuple

import numpy as np

from results.facts import Facts
from results.luck import Z95, told_apart, wilson
from results.plain import plain
from results.prospects.cases import ProspectCases, leads_captured, opportunities_closed
from results.prospects.lift import lifts
from results.sampling import FEW
from results.spans import Bools, Ints, ratio
from sim.log import NOBODY, Log

__all__ = ["ENOUGH", "LiftRow", "LiftTable", "Prospects", "lift_table"]

ENOUGH = (FEW, 5.0)
"""Cases, and successes to be expected of them at the overall rate, that a pair of values needs; a choice."""

Verdict = Literal["more often", "less often", "not distinguishable from 1"]


@dataclass(frozen=True)
class LiftRow:
    """The cases with one value of one attribute, or with one of each of two; intervals 95 %."""

    attribute: str
    value: str
    cases: int
    successes: int
    rate: float
    rate_low: float
    rate_high: float
    """Wilson's interval."""
    lift: float
    """Rate / overall rate."""
    lift_low: float
    lift_high: float
    pooled: float
    """The lift drawn to 1, among the values of the same attribute."""
    pooled_low: float
    pooled_high: float
    p_value: float
    """Of: the value's cases are drawn at random from all; exact."""
    verdict: Verdict
    """With all rows of the table in mind: at most 5 % of the verdicts passed are due to luck."""
    share_of_cases: float
    share_of_successes: float
    bookings: float
    """Value of the orders won of these cases; NaN where no amounts are recorded."""
    share_of_bookings: float
    profit: float
    """Gross margin less commission of those orders, less programme cost, per case; NaN where margins are not recorded.
    Of leads; each lead bears what its channel (and campaign) spent in the window per lead."""
    profit_low: float
    profit_high: float
    """The mean with 1.96 standard errors; a few large orders make it wide, and it is none below 30 cases."""


@dataclass(frozen=True)
class LiftTable:
    """Every value of every attribute by one outcome."""

    cases_are: Literal["leads", "opportunities"]
    outcome: str
    """`won`, `lost`, or a cause of loss."""
    population: str
    """What the cases are, in full."""
    definition: str
    """What makes one a success."""
    lacking: str = ""
    """Why there is nothing to show; empty if there is."""
    cases: int = 0
    successes: int = 0
    matures: float = float("nan")
    """Days after which cohorts are judged."""
    young: float = float("nan")
    """Share of the leads that are younger than that when the log ends: some of them will still be won."""
    rows: tuple[LiftRow, ...] = ()
    """By attribute, and in it from the greatest lift to the least."""
    pairs: tuple[LiftRow, ...] = ()
    """Pairs of values with enough cases, from the greatest lift to the least."""
    too_few: int = 0
    """Pairs of values that occur and have not enough."""

    @property
    def rate(self) -> float:
        """Of all cases."""
        return self.successes / self.cases if self.cases else float("nan")

    def of(self, attribute: str, value: str) -> LiftRow:
        """One row."""
        return next(row for row in (*self.rows, *self.pairs) if (row.attribute, row.value) == (attribute, value))

    def to_json(self) -> dict[str, Any]:
        """Plain data; NaN becomes null."""
        record: dict[str, Any] = plain({**asdict(self), "rate": self.rate})
        return record


@dataclass(frozen=True)
class Prospects:
    """Who buys, who leaks away, and for which cause."""

    won: tuple[LiftTable, ...]
    """Of leads and of opportunities."""
    lost: tuple[LiftTable, ...]
    causes: tuple[LiftTable, ...]
    """One a cause, the most frequent first; without pairs."""

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            name: [table.to_json() for table in tables]
            for name, tables in (("won", self.won), ("lost", self.lost), ("causes", self.causes))
        }


_POPULATION = {
    "leads": "leads captured in the window",
    "opportunities": "opportunities of new business closed in the window",
}
_DEFINED = {
    ("leads", "won"): "an order of theirs was won by the end of what was observed",
    ("leads", "lost"): "they left for good before an opportunity was opened, by the end of what was observed",
    ("opportunities", "won"): "they were won",
    ("opportunities", "lost"): "they were lost",
}


def lift_table(log: Log | Facts) -> Prospects:
    """The lift tables of a log, simulated or read from a history."""
    facts = log if isinstance(log, Facts) else Facts(log)
    kinds = (leads_captured(facts), opportunities_closed(facts))
    return Prospects(
        won=tuple(_table(cases, "won", cases.won) for cases in kinds),
        lost=tuple(_table(cases, "lost", cases.lost) for cases in kinds),
        causes=tuple(table for cases in kinds for table in _by_cause(cases, facts.log.names.reasons)),
    )


def _table(cases: ProspectCases, outcome: str, success: Bools, *, pairs: bool = True) -> LiftTable:
    kind = "won" if outcome == "won" else "lost"
    lacking = cases.lacking[kind] or ("" if len(success) else "there are none in the window")
    population, definition = _POPULATION[cases.are], _DEFINED[cases.are, kind]
    if outcome not in ("won", "lost"):
        definition = f"{definition}, because of: {outcome.replace('_', ' ')}"
    if lacking:
        return LiftTable(cases.are, outcome, population, definition, lacking)
    groups = [
        _Group(name, cases.names[name], level)
        for name, level in cases.values.items()
        if len(level) and level.min() < level.max()
    ]
    rows = _rows(cases, success, groups)
    found, too_few = [], 0
    for one, other in combinations(groups, 2) if pairs else ():
        both = one.with_(other)
        enough = _enough(both.level, float(success.mean()))
        too_few += len(np.unique(both.level)) - int(enough.sum())
        found.append((both, enough))
    of_pairs = [row for both, enough in found for row in _unjudged(cases, success, both, enough)]
    return LiftTable(
        cases.are,
        outcome,
        population,
        definition,
        cases=len(success),
        successes=int(success.sum()),
        matures=cases.matures,
        young=cases.young if outcome == "won" else float("nan"),
        rows=rows,
        pairs=tuple(sorted(_judged(of_pairs), key=lambda row: -row.lift)),
        too_few=too_few,
    )


class _Group(NamedTuple):
    """An attribute, or two at once."""

    name: str
    labels: tuple[str, ...]
    level: Ints
    """(cases,) index into labels, -1 for the last."""

    def with_(self, other: "_Group") -> "_Group":
        labels = tuple(f"{mine}, {its}" for mine in self.labels for its in other.labels)
        mine, its = self.level % len(self.labels), other.level % len(other.labels)
        return _Group(f"{self.name}, {other.name}", labels, mine * len(other.labels) + its)


def _enough(level: Ints, rate: float) -> Bools:
    """(values that occur,) whether a pair of values has cases enough."""
    count = np.unique(level, return_counts=True)[1]
    return np.asarray((count >= ENOUGH[0]) & (count * rate >= ENOUGH[1]))


def _rows(cases: ProspectCases, success: Bools, groups: list[_Group]) -> tuple[LiftRow, ...]:
    unjudged = [row for group in groups for row in _unjudged(cases, success, group, None)]
    place = {group.name: index for index, group in enumerate(groups)}
    return tuple(sorted(_judged(unjudged), key=lambda row: (place[row.attribute], -row.lift, row.value)))


def _unjudged(cases: ProspectCases, success: Bools, group: _Group, which: Bools | None) -> list[LiftRow]:
    """The rows of an attribute's values, or of those of them that are wanted."""
    levels, place = np.unique(group.level, return_inverse=True)
    place = place.reshape(-1)
    wanted = np.arange(len(levels)) if which is None else np.flatnonzero(which)
    if not len(wanted):
        return []
    count, won, money, profit, squares = (
        np.bincount(place, each, len(levels))[wanted].astype(np.float64)
        for each in (np.ones(len(place)), success, cases.bookings, cases.profit, cases.profit**2)
    )
    found = lifts(count, won, float(len(place)), float(success.sum()))
    low, high = wilson(won, count)
    mean = profit / count
    error = np.sqrt(np.maximum(squares / count - mean**2, 0.0) / count)
    half = np.where(count >= ENOUGH[0], Z95 * error, np.nan)
    return [
        LiftRow(
            attribute=group.name,
            value=group.labels[levels[wanted[i]]],
            cases=int(count[i]),
            successes=int(won[i]),
            rate=float(won[i] / count[i]),
            rate_low=float(low[i]),
            rate_high=float(high[i]),
            lift=float(found.lift[i]),
            lift_low=float(found.low[i]),
            lift_high=float(found.high[i]),
            pooled=float(found.pooled[i]),
            pooled_low=float(found.pooled_low[i]),
            pooled_high=float(found.pooled_high[i]),
            p_value=float(found.p_value[i]),
            verdict="not distinguishable from 1",
            share_of_cases=float(count[i] / len(place)),
            share_of_successes=float(ratio(won[i], success.sum())),
            bookings=float(money[i]),
            share_of_bookings=float(ratio(money[i], cases.bookings.sum())),
            profit=float(mean[i]),
            profit_low=float(mean[i] - half[i]),
            profit_high=float(mean[i] + half[i]),
        )
        for i in range(len(wanted))
    ]


def _judged(rows: list[LiftRow]) -> list[LiftRow]:
    told = told_apart(np.array([row.p_value for row in rows]))
    return [
        LiftRow(**{**asdict(row), "verdict": "more often" if row.lift > 1 else "less often"}) if apart else row
        for row, apart in zip(rows, told.tolist(), strict=True)
    ]


def _by_cause(cases: ProspectCases, reasons: tuple[str, ...]) -> list[LiftTable]:
    """The lift of every cause of loss that is recorded and frequent enough to say something."""
    if cases.lacking["lost"]:
        return []
    why = np.where(cases.lost, cases.reason, NOBODY)
    count = np.bincount(why[why != NOBODY], minlength=len(reasons))
    frequent = [int(cause) for cause in np.argsort(-count, kind="stable") if count[cause] >= ENOUGH[1]]
    return [_table(cases, reasons[cause], why == cause, pairs=False) for cause in frequent]
