"""Rep cases: what each rep had on the desk, whether it succeeded, and what is known of it besides the rep.

Closers are judged by opportunities, openers by attempts to reach a lead and by leads handed off to them. The two are
kept apart: who opens well need not close well (article 003).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from results.nearest import nearest
from results.spans import Bools, Floats, Ints
from sim.log import NOBODY, Kind

if TYPE_CHECKING:
    from results.facts import Facts, Rows

__all__ = ["OPENERS_MATURE", "QUESTIONS", "Cases", "Question"]

OPENERS_MATURE = 90.0
"""Days that a lead handed off has to become an SQL or an opportunity; a choice."""

_ATTEMPTS = 5
"""From this attempt on all count alike."""

_COVARIATES = ("channel", "campaign", "segment", "product")

_TOLD_APART = 0.5
"""If reps are recorded of a share of one outcome that is less than so many times that of the other, no rep can be
judged: whose failures are not recorded looks perfect. A choice."""


@dataclass(frozen=True, eq=False)
class Cases:
    """(cases,) in the order of time."""

    rep: Ints
    """The seat; `NOBODY` where that is not recorded."""
    success: Bools
    mix: Mapping[str, Ints]
    """By covariate, each case's level; `NOBODY` (not recorded) is a level like any other."""

    @property
    def unrecorded(self) -> int:
        """Cases of which the rep is not recorded."""
        return int((self.rep == NOBODY).sum())

    def of_reps(self) -> "Cases":
        """Those of which it is."""
        known = self.rep != NOBODY
        mix = {name: level[known] for name, level in self.mix.items()}
        return Cases(self.rep[known], self.success[known], mix)


class Question(NamedTuple):
    """What reps are compared by."""

    id: str
    side: Literal["closers", "openers"]
    case: str
    """What a case is, in the plural."""
    success: str
    """What became of those that succeeded."""
    definition: str
    requires: tuple[Kind, ...]
    """What a history must record."""
    of: Callable[["Facts"], Cases]

    def lacks(self, facts: "Facts") -> str:
        """Why reps cannot be compared by it on this log, in words; empty if they can."""
        if missing := [kind.name.lower() for kind in self.requires if not facts.records(kind)]:
            return f"events of kind {', '.join(missing)} are not recorded"
        cases = self.of(facts)
        if not len(cases.rep):
            return "there are no such cases in the window"
        known = cases.rep != NOBODY
        if not known.any():
            return f"whose {self.case} they are is not recorded"
        shares = [
            known[cases.success == outcome].mean() for outcome in (True, False) if (cases.success == outcome).any()
        ]
        if min(shares) < _TOLD_APART * max(shares):
            return (
                f"the rep is recorded of {max(shares):.0%} of one outcome and {min(shares):.0%} of the other, so rates "
                "by rep would show what is recorded and not what happened"
            )
        return ""


def _mix(facts: "Facts", entity: Ints, time: Floats) -> dict[str, Ints]:
    """What is known of each case, and the month in which it was judged."""
    entities, edges = facts.log.entities, facts.log.window.month_edges
    columns = {name: getattr(entities, name)[entity].astype(np.int64) for name in _COVARIATES}
    return {**columns, "month": np.searchsorted(edges, time, side="right") - 1}


def _rep(facts: "Facts", rows: "Rows") -> Ints:
    """(rows,) who acted, or else the owner."""
    return np.where(rows.actor != NOBODY, rows.actor, facts.log.entities.owner[rows.entity]).astype(np.int64)


def _closed(facts: "Facts") -> Cases:
    won, lost = (facts.sales(kind).within(facts.window) for kind in (Kind.WON, Kind.LOST))
    entity, time = np.concatenate((won.entity, lost.entity)), np.concatenate((won.time, lost.time))
    rep = np.concatenate((_rep(facts, won), _rep(facts, lost)))
    return Cases(rep, np.arange(len(rep)) < len(won), _mix(facts, entity, time))


def _opened(facts: "Facts") -> Cases:
    opened = _old_enough(facts, facts.sales(Kind.OPENED), facts.maturity)
    won = facts.first(Kind.WON)[opened.entity] - opened.time <= facts.maturity
    return Cases(_rep(facts, opened), won, _mix(facts, opened.entity, opened.time))


