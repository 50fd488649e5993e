"""A lead's life in the compiled engine: the counterpart of `sim.reference`, one function for each turn it takes.

Every function is called at an instant and leaves the slot waiting for its next event; the order of calls to rules,
queues and the agenda is that of the SimPy engine.
"""

from sim.agenda import Queue
from sim.draws import Purpose, Tag, child_key, turn
from sim.jit import compiled
from sim.kernel.layout import (
    AMOUNT,
    CAUSE,
    CHANNEL,
    CHANNEL_FIT,
    CHANNEL_INTENT,
    CHANNEL_MQL,
    CHANNEL_SQL,
    COUNT,
    CUSTOMER,
    DUE,
    ETA,
    FIT,
    HOURS,
    ID,
    INTENT,
    KEY,
    NONE,
    NURTURED,
    OVERDUE,
    OWNER,
    PHASE,
    PRODUCT,
    PRODUCT_PRICE,
    PRODUCT_VALUE,
    RECYCLED,
    RESTING,
    RETRIED,
    RUNNING,
    SEAT,
    SEGMENT,
    SEGMENT_EFFORT,
    SEGMENT_LOGIT,
    SEGMENT_TIME,
    SEGMENT_VALUE,
    SINCE,
    SOJOURNING,
    SPEED,
    STAGE_EFFORT,
    STAGE_FIRST,
    STAGE_LOGIT,
    STAGE_PENALTY,
    STEPPING,
    TASK,
    UNOWNED,
    UNTRIED,
    VISIT,
    WAITING,
    WAITS,
    Parameters,
    State,
)
from sim.kernel.queues import schedule
from sim.kernel.record import enter_entity, free_slot, new_slot, note, rename
from sim.kernel.teams import ask_ae, ask_sdr, drop, take, wait_for_ae, withdraw, work
from sim.laws.outcomes import speed_to_lead
from sim.log import NOBODY, EntityType, Kind
from sim.rules import (
    READY,
    UNSUBSCRIBED,
    accepts,
    attempt,
    category,
    delay,
    due,
    fits,
    nurture,
    points,
    qualifies,
    renews,
    resolve,
    survives,
    value,
)
from sim.seats import SDR
from sim.tables import REASONS

__all__ = ["be_born", "be_owned", "be_tried", "go_on_after_task", "go_on_after_wait", "lose_patience", "sell"]

_LEAD, _DEAL, _CUSTOMER, _ORDER = (int(kind) for kind in EntityType)
_TAG_DEAL, _TAG_CUSTOMER, _TAG_ORDER = int(Tag.OPPORTUNITY), int(Tag.CUSTOMER), int(Tag.ORDER)
_WAIT_OVER, _PATIENCE = int(Queue.WAIT_OVER), int(Queue.PATIENCE)
_READY, _OUT, _RELEASED, _POOR_FIT, _UNREACHED, _NO_ATTEMPT, _NO_AE, _STALLED = range(len(REASONS))
_P_SEGMENT, _P_PRODUCT, _P_STEP = int(Purpose.SEGMENT), int(Purpose.PRODUCT), int(Purpose.STEP)
_P_SDR_PATIENCE, _P_AE_PATIENCE = int(Purpose.SDR_PATIENCE), int(Purpose.AE_PATIENCE)
_P_STAGE_EFFORT = int(Purpose.STAGE_EFFORT)
_CAPTURED, _MQL = int(Kind.CAPTURED), int(Kind.MQL)
_NURTURE_ENTER, _NURTURE_EXIT, _HANDED_OFF = int(Kind.NURTURE_ENTER), int(Kind.NURTURE_EXIT), int(Kind.HANDED_OFF)
_ATTEMPT, _CONVERSATION = int(Kind.ATTEMPT), int(Kind.CONVERSATION)
_ACCEPTED, _REJECTED, _RECYCLED = int(Kind.ACCEPTED), int(Kind.REJECTED), int(Kind.RECYCLED)
_WENT_COLD, _WITHDRAWN = int(Kind.WENT_COLD), int(Kind.WITHDRAWN)
_OPENED, _STAGE_ENTER = int(Kind.OPENED), int(Kind.STAGE_ENTER)
_WON, _LOST, _RENEWED, _CHURNED = int(Kind.WON), int(Kind.LOST), int(Kind.RENEWED), int(Kind.CHURNED)


