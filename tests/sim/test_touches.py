"""Touches: they nest, they fade, they carry what creation channels do for leads of others; by hand and by truth."""

import math
from typing import Any

import numpy as np
import pytest

from sim.funnel import Funnel
from sim.laws.touches import NONE_FOUND, has_acted, next_action, sale_logit, scan, uses_enough, warmth_left
from sim.log import Account, EntityType, Kind, Log
from sim.plan import Plan
from sim.run import simulate
from sim.tables import make_tables
from sim.throttle import Spent
from sim.units import DAYS_PER_MONTH

CONTENT = {"per_month": 0.8, "effect": 0.15}


def touched(funnel: Funnel, journey: dict[str, Any] | None = None, **touches: Any) -> Funnel:
    """The funnel whose channels touch so."""
    tree = funnel.model_dump(by_alias=True)
    for name, terms in touches.items():
        tree["channels"][name]["touches"] = terms
    tree["journey"] = journey or {}
    return Funnel.model_validate(tree)


def spending(plan: Plan, **spend: Any) -> Plan:
    """The plan with other spend."""
    return Plan.model_validate(plan.model_dump(by_alias=True) | {"spend": {**plan.spend, **spend}})


def key_touches(log: Log) -> set[tuple[int, float, int]]:
    """(lead's key, time, channel) of all touches until a day that no lead's close precedes."""
    table = log.touches
    assert table is not None
    keys = log.entities.key[table.entity]
    return set(zip(keys.tolist(), table.time.tolist(), table.channel.tolist(), strict=True))


def test_what_is_left_of_touches() -> None:
    """A half-life of 30 days keeps 32.46 days of the touches of the past 60."""
    assert warmth_left(60, 30) == pytest.approx(32.4606384)
    fine = np.arange(0.005, 60, 0.01)
    assert warmth_left(60, 30) == pytest.approx(float(np.sum(0.5 ** (fine / 30)) * 0.01), rel=1e-6)


def test_touches_are_poisson_at_their_rate() -> None:
    """Of 5,000 leads: mean and variance of the counts, and the mean of warmth, at a rate that no band ends at."""
    rates, keys = np.full((1, 100), 2.7), np.array([5])
    terms = np.array([[0.4, 0.3, 0.0, 0.0, 1.0]])
    found = [
        scan(7, lead, 20.0, 80.0, 0, 740_000, rates, np.full((1, 16), 2.7), keys, terms, 10.0, NONE_FOUND)
        for lead in range(5000)
    ]
    counts, warmth = np.array(found).T[:2]
    mean = 2.7 / 7 * 60
    assert counts.mean() == pytest.approx(mean, abs=4 * math.sqrt(mean / 5000))
    assert counts.var() == pytest.approx(mean, rel=4 * math.sqrt(2 / 5000))
    expected = 2.7 / 7 * 0.4 * 0.3 * warmth_left(60, 10)
    # Var of shot noise: rate x P(opened) x effect^2 x half / (2 ln 2).
    sd = math.sqrt(2.7 / 7 * 0.3 * 0.4**2 * 10 / (2 * math.log(2)))
    assert warmth.mean() == pytest.approx(expected, abs=4 * sd / math.sqrt(5000))


def test_touches_without_effect_change_nothing_that_happens(starter: tuple[Funnel, Plan]) -> None:
    funnel, plan = starter
    plain = simulate(funnel, plan, seed=3)
    log = simulate(touched(funnel, content={"per_month": 3, "opened": 0.5, "action": 0.3}), plan, seed=3)
    for table in ("events", "entities", "ledger", "truth"):
        mine, its = getattr(log, table).columns(), getattr(plain, table).columns()
        assert all(np.array_equal(mine[name], its[name]) for name in mine)
    assert plain.touches is None
    assert log.touches is not None
    rate = 3 / DAYS_PER_MONTH
    lived = log.window.ends - log.entities.created[log.entities.type == EntityType.LEAD] + 60
    assert 0 < len(log.touches) < rate * lived.sum()
    opened = log.touches.opened == 1
    assert opened.mean() == pytest.approx(0.5, abs=4 * 0.5 / math.sqrt(len(opened)))
    assert not log.touches.clicked[~opened].any()
    assert not log.touches.action[log.touches.clicked == 0].any()
    clicks = log.touches.clicked[opened]
    assert clicks.mean() == pytest.approx(0.2, abs=4 * 0.4 / math.sqrt(len(clicks)))


