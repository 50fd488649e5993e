"""What ranks the tasks that wait in a queue, read from a log."""

import numpy as np
from happenings import NEVER, Happenings, Wait

from sim.disciplines import BY_SCORE, BY_STAGE, FIFO, FRESH_FIRST, LIFO
from sim.log import Kind
from sim.seats import SDR
from sim.tables import Tables

__all__ = ["benefit", "priority"]


def priority(run: Happenings, wait: Wait, time: float) -> float:
    """What ranks a task in its queue at a time: the smaller is served first."""
    tables = run.at(time)
    discipline = (tables.sdr_discipline, tables.ae_discipline, tables.am_discipline)[wait.team]
    if wait.team == SDR and wait.tries == 0 and run.urgent(wait.entity, wait.visit, time):
        return -NEVER
    if discipline == FIFO:
        return 0.0
    if discipline == BY_SCORE:
        return -run.feedback.score(wait.entity, wait.visit)
    if discipline == LIFO:
        return -wait.first
    if discipline == BY_STAGE:
        return -float(run.of(Kind.STAGE_ENTER, wait.entity, wait.visit)[0].stage)
    if discipline == FRESH_FIRST:
        return float(wait.tries > 0)
    return -benefit(run, wait, tables)


def benefit(run: Happenings, wait: Wait, t: Tables) -> float:
    """Expected value of an hour on a lead's next attempt, by Bayes' rule on the densities of the score."""
    entities = run.log.entities
    channel, segment, product = (
        int(column[wait.entity]) for column in (entities.channel, entities.segment, entities.product)
    )
    accept = float(t.channel_sql[channel])
    if np.isnan(accept):
        good = float(t.channel_fit[channel])
        if t.channel_score[channel] < 0:
            score, centre = run.scores[wait.entity], t.score_intent * t.channel_intent[channel]
            spread = 1.0 + (0.5 * t.score_intent) ** 2
            of_good, of_bad = (
                share * np.exp(-((score - centre - shift) ** 2) / (2 * spread))
                for share, shift in ((good, t.score_separation), (1 - good, 0.0))
            )
            good = of_good / (of_good + of_bad)
        accept = good * t.accept_good + (1 - good) * t.accept_bad
    chance = float(t.contact[min(wait.tries, len(t.contact) - 1)])
    gain = chance * accept * float(t.handoff.order[channel, segment, product])
    hours = t.handoff.attempt_hours + chance * t.handoff.conversation_hours
    return float(gain / hours if hours > 0 else np.inf if gain > 0 else 0.0)