@compiled
def _say(s: State, slot: int, kind: int, actor: int, reason: int, amount: float) -> None:
    note(s, s.now[0], kind, s.ints[slot, ID], s.ints[slot, VISIT], actor, NOBODY, reason, amount)


@compiled
def _say_stage(s: State, slot: int, kind: int, reason: int, amount: float) -> None:
    owner, stage = s.ints[slot, OWNER], s.ints[slot, COUNT]
    note(s, s.now[0], kind, s.ints[slot, ID], s.ints[slot, VISIT], owner, stage, reason, amount)


@compiled
def _wait_until(p: Parameters, s: State, slot: int, time: float) -> None:
    s.ints[slot, WAITS] += 1
    schedule(p, s, time, _WAIT_OVER, s.ints[slot, ID], s.ints[slot, WAITS], slot)


@compiled
def be_born(p: Parameters, s: State, time: float, channel: int, key: int) -> None:
    """A lead is captured."""
    segment = category(p.stream, key, _P_SEGMENT, p.channel_segments[channel])
    product = category(p.stream, key, _P_PRODUCT, p.product_mix)
    number = enter_entity(s, key, _LEAD, NOBODY, channel, segment, product, NOBODY, time)
    slot = new_slot(s, number, key)
    s.ints[slot, CHANNEL] = channel
    s.ints[slot, SEGMENT] = segment
    s.ints[slot, PRODUCT] = product
    s.ints[slot, FIT] = 1 if fits(p.stream, key, p.channels[channel, CHANNEL_FIT]) else 0
    s.floats[slot, INTENT] = p.channels[channel, CHANNEL_INTENT]
    _say(s, slot, _CAPTURED, NOBODY, NOBODY, 0.0)
    _step(p, s, slot)


@compiled
def _step(p: Parameters, s: State, slot: int) -> None:
    """The next delay before the first judgement, or the judgement."""
    n = s.ints[slot, COUNT]
    if n < len(p.steps):
        days = delay(p.stream, s.ints[slot, KEY], _P_STEP, turn(0, n), p.laws, p.knots, p.steps[n])
        s.ints[slot, COUNT] = n + 1
        s.ints[slot, PHASE] = STEPPING
        _wait_until(p, s, slot, s.now[0] + days)
        return
    seen = points(
        p.stream,
        s.ints[slot, KEY],
        p.separation,
        p.intent_weight,
        s.ints[slot, FIT] == 1,
        s.floats[slot, INTENT],
        p.laws,
        p.knots,
        -1,
    )
    qualified = qualifies(
        p.stream, s.ints[slot, KEY], p.channels[s.ints[slot, CHANNEL], CHANNEL_MQL], seen, p.threshold
    )
    if qualified:
        _hand_off(p, s, slot)
    else:
        _enter_nurture(p, s, slot)


@compiled
def _enter_nurture(p: Parameters, s: State, slot: int) -> None:
    s.ints[slot, VISIT] += 1
    _say(s, slot, _NURTURE_ENTER, NOBODY, NOBODY, 0.0)
    ready = p.ready_good if s.ints[slot, FIT] == 1 else p.ready_bad
    days, outcome = nurture(p.stream, s.ints[slot, KEY], s.ints[slot, VISIT], ready, p.unsubscribe, p.release_after)
    s.ints[slot, CAUSE] = outcome
    s.floats[slot, HOURS] = days
    s.ints[slot, PHASE] = NURTURED
    if days > 0.0:
        _wait_until(p, s, slot, s.now[0] + days)
    else:
        _leave_nurture(p, s, slot)


@compiled
def _leave_nurture(p: Parameters, s: State, slot: int) -> None:
    s.floats[slot, INTENT] -= p.intent_decay * s.floats[slot, HOURS]
    outcome = s.ints[slot, CAUSE]
    reason = _READY if outcome == READY else (_OUT if outcome == UNSUBSCRIBED else _RELEASED)
    _say(s, slot, _NURTURE_EXIT, NOBODY, reason, 0.0)
    if outcome == READY:
        _hand_off(p, s, slot)
    else:
        _give_up(s, slot, reason)


