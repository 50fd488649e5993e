"""What stays in nurture cost: one line a stay and calendar month."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.jit import compiled

__all__ = ["stay_lines"]


@compiled
def stay_lines(
    begin: NDArray[np.float64],
    who: NDArray[np.int64],
    number: NDArray[np.int32],
    exit_time: NDArray[np.float64],
    exit_who: NDArray[np.int64],
    exit_number: NDArray[np.int32],
    channel: NDArray[Any],
    channels: int,
    edges: NDArray[np.float64],
    ends: float,
    rate: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.float64]]:
    """(lines,) time, entity and amount of the lines of all stays, in the order of (time, channel, entity).

    begin, who, number: (stays,) when which lead entered, in the order of (time, entity), and its visit, which the exit
    shares; a stay without an exit lasts until `ends`. channel: (entities,); edges: (months + 1,) days; rate: (months,)
    money a day. A line is dated where its stay enters the month.
    """
    months, stays = len(rate), len(begin)
    end = np.full(stays, ends)
    # The stays of a lead form a chain, the latest first.
    latest, previous = np.full(len(channel), -1, dtype=np.int32), np.empty(stays, dtype=np.int32)
    for stay in range(stays):
        previous[stay] = latest[who[stay]]
        latest[who[stay]] = stay
    for row in range(len(exit_time)):
        stay = latest[exit_who[row]]
        while stay >= 0 and number[stay] != exit_number[row]:
            stay = previous[stay]
        if stay >= 0:
            end[stay] = exit_time[row]

    # The month in which each stay begins, the first at whose edge it is there, and how many lines each month gets.
    entered, present = np.empty(stays, dtype=np.int32), np.empty(stays, dtype=np.int32)
    at_edge, inside = np.zeros(months, dtype=np.int64), np.zeros(months, dtype=np.int64)
    month = -1
    for stay in range(stays):
        while month < months and edges[month + 1] <= begin[stay]:
            month += 1
        starts_here = 0 <= month < months and begin[stay] > edges[month]
        present[stay] = month + 1 if starts_here else max(month, 0)
        entered[stay] = month if starts_here and rate[month] != 0.0 and end[stay] > begin[stay] else -1
        if entered[stay] >= 0:
            inside[month] += 1
        later = present[stay]
        while later < months and end[stay] > edges[later]:
            at_edge[later] += rate[later] != 0.0
            later += 1
    # `to_edge` and `to_inside` are where a month's next line of either sort goes.
    to_edge, to_inside = np.empty(months, dtype=np.int64), np.empty(months, dtype=np.int64)
    total = 0
    for month in range(months):
        to_edge[month] = total
        to_inside[month] = total + at_edge[month]
        total += at_edge[month] + inside[month]

    day, lead_of, amount = np.empty(total), np.empty(total, dtype=np.int32), np.empty(total)
    for stay in range(stays):
        month = entered[stay]
        if month < 0:
            continue
        lead = who[stay]
        to = to_inside[month]
        to_inside[month] = to + 1
        # Stays come by time, then by lead; of those that begin at one instant the lower channel goes first.
        while to > to_edge[month] + at_edge[month] and day[to - 1] == begin[stay]:
            if channel[lead_of[to - 1]] <= channel[lead]:
                break
            day[to], lead_of[to], amount[to] = day[to - 1], lead_of[to - 1], amount[to - 1]
            to -= 1
        day[to], lead_of[to] = begin[stay], lead
        amount[to] = (min(end[stay], edges[month + 1]) - begin[stay]) * rate[month]
    # Leads by channel, then by number, so that the lines at an edge come in order.
    place = np.zeros(channels + 1, dtype=np.int64)
    for stay in range(stays):
        place[channel[who[stay]] + 1] += 1
    for c in range(channels):
        place[c + 1] += place[c]
    sorted_stays = np.empty(stays, dtype=np.int32)
    for lead in range(len(latest)):
        stay = latest[lead]
        while stay >= 0:
            sorted_stays[place[channel[lead]]] = stay
            place[channel[lead]] += 1
            stay = previous[stay]
    for k in range(stays):
        stay = sorted_stays[k]
        month = present[stay]
        while month < months and end[stay] > edges[month]:
            if rate[month] != 0.0:
                to = to_edge[month]
                to_edge[month] = to + 1
                day[to], lead_of[to] = edges[month], who[stay]
                amount[to] = (min(end[stay], edges[month + 1]) - max(begin[stay], edges[month])) * rate[month]
            month += 1
    return day, lead_of, amount
