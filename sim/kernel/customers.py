"""A customer's life in the compiled engine: its renewals, the occasions to sell it more, and what is sold then.

The counterpart of `sim.reference.customers`. While a slot is a customer's, `visit` counts its terms, `count` says what
comes next, `due` is when its term ends, `eta` its satisfaction, `begun` its last happening, `points` the most that it
may spend a year, `owned` its products, `lead_key` the key of what comes next, `deals` its open opportunities, `hours`
when it is asked next what it thinks of us, `recycled` how often it was won back, `cause` whether it has left."""

import math

from sim.draws import Purpose, Tag, child_key
from sim.jit import inner
from sim.kernel.deals import lose, win
from sim.kernel.layout import (
    ENTER_STAGE,
    REST,
    STEP,
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
from sim.kernel.lives import be_born
from sim.kernel.market import account_is_free
from sim.kernel.queues import wait
from sim.kernel.quotas import book
from sim.kernel.record import enter_entity, free_slot, new_slot, note, occupy, rename, write
from sim.kernel.teams import drop, least_loaded, seller, take
from sim.laws.happenings import CROSS_SELL, NOTHING, REFERRAL, WINBACK, feels, following, lacking
from sim.laws.nps import answer, asked
from sim.laws.renewal import lasting_odds, staying_odds
from sim.laws.selling import spell_of
from sim.log import NOBODY, EntityType, Kind
from sim.rules import category, renews
from sim.seats import AE, AM
from sim.tables import NO_LIMIT

__all__ = ["BEGINS", "HERE", "RENEWS", "WAKES", "extend", "tend"]

BEGINS, RENEWS, WAKES, ASKS, OCCASION = range(5)
"""What comes next: it becomes a customer; its term, or the time in which it may return, ends; other parameters hold; it
is asked what it thinks; the first of the kinds of occasions."""
HERE, _LEFT = range(2)
"""Whether a customer has left, and may be won back."""

_DEAL, _ORDER = int(EntityType.OPPORTUNITY), int(EntityType.ORDER)
_TAG_DEAL, _TAG_ORDER, _TAG_REFERRAL = int(Tag.OPPORTUNITY), int(Tag.ORDER), int(Tag.REFERRAL)
_P_CHURN_CAUSE = int(Purpose.CHURN_CAUSE)
_OPENED, _WON, _EXPANDED = int(Kind.OPENED), int(Kind.WON), int(Kind.EXPANDED)
_RENEWED, _CHURNED, _REFERRED = int(Kind.RENEWED), int(Kind.CHURNED), int(Kind.REFERRED)
_WON_BACK, _SURVEYED = int(Kind.WON_BACK), int(Kind.SURVEYED)


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
        e.client = NOBODY
        e.cause = HERE
        e.hours = s.now + p.survey_every if p.survey_every > 0.0 else math.inf
    elif e.count == RENEWS:
        if e.cause == _LEFT or not (_renews(p, s, slot) or _may_return(p, s, slot)):
            free_slot(s, slot)
            return REST
    elif e.count == ASKS:
        _ask(p, s, slot)
    elif e.count >= OCCASION:
        e.begun = s.now
        if e.count - OCCASION == REFERRAL:
            _refer(p, s, slot)
        elif _offer(p, s, slot, e.count - OCCASION) and e.cause == _LEFT:
            free_slot(s, slot)
            return REST
    gone = e.cause == _LEFT
    e.hours = math.inf if gone else asked(p.stream, e.key, e.hours, p.survey_every, s.now)
    until = min(e.due, e.hours, s.until)
    at, what, e.lead_key = following(
        *(p.stream, e.key, e.eta, e.begun, s.now, until, gone, p.epoch_day, account_rates(p), account_tops(p)),
        *(since(p), care(p), p.promoter, p.detractor),
    )
    if what != NOTHING:
        e.count = OCCASION + what
    elif e.due == until:
        e.count = RENEWS
    else:
        e.count = ASKS if e.hours == until else WAKES
    return wait(s, slot, TEND, at)


@inner
def _may_return(p: Parameters, s: State, slot: int) -> bool:
    """A customer has left; whether anybody would try to win it back."""
    e = slot_at(s, slot)
    e.begun = s.now
    e.due = s.now + p.may_return
    e.cause = _LEFT
    return bool(account_tops(p)[WINBACK] > 0.0)


@inner
def _ask(p: Parameters, s: State, slot: int) -> None:
    """A customer is asked whether it would recommend us."""
    e = slot_at(s, slot)
    if p.survey_every <= 0.0:
        return
    feeling = e.eta + care(p)[spell_of(since(p), s.now), 1]
    day = p.epoch_day + math.floor(s.now)
    said = answer(p.stream, e.key, day, p.survey_response, feeling, p.promoter, p.detractor)
    note(s, slot, _SURVEYED, NOBODY, NOBODY, NOBODY, said)
    e.hours = s.now + p.survey_every


@inner
def _renews(p: Parameters, s: State, slot: int) -> bool:
    """A customer's term is over; whether it begins another."""
    e = slot_at(s, slot)
    spell = spell_of(since(p), s.now)
    lasting = lasting_odds(p.renewal_logit, p.ageing_alpha, p.ageing_beta, e.visit, p.renewal_fit, e.fit == 1)
    push, ease = care(p)[spell, 0], care(p)[spell, 1]
    eta = staying_odds(lasting, p.satisfaction_renewal, e.eta, ease, push, e.recycled, p.second_life)
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
def _refer(p: Parameters, s: State, slot: int) -> None:
    """A customer brings a lead, whose life begins at this instant, after what else happens to customers; or it names
    one that is with us already."""
    note(s, slot, _REFERRED, NOBODY, NOBODY, NOBODY, 0.0)
    e = slot_at(s, slot)
    channel, key = p.referral_channel, child_key(e.lead_key, _TAG_REFERRAL, 0)
    if p.depletes and not account_is_free(p, s, channel, key):
        return
    other = be_born(p, s, s.now, channel, channel, key, e.id)
    wait(s, other, STEP, s.now)


@inner
def _offer(p: Parameters, s: State, slot: int, what: int) -> bool:
    """An occasion to sell a customer more, or to win it back: an opportunity, if none of it is open and it may spend
    more; returns whether there is one."""
    e = slot_at(s, slot)
    amount = account_sizes(p)[what] * e.amount
    if what != WINBACK:
        amount = min(amount, e.points - e.amount)
    product = lacking(p.stream, e.lead_key, mix(p), e.owned) if what == CROSS_SELL else e.product
    if (e.deals > 0 and what != WINBACK) or amount <= 0.0 or product < 0:
        return False
    owner = e.owner
    if p.managed or s.pooled:
        owner = NOBODY
    elif owner == NOBODY or not seat_at(s, owner).present:
        owner = least_loaded(p, s, NO_LIMIT)
    key = child_key(e.lead_key, _TAG_DEAL, 0)
    other = new_slot(s, e.channel, e.segment, product, e.fit == 1)
    rename(s, other, enter_entity(s, other, key, _DEAL, e.id, owner, s.now), key)
    o = slot_at(s, other)
    o.opened, o.amount, o.account, o.client = s.now, amount, slot, e.id
    o.count = p.sold + what
    o.works = AM if p.managed else AE
    o.recycled, o.lead_visit = e.recycled + 1, e.visit
    if what == WINBACK:
        # It is all that is left of the account.
        o.deals = 1
        occupy(s, other)
    e.deals = 1
    take(s, other, owner)
    note(s, other, _OPENED, owner, NOBODY, NOBODY, amount)
    # Here and not by whoever called, who knows another slot.
    turn = ENTER_STAGE
    while turn != REST:
        turn = execute(code(s)[turn], p, s, other)
    return True


@inner
def extend(p: Parameters, s: State, slot: int) -> int:
    """A customer would buy more now; one that has left meanwhile does not. One that had left comes back."""
    e = slot_at(s, slot)
    if e.count == p.sold + WINBACK + 1:
        write(s, s.now, _WON_BACK, e.client, e.lead_visit, seller(s, slot), NOBODY, NOBODY, e.amount)
        return int(win(p, s, slot))
    e.count -= 1
    c = slot_at(s, e.account)
    if c.id != e.client or c.cause == _LEFT:
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
