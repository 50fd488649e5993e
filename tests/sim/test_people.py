"""Persons: how long they stay, who follows them, and that what happens elsewhere leaves them alone."""

from dataclasses import fields
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.draws import stream_key
from sim.funnel import Funnel
from sim.log import Account, Kind
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


def test_leave_is_one_week_in_each_part_of_the_year() -> None:
    tables = persons(a_world({"leave_days": 20}, run_in=12))
    seats = tables.seats
    assert len(seats.team) == 10
    part = 365.25 / 4
    for person in range(10):
        begins = seats.away_from[seats.away == person]
        back = seats.away_until[seats.away == person]
        assert (back - begins == pytest.approx(7.0)) if np.isfinite(back).all() else back[-1] == np.inf
        place = (begins - tables.horizon.begins) / part
        assert np.floor(place).tolist() == list(range(len(begins)))
        assert ((place % 1) * part <= part - 7.0 + 1e-9).all()
        assert len(begins) in (11, 12)
    places = (seats.away_from - tables.horizon.begins) % part / (part - 7.0)
    assert stats.kstest(places, stats.uniform.cdf).pvalue > 1e-3


def test_leave_takes_its_share_of_the_hours_and_adds_nothing_to_a_ramp() -> None:
    always = {"calendar": "always", "months": 48}
    teams = {"sdr": {"headcount": 0}, "ae": {"headcount": 40}}
    whole, rest = (simulate(*a_world({"leave_days": days}, teams, **always)) for days in (0, 26))
    share = rest.reps.available_hours.sum() / whole.reps.available_hours.sum()
    assert share == pytest.approx(1 - 26 / 5 * 7 / 365.25, abs=0.002)
    # A new hire: after b hours at work he has done s b^2 / 2R, whenever he was away.
    teams = {"sdr": {"headcount": 0}, "ae": {"headcount": [0, *[1] * 23]}}
    funnel, plan = a_world({"leave_days": 50}, teams, calendar="always")
    tables, log = persons((funnel, plan)), simulate(funnel, plan)
    edges = tables.horizon.counted_edges
    begin, end = tables.seats.away_from, tables.seats.away_until

    def at_work(day: float) -> float:
        return (day - edges[1] - float(np.maximum(np.minimum(day, end) - np.minimum(day, begin), 0).sum())) * 24.0

    ramp = 5 * 365.25 / 12 * 24.0
    for month in (1, 2, 3):
        since, until = (at_work(float(edges[month + k])) for k in (0, 1))
        assert log.reps.available_hours[month] == pytest.approx(0.44 * (until**2 - since**2) / (2 * ramp), rel=1e-9)
    assert (begin < edges[4]).any()


def test_nobody_takes_a_leave_that_begins_when_he_has_left() -> None:
    seats = persons(a_world({"leave_days": 100, "tenure": 40})).seats
    assert (seats.away_from < seats.left[seats.away]).all()
    assert (seats.away_from >= seats.hired[seats.away]).all()
    late = ~np.isfinite(seats.away_until)
    assert (seats.away_from[late] + 7.0 >= seats.left[seats.away[late]]).all()
    assert (seats.away_until[~late] < seats.left[seats.away[~late]]).all()
    assert late.any()


