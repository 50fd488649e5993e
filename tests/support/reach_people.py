"""What a generated world reaches of reps as persons: who goes, who follows, how they differ."""

from collections import Counter
from math import isfinite

from happenings import Happenings

from sim.log import NOBODY, Kind
from sim.seats import TEAMS

PEOPLE = (
    [f"{team} {what}" for team in TEAMS for what in ("leaves of his own", "is cut by the plan", "follows a leaver")]
    + [f"{team} of skill {does}" for team, does in zip(TEAMS, ("tries a lead", "sells"), strict=True)]
    + [f"{team} who has learnt {does}" for team, does in zip(TEAMS, ("tries a lead", "sells"), strict=True)]
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
    if t.run_in is not None:
        out["run-in to plan, skill"] += bool((t.run_in.seat_skill != t.seat_skill).any())
    assert all(isfinite(left) for left in seats.left[seats.cut])
