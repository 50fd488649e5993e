"""What a CRM has on record of a run that it records imperfectly, and how that bends what it says."""

import dataclasses
import math

import numpy as np
import pytest
from cut_off import cut_off
from hypothesis import HealthCheck, given, settings
from worlds import scenarios

from calibration.bias import Both, biases, causes_of
from calibration.observation import USUAL, Observation
from calibration.recorded import _entered, recorded
from results.uncertainty import NO_DRAW
from sim.funnel import Funnel
from sim.log import EntityType, Kind, ordinals
from sim.plan import Plan
from sim.run import simulate

REPLICATIONS = 40


def test_entries_by_hand():
    """Two buyers. Of the first, what happens on day 1 (at 1.0 and 1.5) has the delay of its first happening, 4 days:
    entered at 5.0 and 5.5. What happens at 3.0 is entered a day later, at 4.0, and all that came before it with it.
    The second is entered a day after the happening; its delay has nothing to do with the first."""
    buyer = np.array([7, 7, 7, 9])
    time, delay = np.array([1.0, 1.5, 3.0, 2.0]), np.array([4.0, 0.1, 1.0, 1.0])
    assert _entered(buyer, time, delay).tolist() == [4.0, 4.0, 4.0, 3.0]
    # Where the later entry is late too, the earlier ones keep their own days: 5.0, 5.5, and 3 + 6 = 9.
    assert _entered(buyer, time, np.array([4.0, 0.1, 6.0, 1.0])).tolist() == [5.0, 5.5, 9.0, 3.0]


@given(arguments=scenarios())
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_perfect_record_is_the_run_at_the_end_of_its_window(arguments):
    log = simulate(**arguments)
    mine, run = recorded(log), cut_off(log)
    assert not mine.simulated
    assert mine.truth is None
    # The record has reps of other months too, and no touches where the run knows of none.
    whole = {"hidden": None, "touched": run.touched and mine.touched, "terms": run.terms, "reps": run.reps}
    assert dataclasses.replace(mine, **whole).digest() == dataclasses.replace(run, **whole).digest()


@given(arguments=scenarios())
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_record_makes_sense_however_it_is_kept(arguments):
    """Nothing is later than the end, nothing without what it comes from, everything about a buyer in its order; and
    what is on record under a worse observation is on record under a better one."""
    log = simulate(**arguments)
    before = None
    for observation in (
        Observation(late=20, missing=0.5, wrong=0.2),
        Observation(late=10, missing=0.25, wrong=0.1),
        Observation(),
    ):
        found = recorded(log, observation)
        events, entities = found.events, found.entities
        assert (np.diff(events.time) >= 0.0).all()
        assert (events.time < log.window.counted).all()
        assert (events.entity < len(entities)).all()
        leads = entities.type == EntityType.LEAD
        assert (entities.parent < np.arange(len(entities)))[~leads].all()
        assert (events.time >= np.append(entities.created, -np.inf)[events.entity]).all()
        deals = np.flatnonzero(entities.type == EntityType.OPPORTUNITY)
        opened, closed = (np.full(len(entities), np.nan) for _ in range(2))
        for kinds, days in (((Kind.OPENED,), opened), ((Kind.WON, Kind.LOST), closed)):
            rows = np.isin(events.kind, kinds)
            days[events.entity[rows]] = events.time[rows]
        assert not (closed[deals] < opened[deals]).any()
        there = {
            (kind, key): n
            for kind, key, n in zip(
                events.kind.tolist(), np.append(entities.key, 0)[events.entity].tolist(), ordinals(events).tolist(),
                strict=True,
            )
        }  # fmt: skip
        assert before is None or all(there[which] >= n for which, n in before.items())
        before = there


@pytest.fixture(scope="module")
def year(starter: tuple[Funnel, Plan]):
    """Replications of the starter company, each as it was at the end of its window and as it was recorded."""
    funnel, plan = starter

    def measured(observation):
        both = Both(observation)
        logs = [simulate(funnel, plan, seed=9, replication=replication) for replication in range(REPLICATIONS)]
        found = np.array([both(log) for log in logs])
        rows = biases(found, np.full(REPLICATIONS, NO_DRAW), both.ids, causes_of(logs[0]))
        return found, {row.id: row for row in rows}

    return measured


def test_a_record_kept_as_usual_bends_what_it_must(year):
    found, rows = year(USUAL)
    told = {id: math.copysign(1, row.bias) for id, row in rows.items() if row.told}
    # What is not entered was not done: reps look idle, leads untried, losses without a cause.
    for id in ("sdr_utilisation", "ae_utilisation", "cause_known_share", "wins_to_date"):
        assert told[id] == -1, id
    assert told["never_contacted_share"] == 1
    # In no replication are more wins on record than there were.
    assert (found[:, 1, 0] <= found[:, 0, 0]).all()
    # What systems write is exact.
    assert rows["mqls"].bias == rows["mqls"].lo95 == rows["mqls"].hi95 == 0.0


def test_causes_come_nearer_to_one_another(year):
    """A tenth of the causes is another one, each of the k - 1 others as likely: of a share p stay .9 p, and
    .1 (1 - p) / (k - 1) come to it. So common causes read too low, and rare ones too high."""
    _, rows = year(Observation(wrong=0.1))
    shares = {id: row for id, row in rows.items() if id.startswith("lost_share:")}
    others = len(shares) - 1
    for id, row in shares.items():
        error = (row.hi95 - row.lo95) / 2.0
        assert row.bias == pytest.approx(0.1 * (1.0 - row.truth) / others - 0.1 * row.truth, abs=2.0 * error), id
    by_share = sorted(shares.values(), key=lambda row: row.truth)
    least, most = by_share[0], by_share[-1]
    assert (most.told, most.bias < 0.0) == (True, True)
    assert (least.told, least.bias > 0.0) == (True, True)


def test_what_is_entered_late_is_missing_from_the_last_weeks(year):
    """Backdated, so that what is on record bears its own day: of the window's accepted leads, wins and bookings the
    last are not there yet. Dated by the entry they are replaced by those that were entered late from before."""
    _, rows = year(Observation(late=5, backdated=True))
    for id in ("sqls", "opportunities", "new_customers", "new_bookings"):
        assert rows[id].told, id
        assert rows[id].bias < 0.0, id
    assert rows["cac"].bias > 0.0
    _, entered = year(Observation(late=5))
    for id in ("sqls", "opportunities"):
        assert abs(entered[id].bias) < abs(rows[id].bias) / 2, id


def test_notes_that_are_never_made(year):
    """A fifth of the hours is not logged, so a fifth of what is used of the reps' time is not seen."""
    _, rows = year(Observation(missing=0.2))
    for id in ("sdr_utilisation", "ae_utilisation"):
        assert rows[id].crm / rows[id].truth == pytest.approx(0.8, abs=0.02), id
    assert rows["cause_known_share"].crm == pytest.approx(0.8, abs=0.02)
    assert rows["new_customers"].bias == 0.0
