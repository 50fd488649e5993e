"""Rules: credit by the place of a touchpoint in its journey, fixed beforehand and the same for every journey.

Each divides the value of an order among the touchpoints of its journey in shares that sum to one.
"""

import numpy as np

from results.journeys import Journeys
from results.spans import Floats, Ints

__all__ = ["HALF_LIFE", "first", "last", "lead_creation", "linear", "time_decay", "u_shaped", "w_shaped"]

HALF_LIFE = 30.0
"""Days before the win at which a touchpoint counts half as much as one on its day. [choice]"""


def first(journeys: Journeys) -> Floats:
    """All to the first touchpoint: what made the buyer aware."""
    return _credited(journeys, _at(journeys, journeys.begins[:-1]))


def lead_creation(journeys: Journeys) -> Floats:
    """All to the capture, the last touchpoint before the buyer became a lead: what a CRM calls the lead source."""
    return _credited(journeys, _at(journeys, journeys.captured))


def last(journeys: Journeys) -> Floats:
    """All to the last touchpoint before the win."""
    return _credited(journeys, _at(journeys, journeys.begins[1:] - 1))


def linear(journeys: Journeys) -> Floats:
    """The same to every touchpoint."""
    return _credited(journeys, np.repeat(1.0 / journeys.size, journeys.size))


def time_decay(journeys: Journeys) -> Floats:
    """Half as much to a touchpoint as to one 30 days nearer to the win."""
    # Counted from the last touchpoint, so that the weights of no journey vanish; their shares are the same.
    age = journeys.time[journeys.begins[1:] - 1][journeys.journey] - journeys.time
    weight = np.exp2(-age / HALF_LIFE)
    return _credited(journeys, weight / np.bincount(journeys.journey, weight)[journeys.journey])


def u_shaped(journeys: Journeys) -> Floats:
    """40 % to the first touchpoint, 40 % to the capture, 20 % to the others in equal parts."""
    return _credited(journeys, _by_place(journeys, (journeys.begins[:-1], journeys.captured), 0.4))


def w_shaped(journeys: Journeys) -> Floats:
    """30 % each to the first touchpoint, the capture and the last one before the opportunity was opened, 10 % to the
    others in equal parts."""
    places = (journeys.begins[:-1], journeys.captured, journeys.opened)
    return _credited(journeys, _by_place(journeys, places, 0.3))


def _credited(journeys: Journeys, share: Floats) -> Floats:
    """(channels,) money, from the share of each touchpoint in the value of its journey."""
    money = share * journeys.value[journeys.journey]
    return np.bincount(journeys.channel, money, len(journeys.channels)).astype(np.float64)


def _at(journeys: Journeys, places: Ints) -> Floats:
    """(touchpoints,) one at some places, zero elsewhere."""
    share = np.zeros(len(journeys.time))
    share[places] = 1.0
    return share


def _by_place(journeys: Journeys, places: tuple[Ints, ...], each: float) -> Floats:
    """(touchpoints,) `each` at every one of the places, the rest to the others in equal parts. A touchpoint in two of
    the places has both shares; where there are no others, the shares of the places are scaled to sum to one. (HubSpot,
    knowledge.hubspot.com/reports/understand-attribution-reporting; what becomes of places that coincide is a [choice].)
    """
    share = np.zeros(len(journeys.time))
    for where in places:
        share[where] += each
    placed = each * len(places)
    others = share == 0.0
    count = np.bincount(journeys.journey, others, len(journeys.ended))[journeys.journey]
    with np.errstate(divide="ignore"):
        return np.where(count == 0.0, share / placed, np.where(others, (1.0 - placed) / count, share))
