"""What must hold of the choice of leads: whom an AE has seen come of a channel, and so what he pursues, from a log."""

import math

from happenings import NEVER, Happenings, Row

from sim.draws import Purpose, turn, uniform
from sim.log import NOBODY, Kind


def choices(run: Happenings) -> tuple[int, int]:
    """Check each choice whose circumstances the log tells; returns how many leads were pursued and neglected."""
    counts = {Kind.OPENED: 0, Kind.NEGLECTED: 0}
    for row in run.of_kind(Kind.OPENED, Kind.NEGLECTED):
        t = run.at(row.time)
        lead = row.entity if row.kind == Kind.NEGLECTED else run.lead[row.entity]
        if lead == NOBODY or row.actor == NOBODY:
            assert row.kind == Kind.OPENED
            continue
        if row.kind == Kind.NEGLECTED:
            assert t.pursuit.pursues
            (gone,) = [each for each in run.rows if each.kind == Kind.WITHDRAWN and each.entity == lead]
            assert (gone.time, run.log.names.reasons[gone.reason]) == (row.time, "neglected")
        chance = _chance(run, row, lead)
        if t.pursuit.pursues and not math.isnan(chance):
            accepted = [each.visit for each in run.rows if each.kind == Kind.ACCEPTED and each.entity == lead]
            visit = max(accepted) if row.kind == Kind.NEGLECTED else run.accepted_for[row.entity].visit
            drawn = uniform(run.stream, run.key[lead], int(Purpose.PURSUE), turn(visit, 0))
            if abs(drawn - chance) > 1e-9:
                assert (drawn < chance) == (row.kind == Kind.OPENED)
                counts[Kind(row.kind)] += 1
    return counts[Kind.OPENED], counts[Kind.NEGLECTED]


def _chance(run: Happenings, row: Row, lead: int) -> float:
    """Probability of pursuit, not a number where what came first at an instant decides it."""
    t, pay = run.at(row.time).pursuit, run.at(row.time).pay
    seat, period = row.actor, run.quota_period(row.time)
    labels = run.log.entities
    channel, segment, product = (int(each[lead]) for each in (labels.channel, labels.segment, labels.product))
    belief = _belief(run, seat, channel, row.time)
    if any(time == row.time for time, _ in run.sales[seat]) or math.isnan(belief):
        return math.nan
    booked, (quota, _, _) = run.booked(seat, period, row.time), run.quota(seat, period)
    times = 1.0
    if quota < NEVER:
        for above, factor in pay.bands.tolist():
            times = factor if booked >= above * quota else times
        if pay.cap < NEVER and booked >= pay.cap * quota:
            times = 0.0
    marketing = belief * float(t.lead_order[channel, segment, product]) * pay.marketing_rate * times
    hours, own = float(t.deal_hours[segment]), t.own_order * pay.self_rate * times
    worth = 0.0 if marketing == 0.0 else marketing / hours if hours > 0.0 else NEVER
    gain = worth - (own / t.own_hours if own > 0.0 else 0.0)
    years = (row.time - float(run.tables.seats.hired[seat])) / 365.25
    pull = t.sensitivity * gain if t.sensitivity > 0.0 else 0.0
    return 1.0 / (1.0 + math.exp(-max(pull + t.tracking + t.experience * years, -700.0)))


def _belief(run: Happenings, seat: int, channel: int, until: float) -> float:
    """What an AE believes of a channel; not a number where an opportunity leaves its first stage at that instant."""
    kept, learnt = 1.0, 0.0
    for time, owner, source, good in _lessons(run):
        if owner != seat or source != channel or time > until:
            continue
        t = run.at(time).pursuit
        if time == until:
            return math.nan
        if t.pursues:
            kept, learnt = kept * (1.0 - t.belief_learning), learnt + t.belief_learning * (good - learnt)
    return run.at(until).pursuit.belief * kept + learnt


def _lessons(run: Happenings) -> list[tuple[float, int, int, float]]:
    """(time, owner, channel, fit) whenever an opportunity leaves its first stage, in order of time."""
    known: list[tuple[float, int, int, float]] | None = run.__dict__.get("_lessons")
    if known is None:
        known = []
        first = {row.entity: row.stage for row in run.of_kind(Kind.STAGE_ENTER) if row.visit == 0}
        left = [row for row in run.of_kind(Kind.STAGE_ENTER, Kind.WON) if row.visit == 1]
        left += [row for row in run.of_kind(Kind.LOST) if row.visit == 0]
        for row in sorted(left, key=lambda row: row.time):
            if first[row.entity] == 0 and not run.at(row.time).pooled:
                channel = int(run.log.entities.channel[row.entity])
                known.append((row.time, row.actor, channel, float(run.fit[row.entity])))
        run.__dict__["_lessons"] = known
    return known