def test_more_spend_means_the_same_touches_and_some_more(starter: tuple[Funnel, Plan]) -> None:
    funnel, plan = starter
    world = touched(funnel, content={"per_month": 0.8})
    base, more = (simulate(world, each, root=plan, seed=3) for each in (plan, spending(plan, content="20k")))
    few, many = key_touches(base), key_touches(more)
    # The same leads of channels whose spend is the same; who of them is served, and how long, may differ.
    closed = base.window.ends
    for log in (base, more):
        rows = np.isin(log.events.kind, (int(Kind.WITHDRAWN), int(Kind.WON), int(Kind.LOST)))
        closed = min(closed, float(log.events.time[rows].min()))
    assert {each for each in few if each[1] < closed} <= {each for each in many if each[1] < closed}
    assert len(many) > len(few)


def test_a_channel_without_spend_touches_nobody(starter: tuple[Funnel, Plan]) -> None:
    funnel, plan = starter
    log = simulate(touched(funnel, content={"per_month": 5}), spending(plan, content=0), seed=3)
    assert log.touches is not None
    assert len(log.touches) == 0


def test_without_content_paid_search_leads_lose_what_its_touches_carried(starter: tuple[Funnel, Plan]) -> None:
    """With the creation channel off, the same paid-search leads come with less intent: each lacks what touches of
    content had added to its own, on average rate x effect x 32.46 days."""
    funnel, plan = starter
    world = touched(funnel, content=CONTENT, paid_search={"per_month": 0.4, "effect": 0.03})
    logs = [simulate(world, each, root=plan, seed=11, replication=2) for each in (plan, spending(plan, content=0))]
    names = tuple(world.channels)
    search, content = names.index("paid_search"), names.index("content")
    per_lead = []
    for log in logs:
        truth, entities, table = log.truth, log.entities, log.touches
        assert truth is not None
        assert table is not None
        weight = np.zeros(len(entities))
        captured = entities.created[table.entity]
        mine = (table.channel == content) & (table.time <= captured)
        np.add.at(weight, table.entity[mine], 0.15 * 0.5 ** ((captured[mine] - table.time[mine]) / 30))
        leads = truth.entity[(entities.channel[truth.entity] == search) & (entities.created[truth.entity] >= 180)]
        place = np.searchsorted(truth.entity, leads)
        order = np.argsort(entities.key[leads])
        per_lead.append((entities.key[leads][order], truth.intent[place][order], weight[leads][order]))
    (keys, intent, carried), (other_keys, other_intent, other_carried) = per_lead
    np.testing.assert_array_equal(keys, other_keys)
    np.testing.assert_allclose(intent - other_intent, carried - other_carried, atol=1e-9)
    # After half a year next to nothing of content's spend is left, and all that it carried is lost.
    lost = intent - other_intent
    expected = 0.8 / DAYS_PER_MONTH * 0.15 * warmth_left(60, 30)
    assert lost.mean() == pytest.approx(expected, abs=4 * lost.std() / math.sqrt(len(lost)))
    assert lost.mean() > 10 * lost.std() / math.sqrt(len(lost))


def test_without_content_fewer_paid_search_leads_are_mqls(starter: tuple[Funnel, Plan]) -> None:
    """Of the same leads; none that was not an MQL becomes one."""
    funnel, plan = starter
    world, off = touched(funnel, content=CONTENT), spending(plan, content=0)
    search, lost = tuple(world.channels).index("paid_search"), 0
    for replication in range(6):
        qualified = []
        for each in (plan, off):
            log = simulate(world, each, root=plan, seed=11, replication=replication)
            rows = log.events.entity[(log.events.kind == Kind.MQL) & (log.events.visit == 0)]
            qualified.append(set(log.entities.key[rows[log.entities.channel[rows] == search]].tolist()))
        assert qualified[1] <= qualified[0]
        lost += len(qualified[0] - qualified[1])
    assert lost > 10


