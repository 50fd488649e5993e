"""Who may be an MQL, in any log: what a lead is and what it has done, the uses of assets being those of the log."""

import math
from collections import Counter
from functools import cache

from happenings import NEVER, Happenings, Row
from touch_rules import realised, touches

from sim.draws import Purpose, turn, uniform
from sim.log import EntityType, Kind
from sim.tables import Tables

__all__ = ["acted", "has_profile", "may_qualify", "mqls_have_acted", "scores_are_those_of_the_plan", "used"]

UNSURE = float("nan")


def has_profile(run: Happenings, entity: int, time: float) -> bool:
    """Whether a lead is what an MQL must be."""
    t, key = run.at(time), run.key[entity]
    if not t.scoring.profiled:
        return True
    born = run.at(run.created[entity]).buyers
    has = {}
    for what, shares in ((Purpose.BUDGET, born.has_budget), (Purpose.AUTHORITY, born.has_authority)):
        has[what] = not born.asks or uniform(run.stream, key, int(what), 0) < shares[int(run.fit[entity])]
    return bool(
        t.scoring.profile_segments[run.log.entities.segment[entity]]
        and (has[Purpose.BUDGET] or not t.scoring.needs_budget)
        and (has[Purpose.AUTHORITY] or not t.scoring.needs_authority)
    )


def uses(run: Happenings, entity: int, t: Tables) -> list[float]:
    """When a lead uses assets that count by the terms of a world, in order."""
    worlds = [world.touch for world in (t, run.at(-1.0), run.tables)]
    # NaN, where touches cannot be opened, is what it is.
    terms = [(repr(world.touch_terms.tolist()), world.touch_before) for world in worlds]
    if run.log.touches is None:
        return []
    if terms[0] == terms[1] == terms[2]:
        found = [(time, channel) for time, channel, acts in _table(run).get(entity, []) if acts]
    else:
        since = run.created[entity] - t.touch.touch_before
        told = touches(run, _realised(run), t.touch, run.key[entity], since, run.ends)
        found = [(each.time, each.channel) for each in told if each.action]
    return sorted(time for time, channel in found if t.touch.touch_actions[channel, 4] == 1.0)


@cache
def _table(run: Happenings) -> dict[int, list[tuple[float, int, int]]]:
    """By lead, its touches: (time, channel, whether an asset is used)."""
    out: dict[int, list[tuple[float, int, int]]] = {}
    table = run.log.touches
    assert table is not None
    for time, entity, channel, acts in zip(table.time, table.entity, table.channel, table.action, strict=True):
        out.setdefault(int(entity), []).append((float(time), int(channel), int(acts)))
    return out


_realised = cache(realised)


def acted(run: Happenings, entity: int, time: float) -> bool:
    """Whether a lead has used assets as often as an MQL must."""
    t = run.at(time)
    if t.scoring.actions == 0:
        return True
    since = max(run.created[entity] - t.touch.touch_before, time - t.scoring.within)
    return sum(since < use <= time for use in uses(run, entity, t)) >= t.scoring.actions


def may_qualify(run: Happenings, entity: int, time: float) -> bool:
    """Whether a lead has what an MQL needs beside its score."""
    return has_profile(run, entity, time) and acted(run, entity, time)


def scored(run: Happenings, entity: int, time: float) -> float:
    """By how much a lead's score exceeds the threshold at a time; not a number where that is too near to be told."""
    t, channel, terms = run.at(time), int(run.log.entities.channel[entity]), run.feedback.at(time)
    certain = float(t.channel_mql[channel])
    if not math.isnan(certain):
        return 1.0 if uniform(run.stream, run.key[entity], int(Purpose.MQL), turn(0, 0)) < certain else -1.0
    above = run.scores[entity] + float(terms.offsets[channel] - t.scoring.shifts[channel]) - terms.threshold
    return UNSURE if run.feedback.unsure or abs(above) < 1e-5 else above


def used(run: Happenings, entered: Row, ends: float) -> float:
    """When a use of an asset ends a stay in nurture that otherwise ends at a time: infinite if none does, not a number
    where it cannot be told."""
    again = any(run.of(Kind.RECYCLED, entered.entity, visit) for visit in range(entered.visit))
    if not run.tables.scoring.looks or again:
        return NEVER
    for world in {id(each): each for each in (run.at(-1.0), run.tables)}.values():
        for use in uses(run, entered.entity, world) if world.scoring.actions else []:
            if not entered.time < use < ends or run.at(use) is not world or not may_qualify(run, entered.entity, use):
                continue
            above = scored(run, entered.entity, use)
            if math.isnan(above) or above > 0.0:
                return use if above > 0.0 else UNSURE
    return NEVER


def mqls_have_acted(run: Happenings) -> Counter[str]:
    """Who is judged for the first time is an MQL if its score, what it is and what it has done say so; returns of how
    many it was what they have done that decided."""
    counts: Counter[str] = Counter()
    if not scores_are_those_of_the_plan(run):
        return counts
    for lead in [each for each, kind in enumerate(run.type) if kind == EntityType.LEAD]:
        rows = [*run.of(Kind.MQL, lead, 0), *run.of(Kind.NURTURE_ENTER, lead, 1)][:1]
        if not rows or run.past(rows[0]) or run.at(rows[0].time).scoring.actions == 0:
            continue
        above = scored(run, lead, rows[0].time)
        if above > 0.0 and has_profile(run, lead, rows[0].time):
            has = acted(run, lead, rows[0].time)
            assert (rows[0].kind == Kind.MQL) == has
            counts["has acted" if has else "has not"] += 1
        elif above <= 0.0:
            assert rows[0].kind == Kind.NURTURE_ENTER
    return counts


def scores_are_those_of_the_plan(run: Happenings) -> bool:
    """Whether it does not matter when a lead is judged."""
    t, before = run.tables, run.tables.run_in
    if before is None:
        return True
    models = [(each.score_separation, each.score_intent, *_rows(each)) for each in (t, before)]
    return models[0] == models[1]


def _rows(tables: Tables) -> list[tuple[float, ...]]:
    return [tuple(tables.laws[law]) if law >= 0 else () for law in tables.channel_score.tolist()]
