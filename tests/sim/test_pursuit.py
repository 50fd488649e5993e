"""The choice of leads by hand: what an hour is worth, what a rep learns, and what moves the share that he pursues."""

from typing import Any

import numpy as np
import pytest

from sim.draws import Purpose, stream_key, turn, uniform
from sim.funnel import Funnel
from sim.laws.outcomes import sigmoid
from sim.laws.pursuit import believed, kept, learnt
from sim.log import NOBODY, Account, EntityType, Kind, Log
from sim.plan import Plan
from sim.run import EngineName, simulate
from sim.tables import make_tables

ENGINES: tuple[EngineName, ...] = ("simpy", "compiled")
PURSUIT = {"sensitivity": 0.05, "belief": 0.85, "learning": 0.0}
"""Beliefs that stay."""


def funnel(pursuit: Any, **changes: Any) -> Funnel:
    """Leads of two channels, all accepted at once; a stage of ten hours that half of the good ones pass."""

    def channel(leads: float, fit: float) -> dict[str, Any]:
        sure = {"mql_probability": 1, "sql_probability": 1}
        return {"leads": leads, "spend": 0, "fit_share": fit, "segments": {"all": 1}} | sure

    tree: dict[str, Any] = {
        "name": "F",
        "channels": {"rich": channel(60, 0.9), "poor": channel(60, 0.1), "own": channel(0, 0.6)},
        "segments": {"all": {"value": 20_000}},
        "products": {"all": {"mix": 1}},
        "stages": {"only": {"time": 5, "effort": 10, "advance": 0.5, "losses": {"no": 1}, "delay_penalty": 0}},
        "sales_development": {"contact": [1], "attempt_effort": 0, "conversation_effort": 0, "speed_exponent": 0},
        "arrivals": {"frailty_shape": None, "market_sd": 0, "in_hours_share": None},
        "ae_patience": "never",
        "pursuit": pursuit,
        "prospecting": {"channel": "own", "effort": 15},
    }
    return Funnel.model_validate(tree | changes)


def plan(**changes: Any) -> Plan:
    tree: dict[str, Any] = {
        "name": "P",
        "start": "2027-01-01",
        "months": 12,
        "calendar": "always",
        "run_in": 0,
        "follow": 0,
        "teams": {"sdr": {"headcount": 2}, "ae": {"headcount": 4}},
        "handoff": {"attempts": 1},
    }
    return Plan.model_validate(tree | changes)


def chosen(log: Log, channel: int | None = None) -> tuple[int, int]:
    """How many of the leads assigned to AEs are pursued, and how many are not."""
    events, entities = log.events, log.entities
    counts = []
    for kind in (Kind.OPENED, Kind.NEGLECTED):
        who = events.entity[events.kind == kind]
        who = who[(entities.type[who] == EntityType.LEAD) | (entities.parent[who] != NOBODY)]
        if channel is not None:
            who = who[entities.channel[who] == channel]
        counts.append(len(who))
    return counts[0], counts[1]


def share(log: Log, channel: int | None = None) -> float:
    pursued, neglected = chosen(log, channel)
    return pursued / (pursued + neglected)


def rates(marketing: float, own: float) -> dict[str, Any]:
    return {"commission": {"marketing_sourced": marketing, "self_sourced": own}}


@pytest.mark.parametrize("engine", ENGINES)
def test_each_choice_is_the_logit_of_what_an_hour_is_worth(engine: EngineName) -> None:
    """V_m = .85 x .5 x 20,000 x 4 % / 10 h = 34; V_s = .6 x .5 x 20,000 x 16 % / 25 h = 38.4 $ an hour."""
    log = simulate(funnel(PURSUIT), plan(pay=rates(0.04, 0.16)), engine=engine, seed=4)
    chance = sigmoid(0.05 * (34.0 - 38.4))
    events, entities = log.events, log.entities
    drawn = {}
    for kind in (Kind.OPENED, Kind.NEGLECTED):
        for who in events.entity[events.kind == kind]:
            lead = int(who if entities.type[who] == EntityType.LEAD else entities.parent[who])
            if lead != NOBODY:
                number = uniform(stream_key(4, 0), int(entities.key[lead]), int(Purpose.PURSUE), turn(0, 0))
                drawn[number] = kind == Kind.OPENED
    assert len(drawn) > 500
    assert all(pursued == (number < chance) for number, pursued in drawn.items())
    reasons = events.reason[events.kind == Kind.WITHDRAWN]
    assert {log.names.reasons[reason] for reason in reasons} == {"neglected"}
    assert len(reasons) == (events.kind == Kind.NEGLECTED).sum()


