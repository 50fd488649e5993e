"""Returns: what a dollar of cost, and an hour of a rep, brings back."""

import numpy as np

from results.facts import COSTS, Facts
from results.metrics.customers import ltv
from results.metrics.metric import REPS, SOURCES, YEAR, metric
from results.metrics.money import bookings, matured_months, profit, program_roi
from results.metrics.volume import new_customers
from results.spans import Floats, Spans, ratio, sums
from sim.log import NOBODY, Account, Kind

__all__ = [
    "program_bookings_ratio",
    "campaign_profit",
    "total_roi",
    "lifetime_roi",
    "marketing_to_bookings",
    "bookings_per_ae",
    "margin_per_rep_hour",
]

_LIFECYCLE = "Lifecycle metrics, convert stage (article 000)"
_METRICS = "25 metrics over four funnels (article 002)"
_TRACKING = "Lead transition and funnel tracking (article 004)"
_MARKETING = (Account.PROGRAMME, Account.NURTURE)
_HANDLING = (Account.NURTURE, Account.EXTERNAL, Account.SLA_BONUS, Account.SUPPORT, Account.COMMISSION)
"""What dealing with a lead costs, as far as it is booked to the lead or its opportunity."""
_YEAR = 12.0


@metric(
    "program_bookings_ratio",
    "Bookings per programme dollar",
    unit="times",
    better="higher",
    formula="B12 / M",
    denominator="programme cost of the window's months that are at least 365 days old when the log ends",
    source=f"{_LIFECYCLE}, 10",
    requires=(Kind.CAPTURED, Kind.WON, Account.PROGRAMME),
    cohort=Kind.CAPTURED,
    cuts=SOURCES,
)
def program_bookings_ratio(facts: Facts, spans: Spans) -> Floats:
    """First-year value won within 365 days of capture by the leads captured in the window, over the programme cost of
    the window: the other reading of "bookings against cost", one more than `program_roi`. It is no profit: at a gross
    margin of a half, two dollars of bookings only pay the programme back."""
    return program_roi.compute(facts, spans) + 1.0


@metric(
    "campaign_profit",
    "Campaign profit",
    unit="money",
    better="higher",
    formula="sum of gross margin won within 365 days by the window's leads - programme - what handling them cost",
    source="Seven smarketing metrics (article 003), 2; lifecycle metrics, convert stage (article 000), 11",
    requires=(Kind.CAPTURED, Account.MARGIN, Account.PROGRAMME),
    cohort=Kind.CAPTURED,
    cuts=SOURCES,
)
def campaign_profit(facts: Facts, spans: Spans) -> Floats:
    """Gross margin of what the leads captured in the window ordered within 365 days of their capture, minus the
    programme cost of the window and minus what handling these leads cost within that time: nurture, external fees,
    bonuses for timely contact, programmes beside the sale and commission, as booked to them. Salaries belong to no
    campaign and are not in it. However few leads a campaign brings, this says whether it pays. Months less than 365
    days before the end of what was observed are left out; if that is all of them, it is not defined."""
    ripe = matured_months(facts, spans)
    captured = np.append(facts.first(Kind.CAPTURED), np.nan)
    lead_of = np.append(facts.lead_of, NOBODY)
    total = -facts.money((Account.PROGRAMME,), ripe)
    for account, sign in ((Account.MARGIN, 1.0), *((account, -1.0) for account in _HANDLING)):
        lines = facts.lines(account)
        born = captured[lead_of[lines.entity]]
        early = np.flatnonzero(lines.time - born <= YEAR)
        order = early[np.argsort(born[early], kind="stable")]
        total += sign * sums(born[order], lines.amount[order], ripe)
    return np.where(ripe.end > ripe.begin, total, np.nan)


@metric(
    "total_roi",
    "Total-cost ROI",
    unit="share",
    better="higher",
    formula="(gross margin on bookings - all costs) / all costs",
    denominator="all costs accrued in the window",
    source=f"{_LIFECYCLE}, 11; lead transition and funnel tracking (article 004), 23",
    requires=(Account.MARGIN, Account.PROGRAMME, Account.BASE_PAY),
)
def total_roi(facts: Facts, spans: Spans) -> Floats:
    """Profit of the window over every cost accrued in it, of marketing and of sales. Margin of a first year, not
    bookings; margin of renewals is not in it. An average: what one more dollar brings is the difference that a scenario
    with it makes."""
    return ratio(profit.compute(facts, spans), facts.money(COSTS, spans))


@metric(
    "lifetime_roi",
    "Lifetime ROI",
    unit="share",
    better="higher",
    formula="(ltv x new customers - all costs) / all costs",
    denominator="all costs accrued in the window, customers won in it, and terms that ended in the log",
    source=f"{_TRACKING}, 21 and 23",
    requires=(Kind.WON, Kind.RENEWED, Account.MARGIN, Account.PROGRAMME, Account.BASE_PAY),
    terms=("term", "discount"),
)
def lifetime_roi(facts: Facts, spans: Spans) -> Floats:
    """Discounted gross margin over the lives of the customers won in the window, less every cost accrued in it, over
    that cost. What keeping them costs later is not in it, and what serving those of before costs now is."""
    cost = facts.money(COSTS, spans)
    return ratio(ltv.compute(facts, spans) * new_customers.compute(facts, spans) - cost, cost)


@metric(
    "marketing_to_bookings",
    "Marketing spend to bookings",
    unit="share",
    better="neither",
    formula="(programme + nurture) / bookings",
    denominator="first-year value of the orders won in the window",
    source=f"{_METRICS}, 20",
    requires=(Kind.WON, Account.PROGRAMME),
    cuts=SOURCES,
)
def marketing_to_bookings(facts: Facts, spans: Spans) -> Floats:
    """Programme and nurture cost accrued in the window for a dollar of bookings won in it. Low where marketing is
    efficient, and where it does too little."""
    return ratio(facts.money(_MARKETING, spans), bookings.compute(facts, spans))


@metric(
    "bookings_per_ae",
    "Bookings per AE and year",
    unit="money",
    better="higher",
    formula="bookings of AEs / (months of AEs present / 12)",
    denominator="months for which AEs were there in the window",
    source="Lead-to-customer performance (article 001), 20; 25 metrics over four funnels (article 002), 27",
    requires=(Kind.WON,),
    teams=("ae",),
    cuts=REPS,
)
def bookings_per_ae(facts: Facts, spans: Spans) -> Floats:
    """First-year value that AEs won in the window per AE who was there, for a year: three months with two AEs are half
    a year of one. What nobody in the team won does not count."""
    wins = facts.rows(Kind.WON)
    own = np.where(facts.in_team(wins.actor, "ae"), wins.amount, 0.0)
    return ratio(sums(wins.time, own, spans), facts.head_months("ae", spans) / _YEAR)


@metric(
    "margin_per_rep_hour",
    "Margin per selling hour",
    unit="money",
    better="higher",
    formula="gross margin on bookings / selling hours of all reps",
    denominator="selling hours of the reps in the window, ramp included",
    source=f"{_METRICS}, 27",
    requires=(Account.MARGIN,),
    teams=("sdr", "ae"),
)
def margin_per_rep_hour(facts: Facts, spans: Spans) -> Floats:
    """Gross margin on the bookings of the window per selling hour that SDRs, AEs and, where there are any, account
    managers had in it, used or not: how productive marketing and sales together make a rep's hour."""
    hours = sum((facts.available(team, spans) for team in facts.log.names.teams), np.zeros(len(spans.begin)))
    return ratio(facts.money((Account.MARGIN,), spans), hours)
