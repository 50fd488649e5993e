"""Tests of randomness on arrays of 52-bit words: each gives a p-value, uniform on (0, 1) if the words are random.

Small p: the words are too far from random; p near 1: too regular to be random (a counter, a quasi-random sequence). The
tests are the classical ones (Knuth, The Art of Computer Programming 2, section 3.3.2; Marsaglia 1985 for birthday
spacings; L'Ecuyer and Simard 2007, doi.org/10.1145/1268776.1268777, for Hamming weights). Counts take the mid-p.
"""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special, stats

__all__ = ["WIDTH", "coincidences", "flips", "ks", "pair_tests", "second_difference_tests", "sequence_tests"]

WIDTH = 52
"""Bits of a word; also the random bits of a draw."""
_BLOCK = 2048  # birthdays in a year
_YEAR = 29  # log2 of the days in that year, so that 4 spacings in a year are expected to be equal
_LAGS = 16

Words = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]


def sequence_tests(words: Words, block: int = 32) -> dict[str, float]:
    """p-values of one sequence (n,), n a power of two of at least 8,192; sums are over `block` consecutive words."""
    u = _fraction(words)
    pairs = words[: words.size // 2 * 2].reshape(-1, 2)
    rest = words[: words.size // block * block]
    normal = special.ndtri(_fraction(rest)).reshape(-1, block)
    return {
        "KS": ks(u),
        "bins, high bits": _bins(words, WIDTH),
        "bins, middle bits": _bins(words, 32),
        "bins, low bits": _bins(words, 12),
        "each bit": _each_bit(words),
        "Hamming weight": _weights(words),
        "Hamming weight of neighbours' difference": _weights(words[1:] ^ words[:-1]),
        "serial correlation, lags 1 to 16": _serial_correlation(u),
        "serial pairs, high bits": _plane(pairs[:, 0], pairs[:, 1], WIDTH),
        "serial pairs, low bits": _plane(pairs[:, 0], pairs[:, 1], 6),
        "orders of three": _orders(u),
        "runs above and below one half": _binomial(int(((u[1:] < 0.5) != (u[:-1] < 0.5)).sum()), u.size - 1),
        "gaps": _gaps(u),
        "birthday spacings, high bits": _birthdays(words >> np.uint64(WIDTH - _YEAR)),
        "birthday spacings, low bits": _birthdays(words & np.uint64((1 << _YEAR) - 1)),
        "normality of sums": ks(special.ndtr(normal.sum(axis=1) / np.sqrt(block))),
        "sums of squares": ks(special.chdtr(block, (normal**2).sum(axis=1))),
    }


def pair_tests(first: Words, second: Words) -> dict[str, float]:
    """p-values of the independence of two sequences (n,), word by word."""
    u, v = _fraction(first), _fraction(second)
    z = 12 * _product(u - 0.5, v - 0.5) / np.sqrt(u.size)
    return {
        "correlation": float(special.ndtr(z)),
        "pairs, high bits": _plane(first, second, WIDTH),
        "pairs, low bits": _plane(first, second, 6),
        "Hamming weight of the difference": _weights(first ^ second),
        "KS of the sum modulo 1": ks((u + v) % 1.0),
    }


def second_difference_tests(corners: tuple[Words, Words, Words, Words]) -> dict[str, float]:
    """p-values of words (n,) at 00, 01, 10, 11 of two coordinates: no hash of one plus, or xor, a hash of the other.

    Such a sum gives pairs that are all independent, and second differences that are all zero.
    """
    w00, w01, w10, w11 = corners
    u00, u01, u10, u11 = map(_fraction, corners)
    return {
        "KS of the second difference": ks((u11 - u10 - u01 + u00) % 1.0),
        "Hamming weight of the second difference": _weights(w11 ^ w10 ^ w01 ^ w00),
    }


def coincidences(words: Words, width: int) -> float:
    """p-value of the number of repeats among the words' (n,) high bits, as many as let 32 repeats be expected or more.

    width: bits of a word.
    """
    kept = min(width, int(2 * np.log2(words.size)) - 6)
    days = 2.0**kept
    # Expected n - occupied days; the plain n²/(2 days) is too coarse for the tails.
    expected = words.size - days * -np.expm1(words.size * np.log1p(-1 / days))
    return _poisson(_repeats(words >> np.uint64(width - kept)), expected)


def flips(before: Words, after: Words, width: int) -> dict[str, float]:
    """p-values of avalanche: words (n,) before and after (inputs, n) one input bit is flipped; half the bits change."""
    n = after.shape[1]
    changed = (after ^ before).astype("<u8")
    counts = np.stack([((changed >> np.uint64(bit)) & np.uint64(1)).sum(axis=1) for bit in range(width)])
    z = (counts - n / 2) / np.sqrt(n / 4)
    fewest = int(np.minimum(counts, n - counts).min())
    most = 2 * stats.binom.cdf(fewest, n, 0.5) - stats.binom.pmf(fewest, n, 0.5)  # twice the smaller tail's mid-p
    return {
        "flips, each input and output bit": float(special.chdtrc(z.size, (z**2).sum())),
        "flips, furthest input and output bit": float(-np.expm1(z.size * np.log1p(-most))),
        "flips, Hamming weight": _weights(changed.ravel(), width),
    }


def ks(values: Floats) -> float:
    """p-value of Kolmogorov and Smirnov's distance of values (n,) from uniform."""
    ordered = np.sort(values)
    steps = np.arange(ordered.size + 1) / ordered.size
    distance = max((steps[1:] - ordered).max(), (ordered - steps[:-1]).max())
    return float(stats.kstwo.sf(distance, ordered.size))


def _fraction(words: Words) -> Floats:
    return (words.astype(np.float64) + 0.5) * 2.0**-WIDTH


def _product(first: Floats, second: Floats) -> float:
    # Not np.dot, whose threads cost more processor time than they save.
    return float((first * second).sum())


def _chi_square(counts: npt.NDArray[Any], expected: Any) -> float:
    return float(special.chdtrc(counts.size - 1, ((counts - expected) ** 2 / expected).sum()))


def _poisson(count: int, mean: float) -> float:
    return float(special.pdtrc(count, mean) + 0.5 * stats.poisson.pmf(count, mean))


def _binomial(count: int, trials: int) -> float:
    return float(stats.binom.sf(count, trials, 0.5) + 0.5 * stats.binom.pmf(count, trials, 0.5))


def _top(words: Words, width: int, kept: int) -> npt.NDArray[np.int64]:
    """The highest `kept` of the lowest `width` bits."""
    return ((words >> np.uint64(width - kept)) & np.uint64((1 << kept) - 1)).astype(np.int64)


def _bins(words: Words, width: int) -> float:
    kept = min(12, words.size.bit_length() - 6)  # at least 32 words a bin
    return _chi_square(np.bincount(_top(words, width, kept), minlength=1 << kept), words.size / (1 << kept))


def _plane(first: Words, second: Words, width: int) -> float:
    kept = min(6, (first.size.bit_length() - 5) // 2)  # at least 16 pairs a cell
    cell = (_top(first, width, kept) << kept) | _top(second, width, kept)
    return _chi_square(np.bincount(cell, minlength=1 << 2 * kept), first.size / (1 << 2 * kept))


def _each_bit(words: Words) -> float:
    ones = np.array([np.count_nonzero(words & np.uint64(1 << bit)) for bit in range(WIDTH)])
    return float(special.chdtrc(WIDTH, ((ones - words.size / 2) ** 2 / (words.size / 4)).sum()))


@cache
def _weight_chances(width: int) -> Floats:
    return np.asarray(stats.binom.pmf(np.arange(width + 1), width, 0.5))


def _weights(words: Words, width: int = WIDTH) -> float:
    expected = words.size * _weight_chances(width)
    low = int(np.searchsorted(np.cumsum(expected), 16.0))  # both tails pooled to at least 16 words
    counts = np.bincount(np.clip(np.bitwise_count(words), low, width - low) - low, minlength=width - 2 * low + 1)
    pooled = expected[low : width - low + 1].copy()
    pooled[0] += expected[:low].sum()
    pooled[-1] += expected[:low].sum()
    return _chi_square(counts, pooled)


def _serial_correlation(u: Floats) -> float:
    # Mean and variance of a uniform are known, so each lag's product has mean 0, variance 1/144, and no covariance.
    c = u - 0.5
    z = [12 * _product(c[lag:], c[:-lag]) / np.sqrt(c.size - lag) for lag in range(1, _LAGS + 1)]
    return float(special.chdtrc(_LAGS, np.square(z).sum()))


def _orders(u: Floats) -> float:
    a, b, c = u[: u.size // 3 * 3].reshape(-1, 3).T
    code = 4 * (a < b) + 2 * (b < c) + 1 * (a < c)
    counts = np.bincount(code, minlength=8)[[0, 2, 3, 4, 5, 7]]  # 1 and 6 contradict themselves
    return _chi_square(counts, a.size / 6)


def _gaps(u: Floats, share: float = 1 / 8, longest: int = 24) -> float:
    gaps = np.diff(np.flatnonzero(u < share)) - 1
    if gaps.size == 0:
        return 0.0
    counts = np.bincount(np.minimum(gaps, longest), minlength=longest + 1)
    chance = share * (1 - share) ** np.arange(longest + 1)
    chance[-1] /= share
    return _chi_square(counts, gaps.size * chance)


def _birthdays(words: Words) -> float:
    years = np.sort(words.reshape(-1, _BLOCK), axis=1)
    spacings = np.sort(np.diff(years, axis=1), axis=1)
    equal = int((spacings[:, 1:] == spacings[:, :-1]).sum())
    return _poisson(equal, years.shape[0] * _BLOCK**3 / 2.0 ** (_YEAR + 2))


def _repeats(words: Words) -> int:
    ordered = np.sort(words)
    return int((ordered[1:] == ordered[:-1]).sum())