def test_the_numbers_of_the_choice() -> None:
    """Two stages: hours of the second only where the first is passed; large deals take more of them."""
    stages = {
        "first": {"time": 1, "effort": 2, "advance": 0.5, "losses": {"no": 1}},
        "last": {"time": 1, "effort": {"law": "exponential", "mean": 6}, "advance": 0.8, "losses": {"no": 1}},
    }
    segments = {"all": {"value": 1_000}, "large": {"value": 9_000, "effort": 2}}
    channels = funnel(None).model_dump(by_alias=True)["channels"]
    channels["own"]["segments"] = {"all": 0.75, "large": 0.25}
    products = {"a": {"mix": 0.5}, "b": {"mix": 0.5, "price": 3}}
    world = funnel(PURSUIT, stages=stages, segments=segments, channels=channels, products=products)
    pay = {"commission": {"products": {"b": 2}}}
    t = make_tables(world, plan(pay=pay)).pursuit
    assert t.deal_hours == pytest.approx([2 + 0.5 * 6, 4 + 0.5 * 12])
    assert t.lead_order[0] == pytest.approx(0.4 * np.array([[1_000, 2 * 3_000], [9_000, 2 * 27_000]]))
    assert t.own_order == pytest.approx(0.6 * (0.75 * 0.4 * 3_500 + 0.25 * 0.4 * 31_500))
    assert t.own_hours == pytest.approx(15 + 0.75 * 5 + 0.25 * 10)
    assert not make_tables(funnel(None), plan()).pursuit.pursues


def test_a_belief_is_an_exponentially_weighted_mean() -> None:
    initial, weight, learned = 0.85, 1.0, 0.0
    phat = initial
    for good in (False, False, True, False, True):
        weight, learned = kept(weight, 0.02), learnt(learned, 0.02, good)
        phat += 0.02 * (good - phat)
        assert believed(initial, weight, learned) == pytest.approx(phat, rel=1e-12)


@pytest.mark.parametrize("engine", ENGINES)
def test_without_pursuit_nothing_changes(engine: EngineName) -> None:
    """A tracking so close that none is neglected gives the log of a company whose AEs do not choose; tracking without a
    choice changes nothing."""
    sure = {"sensitivity": 0, "learning": 0.02, "experience": 0}
    without = simulate(funnel(None), plan(), engine=engine).digest()
    assert simulate(funnel(None), plan(handoff={"attempts": 1, "tracking": 2}), engine=engine).digest() == without
    eager = funnel({**sure, "experience": 10}, sdr={"selling_share": 0.65, "ramp": 0})
    early = simulate(eager, plan(handoff={"attempts": 1, "tracking": 10}), engine=engine)
    assert chosen(early)[1] == 0
    assert (
        early.digest()
        == simulate(
            funnel(None, sdr={"selling_share": 0.65, "ramp": 0}),
            plan(handoff={"attempts": 1, "tracking": 10}),
            engine=engine,
        ).digest()
    )


def test_a_pool_pursues_all() -> None:
    teams = {"sdr": {"headcount": 2}, "ae": {"headcount": 4, "ownership": "pooled"}}
    assert chosen(simulate(funnel({"sensitivity": 0}), plan(teams=teams)))[1] == 0


