"""What must hold of what surrounds a company in any log: shocks on their day, who leaves then, and what is lost; and
how many accounts are with it at a time.

Days and names are taken from the funnels and not from their tables, and accounts are counted in rows.
"""

import datetime as dt
from typing import Any

from happenings import NEVER, Happenings

from sim.arrivals import arrivals
from sim.draws import Purpose, Tag, child_key, uniform
from sim.laws.happenings import WINBACK
from sim.log import NOBODY, EntityType, Kind
from sim.shocks import Shock


def shocks_of(world: dict[str, Any], begins: float) -> list[tuple[float, str, Shock]]:
    """(day, name, shock) of all that begin in a run, in order of the day: the run-in's before day 0."""
    start: dt.date = world["plan"].start
    found = []
    for funnel, since, until in ((world.get("calm") or world["funnel"], begins, 0.0), (world["funnel"], 0.0, NEVER)):
        for name, shock in funnel.shocks.items():
            day = float((shock.from_ - start).days)
            if since <= day < until:
                found.append((day, name, shock))
    return sorted(found, key=lambda each: each[0])


def shocks_are_written_down(world: dict[str, Any], run: Happenings) -> int:
    """Each shock has one row, on its first day; returns how many there are."""
    expected = shocks_of(world, run.tables.horizon.begins)
    rows = [(row.time, run.log.names.reasons[row.reason]) for row in run.of_kind(Kind.SHOCK)]
    assert rows == [(day, name) for day, name, _ in expected if day < run.ends]
    return len(rows)


def the_biggest_deal_is_lost(world: dict[str, Any], run: Happenings) -> int:
    """A shock that loses the biggest deal loses it, and no other for that reason; returns how many are lost."""
    amount = {row.entity: row.amount for row in run.of_kind(Kind.OPENED)}
    deals = [entity for entity, kind in enumerate(run.type) if kind == EntityType.OPPORTUNITY]
    lost = {
        (row.time, run.log.names.reasons[row.reason], row.entity)
        for row in run.of_kind(Kind.LOST)
        if run.log.names.reasons[row.reason] in world["funnel"].shocks
    }
    struck: set[tuple[float, str, int]] = set()
    for day, name, shock in shocks_of(world, run.tables.horizon.begins):
        if shock.loses is None or day >= run.ends:
            continue
        gone = {entity for *_, entity in struck}
        # What a shock strikes comes before what else happens at its instant.
        there = [
            each
            for each in deals
            if (run.created[each] < day or each in run.at_start) and run.closed.get(each, NEVER) >= day
        ]
        there = [each for each in there if each not in gone]
        if there:
            struck.add((day, name, min(there, key=lambda each: (-amount[each], each))))
    assert lost == struck
    return len(struck)


def whom_shocks_take_is_gone(world: dict[str, Any], run: Happenings, exact: bool) -> int:
    """On a shock's day somebody of the team leaves if anybody is there: the most skilled, or who holds the seat.

    exact: whether persons come and go when they are drawn to. Returns how many leave."""
    seats, many = run.tables.seats, 0
    for day, _, shock in shocks_of(world, run.tables.horizon.begins):
        if shock.leaves is None or day >= run.ends:
            continue
        team = ("sdr", "ae").index(shock.leaves.team)
        there = (seats.team == team) & (seats.hired <= day) & (day <= seats.left)
        if shock.leaves.who != "best":
            there &= seats.place == shock.leaves.who - 1
        goes = there & (seats.left == day)
        # Who leaves on that day anyway is not taken.
        assert goes.any() or not (there & (seats.left > day)).any()
        if exact and shock.leaves.who == "best" and goes.any():
            skill = run.at(day).seat_skill
            # A successor may come on the same day.
            others = there & ~goes & (seats.hired < day)
            assert not others.any() or skill[goes].max() >= skill[others].max()
        many += int(goes.any())
    return many


