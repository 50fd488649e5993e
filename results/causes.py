"""Causes: why opportunities were lost, as it truly was, as reps wrote it down, and as lost buyers said when asked."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from results.spans import Floats, Ints
from sim.log import NOBODY, Kind

if TYPE_CHECKING:
    from results.facts import Facts

__all__ = ["CODE", "Causes", "causes", "combined", "mix"]

CODE = 4.0
"""Answers that count as much as a rep's code, where both are known. [choice]"""


class Causes(NamedTuple):
    """(losses of new business,) in the order of time; a cause is an index into names.reasons, `NOBODY` = not known."""

    time: Floats
    true: Ints
    coded: Ints
    """As reps wrote it down, right or wrong."""
    said: Ints
    """As the buyer said."""


def causes(facts: "Facts") -> Causes:
    """The losses of a log."""
    from sim.asked import asked
    from sim.reported import reported

    log, lost = facts.log, facts.sales(Kind.LOST)
    said = np.full(len(log.events), NOBODY, dtype=np.int64)
    if log.terms.asking is not None:
        found = asked(log.terms.asking, log.events, log.entities, log.window.ends)
        answered = found.row[found.answers]
        said[answered] = log.events.reason[answered]
    elif log.answers is not None:
        told = np.full(len(log.entities), NOBODY, dtype=np.int64)
        told[log.answers.entity] = log.answers.reason
        said[lost.index] = told[lost.entity]
    return Causes(lost.time, lost.reason, reported(log)[lost.index], said[lost.index])


def mix(cause: Ints, count: int) -> Floats:
    """(count,) shares of the causes among the losses of which one is known; NaN where there are none."""
    known = np.bincount(cause[cause != NOBODY], minlength=count).astype(np.float64)
    return known / (known.sum() or np.nan)


def combined(coded: Ints, said: Ints, count: int) -> Floats:
    """(count,) shares of the causes by codes and answers together.

    Of the losses with code g the buyers' answers estimate the true causes, P(c | g) = (m_gc + w q_gc) / (m_g + w), with
    m the answers, w = `CODE`, and q what one would think without them: that g is the cause, or, where there is no code,
    the mix of the codes (of the answers if there are no codes). Codes weigh as often as they were given. Without
    answers this is the mix of the codes; the more there are, the less wrong codes count.
    """
    usual = mix(coded, count) if (coded != NOBODY).any() else mix(said, count)
    total = np.zeros(count)
    for code in np.unique(coded).tolist():
        its = coded == code
        answers = np.bincount(said[its & (said != NOBODY)], minlength=count)
        prior = usual if code == NOBODY else np.eye(count)[code]
        total += its.sum() * (answers + CODE * prior) / (answers.sum() + CODE)
    return total / (len(coded) or np.nan)
