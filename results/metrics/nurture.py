"""Nurture: which leads marketing keeps and which it lets go, by whether they could buy; and which losses hurt."""

import numpy as np

from results.facts import Facts, Rows
from results.handoffs import of_reason
from results.metrics.metric import ANYHOW, Metric, metric
from results.spans import Bools, Counted, Floats, Ints, Spans, mean_of, ratio, share_of, sums
from sim.log import Account, EntityType, Kind

__all__ = [
    "nurture_true_keep",
    "nurture_wasted_keep",
    "nurture_true_release",
    "nurture_missed_release",
    "nurture_precision",
    "nurture_recall",
    "cost_per_saved_customer",
    "good_leakage",
    "bad_leakage",
    "bad_leakage_share",
]

_DOLLARS = "25 metrics over four funnels (article 002), 12"
_LEAKAGE = "25 metrics over four funnels (article 002), 29"
_RELEASED = "released"
_PROSPECT = "a best prospect (good fit, and, where the funnel says who has them, a budget and a say in the decision)"


def _dollars(id: str, name: str, words: str, *, prospect: bool, released: bool) -> Metric:
    """Nurture cost of the leads of one of four fates."""

    def compute(facts: Facts, spans: Spans) -> Floats:
        lines = facts.lines(Account.NURTURE)
        # The last place is for what belongs to nobody.
        its = np.append(
            (facts.log.entities.type == EntityType.LEAD)
            & ((facts.best_prospect == 1.0) == prospect)
            & (_let_go(facts) == released),
            False,
        )
        return sums(lines.time, np.where(its[lines.entity], lines.amount, 0.0), spans)

    compute.__doc__ = (
        f"Cost of nurture in the window that went into leads {words}, by the end of what was observed; with the other "
        "three parts it is all that nurturing leads cost. Could buy: "
        f"{_PROSPECT}, which only a simulation knows. Let go: taken out of nurture by marketing (`released`); who "
        "unsubscribes was kept until then."
    )
    return metric(
        id,
        name,
        unit="money",
        better="lower" if prospect == released else "neither" if released else "higher",
        formula=f"sum of nurture cost over leads {words}",
        source=_DOLLARS,
        needs="truth",
        requires=(Account.NURTURE,),
        cuts=ANYHOW,
    )(compute)


nurture_true_keep = _dollars(
    "nurture_true_keep", "Nurture, rightly kept", "that could buy and were kept", prospect=True, released=False
)
nurture_wasted_keep = _dollars(
    "nurture_wasted_keep", "Nurture, wrongly kept", "that could not buy and were kept", prospect=False, released=False
)
nurture_true_release = _dollars(
    "nurture_true_release",
    "Nurture, rightly let go",
    "that could not buy and were let go",
    prospect=False,
    released=True,
)
nurture_missed_release = _dollars(
    "nurture_missed_release", "Nurture, wrongly let go", "that could buy and were let go", prospect=True, released=True
)


@metric(
    "nurture_precision",
    "Precision of nurture",
    unit="share",
    better="higher",
    formula="n(left nurture kept, could buy) / n(left nurture kept)",
    denominator="leads that left nurture in the window and were not let go",
    source=_DOLLARS,
    needs="truth",
    requires=(Kind.NURTURE_EXIT,),
    cuts=ANYHOW,
)
def nurture_precision(facts: Facts, spans: Spans) -> Counted:
    """Share of the leads that left nurture in the window without being let go (ready, unsubscribed or no longer
    interested) that could buy: good fit, and, where the funnel says who has them, a budget and a say in the decision.
    A lead that leaves nurture twice counts twice."""
    kept, _, good = _exits(facts)
    return share_of(spans.inside(kept.time[good[kept.entity]]), spans.inside(kept.time))


@metric(
    "nurture_recall",
    "Recall of nurture",
    unit="share",
    better="higher",
    formula="n(left nurture kept, could buy) / n(left nurture, could buy)",
    denominator="leads that could buy and left nurture in the window",
    source=_DOLLARS,
    needs="truth",
    requires=(Kind.NURTURE_EXIT,),
    cuts=ANYHOW,
)
def nurture_recall(facts: Facts, spans: Spans) -> Counted:
    """Share of the leads that left nurture in the window and could buy that marketing had not let go. Whoever keeps all
    has a recall of one and pays for it in precision."""
    kept, released, good = _exits(facts)
    of_kept, of_released = (spans.inside(rows.time[good[rows.entity]]) for rows in (kept, released))
    return share_of(of_kept, of_kept + of_released)