@compiled
def _give_up(s: State, slot: int, reason: int) -> None:
    _say(s, slot, _WITHDRAWN, NOBODY, reason, 0.0)
    free_slot(s, slot)


@compiled
def _hand_off(p: Parameters, s: State, slot: int) -> None:
    now, visit = s.now[0], s.ints[slot, VISIT]
    _say(s, slot, _MQL, NOBODY, NOBODY, 0.0)
    _say(s, slot, _HANDED_OFF, NOBODY, NOBODY, 0.0)
    s.ints[slot, COUNT] = 0
    s.ints[slot, PHASE] = UNTRIED
    s.floats[slot, SINCE] = now
    s.floats[slot, HOURS] = -1.0
    ask_sdr(s, slot)
    patience = delay(p.stream, s.ints[slot, KEY], _P_SDR_PATIENCE, turn(visit, 0), p.laws, p.knots, p.sdr_patience)
    schedule(p, s, now + patience, _PATIENCE, s.ints[slot, ID], 2 * visit, slot)


@compiled
def be_tried(p: Parameters, s: State, slot: int, seat: int) -> None:
    """An SDR begins an attempt, or goes on with one that another left."""
    if s.floats[slot, HOURS] < 0.0:
        now, visit, n = s.now[0], s.ints[slot, VISIT], s.ints[slot, COUNT]
        if n == 0:
            waited = (now - s.floats[slot, SINCE]) * 24.0
            s.floats[slot, SPEED] = speed_to_lead(waited, p.speed_exponent, p.speed_scale)
        s.ints[slot, PHASE] = RETRIED
        _say(s, slot, _ATTEMPT, seat, NOBODY, 0.0)
        reached, hours = attempt(
            p.stream,
            s.ints[slot, KEY],
            visit,
            n,
            p.contact,
            s.floats[slot, SPEED],
            p.laws,
            p.knots,
            p.attempt_law,
            p.conversation_law,
        )
        s.ints[slot, CAUSE] = 1 if reached else 0
        s.floats[slot, HOURS] = hours
    work(p, s, slot, seat)


@compiled
def _after_attempt(p: Parameters, s: State, slot: int) -> None:
    now = s.now[0]
    if s.ints[slot, CAUSE] == 1:
        _be_judged(p, s, slot)
        return
    s.ints[slot, COUNT] += 1
    if s.ints[slot, COUNT] < len(p.contact):
        s.ints[slot, PHASE] = RESTING
        _wait_until(p, s, slot, due(p.before, p.first_day, p.opens, p.closes, now, p.spacing))
        return
    _say(s, slot, _REJECTED, NOBODY, _UNREACHED, 0.0)
    _go_back(p, s, slot, _UNREACHED)


@compiled
def _be_judged(p: Parameters, s: State, slot: int) -> None:
    now, visit, seat = s.now[0], s.ints[slot, VISIT], s.ints[slot, SEAT]
    _say(s, slot, _CONVERSATION, seat, NOBODY, 0.0)
    accepted = accepts(
        p.stream,
        s.ints[slot, KEY],
        visit,
        p.channels[s.ints[slot, CHANNEL], CHANNEL_SQL],
        p.accept_good if s.ints[slot, FIT] == 1 else p.accept_bad,
        s.floats[slot, SPEED],
        p.accept_intent,
        s.floats[slot, INTENT],
    )
    if not accepted:
        _say(s, slot, _REJECTED, seat, _POOR_FIT, 0.0)
        _go_back(p, s, slot, _POOR_FIT)
        return
    _say(s, slot, _ACCEPTED, seat, NOBODY, 0.0)
    s.ints[slot, PHASE] = UNOWNED
    s.floats[slot, SINCE] = now
    wait_for_ae(s, slot)
    patience = delay(p.stream, s.ints[slot, KEY], _P_AE_PATIENCE, turn(visit, 0), p.laws, p.knots, p.ae_patience)
    schedule(p, s, now + patience, _PATIENCE, s.ints[slot, ID], 2 * visit + 1, slot)