def test_usual_spend_leaves_the_mean_of_intent(starter: tuple[Funnel, Plan]) -> None:
    """What the root plan's spend adds on average is subtracted, so that effects move who is warm and not how many."""
    funnel, plan = starter
    plain = simulate(funnel, plan, seed=4).truth
    warm = simulate(touched(funnel, content={"per_month": 4, "effect": 0.3, "opened": 0.5}), plan, seed=4).truth
    assert plain is not None
    assert warm is not None
    moved = warm.intent - plain.intent
    assert moved.std() > 0.1
    # Content spends evenly in starter, so the run-in's mean is the plan's.
    assert moved.mean() == pytest.approx(0, abs=5 * moved.std() / math.sqrt(len(moved)))


def test_spend_that_is_cut_leaves_what_was_planned(starter: tuple[Funnel, Plan]) -> None:
    """Also where only the run-in's channels touch anybody."""
    funnel, plan = starter
    tree = plan.model_dump(by_alias=True)
    tree["handoff"]["overflow"] = {"policy": "throttle"}
    tables = make_tables(funnel, Plan.model_validate(tree), calm=touched(funnel, content=CONTENT))
    planned, spent = tables.touch.touch_rates.copy(), Spent(tables)
    assert tables.run_in is not None
    monday = next(day for day in range(-60, 0) if (plan.start.toordinal() + day) % 7 == 1)
    spent.share[spent.week(monday)] = 0.0
    spent.respond(tables.run_in, monday)
    assert (spent.touch_rates <= planned).all()
    assert (spent.touch_rates < planned).any()
    np.testing.assert_array_equal(tables.touch.touch_rates, planned)


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_air_cover_wins(starter: tuple[Funnel, Plan], engine: Any) -> None:
    funnel, plan = starter
    loud = spending(plan, content="40k")
    content = {"per_month": 4, "effect": 0.3}
    wins = [
        int((simulate(world, loud, root=plan, seed=3, engine=engine).events.kind == Kind.WON).sum())
        for world in (touched(funnel, content=content), touched(funnel, {"air_cover": 3}, content=content))
    ]
    assert wins[1] > wins[0]


def attended(starter: tuple[Funnel, Plan], touches: float, **fields: Any) -> tuple[Funnel, Plan]:
    """The starter company whose opportunities are touched so often a month, each touch adding .3 for 30 days."""
    funnel, plan = (noun.model_dump(by_alias=True) for noun in starter)
    funnel["journey"]["air_cover"] = 1.0
    funnel["nurture"]["touch_intent"] = 0.3
    plan["nurture"] |= {"opportunity_touches": touches, "touches_per_month": 0.0, **fields}
    return Funnel.model_validate(funnel), Plan.model_validate(plan)


@pytest.mark.parametrize(("opened", "now"), [(5.0, 45.0), (-20.0, -5.0), (-20.0, 0.0), (-20.0, 37.5), (3.0, 3.0)])
def test_what_touches_of_an_opportunity_add_is_the_sum_of_what_is_left_of_each(opened: float, now: float) -> None:
    """Against many small touches, .04 a day before day 0 and .1 from then on; of each half is left after 12 days."""
    steps = 200_000
    when = opened + (np.arange(steps) + 0.5) * (now - opened) / steps
    daily = np.where(when < 0.0, 0.04, 0.1) if now >= 0.0 else np.full(steps, 0.1)
    summed = float((daily * 0.5 ** ((now - when) / 12.0)).sum() * (now - opened) / steps)
    assert sale_logit(opened, now, 0.1, 0.04, 12.0) == pytest.approx(summed, rel=1e-4, abs=1e-12)