@metric(
    "cost_per_saved_customer",
    "Nurture cost per customer saved",
    unit="money",
    better="lower",
    formula="nurture cost of leads / n(customers won in the window who had been in nurture)",
    denominator="customers won in the window who had been nurtured as leads",
    source=_DOLLARS,
    requires=(Kind.NURTURE_ENTER, Kind.WON, Account.NURTURE),
    cuts=ANYHOW,
)
def cost_per_saved_customer(facts: Facts, spans: Spans) -> Counted:
    """Cost of nurturing leads in the window per customer whose first order was won in it and who had been in nurture,
    or held back there, before. Some of them would have come without it: what nurture adds is the difference that a
    scenario without it makes."""
    lines, wins = facts.lines(Account.NURTURE), facts.new_customer
    is_lead = np.append(facts.log.entities.type == EntityType.LEAD, False)
    spent = sums(lines.time, np.where(is_lead[lines.entity], lines.amount, 0.0), spans)
    since = np.append(np.fmin(facts.first(Kind.NURTURE_ENTER), facts.first(Kind.HELD)), np.nan)
    saved = since[facts.leads_of(wins.entity)] < wins.time
    return mean_of(spent, spans.inside(wins.time[saved]))


@metric(
    "good_leakage",
    "Good leakage",
    unit="leads",
    better="neither",
    formula="n(leads withdrawn and opportunities lost of leads that could not buy)",
    source=_LEAKAGE,
    needs="truth",
    requires=(Kind.WITHDRAWN, Kind.LOST),
    cuts=ANYHOW,
)
def good_leakage(facts: Facts, spans: Spans) -> Ints:
    """Leads withdrawn and opportunities of new business lost in the window of leads that could not buy: of bad fit, or,
    where the funnel says who has them, without a budget or a say in the decision. The sooner they leave, the better."""
    return _lost(facts, spans, prospect=False)


@metric(
    "bad_leakage",
    "Bad leakage",
    unit="leads",
    better="lower",
    formula="n(leads withdrawn and opportunities lost of leads that could buy)",
    source=_LEAKAGE,
    needs="truth",
    requires=(Kind.WITHDRAWN, Kind.LOST),
    cuts=ANYHOW,
)
def bad_leakage(facts: Facts, spans: Spans) -> Ints:
    """Leads withdrawn and opportunities of new business lost in the window of leads that could buy: of good fit, and,
    where the funnel says who has them, with a budget and a say in the decision. Not all of them could have been won."""
    return _lost(facts, spans, prospect=True)


@metric(
    "bad_leakage_share",
    "Bad share of leakage",
    unit="share",
    better="lower",
    formula="bad leakage / (good leakage + bad leakage)",
    denominator="leads withdrawn and opportunities lost in the window",
    source=_LEAKAGE,
    needs="truth",
    requires=(Kind.WITHDRAWN, Kind.LOST),
    cuts=ANYHOW,
)
def bad_leakage_share(facts: Facts, spans: Spans) -> Floats:
    """Share of what was lost of leads in the window that could have bought. A leakage rate alone says nothing of it: a
    company that lets the wrong leads go has the same."""
    bad = _lost(facts, spans, prospect=True)
    return ratio(bad, bad + _lost(facts, spans, prospect=False))


def _lost(facts: Facts, spans: Spans, *, prospect: bool) -> Ints:
    """(spans,) leads withdrawn and opportunities lost of leads that are best prospects, or of the others."""
    good = np.append(facts.best_prospect, np.nan)
    found = np.zeros(len(spans.begin), dtype=np.int64)
    for kind in (Kind.WITHDRAWN, Kind.LOST):
        rows = facts.sales(kind)
        found += spans.inside(rows.time[good[facts.leads_of(rows.entity)] == prospect])
    return found


def _exits(facts: Facts) -> tuple[Rows, Rows, Bools]:
    """Exits from nurture of leads that were kept and of those let go; (entities,) whether each could buy."""
    rows = facts.rows(Kind.NURTURE_EXIT)
    released = of_reason(rows, facts.log.names.reasons, _RELEASED)
    return rows.take(~released), rows.take(released), facts.best_prospect == 1.0


def _let_go(facts: Facts) -> Bools:
    """(entities,) whether marketing has let each go."""
    rows = facts.rows(Kind.NURTURE_EXIT)
    gone = np.zeros(len(facts.log.entities), dtype=bool)
    gone[rows.entity[of_reason(rows, facts.log.names.reasons, _RELEASED)]] = True
    return gone
