"""The battery: sequences, pairs and crosses of keyed draws along every part of the key, and their p-values."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt
from keyed import Keyed
from pvalues import WIDTH, coincidences, flips, pair_tests, second_difference_tests, sequence_tests
from scipy import special

from sim.draws import Purpose, Tag, text_key

__all__ = ["run_battery"]

_CHANNEL = text_key("channel:web")
_DAY = 20_454  # 2026-01-01, in days since 1970
_PURPOSES = np.array(Purpose)
_FIT, _CELL, _LEAD = int(Purpose.FIT), int(Tag.CELL), int(Tag.LEAD)
_LINE = np.array([Tag.OPPORTUNITY, Tag.CUSTOMER, Tag.ORDER])  # a lead's child, grandchild and great-grandchild
_PARTS = ("seed", "replication", "entity", "purpose", "turn")
_FLIPPED = {"seed": 64, "replication": 32, "entity": 64, "purpose": 8, "turn": 32}
_HALF = np.uint64(0xFFFFFFFF)
_SHORT = np.uint64(64 - WIDTH)

Words = npt.NDArray[np.uint64]


def run_battery(g: Keyed, n: int) -> dict[tuple[str, str], float]:
    """p-value of every test, by (what is tested, test); n: length of a sequence, a power of two of at least 8,192."""
    found: dict[tuple[str, str], float] = {}
    for name, words, block in _sequences(g, n):
        found |= {(name, test): p for test, p in sequence_tests(words, block).items()}
    for name, first, second in _pairs(g, n):
        found |= {(name, test): p for test, p in pair_tests(first, second).items()}
    found |= _crosses(g, n // 2) | _grid(g, n) | _keys(g, n) | _avalanche(g, n // 64)
    return found


def _leads(g: Keyed, n: int) -> Any:
    cell = g.child(g.child(_CHANNEL, _CELL, _DAY), _CELL, 0)
    return g.child(cell, _LEAD, np.arange(n))


def _generations(g: Keyed, n: int) -> Any:
    """Keys (n, 4) of leads, their opportunities, customers and first orders."""
    keys = [_leads(g, n)]
    for tag in _LINE:
        keys.append(g.child(keys[-1], tag, 0))
    return np.stack(keys, axis=1)


def _sequences(g: Keyed, n: int) -> Iterator[tuple[str, Words, int]]:
    """Consecutive draws along one part of the key, or two of them nested: name, words (n,), words in a sum."""
    i = np.arange(n)
    leads = _leads(g, n)
    generations = _generations(g, n // 4).ravel()
    cells = g.child(g.child(_CHANNEL, _CELL, _DAY + i // 16), _CELL, i % 16)
    names = np.array([text_key(f"deal {k}") for k in range(n // 4)])
    one = leads[0]
    p = _PURPOSES.size

    def draw(seed: Any = 1, replication: Any = 0, entity: Any = one, purpose: Any = _FIT, turn: Any = 0) -> Words:
        return g.draw(seed, replication, entity, purpose, turn)

    yield "leads", draw(entity=leads), 32
    yield "cells", draw(entity=cells), 32
    yield "generations", draw(entity=generations), 32
    yield "named entities", draw(entity=g.child(names, Tag.SNAPSHOT, 0)), 32
    yield "entity keys 0, 1, 2", draw(entity=i), 32
    yield "entity keys 0, 1, 2 times 2^32", draw(entity=i << 32), 32
    yield "purposes of leads", draw(entity=leads[i // p], purpose=_PURPOSES[i % p]), p
    yield "purposes 0, 1, 2", draw(purpose=i), 32
    yield "visits of leads", draw(entity=leads[i // 64], turn=g.turn(i % 64, 0)), 32
    yield "visits", draw(entity=leads[i >> 16], turn=g.turn(i & 0xFFFF, 0)), 32
    yield "uses of leads", draw(entity=leads[i // 16], turn=g.turn(0, i % 16)), 32
    yield "uses", draw(entity=leads[i >> 16], turn=g.turn(0, i & 0xFFFF)), 32
    yield "uses of visits", draw(entity=leads[i >> 16], turn=g.turn((i & 0xFFFF) // 8, i % 8)), 32
    yield "replications", draw(replication=i), 32
    yield "replications of seeds", draw(seed=i // 512, replication=i % 512), 32
    yield "seeds", draw(seed=i), 32
    yield "seeds times 2^32", draw(seed=i << 32), 32
    for name, keys in (
        ("keys of leads", leads),
        ("keys of cells", cells),
        ("keys of generations", generations),
        ("keys of replications", g.stream(1, i)),
        ("keys of seeds", g.stream(i, 0)),
    ):
        words = keys.view(np.uint64)
        yield f"{name}, high bits", words >> _SHORT, 32
        yield f"{name}, low bits", words & np.uint64((1 << WIDTH) - 1), 32


def _pairs(g: Keyed, n: int) -> Iterator[tuple[str, Words, Words]]:
    """Two draws of each lead which must be independent: name, words (n,), words (n,)."""
    i = np.arange(n)
    leads = _leads(g, n)
    lead, deal, customer, order = _generations(g, n).T
    at = g.turn
    for first, second in (
        (Purpose.FIT, Purpose.INTENT),
        (Purpose.SEGMENT, Purpose.PRODUCT),
        (Purpose.CONTACT, Purpose.ATTEMPT_EFFORT),
        (Purpose.CAUSE, Purpose.SOJOURN),
        (Purpose.FIT, Purpose.CAUSE),
    ):
        name = f"{first.name} and {second.name} of a lead"
        yield name, g.draw(1, 0, leads, first, 0), g.draw(1, 0, leads, second, 0)
    one = g.draw(1, 1, leads, _FIT, 0)
    yield "replication r and r + 1", g.draw(1, 0, leads, _FIT, 0), one
    yield "seed s and s + 1", one, g.draw(2, 1, leads, _FIT, 0)
    yield "(seed, replication) and (replication, seed)", g.draw(i, i + 7, 5, _FIT, 0), g.draw(i + 7, i, 5, _FIT, 0)
    yield "lead and opportunity", g.draw(1, 0, lead, _FIT, 0), g.draw(1, 0, deal, _FIT, 0)
    yield "opportunity and customer", g.draw(1, 0, deal, _FIT, 0), g.draw(1, 0, customer, _FIT, 0)
    yield "lead and order", g.draw(1, 0, lead, _FIT, 0), g.draw(1, 0, order, _FIT, 0)
    yield "(visit, use) and (use, visit)", g.draw(1, 0, leads, _FIT, at(2, 1)), g.draw(1, 0, leads, _FIT, at(1, 2))
    yield "visit v and v + 1", g.draw(1, 0, leads, _FIT, at(1, 0)), g.draw(1, 0, leads, _FIT, at(2, 0))
    yield "use n and n + 1", g.draw(1, 0, leads, _FIT, at(1, 0)), g.draw(1, 0, leads, _FIT, at(1, 1))


def _crosses(g: Keyed, n: int) -> dict[tuple[str, str], float]:
    """Every two parts of the key against each other, at raw numbers where sums and xors of parts meet most."""
    i = np.arange(n)
    found: dict[tuple[str, str], float] = {}
    for x, y in combinations(_PARTS, 2):
        base = {"seed": 1, "replication": 0, "entity": 4, "purpose": _FIT, "turn": 2}
        # The first of the two that has room runs; steps of two leave the odd numbers to its neighbours.
        runs = next(part for part in ("entity", "replication", "turn", "seed") if part in (x, y))

        def at(dx: int, dy: int, x: str = x, y: str = y, runs: str = runs, base: dict[str, int] = base) -> Words:
            key: dict[str, Any] = base | {runs: 2 * i}
            return g.draw(*(key[part] + dx * (part == x) + dy * (part == y) for part in _PARTS))

        corners = at(0, 0), at(0, 1), at(1, 0), at(1, 1)
        name = f"{x} by {y}"
        tests = pair_tests(corners[1], corners[2]) | second_difference_tests(corners)
        found |= {(name, test): p for test, p in tests.items()}
    return found


def _grid(g: Keyed, n: int) -> dict[tuple[str, str], float]:
    """Repeats among about 2 n draws which differ in any part of the key, and correlations of all pairs of purposes."""
    p = _PURPOSES.size
    side = int((2 * n / p) ** 0.25)
    key = np.meshgrid(*[np.arange(side)] * 3, _PURPOSES, np.arange(side), indexing="ij")
    words = g.draw(*(part.ravel() for part in key))
    leads = np.repeat(_leads(g, n // 16), p)
    u = g.draw(1, 0, leads, np.tile(_PURPOSES, n // 16), 0).reshape(-1, p) * 2.0**-WIDTH - 0.5
    z = (12 * u.T @ u / np.sqrt(len(u)))[np.triu_indices(p, 1)]
    return {
        ("a grid of keys", "coincidences, high bits"): coincidences(words, WIDTH),
        ("a grid of keys", "coincidences, low bits"): coincidences(words & _HALF, 32),
        ("all pairs of purposes", "correlations"): float(special.chdtrc(z.size, (z**2).sum())),
    }


def _keys(g: Keyed, n: int) -> dict[tuple[str, str], float]:
    """Coincidences in parts of the keys of a family tree, and of streams."""
    i = np.arange(n)
    tree = np.concatenate([_generations(g, n // 4).ravel()] + [g.child(i // 6, tag, i % 6) for tag in Tag])
    streams = g.stream(i // 256, i % 256)
    names = np.array([text_key(f"{k}") for k in range(n // 4)])
    return {
        (name, f"coincidences, {half} bits"): coincidences((keys.view(np.uint64) >> shift) & _HALF, 32)
        for name, keys in (("keys of entities", tree), ("keys of streams", streams), ("keys of names", names))
        for half, shift in (("high", np.uint64(32)), ("low", np.uint64(0)))
    }


def _avalanche(g: Keyed, n: int) -> dict[tuple[str, str], float]:
    """One flipped bit of each input, at n low keys: seeds, replications and ordinals as small as users' ones."""
    i = np.arange(n)
    key = {"seed": i % 8, "replication": i % 32, "entity": i, "purpose": _PURPOSES[i % _PURPOSES.size], "turn": i % 3}
    before = g.draw(*key.values())
    found: dict[tuple[str, str], float] = {}
    for part, bits in _FLIPPED.items():
        flipped = key[part] ^ np.left_shift(1, np.arange(bits))[:, None]
        after = g.draw(*(np.broadcast_to(flipped if k == part else v, (bits, n)).ravel() for k, v in key.items()))
        found |= {(f"flipped {part}", test): p for test, p in flips(before, after.reshape(bits, n), WIDTH).items()}
    family = {"parent": _leads(g, n), "tag": 1 + i % 6, "ordinal": i}
    for part, bits in {"parent": 64, "tag": 3, "ordinal": 32}.items():
        flipped = family[part] ^ np.left_shift(1, np.arange(bits))[:, None]
        before = g.child(*family.values())
        after = g.child(*(np.broadcast_to(flipped if k == part else v, (bits, n)).ravel() for k, v in family.items()))
        tests = flips(before.view(np.uint64), after.view(np.uint64).reshape(bits, n), 64)
        found |= {(f"key with flipped {part}", test): p for test, p in tests.items()}
    return found
