"""Who gets the credit: each model on journeys that can be divided on paper, and against its definition."""

import dataclasses
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_attribution import chance, journeys_of, measure_attribution, shapley_by_definition, shares
from worlds import scenarios

from results.attribution.markov import markov, removal_effects
from results.attribution.shapley import shapley
from results.attribution.table import MODELS, attribute, attribution, select_models, words_of
from results.cuts import by_part
from results.facts import Facts
from results.journeys import Journeys
from results.metrics.catalogue import by_month, measure, missing
from sim.errors import InputError
from sim.log import EntityType, Kind, Touches
from sim.run import simulate

RULES = ("first", "lead_creation", "last", "linear", "time_decay", "u_shaped", "w_shaped")


def written(*rows, channels="ABC"):
    """Journeys as (path, value or None if lost, place of the capture, place of the opening, days)."""
    paths = [row[0] for row in rows]
    values = [row[1] for row in rows]
    begins = np.cumsum([0, *map(len, paths)])
    rest = [(*row[2:], *(0, len(row[0]) - 1, tuple(range(len(row[0]))))[len(row) - 2 :]) for row in rows]
    return Journeys(
        channels=(*channels, ""),
        ended=np.arange(len(rows), dtype=float),
        won=np.array([value is not None for value in values]),
        value=np.array([value or 0.0 for value in values]),
        begins=begins,
        captured=begins[:-1] + [captured for captured, _, _ in rest],
        opened=begins[:-1] + [opened for _, opened, _ in rest],
        time=np.array([day for _, _, days in rest for day in days], dtype=float),
        channel=np.array([channels.index(name) for path in paths for name in path], dtype=int),
    )


def test_one_journey_by_every_model_on_paper():
    """A, captured by B after 30 days, C after 60, when the opportunity was opened, and A again after 90; 1,500."""
    one = written(("ABCA", 1500.0, 1, 2, (0, 30, 60, 90)))
    # Of time decay the weights are 1/8, 1/4, 1/2 and 1, of 15/8 in all.
    on_paper = {
        "first": (1500, 0, 0),
        "lead_creation": (0, 1500, 0),
        "last": (1500, 0, 0),
        "linear": (750, 375, 375),
        "time_decay": (900, 200, 400),
        "u_shaped": (600 + 150, 600, 150),
        "w_shaped": (450 + 150, 450, 450),
        "shapley": (500, 500, 500),
        # What leaves A is won half the time, and goes to B the other half: 1, 1/2 and 1/2 are the removal effects.
        "markov": (750, 375, 375),
    }
    assert on_paper.keys() == MODELS.keys()
    for model, credit in on_paper.items():
        assert MODELS[model](one) == pytest.approx([*credit, 0]), model


@pytest.mark.parametrize(
    ("path", "captured", "opened", "u", "w"),
    [
        ("A", 0, 0, (100, 0), (100, 0)),
        ("AB", 1, 1, (50, 50), (100 / 3, 200 / 3)),
        ("AB", 0, 0, (80, 20), (90, 10)),
        ("AB", 0, 1, (80, 20), (200 / 3, 100 / 3)),
        ("ABB", 0, 0, (80, 20), (90, 10)),
    ],
)
def test_places_that_coincide(path, captured, opened, u, w):
    """A touchpoint in two places has the shares of both; without others the places share all."""
    one = written((path, 100.0, captured, opened))
    assert MODELS["u_shaped"](one)[:2] == pytest.approx(u)
    assert MODELS["w_shaped"](one)[:2] == pytest.approx(w)


def test_markov_of_two_published_examples():
    """Google Ads alone wins twice and loses once, mailing wins once, and so do both in this order: P(won) = .8, without
    Google Ads .2, without mailing .4; 2.4 and 1.6 of 4 (serhiipuzyrov.com/2019/07/markov-chain-attribution-simple-
    explanation-of-removal-effect). C1-C2-C3 wins, C1 and C2-C3 lose: P(won) = 1/3, without C1 1/6, without C2 or C3
    none; .2, .4 and .4 (analyzecore.com/2016/08/03/attribution-model-r-part-1)."""
    one = written(("A", 1.0), ("A", 1.0), ("B", 1.0), ("AB", 1.0), ("A", None))
    assert removal_effects(one) == pytest.approx([0.75, 0.5, 0, 0])
    assert markov(one) == pytest.approx([2.4, 1.6, 0, 0])
    other = written(("ABC", 90.0), ("A", None), ("BC", None))
    assert removal_effects(other) == pytest.approx([1 / 2, 1, 1, 0])
    assert markov(other) == pytest.approx([18, 36, 36, 0])


def test_a_channel_twice_in_a_row_is_met_once_for_markov():
    assert markov(written(("AAB", 5.0), ("B", None), ("AC", None))) == pytest.approx(
        markov(written(("AB", 5.0), ("B", None), ("AC", None)))
    )


def test_nothing_won_nothing_credited():
    for model in MODELS.values():
        assert model(written(("AB", None), ("C", None))).tolist() == [0, 0, 0, 0]


