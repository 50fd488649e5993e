"""What must hold of campaigns in any log: whose leads they are, by a draw and a share, and what is paid for them."""

import math

import pytest
from happenings import Happenings

from sim.draws import Purpose, turn, uniform
from sim.log import NOBODY, Account, EntityType, Kind
from sim.plan import Plan


def leads_are_of_a_campaign_by_its_share(run: Happenings) -> int:
    """A number of its own, laid along the channel's spend and then its campaigns', names a lead's; what becomes of a
    lead is the same campaign's. Returns how many leads are some campaign's."""
    terms, entities = run.tables.campaign, run.log.entities
    first, here = int(run.tables.horizon.begins), entities.campaign.tolist()
    for entity, kind in enumerate(run.type):
        if kind != EntityType.LEAD:
            parent = run.parent[entity]
            assert here[entity] == (here[parent] if parent >= 0 else NOBODY)
            continue
        if run.parent[entity] != NOBODY or entity in run.standing:
            # A customer brought it, or it was there before.
            assert here[entity] == NOBODY
            continue
        channel, day = int(entities.channel[entity]), math.floor(run.created[entity]) - first
        mine = [k for k, of in enumerate(terms.campaign_channel.tolist()) if of == channel]
        left = uniform(run.stream, run.key[entity], int(Purpose.CAMPAIGN), turn(0, 0))
        left -= 1.0 - sum(float(terms.campaign_share[k, day]) for k in mine)
        named = NOBODY
        for k in mine:
            if left >= 0.0 and terms.campaign_share[k, day] > 0.0:
                named = k
            left -= float(terms.campaign_share[k, day])
        assert here[entity] == named or abs(left) < 1e-9
    return sum(campaign >= 0 and run.type[entity] == EntityType.LEAD for entity, campaign in enumerate(here))


def campaigns_are_paid_for_their_days(run: Happenings, plan: Plan) -> int:
    """A campaign's lines add up to its spend on the plan's days, unless spend is cut; returns how many lines."""
    ledger, start = run.log.ledger, run.tables.horizon.start
    lines = ledger.campaign >= 0
    assert (ledger.account[lines] == Account.PROGRAMME).all()
    for k, (name, each) in enumerate(plan.campaigns.items()):
        assert run.log.names.campaigns[k] == name
        begins, ends = ((day - start).days for day in (each.from_, each.until))
        inside = min(ends, run.ends) - min(begins, run.ends)
        whole, paid = each.spend * inside / (ends - begins), float(ledger.amount[ledger.campaign == k].sum())
        cut = bool(run.of_kind(Kind.THROTTLED))
        assert paid == pytest.approx(whole, abs=1e-6) or (cut and paid < whole)
    return int(lines.sum())