def _attempted(facts: "Facts") -> Cases:
    attempts, talks = facts.rows(Kind.ATTEMPT), facts.rows(Kind.CONVERSATION)
    led = nearest(talks.entity, talks.time, attempts.entity, attempts.time, before=True)
    reached = np.zeros(len(attempts), dtype=bool)
    reached[led[led >= 0]] = True
    order = np.lexsort((attempts.time, attempts.entity))
    entity, place = attempts.entity[order], np.arange(len(order))
    fresh = np.append(True, entity[1:] != entity[:-1])[: len(order)]
    number = np.empty(len(order), dtype=np.int64)
    number[order] = place - np.maximum.accumulate(np.where(fresh, place, 0))
    inside = slice(*np.searchsorted(attempts.time, facts.window))
    rows = attempts.take(inside)
    mix = {**_mix(facts, rows.entity, rows.time), "attempt": np.minimum(number[inside], _ATTEMPTS - 1)}
    return Cases(rows.actor, reached[inside], mix)


def _handed_off(facts: "Facts", until: Floats) -> Cases:
    """until: (entities,) day of success."""
    rows = _old_enough(facts, facts.first_rows(Kind.HANDED_OFF), OPENERS_MATURE)
    tried = facts.first_rows(Kind.ATTEMPT)
    first = np.full(len(facts.log.entities), NOBODY, dtype=np.int64)
    first[tried.entity] = tried.actor
    # A pool routes leads to nobody; there whoever takes a lead first has it.
    rep = np.where(rows.actor != NOBODY, rows.actor, first[rows.entity])
    return Cases(rep, until[rows.entity] - rows.time <= OPENERS_MATURE, _mix(facts, rows.entity, rows.time))


def _accepted(facts: "Facts") -> Cases:
    return _handed_off(facts, facts.first(Kind.ACCEPTED))


def _turned(facts: "Facts") -> Cases:
    day = np.full(len(facts.log.entities), np.nan)
    deals = np.flatnonzero(facts.is_opportunity & ~facts.to_customers)
    lead = facts.leads_of(deals)
    np.fmin.at(day, lead[lead != NOBODY], facts.opened[deals[lead != NOBODY]])
    return _handed_off(facts, day)


def _old_enough(facts: "Facts", rows: "Rows", days: float) -> "Rows":
    """Those of the window that are so old when the log ends."""
    inside = rows.within(facts.window)
    return inside.take(inside.time <= facts.log.window.ends - days)


QUESTIONS = (
    Question(
        "win_rate",
        "closers",
        "opportunities closed",
        "won",
        "won / (won + lost) of the opportunities of new business that closed in the window, each with the rep who "
        "closed it, or else its owner",
        (Kind.WON, Kind.LOST),
        _closed,
    ),
    Question(
        "opportunity_to_win_rate",
        "closers",
        "opportunities opened",
        "won",
        "won by the age at which cohorts are judged (365 days unless said otherwise) of the opportunities of new "
        "business that were opened in the window and are so old, each with the rep who opened it, or "
        "else its owner",
        (Kind.OPENED, Kind.WON),
        _opened,
    ),
    Question(
        "attempt_to_conversation_rate",
        "openers",
        "attempts",
        "conversation",
        "conversations / attempts of the window, each with the rep who made it",
        (Kind.ATTEMPT, Kind.CONVERSATION),
        _attempted,
    ),
    Question(
        "handoff_to_sql_rate",
        "openers",
        "leads handed off",
        "accepted",
        "accepted within 90 days of the leads first handed off in the window and at least 90 days before the log ends, "
        "each with the rep to whom it was routed, or else who tried it first",
        (Kind.HANDED_OFF, Kind.ACCEPTED),
        _accepted,
    ),
    Question(
        "handoff_to_opportunity_rate",
        "openers",
        "leads handed off",
        "opportunity",
        "turned into an opportunity within 90 days of the leads first handed off in the window and at least 90 days "
        "before the log ends, each with the rep to whom it was routed, or else who tried it first",
        (Kind.HANDED_OFF, Kind.OPENED),
        _turned,
    ),
)
"""What closers and openers are compared by."""
