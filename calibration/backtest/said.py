"""What a backtest says in words: how one method stands beside the others, and what cannot be told from luck."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from calibration.backtest.baselines.catalogue import REFERENCES
from calibration.backtest.groups import Group
from calibration.backtest.methods import OWN
from calibration.backtest.standing import Standing, standings
from calibration.backtest.table import rows_of
from calibration.backtest.versus import Coverage, Versus, coverage, versus

__all__ = ["HONEST", "Verdict", "judge", "named", "of_references"]

HONEST = (
    "Honest intervals hold about as many as their number says; those of small counts hold more, because counts are "
    "whole."
)

_ROUGH = 6
"""Blocks below which a block bootstrap's interval is itself uncertain: a choice."""


@dataclass(frozen=True)
class Verdict:
    """How a method stands over the rows of a backtest."""

    method: str
    """leadflow's own, or the leader of the standings."""
    standings: tuple[Standing, ...]
    best: Versus | None
    """Against the best other method of each row; none without another method."""
    others: tuple[Versus, ...]
    """Against each other method, used for every row; the least ratio first."""
    coverage: tuple[Coverage, ...]
    blocks: float
    """How often the longest window fits into the cut-offs' span: that of the shortest history."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """In plain words."""
        if self.best is None:
            return ()
        return (_beside_best(self), *_beside_each(self), *_honest(self), *_rough(self))


def judge(histories: Sequence[Sequence[Group]], method: str | None = None) -> Verdict | None:
    """On one method over the groups of one or more histories; none where there is no group.

    By default the method is leadflow's own, or without it the first of the standings.
    """
    every = list(chain.from_iterable(histories))
    found = standings([[row for group in rows for row in rows_of(group)] for rows in histories])
    methods = list(dict.fromkeys(method for group in every for method in group.trials))
    if not methods:
        return None
    if method is None:
        method = OWN if OWN in methods else found[0].method if found else methods[0]
    others = [it for other in methods if other != method and (it := versus(histories, method, other)) is not None]
    return Verdict(
        method,
        tuple(sorted(found, key=lambda each: each.method != OWN)),
        versus(histories, method),
        tuple(sorted(others, key=lambda each: each.ratio)),
        coverage(histories, method),
        min(_blocks(rows) for rows in histories if rows),
    )


def _blocks(rows: Sequence[Group]) -> float:
    return len({day for group in rows for day in group.days}) / max(group.block for group in rows)


def _name(method: str) -> str:
    return "leadflow's forecast" if method == OWN else f"{method}, the first of these standings,"


def named(method: str) -> str:
    """A method, and whether it is a reference."""
    return f"{method} (a reference)" if method in REFERENCES else method


def of_references(best: Versus) -> str:
    """In how many rows the best other was a reference, as an insertion; nothing where in none."""
    names = sorted({rival for rival in best.rivals if rival in REFERENCES})
    times = sum(rival in REFERENCES for rival in best.rivals)
    return f" (in {times} of {best.rows} rows the reference {' or '.join(names)})" if names else ""


def _interval(one: Versus) -> str:
    known = f"95 % interval {one.low:.2f} to {one.high:.2f}"
    return "too few cut-offs for an interval" if math.isnan(one.low) else known


def _beside_best(verdict: Verdict) -> str:
    best = verdict.best
    assert best is not None
    name = _name(verdict.method)
    rows = f"{best.rows} rows" if best.rows > 1 else "one row"
    which = (
        f"the best other method of each row, chosen in hindsight{of_references(best)}"
        if best.rows > 1
        else f"{named(best.rivals[0])}, the best other method there, chosen in hindsight"
    )
    said = (
        f"{name[0].upper()}{name[1:]} errs {best.ratio:.2f} times as much (CRPS, {rows}; {_interval(best)}) as {which}"
    )
    ends = {
        "less": "it is better.",
        "more": "it is worse.",
        "not told apart": "which of the two is better cannot be told from luck.",
    }
    return f"{said}: {ends[best.verdict]}"


def _beside_each(verdict: Verdict) -> list[str]:
    """By verdict, the methods that need no hindsight; then the references, which had some."""
    fixed = _by_verdict([one for one in verdict.others if one.other not in REFERENCES])
    seen = _by_verdict([one for one in verdict.others if one.other in REFERENCES])
    said = [f"Beside one method used throughout, {fixed}."] if fixed else []
    if seen:
        said.append(f"Beside a reference, whose form was chosen by looking at all of one public history, {seen}.")
    return [" ".join(said)] if said else []


def _by_verdict(others: Sequence[Versus]) -> str:
    parts = []
    for kind, words in (("less", "it errs less than"), ("not told apart", "it cannot be told from"),
                        ("more", "it errs more than")):  # fmt: skip
        its = [f"{one.other} ({one.ratio:.2f})" for one in others if one.verdict == kind]
        if its:
            parts.append(f"{words} {', '.join(its)}")
    return "; ".join(parts)


def _honest(verdict: Verdict) -> list[str]:
    wide = [one for one in verdict.coverage if one.level > 0.5]
    if not wide:
        return []
    parts = [
        f"its {one.level:.0%} intervals held {one.share:.0%}".replace("%", " %")
        + ("" if math.isnan(one.low) else f" ({100 * one.low:.0f} to {100 * one.high:.0f}: {one.verdict})")
        for one in wide
    ]
    every, apart = wide[0].forecasts, wide[0].apart
    few = f", about {apart} of them with windows that do not overlap" if apart < every else ""
    return [f"Of {every} forecasts{few}, {'; '.join(parts)}."]


def _rough(verdict: Verdict) -> list[str]:
    if not 2 <= verdict.blocks < _ROUGH:
        return []
    times = f"{verdict.blocks:.0f} times"
    return [f"The cut-offs span the longest window only about {times}: the intervals themselves are rough."]
