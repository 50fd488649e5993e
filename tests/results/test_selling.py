"""What is done in a sale, the mix of products and e-mail: as counted on paper, and as plain loops count it."""

import dataclasses
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from plain_selling import measure_selling
from worlds import scenarios

from results.cuts import by_part
from results.metrics.catalogue import CATALOGUE, by_month, immature, measure, missing
from results.nearest import nearest
from sim.funnel import Funnel
from sim.log import Account, BuyersTruth, Kind, Terms, Touches, Truth
from sim.plan import Plan
from sim.run import simulate

ON_PAPER = {
    "sales_ready_leads": 2,  # leads 0 (twice, counted once) and 1
    "appointments": 3,  # days 10, 41, 82
    "lead_to_appointment_rate": 1 / 2,  # lead 0's after 8 days, lead 1's after 31; lead 2 came too late to judge
    "rfps": 2,
    "rfp_rate": 2 / 3,  # opened on days 5, 20, 81
    "proposals": 3,
    "proposal_to_presentation_rate": 1 / 2,  # the one of day 30 is too young
    "meetings_per_win": (4 + 1) / 2,  # of the first deal 4, of the orphan 1
    "meetings_per_loss": 1,  # of the second
    "hours_per_win": (4 + 1.5 + 0.5) / 2,  # of the first deal 5.5, of the orphan half an hour
    "valuable_meeting_share": 3 / 7,  # days 20, 50 and 89 of 9, 11, 20, 30, 40, 50, 89
    "customer_facing_share": (2 + 2 + 1 + 3 + 1 + 0.5) / 30,  # the four hours of day 30 were nobody's
    "material_usage": 3 / 6,  # entries of days 5, 20, 30 of 5, 12, 20, 30, 81, 89
    "material_gain": 1 / 3 - 2 / 2,  # with: only that of day 30 advances; without: 12 and 81, 89 is open
    "high_margin_share": 3000 / 4000,
    "new_product_share": 1000 / 4000,
    "support_per_win": (50 + 70) / 2,
    "email_open_rate": 2 / 3,  # days 1 and 50 of 1, 2, 50
    "email_click_rate": 1 / 2,
}