def test_shapley_on_paper():
    """A alone wins 60, A and B 30, all three 90: A gets 60 + 15 + 30, B 15 + 30, C 30. The path's order and a channel
    that comes twice change nothing."""
    one = written(("A", 60.0), ("BAB", 30.0), ("CAB", 90.0), ("B", None))
    assert shapley(one) == pytest.approx([105, 45, 30, 0])


paths = st.lists(st.tuples(st.text("ABC", min_size=1, max_size=5), st.none() | st.integers(1, 50)), max_size=8)


@given(rows=paths)
def test_shapley_and_markov_are_their_definitions(rows):
    made = written(*((path, value) for path, value in rows))
    plain = [
        {"path": [(day, 1, name) for day, name in enumerate(path)], "won": value is not None, "value": value or 0.0}
        for path, value in rows
    ]
    if not any(one["won"] for one in plain):
        assert shapley(made).tolist() == markov(made).tolist() == [0, 0, 0, 0]
        return
    by_order = shapley_by_definition(plain)
    assert shapley(made) == pytest.approx([*(by_order.get(name, 0.0) for name in "ABC"), 0])
    whole = chance(plain)
    assert whole == pytest.approx(np.mean([one["won"] for one in plain]))
    assert removal_effects(made)[:3] == pytest.approx([1 - chance(plain, name) / whole for name in "ABC"], abs=1e-9)


@given(rows=paths.filter(bool), order=st.permutations("ABC"))
def test_names_and_the_order_of_journeys_decide_nothing(rows, order):
    """Renamed channels have the credit of the old ones, and a model that treats all alike gives the same to those that
    stand in the same places."""
    swapped = dict(zip("ABC", order, strict=True))
    one = written(*rows)
    other = written(*(("".join(map(swapped.get, path)), value) for path, value in reversed(rows)))
    for model, credit in MODELS.items():
        before, after = credit(one), credit(other)
        assert [before["ABC".index(name)] for name in "ABC"] == pytest.approx(
            [after["ABC".index(swapped[name])] for name in "ABC"], abs=1e-9
        ), model


@pytest.fixture
def company_with_touches(story):
    """January to March, channels paid and events.

    lead 0    paid, captured 0, touched by events on -5 and 20, by paid on 31 and 70; opened 30, won 60 for 1,000
    lead 1    events, captured 1, touched by paid on 10, lost for good on 50 by withdrawal
    lead 2    paid, captured 2, its opportunity lost on 40, back in nurture at that instant, still under way
    lead 3    brought by lead 0's customer, no channel, captured 61, touched by events on 61.5, opened 65, won 80: 600
    orphan    of events, opened -10, won 25 for 300; another, of no channel, won 26 for 100; a third, paid, lost 30
    lead 0's  customer buys 5,000 more on 85: no new business
    lead 4    paid, captured 3, won on 95: after the window
    """
    made = story()
    zero, one, two = (made.lead(float(day), channel) for day, channel in ((0, 0), (1, 1), (2, 0)))
    made.win(60.0, made.opportunity(30.0, 1000.0, zero, 0), 1000.0)
    customer = len(made.entities) - 2
    made.say(50.0, Kind.WITHDRAWN, one, reason="unsubscribed")
    made.say(40.0, Kind.LOST, made.opportunity(20.0, 50.0, two, 0), stage=0, reason="price", amount=50.0)
    made.say(40.0, Kind.RECYCLED, two, reason="price")
    three = made.entity(EntityType.LEAD, 61.0, parent=customer)
    made.say(61.0, Kind.CAPTURED, three)
    made.win(80.0, made.opportunity(65.0, 600.0, three), 600.0)
    made.win(25.0, made.opportunity(-10.0, 300.0, channel=1), 300.0)
    made.win(26.0, made.opportunity(-10.0, 100.0), 100.0)
    made.say(30.0, Kind.LOST, made.opportunity(-10.0, 100.0, channel=0), stage=0, reason="price", amount=100.0)
    made.win(85.0, made.opportunity(70.0, 5000.0, customer, 0), 5000.0, customer=False)
    four = made.lead(3.0, 0)
    made.win(95.0, made.opportunity(70.0, 7.0, four, 0), 7.0)
    rows = sorted(
        [(-5, zero, 1), (20, zero, 1), (31, zero, 0), (70, zero, 0), (10, one, 0), (45, two, 1), (61.5, three, 1)]
    )
    day, lead, channel = (np.array(column) for column in zip(*rows, strict=True))
    none = np.full(len(rows), -1)
    touches = Touches(day.astype(float), lead, channel, none, none, none)
    return lambda **how: dataclasses.replace(made.log(**how), touched=touches)


