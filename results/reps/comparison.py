"""Reps compared fairly: each with what was to be expected of the cases that he had, and with what luck alone explains.

Expected successes are those of a rep of average skill with the same case mix (indirect standardisation): channel,
segment, product and month, by `results.reps.case_mix`, which knows no reps. The luck band is where such a rep ends by
chance alone (funnel plot: Spiegelhalter 2005, doi:10.1002/sim.1970), with exact Poisson-binomial limits. Among many
reps one in twenty lies outside his 95 % band by luck alone, so a verdict is passed only where it holds with all of
them in mind (Benjamini and Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x, at 5 %).

What it cannot adjust for: leads are not given to reps at random. If a rep gets the better leads in a way that none of
the covariates shows, that looks like skill; if only one rep sells a product or works a channel, that product's odds and
his skill cannot be told apart, and most of it counts as case mix. A difference that is found is a reason to look, and
no proof of who is better. What is expected is learnt from all reps, each rep's own cases among them; where they are few
this makes bands a little too wide, and the test of all reps together allows for it.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np

from results.facts import Facts
from results.luck import Band, band, of_sum, told_apart, two_sided, wilson
from results.plain import plain
from results.reps.case_mix import Mix, case_mix
from results.reps.cases import QUESTIONS, Cases, Question
from results.reps.skill import Desks, PooledSkill, pooled_skill, score_interval
from results.sampling import FEW
from results.spans import Floats, Ints
from sim.log import Log

__all__ = ["RepComparison", "RepRow", "RepTable", "rep_comparison", "rep_table"]

_DRAWS = 4000
_SEED = 20050

Verdict = Literal["above luck", "below luck", "not distinguishable"]


@dataclass(frozen=True)
class RepRow:
    """One rep; rates are shares of his cases, and all intervals 95 % unless said."""

    rep: str
    cases: int
    successes: int
    few: bool
    """Whether the cases are fewer than 30."""
    rate: float
    """Successes / cases."""
    rate_low: float
    rate_high: float
    """Wilson's interval."""
    expected: float
    """Successes of a rep of average skill with the same case mix."""
    adjusted: float
    """Overall rate x successes / expected, at most 1."""
    adjusted_low: float
    adjusted_high: float
    """Score interval; what is not known of the case mix is not in it."""
    luck: Band
    """Successes that luck leaves with at most 2.5 % on either side."""
    luck_998: Band
    """The same with at most .1 %."""
    p_value: float
    """How often luck alone ends at least so far from what is expected, by the exact distribution, two-sided."""
    verdict: Verdict
    """With all reps in mind."""
    pooled: float
    """The adjusted rate, drawn to the overall one by how little his cases say."""
    pooled_low: float
    pooled_high: float


@dataclass(frozen=True)
class RepTable:
    """All reps by one question."""

    question: Question
    lacking: str
    """Why there is nothing to compare; empty if there is."""
    rows: tuple[RepRow, ...] = ()
    """From the greatest adjusted rate to the least."""
    rate: float = float("nan")
    """Of all reps together."""
    adjusted_for: tuple[str, ...] = ()
    """Covariates with more than one level."""
    unrecorded: int = 0
    """Cases of which the rep is not recorded; they count neither here nor in what is expected."""
    beyond: int = 0
    """Reps outside their 95 % bands."""
    beyond_by_luck: float = float("nan")
    """How many would be by luck alone, on average."""
    beyond_at_most: int = 0
    """And at most, with a chance of .95."""
    any_difference: float = float("nan")
    """p-value of: all reps are alike. Chi-square = sum of (O - E)^2 / V, by simulation."""
    spread: float = float("nan")
    """Standard deviation of true skill among reps, log-odds."""
    spread_low: float = float("nan")
    spread_high: float = float("nan")
    typical_low: float = float("nan")
    typical_high: float = float("nan")
    """The rates between which two reps in three lie, by the spread, were their case mix that of all."""

    def to_json(self) -> dict[str, Any]:
        """Plain data; NaN becomes null."""
        rows = [{**asdict(row), "luck": list(row.luck), "luck_998": list(row.luck_998)} for row in self.rows]
        question = {name: getattr(self.question, name) for name in ("id", "side", "case", "success", "definition")}
        of_all = {key: value for key, value in asdict(self).items() if key not in ("question", "rows")}
        return {**question, **plain(of_all), "reps": plain(rows)}


@dataclass(frozen=True)
class RepComparison:
    """Closers and openers, by every question."""

    tables: tuple[RepTable, ...]

    def of(self, question: str) -> RepTable:
        """The table of a question's id."""
        return next(table for table in self.tables if table.question.id == question)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"few": FEW, "tables": [table.to_json() for table in self.tables]}


def rep_comparison(log: Log | Facts) -> RepComparison:
    """Every rep of a log, simulated or read from a history, by every question that it can answer."""
    facts = log if isinstance(log, Facts) else Facts(log)
    return RepComparison(tuple(_table(facts, question) for question in QUESTIONS))


def _table(facts: Facts, question: Question) -> RepTable:
    if lacking := question.lacks(facts):
        return RepTable(question, lacking)
    return rep_table(question, question.of(facts), facts.log.names.seats)


