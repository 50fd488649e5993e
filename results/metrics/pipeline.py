"""Pipeline: what is open at a moment, what it is worth, and whether it flows."""

import numpy as np

from results.facts import Facts
from results.handoffs import after, until
from results.metrics.conversion import win_rate
from results.metrics.metric import ANYHOW, metric
from results.metrics.money import of_new_business
from results.metrics.speed import sales_cycle
from results.periods import month_shares
from results.spans import Counted, Floats, Spans, ratio, share_of
from sim.log import NOBODY, Kind
from sim.stages import ACCOUNT_STAGES

__all__ = [
    "pipeline_value",
    "pipeline_value_weighted",
    "pipeline_coverage",
    "velocity",
    "final_stage_win_rate",
    "slow_opportunity_share",
    "slow_mql_share",
]

_DECIDES = (Kind.ACCEPTED, Kind.REJECTED, Kind.WENT_COLD, Kind.RECYCLED, Kind.WITHDRAWN)
"""What ends the time for which an MQL waits for sales' verdict, besides being an MQL again."""


@metric(
    "pipeline_value",
    "Open pipeline",
    unit="money",
    better="higher",
    formula="sum of value over opportunities open at the window's end",
    source="25 metrics over four funnels (article 002), 18",
    requires=(Kind.OPENED,),
    cuts=ANYHOW,
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
    cuts=ANYHOW,
    extensive=True,
)
def velocity(facts: Facts, spans: Spans) -> Floats:
    """Bookings a day that the open pipeline promises: the opportunities open at the window's end, times the window's
    win rate, times the mean first-year value of the orders won in it, over its median sales cycle in days. The four
    stand in this catalogue too; the promise holds if they stay as they are and lost deals take as long as won ones."""
    is_open = np.array([facts.deals.open_at(end).sum() for end in spans.end.tolist()], dtype=np.float64)
    value = ratio(of_new_business(facts, spans), spans.inside(facts.sales(Kind.WON).time))
    return ratio(is_open * win_rate.compute(facts, spans) * value, sales_cycle.compute(facts, spans))


@metric(
    "pipeline_value_weighted",
    "Open pipeline, weighted",
    unit="money",
    better="higher",
    formula="sum over open opportunities of value x n(won of those that entered its stage) / n(closed of those that "
    "entered its stage)",
    denominator="opportunities closed before the window's end that had entered a stage in which one is open",
    source="25 metrics over four funnels (article 002), 17-18",
    requires=(Kind.OPENED, Kind.STAGE_ENTER, Kind.WON, Kind.LOST),
    cuts=ANYHOW,
    extensive=True,
)
def pipeline_value_weighted(facts: Facts, spans: Spans) -> Floats:
    """First-year value of the opportunities of new business open at the window's end, each weighted with the share won
    of the opportunities closed before then that had ever entered its stage. One that is older than usual counts like a
    new one. Not defined if a stage with an open opportunity has no closed one yet, or a value is not recorded."""
    which = np.flatnonzero(facts.is_opportunity & ~facts.to_customers)
    deals, enters = facts.deals, facts.sales(Kind.STAGE_ENTER)
    won, closed = facts.first(Kind.WON), facts.closed
    stages = len(facts.log.names.stages)
    known = enters.take(enters.stage >= 0)
    ever = np.unique(np.stack((known.entity, known.stage)), axis=1)
    found = []
    for end in spans.end.tolist():
        done = ever[:, closed[ever[0]] < end]
        of_won = np.bincount(done[1][won[done[0]] < end], minlength=stages)
        chance = np.append(ratio(of_won, np.bincount(done[1], minlength=stages)), np.nan)
        then = enters.take(enters.time < end)
        # Of several stages assigned to one opportunity numpy keeps the last.
        now = np.full(len(facts.log.entities), NOBODY)
        now[then.entity] = then.stage
        is_open = deals.open_at(end)
        found.append((deals.value[is_open] * chance[now[which[is_open]]]).sum())
    return np.array(found)


