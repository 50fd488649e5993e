"""What must hold of overflow in any log: when there is some, and where leads go then."""

import datetime as dt
import math
from bisect import bisect_right
from collections import Counter, defaultdict

import numpy as np
from behaviour_rules import scores_are_those_of_the_plan
from happenings import NEVER, Happenings, Row
from judgement_rules import arrival

from sim import rules
from sim.arrivals import arrivals
from sim.laws.overflow import EXTERNAL, HOLD, PUSH, THROTTLE
from sim.log import NOBODY, EntityType, Kind
from sim.seats import SDR
from sim.tables import NO_LIMIT


def overflow_is_too_long_a_backlog(run: Happenings) -> int:
    """After every instant: no backlog above the upper level without overflow, and none down to the lower one with it;
    returns the instants with overflow."""
    seen = 0
    for begins, ends in run.overflow:
        assert begins <= ends
    for row in run.of_kind(Kind.OVERFLOW_BEGINS, Kind.OVERFLOW_ENDS):
        _crosses_its_level(run, row)
    if not run.sdrs_stay:
        return 0
    waits = run.sdr_waits
    since, until = np.array([wait.since for wait in waits]), np.array([wait.until for wait in waits])
    tries, seats = np.array([wait.tries for wait in waits], dtype=int), run.tables.seats
    for time in sorted({row.time for row in run.rows if row.time >= run.tables.horizon.begins}):
        t = run.at(time).overflow
        on = any(begins <= time < ends for begins, ends in run.overflow)
        if t.overflow_policy == PUSH:
            assert not on
            continue
        there = tries[(since <= time) & (until > time)]
        hours = t.backlog_hours[np.minimum(there, len(t.backlog_hours) - 1)].sum()
        reps = ((seats.team == SDR) & (seats.hired <= time)).sum()
        load = hours / reps if reps else (NEVER if hours else 0.0)
        seen += on
        assert load > t.overflow_ends - 1e-9 if on else load <= t.overflow_begins + 1e-9
    return seen


def _crosses_its_level(run: Happenings, row: Row) -> None:
    """The backlog that is written down is above the upper level when overflow begins, and down to the lower one when it
    ends, per SDR present."""
    t, seats = run.at(row.time).overflow, run.tables.seats
    here = (seats.team == SDR) & (seats.hired <= row.time) & (seats.left > row.time)
    reps = int(here.sum())
    if run.sdrs_stay and t.overflow_policy != PUSH:
        load = row.amount / reps if reps else (NEVER if row.amount else 0.0)
        assert load > t.overflow_begins if row.kind == Kind.OVERFLOW_BEGINS else load <= t.overflow_ends


def a_qualified_lead_goes_one_way(run: Happenings) -> None:
    """Every MQL is handed off, held or sent outside, as soon as it comes; who is, and what it costs."""
    first = min([NEVER, *(row.time for row in run.of_kind(Kind.OVERFLOW_BEGINS))])
    changes = {row.time for row in run.of_kind(Kind.OVERFLOW_BEGINS, Kind.OVERFLOW_ENDS)}
    outside = {(row.entity, row.visit) for row in run.of_kind(Kind.OVERFLOWED)}
    cutoffs = cutoffs_of(run)
    for row in run.of_kind(Kind.MQL):
        code, when = (row.entity, row.visit), arrival(run, row)
        if when >= run.ends or run.past(row):
            continue
        t = run.at(when).overflow
        held, handed = run.of(Kind.HELD, *code), run.of(Kind.HANDED_OFF, *code)
        assert (code in outside) + (len(held) or len(handed)) == 1
        on = any(begins <= when <= ends for begins, ends in run.overflow)
        sure = on and when not in changes and t.queue_limit == NO_LIMIT
        if code in outside:
            assert t.overflow_policy == EXTERNAL
            assert on or t.queue_limit < NO_LIMIT
            (sent,) = run.of(Kind.OVERFLOWED, *code)
            assert (sent.time, sent.amount) == (when, t.external_fee)
        elif held:
            assert held[0].time == when
            assert t.overflow_policy == HOLD
            assert on or t.queue_limit < NO_LIMIT
            if cutoffs is not None and t.queue_limit == NO_LIMIT:
                assert run.feedback.score(*code) < cutoffs[when]
        elif sure and t.overflow_policy == EXTERNAL:
            assert when < first + t.external_start_up
        elif sure and t.overflow_policy == HOLD and cutoffs is not None:
            assert run.feedback.score(*code) >= cutoffs[when]
        if run.refused(*code):
            assert t.queue_limit < NO_LIMIT
            assert t.overflow_policy != HOLD
    for row in run.of_kind(Kind.CONVERSATION):
        assert (row.actor == NOBODY) == ((row.entity, row.visit) in outside)


class Cutoffs:
    """The cutoff in force at each time."""

    def __init__(self, days: list[float], values: list[float]):
        self.days, self.values = days, values

    def __getitem__(self, time: float) -> float:
        return self.values[bisect_right(self.days, time) - 1]


