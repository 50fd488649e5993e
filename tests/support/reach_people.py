"""What a generated world reaches of reps as persons: who goes, who follows, how they differ."""

from collections import Counter
from math import isfinite

from happenings import Happenings
from people_rules import passed_on

from sim.log import NOBODY, Kind
from sim.seats import AE, TEAMS

PEOPLE = (
    [f"{team} {what}" for team in TEAMS for what in ("leaves of his own", "is cut by the plan", "follows a leaver")]
    + [f"{team} of skill {does}" for team, does in (("sdr", "tries a lead"), ("ae", "sells"))]
    + [f"{team} who has learnt {does}" for team, does in (("sdr", "tries a lead"), ("ae", "sells"))]
    + [
        f"{team} goes on leave with work in hand{how}"
        for team, how in (("sdr", ""), ("ae", ", owned"), ("ae", ", pooled"), ("am", ""))
    ]
    + ["leave reaches over the plan's start", "rep leaves while on leave", "rep with a ramp comes back from leave"]
    + ["opportunity waits while its AE is on leave", "opportunity of nobody given to an AE who comes back"]
    + ["opportunity changes hands after the handover", "opportunity closes during the handover"]
    + ["handover reaches over the plan's start", "pool takes over during the handover"]
    + ["stage entered after a change of hands", "conversation coded", "stage's work coded"]
    + ["seat stays empty", "successor comes at once", "run-in to plan, skill", "in a pool, rep of skill sells"]
)
"""Every name that `people_reached` may count."""


def people_reached(h: Happenings, out: Counter[str]) -> None:
    """Count what happened to persons, and what they did that depends on who they are."""
    t, seats = h.tables, h.tables.seats
    for row in h.of_kind(Kind.HIRED, Kind.LEFT):
        person, team = row.actor, TEAMS[seats.team[row.actor]]
        if row.kind == Kind.LEFT:
            out[f"{team} {'is cut by the plan' if seats.cut[person] else 'leaves of his own'}"] += 1
        elif person > 0 and seats.seat[person - 1] == seats.seat[person]:
            out[f"{team} follows a leaver"] += 1
            at_once = seats.left[person - 1] == seats.hired[person]
            out["successor comes at once" if at_once else "seat stays empty"] += 1
    for row in h.of_kind(Kind.ATTEMPT, Kind.STAGE_ENTER):
        if row.actor == NOBODY:
            continue
        tables = h.at(row.time)
        team, does = ("sdr", "tries a lead") if row.kind == Kind.ATTEMPT else ("ae", "sells")
        skilled = bool(tables.seat_skill[row.actor])
        out[f"{team} of skill {does}"] += skilled
        out["in a pool, rep of skill sells"] += skilled and team == "ae" and tables.pooled
        learning = tables.people.sdr_learning if team == "sdr" else tables.people.ae_learning
        ends = h.ends_of[row.actor]
        out[f"{team} who has learnt {does}"] += bool(learning and ends and ends[0].time < row.time)
    _leave(h, out)
    _handover(h, out)
    for row in h.of_kind(Kind.CONVERSATION, Kind.STAGE_ENTER):
        people = h.at(row.time).people
        out["conversation coded"] += row.kind == Kind.CONVERSATION and people.sdr_coding > 0
        out["stage's work coded"] += row.kind == Kind.STAGE_ENTER and people.ae_coding > 0
    if t.run_in is not None:
        out["run-in to plan, skill"] += bool((t.run_in.seat_skill != t.seat_skill).any())
    assert all(isfinite(left) for left in seats.left[seats.cut])


def _leave(h: Happenings, out: Counter[str]) -> None:
    seats = h.tables.seats
    begun = {(row.actor, row.time) for row in h.of_kind(Kind.AWAY)}
    for row in h.of_kind(Kind.TASK_END):
        if (row.actor, row.time) in begun:
            pooled = ", pooled" if h.at(row.time).pooled else ", owned"
            how = pooled if seats.team[row.actor] == AE else ""
            out[f"{TEAMS[seats.team[row.actor]]} goes on leave with work in hand{how}"] += 1
    for who, spells in h.away.items():
        left = float(seats.left[who])
        out["rep leaves while on leave"] += sum(end > left and left < h.ends for _, end in spells)
        out["leave reaches over the plan's start"] += sum(begin < 0.0 < end for begin, end in spells)
    for row in h.of_kind(Kind.BACK):
        out["rep with a ramp comes back from leave"] += h.at(row.time).seat_ramp[row.actor] > 0
    back = {row.time for row in h.of_kind(Kind.BACK)}
    for row in h.of_kind(Kind.REASSIGNED):
        before = [owner for time, owner in h.owners.get(row.entity, []) if time < row.time]
        given = row.actor != NOBODY and before[-1:] == [NOBODY] and row.time in back
        out["opportunity of nobody given to an AE who comes back"] += given
    for wait in h.deal_waits:
        out["opportunity waits while its AE is on leave"] += wait.holder != NOBODY and h.is_away(
            wait.holder, wait.since
        )


def _handover(h: Happenings, out: Counter[str]) -> None:
    seats = h.tables.seats
    for entity, pieces in h.owners.items():
        ends = [*(time for time, _ in pieces[1:]), h.closed.get(entity, h.ends)]
        for (_, owner), until in zip(pieces, ends, strict=True):
            left = float(seats.left[owner]) if owner != NOBODY else h.ends
            if until <= left or h.at(left).pooled:
                continue
            over = left + h.at(left).people.handover
            out["opportunity changes hands after the handover"] += until == over
            out["opportunity closes during the handover"] += until == h.closed.get(entity)
            out["handover reaches over the plan's start"] += left < 0.0 < over
            out["pool takes over during the handover"] += until == 0.0 and h.tables.pooled
    for row in h.of_kind(Kind.STAGE_ENTER):
        hands = h.at(row.time).people.handover_logit != 0.0 and passed_on(h, row.entity, row.time)
        out["stage entered after a change of hands"] += hands
