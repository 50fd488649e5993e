"""Causes of loss by codes, by a survey and by both: by hand, and where there is nothing to go by."""

import dataclasses
import math

import numpy as np
import pytest

from results.causes import combined, mix
from results.metrics.catalogue import by_month, measure, missing
from sim.log import NOBODY, Asking, Coding, Kind

ERRORS = ("coded_cause_error", "surveyed_cause_error", "combined_cause_error")
CAUSES = ("cause_known_share", *ERRORS)
EVERYBODY = Asking(every=(30.0, 30.0), share=(0.0, 1.0), response=(0.0, 1.0), stream=7)


def coding(made, coded=1.0):
    """Reps who know two causes and always write down the wrong one."""
    reasons = made.names.reasons
    return Coding((1.0, coded), (1.0, 0.0), (reasons.index("price"), reasons.index("poor_fit")), 7)


@pytest.fixture
def four(story):
    """Lost for their price on 10, 20 and 70, for their fit on 40; reps write down the other of both each time. All are
    asked on 30 and 60, so that only the last has not answered when the log ends on 85."""
    made = story(counted=80.0, ends=85.0)
    made.terms = dataclasses.replace(made.terms, coding=coding(made), asking=EVERYBODY)
    for day, reason in ((10.0, "price"), (20.0, "price"), (40.0, "poor_fit"), (70.0, "price")):
        deal = made.opportunity(day - 5.0, 100.0)
        made.say(day, Kind.LOST, deal, reason=reason, amount=100.0)
    return made


def test_four_losses_on_paper(four):
    assert measure(four.log(), CAUSES) == pytest.approx(
        {
            "cause_known_share": 1,
            "coded_cause_error": 3 / 4 - 1 / 4,  # price is 3 of 4 and coded 1 of 4
            "surveyed_cause_error": 3 / 4 - 2 / 3,  # two of three answers say price
            # Of three coded fit two say price: 2 / (2 + 4) of them. The one coded price says fit: 4 / (1 + 4) of it.
            "combined_cause_error": 3 / 4 - (3 / 4 * 2 / 6 + 1 / 4 * 4 / 5),
        }
    )


def test_their_months(four):
    found = by_month(four.log(), CAUSES)
    np.testing.assert_allclose(found["surveyed_cause_error"], [0.0, 0.0, np.nan])
    np.testing.assert_allclose(found["coded_cause_error"], 1.0)
    # Two answers against a code that counts as four, one answer, none.
    np.testing.assert_allclose(found["combined_cause_error"], [4 / 6, 4 / 5, 1.0])


def test_without_codes_answers_are_all_there_is(four):
    four.terms = dataclasses.replace(four.terms, coding=coding(four, coded=0.0))
    found = measure(four.log(), CAUSES)
    assert found["cause_known_share"] == 3 / 4
    assert math.isnan(found["coded_cause_error"])
    assert found["combined_cause_error"] == pytest.approx(found["surveyed_cause_error"])
    assert found["surveyed_cause_error"] == pytest.approx(1 / 12)


def test_without_a_survey_there_are_codes_alone(four):
    four.terms = dataclasses.replace(four.terms, asking=None)
    found = measure(four.log(), CAUSES)
    assert found["cause_known_share"] == 1
    assert found["coded_cause_error"] == 0.5
    assert "plan.lost_survey" in missing(four.log(), ERRORS)["surveyed_cause_error"]


def test_sales_to_customers_are_not_among_them(four):
    day = -5.0
    deal = four.opportunity(day, 100.0)
    four.win(day, deal, 100.0)
    more = four.opportunity(6.0, 50.0, len(four.entities) - 2)
    assert four.log().entities.to_customers[more]
    before = measure(four.log(), CAUSES)
    four.say(12.0, Kind.LOST, more, reason="cold", amount=50.0)
    assert measure(four.log(), CAUSES) == before


def test_combined_is_codes_without_answers_and_answers_where_there_are_many():
    codes = np.array([0] * 6 + [1] * 2 + [NOBODY] * 4)
    silence = np.full(len(codes), NOBODY)
    np.testing.assert_allclose(combined(codes, silence, 3), [0.75, 0.25, 0.0])
    np.testing.assert_allclose(combined(codes, silence, 3), mix(codes, 3))
    many = np.repeat(codes, 100_000)
    np.testing.assert_allclose(combined(many, np.full(len(many), 2), 3), [0.0, 0.0, 1.0], atol=1e-4)
    assert np.isnan(combined(silence, silence, 3)).all()
    assert np.isnan(mix(silence, 3)).all()
