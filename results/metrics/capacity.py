"""Capacity: how much of the reps' selling time was used."""

from results.facts import Facts, Span
from results.metrics.metric import metric, ratio
from sim.log import Kind

__all__ = ["sdr_utilisation", "ae_utilisation"]

_SOURCE = "25 metrics over four funnels (article 002), 8"


@metric(
    "sdr_utilisation",
    "SDR utilisation",
    unit="share",
    better="neither",
    formula="hours on leads / available selling hours",
    denominator="selling hours of the SDRs in the window, ramp included",
    source=_SOURCE,
    requires=(Kind.TASK_END,),
    teams=("sdr",),
)
def sdr_utilisation(facts: Facts, span: Span) -> float:
    """Hours of the attempts and conversations that SDRs ended in the window, over the selling hours they had. Full use
    is no good sign: leads then wait without end."""
    return ratio(facts.hours("sdr", span), facts.available("sdr", span))


@metric(
    "ae_utilisation",
    "AE utilisation",
    unit="share",
    better="neither",
    formula="hours on opportunities / available selling hours",
    denominator="selling hours of the AEs in the window, ramp included",
    source=_SOURCE,
    requires=(Kind.TASK_END,),
    teams=("ae",),
)
def ae_utilisation(facts: Facts, span: Span) -> float:
    """Hours of the stage work that AEs ended in the window, over the selling hours they had. Full use is no good
    sign: opportunities then wait for their rep."""
    return ratio(facts.hours("ae", span), facts.available("ae", span))
