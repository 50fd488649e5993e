"""A customer's life in the compiled engine: its renewals, the occasions to sell it more, and what is sold then.

The counterpart of `sim.reference.customers`. While a slot is a customer's, `visit` counts its terms, `count` says what
comes next, `due` is when its term ends, `eta` its satisfaction, `begun` its last happening, `points` the most that it
may spend a year, `owned` its products, `lead_key` the key of what comes next, `deals` its open opportunities.
"""

import math

from sim.draws import Purpose, Tag, child_key
from sim.jit import inner
from sim.kernel.deals import lose
from sim.kernel.layout import (
    ENTER_STAGE,
    REST,
    TEND,
    Parameters,
    State,
    account_rates,
    account_sizes,
    account_tops,
    care,
    churn_reason,
    churn_share,
    code,
    execute,
    mix,
    seat_at,
    since,
    slot_at,
)
from sim.kernel.queues import wait
from sim.kernel.quotas import book
from sim.kernel.record import enter_entity, free_slot, new_slot, note, rename
from sim.kernel.teams import drop, least_loaded, seller, take
from sim.laws.happenings import CROSS_SELL, NOTHING, feels, following, lacking
from sim.laws.selling import spell_of
from sim.log import NOBODY, EntityType, Kind
from sim.rules import category, renews
from sim.tables import NO_LIMIT

__all__ = ["BEGINS", "RENEWS", "WAKES", "extend", "tend"]

BEGINS, RENEWS, WAKES, OCCASION = range(4)
"""What comes next: it becomes a customer; its term ends; other parameters hold; the first of the kinds of occasions."""

_DEAL, _ORDER = int(EntityType.OPPORTUNITY), int(EntityType.ORDER)
_TAG_DEAL, _TAG_ORDER = int(Tag.OPPORTUNITY), int(Tag.ORDER)
_P_CHURN_CAUSE = int(Purpose.CHURN_CAUSE)
_OPENED, _WON, _EXPANDED = int(Kind.OPENED), int(Kind.WON), int(Kind.EXPANDED)
_RENEWED, _CHURNED = int(Kind.RENEWED), int(Kind.CHURNED)


@inner
def tend(p: Parameters, s: State, slot: int) -> int:
    """What came next for a customer happens, and it is looked for what comes after that."""
    e = slot_at(s, slot)
    if e.count == BEGINS:
        e.eta = feels(p.stream, e.key)
        e.begun = s.now
        e.due = s.now + p.term
        e.points = e.amount / p.wallet if p.wallet > 0.0 else math.inf
        e.owned = 1 << e.product
        e.deals = 0
    elif e.count == RENEWS:
        if not _renews(p, s, slot):
            free_slot(s, slot)
            return REST
    elif e.count >= OCCASION:
        e.begun = s.now
        _offer(p, s, slot, e.count - OCCASION)
    until = min(e.due, s.until)
    at, what, e.lead_key = following(
        *(p.stream, e.key, e.eta, e.begun, s.now, until, p.epoch_day, account_rates(p), account_tops(p)),
        *(since(p), care(p), p.promoter),
    )
    if what != NOTHING:
        e.count = OCCASION + what
    else:
        e.count = RENEWS if e.due <= s.until else WAKES
    return wait(s, slot, TEND, at)


@inner
def _renews(p: Parameters, s: State, slot: int) -> bool:
    """A customer's term is over; whether it begins another."""
    e = slot_at(s, slot)
    spell = spell_of(since(p), s.now)
    eta = p.renewal_logit + (p.renewal_fit if e.fit == 1 else 0.0)
    eta += p.satisfaction_renewal * (e.eta + care(p)[spell, 1]) + care(p)[spell, 0]
    renewed = renews(p.stream, e.key, e.visit, eta)
    if renewed:
        note(s, slot, _RENEWED, NOBODY, NOBODY, NOBODY, e.amount)
        e.visit += 1
        e.due = s.now + p.term
    else:
        reason = NOBODY
        if p.churn_reason_room > 0:
            reason = churn_reason(p)[category(p.stream, e.key, _P_CHURN_CAUSE, churn_share(p))]
        note(s, slot, _CHURNED, NOBODY, NOBODY, reason, e.amount)
    return renewed


@inner
def _offer(p: Parameters, s: State, slot: int, what: int) -> None:
    """An occasion to sell a customer more: an opportunity, if none of it is open and it may spend more."""
    e = slot_at(s, slot)
    amount = min(account_sizes(p)[what] * e.amount, e.points - e.amount)
    product = lacking(p.stream, e.lead_key, mix(p), e.owned) if what == CROSS_SELL else e.product
    if e.deals > 0 or amount <= 0.0 or product < 0:
        return
    owner = e.owner
    if s.pooled:
        owner = NOBODY
    elif owner == NOBODY or not seat_at(s, owner).present:
        owner = least_loaded(p, s, NO_LIMIT)
    key = child_key(e.lead_key, _TAG_DEAL, 0)
    other = new_slot(s, e.channel, e.segment, product, e.fit == 1)
    rename(s, other, enter_entity(s, other, key, _DEAL, e.id, owner, s.now), key)
    o = slot_at(s, other)
    o.opened, o.amount, o.account, o.client = s.now, amount, slot, e.id
    o.count = p.sold + what
    e.deals = 1
    take(s, other, owner)
    note(s, other, _OPENED, owner, NOBODY, NOBODY, amount)
    # Here and not by whoever called, who knows another slot.
    turn = ENTER_STAGE
    while turn != REST:
        turn = execute(code(s)[turn], p, s, other)


@inner
def extend(p: Parameters, s: State, slot: int) -> int:
    """A customer would buy more now; one that has left meanwhile does not."""
    e = slot_at(s, slot)
    e.count -= 1
    c = slot_at(s, e.account)
    if c.id != e.client:
        e.visit -= 1
        return int(lose(p, s, slot, p.gone_reason))
    owner = seller(s, slot)
    note(s, slot, _WON, owner, e.count, NOBODY, e.amount)
    seat_at(s, owner).tried += 1
    seat_at(s, owner).succeeded += 1
    book(s, owner, e.amount)
    drop(s, slot)
    note(s, e.account, _EXPANDED, owner, NOBODY, NOBODY, e.amount)
    enter_entity(s, slot, child_key(e.key, _TAG_ORDER, 0), _ORDER, c.id, owner, s.now)
    c.amount += e.amount
    c.owned |= 1 << e.product
    c.deals = 0
    free_slot(s, slot)
    return REST
