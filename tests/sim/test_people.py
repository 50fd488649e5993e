"""Persons: how long they stay, who follows them, and that what happens elsewhere leaves them alone."""

from dataclasses import fields
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.draws import stream_key
from sim.funnel import Funnel
from sim.log import Account
from sim.people import staffed
from sim.plan import Plan
from sim.run import simulate
from sim.seats import AE, SDR
from sim.tables import Tables, make_tables


def a_world(
    reps: dict[str, Any] | None = None, teams: dict[str, Any] | None = None, leads: float = 0.0, **plan: Any
) -> tuple[Funnel, Plan]:
    """A company of one channel, product and stage; `reps` are fields of both teams' reps."""
    funnel = {
        "name": "people",
        "channels": {
            "all": {
                "leads": leads, "spend": 0, "base_share": 1, "segments": {"any": 1}, "mql_probability": 1,
                "sql_probability": 1,
            }
        },
        "segments": {"any": {"value": 1000}},
        "products": {"any": {"mix": 1}},
        "stages": {"open": {"time": 5, "effort": 2, "advance": 0.5, "losses": {"lost": 1}}},
        "sdr": {"selling_share": 0.65, "ramp": 3, **(reps or {})},
        "ae": {"selling_share": 0.44, "ramp": 5, **(reps or {})},
    }  # fmt: skip
    terms = {
        "name": "p", "start": "2027-01-01", "months": 24, "run_in": 0, "follow": 0,
        "teams": teams or {"sdr": {"headcount": 4, "base": 48_000}, "ae": {"headcount": 6, "base": 96_000}},
    }  # fmt: skip
    return Funnel.model_validate(funnel), Plan.model_validate(terms | plan)


def persons(world: tuple[Funnel, Plan], replication: int = 0, **others: Any) -> Tables:
    return staffed(make_tables(*world, **others), stream_key(1, replication))


def by_key(tables: Tables, team: int | None = None) -> dict[int, tuple[float, float]]:
    seats = tables.seats
    rows = zip(seats.key.tolist(), seats.hired.tolist(), seats.left.tolist(), seats.team.tolist(), strict=True)
    return {key: (hired, left) for key, hired, left, each in rows if team in (None, each)}


def test_where_nothing_is_random_the_plans_seats_are_the_persons() -> None:
    tables = make_tables(*a_world({"backfill": 40}))
    assert staffed(tables, 1) is tables
    assert staffed(persons(a_world({"tenure": 200})), 99).seats.names == persons(a_world({"tenure": 200})).seats.names


def test_a_seat_is_held_by_one_person_after_another() -> None:
    tables = persons(a_world({"tenure": 100, "backfill": 20}))
    seats, ends = tables.seats, tables.horizon.ends
    assert len(seats.team) > 30
    assert len(set(seats.key.tolist())) == len(set(seats.names)) == len(seats.team)
    assert seats.names[:3] == ("sdr 1", "sdr 1, second", "sdr 1, third")
    for seat in range(10):
        rows = np.flatnonzero(seats.seat == seat)
        assert (np.diff(rows) == 1).all()
        assert seats.hired[rows[0]] == 0.0
        assert not seats.new[rows[0]]
        assert seats.new[rows[1:]].all()
        for before, after in pairwise(rows):
            assert seats.hired[after] == seats.left[before] + 20.0
        last = seats.left[rows[-1]]
        assert last == np.inf or last + 20.0 >= ends
        assert (seats.left[rows[:-1]] < ends).all()
    # New hires ramp from their own first day; established reps do not.
    assert ((tables.seat_ramp > 0) == seats.new).all()
    assert (np.diff(tables.seat_hired[seats.seat == 0]) > 0).all()


def test_stays_are_exponential_with_the_teams_mean() -> None:
    funnel, plan = a_world({"tenure": 50}, run_in=24)
    tables = make_tables(funnel, plan)
    stays = []
    for replication in range(40):
        seats = staffed(tables, stream_key(1, replication)).seats
        # The first stays of seats are drawn in full, unless they outlast the run.
        stays += (seats.left - seats.hired)[~seats.new].tolist()
    ends = tables.horizon.ends - tables.horizon.begins
    assert len(stays) == 400
    drawn = [min(stay, ends) for stay in stays]
    assert max(drawn) < ends
    assert stats.kstest(drawn, stats.expon(scale=50).cdf).pvalue > 1e-3


def test_the_run_ins_tenure_holds_until_the_start() -> None:
    """The hazard changes at time 0: nobody who sits there then starts anew."""
    calm, plan = a_world({"tenure": 1e6}, run_in=12)
    stressed, _ = a_world({"tenure": 30}, run_in=12)
    stays = []
    for replication in range(40):
        seats = persons((stressed, plan), replication, calm=calm).seats
        assert (seats.left[seats.hired < 0] > 0).all()
        stays += seats.left[seats.hired < 0].tolist()
    assert stats.kstest(stays, stats.expon(scale=30).cdf).pvalue > 1e-3