def test_a_companys_credit_on_paper(company_with_touches):
    """Lead 0 met events, paid (its capture), events, opened, paid; lead 3 nobody's capture, then events."""
    log = company_with_touches()
    found = attribute(log, [*RULES, "shapley"])
    assert found["first"] == {"paid": 0, "events": 1000 + 300, "": 600 + 100}
    assert found["lead_creation"] == {"paid": 1000, "events": 300, "": 600 + 100}
    assert found["last"] == {"paid": 1000, "events": 600 + 300, "": 100}
    assert found["linear"] == pytest.approx({"paid": 500, "events": 500 + 300 + 300, "": 300 + 100})
    assert found["u_shaped"] == pytest.approx({"paid": 400 + 100, "events": 400 + 100 + 120 + 300, "": 480 + 100})
    # Lead 0 was opened after the events of day 20; lead 3 after its only touch.
    assert found["w_shaped"] == pytest.approx({"paid": 300 + 100, "events": 600 + 200 + 300, "": 400 + 100})
    assert found["shapley"] == pytest.approx({"paid": 500, "events": 500 + 300 + 300, "": 300 + 100})
    journeys = Facts(log).journeys.within(Facts(log).window)
    # The two orphans won, the one lost, lead 1, lead 0 and lead 3; lead 2 is still under way.
    assert journeys.ended.tolist() == [25, 26, 30, 50, 60, 80]
    assert journeys.won.tolist() == [True, True, False, False, True, True]
    assert journeys.size.tolist() == [1, 1, 1, 2, 4, 2]


def test_metrics_of_attribution_on_paper(company_with_touches):
    log = company_with_touches()
    ids = ("marketing_sourced_bookings", "marketing_influenced_bookings", "touches_per_win", "channels_per_journey")
    assert measure(log, ids) == pytest.approx(dict(zip(ids, (1000, 1600, (4 + 2 + 1 + 1) / 4, 6 / 4), strict=True)))
    months = by_month(log, ids)
    assert months["marketing_influenced_bookings"].tolist() == [0, 0, 1600]
    np.testing.assert_allclose(months["touches_per_win"], [1, np.nan, 3])
    assert by_part(log, "channel", ids[:1])[ids[0]] == {"paid": 1000, "events": 0}
    bare = dataclasses.replace(company_with_touches(simulated=False), touched=None)
    assert set(missing(bare, ids)) == set(ids[1:])
    assert measure(bare, ids[:1])[ids[0]] == 1000
    # Without touches every rule gives all to the capture.
    assert {tuple(credit.items()) for credit in attribute(bare, RULES).values()} == {
        (("paid", 1000.0), ("events", 300.0), ("", 700.0))
    }


def test_an_order_of_unknown_value_leaves_all_credit_unknown(story):
    made = story()
    made.win(10.0, made.opportunity(1.0, np.nan, made.lead(0.0), 0), np.nan)
    made.win(11.0, made.opportunity(1.0, 5.0, made.lead(0.0), 0), 5.0)
    assert all(np.isnan(list(credit.values())).all() for credit in attribute(made.log(simulated=False)).values())


def test_models_that_there_are_not_are_all_refused():
    with pytest.raises(InputError) as refused:
        select_models(["markow", "linear", "guess"])
    assert len(refused.value.problems) == 2
    assert "did you mean markov?" in str(refused.value)
    assert all(words_of(model).endswith(".") for model in MODELS)


def test_rows_over_replications():
    """One channel has 10 and 30, the other 20 and 20, what no channel brought nothing."""
    credits = [np.array([[10.0, 20.0, 0.0]]), np.array([[30.0, 20.0, 0.0]])]
    a, b = attribution(credits, np.array([-1, -1]), ["linear"], ["a", "b"])
    assert (a.model, a.channel, a.mean, a.share, a.rank) == ("linear", "a", 20, 0.5, 1)
    assert (a.hi95 - a.mean) == pytest.approx(12.706 * 10, rel=1e-3)
    assert (b.channel, b.mean, b.lo95, b.rank) == ("b", 20, 20, 2)
    credits[0][0, 2] = 4.0
    assert [row.channel for row in attribution(credits, np.array([-1, -1]), ["linear"], ["a", "b"])] == ["a", "b", ""]


@given(arguments=scenarios())
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_model_divides_what_was_won_and_nothing_else(arguments):
    """Sums, and each rule and metric as plain loops have it."""
    log = simulate(**arguments)
    facts = Facts(log)
    wins = facts.sales(Kind.WON).within(facts.window)
    total = wins.amount.sum()
    found = attribute(log)
    for credit in found.values():
        assert sum(credit.values()) == pytest.approx(total, rel=1e-12)
        assert min(credit.values()) >= 0
    plain = [one for one in journeys_of(log) if 0 <= one["day"] < log.window.counted]
    for model in RULES:
        expected = dict.fromkeys(found[model], 0.0)
        for one in plain:
            for name, share in shares(model, one).items() if one["won"] else ():
                expected[name] += share * one["value"]
        assert found[model] == pytest.approx(expected, rel=1e-9, abs=1e-6), model
    assert len(plain) == len(facts.journeys.within(facts.window).ended)
    spans = [(0.0, log.window.counted), *pairwise(log.window.month_edges.tolist())]
    counted = [measure_attribution(log, *span) for span in spans]
    whole, months = measure(log, counted[0]), by_month(log, counted[0])
    told = [whole, *({id: values[k] for id, values in months.items()} for k in range(len(spans) - 1))]
    for one, plainly in zip(told, counted, strict=True):
        assert one == pytest.approx(plainly, rel=1e-9, abs=1e-9, nan_ok=True)
