"""What a generated world reaches of customers: renewals, causes of churn, satisfaction, what they are sold."""

from collections import Counter
from typing import Any

from customer_rules import cared, customers_of, lives_before, satisfaction
from happenings import NEVER, Happenings

from sim.log import NOBODY, Account, Kind
from sim.seats import AM

CUSTOMERS = (
    ["a renewal in a fifth term", "a churn with a cause", "a churn without one", "a satisfied customer renews"]
    + [f"{kind} {how}" for kind in ("upsell", "cross_sell") for how in ("won", "lost", "open at the end")]
    + ["a third order of a customer", "a customer who lacks nothing", "a customer who may spend no more"]
    + [f"sold more by {who}" for who in ("its own AE", "another AE", "a pool")]
    + ["sold more while no AE was there", "a customer who has left would have bought more"]
    + [f"a referral of {who}" for who in ("a promoter", "a passive customer", "a detractor", "a customer from before")]
    + ["a referred lead becomes a customer", "a customer who was referred refers"]
    + ["a programme makes a promoter", "a programme keeps a customer", "a programme for customers is paid"]
    + [f"a customer of the run-in {how}" for how in ("renews in the plan", "is sold more in the plan")]
    + ["customers have lives in the plan only", "customers have lives in the run-in only"]
    + [f"a win-back {how}" for how in ("won", "lost", "open at the end", "of who was won back before")]
    + ["a second life ends", "nobody tried to win a customer back", "a churn while it was to be sold more"]
    + [f"a survey {how}" for how in ("answered", "not answered", "of a customer from before surveys")]
    + ["a renewal of ageing customers"]
    + [f"an account manager {what}" for what in ("sells more", "wins back", "is to win back who does not return")]
    + ["account managers come with the plan", "account managers go with the run-in, and leave work"]
    + ["an AE works for a customer though there are account managers", "account managers' work waits for a hire"]
    + ["outcome of an account manager coded"]
)
"""Every name that `customers_reached` may count."""


