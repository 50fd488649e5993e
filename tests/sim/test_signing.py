"""A last stage that is decided day by day: its chances by hand, what its pace does, and levels that drift.

Each statistical claim is refused at p < 1e-4, two-sided: |z| > 3.89.
"""

import datetime as dt
import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.checks import check_funnel
from sim.climate import realised
from sim.draws import stream_key
from sim.funnel import Funnel
from sim.laws.signing import UNDECIDED, UNIT, decide, drift_path, pace_of, wins_today
from sim.log import EntityType, Kind, Log
from sim.plan import Plan
from sim.run import EngineName, resume, simulate, simulate_until
from sim.snapshot import OpenDeal, Snapshot
from sim.tables import Tables, make_tables

ENGINES: tuple[EngineName, EngineName] = ("simpy", "compiled")
LABELS = {"channel": "web", "segment": "all", "product": "thing"}
STEADY = {"law": "exponential", "mean": 10}
WHIMS = {
    "pace": 1.3, "elasticity": 0.5, "load": 2.0, "drift": {"slope": 0.1, "fades": 30, "wander": 0.2},
    "quarter": [0.5, 1, 1.5], "month_end": 2, "weekdays": [1, 1, 1, 1, 1.5, 0, 0],
}  # fmt: skip


def a_funnel(signing: dict[str, Any] | None, leads: float = 0.0, **fields: Any) -> Funnel:
    """One who talks is won in 40 of 100 cases after 10 days in the mean, lost in 60 after 30."""
    last = {"time": STEADY, "advance": 0.4, "losses": {"lost": {"share": 1, "time": STEADY | {"mean": 30}}}}
    tree: dict[str, Any] = {
        "name": "f",
        "channels": {"web": {"leads": leads, "spend": 0, "base_share": 1, "segments": {"all": 1}}},
        "segments": {"all": {"value": {"law": "constant", "value": 1000}}},
        "products": {"thing": {"mix": 1, "margin": 0.5}},
        "stages": {"talk": {"time": STEADY, "advance": 0.9, "losses": {"lost": 1}}, "close": last},
        "sales_development": {"contact": [1], "attempt_effort": 0, "conversation_effort": 0},
        "bad_fit_logit": 0,
        "arrivals": {"frailty_shape": None, "market_sd": 0, "in_hours_share": None},
        "signing": signing,
    }
    tree["channels"]["web"] |= {"mql_probability": 1, "sql_probability": 1}
    return Funnel.model_validate(tree | fields)


def a_plan(**fields: Any) -> Plan:
    """From a Friday on."""
    terms = {
        "name": "p", "start": "2027-01-01", "months": 6, "calendar": "always", "run_in": 0, "follow": 0,
        "teams": {"sdr": {"headcount": 1}, "ae": {"headcount": 1}}, "handoff": {"attempts": 1, "recycles": 0},
    }  # fmt: skip
    return Plan.model_validate(terms | fields)


def deals(count: int, age: float = 0.0, **fields: Any) -> Snapshot:
    return Snapshot(
        deals=tuple(
            OpenDeal(f"d{k}", **LABELS, stage="close", amount=1e3, age=age, stage_age=age, **fields)
            for k in range(count)
        )
    )


def closed(log: Log, kind: Kind) -> np.ndarray:
    """Days on which something happens to opportunities, in order."""
    return log.events.time[(log.events.kind == kind) & (log.events.time >= 0.0)]


def last_stage(tables: Tables) -> tuple[int, int]:
    """First and one past the last of the causes of the last stage."""
    first = tables.stage_first.tolist()
    return first[1], first[2]


def chances(tables: Tables, age: int, factor: float = 1.0) -> float:
    """As the engines ask for it: the chance of winning on a day."""
    first, last = last_stage(tables)
    eta = math.log(0.4 / 0.6)
    share, law = tables.climate.cause_share[0], tables.cause_law
    alive = tables.signing.signing_alive
    rows, knots = tables.laws, tables.knots
    return wins_today(eta, first, last, share, law, rows, knots, alive, factor, age)