def rep_table(question: Question, cases: Cases, names: tuple[str, ...]) -> RepTable:
    """The reps of some cases; names: (seats,)."""
    unrecorded, cases = cases.unrecorded, cases.of_reps()
    if cases.success.all() or not cases.success.any():
        which = "all" if len(cases.success) and cases.success.all() else "none"
        return RepTable(question, f"{which} of the cases succeeded", unrecorded=unrecorded)
    mix = case_mix(cases.success.astype(np.float64), cases.mix)
    seats, rep = np.unique(cases.rep, return_inverse=True)
    desks = _desks(mix, rep, cases.success, len(seats))
    chances = [of_sum(mix.probability[mix.pattern[rep == each]]) for each in range(len(seats))]
    rate, count = float(cases.success.mean()), np.bincount(rep)
    pooled = pooled_skill(desks)
    rows = _rows([names[seat] for seat in seats], desks, count, rate, chances, pooled)
    none = np.zeros(len(seats))
    expected, variance = desks.expected(none)
    sums = _by_luck(mix, rep, chances, expected, variance)
    low, high = np.array([row.luck for row in rows]).T
    beyond = ((sums < low - 0.5) | (sums > high + 0.5)).sum(axis=1)
    return RepTable(
        question,
        "",
        rows=tuple(sorted(rows, key=lambda row: (-row.adjusted, row.rep))),
        rate=rate,
        adjusted_for=mix.names,
        unrecorded=unrecorded,
        beyond=sum(not row.luck.low <= row.successes <= row.luck.high for row in rows),
        beyond_by_luck=float(beyond.mean()),
        beyond_at_most=int(np.quantile(beyond, 0.95, method="higher")),
        any_difference=_any_difference(desks.successes - expected, sums - expected, variance),
        spread=pooled.spread,
        spread_low=pooled.spread_low,
        spread_high=pooled.spread_high,
        typical_low=_typical(desks, rate, -pooled.spread),
        typical_high=_typical(desks, rate, pooled.spread),
    )


def _typical(desks: Desks, rate: float, skill: float) -> float:
    (alike, _), (skilled, _) = (desks.expected(np.full(len(desks.successes), each)) for each in (0.0, skill))
    return rate * float(skilled.sum() / alike.sum())


def _desks(mix: Mix, rep: Ints, success: Any, reps: int) -> Desks:
    patterns = len(mix.probability)
    cell, cases = np.unique(rep * patterns + mix.pattern, return_counts=True)
    chance = mix.probability[cell % patterns]
    successes = np.bincount(rep, success, reps).astype(np.float64)
    return Desks(cell // patterns, np.log(chance / (1 - chance)), cases.astype(np.float64), successes)


def _rows(
    names: list[str], desks: Desks, count: Ints, rate: float, chances: list[Floats], pooled: PooledSkill
) -> list[RepRow]:
    expected, _ = desks.expected(np.zeros(len(names)))
    successes = desks.successes.astype(np.int64).tolist()
    p_values = np.array([two_sided(each, got) for each, got in zip(chances, successes, strict=True)])
    told = told_apart(p_values)
    low, high = wilson(desks.successes, count.astype(np.float64))
    rates, around = desks.successes / count, score_interval(desks)
    adjusted, adjusted_low, adjusted_high, drawn, drawn_low, drawn_high = (
        np.minimum(1.0, rate * each / expected).tolist()
        for each in (desks.successes, *around, pooled.expected, pooled.low, pooled.high)
    )
    return [
        RepRow(
            rep=names[i],
            cases=int(count[i]),
            successes=successes[i],
            few=bool(count[i] < FEW),
            rate=float(rates[i]),
            rate_low=float(low[i]),
            rate_high=float(high[i]),
            expected=float(expected[i]),
            adjusted=adjusted[i],
            adjusted_low=adjusted_low[i],
            adjusted_high=adjusted_high[i],
            luck=band(chances[i], 0.95),
            luck_998=band(chances[i], 0.998),
            p_value=float(p_values[i]),
            verdict=_verdict(bool(told[i]), float(successes[i] - expected[i])),
            pooled=drawn[i],
            pooled_low=drawn_low[i],
            pooled_high=drawn_high[i],
        )
        for i in range(len(names))
    ]


def _verdict(told: bool, difference: float) -> Verdict:
    if not told:
        return "not distinguishable"
    return "above luck" if difference > 0 else "below luck"


def _by_luck(mix: Mix, rep: Ints, chances: list[Floats], expected: Floats, variance: Floats) -> Floats:
    """(draws, reps) successes of reps who are all alike, less what the case mix fitted to them would expect beyond
    `expected`.

    Each rep's successes are drawn from their exact distribution. Fitting moves the expected ones after the observed:
    by one step of Newton's method, from the sums by level that go with those successes.
    """
    rng = np.random.default_rng(_SEED)
    drawn = np.column_stack(
        [np.minimum(np.searchsorted(np.cumsum(each), rng.random(_DRAWS)), len(each) - 1) for each in chances]
    )
    own, whole = mix.by_rep(rep, len(chances)), mix.curvature()
    share = own / variance[:, np.newaxis]
    # What a rep's number of successes leaves open of their levels.
    left = whole - own.T @ share
    values, vectors = np.linalg.eigh(left)
    noise = rng.standard_normal((_DRAWS, len(values))) * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
    levels = (drawn - expected) @ share + noise
    moved = np.linalg.solve(whole + np.diag(mix.penalty), levels.T)
    return np.asarray(drawn - (own @ moved).T)


def _any_difference(found: Floats, by_luck: Floats, variance: Floats) -> float:
    statistic, others = ((each**2 / variance).sum(axis=-1) for each in (found, by_luck))
    # The world that was observed counts as one of those that luck made.
    return float((1 + (others >= statistic - 1e-9).sum()) / (1 + len(by_luck)))
