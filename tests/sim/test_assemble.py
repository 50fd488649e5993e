"""The log is what its plain definition says: order, ledger, truth; and its digest does not look at widths."""

import dataclasses
from typing import Any

import numpy as np
import plain
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import scenarios

from sim.assemble import assemble, make_names
from sim.climate import realised
from sim.draws import stream_key
from sim.log import Events
from sim.order import canonical
from sim.plan import Plan
from sim.recorder import EVENT, Recorded
from sim.reference import Engine
from sim.tables import make_tables


def rows_of(happenings: list[tuple[float, int, int]]) -> Any:
    """An engine's rows of (time, kind, entity); `visit` numbers them."""
    rows = np.zeros(len(happenings), dtype=EVENT)
    for n, (time, kind, entity) in enumerate(happenings):
        rows[n]["time"], rows[n]["kind"], rows[n]["entity"], rows[n]["visit"] = time, kind, entity, n
        rows[n]["amount"] = n / 7
    return rows


def billed(plan: Plan, terms: Any) -> Plan:
    """A plan that says when customers pay."""
    return Plan.model_validate(plan.model_dump(by_alias=True) | {"billing": terms})


HAPPENINGS = st.lists(st.tuples(st.integers(-3, 9).map(float), st.integers(1, 4), st.integers(-1, 3)), max_size=60)


@given(happenings=HAPPENINGS, by_time=st.booleans())
@settings(max_examples=200, deadline=None)
def test_rows_come_in_canonical_order_however_they_came(happenings: list[Any], by_time: bool) -> None:
    if by_time:
        happenings = sorted(happenings, key=lambda row: row[0])
    rows = rows_of(happenings)
    expected = rows[plain.order(rows)] if len(rows) else rows
    found = canonical(rows.copy())
    for name, column in found.columns().items():
        np.testing.assert_array_equal(column, expected[name], name)


def test_a_thousand_rows_of_one_instant_in_the_wrong_order() -> None:
    """More than shifting is worth: the third way of ordering."""
    rows = rows_of([(1.0, 1 + n % 7, -n) for n in range(1000)])
    expected = rows[plain.order(rows)]
    found = canonical(rows.copy())
    assert found.visit.tolist() == expected["visit"].tolist()


LINE = ("time", "account", "channel", "campaign", "actor", "entity")


def a_log(arguments: dict[str, Any]) -> Any:
    funnel, plan, snapshot = arguments["funnel"], arguments["plan"], arguments["snapshot"]
    root = arguments.get("root", plan)
    tables = realised(make_tables(funnel, plan, root, snapshot, arguments.get("calm")), stream_key(1, 0))
    names = make_names(funnel, tables)
    recorded = Engine(tables, 1, 0, snapshot, names).run().recorded()
    kept = Recorded(recorded.events.copy(), recorded.entities.copy())
    return assemble(funnel, plan, root, tables, names, stream_key(1, 0), recorded), kept, tables, root


BILLING = st.sampled_from([None, {"every": 1, "terms": 10}, {"every": 5, "terms": 0}, {}])


@given(arguments=scenarios(), now=BILLING, then=BILLING)
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_log_of_any_world_is_its_plain_definition(arguments: dict[str, Any], now: Any, then: Any) -> None:
    root = billed(arguments.get("root", arguments["plan"]), then)
    arguments = arguments | {"plan": billed(arguments["plan"], now), "root": root}
    log, recorded, tables, root = a_log(arguments)
    rows = recorded.events[plain.order(recorded.events)] if len(recorded.events) else recorded.events
    for name, column in log.events.columns().items():
        np.testing.assert_array_equal(column, rows[name], name)
    lines = plain.ledger(arguments["funnel"], arguments["plan"], root, tables, log)
    found = log.ledger
    keys = list(zip(*(getattr(found, name) for name in LINE), strict=True))
    assert keys == [line[:-1] for line in lines]
    np.testing.assert_allclose(found.amount, [line[-1] for line in lines], rtol=1e-12)
    if len(tables.seats.away):
        np.testing.assert_allclose(log.reps.available_hours, plain.selling_hours(tables), rtol=1e-9, atol=1e-9)
    else:
        assert log.reps.available_hours.tolist() == plain.selling_hours(tables)


def test_stays_that_begin_at_one_instant_and_at_a_months_edge() -> None:
    """Two leads of a higher and a lower channel enter in the middle of January at once, two on the first of February;
    one leaves and enters again at that very instant."""
    from sim.stays import stay_lines

    begin, who, visit = [10.0, 10.0, 31.0, 31.0, 40.0], [0, 1, 2, 3, 1], [0, 0, 0, 0, 1]
    time, entity, amount = stay_lines(
        np.array(begin), np.array(who), np.array(visit, np.int32),
        np.array([40.0, 33.0]), np.array([1, 3]), np.array([0, 0], np.int32),
        np.array([1, 0, 1, 0], np.int16), np.array([0.0, 31.0, 59.0]), 59.0, np.array([1.0, 2.0]),
    )  # fmt: skip
    # January 21 days each, the lower channel first; February at two dollars: leads 1 and 3 of channel 0, then 0 and 2.
    assert list(zip(time, entity, amount, strict=True)) == [
        (10.0, 1, 21.0), (10.0, 0, 21.0),
        (31.0, 1, 18.0), (31.0, 3, 4.0), (31.0, 0, 56.0), (31.0, 2, 56.0), (40.0, 1, 38.0),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def log() -> Any:
    from worlds import START

    from sim.funnel import Funnel
    from sim.plan import Plan
    from sim.run import simulate

    funnel = Funnel.model_validate(
        {
            "name": "small",
            "channels": {"web": {"leads": 40, "spend": 500, "segments": {"all": 1}}},
            "segments": {"all": {"value": 1000}},
            "products": {"one": {"mix": 1}},
            "stages": {"open": {"time": 5, "advance": 0.5, "losses": {"lost": 1}}},
        }
    )
    teams = {"sdr": {"headcount": 1}, "ae": {"headcount": 1}}
    plan = {"name": "p", "start": START, "months": 2, "run_in": 1, "follow": 1, "teams": teams}
    return simulate(funnel, Plan.model_validate(plan))


def test_the_digest_counts_numbers_and_not_their_widths(log: Any) -> None:
    wide = Events(
        **{
            name: column if column.dtype == np.float64 else column.astype(np.int64)
            for name, column in log.events.columns().items()
        }
    )
    assert wide.kind.dtype != log.events.kind.dtype
    assert dataclasses.replace(log, events=wide).digest() == log.digest()
    wide.visit[0] += 1
    assert dataclasses.replace(log, events=wide).digest() != log.digest()


def test_the_truth_is_made_once_and_only_when_asked_for(log: Any) -> None:
    asked = []

    def reveal() -> Any:
        asked.append(1)
        return log.truth

    lazy = dataclasses.replace(log, hidden=reveal)
    assert lazy.simulated
    assert asked == []
    assert lazy.digest() == log.digest()
    assert lazy.truth is log.truth
    assert len(lazy.to_frame("truth")) == len(log.truth)
    assert asked == [1]
    bare = dataclasses.replace(log, hidden=None)
    assert bare.truth is None
    assert not bare.simulated
    assert bare.digest() != log.digest()