def customers_reached(arguments: dict[str, Any], h: Happenings, out: Counter[str]) -> None:
    """Count what became of customers."""
    orders: Counter[int] = Counter()
    labels, owner = h.log.entities, h.log.entities.owner.tolist()
    wins, grown = h.of_entities(Kind.WON), h.of_entities(Kind.EXPANDED)
    for row in h.of_kind(Kind.RENEWED, Kind.CHURNED):
        t = h.at(row.time)
        out["a renewal in a fifth term"] += row.kind == Kind.RENEWED and row.visit >= 4
        if row.kind == Kind.CHURNED:
            out["a churn with a cause" if row.reason != NOBODY else "a churn without one"] += 1
            out["a second life ends"] += lives_before(h, row.entity) > 0
            tried = any(deal not in h.expansions for deal in h.more_sales[row.entity])
            out["nobody tried to win a customer back"] += not tried and bool(t.accounts.account_tops[2] > 0.0)
            out["a churn while it was to be sold more"] += any(
                deal in h.expansions and h.closed.get(deal, NEVER) > row.time for deal in h.more_sales[row.entity]
            )
        else:
            out["a renewal of ageing customers"] += t.accounts.ageing_alpha > 0.0
            out["a satisfied customer renews"] += t.accounts.satisfaction_renewal != 0.0
            out["a programme keeps a customer"] += cared(t, row.time)[0] != 0.0
            out["a customer of the run-in renews in the plan"] += h.created[row.entity] < 0.0 <= row.time
    for deal in h.to_customers:
        opened, t = h.of(Kind.OPENED, deal, 0)[0], h.at(h.created[deal])
        stage = h.log.names.stages[h.of(Kind.STAGE_ENTER, deal, 0)[0].stage]
        won = bool(h.of(Kind.WON, deal, 1))
        how = "won" if won else "lost" if deal in h.closed else "open at the end"
        customer = h.parent[deal]
        if deal not in h.expansions:
            out[f"a win-back {how}"] += 1
            if deal in h.managed and deal in h.closed:
                out[
                    "an account manager wins back" if won else "an account manager is to win back who does not return"
                ] += 1
            out["a win-back of who was won back before"] += lives_before(h, customer) > 0
            continue
        out[f"{stage} {how}"] += 1
        orders[customer] += won
        out["a third order of a customer"] += orders[customer] == 2
        if deal in h.managed:
            out["an account manager sells more"] += won
        elif t.pooled:
            out["sold more by a pool"] += 1
        else:
            out["sold more while no AE was there"] += opened.actor == NOBODY
            out["sold more by its own AE"] += opened.actor == owner[customer] != NOBODY
            out["sold more by another AE"] += NOBODY != opened.actor != owner[customer]
        out["a customer of the run-in is sold more in the plan"] += h.created[customer] < 0.0 <= h.created[deal]
    gone = h.log.names.reasons.index("churned") if "churned" in h.log.names.reasons else NEVER
    out["a customer who has left would have bought more"] += sum(row.reason == gone for row in h.of_kind(Kind.LOST))
    for customer in customers_of(h):
        mine = [deal for deal in h.more_sales[customer] if h.of(Kind.WON, deal, 1)]
        has = {int(labels.product[each]) for each in (customer, *mine)}
        out["a customer who lacks nothing"] += len(has) == len(h.log.names.products)
        t = h.at(h.created[customer])
        (first,) = [row.amount for row in wins[h.parent[customer]]]
        more = sum(row.amount for row in grown[customer])
        out["a customer who may spend no more"] += (
            t.accounts.wallet > 0.0 and first + more > 0.999 * first / t.accounts.wallet
        )
        ease = cared(h.tables, h.ends)[1]
        feeling = satisfaction(h, customer)
        out["a programme makes a promoter"] += feeling <= h.tables.accounts.promoter < feeling + ease
    for row in h.of_kind(Kind.SURVEYED):
        out["a survey answered" if row.amount >= 0.0 else "a survey not answered"] += 1
        before = h.at(h.created[row.entity]).accounts.survey_every
        out["a survey of a customer from before surveys"] += before == 0.0
    for row in h.of_kind(Kind.REFERRED):
        t, mood = h.at(row.time).accounts, satisfaction(h, row.entity) + cared(h.at(row.time), row.time)[1]
        who = "a promoter" if mood > t.promoter else "a detractor" if mood < t.detractor else "a passive customer"
        out[f"a referral of {who}"] += 1
        out["a referral of a customer from before"] += h.created[row.entity] < 0.0 <= row.time
        origin = h.lead[h.parent[row.entity]]
        out["a customer who was referred refers"] += origin != NOBODY and h.parent[origin] != NOBODY
    for customer in customers_of(h):
        lead = h.lead[h.parent[customer]]
        out["a referred lead becomes a customer"] += lead != NOBODY and h.parent[lead] != NOBODY
    _managers(h, out)
    out["a programme for customers is paid"] += int((h.log.ledger.account == Account.CARE).sum())
    worlds = [arguments.get("calm") or arguments["funnel"], arguments["funnel"]]
    before, now = (bool(world.customers.upsell.per_month or world.customers.cross_sell.per_month) for world in worlds)
    out["customers have lives in the plan only"] += now and not before and h.tables.run_in is not None
    out["customers have lives in the run-in only"] += before and not now and h.tables.run_in is not None


def _managers(h: Happenings, out: Counter[str]) -> None:
    """Who works what is sold to customers."""
    before, now = h.at(-1.0), h.tables
    waiting = [wait for wait in h.deal_waits if wait.team == AM]
    out["account managers come with the plan"] += now.managed and not before.managed
    left = any(not wait.works and wait.since < wait.until == NEVER for wait in waiting)
    out["account managers go with the run-in, and leave work"] += left and before.managed and not now.managed
    for wait in waiting:
        nobody = wait.since < wait.until and not h.there(AM, wait.since).any()
        out["account managers' work waits for a hire"] += nobody and wait.works
    for work in h.work:
        if work.entity in h.to_customers:
            theirs = work.entity in h.managed
            out["an AE works for a customer though there are account managers"] += (
                not theirs and h.at(work.begins).managed
            )
            out["outcome of an account manager coded"] += theirs and h.at(work.begins).people.am_coding > 0
