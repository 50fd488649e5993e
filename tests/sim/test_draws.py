"""The keyed stream: published vectors of the generator, uniformity, and keys that do not collide."""

import subprocess
import sys

import numpy as np
import pytest
from scipy import stats

from sim.draws import Purpose, Tag, child_key, philox, stream_key, text_key, turn, uniform

FIT, CONTACT, LEAD = int(Purpose.FIT), int(Purpose.CONTACT), int(Tag.LEAD)


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 4, (0xFFFFFFFF,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_published_vectors(counter, key, words):  # type: ignore[no-untyped-def]
    assert philox(*(np.uint64(word) for word in (*counter, *key))) == words


def test_uniform_over_entities_purposes_turns_replications_and_seeds():
    root = text_key("entity")
    families = [
        [uniform(stream_key(1, 0), child_key(root, LEAD, i), FIT, 0) for i in range(20_000)],
        [uniform(stream_key(1, 0), root, CONTACT, turn(i // 8, i % 8)) for i in range(20_000)],
        [uniform(stream_key(1, i), root, FIT, 0) for i in range(20_000)],
        [uniform(stream_key(i, 0), root, FIT, 0) for i in range(20_000)],
        [uniform(stream_key(1, i), root, purpose, 0) for i in range(500) for purpose in range(1, 41)],
    ]
    for family in families:
        values = np.array(family)
        assert values.min() > 0
        assert values.max() < 1
        assert stats.kstest(values, "uniform").pvalue > 1e-4
        lagged = np.corrcoef(values[:-1], values[1:])[0, 1]
        assert abs(lagged) < 4 / np.sqrt(len(values))


def test_turns_and_keys_do_not_collide():
    assert len({turn(visit, use) for visit in range(100) for use in range(100)}) == 10_000
    root = text_key("channel:web")
    keys = {child_key(root, int(tag), n) for tag in Tag for n in range(50_000)}
    assert len(keys) == len(Tag) * 50_000


def test_purposes_and_tags_are_distinct_numbers():
    assert len({int(purpose) for purpose in Purpose}) == len(list(Purpose))
    assert len({int(tag) for tag in Tag}) == len(list(Tag))


def test_keys_of_names_are_the_same_in_another_process():
    code = "from sim.draws import text_key; print(text_key('paid_search'))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(out.stdout) == text_key("paid_search")
