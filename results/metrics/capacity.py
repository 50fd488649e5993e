"""Capacity: how much of the reps' selling time was used, and of their quota was met."""

import numpy as np

from results.facts import Facts
from results.metrics.metric import REPS, metric
from results.spans import Floats, Spans, ratio, sums
from sim.log import Kind

__all__ = ["sdr_utilisation", "ae_utilisation", "am_utilisation", "prospecting_share", "quota_attainment"]

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
    cuts=REPS,
)
def sdr_utilisation(facts: Facts, spans: Spans) -> Floats:
    """Hours of the attempts and conversations that SDRs ended in the window, over the selling hours they had. Full use
    is no good sign: leads then wait without end."""
    return ratio(facts.hours("sdr", spans), facts.available("sdr", spans))


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
    cuts=REPS,
)
def ae_utilisation(facts: Facts, spans: Spans) -> Floats:
    """Hours of the stage work that AEs ended in the window, over the selling hours they had. Full use is no good
    sign: opportunities then wait for their rep."""
    return ratio(facts.hours("ae", spans), facts.available("ae", spans))


@metric(
    "am_utilisation",
    "Account managers' utilisation",
    unit="share",
    better="neither",
    formula="hours on sales to customers / available selling hours",
    denominator="selling hours of the account managers in the window, ramp included",
    source="What account managers have to do, as of AEs and SDRs (article 002, 8)",
    requires=(Kind.TASK_END,),
    teams=("am",),
    cuts=REPS,
)
def am_utilisation(facts: Facts, spans: Spans) -> Floats:
    """Hours of the work on sales to customers that account managers ended in the window, over the selling hours they
    had; only where the plan has account managers (`teams.am`)."""
    return ratio(facts.hours("am", spans), facts.available("am", spans))


@metric(
    "prospecting_share",
    "Prospecting share of AE time",
    unit="share",
    better="neither",
    formula="hours of prospecting / available selling hours",
    denominator="selling hours of the AEs in the window, ramp included",
    source="Published splits of selling time into selling and prospecting (article 004)",
    requires=(Kind.PROSPECTED,),
    teams=("ae",),
    cuts=REPS,
)
def prospecting_share(facts: Facts, spans: Spans) -> Floats:
    """Hours of prospecting that AEs ended in the window, over the selling hours they had. They prospect when no
    opportunity has work for them, so with `ae_utilisation` this is how their selling time was spent."""
    spells = facts.rows(Kind.PROSPECTED)
    return ratio(sums(spells.time, spells.amount, spans), facts.available("ae", spans))


@metric(
    "quota_attainment",
    "Quota attainment",
    unit="share",
    better="higher",
    formula="bookings of AEs / (quota a year / 12 x months of AEs present)",
    denominator="quota of the AEs present in the window's months",
    source="Practice of sales compensation: bookings over the quota in force",
    requires=(Kind.WON,),
    teams=("ae",),
    terms=("quota",),
    cuts=REPS,
)
def quota_attainment(facts: Facts, spans: Spans) -> Floats:
    """First-year value won by AEs in the window over the quota of the AEs who were there: a twelfth of a year's quota a
    month, and of a month in which a seat was filled in part, that part. A new hire's quota counts in full from the
    first day, ramp or not. What nobody in the team won does not count."""
    wins = facts.rows(Kind.WON)
    own = np.where(facts.in_team(wins.actor, "ae"), wins.amount, 0.0)
    quota = dict(zip(facts.log.names.teams, facts.log.terms.quotas, strict=False))["ae"] or 0.0
    return ratio(sums(wins.time, own, spans), quota / 12.0 * facts.head_months("ae", spans))
