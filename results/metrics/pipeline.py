"""Pipeline: what is open at a moment."""

from results.facts import Facts, Span
from results.metrics.metric import metric
from sim.log import Kind

__all__ = ["pipeline_value"]


@metric(
    "pipeline_value",
    "Open pipeline",
    unit="money",
    better="higher",
    formula="sum of value over opportunities open at the window's end",
    source="25 metrics over four funnels (article 002), 18",
    requires=(Kind.OPENED,),
    by_channel=True,
)
def pipeline_value(facts: Facts, span: Span) -> float:
    """First-year value of the opportunities open at the window's end, unweighted: deals that will never close are in
    it. Not defined if the value of an open opportunity is not recorded."""
    is_open = facts.is_opportunity & (facts.opened < span.end) & ~(facts.closed < span.end)
    return float(facts.value[is_open].sum())
