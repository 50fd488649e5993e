"""Progress: when each lead came as far as each step on the way to a customer, or beyond it."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from results.spans import Floats
from sim.log import NOBODY, Kind

if TYPE_CHECKING:
    from results.facts import Facts

__all__ = ["Progress", "progress"]


class Progress(NamedTuple):
    """(entities,) day on which each lead came so far for the first time; NaN = never, and for what is no lead.

    Who skips a step has come as far as it on the day on which it goes beyond: a lead that is sold to without ever
    having been an MQL counts among MQLs from that day on. So none comes to a step that has not come to those before it.
    """

    mql: Floats
    sql: Floats
    opportunity: Floats
    customer: Floats
    opened: Floats
    """Day on which the lead's first opportunity was opened, whatever it skipped."""


def progress(facts: "Facts") -> Progress:
    """The progress of a log's leads."""
    deals = np.flatnonzero(facts.is_opportunity & ~facts.to_customers)
    lead = facts.leads_of(deals)
    known = lead != NOBODY
    opened = np.full(len(facts.log.entities), np.nan)
    np.fmin.at(opened, lead[known], facts.opened[deals[known]])
    customer = facts.lead_won
    opportunity = np.fmin(opened, customer)
    sql = np.fmin(facts.first(Kind.ACCEPTED), opportunity)
    return Progress(np.fmin(facts.first(Kind.MQL), sql), sql, opportunity, customer, opened)
