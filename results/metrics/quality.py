"""Quality: how good the leads are, and what the poor ones cost sales."""

import numpy as np

from results.facts import Facts
from results.metrics.conversion import matured
from results.metrics.metric import ANYHOW, metric
from results.spans import Counted, Floats, Spans, mean_known, ratio, share_known, sums
from sim.log import Kind

__all__ = ["good_fit_share", "best_prospect_lift", "wasted_sdr_hours"]


@metric(
    "good_fit_share",
    "Good-fit share of leads",
    unit="share",
    better="higher",
    formula="n(captured, good fit) / n(captured)",
    denominator="leads captured in the window",
    source="25 metrics over four funnels (article 002), 1",
    needs="truth",
    requires=(Kind.CAPTURED,),
    cuts=ANYHOW,
)
def good_fit_share(facts: Facts, spans: Spans) -> Counted:
    """Share of the leads captured in the window that have good fit, whatever their score says. Only a simulation knows
    it; a company sees it late and in part, as what sales accepts."""
    captured = facts.rows(Kind.CAPTURED)
    return share_known(captured.time, facts.good_fit[captured.entity], spans)


@metric(
    "best_prospect_lift",
    "Lift of best prospects",
    unit="times",
    better="higher",
    formula="share won within 365 days of leads that are best prospects / share won of all leads, both matured",
    denominator="leads captured in the window, at least 365 days old and won, and best prospects among the captured",
    source="25 metrics over four funnels (article 002), 1",
    needs="truth",
    requires=(Kind.CAPTURED, Kind.WON),
    cohort=Kind.CAPTURED,
    cuts=ANYHOW,
)
def best_prospect_lift(facts: Facts, spans: Spans) -> Floats:
    """How much more often best prospects become customers than leads do on average, of those captured in the window and
    within 365 days. A best prospect has good fit, and, where the funnel says who has them (funnel.buyers), a budget and
    a say in the decision. Leads captured less than 365 days before the end of what was observed are left out."""
    captured, ripe = facts.rows(Kind.CAPTURED), matured(facts, spans)
    won = (facts.lead_won[captured.entity] - captured.time <= facts.maturity).astype(np.float64)
    best = facts.best_prospect[captured.entity] == 1.0
    return ratio(
        mean_known(captured.time, np.where(best, won, np.nan), ripe).value,
        mean_known(captured.time, won, ripe).value,
    )


@metric(
    "wasted_sdr_hours",
    "SDR hours on leads that came to nothing",
    unit="hours",
    better="lower",
    formula="sum of hours of attempts and conversations on leads that sales has not accepted when the log ends",
    source="Seven smarketing metrics (article 003), 4",
    requires=(Kind.TASK_END, Kind.ACCEPTED),
    teams=("sdr",),
    cuts=ANYHOW,
)
def wasted_sdr_hours(facts: Facts, spans: Spans) -> Floats:
    """Hours of the attempts and conversations that SDRs ended in the window on leads that sales has not accepted by the
    end of what was observed. What was spent on a lead before its acceptance is not in it, however long it took."""
    ends = facts.rows(Kind.TASK_END)
    never = np.isnan(facts.first(Kind.ACCEPTED))[ends.entity]
    return sums(ends.time, np.where(facts.in_team(ends.actor, "sdr") & never, ends.amount, 0.0), spans)