def with_us(run: Happenings) -> list[tuple[int, float, float]]:
    """(first entity, begin, end) of every account that is with us: a lead, or an opportunity that was none, until it or
    the customer that it becomes is gone."""
    children: dict[int, list[int]] = {}
    for entity, parent in enumerate(run.parent):
        if parent != NOBODY:
            children.setdefault(parent, []).append(entity)
    ends = {(row.kind, row.entity): row.time for row in run.of_kind(Kind.WITHDRAWN, Kind.LOST, Kind.CHURNED)}
    again = {(row.entity, row.time) for row in run.of_kind(Kind.RECYCLED)}
    won = {row.entity for row in run.of_kind(Kind.WON)}

    def sold(deal: int) -> float:
        if deal not in won:
            return ends.get((Kind.LOST, deal), NEVER)
        (customer,) = [each for each in children[deal] if run.type[each] == EntityType.CUSTOMER]
        left = ends.get((Kind.CHURNED, customer), NEVER)
        if left == NEVER or run.at(left).accounts.account_tops[WINBACK] <= 0.0:
            return left
        # It stays for as long as it may be won back, or until that is tried.
        tried = [run.created[each] for each in run.more_sales.get(customer, []) if each not in run.expansions]
        return min([*tried, left + run.at(left).accounts.may_return])

    out = []
    for entity, kind in enumerate(run.type):
        if kind == EntityType.LEAD:
            end = ends.get((Kind.WITHDRAWN, entity), NEVER)
            deals = children.get(entity, [])
            if deals and end == NEVER:
                last = deals[-1]
                end = sold(last)
                if last not in won and (entity, end) in again:
                    end = NEVER
            out.append((entity, max(run.created[entity], run.tables.horizon.begins), end))
        elif kind == EntityType.OPPORTUNITY and run.parent[entity] == NOBODY:
            begin = run.created[entity] if entity in run.found else run.tables.horizon.begins
            out.append((entity, begin, sold(entity)))
        elif entity in run.to_customers - run.expansions:
            out.append((entity, run.created[entity], sold(entity)))
    return out


def accounts_are_enough(run: Happenings, exact: bool) -> int:
    """Nobody comes to a segment whose accounts are all with us, and who comes through a channel, is found or referred
    is as deep in its rate, or has drawn such a number, as the accounts that are left allow; exact: whether no two
    things happen at one instant. Returns how many did not come."""
    if not run.tables.market.depletes:
        return 0
    segment, lives = run.log.entities.segment.tolist(), with_us(run)

    def left(which: int, time: float) -> float:
        taken = sum(segment[entity] == which and begin < time < end for entity, begin, end in lives)
        return 1.0 - taken / float(run.at(time).market.pools[which])

    known = {run.key[entity] for entity, *_ in lives}
    for entity, begin, _ in lives:
        if entity not in run.at_start | run.to_customers | run.standing:
            assert left(segment[entity], begin) > 0.0 or not exact
    if not exact or run.tables.overflow.throttles:
        return 0
    missed = 0
    for time, key, channel, _, depth in arrivals(run.tables, run.stream).tolist():
        number = uniform(run.stream, key, int(Purpose.SEGMENT), 0)
        which = sum(number >= each for each in run.at(time).channel_segments[channel].tolist()[:-1])
        room = left(which, time)
        if abs(depth - room) > 1e-9:
            assert (key in known) == (depth < room)
        missed += key not in known
    seats: dict[int, int] = {}
    for row in run.of_kind(Kind.PROSPECTED):
        seat = row.actor
        key = child_key(int(run.tables.seats.key[seat]), int(Tag.SELF_SOURCED), seats.get(seat, 0))
        if row.entity != NOBODY:
            while run.key[row.entity] != key:
                # One that was not free.
                seats[seat] = seats.get(seat, 0) + 1
                missed += 1
                key = child_key(int(run.tables.seats.key[seat]), int(Tag.SELF_SOURCED), seats[seat])
            number = uniform(run.stream, key, int(Purpose.POOL), 0)
            room = left(segment[row.entity], row.time)
            assert number < room or abs(number - room) < 1e-9
            seats[seat] = seats.get(seat, 0) + 1
    return missed