@compiled
def _go_back(p: Parameters, s: State, slot: int, reason: int) -> None:
    if s.ints[slot, RECYCLED] >= p.recycles:
        _give_up(s, slot, reason)
        return
    s.ints[slot, RECYCLED] += 1
    _say(s, slot, _RECYCLED, NOBODY, reason, 0.0)
    _enter_nurture(p, s, slot)


@compiled
def lose_patience(s: State, slot: int, n: int) -> None:
    """A lead's patience ends; it goes cold if it still waits for what the patience was for."""
    if n & 1:
        if s.ints[slot, PHASE] == UNOWNED:
            _say(s, slot, _WENT_COLD, NOBODY, _NO_AE, 0.0)
            _give_up(s, slot, _NO_AE)
    elif s.ints[slot, PHASE] == UNTRIED and 2 * s.ints[slot, VISIT] == n:
        s.ints[slot, TASK] = NONE
        _say(s, slot, _WENT_COLD, NOBODY, _NO_ATTEMPT, 0.0)
        _give_up(s, slot, _NO_ATTEMPT)


@compiled
def be_owned(p: Parameters, s: State, slot: int, owner: int) -> None:
    """An AE takes an accepted lead: it becomes an opportunity in the first stage."""
    now, lead = s.now[0], s.ints[slot, ID]
    channel, segment, product = s.ints[slot, CHANNEL], s.ints[slot, SEGMENT], s.ints[slot, PRODUCT]
    key = child_key(s.ints[slot, KEY], _TAG_DEAL, 0)
    amount = worth(p, key, segment, product)
    number = enter_entity(s, key, _DEAL, lead, channel, segment, product, owner, now)
    rename(s, slot, number, key)
    s.floats[slot, AMOUNT] = amount
    take(s, slot, owner)
    _say(s, slot, _OPENED, owner, NOBODY, amount)
    sell(p, s, slot)


@compiled
def worth(p: Parameters, key: int, segment: int, product: int) -> float:
    """First-year value of an opportunity."""
    law = int(p.products[product, PRODUCT_VALUE])
    if law < 0:
        law = int(p.segments[segment, SEGMENT_VALUE])
    return value(p.stream, key, p.laws, p.knots, law, p.products[product, PRODUCT_PRICE])


@compiled
def advance_logit(p: Parameters, s: State, slot: int) -> float:
    """Log-odds that the opportunity advances from its stage."""
    eta = p.stages[s.ints[slot, COUNT], STAGE_LOGIT] + p.segments[s.ints[slot, SEGMENT], SEGMENT_LOGIT]
    return float(eta if s.ints[slot, FIT] == 1 else eta + p.bad_fit_logit)


@compiled
def sell(p: Parameters, s: State, slot: int) -> None:
    """An opportunity enters the stage that its slot counts."""
    stage, visit, key = s.ints[slot, COUNT], s.ints[slot, VISIT], s.ints[slot, KEY]
    segment = s.ints[slot, SEGMENT]
    eta = advance_logit(p, s, slot)
    s.floats[slot, ETA] = eta
    _say_stage(s, slot, _STAGE_ENTER, NOBODY, 0.0)
    cause, days = resolve(
        p.stream,
        key,
        visit,
        eta,
        int(p.stages[stage, STAGE_FIRST]),
        int(p.stages[stage + 1, STAGE_FIRST]),
        p.cause_share,
        p.cause_law,
        p.laws,
        p.knots,
        p.segments[segment, SEGMENT_TIME],
    )
    hours = delay(p.stream, key, _P_STAGE_EFFORT, turn(visit, 0), p.laws, p.knots, int(p.stages[stage, STAGE_EFFORT]))
    s.floats[slot, HOURS] = hours * p.segments[segment, SEGMENT_EFFORT]
    s.floats[slot, SINCE] = s.now[0]
    s.ints[slot, TASK] = WAITING
    ask_ae(s, slot)
    wait_out(p, s, slot, cause, days)


@compiled
def wait_out(p: Parameters, s: State, slot: int, cause: int, days: float) -> None:
    """The buyer takes his time in a stage."""
    s.ints[slot, CAUSE] = p.cause_reason[cause]
    s.ints[slot, PHASE] = SOJOURNING
    s.floats[slot, DUE] = s.now[0] + days
    _wait_until(p, s, slot, s.floats[slot, DUE])


