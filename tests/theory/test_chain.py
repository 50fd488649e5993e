"""D8: an absorbing chain with rework, simulated by ordinary configuration and as the tables solve it."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from results.nominal import fates
from sim.funnel import Funnel
from sim.laws.outcomes import logit
from sim.log import EntityType, Kind, Log
from sim.plan import Plan
from sim.run import simulate_tables
from sim.tables import make_tables
from sim.tables.chain import entries, has_rework, passages
from sim.tables.knowledge import stage_logits

EXITS = ("competitor", "no_budget", "no_approval", "silent", "disqualified")
STAGES: dict[str, tuple[float, float, tuple[float, ...], dict[str, float]]] = {
    "meeting": (14, 0.60, (0.05, 0.05, 0.02, 0.13, 0.15), {}),
    "proposal": (28, 0.62, (0.10, 0.08, 0.05, 0.10, 0.05), {}),
    "presentation": (20, 0.70, (0.12, 0.04, 0.06, 0.08, 0), {}),
    "close": (22, 0.72, (0.10, 0.02, 0.05, 0.06, 0), {"presentation": 0.05}),
}
"""Mean days, probability of advancing, of each exit, and of going back."""
FROM_MEETING = (0.194288083, 0.183243523, 0.118816580, 0.086621762, 0.237030052, 0.180000000)
WIN = (0.194288083, 0.323813472, 0.522279793, 0.746113990)
DAYS = (44.4464249, 50.7440415, 36.6839378, 23.8341969)


def tree() -> dict[str, Any]:
    """The funnel: leads who all become opportunities, and stages that take no work."""
    stages = {}
    for name, (days, advance, exits, back) in STAGES.items():
        stages[name] = {
            "time": {"law": "exponential", "mean": days},
            "advance": advance,
            "losses": {reason: p / (1 - advance) for reason, p in zip(EXITS, exits, strict=True)},
            "rework": {stage: p / (1 - advance) for stage, p in back.items()},
            "delay_penalty": 0,
        }
    every = {"segments": {"any": 1}, "mql_probability": 1, "sql_probability": 1, "fit_share": 1}
    return {
        "name": "chain",
        "channels": {"all": {"leads": 400, "spend": 0, "base_share": 1, **every}},
        "segments": {"any": {"value": 1}},
        "products": {"any": {"mix": 1}},
        "stages": stages,
        "arrivals": {"in_hours_share": None, "frailty_shape": None, "market_sd": 0},
        "sales_development": {"contact": [1], "attempt_effort": 0, "conversation_effort": 0, "patience": "never"},
        "sdr": {"selling_share": 1, "ramp": 0},
        "ae": {"selling_share": 1, "ramp": 0},
        "ae_patience": "never",
    }


def test_the_tables_solve_the_chain() -> None:
    funnel = Funnel.model_validate(tree())
    assert has_rework(funnel)
    moves = passages(funnel, stage_logits(funnel, plan()))
    often = entries(moves)
    assert often @ moves[:, -1] == pytest.approx(WIN, abs=1e-9)
    assert often @ [days for days, *_ in STAGES.values()] == pytest.approx(DAYS, abs=1e-7)
    left = np.array([exits for _, _, exits, _ in STAGES.values()])
    assert (often @ left)[0] == pytest.approx(FROM_MEETING[1:], abs=1e-9)


def test_nominal_rates_and_the_worth_of_a_lead_know_rework() -> None:
    funnel = Funnel.model_validate(tree())
    nominal = fates(funnel, plan(), funnel.segments["any"], True)
    assert [fate.won for _, fate in nominal] == pytest.approx(WIN, abs=1e-9)
    assert [fate.lost for _, fate in nominal] == pytest.approx([1 - p for p in WIN], abs=1e-9)
    assert [entered for entered, _ in nominal] == pytest.approx(
        entries(passages(funnel, stage_logits(funnel, plan())))[0].tolist()
    )
    tables = make_tables(funnel, plan())
    assert tables.handoff.order.ravel() == pytest.approx(WIN[:1], abs=1e-9)
    poor = fates(funnel, plan(), funnel.segments["any"], False)
    assert poor[3][1].won == pytest.approx(_close(logit(0.72) + funnel.bad_fit_logit), abs=1e-12)


def _close(eta: float) -> float:
    """P(win from close) when presentations advance by odds moved like those of close."""
    shift = eta - logit(0.72)
    advance, present = (1 / (1 + np.exp(-logit(p) - shift)) for p in (0.72, 0.70))
    back = (1 - advance) * 0.05 / 0.28
    return float(advance / (1 - back * present))


def plan() -> Plan:
    """Ten months whose every opportunity is followed to its end."""
    return Plan.model_validate(
        {
            "name": "chain",
            "start": "2027-01-01",
            "months": 10,
            "calendar": "always",
            "handoff": {"attempts": 1, "recycles": 0},
            "teams": {"sdr": {"headcount": 1}, "ae": {"headcount": 1}},
            "run_in": 0,
            "follow": 36,
        }
    )


def ends_of(log: Log) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """(entities,) time and kind of what closed each opportunity, and its reason."""
    events, count = log.events, len(log.entities)
    closed = np.flatnonzero((events.kind == Kind.WON) | (events.kind == Kind.LOST))
    time, kind, reason = np.full(count, np.nan), np.zeros(count), np.full(count, -1)
    time[events.entity[closed]] = events.time[closed]
    kind[events.entity[closed]] = events.kind[closed]
    reason[events.entity[closed]] = events.reason[closed]
    return time, kind, reason


@pytest.mark.slow
def test_a_simulated_chain_with_rework(judged) -> None:  # type: ignore[no-untyped-def]
    funnel, ten_months = Funnel.model_validate(tree()), plan()
    tables = make_tables(funnel, ten_months)
    shares: list[list[float]] = []
    wins: list[list[float]] = []
    days: list[list[float]] = []
    for replication in range(40):
        log = simulate_tables(funnel, ten_months, ten_months, tables, None, 8, replication)
        time, kind, reason = ends_of(log)
        entities, events = log.entities, log.events
        deals = (entities.type == EntityType.OPPORTUNITY) & (entities.created < log.window.counted)
        assert not np.isnan(time[deals]).any()
        numbers = [log.names.reasons.index(name) for name in EXITS]
        won = kind[deals] == Kind.WON
        shares.append([float(won.mean()), *(float((reason[deals] == number).mean()) for number in numbers)])
        entered = (events.kind == Kind.STAGE_ENTER) & deals[events.entity]
        at = [entered & (events.stage == stage) for stage in range(len(STAGES))]
        wins.append([float((kind[events.entity[rows]] == Kind.WON).mean()) for rows in at])
        days.append([float((time[events.entity[rows]] - events.time[rows]).mean()) for rows in at])
    for name, exact, row in zip(("won", *EXITS), FROM_MEETING, zip(*shares, strict=True), strict=True):
        judged(f"D8 from meeting, {name}", list(row), exact, 0.01)
    for stage, exact, row in zip(STAGES, WIN, zip(*wins, strict=True), strict=True):
        judged(f"D8 won from {stage}", list(row), exact, 0.01)
    for stage, exact, row in zip(STAGES, DAYS, zip(*days, strict=True), strict=True):
        judged(f"D8 days from {stage}", list(row), exact, 0.01)


def test_littles_law_by_stage(stated) -> None:  # type: ignore[no-untyped-def]
    """D4: what is in each stage on average is the rate at which it is entered times the mean stay, in every run."""
    funnel, ten_months = Funnel.model_validate(tree()), plan()
    log = simulate_tables(funnel, ten_months, ten_months, make_tables(funnel, ten_months), None, 8, 0)
    events, ends = log.events, log.window.ends
    moves = np.isin(events.kind, (Kind.STAGE_ENTER, Kind.WON, Kind.LOST))
    time, entity = events.time[moves], events.entity[moves]
    stage = np.where(events.kind[moves] == Kind.STAGE_ENTER, events.stage[moves], len(STAGES))
    for number, name in enumerate(STAGES):
        into, stays, changes = 0, [], []
        since: dict[int, float] = {}
        for when, who, where in zip(time.tolist(), entity.tolist(), stage.tolist(), strict=True):
            if who in since:
                stays.append(when - since.pop(who))
                changes.append((when, -1))
            if where == number:
                into += 1
                since[who] = when
                changes.append((when, 1))
        # Who is still there stays until the end.
        stays += [ends - when for when in since.values()]
        assert into > 1000
        # The integral of the number in the stage, step by step.
        edges = np.array([0.0, *(when for when, _ in changes), ends])
        level = np.cumsum([0, *(step for _, step in changes)])
        assert level.min() == 0
        assert len(stays) == into
        present = float((level * np.diff(edges)).sum() / ends)
        entered, stay = into / ends, float(np.mean(stays))
        stated(f"D4 in the {name} stage on average", f"{entered * stay:.10g}", present, within=1e-9)