def test_a_days_chance_by_hand() -> None:
    """Won 40 : 60 with means 10 and 30 days. Of 100 there are after a days 40 e^(-a/10) + 60 e^(-a/30); on the next day
    40 e^(-a/10) (1 - e^(-1/10)) are won: on the first 3.8065 of 100, on the thirty-first 0.18951 of 24.0643."""
    tables = make_tables(a_funnel({}), a_plan(), snapshot=deals(0))
    assert chances(tables, 0) == pytest.approx(0.038065, rel=1e-4)
    assert chances(tables, 30) == pytest.approx(0.18951 / 24.0643, rel=1e-4)
    # Beyond the table, and of buyers who take twice their time.
    assert chances(tables, 2000) == pytest.approx(0.0, abs=1e-50)
    doubled = 40 * math.exp(-1.5) * (1 - math.exp(-0.05)) / (40 * math.exp(-1.5) + 60 * math.exp(-0.5))
    assert chances(tables, 30, 2.0) == pytest.approx(doubled)


def test_a_decision_has_those_chances_and_falls_within_its_day() -> None:
    tables = make_tables(a_funnel({}), a_plan(), snapshot=deals(0))
    first, last = last_stage(tables)
    args = (math.log(0.4 / 0.6), first, last, tables.climate.cause_share[0], tables.cause_law)
    more = (tables.laws, tables.knots, tables.signing.signing_alive, 1.0, 5)
    alive = 40 * math.exp(-0.5) + 60 * math.exp(-5 / 30)
    win = 40 * math.exp(-0.5) * (1 - math.exp(-0.1)) / alive
    loss = 60 * math.exp(-5 / 30) * (1 - math.exp(-1 / 30)) / alive
    for pace in (0.0, 1.0, 4.0):
        found = [decide(1, key, 0, 5, pace, *args, *more) for key in range(40_000)]
        counts = [sum(cause == k for cause, _ in found) for k in (first, first + 1, UNDECIDED)]
        for count, chance in zip(counts, (pace * win, loss, 1 - pace * win - loss), strict=True):
            assert stats.binomtest(count, len(found), chance).pvalue > 1e-4
        shares = [share for cause, share in found if cause != UNDECIDED]
        assert stats.kstest(shares, "uniform").pvalue > 1e-4


def test_without_a_pace_shares_and_days_are_those_of_the_stages_law() -> None:
    """With all chances as they are, the day of a decision has the law of the stage's times, cut at midnights; for deals
    that stand at the start, and for those that come within a day."""
    for funnel, begun in ((a_funnel({}), deals(6000)), (a_funnel({}, leads=1200.0), None)):
        log = simulate(funnel, a_plan(), snapshot=begun)
        events = log.events
        entered = {} if begun is not None else _entered(log)
        days: dict[Kind, list[int]] = {Kind.WON: [], Kind.LOST: []}
        for kind in days:
            rows = np.flatnonzero(
                (events.kind == kind) & (events.stage != 0) if kind == Kind.LOST else events.kind == kind
            )
            for who, time in zip(events.entity[rows].tolist(), events.time[rows].tolist(), strict=True):
                if begun is not None or who in entered:
                    days[kind].append(math.floor(time) - entered.get(who, 0))
        total = 6000 if begun is not None else len(entered)
        edges = np.array([0, 1, 2, 3, 5, 8, 12, 20, 30, 60])
        expected = [total * share * -np.diff(np.exp(-edges / mean)) for share, mean in ((0.4, 10.0), (0.6, 30.0))]
        seen = [np.histogram(days[kind], edges)[0] for kind in (Kind.WON, Kind.LOST)]
        parts = np.concatenate(expected), np.concatenate(seen)
        rest = total - parts[0].sum(), total - parts[1].sum()
        f_exp, f_obs = (np.append(part, left) for part, left in zip(parts, rest, strict=True))
        assert stats.chisquare(f_obs, f_exp).pvalue > 1e-4


def _entered(log: Log) -> dict[int, int]:
    """The day on which each lead came to the last stage, of those that had 60 days from then."""
    events = log.events
    rows = np.flatnonzero((events.kind == Kind.STAGE_ENTER) & (events.stage == 1) & (events.time < 120.0))
    return {int(who): math.floor(time) for who, time in zip(events.entity[rows], events.time[rows], strict=True)}


def test_a_pace_by_hand() -> None:
    """A load of 4 where 1 is usual: twice as many wins at an elasticity of one half, as many at 0."""
    load = int(4 / UNIT)
    assert pace_of(2.0, load, 1.0, 1.0) == 2.0
    assert pace_of(2.0, load, 1.0, 0.5) == 1.0
    assert pace_of(2.0, load, 1.0, 0.0) == 0.5
    assert pace_of(2.0, load, 8.0, 0.0) == 4.0
    # However few there are, the pace is at most ten times as high.
    assert pace_of(2.0, 0, 1.0, 0.0) == pytest.approx(20.0)
    assert pace_of(2.0, int(0.05 / UNIT), 1.0, 0.0) == pytest.approx(20.0)