@pytest.mark.parametrize("engine", ["simpy", "compiled"])
def test_marketing_that_goes_on_in_the_sale_wins(starter: tuple[Funnel, Plan], engine: Any) -> None:
    """Marketing's own touches move what is won, and none of the leads; without an effect only their cost is there."""
    logs = []
    for touches, effect in ((0.0, 1.0), (6.0, 1.0), (6.0, 0.0)):
        funnel, plan = attended(starter, touches)
        funnel = funnel.model_copy(update={"journey": funnel.journey.model_copy(update={"air_cover": effect})})
        logs.append(simulate(funnel, plan, root=attended(starter, 0.0)[1], seed=3, engine=engine))
    still, moved, costly = logs
    wins = [int((log.events.kind == Kind.WON).sum()) for log in logs]
    assert wins[1] > wins[0] == wins[2]
    assert (still.events.kind == Kind.ACCEPTED).sum() == (moved.events.kind == Kind.ACCEPTED).sum()
    for name, column in still.events.columns().items():
        np.testing.assert_array_equal(column, costly.events.columns()[name])


def test_touches_of_opportunities_cost_from_opening_to_close(starter: tuple[Funnel, Plan]) -> None:
    """2 a month at 3 each, of the plan's days alone: days open, and not after the run's end."""
    funnel, plan = attended(starter, 2.0, cost_per_touch=3.0)
    log = simulate(funnel, plan, root=attended(starter, 0.0)[1], seed=5)
    days = 0.0
    closed = {
        int(entity): float(time)
        for time, kind, entity in zip(log.events.time, log.events.kind, log.events.entity, strict=True)
        if kind in (Kind.WON, Kind.LOST)
    }
    for deal in np.flatnonzero(log.entities.type == EntityType.OPPORTUNITY).tolist():
        days += max(closed.get(deal, log.window.ends) - max(float(log.entities.created[deal]), 0.0), 0.0)
    nurture = log.ledger.account == Account.NURTURE
    assert (log.entities.type[log.ledger.entity[nurture]] == EntityType.OPPORTUNITY).all()
    assert log.ledger.amount[nurture].sum() == pytest.approx(days * 2.0 * 3.0 / 30.4375)
    assert days > 1000


@pytest.mark.parametrize(("needed", "within"), [(1, 30.0), (2, 20.0), (3, 60.0)])
def test_the_next_use_of_assets_that_makes_enough(needed: int, within: float) -> None:
    """Against a list of all uses: the first after now at which so many lie within the past days, and whether they do
    now."""
    rates, tops = np.array([[1.5] * 200, [0.9] * 200]), np.array([[1.5] * 31, [0.9] * 31])
    keys, terms = np.array([5, 6]), np.array([[0.0, np.nan, 0.6, 0.5, 1.0], [0.0, 0.5, 1.0, 1.0, 1.0]])
    common: Any = (0, 740_000, rates, tops, keys, terms)
    seen = set()
    for lead in range(200):
        since, now, until = 10.0, 40.0, 40.0 + lead
        all_of_it = np.empty((200, 5))
        count = scan(7, lead, since, until, *common, 1.0, all_of_it)[0]
        uses = np.sort(all_of_it[:count][all_of_it[:count, 4] == 1.0, 0])
        enough = [time for time in (now, *uses.tolist()) if ((uses > time - within) & (uses <= time)).sum() >= needed]
        later = min((time for time in enough if time > now), default=math.inf)
        assert has_acted(7, lead, since, now, needed, within, *common) == (now in enough)
        assert next_action(7, lead, since, now, until, needed, within, *common) == later
        assert not uses_enough(7, lead, since, now, needed, within, *common), "nothing is used just now"
        for time in uses.tolist():
            assert uses_enough(7, lead, since, time, needed, within, *common) == (time in enough)
        seen |= {"now"} if now in enough else set()
        seen |= {"never" if later == math.inf else "later"}
    assert seen == {"now", "later", "never"}
