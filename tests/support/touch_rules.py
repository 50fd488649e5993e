"""What must hold of touches in any log: told again in plain Python, cell by cell, with a poisson count of its own."""

import math
from collections import defaultdict
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pytest
from happenings import NEVER, Happenings
from numpy.typing import NDArray

from sim.draws import Purpose, Tag, child_key, uniform
from sim.laws.delays import normal_quantile
from sim.log import EntityType, Kind
from sim.tables.touches import TouchTable

LEADS = 12
"""Of one run, at most so many are looked at."""


class Touch(NamedTuple):
    """A touch of a lead; `cell` tells it from others."""

    time: float
    channel: int
    seen: bool
    opened: int
    clicked: bool
    action: bool


def realised(run: Happenings) -> NDArray[np.float64]:
    """(channels, days) touches a week, less where spend is cut: planned ones times the share of the adstock left."""
    t = run.tables
    cut = {math.floor(row.time): row.amount for row in run.of_kind(Kind.THROTTLED)}
    rates = t.touch.touch_rates.copy()
    if not cut:
        return rates
    first, epoch = int(t.horizon.begins), t.horizon.start.toordinal()
    week_of = (np.arange(rates.shape[1]) + first + epoch - 1) // 7 - (first + epoch - 1) // 7
    share = np.ones(week_of[-1] + 1)
    for day, amount in cut.items():
        share[week_of[day - first]] = amount
    since = min(week_of[day - first] for day in cut)
    for channel in range(len(rates)):
        for world, part in ((run.at(-1.0), slice(0, -first)), (t, slice(-first, None))):
            theta, _, reference = world.spending.curves[channel, :3].tolist()
            planned = left = float(world.spending.steady[channel])
            ratio = np.ones(len(share))
            for week, spend in enumerate(world.spending.weekly[channel].tolist()):
                planned = theta * planned + (1 - theta) * spend
                left = theta * left + (1 - theta) * spend * share[week]
                if week >= since and planned > 0 and reference > 0:
                    ratio[week] = left / planned
            rates[channel, part] *= ratio[week_of[part]]
    return rates


def touches(run: Happenings, rates: NDArray[np.float64], t: TouchTable, key: int, since: float, until: float) -> Any:
    """The touches of a lead after one time and up to another, by the terms of one world, in no order."""
    first, epoch = int(run.tables.horizon.begins), run.tables.horizon.start.toordinal()

    def drawn(of: int, purpose: Purpose, which: int) -> float:
        return uniform(run.stream, of, int(purpose), which)

    for channel, (_, opened, clicked, action, touches) in enumerate(t.touch_terms.tolist()):
        if not touches:
            continue
        channel_key = child_key(key, int(Tag.TOUCH), int(t.touch_keys[channel]))
        for begins in range(math.floor(since) - (epoch + math.floor(since) - 1) % 28, math.floor(until) + 1, 28):
            number = (epoch + begins - 1) // 28
            days = [min(max(day - first, 0), rates.shape[1] - 1) for day in range(begins, begins + 28)]
            most = max(float(t.touch_rates[channel, day]) for day in days)
            low, high, band = 0.0, 0.125, 0
            while low < most:
                cell = (number * 256 + band) * 512
                left, chance = drawn(channel_key, Purpose.TOUCH_COUNT, cell), math.exp(4 * (low - high))
                count = 0
                while left > chance:
                    left -= chance
                    count += 1
                    chance *= 4 * (high - low) / count
                for own in range(cell, cell + count):
                    time = begins + 28 * drawn(channel_key, Purpose.TOUCH_TIME, own)
                    level = low + (high - low) * drawn(channel_key, Purpose.TOUCH_LEVEL, own)
                    day = min(max(math.floor(time) - first, 0), rates.shape[1] - 1)
                    if not since < time <= until or level >= rates[channel, day]:
                        continue
                    mail = not math.isnan(opened)
                    seen = not mail or drawn(channel_key, Purpose.TOUCH_OPENED, own) < opened
                    click = seen and drawn(channel_key, Purpose.TOUCH_CLICKED, own) < clicked
                    acts = click and drawn(channel_key, Purpose.TOUCH_ACTION, own) < action
                    yield Touch(time, channel, seen, int(seen) if mail else -1, click, acts)
                low, high, band = high, high + min(high, 16), band + 1


def warmth(run: Happenings, rates: NDArray[np.float64], lead: int, now: float) -> float:
    """What touches have added to a lead's intent, above what is usual."""
    t = run.at(now).touch
    since = max(run.created[lead] - t.touch_before, now - 12 * t.touch_half_life)
    total = 0.0
    if any(effect != 0.0 for effect in t.touch_effects[:, 0].tolist()):
        for touch in touches(run, rates, t, run.key[lead], since, now):
            effect = float(t.touch_effects[touch.channel, 0])
            total += effect * touch.seen * 0.5 ** ((now - touch.time) / t.touch_half_life)
    return total - t.usual_warmth


