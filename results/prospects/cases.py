"""Prospect cases: the leads and the opportunities of a window with what is known of each and what became of it."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np

from results.facts import Facts
from results.spans import Bools, Floats, Ints, ratio
from sim.log import NOBODY, Account, Kind

__all__ = ["UNKNOWN", "ProspectCases", "leads_captured", "opportunities_closed"]

UNKNOWN = "not recorded"

_ATTRIBUTES = ("channel", "campaign", "segment", "product")


class ProspectCases(NamedTuple):
    """Leads captured in the window, or opportunities of new business closed in it; (cases,) each."""

    are: Literal["leads", "opportunities"]
    values: Mapping[str, Ints]
    names: Mapping[str, tuple[str, ...]]
    won: Bools
    lost: Bools
    reason: Ints
    bookings: Floats
    profit: Floats
    young: float
    matures: float
    lacking: Mapping[str, str]
    """By outcome, why it is not known."""


def leads_captured(facts: Facts) -> ProspectCases:
    """The leads of the window, each with all orders that descend from it by the end of what was observed."""
    rows = facts.rows(Kind.CAPTURED).within(facts.window)
    lead, count = rows.entity, len(facts.log.entities)
    wins, gone = facts.won_by_lead, facts.first_rows(Kind.WITHDRAWN)
    bookings, kept, reason = np.zeros(count), np.zeros(count), np.full(count, NOBODY, dtype=np.int64)
    np.add.at(bookings, wins.entity, wins.amount if facts.records(Account.BOOKING) else np.nan)
    np.add.at(kept, wins.entity, facts.kept_of_orders[wins.events.entity[wins.index]])
    reason[gone.entity] = gone.reason
    lost = np.zeros(count, dtype=bool)
    lost[gone.entity] = True
    return ProspectCases(
        are="leads",
        values=_values(facts, lead),
        names=_names(facts),
        won=~np.isnan(facts.lead_won[lead]),
        lost=lost[lead],
        reason=reason[lead],
        bookings=bookings[lead] if facts.records(Account.BOOKING) else np.full(len(lead), np.nan),
        profit=kept[lead] - _programme(facts, lead) if facts.records(Account.MARGIN) else np.full(len(lead), np.nan),
        young=float(ratio((rows.time > facts.log.window.ends - facts.maturity).sum(), np.array(len(rows)))),
        matures=facts.maturity,
        lacking=_lacking(facts, won=(Kind.CAPTURED, Kind.WON), lost=(Kind.CAPTURED, Kind.WITHDRAWN)),
    )


def opportunities_closed(facts: Facts) -> ProspectCases:
    """The opportunities of new business won or lost in the window."""
    won, lost = (facts.sales(kind).within(facts.window) for kind in (Kind.WON, Kind.LOST))
    deal = np.concatenate((won.entity, lost.entity))
    is_won = np.arange(len(deal)) < len(won)
    known = facts.records(Account.BOOKING)
    return ProspectCases(
        are="opportunities",
        values=_values(facts, deal),
        names=_names(facts),
        won=is_won,
        lost=~is_won,
        reason=np.concatenate((np.full(len(won), NOBODY, dtype=np.int64), lost.reason)),
        bookings=np.concatenate((won.amount if known else np.full(len(won), np.nan), np.zeros(len(lost)))),
        profit=np.full(len(deal), np.nan),
        young=float("nan"),
        matures=facts.maturity,
        lacking=_lacking(facts, won=(Kind.WON, Kind.LOST), lost=(Kind.WON, Kind.LOST)),
    )


def _values(facts: Facts, entity: Ints) -> dict[str, Ints]:
    return {name: getattr(facts.log.entities, name)[entity].astype(np.int64) for name in _ATTRIBUTES}


def _names(facts: Facts) -> dict[str, tuple[str, ...]]:
    # Nobody is -1, the last place.
    return {name: (*getattr(facts.log.names, f"{name}s"), UNKNOWN) for name in _ATTRIBUTES}


def _lacking(facts: Facts, **needs: tuple[Kind, ...]) -> dict[str, str]:
    missing = {
        outcome: ", ".join(kind.name.lower() for kind in kinds if not facts.records(kind))
        for outcome, kinds in needs.items()
    }
    return {outcome: f"events of kind {kinds} are not recorded" if kinds else "" for outcome, kinds in missing.items()}


def _programme(facts: Facts, lead: Ints) -> Floats:
    """(leads,) programme spend of the window that each bears: that of its channel and campaign, divided equally."""
    entities, lines = facts.log.entities, facts.lines(Account.PROGRAMME)
    inside = (lines.time >= facts.window.begin) & (lines.time < facts.window.end)
    ledger, campaigns = facts.log.ledger, len(facts.log.names.campaigns) + 1
    rows = lines.row[inside]
    # A place for "none" before the first channel and the first campaign.
    spent_on = (ledger.channel[rows].astype(np.int64) + 1) * campaigns + ledger.campaign[rows] + 1
    borne_by = (entities.channel[lead].astype(np.int64) + 1) * campaigns + entities.campaign[lead] + 1
    places = (len(facts.log.names.channels) + 1) * campaigns
    spent = np.bincount(spent_on, lines.amount[inside], places)
    return np.asarray(ratio(spent, np.bincount(borne_by, minlength=places))[borne_by])
