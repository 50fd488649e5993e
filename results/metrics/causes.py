"""Causes of loss: of how many losses the cause is known, and how far the mix that is known is from the true one."""

from collections.abc import Callable

import numpy as np

from results.causes import Causes, combined, mix
from results.facts import Facts
from results.metrics.metric import ANYHOW, metric
from results.spans import Counted, Floats, Ints, Spans, share_of
from sim.log import NOBODY, Kind

__all__ = ["cause_known_share", "coded_cause_error", "surveyed_cause_error", "combined_cause_error"]

_TRACKING = "Lead transition and funnel tracking (article 004), 17-19"
_ERROR = "half of sum over causes of |share {} - true share|"


@metric(
    "cause_known_share",
    "Losses of known cause",
    unit="share",
    better="higher",
    formula="n(opportunities lost with a code or an answer) / n(opportunities lost)",
    denominator="opportunities lost in the window",
    source=_TRACKING,
    requires=(Kind.LOST,),
    cuts=ANYHOW,
)
def cause_known_share(facts: Facts, spans: Spans) -> Counted:
    """Share of the opportunities lost in the window of which a rep has written down a cause, right or wrong
    (plan.reporting), or the buyer has said it when asked (plan.lost_survey)."""
    found = facts.causes
    known = (found.coded != NOBODY) | (found.said != NOBODY)
    return share_of(spans.inside(found.time[known]), spans.inside(found.time))


@metric(
    "coded_cause_error",
    "Error of causes as coded",
    unit="share",
    better="lower",
    formula=_ERROR.format("among the causes coded"),
    denominator="opportunities lost in the window with a cause written down",
    source=_TRACKING,
    needs="truth",
    requires=(Kind.LOST,),
    cuts=ANYHOW,
)
def coded_cause_error(facts: Facts, spans: Spans) -> Floats:
    """How far the causes that reps have written down of the opportunities lost in the window are from the true mix: the
    share of losses that would have to be told otherwise. Wrong codes and missing ones are in it."""
    return _errors(facts, spans, lambda found, count: mix(found.coded, count))


@metric(
    "surveyed_cause_error",
    "Error of causes as surveyed",
    unit="share",
    better="lower",
    formula=_ERROR.format("among the causes told"),
    denominator="answers of buyers lost in the window",
    source=_TRACKING,
    needs="truth",
    requires=(Kind.LOST,),
    terms=("lost_survey",),
    cuts=ANYHOW,
)
def surveyed_cause_error(facts: Facts, spans: Spans) -> Floats:
    """How far the causes that lost buyers told (plan.lost_survey) are from the true mix of the window. Answers are
    true, so this is the error of a small sample."""
    return _errors(facts, spans, lambda found, count: mix(found.said, count))


@metric(
    "combined_cause_error",
    "Error of causes as coded and surveyed",
    unit="share",
    better="lower",
    formula=_ERROR.format("by codes, corrected by answers,"),
    denominator="opportunities lost in the window, with a cause written down or told of one",
    source=_TRACKING,
    needs="truth",
    requires=(Kind.LOST,),
    terms=("lost_survey",),
    cuts=ANYHOW,
)
def combined_cause_error(facts: Facts, spans: Spans) -> Floats:
    """How far the mix of causes is from the true one where every loss counts by its code, and each code by what the
    buyers with that code answered; a code counts as four answers. Losses without a code count alike."""
    return _errors(facts, spans, lambda found, count: combined(found.coded, found.said, count))


def _errors(facts: Facts, spans: Spans, estimate: Callable[[Causes, int], Floats]) -> Floats:
    """(spans,) half of the sum of absolute differences between an estimated mix and the true one."""
    count, out = len(facts.log.names.reasons), []
    first, after = spans.cut(facts.causes.time)
    for begin, end in zip(first.tolist(), after.tolist(), strict=True):
        columns: tuple[Ints, ...] = tuple(column[begin:end] for column in facts.causes[1:])
        found = Causes(facts.causes.time[begin:end], *columns)
        out.append(0.5 * float(np.abs(estimate(found, count) - mix(found.true, count)).sum()))
    return np.array(out)
