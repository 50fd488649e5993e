"""Thresholds by a rule: the arithmetic of a binormal score, laws of scores against scipy, atoms."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.distributions import Constant, Normal, Table
from sim.laws.threshold import Scores, share_above, top


def binormal(distance: float, prevalence: float, intent: float = 0.0) -> list[Scores]:
    sd = math.sqrt(1 + intent**2)
    return [Scores(prevalence, distance, sd), Scores(1 - prevalence, 0.0, sd)]


def test_the_best_forty_percent_of_a_binormal_score(stated):  # type: ignore[no-untyped-def]
    """d' = 1, a quarter of the leads good, 40 % pass: cut, precision and recall, and the area under the ROC curve."""
    scores = binormal(1, 0.25)
    cut = top(scores, 0.4)
    recall = share_above(scores[:1], cut)
    stated("D41 cut", "0.51214359", cut)
    stated("D41 recall", "0.68717422", recall)
    stated("D41 precision", "0.42948389", 0.25 * recall / 0.4)
    assert stats.norm.cdf(1 / math.sqrt(2)) == pytest.approx(0.76024994, abs=5e-9)


LAWS = (
    Normal(law="normal", mean=1, sd=2),
    Normal(law="normal", mean=1, sd=2, clip=(-1, 4)),
    Normal(law="normal", mean=1, sd=2, floor=True),
    Normal(law="normal", mean=1, sd=2, clip=(-1.5, 4), floor=True),
    Normal(law="normal", mean=3, sd=0),
    Normal(law="normal", mean=3, sd=0, floor=True),
    Table(law="table", at=(-1, 1, 3), cumulative=(0, 0.4, 1)),
    Constant(value=2),
)


def values(law, u):  # type: ignore[no-untyped-def]
    """Scores of a law at uniform numbers, by numpy alone."""
    if isinstance(law, Table):
        return np.interp(u, law.cumulative, law.at)
    if isinstance(law, Constant):
        return np.full(len(u), law.value)
    raw = law.mean + law.sd * stats.norm.ppf(u)
    raw = raw if law.clip is None else np.clip(raw, *law.clip)
    return np.floor(raw) if law.floor else raw


@pytest.mark.parametrize("law", LAWS, ids=str)
def test_a_law_of_scores_is_exceeded_as_often_as_its_values_say(law):  # type: ignore[no-untyped-def]
    u = (np.arange(200_000) + 0.5) / 200_000
    drawn = values(law, u)
    for threshold in (-2.0, -1.5, -1.0, 0.0, 0.3, 1.0, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0):
        assert share_above([Scores(1.0, law=law)], threshold) == pytest.approx((drawn > threshold).mean(), abs=2e-5)


@given(st.lists(st.tuples(st.floats(0.1, 10), st.sampled_from((None, *LAWS))), min_size=1), st.floats(0.001, 0.999))
def test_no_lower_threshold_passes_so_few(kinds, share):  # type: ignore[no-untyped-def]
    scores = [Scores(leads, 1.0, 1.5, law) for leads, law in kinds]
    cut = top(scores, share)
    assert share_above(scores, cut) <= share
    assert share_above(scores, math.nextafter(cut, -math.inf)) > share


def test_all_and_none():
    assert top(binormal(1, 0.25), 1.0) == -math.inf
    assert top(binormal(1, 0.25), 0.0) == math.inf
