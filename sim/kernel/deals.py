"""An opportunity's life in the compiled engine, from its opening to the renewals of the customer it makes."""

import math

from sim.draws import Purpose, Tag, child_key, turn
from sim.jit import compiled, inner
from sim.kernel.buyers import know
from sim.kernel.layout import (
    ADVANCE,
    ARRANGE,
    ENTER_STAGE,
    EXTEND,
    GO_ON,
    LEAVE_STAGE,
    RECLAIM,
    RENEW,
    RESOLVE,
    REST,
    RUNNING,
    SIGN,
    TEND,
    WAITING,
    WARM,
    Floats,
    Ints,
    Parameters,
    Records,
    State,
    beats,
    cause_law,
    cause_reason,
    cause_share,
    channel_at,
    code,
    ease,
    edges,
    execute,
    knots,
    laws,
    mixes,
    outlook,
    pace,
    periods,
    product_at,
    seat_at,
    segment_at,
    since,
    slot_at,
    stage_at,
)
from sim.kernel.pursuit import is_pursued, learn, neglect
from sim.kernel.queues import wait
from sim.kernel.quotas import book
from sim.kernel.record import enter_entity, free_slot, new_slot, note, occupy, rename, write
from sim.kernel.teams import ability, ask, drop, least_loaded, seller, take, withdraw
from sim.laws.pay import pulled
from sim.laws.renewal import lasting_odds
from sim.laws.selling import ADVANCES, BACK, beaten, row_of, spell_of
from sim.laws.touches import sale_logit
from sim.log import NOBODY, EntityType, Kind
from sim.rules import category, delay, fits, renews, resolve, resume, survives, value
from sim.seats import AM
from sim.tables import NO_LIMIT, REASONS

__all__ = [
    "NOT_GIVEN",
    "enter_stage",
    "go_on",
    "leave_stage",
    "lose",
    "open_deal",
    "pass_stage",
    "renew",
    "resolve_late",
    "warm_start",
    "win",
    "worth",
]

NOT_GIVEN = -2
"""In place of an owner: the least loaded is."""

_DEAL, _CUSTOMER, _ORDER = int(EntityType.OPPORTUNITY), int(EntityType.CUSTOMER), int(EntityType.ORDER)
_TAG_DEAL, _TAG_CUSTOMER, _TAG_ORDER = int(Tag.OPPORTUNITY), int(Tag.CUSTOMER), int(Tag.ORDER)
_STALLED = REASONS.index("stalled")
_P_PRODUCT = int(Purpose.PRODUCT)
_P_STAGE_EFFORT = int(Purpose.STAGE_EFFORT)
_OPENED, _STAGE_ENTER, _REWORKED = int(Kind.OPENED), int(Kind.STAGE_ENTER), int(Kind.REWORKED)
_WON, _LOST, _RENEWED, _CHURNED = int(Kind.WON), int(Kind.LOST), int(Kind.RENEWED), int(Kind.CHURNED)


@inner
def open_deal(p: Parameters, s: State, slot: int) -> int:
    """An accepted lead becomes an opportunity in the first stage, its owner's or (in a pool) nobody's."""
    e = slot_at(s, slot)
    if p.pursues and e.owner != NOBODY and not is_pursued(p, s, slot):
        return neglect(s, slot)
    e.lead_key, e.lead, e.lead_product = e.key, e.id, e.product
    e.lead_visit, e.lead_tasks, e.lead_waits = e.visit, e.tasks, e.waits
    if p.remixes:
        e.product = category(p.stream, e.key, _P_PRODUCT, mixes(p)[spell_of(since(p), s.now)])
    lead, owner, key = e.id, e.owner, child_key(e.key, _TAG_DEAL, e.deals)
    e.deals += 1
    rename(s, slot, enter_entity(s, slot, key, _DEAL, lead, owner, s.now), key)
    e.opened, e.amount = s.now, worth(p, s, slot)
    take(s, slot, owner)
    note(s, slot, _OPENED, owner, NOBODY, NOBODY, e.amount)
    return ENTER_STAGE


@inner
def worth(p: Parameters, s: State, slot: int) -> float:
    """First-year value of an opportunity, by the law of its channel, else its product, else its segment."""
    e = slot_at(s, slot)
    law = channel_at(p, e.channel).value
    if law < 0:
        law = product_at(p, e.product).value
    if law < 0:
        law = segment_at(p, e.segment).value
    return value(p.stream, e.key, laws(p), knots(p), law, product_at(p, e.product).price)


@inner
def _advance_logit(p: Parameters, s: State, slot: int) -> float:
    """Log-odds that an opportunity advances from its stage, whoever sells."""
    e = slot_at(s, slot)
    eta = stage_at(p, e.count).logit + segment_at(p, e.segment).logit
    if e.fit != 1:
        eta += p.bad_fit_logit
    if e.passed_on:
        eta += p.handover_logit
    if e.count == p.sold - 1:
        eta += product_at(p, e.product).closing
    if p.air_cover != 0.0 and e.lead_key != 0:
        execute(code(s)[WARM], p, s, slot)
        eta += p.air_cover * s.warmth
    if p.attends:
        eta += sale_logit(e.opened, s.now, p.sale_touch, p.sale_touch_before, p.touch_half_life)
    return float(eta)