@compiled
def _sojourn_over(p: Parameters, s: State, slot: int) -> None:
    reason = s.ints[slot, CAUSE]
    if reason >= 0:
        withdraw(p, s, slot, SDR)
        _lose(s, slot, reason)
    elif s.ints[slot, TASK] == WAITING or s.ints[slot, TASK] == RUNNING:
        s.ints[slot, PHASE] = OVERDUE
    else:
        _advance(p, s, slot)


@compiled
def _advance(p: Parameters, s: State, slot: int) -> None:
    stage = s.ints[slot, COUNT]
    late = s.now[0] - s.floats[slot, DUE]
    penalty = p.stages[stage, STAGE_PENALTY]
    if not survives(p.stream, s.ints[slot, KEY], s.ints[slot, VISIT], s.floats[slot, ETA], penalty, late):
        _lose(s, slot, _STALLED)
        return
    s.ints[slot, COUNT] = stage + 1
    s.ints[slot, VISIT] += 1
    if stage + 1 == len(p.stages) - 1:
        _win(p, s, slot)
    else:
        sell(p, s, slot)


@compiled
def _lose(s: State, slot: int, reason: int) -> None:
    _say_stage(s, slot, _LOST, reason, s.floats[slot, AMOUNT])
    drop(s, slot)
    free_slot(s, slot)


@compiled
def _win(p: Parameters, s: State, slot: int) -> None:
    now, deal, owner = s.now[0], s.ints[slot, ID], s.ints[slot, OWNER]
    channel, segment, product = s.ints[slot, CHANNEL], s.ints[slot, SEGMENT], s.ints[slot, PRODUCT]
    s.ints[slot, COUNT] -= 1
    _say_stage(s, slot, _WON, NOBODY, s.floats[slot, AMOUNT])
    drop(s, slot)
    key = child_key(s.ints[slot, KEY], _TAG_CUSTOMER, 0)
    number = enter_entity(s, key, _CUSTOMER, deal, channel, segment, product, owner, now)
    enter_entity(s, child_key(key, _TAG_ORDER, 0), _ORDER, number, channel, segment, product, owner, now)
    rename(s, slot, number, key)
    s.ints[slot, PHASE] = CUSTOMER
    _wait_until(p, s, slot, now + p.term)


@compiled
def _term_over(p: Parameters, s: State, slot: int) -> None:
    term = s.ints[slot, COUNT]
    eta = p.renewal_logit + (p.renewal_fit if s.ints[slot, FIT] == 1 else 0.0)
    renewed = renews(p.stream, s.ints[slot, KEY], term, eta)
    note(
        s,
        s.now[0],
        _RENEWED if renewed else _CHURNED,
        s.ints[slot, ID],
        term,
        NOBODY,
        NOBODY,
        NOBODY,
        s.floats[slot, AMOUNT],
    )
    if renewed:
        s.ints[slot, COUNT] = term + 1
        _wait_until(p, s, slot, s.now[0] + p.term)
    else:
        free_slot(s, slot)


@compiled
def go_on_after_wait(p: Parameters, s: State, slot: int) -> None:
    """A wait of the buyer's is over."""
    phase = s.ints[slot, PHASE]
    if phase == SOJOURNING:
        _sojourn_over(p, s, slot)
    elif phase == RESTING:
        s.floats[slot, SINCE] = s.now[0]
        s.floats[slot, HOURS] = -1.0
        s.ints[slot, PHASE] = RETRIED
        ask_sdr(s, slot)
    elif phase == NURTURED:
        _leave_nurture(p, s, slot)
    elif phase == STEPPING:
        _step(p, s, slot)
    else:
        _term_over(p, s, slot)


@compiled
def go_on_after_task(p: Parameters, s: State, slot: int) -> None:
    """A task's hours are done: an attempt is judged, an overdue opportunity advances, any other waits on."""
    phase = s.ints[slot, PHASE]
    if phase == RETRIED:
        _after_attempt(p, s, slot)
    elif phase == OVERDUE:
        _advance(p, s, slot)
