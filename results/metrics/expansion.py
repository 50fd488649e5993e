"""Expansion: what is sold to those who are customers already, and whom they bring."""

import numpy as np

from results.facts import Facts
from results.metrics.metric import ANYHOW, metric
from results.spans import Counted, Floats, Ints, Spans, share_of, sums
from sim.log import NOBODY, Kind

__all__ = ["expansion_bookings", "expansion_win_rate", "referral_bookings", "referral_leads"]

_SOURCE = "25 metrics over four funnels (article 002), 23-24: expansion of customers"


@metric(
    "expansion_bookings",
    "Expansion bookings",
    unit="money",
    better="higher",
    formula="sum of value over orders won of customers after their first",
    source=_SOURCE,
    requires=(Kind.EXPANDED,),
    cuts=ANYHOW,
)
def expansion_bookings(facts: Facts, spans: Spans) -> Floats:
    """What orders of customers after their first, won in the window, add to what these pay a year: more of what they
    have, and other products. They are in the bookings too; renewals are in neither."""
    wins = facts.rows(Kind.EXPANDED)
    return sums(wins.time, wins.amount, spans)


@metric(
    "expansion_win_rate",
    "Expansion win rate",
    unit="share",
    better="higher",
    formula="n(orders won of customers after their first) / n(opportunities with customers closed)",
    denominator="opportunities to sell more to customers, closed in the window",
    source=_SOURCE,
    requires=(Kind.EXPANDED, Kind.LOST),
    cuts=ANYHOW,
)
def expansion_win_rate(facts: Facts, spans: Spans) -> Counted:
    """Share won of the opportunities to sell more to customers that closed in the window, whenever they were opened."""
    won, lost = (facts.rows(kind) for kind in (Kind.EXPANDED, Kind.LOST))
    lost = lost.take((facts.to_customers & ~facts.returning)[lost.entity])
    found = spans.inside(won.time)
    return share_of(found, found + spans.inside(lost.time))


@metric(
    "referral_leads",
    "Referred leads",
    unit="leads",
    better="higher",
    formula="n(leads that a customer brought)",
    source=f"{_SOURCE}; promoters refer",
    requires=(Kind.REFERRED,),
)
def referral_leads(facts: Facts, spans: Spans) -> Ints:
    """Leads that customers brought in the window. They are among the leads, and the channel is theirs that the funnel
    says."""
    return facts.count(Kind.REFERRED, spans)


@metric(
    "referral_bookings",
    "Bookings from referrals",
    unit="money",
    better="higher",
    formula="sum of value over orders of new business won of leads that a customer brought",
    source=f"{_SOURCE}; promoters refer",
    requires=(Kind.REFERRED, Kind.WON),
    cuts=ANYHOW,
)
def referral_bookings(facts: Facts, spans: Spans) -> Floats:
    """First-year value of the first orders, won in the window, of leads that customers brought, whenever these came."""
    wins, parent = facts.sales(Kind.WON), facts.log.entities.parent
    lead = facts.leads_of(wins.entity)
    # The last place is for what came of no lead.
    brought = np.append(parent != NOBODY, False)[lead]
    return sums(wins.time, np.where(brought, wins.amount, 0.0), spans)