def events_of(log: Any, *kinds: Kind) -> list[tuple[float, int, int, float]]:
    rows = np.flatnonzero(np.isin(log.events.kind, kinds))
    columns = (log.events.time, log.events.kind, log.events.actor, log.events.amount)
    return list(zip(*(column[rows].tolist() for column in columns), strict=True))


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_an_ae_who_goes_on_leave_takes_up_his_task_when_he_is_back(engine: Any) -> None:
    """One AE round the clock, one deal of endless work: it ends when he goes, and is his again when he comes back."""
    funnel, plan = a_world(
        {"leave_days": 20, "selling_share": 1.0}, {"sdr": {"headcount": 1}, "ae": {"headcount": 1}}, leads=3.0,
        calendar="always",
    )  # fmt: skip
    tree = funnel.model_dump(by_alias=True)
    tree["stages"]["open"] |= {"effort": 900_000, "advance": 1.0, "losses": {}}
    tree["sdr"]["leave_days"] = 0
    tree["sales_development"]["contact"] = [1.0] * 8
    log = simulate(Funnel.model_validate(tree), plan, engine=engine)
    rows = events_of(log, Kind.AWAY, Kind.BACK, Kind.TASK_START)
    pauses = [row for row in events_of(log, Kind.TASK_END) if row[2] == 1]
    begun = next(k for k, row in enumerate(rows) if row[1] == Kind.TASK_START)
    kinds = [row[1] for row in rows[begun:]]
    assert kinds[:6] == [Kind.TASK_START, Kind.AWAY, Kind.BACK, Kind.TASK_START, Kind.AWAY, Kind.BACK]
    times = [row[0] for row in rows[begun:]]
    assert times[2] == times[1] + 7.0
    assert times[3] == times[2]
    assert [row[0] for row in pauses] == [time for time, kind in zip(times, kinds, strict=True) if kind == Kind.AWAY]
    assert pauses[0][3] == pytest.approx((times[1] - times[0]) * 24.0)
    assert pauses[1][3] == pytest.approx((times[4] - times[3]) * 24.0)
    assert len(set(log.events.entity[log.events.kind == Kind.TASK_START].tolist())) == 1


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_a_leavers_opportunities_pass_on_when_the_handover_is_over(engine: Any) -> None:
    funnel, plan = a_world({}, {"sdr": {"headcount": 2}, "ae": {"headcount": [2, 2, 2, *[1] * 21]}}, 40.0)
    tree = funnel.model_dump(by_alias=True)
    tree["ae"]["handover"] = 12.0
    tree["stages"]["open"] |= {"time": 90, "effort": 30}
    log = simulate(Funnel.model_validate(tree), plan, engine=engine)
    (left,) = events_of(log, Kind.LEFT)
    passed = events_of(log, Kind.REASSIGNED)
    assert len(passed) > 3
    assert {row[0] for row in passed} == {left[0] + 12.0}
    assert not [row for row in events_of(log, Kind.TASK_START) if row[2] == left[2] and row[0] >= left[0]]
    pauses = [row for row in events_of(log, Kind.TASK_END) if row[2] == left[2]]
    assert pauses[-1][0] == left[0]


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_a_pool_that_is_divided_up_leaves_no_work_to_nobody(engine: Any) -> None:
    """On day 0 a pool of two becomes owners of whom one is cut: the task that he has in hand is another's to end."""
    teams = {"sdr": {"headcount": 4}, "ae": {"headcount": 2, "ownership": "pooled"}}
    funnel, root = a_world({}, teams, 60.0, run_in=6, months=12)
    tree = funnel.model_dump(by_alias=True)
    tree["stages"]["open"] |= {"time": 0, "advance": 1.0, "losses": {}, "effort": 40}
    tree["sales_development"]["contact"] = [1.0] * 8
    cut = root.model_dump(by_alias=True)
    cut["teams"]["ae"] |= {"headcount": 1, "ownership": "owned"}
    log = simulate(Funnel.model_validate(tree), Plan.model_validate(cut), root=root, engine=engine)
    (left,) = events_of(log, Kind.LEFT)
    broken_off = log.events.entity[(log.events.kind == Kind.TASK_END) & (log.events.time == left[0])]
    assert len(broken_off) == 1
    of_it = log.events.entity == broken_off[0]
    assert (of_it & (log.events.kind == Kind.TASK_START) & (log.events.time >= 0)).any()
    assert (of_it & (log.events.kind == Kind.WON)).any()


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_a_pool_takes_up_the_work_of_opportunities_that_nobody_held(engine: Any) -> None:
    """The only AE leaves in the run-in; on day 0 the opportunities that he left behind are a new pool's."""
    teams = {"sdr": {"headcount": 2}, "ae": {"headcount": 1}}
    funnel, root = a_world({}, teams, 40.0, run_in=6, months=12)
    tree = funnel.model_dump(by_alias=True)
    tree["stages"]["open"] |= {"time": 0, "advance": 1.0, "losses": {}, "effort": 40}
    tree["ae"] |= {"tenure": 60.0, "backfill": 1e6}
    pool = root.model_dump(by_alias=True)
    pool["teams"]["ae"] |= {"headcount": 3, "ownership": "pooled"}
    log = simulate(Funnel.model_validate(tree), Plan.model_validate(pool), root=root, engine=engine, replication=4)
    left = events_of(log, Kind.LEFT)[0]
    assert left[0] < 0
    orphans = set(log.events.entity[(log.events.kind == Kind.REASSIGNED) & (log.events.actor == -1)].tolist())
    assert len(orphans) > 2
    begun = log.events.entity[(log.events.kind == Kind.TASK_START) & (log.events.time >= 0)]
    assert orphans <= set(begun.tolist())


def test_coding_is_added_to_conversations_and_stages() -> None:
    """Hours by hand: .2 an attempt, .75 + .1 a conversation, 2 + .25 a stage."""
    funnel, plan = a_world({}, leads=30.0)
    tree = funnel.model_dump(by_alias=True)
    tree["sdr"]["coding"], tree["ae"]["coding"] = 0.1, 0.25
    log = simulate(Funnel.model_validate(tree), plan)
    hours = log.events.amount[log.events.kind == Kind.TASK_END]
    actors = log.events.actor[log.events.kind == Kind.TASK_END]
    assert set(np.round(hours[actors < 4], 9).tolist()) == {0.2, 1.05}
    assert set(np.round(hours[actors >= 4], 9).tolist()) == {2.25}


@pytest.mark.parametrize(
    "levers", [{"leave_days": 0.0}, {"coding": 0.0}, {"tenure": 1e6}, {"ae": {"handover": 9.0, "handover_logit": -1}}]
)
def test_more_levers_at_nothing_change_nothing(levers: dict[str, Any]) -> None:
    """A handover without a leaver is none."""
    funnel, plan = a_world({} if "ae" in levers else levers, leads=60)
    tree = funnel.model_dump(by_alias=True)
    tree["ae"] |= levers.get("ae", {})
    assert simulate(Funnel.model_validate(tree), plan).digest() == simulate(*a_world(leads=60)).digest()