class TestSigns:
    """What raises and what lowers the share of leads that is pursued."""

    def test_pay_neglect_and_tracking(self) -> None:
        equal = share(simulate(funnel(PURSUIT), plan(pay=rates(0.1, 0.1))))
        neglected = share(simulate(funnel(PURSUIT), plan(pay=rates(0.04, 0.16))))
        tracked = share(simulate(funnel(PURSUIT), plan(pay=rates(0.04, 0.16), handoff={"attempts": 1, "tracking": 1})))
        assert equal > tracked > neglected
        assert equal > 0.9
        assert neglected == pytest.approx(sigmoid(-0.22), abs=0.05)
        assert tracked == pytest.approx(sigmoid(0.78), abs=0.05)

    def test_poor_quality_erodes_belief_and_then_the_channels_good_leads(self) -> None:
        """Belief in the poor channel falls by what it brings, and with it the pursuit of leads that are no worse."""
        slow = funnel({**PURSUIT, "learning": 0.0})
        quick = funnel({**PURSUIT, "learning": 0.1})
        pay = rates(0.04, 0.16)
        held, learnt_ = (simulate(world, plan(pay=pay), seed=2) for world in (slow, quick))
        assert share(learnt_, 1) < share(held, 1) - 0.15
        assert share(learnt_, 0) > share(held, 0) - 0.05
        good = {}
        for name, log in (("held", held), ("learnt", learnt_)):
            truth = log.truth
            assert truth is not None
            fit = dict(zip(truth.entity.tolist(), truth.fit.tolist(), strict=True))
            who = log.events.entity[log.events.kind == Kind.NEGLECTED]
            good[name] = sum(fit[int(lead)] for lead in who if log.entities.channel[lead] == 1)
        assert good["learnt"] > good["held"]

    def test_without_prospecting_leads_pay_more_than_nothing(self) -> None:
        pay = rates(0.04, 0.16)
        with_it, without = (simulate(funnel(PURSUIT, **more), plan(pay=pay)) for more in ({}, {"prospecting": None}))
        assert share(without) > share(with_it)

    def test_accelerators_sharpen_the_choice(self) -> None:
        """Four times the rate makes 34 against 38.4 $ an hour 136 against 153.6."""
        pay = rates(0.04, 0.16)
        quick = {**pay, "accelerators": [{"above": 0, "times": 4}]}
        teams = {"sdr": {"headcount": 2}, "ae": {"headcount": 4, "quota": 100_000}}
        plain, sharp = (share(simulate(funnel(PURSUIT), plan(pay=terms, teams=teams))) for terms in (pay, quick))
        assert sharp == pytest.approx(sigmoid(-0.88), abs=0.05)
        assert sharp < plain

    def test_above_the_cap_nothing_pays_and_a_coin_decides(self) -> None:
        pay = {**rates(0.1, 0.1), "cap": 0}
        teams = {"sdr": {"headcount": 2}, "ae": {"headcount": 4, "quota": 100_000}}
        assert share(simulate(funnel(PURSUIT), plan(pay=pay, teams=teams))) == pytest.approx(0.5, abs=0.05)

    def test_experience(self) -> None:
        pay, new = rates(0.04, 0.16), share(simulate(funnel(PURSUIT), plan(pay=rates(0.04, 0.16))))
        shy = share(simulate(funnel({**PURSUIT, "experience": -2}), plan(pay=pay)))
        bold = share(simulate(funnel({**PURSUIT, "experience": 2}), plan(pay=pay)))
        assert shy < new - 0.1 < bold - 0.2


def test_what_an_ae_finds_himself_earns_the_self_sourced_rate() -> None:
    log = simulate(funnel(None), plan(pay=rates(0.04, 0.16)))
    lines = log.ledger.account == Account.COMMISSION
    rate = dict(zip(log.ledger.entity[lines].tolist(), log.ledger.amount[lines].tolist(), strict=True))
    won = log.events.entity[log.events.kind == Kind.WON].tolist()
    own = [rate[who] / 20_000 for who in won if log.entities.parent[who] == NOBODY]
    brought = [rate[who] / 20_000 for who in won if log.entities.parent[who] != NOBODY]
    assert own == pytest.approx([0.16] * len(own))
    assert brought == pytest.approx([0.04] * len(brought))
    assert min(len(own), len(brought)) > 10