@pytest.mark.parametrize(("elasticity", "times"), [(0.0, 1.0), (0.5, math.sqrt(2.0)), (1.0, 2.0)])
def test_wins_go_with_twice_the_pipeline_to_the_power_of_the_elasticity(elasticity: float, times: float) -> None:
    """Nobody is lost, and few of those there are won: 1 in 2,000 a day, so that a load is about n / 2,000."""
    slow = {"talk": {"time": STEADY, "advance": 0.9, "losses": {"lost": 1}}}
    slow["close"] = {"time": STEADY | {"mean": 2000}, "advance": 1, "losses": {"lost": 1}}
    funnel = a_funnel({"elasticity": elasticity, "load": 0.5}, stages=slow)
    counts = [
        sum(
            len(closed(simulate(funnel, a_plan(months=2), snapshot=deals(n), replication=r), Kind.WON))
            for r in range(12)
        )
        for n in (1000, 2000)
    ]
    # Half a win a day over 59 days in 12 replications at the usual load; the pipeline itself shrinks by some.
    if elasticity == 0.0:
        assert 5e-5 < stats.poisson.cdf(counts[0], 354) < 1 - 5e-5
    share = times / (1 + times)
    assert stats.binomtest(counts[1], sum(counts), share).pvalue > 1e-4


def test_the_calendar_of_a_pace_by_hand() -> None:
    """1 January 2027 is a Friday; the last five days of January are 27..31, of February 24..28."""
    noun = {"pace": 0.8, "quarter": [0.5, 1, 2], "month_end": 3, "weekdays": [1, 1, 1, 1, 2, 0, 0.25]}
    paces = make_tables(a_funnel(noun), a_plan(follow=2), snapshot=deals(0)).signing.signing_paces
    for date, pace in {
        "2027-01-01": 0.8 * 0.5 * 2,  # a Friday
        "2027-01-02": 0.0,
        "2027-01-03": 0.8 * 0.5 * 0.25,
        "2027-01-04": 0.8 * 0.5,
        "2027-01-26": 0.8 * 0.5,
        "2027-01-27": 0.8 * 0.5 * 3,
        "2027-01-29": 0.8 * 0.5 * 3 * 2,
        "2027-02-01": 0.8,
        "2027-02-23": 0.8,
        "2027-02-24": 0.8 * 3,
        "2027-03-01": 0.8 * 2,
        "2027-03-31": 0.8 * 2 * 3,
        "2027-04-01": 0.8 * 0.5,
        "2027-06-30": 0.8 * 2 * 3,
    }.items():
        assert paces[(dt.date.fromisoformat(date) - dt.date(2027, 1, 1)).days] == pytest.approx(pace), date


def test_nobody_wins_on_a_day_of_factor_zero_and_losses_go_on() -> None:
    """Deals come at midnight too, after a day to the hour."""
    stages = {
        "talk": {"time": {"law": "constant", "value": 1}, "advance": 1, "losses": {"lost": 1}},
        "close": {"time": STEADY, "advance": 0.5, "losses": {"lost": 1}},
    }
    funnel = a_funnel({"weekdays": [1, 1, 1, 1, 1, 0, 0], "pace": 2}, 400.0, stages=stages)
    begun = Snapshot(
        deals=tuple(OpenDeal(f"d{k}", **LABELS, stage="talk", amount=1e3, age=0.0, stage_age=0.0) for k in range(900))
    )
    one, other = (simulate(funnel, a_plan(), snapshot=begun, engine=engine) for engine in ENGINES)
    assert one.digest() == other.digest()
    # The plan starts on a Friday, so the deals come to the last stage as Saturday begins.
    weekday = {kind: (np.floor(closed(one, kind)) + 4) % 7 for kind in (Kind.WON, Kind.LOST)}
    assert len(weekday[Kind.WON]) > 500
    assert (weekday[Kind.WON] < 5).all()
    assert (weekday[Kind.LOST] >= 5).sum() > 50