@inner
def enter_stage(p: Parameters, s: State, slot: int) -> int:
    """An opportunity enters the stage that its slot counts."""
    e = slot_at(s, slot)
    e.eta = _advance_logit(p, s, slot)
    note(s, slot, _STAGE_ENTER, seller(s, slot), e.count, NOBODY, 0.0)
    if p.arranges:
        execute(code(s)[ARRANGE], p, s, slot)
    stage = stage_at(p, e.count)
    hours = delay(p.stream, e.key, _P_STAGE_EFFORT, turn(e.visit, 0), laws(p), knots(p), stage.effort)
    e.hours = hours * segment_at(p, e.segment).effort * ease(p)[spell_of(since(p), s.now), e.count]
    e.hours += p.am_coding if e.works == AM else p.ae_coding
    e.since = s.now
    ask(p, s, slot, e.works)
    e.phase = RESOLVE
    if not stage.late:
        e.eta += ability(p, s, seller(s, slot))
        if p.signs and e.count == p.sold - 1:
            return int(execute(code(s)[SIGN], p, s, slot))
        _wait_out(p, s, slot, _resolve(p, s, slot))
    return REST


@inner
def _resolve(p: Parameters, s: State, slot: int) -> float:
    """Draw how a stage is left, in the climate of the day; returns the days that it takes."""
    e = slot_at(s, slot)
    stage, now = stage_at(p, e.count), spell_of(since(p), s.now)
    row = row_of(now, p.kinds, e.budget == 1, e.authority == 1)
    e.eta += outlook(p)[row, e.count]
    cause, days = resolve(
        p.stream,
        e.key,
        e.visit,
        e.eta,
        stage.first,
        stage.last,
        cause_share(p)[row],
        cause_law(p),
        laws(p),
        knots(p),
        segment_at(p, e.segment).time * pace(p)[now, e.count],
    )
    e.cause = cause_reason(p)[cause]
    return days


@inner
def _wait_out(p: Parameters, s: State, slot: int, days: float) -> None:
    """The buyer takes his time in a stage; a close may be pulled into an earlier quota period."""
    e = slot_at(s, slot)
    e.due = s.now + days
    if p.beats_room > 0 and e.count == p.sold - 1:
        e.due = beaten(edges(p), beats(p), s.now, days)
    time = e.due
    if p.pull_forward > 0.0 and e.cause == ADVANCES and e.count == p.sold - 1:
        time = pulled(p.stream, e.key, e.visit, p.pull_forward, periods(p), p.pull_reach, p.pull_span, s.now, time)
    wait(s, slot, LEAVE_STAGE, time)


@inner
def resolve_late(p: Parameters, s: State, slot: int) -> int:
    """The work of a stage is done, and only now it is drawn how the stage is left."""
    e = slot_at(s, slot)
    e.eta += ability(p, s, seller(s, slot))
    days = _resolve(p, s, slot)
    if e.cause == ADVANCES and not _survives(p, s, slot, s.now - e.since):
        return lose(p, s, slot, _STALLED)
    if days > 0.0:
        _wait_out(p, s, slot, days)
        return REST
    return lose(p, s, slot, e.cause) if e.cause >= 0 else ADVANCE


@inner
def _survives(p: Parameters, s: State, slot: int, late: float) -> bool:
    e = slot_at(s, slot)
    return survives(p.stream, e.key, e.visit, e.eta, stage_at(p, e.count).penalty, late)


@inner
def leave_stage(p: Parameters, s: State, slot: int) -> int:
    """The buyer's time in a stage is over."""
    e = slot_at(s, slot)
    if e.cause >= 0:
        withdraw(p, s, slot)
        return lose(p, s, slot, e.cause)
    if e.task == WAITING or e.task == RUNNING:
        e.phase = GO_ON
        return REST
    return GO_ON


@inner
def go_on(p: Parameters, s: State, slot: int) -> int:
    """The buyer has advanced, or goes back, and the work is done; who advances may be lost to its delay."""
    if slot_at(s, slot).cause != ADVANCES or _survives(p, s, slot, s.now - slot_at(s, slot).due):
        return ADVANCE
    return lose(p, s, slot, _STALLED)


@inner
def pass_stage(p: Parameters, s: State, slot: int) -> int:
    """An opportunity has advanced: to the next stage, or it is won; or it goes back to a stage."""
    e = slot_at(s, slot)
    if p.pursues and e.count == 0 and e.visit == 0:
        learn(p, s, slot)
    if e.cause != ADVANCES:
        note(s, slot, _REWORKED, seller(s, slot), e.count, NOBODY, 0.0)
        e.count = BACK - e.cause
        e.visit += 1
        return ENTER_STAGE
    e.count += 1
    e.visit += 1
    if e.count >= p.sold:
        return EXTEND if e.count > p.sold else win(p, s, slot)
    return ENTER_STAGE


