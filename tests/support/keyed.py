"""Keyed generators in bulk: the project's in compiled loops, the same written again in numpy, and faulty variants."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from sim.draws import child_key, stream_key, turn, uniform

__all__ = ["FAULTY", "PORT", "PROJECT", "Keyed"]

Ints = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@dataclass(frozen=True)
class Keyed:
    """A keyed generator; every argument an int64 array (n,) or a number, every result an array (n,)."""

    draw: Callable[..., Words]
    """(seed, replication, entity key, purpose, turn) to words of 52 bits, uint64."""
    stream: Callable[..., Ints]
    """(seed, replication) to keys, int64."""
    child: Callable[..., Ints]
    """(parent, tag, ordinal) to keys, int64."""
    turn: Callable[..., Any] = turn.py_func  # type: ignore[attr-defined]
    """(visit, use) to turns."""


def _words(u: npt.NDArray[np.float64]) -> Words:
    # A draw is (word + 1/2) / 2^52, exactly.
    return (u * 2.0**52).astype(np.uint64)


# Compiled each time: numba's cache would not see a change of these loops, only one of the functions that they call.
@numba.njit
def _draws(seed, replication, key, purpose, at):  # type: ignore[no-untyped-def]
    u = np.empty(key.size)
    for i in range(key.size):
        u[i] = uniform(stream_key(seed[i], replication[i]), key[i], purpose[i], at[i])
    return u


@numba.njit
def _children(parent, tag, ordinal):  # type: ignore[no-untyped-def]
    keys = np.empty(parent.size, np.int64)
    for i in range(parent.size):
        keys[i] = child_key(parent[i], tag[i], ordinal[i])
    return keys


@numba.njit
def _streams(seed, replication):  # type: ignore[no-untyped-def]
    keys = np.empty(seed.size, np.int64)
    for i in range(seed.size):
        keys[i] = stream_key(seed[i], replication[i])
    return keys


def _long(*numbers: Any) -> list[Ints]:
    arrays = np.broadcast_arrays(*(np.asarray(number, dtype=np.int64) for number in numbers))
    # Copies, as a read-only view would compile the loops again.
    return [np.array(array, order="C", ndmin=1) for array in arrays]


PROJECT = Keyed(
    draw=lambda *key: _words(_draws(*_long(*key))),
    stream=lambda *key: _streams(*_long(*key)),
    child=lambda *key: _children(*_long(*key)),
)


def _mix(x: Words) -> Words:
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def _unsigned(*numbers: Any) -> list[Words]:
    return [array.view(np.uint64) for array in _long(*numbers)]


def _child(parent: Any, tag: Any, ordinal: Any) -> Ints:
    p, t, n = _unsigned(parent, tag, ordinal)
    one = np.uint64(1)
    return _mix(_mix(p + _GOLDEN * (t + one)) + _GOLDEN * (n + one)).view(np.int64)


def _stream(seed: Any, replication: Any) -> Ints:
    s, r = _unsigned(seed, replication)
    return _child(_mix(s + _GOLDEN).view(np.int64), 0, r.view(np.int64))


def _philox(stream: Ints, key: Any, purpose: Any, at: Any, rounds: int = 10, low_bits: bool = True) -> Words:
    world, entity, what, when = _unsigned(stream, key, purpose, at)
    a, b, c, d = entity & _LOW, entity >> _HALF, when & _LOW, what & _LOW
    k, m = world & _LOW, world >> _HALF
    for _ in range(rounds):
        left, right = np.uint64(0xD2511F53) * a, np.uint64(0xCD9E8D57) * c
        a, b, c, d = (right >> _HALF) ^ b ^ k, right & _LOW, (left >> _HALF) ^ d ^ m, left & _LOW
        k, m = (k + np.uint64(0x9E3779B9)) & _LOW, (m + np.uint64(0xBB67AE85)) & _LOW
    return (a << np.uint64(20)) | (b >> np.uint64(12) if low_bits else np.uint64(0))


def _port(
    seed: Any, replication: Any, key: Any, purpose: Any, at: Any, stream: Callable[..., Ints] = _stream, **kw: Any
) -> Words:
    return _philox(stream(seed, replication), key, purpose, at, **kw)


PORT = Keyed(draw=_port, stream=_stream, child=_child)


def _hashed(x: Words) -> Words:
    return _mix(_mix(x + _GOLDEN) + _GOLDEN)


def _congruential(*key: Any) -> Words:
    x = np.uint64(1)
    for part in _unsigned(*key):
        x = (x + part) * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
    return x >> np.uint64(12)


def _of_sum(*key: Any) -> Words:
    return _hashed(np.sum(_unsigned(*key), axis=0, dtype=np.uint64)) >> np.uint64(12)


def _of_separate_hashes(*key: Any) -> Words:
    hashes = [_hashed(part + (np.uint64(n) << np.uint64(40))) for n, part in enumerate(_unsigned(*key))]
    return np.bitwise_xor.reduce(hashes) >> np.uint64(12)


def _halved(keys: Any) -> Ints:
    return np.bitwise_and(keys, 0xFFFFFFFF)


def _sharing(seed: Any, replication: Any, entity: Any, purpose: Any, at: Any) -> Words:
    keys, purposes = _long(entity, purpose)
    return _port(seed, replication, keys, np.where(keys % 16 == 0, purposes & ~1, purposes), at)


def _stream_of_sum(seed: Any, replication: Any) -> Ints:
    seeds, replications = _unsigned(seed, replication)
    return _hashed(seeds + replications).view(np.int64)


FAULTY = {
    "two rounds of Philox": replace(PORT, draw=partial(_port, rounds=2)),
    "five rounds of Philox": replace(PORT, draw=partial(_port, rounds=5)),
    "linear congruential": replace(PORT, draw=_congruential),
    "hash of the parts' sum": replace(PORT, draw=_of_sum),
    "xor of the parts' hashes": replace(PORT, draw=_of_separate_hashes),
    "replication ignored": replace(PORT, draw=lambda s, r, e, p, t: _port(s, np.multiply(r, 0), e, p, t)),
    "purpose ignored": replace(PORT, draw=lambda s, r, e, p, t: _port(s, r, e, np.multiply(p, 0), t)),
    "visit ignored": replace(PORT, draw=lambda s, r, e, p, t: _port(s, r, e, p, np.bitwise_and(t, 0xFFFF))),
    "half an entity's key ignored": replace(PORT, draw=lambda s, r, e, p, t: _port(s, r, _halved(e), p, t)),
    "two purposes shared by one entity in 16": replace(PORT, draw=_sharing),
    "32 bits in place of 52": replace(PORT, draw=partial(_port, low_bits=False)),
    "streams by seed + replication": replace(PORT, draw=partial(_port, stream=_stream_of_sum), stream=_stream_of_sum),
    "children that are counted": replace(PORT, child=lambda parent, tag, n: np.add(*_long(parent, n))),
    "children without their type": replace(PORT, child=lambda parent, tag, n: _child(parent, 0, n)),
    "keys of 32 bits": replace(PORT, child=lambda parent, tag, n: _halved(_child(parent, tag, n))),
    "turns by visit + use": replace(PORT, turn=lambda visit, use: visit + use),
}
"""One fault each; the rest is PORT."""
