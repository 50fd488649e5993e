"""The statistical battery for the keyed stream: it passes, and generators with one fault each do not.

Every key is fixed, so the battery gives the same p-values each time: a red run is never bad luck, it is a changed
generator (or a new purpose or tag, which enter the keys). What is left to chance is whether a good new one passes at
first sight. The family of p-values as a whole errs with probability of about .01: half for any single one of m outside
(.005 / 2m, 1 - .005 / 2m), which holds however they depend on each other (Bonferroni), and half for their common
distribution, tested against uniform by Kolmogorov and Smirnov, which takes them for independent and exact, as they
nearly are. Over 2,000 batteries of ideal numbers the halves came to .005 and .008; the last test below repeats a few.
"""

from collections import defaultdict

import numpy as np
import pytest
from battery import run_battery
from keyed import FAULTY, PORT, PROJECT, Keyed
from pvalues import ks
from scipy import stats

HALF_ERROR = 0.005
SMALL = 1 << 13

Family = dict[tuple[str, str], float]

CAUGHT_BY = {
    "two rounds of Philox": "leads",
    "five rounds of Philox": "flipped entity",
    "linear congruential": "seeds",
    "hash of the parts' sum": "entity by turn",
    "xor of the parts' hashes": "entity by purpose",
    "replication ignored": "replication r and r + 1",
    "purpose ignored": "purposes of leads",
    "visit ignored": "visits of leads",
    "half an entity's key ignored": "flipped entity",
    "two purposes shared by one entity in 16": "FIT and INTENT of a lead",
    "32 bits in place of 52": "leads",
    "streams by seed + replication": "seed by replication",
    "children that are counted": "lead and opportunity",
    "children without their type": "keys of entities",
    "keys of 32 bits": "keys of leads, high bits",
    "turns by visit + use": "(visit, use) and (use, visit)",
}


def rejected(family: Family) -> list[tuple[str, str, float]]:
    edge = HALF_ERROR / (2 * len(family))
    return [(name, test, p) for (name, test), p in family.items() if not edge < p < 1 - edge]


def assert_passes(family: Family) -> None:
    assert rejected(family) == []
    assert ks(np.array(list(family.values()))) > HALF_ERROR


def test_the_stream_passes() -> None:
    assert_passes(run_battery(PROJECT, 1 << 16))


@pytest.mark.slow
def test_the_stream_passes_sixteen_times_longer() -> None:
    assert_passes(run_battery(PROJECT, 1 << 20))


def test_the_stream_passes_where_faulty_ones_fail() -> None:
    assert_passes(run_battery(PROJECT, SMALL))


def test_a_second_writing_gives_the_same_bits() -> None:
    rng = np.random.default_rng(1)
    seed, replication, key, purpose, turn = rng.integers(-(2**63), 2**63 - 1, (5, 1000))
    parts = seed, replication, key, purpose & 0xFFFFFFFF, turn
    np.testing.assert_array_equal(PORT.draw(*parts), PROJECT.draw(*parts))
    np.testing.assert_array_equal(PORT.child(key, purpose, turn), PROJECT.child(key, purpose, turn))
    np.testing.assert_array_equal(PORT.stream(seed, replication), PROJECT.stream(seed, replication))


@pytest.mark.parametrize("fault", FAULTY)
def test_a_fault_is_caught(fault: str) -> None:
    assert CAUGHT_BY[fault] in {name for name, _, _ in rejected(run_battery(FAULTY[fault], SMALL))}


@pytest.mark.slow
def test_ideal_numbers_fail_no_more_often_than_stated() -> None:
    rng = np.random.default_rng(1)

    def fresh(*key: object) -> np.ndarray:
        return rng.integers(0, 2**64, np.broadcast(*key).size, dtype=np.uint64)

    def keys(*key: object) -> np.ndarray:
        return fresh(*key).view(np.int64)

    ideal = Keyed(draw=lambda *key: fresh(*key) >> np.uint64(12), stream=keys, child=keys)
    by_test: dict[str, list[float]] = defaultdict(list)
    runs, extreme, uneven = 60, 0, 0
    for _ in range(runs):
        family = run_battery(ideal, SMALL)
        extreme += bool(rejected(family))
        uneven += ks(np.array(list(family.values()))) < HALF_ERROR
        for (name, test), p in family.items():
            if name != "keys of names":  # names are hashed by the project's own hash, the same in every run
                by_test[test].append(p)
    for failed in (extreme, uneven):
        assert stats.binom.sf(failed - 1, runs, HALF_ERROR) > 1e-3
    for test, p in by_test.items():
        beyond = int(np.sum(np.abs(np.array(p) - 0.5) > 0.49))
        assert stats.binom.sf(beyond - 1, len(p), 0.02) > 1e-3, test
