"""Luck, parameter and structure: by hand, against the split in two, and recovered from known truths."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from results.components import components, nested_split
from results.uncertainty import NO_DRAW, variance_split


def test_two_structures_of_two_draws_of_two_by_hand():
    """Values 1, 3 | 5, 7 || 11, 13 | 15, 17: draws' means 2, 6 || 12, 16, structures' means 4 || 14, all 9.

    Luck: four draws of sum of squares 2, 8 / (8 - 4) = 2.
    Within structures: 2 x (4 + 4 + 4 + 4) = 32, and 32 / (4 - 2) = 16 = luck + 2 parameter, so parameter = 7.
    Between structures: 4 x (25 + 25) = 200 = luck + 2 parameter + A structure, A = 8 - 4 x 2^2 / 8 = 6;
    the bias is (2 - 1) x 2 + (4 - 2) x 7 = 16, so structure = 184 / 6.
    """
    values = np.array([1.0, 3.0, 5.0, 7.0, 11.0, 13.0, 15.0, 17.0])
    draw, structures = np.repeat(np.arange(4), 2), np.array([0, 0, 1, 1])
    assert nested_split(values, draw, structures) == pytest.approx((2.0, 7.0, 184 / 6))
    found = components(values, draw, structures)
    assert found is not None
    assert found.variance == pytest.approx(2 + 7 + 184 / 6)
    assert found.structure.share == pytest.approx(184 / 6 / (9 + 184 / 6))
    assert (found.draws, found.structures, found.replications) == (4, 2, 8)


def test_a_negative_part_is_nothing():
    """Draws' means 0, 4 || 0, 4, no luck: within structures 2 x 16 = 32, / (8 - 4) = 8; between them 0 less the bias
    (6 - 4) x 8 = 16, so structure = -16 / 6 and ignorance 8 - 16 / 6 = 16 / 3, all of it parameter."""
    values = np.repeat([0.0, 4.0, 0.0, 4.0], 2)
    assert nested_split(values, np.repeat(np.arange(4), 2), np.array([0, 0, 1, 1])) == pytest.approx((0, 16 / 3, 0))


def test_what_cannot_be_told_apart():
    values, draw = np.array([1.0, 3.0, 5.0, 7.0]), np.array([0, 0, 1, 1])
    luck, parameter, structure = nested_split(values, draw, np.array([0, 1]))
    assert luck == 2.0
    assert math.isnan(parameter)
    assert math.isnan(structure)
    assert components(values, draw, np.array([0, 1])) is None
    none = np.full(4, NO_DRAW)
    assert nested_split(values, none, np.zeros(1, dtype=np.int64)) == pytest.approx((20 / 3, 0, 0))
    assert components(values, none, np.zeros(1, dtype=np.int64)) is None
    assert components(np.full(4, 5.0), draw, np.zeros(2, dtype=np.int64)) is None, "nothing varies"


@given(
    arrays(np.float64, 16, elements=st.integers(-1000, 1000).map(float)),
    arrays(np.int64, 6, elements=st.integers(0, 2)),
)
def test_the_parts_add_up_to_luck_and_ignorance(values, structures):
    """Draws of two to four replications."""
    draw = np.array([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 0, 0, 1, 4])
    luck, ignorance = variance_split(values, draw)
    parts = nested_split(values, draw, structures)
    assert parts.luck == pytest.approx(luck)
    assert parts.parameter + parts.structure == pytest.approx(ignorance, abs=1e-6)
    assert min(parts) >= 0
    if len(set(structures)) == 1:
        assert parts.structure == 0


def test_known_parts_are_recovered():
    """3,000 sets of 40 draws x 2 of luck 9, parameter 4, structure 2: on average within five standard errors of the
    mean, and the interval of structure holds its share in most sets.

    Structures 0, 3, 5 have chances .7, .2, .1 and effects e of 0.5, 1.5, -6.5 times a scale: their mean is
    .35 + .3 - .65 = 0, their variance .7 x .25 + .2 x 2.25 + .1 x 42.25 = 4.85 times its square.
    """
    rng = np.random.default_rng(12)
    sets, draws, luck, parameter, structure = 3_000, 40, 9.0, 4.0, 2.0
    effect = np.array([0.5, np.nan, np.nan, 1.5, np.nan, -6.5]) * math.sqrt(structure / 4.85)
    draw = np.repeat(np.arange(draws), 2)
    found, held = [], 0
    for place in range(sets):
        kinds = rng.choice([0, 3, 5], draws, p=[0.7, 0.2, 0.1])
        means = effect[kinds] + rng.normal(0, math.sqrt(parameter), draws)
        values = np.repeat(means, 2) + rng.normal(0, math.sqrt(luck), 2 * draws)
        found.append(nested_split(values, draw, kinds))
        if place < 300:
            told = components(values, draw, kinds)
            assert told is not None
            held += told.structure.lo95 <= structure / (luck + parameter + structure) <= told.structure.hi95
    mean, se = np.mean(found, axis=0), np.std(found, axis=0) / math.sqrt(sets)
    print(mean, se, held)
    # Taking negative parts for 0 adds a little to structure and to ignorance.
    assert np.all(np.abs(mean - (luck, parameter, structure)) < 5 * se + (0, 0.1, 0.1))
    assert held / 300 > 0.85