def cutoffs_of(run: Happenings) -> Cutoffs | None:
    """Cutoffs by the plan or by what was known on the Monday before; none where the log does not tell."""
    t, seats = run.tables, run.tables.seats
    begins, fixed = t.horizon.begins, t.overflow.cutoff
    if t.run_in is not None or not run.sdrs_stay:
        return None
    days, values = [begins], [-NEVER if math.isnan(fixed) else fixed]
    judged = [(row.time, run.feedback.score(row.entity, row.visit)) for row in run.of_kind(Kind.MQL)]
    monday = math.floor(begins) + 1
    while math.isnan(fixed) and monday < run.ends:
        if (t.horizon.start + dt.timedelta(days=monday)).weekday() == 0:
            span = min(28.0, monday - begins)
            there = Counter(wait.tries for wait in run.sdr_waits if wait.since < monday <= wait.until)
            hours = 0.0
            for seat in np.flatnonzero((seats.team == SDR) & (seats.hired < monday) & (seats.left >= monday)):
                terms = (float(column[seat]) for column in (t.seat_share, t.seat_ramp, t.seat_hired))
                hours += rules.effort_done(*t.clock, float(monday), monday + span, *terms)
            for n, count in sorted(there.items()):
                hours -= count * float(t.overflow.backlog_hours[min(n, len(t.overflow.backlog_hours) - 1)])
            best = sorted((score for time, score in judged if monday - span < time < monday), reverse=True)
            enough = math.floor(max(hours, 0.0) / t.overflow.cadence_hours) if t.overflow.cadence_hours else len(best)
            days.append(float(monday))
            values.append(-NEVER if enough >= len(best) else best[enough - 1] if enough else NEVER)
        monday += 1
    return Cutoffs(days, values)


def the_best_are_let_go_first(run: Happenings) -> int:
    """A lead that is held no longer because there is room has the highest score of all that are; returns how many."""
    if not scores_are_those_of_the_plan(run):
        return 0
    holds = []
    for held in run.of_kind(Kind.HELD):
        code = (held.entity, held.visit)
        ends = [row.time for row in run.of(Kind.HANDED_OFF, *code) + run.of(Kind.WITHDRAWN, *code)]
        t = run.at(held.time)
        days, gone = rules.held(run.stream, run.key[held.entity], held.visit, t.unsubscribe, t.overflow.hold_at_most)
        until = min([NEVER, *ends])
        assert until <= held.time + days or held.time + days >= run.ends
        if until == held.time + days and until < run.ends:
            assert bool(run.of(Kind.HANDED_OFF, *code)) != gone
        holds.append(((-run.feedback.score(*code), held.entity), held.time, until, until < held.time + days))
    seen = 0
    for rank, _, until, let_go in holds:
        # What is let go when the plan begins to hold no leads goes in the same order.
        if let_go and until < run.ends:
            others = [other for other, since, ends, _ in holds if since < until < ends]
            seen += bool(others)
            assert all(rank < other for other in others)
    return seen


def spend_is_cut_while_there_is_overflow(run: Happenings) -> int:
    """On every Monday with overflow the coming week's spend is cut, if the plan says so; returns on how many."""
    horizon = run.tables.horizon
    cut = {row.time: row.amount for row in run.of_kind(Kind.THROTTLED)}
    seen = 0
    for day in range(math.floor(horizon.begins) + 1, math.ceil(horizon.ends)):
        if (horizon.start + dt.timedelta(days=day)).weekday() == 0:
            t = run.at(float(day)).overflow
            # Reviews come before whatever else happens at midnight.
            on = any(begins < day <= ends for begins, ends in run.overflow)
            due = on and t.overflow_policy == THROTTLE and t.throttle_cut > 0.0
            assert cut.pop(float(day), None) == (1.0 - t.throttle_cut if due else None)
            seen += due
    assert not cut
    return seen


def what_the_cut_spend_would_have_brought_stays_away(run: Happenings) -> int:
    """Of a channel's leads in a week those stay away that lie deepest in its rate, and only once spend was cut: in that
    week, or in a later one if the channel carries over; returns how many stay away."""
    if not run.tables.overflow.throttles or run.tables.market.depletes:
        return 0
    came = {key for key, kind in zip(run.key, run.type, strict=True) if kind == EntityType.LEAD}
    cut = sorted(_week(run, row.time) for row in run.of_kind(Kind.THROTTLED))
    # The rate that is left is another one from the plan's start on, in the middle of a week.
    depths: dict[tuple[int, int, bool, bool], list[float]] = defaultdict(list)
    for time, key, channel, _, depth in arrivals(run.tables, run.stream).tolist():
        depths[channel, _week(run, time), time < 0.0, key in came].append(depth)
    seen = 0
    for (channel, week, early, here), row in depths.items():
        carries = float(run.at(-1.0 if early else 0.0).spending.curves[channel][0]) > 0.0
        touched = week in cut or (carries and bool(cut) and cut[0] < week)
        if not here:
            assert touched
            seen += len(row)
            assert max(depths.get((channel, week, early, True), [0.0])) < min(row)
    return seen


def _week(run: Happenings, time: float) -> int:
    """Number of the Monday on which a time's week begins."""
    return (run.tables.horizon.start.toordinal() + math.floor(time) - 1) // 7