def attended(run: Happenings, opportunity: int, now: float) -> float:
    """What marketing's own touches add to the log-odds of advancing: day by day, each part of a day in proportion."""
    t, added = run.at(now).touch, 0.0
    half, opened = t.touch_half_life, run.created[opportunity]
    edges = sorted({opened, now, *(float(day) for day in range(math.ceil(opened), math.ceil(now)))})
    for begins, ends in pairwise(edges):
        a_day = t.sale_touch_before if begins < 0.0 <= now else t.sale_touch
        # The mean of what is left of touches that are spread evenly over the part.
        left = (0.5 ** ((now - ends) / half) - 0.5 ** ((now - begins) / half)) * half / math.log(2.0)
        added += a_day * left
    return added


def touches_are_those_of_what_is_spent(run: Happenings) -> int:
    """The table holds the touches of the cells, until each lead's close; returns how many."""
    if run.log.touches is None:
        return 0
    rates, found = realised(run), defaultdict(list)
    table = run.log.touches
    assert (np.diff(table.time) >= 0).all()
    columns = (table.entity, table.time, table.channel, table.opened, table.clicked, table.action)
    for entity, *row in zip(*(column.tolist() for column in columns), strict=True):
        found[entity].append(tuple(row))
    closed = {run.lead[row.entity]: row.time for row in run.of_kind(Kind.WON, Kind.LOST)}
    for row in run.of_kind(Kind.RECYCLED):
        # Whose opportunity was lost comes back at that instant.
        if closed.get(row.entity, NEVER) <= row.time:
            del closed[row.entity]
    closed |= {row.entity: row.time for row in run.of_kind(Kind.WITHDRAWN)}
    for lead in [each for each, kind in enumerate(run.type) if kind == EntityType.LEAD][:LEADS]:
        ends = closed.get(lead, run.ends)
        worlds = [(run.at(-1.0), -NEVER, 0.0), (run.tables, 0.0, NEVER)] if run.tables.run_in else []
        mine = []
        for world, begins, until in worlds or [(run.tables, -NEVER, NEVER)]:
            since = max(run.created[lead] - world.touch.touch_before, begins)
            if since < min(ends, until):
                mine += list(touches(run, rates, world.touch, run.key[lead], since, min(ends, until)))
        told = sorted((each.time, each.channel, each.opened, int(each.clicked), int(each.action)) for each in mine)
        here = sorted(found[lead])
        assert len(told) == len(here)
        for ours, its in zip(told, here, strict=True):
            assert ours[0] == pytest.approx(its[0], abs=1e-9)
            assert ours[1:] == its[1:]
    return len(table)


def warm_leads_score_higher(run: Happenings) -> int:
    """Score = d' g + w (i + warmth) + noise at the first judgement; returns of how many leads warmth counts in it."""
    # What these read of touches is here.
    from behaviour_rules import may_qualify

    truth, seen = run.log.truth, 0
    assert truth is not None
    rates = realised(run)
    columns = (truth.entity, truth.fit, truth.intent, truth.score)
    for lead, fit, intent, score in list(zip(*(column.tolist() for column in columns), strict=True))[:LEADS]:
        rows = [row for kind in (Kind.MQL, Kind.NURTURE_ENTER) for v in (0, 1) for row in run.of(kind, lead, v)]
        channel = int(run.log.entities.channel[lead])
        born = run.at(run.created[lead])
        if not rows or born.channel_score[channel] >= 0:
            continue
        judged_at = max(min(row.time for row in rows), run.tables.horizon.begins)
        noise, luck = (
            normal_quantile(uniform(run.stream, run.key[lead], int(purpose), 0))
            for purpose in (Purpose.SCORE, Purpose.INTENT)
        )
        campaign = int(run.log.entities.campaign[lead])
        source = channel if campaign < 0 else len(born.channel_key) + campaign
        own = float(born.campaign.source_intent[source]) + 0.5 * luck
        then, now = (warmth(run, rates, lead, moment) for moment in (run.created[lead], judged_at))
        assert intent == pytest.approx(own + then, abs=1e-9)
        assert score == pytest.approx(born.score_separation * fit + born.score_intent * (own + now) + noise, abs=1e-9)
        seen += now != 0.0
        judged = run.at(judged_at)
        same = (born.score_separation, born.score_intent) == (judged.score_separation, judged.score_intent)
        learns = any(run.at(moment).scoring.learns for moment in (-1.0, 1.0))
        sure = same and not learns and math.isnan(judged.channel_mql[channel]) and judged.channel_score[channel] < 0
        over = score - float(judged.scoring.shifts[channel]) - judged.score_threshold
        if sure and abs(over) > 1e-9 and lead not in run.standing:
            can = may_qualify(run, lead, judged_at)
            assert bool(run.of(Kind.MQL, lead, 0)) == (can and over > 0.0)
    return seen
