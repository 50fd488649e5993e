"""Journeys and what marketing brought, once more: plain loops over a log's rows, slow and easy to read."""

import itertools
import math
from typing import Any

from sim.log import NOBODY, EntityType, Kind, Log

Journey = dict[str, Any]


def journeys_of(log: Log) -> list[Journey]:
    """Every order of new business won and every lead lost for good: `path` of (day, channel), and the rest."""
    entities, later = log.entities, log.entities.to_customers
    labels = (*log.names.channels, "")
    rows = [{name: column[i] for name, column in log.events.columns().items()} for i in range(len(log.events))]

    def lead_of(who: int) -> int:
        while who >= 0 and entities.type[who] != EntityType.LEAD:
            who = int(entities.parent[who])
        return who

    opened = {row["entity"]: row["time"] for row in reversed(rows) if row["kind"] == Kind.OPENED}
    last: dict[tuple[Kind, int], float] = {}
    won_leads, ends = set(), []
    for row in rows:
        kind, who = row["kind"], int(row["entity"])
        lead = lead_of(who) if who >= 0 else NOBODY
        if kind in (Kind.WITHDRAWN, Kind.RECYCLED):
            last[kind, lead] = row["time"]
        if kind == Kind.WON and lead >= 0:
            won_leads.add(lead)
        if kind in (Kind.WON, Kind.LOST) and not later[who]:
            last[kind, lead] = row["time"]
            if kind == Kind.WON or lead < 0:
                begun = float(opened.get(who, entities.created[who]))
                ends.append((row["time"], lead if lead >= 0 else who, kind == Kind.WON, row["amount"], begun))
    for lead in range(len(entities)):
        if entities.type[lead] != EntityType.LEAD or lead in won_leads:
            continue
        lost, back = last.get((Kind.LOST, lead), -math.inf), last.get((Kind.RECYCLED, lead), -math.inf)
        gone = max(lost if lost > back else -math.inf, last.get((Kind.WITHDRAWN, lead), -math.inf))
        if gone > -math.inf:
            ends.append((gone, lead, False, 0.0, math.inf))
    touches = [] if log.touches is None else list(zip(*log.touches.columns().values(), strict=True))
    out = []
    for day, who, won, value, begun in ends:
        is_lead = entities.type[who] == EntityType.LEAD
        born = float(entities.created[who]) if is_lead else begun
        path = [(born, 0, labels[entities.channel[who]])]
        path += [(time, 1, labels[channel]) for time, lead, channel, *_ in touches if lead == who and time < day]
        path.sort(key=lambda point: point[:2])
        sourced = bool(is_lead and entities.channel[who] >= 0 and entities.parent[who] < 0)
        out.append(
            {"day": day, "won": won, "value": value, "path": path, "born": born, "begun": begun, "sourced": sourced}
        )
    return sorted(out, key=lambda one: one["day"])


def measure_attribution(log: Log, begin: float, end: float) -> dict[str, float]:
    """Every metric of attribution from `begin` to `end`."""
    wins = [one for one in journeys_of(log) if one["won"] and begin <= one["day"] < end]
    sourced = sum(one["value"] for one in wins if one["sourced"])
    touched = sum(one["value"] for one in wins if one["sourced"] or len(one["path"]) > 1)
    points = [len(one["path"]) for one in wins]
    channels = [len({name for _, _, name in one["path"]}) for one in wins]
    return {
        "marketing_sourced_bookings": sourced,
        "marketing_influenced_bookings": touched,
        "touches_per_win": sum(points) / len(wins) if wins else math.nan,
        "channels_per_journey": sum(channels) / len(wins) if wins else math.nan,
    }


def shares(model: str, one: Journey) -> dict[str, float]:
    """A rule's shares of one journey, by channel."""
    path, count = one["path"], len(one["path"])
    places = {
        "first": [0],
        "lead_creation": [next(i for i, point in enumerate(path) if point[1] == 0)],
        "last": [count - 1],
    }
    places["u_shaped"] = places["first"] + places["lead_creation"]
    before = [i for i, point in enumerate(path) if point[0] <= one["begun"]]
    places["w_shaped"] = places["u_shaped"] + [before[-1] if before else 0]
    if model == "linear":
        weight = [1.0] * count
    elif model == "time_decay":
        weight = [0.5 ** ((path[-1][0] - day) / 30) for day, _, _ in path]
    else:
        part = {"u_shaped": 0.4, "w_shaped": 0.3}.get(model, 1.0)
        weight = [part * places[model].count(i) for i in range(count)]
        others = [i for i in range(count) if i not in places[model]]
        for i in others:
            weight[i] = (1 - sum(part for _ in places[model])) / len(others)
    found: dict[str, float] = {}
    for (_, _, name), each in zip(path, weight, strict=True):
        found[name] = found.get(name, 0.0) + each / sum(weight)
    return found


def shapley_by_definition(journeys: list[Journey]) -> dict[str, float]:
    """Mean of what each channel adds to those before it, over all orders of the channels."""
    sets = [({name for _, _, name in one["path"]}, one["value"]) for one in journeys if one["won"]]
    players = sorted(set().union(*(names for names, _ in sets)))

    def worth(coalition: set[str]) -> float:
        return sum(value for names, value in sets if names <= coalition)

    found = dict.fromkeys(players, 0.0)
    orders = list(itertools.permutations(players))
    for order in orders:
        for place, player in enumerate(order):
            added = worth(set(order[: place + 1])) - worth(set(order[:place]))
            found[player] += added / len(orders)
    return found


def chance(journeys: list[Journey], without: str | None = None) -> float:
    """P(won) of the Markov chain, by walking it until next to nothing is left on the way."""
    left: dict[str, list[str]] = {}
    for one in journeys:
        names = ["start", *(f"c:{name}" for _, _, name in one["path"]), "won" if one["won"] else "lost"]
        for here, there in itertools.pairwise(names):
            left.setdefault(here, []).append("lost" if there == f"c:{without}" else there)
    mass, won = {"start": 1.0}, 0.0
    while sum(mass.values()) > 1e-13:
        after: dict[str, float] = {}
        for here, much in mass.items():
            for there in set(left[here]):
                part = much * left[here].count(there) / len(left[here])
                if there == "won":
                    won += part
                elif there != "lost":
                    after[there] = after.get(there, 0.0) + part
        mass = after
    return won