@inner
def lose(p: Parameters, s: State, slot: int, reason: int) -> int:
    """An opportunity is lost for a reason."""
    e = slot_at(s, slot)
    e.phase = REST
    if p.pursues and e.count == 0 and e.visit == 0:
        learn(p, s, slot)
    note(s, slot, _LOST, seller(s, slot), e.count, reason, e.amount)
    seat_at(s, seller(s, slot)).tried += 1
    drop(s, slot)
    if e.client != NOBODY and slot_at(s, e.account).id == e.client:
        slot_at(s, e.account).deals = 0
    if p.reclaims:
        e.cause = reason
        return RECLAIM
    free_slot(s, slot)
    return REST


@inner
def win(p: Parameters, s: State, slot: int) -> int:
    """An opportunity is won by who is no customer: it becomes one."""
    now, e = s.now, slot_at(s, slot)
    deal, owner = e.id, seller(s, slot)
    note(s, slot, _WON, owner, e.count - 1, NOBODY, e.amount)
    seat_at(s, owner).tried += 1
    seat_at(s, owner).succeeded += 1
    book(s, owner, e.amount)
    drop(s, slot)
    key = child_key(e.key, _TAG_CUSTOMER, 0)
    number = enter_entity(s, slot, key, _CUSTOMER, deal, owner, now)
    enter_entity(s, slot, child_key(key, _TAG_ORDER, 0), _ORDER, number, owner, now)
    rename(s, slot, number, key)
    if e.client == NOBODY:
        e.recycled = 0
    if p.tends:
        return TEND
    return wait(s, slot, RENEW, now + p.term)


@inner
def renew(p: Parameters, s: State, slot: int) -> int:
    """A customer's term is over, where nothing else happens to customers (`sim.kernel.customers`)."""
    e = slot_at(s, slot)
    eta = lasting_odds(p.renewal_logit, 0.0, 0.0, e.visit, p.renewal_fit, e.fit == 1)
    renewed = renews(p.stream, e.key, e.visit, eta)
    note(s, slot, _RENEWED if renewed else _CHURNED, NOBODY, NOBODY, NOBODY, e.amount)
    if renewed:
        e.visit += 1
        return wait(s, slot, RENEW, s.now + p.term)
    free_slot(s, slot)
    return REST


@compiled
def warm_start(
    world: Records,
    state: Records,
    keys: Ints,
    labels: Ints,
    created: Floats,
    amounts: Floats,
    stage_ages: Floats,
    zombies: Ints,
    owners: Ints,
) -> None:
    """Put the deals open on the start into their stages, in order of (created, key).

    labels: (deals, 4) channel, segment, product, stage; amounts: (deals,), NaN = drawn; owners: (deals,) or
    `NOT_GIVEN`.
    """
    p, s = world[0], state[0]
    now, stream = s.now, p.stream
    for row in range(len(keys)):
        channel, key, age = labels[row, 0], keys[row], stage_ages[row]
        slot = new_slot(s, channel, labels[row, 1], labels[row, 2], fits(stream, key, channel_at(p, channel).fit))
        occupy(s, slot)
        owner = owners[row] if owners[row] != NOT_GIVEN else least_loaded(p, s, NO_LIMIT)
        rename(s, slot, enter_entity(s, slot, key, _DEAL, NOBODY, owner, created[row]), key)
        know(p, s, slot)
        e = slot_at(s, slot)
        e.count, e.opened = labels[row, 3], created[row]
        e.amount = worth(p, s, slot) if math.isnan(amounts[row]) else amounts[row]
        take(s, slot, owner)
        write(s, created[row], _OPENED, e.id, 0, owner, NOBODY, NOBODY, e.amount)
        write(s, now - age, _STAGE_ENTER, e.id, 0, owner, e.count, NOBODY, 0.0)
        e.eta = _advance_logit(p, s, slot) + ability(p, s, owner)
        stage, spell_now = stage_at(p, e.count), spell_of(since(p), now)
        cause_row = row_of(spell_now, p.kinds, e.budget == 1, e.authority == 1)
        e.eta += outlook(p)[cause_row, e.count]
        if p.signs and e.count == p.sold - 1 and not zombies[row]:
            e.due = math.floor(now - age)
            e.phase = SIGN
            continue
        cause, days = stage.first, math.inf
        if not zombies[row]:
            cause, days = resume(
                stream,
                key,
                e.eta,
                stage.first,
                stage.last,
                cause_share(p)[cause_row],
                cause_law(p),
                laws(p),
                knots(p),
                segment_at(p, e.segment).time * pace(p)[spell_now, e.count],
                age,
            )
        e.cause = cause_reason(p)[cause]
        _wait_out(p, s, slot, days)