@metric(
    "pipeline_coverage",
    "Pipeline coverage",
    unit="times",
    better="higher",
    formula="open pipeline / (quota a year / 4 x AEs of the window's last month)",
    denominator="quota of a quarter of the AEs present in the window's last month",
    source="25 metrics over four funnels (article 002), 18: the funnel's value against a target",
    requires=(Kind.OPENED,),
    teams=("ae",),
    terms=("quota",),
)
def pipeline_coverage(facts: Facts, spans: Spans) -> Floats:
    """How many times the opportunities of new business open at the window's end, at their full first-year value, cover
    what the AEs who were there in its last month should win in a quarter. At a win rate of a third three times are just
    enough, if they close in time."""
    edges = facts.log.window.month_edges
    last = np.clip(np.searchsorted(edges, spans.end, side="right") - 1, 1, len(edges) - 1)
    months = Spans(np.stack((edges[last - 1], edges[last])))
    heads = facts.head_months("ae", months) / month_shares(facts)[last - 1]
    quota = dict(zip(facts.log.names.teams, facts.log.terms.quotas, strict=False))["ae"] or 0.0
    return ratio(pipeline_value.compute(facts, spans), quota / 4.0 * heads)


@metric(
    "final_stage_win_rate",
    "Win rate from the last stage",
    unit="share",
    better="higher",
    formula="n(won) / (n(won) + n(lost)), of those that had entered the last stage",
    denominator="opportunities that had entered the last stage and closed in the window",
    source="25 metrics over four funnels (article 002), 17",
    requires=(Kind.STAGE_ENTER, Kind.WON, Kind.LOST),
    cuts=ANYHOW,
)
def final_stage_win_rate(facts: Facts, spans: Spans) -> Counted:
    """Share won of the opportunities of new business that closed in the window and had ever entered the last stage.
    Beside `win_rate` it shows whether deals are lost early, where they cost little, or late."""
    enters = facts.sales(Kind.STAGE_ENTER)
    last = np.zeros(len(facts.log.entities), dtype=bool)
    stages = [stage for stage in facts.log.names.stages if stage not in ACCOUNT_STAGES]
    last[enters.entity[enters.stage == len(stages) - 1]] = True
    rows = (facts.sales(kind) for kind in (Kind.WON, Kind.LOST))
    won, lost = (spans.inside(each.time[last[each.entity]]) for each in rows)
    return share_of(won, won + lost)


@metric(
    "slow_opportunity_share",
    "Slow share of the pipeline",
    unit="share",
    better="lower",
    formula="n(open for longer than nine in ten wins took) / n(open)",
    denominator="opportunities open at the window's end, some having been won before",
    source="Seven smarketing metrics (article 003), 5: an alarm of slow flow",
    requires=(Kind.OPENED, Kind.WON),
    cuts=ANYHOW,
)
def slow_opportunity_share(facts: Facts, spans: Spans) -> Floats:
    """Share of the opportunities of new business open at the window's end that have been open for longer than nine in
    ten of those won before had been when they were won. Much above a tenth says that the pipeline has slowed down, or
    that dead deals stand in it."""
    wins = facts.sales(Kind.WON)
    return _slow(facts.deals.opened, facts.deals.closed, facts.opened[wins.entity], wins.time, spans)


@metric(
    "slow_mql_share",
    "Slow share of MQLs",
    unit="share",
    better="lower",
    formula="n(MQLs undecided for longer than nine in ten took to acceptance) / n(MQLs undecided)",
    denominator="MQLs that sales has not decided on at the window's end, some having been accepted before",
    source="Seven smarketing metrics (article 003), 5: where MQLs stop, and an alarm of slow flow",
    requires=(Kind.MQL, Kind.ACCEPTED, Kind.REJECTED),
    cuts=ANYHOW,
)
def slow_mql_share(facts: Facts, spans: Spans) -> Floats:
    """Share of the MQLs on which sales has not decided at the window's end (neither accepted nor rejected, not cold,
    not given back, not gone) that have been MQLs for longer than nine in ten of those accepted before had been when
    they were accepted. Much above a tenth says that the flow to sales has slowed down. A lead that becomes an MQL again
    counts from then."""
    qualified = facts.rows(Kind.MQL)
    decided = until(facts, qualified, *_DECIDES)
    done = after(qualified, facts.rows(Kind.ACCEPTED)) == decided
    return _slow(qualified.time, decided, qualified.time[done], decided[done], spans)


def _slow(since: Floats, until: Floats, began: Floats, done: Floats, spans: Spans) -> Floats:
    """(spans,) share, of those that are there at the end of each, who have been so for longer than the 90th percentile
    of the time that some took which were done before.

    since, until: (all,) when each came and left, NaN = not yet; began, done: (done,) the same of those that count.
    """
    found = []
    for end in spans.end.tolist():
        there, took = (since < end) & ~(until < end), (done - began)[done < end]
        slow = end - since[there] > np.percentile(took, 90.0) if len(took) else np.full(there.sum(), np.nan)
        found.append(slow.mean() if len(slow) else np.nan)
    return np.array(found)