@pytest.mark.parametrize("engine", ENGINES)
def test_the_dormant_are_never_decided(engine: EngineName) -> None:
    log = simulate(a_funnel({"pace": 5}), a_plan(), snapshot=deals(300, 40.0, zombie=True), engine=engine)
    assert len(closed(log, Kind.WON)) == len(closed(log, Kind.LOST)) == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_checkpoint_goes_on_with_the_days_decisions(engine: EngineName) -> None:
    funnel, plan, begun = a_funnel(WHIMS, 300.0), a_plan(months=2), deals(40, 3.0)
    whole = simulate(funnel, plan, snapshot=begun, engine=engine)
    assert len(closed(whole, Kind.WON)) > 20
    for day in (0.0, 17.0, 30.25):
        here = simulate_until(funnel, plan, day, snapshot=begun, engine=engine)
        for other in ENGINES:
            assert resume(here, funnel, plan, snapshot=begun, engine=other).digest() == whole.digest()


def test_a_drift_of_no_luck_by_hand() -> None:
    """0.7 a week that halves in 7 days: 0.1 on the first day, 0.05 on the eighth, 0.1 / (1 - 2^(-1/7)) in the end."""
    path = np.empty(400)
    drift_path(1, 2, 739_000, 0.7, 7.0, 0.0, path)
    assert path[0] == pytest.approx(0.1)
    assert np.diff(path)[[6, 13]] == pytest.approx([0.05, 0.025])
    assert path[-1] == pytest.approx(0.1 / (1 - 0.5 ** (1 / 7)))


def test_the_variance_of_a_walk_grows_by_that_of_a_week() -> None:
    wander, streams = 0.3, 3000
    paths = np.empty((streams, 7 * 26))
    for stream, path in enumerate(paths):
        drift_path(stream_key(5, stream), 9, 739_000, 0.0, 46.0, wander, path)
    for weeks in (1, 4, 26):
        scaled = (paths[:, 7 * weeks - 1] ** 2).sum() / (weeks * wander**2)
        assert 5e-5 < stats.chi2.cdf(scaled, streams) < 1 - 5e-5, weeks
    # The steps of one week tell nothing of those of another; the path of a later start has the same steps.
    one, other = paths[:, 6], paths[:, 13] - paths[:, 6]
    assert stats.pearsonr(one, other).pvalue > 1e-4
    later = np.empty(7)
    drift_path(stream_key(5, 0), 9, 739_007, 0.0, 46.0, wander, later)
    assert np.diff(later) == pytest.approx(np.diff(paths[0, 7:14]))


def test_levels_drift_from_the_plans_start_on() -> None:
    """Wins and leads have drifts of their own; the run-in has none."""
    drift = {"slope": 0.2, "fades": 3650, "wander": 0.1}
    arrivals = {"frailty_shape": None, "market_sd": 0, "in_hours_share": None, "drift": drift}
    plan = a_plan(run_in=2)
    tables = make_tables(a_funnel({"drift": drift}, 100.0, arrivals=arrivals), plan)
    before = int(-tables.horizon.begins)
    for replication in range(2):
        paces = realised(tables, stream_key(1, replication)).signing.signing_paces
        assert (paces[:before] == 1.0).all()
        assert paces[-1] > math.exp(0.1 * 26)
    funnels = [
        a_funnel(None, 3000.0, arrivals=arrivals | {"drift": each}) for each in ({"slope": 0.02, "fades": 3650}, {})
    ]
    risen, level = (simulate(each, a_plan(months=6, run_in=2), seed=3) for each in funnels)
    early = [int((log.entities.created[log.entities.type == EntityType.LEAD] < 0).sum()) for log in (risen, level)]
    assert early[0] == early[1] > 4000
    path = np.empty(181)
    drift_path(0, 0, 0, 0.02, 3650.0, 0.0, path)
    found = [int((log.entities.created[log.entities.type == EntityType.LEAD] >= 0).sum()) for log in (risen, level)]
    share = np.exp(path).mean() / (1 + np.exp(path).mean())
    assert stats.binomtest(found[0], sum(found), share).pvalue > 1e-4


def test_a_world_that_does_not_drift_is_the_same_object() -> None:
    for signing in (None, {}):
        tables = make_tables(a_funnel(signing), a_plan(), snapshot=deals(0))
        assert realised(tables, stream_key(1, 0)).signing is tables.signing


def test_what_cannot_stand_beside_it_is_refused() -> None:
    late = {"time": 1, "advance": 0.5, "losses": {"lost": 1}, "resolve": "after_effort"}
    wrong = a_funnel({}, stages={"close": late}, rhythm=[1, 1, 1], effort={"pull_forward": 0.1})
    assert [problem.where for problem in check_funnel(wrong)] == [
        "funnel.stages.close.resolve",
        "funnel.rhythm",
        "funnel.effort.pull_forward",
    ]
