"""Attribution: what marketing brought or touched of what was won, and how many touches a win takes."""

import numpy as np

from results.facts import Facts
from results.metrics.metric import ANYHOW, metric
from results.spans import Bools, Counted, Floats, Spans, mean_known, sums
from sim.log import NOBODY, Kind

__all__ = ["marketing_sourced_bookings", "marketing_influenced_bookings", "touches_per_win", "channels_per_journey"]

_SOURCE = "Seven smarketing metrics (article 003)"


@metric(
    "marketing_sourced_bookings",
    "Marketing-sourced bookings",
    unit="money",
    better="higher",
    formula="sum of first-year value over orders of new business won, lead captured through a channel",
    source=f"{_SOURCE}, 10",
    requires=(Kind.CAPTURED, Kind.WON),
    cuts=ANYHOW,
)
def marketing_sourced_bookings(facts: Facts, spans: Spans) -> Floats:
    """First-year value of the orders of new business won in the window that descend from a lead which one of
    marketing's channels captured. What AEs found themselves and who was referred by a customer are not in it."""
    wins = facts.sales(Kind.WON)
    return sums(wins.time, np.where(_sourced(facts), wins.amount, 0.0), spans)


@metric(
    "marketing_influenced_bookings",
    "Marketing-influenced bookings",
    unit="money",
    better="higher",
    formula="sum of first-year value over orders of new business won, sourced or touched by marketing before the win",
    source=f"{_SOURCE}, 10",
    needs="touches",
    requires=(Kind.CAPTURED, Kind.WON),
)
def marketing_influenced_bookings(facts: Facts, spans: Spans) -> Floats:
    """First-year value of the orders of new business won in the window that marketing sourced, or whose buyer it
    touched at least once before the win. A touch says that marketing was there, not that it won the order."""
    wins, journeys = facts.sales(Kind.WON), facts.journeys
    touched = journeys.size[journeys.won] > 1
    return sums(wins.time, np.where(_sourced(facts) | touched, wins.amount, 0.0), spans)


@metric(
    "touches_per_win",
    "Touches per win",
    unit="touches",
    better="lower",
    formula="n(touches and captures before the wins of the window) / n(won)",
    denominator="orders of new business won in the window",
    source=f"{_SOURCE}, 9 and 11",
    needs="touches",
    requires=(Kind.WON,),
)
def touches_per_win(facts: Facts, spans: Spans) -> Counted:
    """Mean number of touchpoints before the orders of new business won in the window: touches of marketing, and the
    capture. An order that descends from no lead has one, its own channel."""
    journeys = facts.journeys
    return mean_known(journeys.ended[journeys.won], journeys.size[journeys.won].astype(np.float64), spans)


@metric(
    "channels_per_journey",
    "Channels per journey",
    unit="channels",
    better="neither",
    formula="n(different channels before the wins of the window) / n(won)",
    denominator="orders of new business won in the window",
    source=f"{_SOURCE}, 11",
    needs="touches",
    requires=(Kind.WON,),
)
def channels_per_journey(facts: Facts, spans: Spans) -> Counted:
    """Mean number of different channels among the touchpoints before the orders of new business won in the window. At
    one, every model of attribution gives the same credit."""
    journeys = facts.journeys
    return mean_known(journeys.ended[journeys.won], journeys.meets.sum(axis=1)[journeys.won].astype(np.float64), spans)


def _sourced(facts: Facts) -> Bools:
    """(orders of new business won,) whether each descends from a lead that a channel captured."""
    entities = facts.log.entities
    lead = facts.leads_of(facts.sales(Kind.WON).entity)
    # Only who is referred by a customer descends from somebody; nobody is the place after the last.
    by_channel = (entities.channel != NOBODY) & (entities.parent == NOBODY)
    return np.append(by_channel, False)[lead]
