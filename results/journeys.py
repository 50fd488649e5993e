"""Journeys: the channels that met a buyer, in their order, until the order was won or the lead was lost."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from results.spans import Bools, Floats, Ints, Span
from sim.log import NOBODY, EntityType, Kind, Touches

if TYPE_CHECKING:
    from results.facts import Facts

__all__ = ["NO_TOUCHES", "Journeys", "journeys"]

_NONE = np.zeros(0, dtype=np.int64)
NO_TOUCHES = Touches(np.zeros(0), _NONE, _NONE, _NONE, _NONE, _NONE)
"""The touches of a world in which nobody is touched, or of a history that does not record them."""


class Journeys(NamedTuple):
    """(journeys,) in the order in which they ended, and (touchpoints,) what they met, in order within each."""

    channels: tuple[str, ...]
    """Labels of `channel`; the last, without a name, is that of what no channel brought."""
    ended: Floats
    """Day of the win, or on which the lead was lost for good."""
    won: Bools
    value: Floats
    """First-year value of what was won, zero of what was lost; NaN = not known."""
    begins: Ints
    """(journeys + 1,) place of each journey's first touchpoint, and the end of the last journey."""
    captured: Ints
    """Place of the touchpoint that made it a lead: the capture."""
    opened: Ints
    """Place of the last touchpoint up to the opening of the opportunity; of one without, the last of all."""
    time: Floats
    """(touchpoints,)"""
    channel: Ints
    """(touchpoints,)"""

    @property
    def size(self) -> Ints:
        """(journeys,) touchpoints of each."""
        return np.diff(self.begins)

    @property
    def journey(self) -> Ints:
        """(touchpoints,) the journey to which each belongs."""
        return np.repeat(np.arange(len(self.ended)), self.size)

    @property
    def meets(self) -> Bools:
        """(journeys, channels) whether a channel is among the touchpoints of a journey."""
        met = np.zeros((len(self.ended), len(self.channels)), dtype=bool)
        met[self.journey, self.channel] = True
        return met

    def within(self, span: Span) -> "Journeys":
        """Those that ended inside a span."""
        first, last = np.searchsorted(self.ended, span)
        begins = self.begins[first : last + 1]
        points = slice(begins[0], begins[-1])
        return Journeys(
            channels=self.channels,
            ended=self.ended[first:last],
            won=self.won[first:last],
            value=self.value[first:last],
            begins=begins - begins[0],
            captured=self.captured[first:last] - begins[0],
            opened=self.opened[first:last] - begins[0],
            time=self.time[points],
            channel=self.channel[points],
        )


class _Ends(NamedTuple):
    """(journeys,) how each ended, before its touchpoints are known."""

    origin: Ints
    """The lead; of an opportunity that descends from none, the opportunity."""
    ended: Floats
    won: Bools
    value: Floats
    opened: Floats
    """Day on which the opportunity was opened; NaN = there was none."""


def journeys(facts: "Facts") -> Journeys:
    """The journeys of a log: one for every order of new business won, one for every lead that was lost for good.

    Touchpoints are the touches of the lead before that day and its capture, which is one of its own channel. An
    opportunity that descends from no lead has one touchpoint: its channel, on the day it was opened. Leads that are
    still under way when the log ends have not made their journey.
    """
    ends = _ends(facts)
    log, entities = facts.log, facts.log.entities
    touches = log.touches or NO_TOUCHES
    leads, times = touches.entity.astype(np.int64), touches.time
    # Lead and row as one number: whole numbers are sorted several times faster than by way of an order.
    bits = len(leads).bit_length()
    in_time = np.arange(len(leads)) if (times[1:] >= times[:-1]).all() else np.argsort(times, kind="stable")
    by_lead = in_time[np.sort((leads[in_time] << bits) | np.arange(len(leads))) & ((1 << bits) - 1)]
    low, high = (np.searchsorted(leads[by_lead], ends.origin, side) for side in ("left", "right"))
    count = high - low
    whose = np.repeat(np.arange(len(count)), count)
    row = by_lead[np.arange(len(whose)) + np.repeat(low - (np.cumsum(count) - count), count)]
    before = times[row] < ends.ended[whose]
    whose, row = whose[before], row[before]
    is_lead = entities.type[ends.origin] == EntityType.LEAD
    born = np.where(is_lead, entities.created[ends.origin], facts.opened[ends.origin])
    # Each journey's touches stand in order; the capture goes before the first that does not come before it.
    late = times[row] >= born[whose]
    size = np.bincount(whose, minlength=len(count))
    begins = np.concatenate(([0], np.cumsum(size + 1)))
    captured = begins[:-1] + size - np.bincount(whose, late, len(count)).astype(np.int64)
    place = np.arange(len(whose)) + whose + late
    journey, time = np.empty(begins[-1], dtype=np.int64), np.empty(begins[-1])
    channel = np.empty(begins[-1], dtype=np.int64)
    journey[captured], time[captured], channel[captured] = np.arange(len(count)), born, entities.channel[ends.origin]
    journey[place], time[place], channel[place] = whose, times[row], touches.channel[row]
    until = np.where(np.isnan(ends.opened), np.inf, ends.opened)
    early = np.bincount(journey, time <= until[journey], len(count)).astype(np.int64)
    return Journeys(
        channels=(*log.names.channels, ""),
        ended=ends.ended,
        won=ends.won,
        value=ends.value,
        begins=begins,
        captured=captured,
        opened=begins[:-1] + np.maximum(early, 1) - 1,
        time=time,
        channel=np.where(channel == NOBODY, len(log.names.channels), channel),
    )


def _ends(facts: "Facts") -> _Ends:
    wins, losses = facts.sales(Kind.WON), facts.sales(Kind.LOST)
    of_win, of_loss = facts.leads_of(wins.entity), facts.leads_of(losses.entity)
    orphans = losses.take(of_loss == NOBODY)
    gone = _lost_for_good(facts)
    leads = np.flatnonzero(~np.isnan(gone))
    deal_of_lead = np.full(len(gone), np.nan)
    deals = np.flatnonzero(facts.is_opportunity & ~facts.to_customers)
    parent = facts.leads_of(deals)
    deal_of_lead[parent[parent != NOBODY]] = facts.opened[deals[parent != NOBODY]]
    parts = (
        (np.where(of_win == NOBODY, wins.entity, of_win), wins.time, facts.opened[wins.entity], wins.amount),
        (orphans.entity, orphans.time, facts.opened[orphans.entity], np.zeros(len(orphans))),
        (leads, gone[leads], deal_of_lead[leads], np.zeros(len(leads))),
    )
    origin, ended, opened, value = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(ended, kind="stable")
    return _Ends(origin[order], ended[order], (order < len(wins)), value[order], opened[order])


def _lost_for_good(facts: "Facts") -> Floats:
    """(entities,) when a lead from which nothing was won left, or lost its last opportunity and did not come back."""
    losses = facts.sales(Kind.LOST)
    lead = facts.leads_of(losses.entity)
    lost = np.full(len(facts.log.entities), np.nan)
    # Of several values assigned to one place numpy keeps the last.
    lost[lead[lead != NOBODY]] = losses.time[lead != NOBODY]
    lost[facts.last(Kind.RECYCLED) >= lost] = np.nan
    ended: Floats = np.fmax(lost, facts.last(Kind.WITHDRAWN))
    ended[~np.isnan(facts.lead_won)] = np.nan
    return ended