@pytest.fixture
def sale(story):
    """Three leads with a deal each and an orphan, observed until day 105.

    lead 0   handed off 2 and 50, ready 3 and 55, appointment 10; its deal (core, 1000) enters meeting 5, meetings 9
             and 11, sent back to meeting 12, meeting 20, enters close 30, meeting 40, won 60
    lead 1   handed off 10, ready 11, appointment 41; its deal enters meeting 20, meeting 30 by nobody, lost 35
    lead 2   handed off 80, appointment 82; its deal enters meeting 81, meeting 89 and at once close, open
    orphan   (plus, 3000) enters close -30, meeting 50, won 64
    work     4 h on the first deal until 11, 1.5 h until 40, 7 h on the second until 30, .5 h on the orphan until 50
    """
    made = story(ends=105.0)
    orphan = made.opportunity(-30, 3000, product=1)
    leads = [made.lead(time, channel) for time, channel in ((0, 0), (1, 0), (79, 1))]
    for lead, time in ((0, 2), (0, 50), (1, 10), (2, 80)):
        made.say(time, Kind.HANDED_OFF, leads[lead])
    for lead, time in ((0, 3), (0, 55), (1, 11), (2, 95)):
        made.say(time, Kind.SALES_READY, leads[lead])
    first, second, third = (
        made.opportunity(time, 1000, leads[which], which // 2, 0) for which, time in ((0, 5), (1, 20), (2, 81))
    )
    for deal, time in ((first, 10), (second, 41), (third, 82), (third, 95)):
        made.say(time, Kind.APPOINTMENT, deal, stage=0)
    for deal, time in ((first, 12), (first, 20), (third, 95)):
        made.say(time, Kind.RFP, deal, stage=0)
    for deal, sent, shown in ((orphan, 3, 1), (first, 8, 98), (second, 30, 31)):
        made.say(sent, Kind.PROPOSAL, deal, stage=0)
        made.say(shown, Kind.PRESENTATION, deal, stage=0)
    for deal, time, stage, visit in (
        (orphan, -30, 1, 0), (first, 5, 0, 0), (first, 12, 0, 1), (first, 30, 1, 2), (second, 20, 0, 0),
        (third, 81, 0, 0), (third, 89, 1, 1),
    ):  # fmt: skip
        made.say(time, Kind.STAGE_ENTER, deal, stage=stage, visit=visit)
    for deal, time, stage, visit, hours, actor in (
        (first, 9, 0, 0, 2, 1), (first, 11, 0, 0, 2, 1), (first, 20, 0, 1, 1, 1), (first, 40, 1, 2, 3, 1),
        (second, 30, 0, 0, 4, -1), (orphan, 50, 1, 0, 1, 1), (third, 89, 0, 0, 0.5, 1),
    ):  # fmt: skip
        made.say(time, Kind.MEETING, deal, stage=stage, visit=visit, amount=hours, actor=actor)
    for deal, time, stage, visit, asset in (
        (first, 5, 0, 0, "deck"), (first, 5, 0, 0, "kit"), (first, 30, 1, 2, "deck"), (second, 20, 0, 0, "kit"),
    ):  # fmt: skip
        made.say(time, Kind.MATERIAL, deal, stage=stage, visit=visit, reason=asset)
    for deal, time, hours in ((first, 11, 4.0), (first, 40, 1.5), (second, 30, 7.0), (orphan, 50, 0.5)):
        made.say(time, Kind.TASK_END, deal, actor=1, stage=0, amount=hours)
    made.win(60, first, 1000, actor=1)
    made.win(64, orphan, 3000, actor=1)
    made.say(35, Kind.LOST, second, stage=0, reason="price", amount=1000)
    for time, amount in ((10, 50.0), (70, 70.0), (95, 30.0)):
        made.pay(time, Account.SUPPORT, amount)
    made.selling(1, 1, 10.0, 10.0, 10.0)
    touches = Touches(
        time=np.array([-3.0, 1.0, 2.0, 5.0, 50.0, 100.0]),
        entity=np.array(leads)[[0, 0, 1, 1, 2, 2]],
        channel=np.array([0, 0, 0, 1, 1, 1]),
        opened=np.array([1, 1, 0, -1, 1, 1]),
        clicked=np.array([0, 1, 0, 1, 0, 0]),
        action=np.zeros(6, dtype=np.int64),
    )
    return lambda **how: dataclasses.replace(made.log(**how), touched=touches)


def test_a_sale_as_counted_on_paper(sale):
    assert measure(sale(), ON_PAPER) == pytest.approx(ON_PAPER, rel=1e-12)


def test_what_is_lost_and_who_can_act(sale, story):
    """Of 1000 lost for its price and 700 for nothing that is known only the first is pricing's."""
    made = story()
    for time, reason, amount in ((5, "price", 1000), (40, None, 600), (41, "kit", 100), (95, "price", 9)):
        made.say(time, Kind.LOST, made.opportunity(1.0, amount, channel=0), reason=reason, amount=amount)
    log = made.log()
    whos = ("branding", "lead_generation", "sales_management", "product", "pricing", "unassigned")
    ids = ["lost_value", *(f"lost_value_{who}" for who in whos)]
    found = measure(log, ids)
    assert found == {"lost_value": 1700} | dict(zip(ids[1:], (0, 0, 0, 0, 1000, 700), strict=True))
    assert by_month(log, ids)["lost_value_pricing"].tolist() == [1000, 0, 0]
    assert by_part(log, "channel", ids)["lost_value_unassigned"] == {"paid": 700, "events": 0}
    nobody = dataclasses.replace(log, terms=Terms())
    assert "who can act" in missing(nobody, ids)["lost_value_unassigned"]
    assert measure(nobody, ids)["lost_value"] == 1700


def test_what_is_too_young_is_left_out_and_said(sale):
    log = sale()
    assert immature(log, ON_PAPER) == {"lead_to_appointment_rate": 1 / 3, "proposal_to_presentation_rate": 1 / 3}
    shorter = dataclasses.replace(log, window=dataclasses.replace(log.window, ends=100.0))
    assert immature(shorter, ON_PAPER)["valuable_meeting_share"] == pytest.approx(1 / 7)
    assert measure(shorter, ["valuable_meeting_share"]) == pytest.approx({"valuable_meeting_share": 2 / 6})


def test_months_and_channels_of_a_sale(sale):
    months = by_month(sale(), ON_PAPER)
    assert months["appointments"].tolist() == [1, 1, 1]
    np.testing.assert_allclose(months["valuable_meeting_share"], [1 / 4, 1 / 2, 1])
    np.testing.assert_allclose(months["high_margin_share"], [np.nan, np.nan, 0.75])
    np.testing.assert_allclose(months["email_open_rate"], [1 / 2, 1, np.nan])
    cuts = by_part(sale(), "channel", [id for id in ON_PAPER if "channel" in CATALOGUE[id].cuts])
    assert cuts["appointments"] == {"paid": 2, "events": 1, "": 0}
    assert cuts["meetings_per_win"] == pytest.approx({"paid": 4, "events": np.nan, "": 1}, nan_ok=True)
    assert cuts["lead_to_appointment_rate"]["paid"] == 0.5
    # Of the channel that touched, not of the one that captured.
    assert cuts["email_open_rate"]["paid"] == 1 / 2
    assert cuts["email_open_rate"]["events"] == 1


def test_where_there_is_nothing_to_divide_by_nothing_is_said(story):
    made = story()
    made.lead(1.0)
    found, why = measure(made.log(), ON_PAPER), missing(made.log(), ON_PAPER)
    for id, value in found.items():
        assert (
            value == 0 if not CATALOGUE[id].denominator else math.isnan(value) and CATALOGUE[id].denominator in why[id]
        )


def test_a_history_says_what_it_lacks(sale, story):
    """It holds no truth and no terms; what is done in a sale it may hold."""
    history = sale(simulated=False)
    why = missing(history, (*ON_PAPER, "best_prospect_lift"))
    assert why.keys() == {"high_margin_share", "new_product_share", "best_prospect_lift"}
    assert "which products are new" in why["new_product_share"]
    bare = missing(story().log(simulated=False), ON_PAPER)
    assert "touches of marketing" in bare["email_open_rate"]
    assert "events of kind appointment" in bare["lead_to_appointment_rate"]


def test_the_lift_of_best_prospects(story):
    """Of four leads two fit, of which one may not decide; won are one best prospect and one that is none."""
    made = story(ends=500.0)
    leads = np.array([made.lead(time) for time in (1.0, 2.0, 3.0, 4.0, 5.0)])
    for lead in (0, 1):
        made.win(50.0 + lead, made.opportunity(30.0, 10.0, leads[lead], 0), 10.0)
    whole = np.array([1, 0, 1, 0, 0])
    log = dataclasses.replace(made.log(), hidden=Truth(leads, whole, np.zeros(5), np.zeros(5)))
    ids = ["best_prospect_lift"]
    assert measure(log, ids) == pytest.approx({"best_prospect_lift": (1 / 2) / (2 / 5)})
    knows = BuyersTruth(leads, whole, np.zeros(5), np.zeros(5), whole * 0 + 1, np.array([1, 1, 0, 1, 1]))
    assert measure(dataclasses.replace(log, hidden=knows), ids) == pytest.approx({"best_prospect_lift": 1 / (2 / 5)})
    nobody = Truth(leads, whole * 0, np.zeros(5), np.zeros(5))
    assert math.isnan(measure(dataclasses.replace(log, hidden=nobody), ids)["best_prospect_lift"])


@given(
    rows=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=12),
    others=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 5)), max_size=12),
    before=st.booleans(),
)
def test_the_nearest_is_found_as_a_search_finds_it(rows, others, before):
    columns = [np.array(part, dtype=float).reshape(-1, 2).T for part in (rows, others)]
    found = nearest(columns[0][0].astype(int), columns[0][1], columns[1][0].astype(int), columns[1][1], before=before)
    for (who, day), place in zip(rows, found.tolist(), strict=True):
        days = [time for one, time in others if one == who and (time <= day if before else time >= day)]
        if not days:
            assert place == -1
        else:
            assert others[place] == (who, (max if before else min)(days))