def test_equal_terms_before_and_after_the_start_are_those_of_one_plan() -> None:
    funnel, plan = a_world({"tenure": 60, "backfill": 9}, run_in=12)
    other = plan.model_copy(update={"costs": {"tools": 5.0}})
    assert make_tables(funnel, other, plan).run_in is not None
    assert by_key(persons((funnel, other), root=plan)) == by_key(persons((funnel, plan)))


def test_seats_keep_their_persons_when_heads_are_added_elsewhere() -> None:
    def heads(sdr: Any, ae: Any) -> Tables:
        return persons(a_world({"tenure": 200, "backfill": 30, "skill_sd": 0.3}, teams={
            "sdr": {"headcount": sdr}, "ae": {"headcount": ae},
        }))  # fmt: skip

    base = heads(4, [6] * 10 + [8] * 14)
    more = heads(5, [6] * 4 + [7] * 6 + [9] * 14)
    assert by_key(base, AE).items() <= by_key(more, AE).items()
    assert by_key(base, SDR).items() <= by_key(more, SDR).items()
    skills = dict(zip(more.seats.key.tolist(), more.seat_skill.tolist(), strict=True))
    for key, skill in zip(base.seats.key.tolist(), base.seat_skill.tolist(), strict=True):
        assert skills[key] == skill != 0.0


def test_a_cut_ends_the_seat_whoever_holds_it() -> None:
    tables = persons(a_world({"tenure": 100, "backfill": 50}, teams={
        "sdr": {"headcount": 0}, "ae": {"headcount": [3] * 12 + [1] * 12},
    }))  # fmt: skip
    seats = tables.seats
    day = float(tables.horizon.counted_edges[12])
    assert (seats.hired[seats.seat > 0] < day).all()
    assert (seats.left[seats.seat > 0] <= day).all()
    assert (seats.cut == (seats.left == day)).all()


def test_skill_is_normal_and_the_persons_own() -> None:
    skills = np.concatenate([persons(a_world({"skill_sd": 0.4}), r).seat_skill for r in range(60)])
    assert len(skills) == 600
    assert stats.kstest(skills, stats.norm(scale=0.4).cdf).pvalue > 1e-3


def test_persons_do_not_depend_on_the_order_in_which_replications_are_drawn() -> None:
    tables = make_tables(*a_world({"tenure": 90, "skill_sd": 1.0}))
    one, two, again = (staffed(tables, stream_key(1, r)) for r in (0, 1, 0))
    for spec in fields(one.seats):
        assert np.array_equal(getattr(one.seats, spec.name), getattr(again.seats, spec.name))
    assert one.seats.key[0] == two.seats.key[0]
    assert one.seats.left[0] != two.seats.left[0]


def test_recruiting_and_severance_by_hand() -> None:
    """Two hires in month 3 at 20 % of 60k and of 96k; one seat cut in month 6, two months of 96k / 12."""
    funnel, plan = a_world(teams={
        "sdr": {"headcount": [1, 1, 2, 2, 2, 2], "base": 60_000, "recruiting": 0.2},
        "ae": {"headcount": [2, 2, 3, 3, 3, 2], "base": 96_000, "recruiting": 0.2, "severance": 2},
    }, months=6)  # fmt: skip
    ledger, edges = simulate(funnel, plan).ledger, make_tables(funnel, plan).horizon.edges
    lines = [
        (time, account, actor, amount)
        for time, account, actor, amount in zip(
            ledger.time.tolist(), ledger.account.tolist(), ledger.actor.tolist(), ledger.amount.tolist(), strict=True
        )
        if account in (Account.RECRUITING, Account.SEVERANCE)
    ]
    assert lines == [
        (edges[2], Account.RECRUITING, 1, 12_000.0),
        (edges[2], Account.RECRUITING, 4, 19_200.0),
        (edges[5], Account.SEVERANCE, 4, 16_000.0),
    ]


def test_every_backfill_is_recruited_and_nobody_who_leaves_of_his_own_is_paid_off() -> None:
    teams = {name: {"headcount": 5, "base": 50_000, "recruiting": 0.1, "severance": 3} for name in ("sdr", "ae")}
    log = simulate(*a_world({"tenure": 60, "backfill": 10}, teams))
    recruited = log.ledger.amount[log.ledger.account == Account.RECRUITING]
    successors = sum("," in name for name in log.names.seats)
    assert successors > 50
    assert recruited.tolist() == [5_000.0] * successors
    assert not (log.ledger.account == Account.SEVERANCE).any()


@pytest.mark.parametrize("levers", [{"skill_sd": 0.0, "learning": 0.0}, {"backfill": 30}, {"tenure": None}])
def test_levers_at_nothing_change_nothing(levers: dict[str, Any]) -> None:
    assert simulate(*a_world(levers, leads=60)).digest() == simulate(*a_world(leads=60)).digest()
