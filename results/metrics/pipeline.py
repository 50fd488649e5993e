"""Pipeline: what is open at a moment, and how fast it turns into bookings."""

import numpy as np

from results.facts import Facts
from results.metrics.conversion import win_rate
from results.metrics.metric import metric
from results.metrics.money import of_new_business
from results.metrics.speed import sales_cycle
from results.spans import Floats, Spans, ratio
from sim.log import Kind

__all__ = ["pipeline_value", "velocity"]


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
def pipeline_value(facts: Facts, spans: Spans) -> Floats:
    """First-year value of the opportunities of new business open at the window's end, unweighted: deals that will never
    close are in it. Not defined if the value of an open opportunity is not recorded."""
    deals = facts.deals
    return np.array([deals.value[deals.open_at(end)].sum() for end in spans.end.tolist()])


@metric(
    "velocity",
    "Sales velocity",
    unit="money a day",
    better="higher",
    formula="n(open at the window's end) x win rate x mean value won / sales cycle",
    denominator="opportunities won in the window, and days from opening to winning them",
    source="Pipeline arithmetic, with Little's law as its reason (Little 1961, doi:10.1287/opre.9.3.383)",
    requires=(Kind.OPENED, Kind.WON, Kind.LOST),
    by_channel=True,
)
def velocity(facts: Facts, spans: Spans) -> Floats:
    """Bookings a day that the open pipeline promises: the opportunities open at the window's end, times the window's
    win rate, times the mean first-year value of the orders won in it, over its median sales cycle in days. The four
    stand in this catalogue too; the promise holds if they stay as they are and lost deals take as long as won ones."""
    is_open = np.array([facts.deals.open_at(end).sum() for end in spans.end.tolist()], dtype=np.float64)
    value = ratio(of_new_business(facts, spans), spans.inside(facts.sales(Kind.WON).time))
    return ratio(is_open * win_rate.compute(facts, spans) * value, sales_cycle.compute(facts, spans))