def checked(log, funnel):
    """That measures of the window and of its months are those of plain loops; returns those of the window."""
    products = funnel.products.values()
    mean = math.fsum(product.mix * product.margin for product in products)
    high = {i for i, product in enumerate(products) if product.margin > mean + 1e-12}
    new = {i for i, product in enumerate(products) if product.new}
    spans = [(0.0, log.window.counted), *pairwise(log.window.month_edges.tolist())]
    plain = [measure_selling(log, *span, high, new) for span in spans]
    whole, months = measure(log, plain[0]), by_month(log, plain[0])
    found = [whole, *({id: values[k] for id, values in months.items()} for k in range(len(spans) - 1))]
    for told, counted in zip(found, plain, strict=True):
        assert told == pytest.approx(counted, rel=1e-9, abs=1e-9, nan_ok=True)
    return whole


def test_every_metric_of_a_sale_that_has_everything(scenario):
    """A world in which all of them are defined: opportunities go back, assets and e-mails are used, support costs."""
    tree = scenario.funnel.model_dump(by_alias=True)
    tree["products"] = {"suite": {"mix": 0.4, "new": True}, "plus": {"mix": 0.6, "margin": 0.9}}
    tree["drivers"] = {"price": {"acts": "pricing"}}
    tree["assets"], tree["programmes"] = {"deck": 0.5}, {"kit": {}}
    tree["channels"]["paid"]["touches"] = {"per_month": 2, "opened": 0.4, "clicked": 0.3}
    tree["channels"]["events"]["touches"] = {"per_month": 1}
    for stage, back in (("meeting", {}), ("close", {"meeting": 0.3})):
        tree["stages"][stage] |= {
            "meetings": 1.5, "facing": 0.5, "assets": {"deck": 0.4}, "rework": back,
            "milestones": {"appointment": 0.6, "rfp": 0.3, "proposal": 0.7, "presentation": 0.5},
        }  # fmt: skip
    tree["stages"]["close"]["losses"], tree["buyers"] = {"price": 0.7}, {}
    plan = scenario.plan.model_dump(by_alias=True) | {"programmes": {"kit": {"per_opportunity": 100, "monthly": 50}}}
    funnel, plan = Funnel.model_validate(tree), Plan.model_validate(plan)
    whole = checked(simulate(funnel, plan, seed=5), funnel)
    assert {id for id, value in whole.items() if value == 0 or math.isnan(value)} == {
        "lost_value_branding", "lost_value_lead_generation", "lost_value_sales_management", "lost_value_product",
    }  # fmt: skip


@given(arguments=scenarios())
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_metric_of_a_sale_is_its_plain_definition(arguments):
    checked(simulate(**arguments), arguments["funnel"])
