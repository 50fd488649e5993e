"""Outcomes: metrics of scenarios, replication by replication, kept in a file that a page is made of."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from results.runset import Measures
from results.uncertainty import estimate
from scenarios.batch import run_batches
from scenarios.scenario import Scenario

__all__ = ["Floats", "Mean", "Outcomes", "keep"]

Floats = NDArray[np.float64]


class Mean(NamedTuple):
    """A mean over replications with its 95 % interval."""

    mean: float
    lo: float
    hi: float

    @classmethod
    def of(cls, values: Floats) -> "Mean":
        """The mean of values that are all defined."""
        found = estimate(values, np.full(len(values), -1))
        return cls(found.mean, found.lo95, found.hi95)

    @classmethod
    def ratio(cls, part: Floats, whole: Floats) -> "Mean":
        """The ratio of two paired means, its interval by linearisation."""
        ratio = float(part.mean() / whole.mean())
        error = cls.of(part - ratio * whole)
        half = abs((error.hi - error.mean) / float(whole.mean()))
        return cls(ratio, ratio - half, ratio + half)


class Outcomes(NamedTuple):
    """Metrics of every scenario, replication by replication on common random numbers."""

    titles: dict[str, str]
    values: dict[str, dict[str, Floats]]

    @classmethod
    def made(
        cls, names: Sequence[str], titles: Sequence[str], metrics: Sequence[str], levels: NDArray[np.float32]
    ) -> "Outcomes":
        """Outcomes of (scenarios, metrics, replications) levels."""
        values = [dict(zip(metrics, each, strict=True)) for each in levels.astype(np.float64)]
        return cls(dict(zip(names, titles, strict=True)), dict(zip(names, values, strict=True)))

    @classmethod
    def simulated(
        cls, scenarios: Mapping[str, Scenario], metrics: Sequence[str], replications: int, seed: int
    ) -> "Outcomes":
        """Run scenarios, by name."""
        found = run_batches(list(scenarios.values()), replications, seed, Measures.of(metrics, ()))
        # In single precision: what is shown has three or four digits, and the file is half as long.
        levels = np.array([[one.values for one in measured] for measured in found], dtype=np.float32)
        titles = [each.name for each in scenarios.values()]
        return cls.made(list(scenarios), titles, metrics, np.moveaxis(levels, 1, 2))

    @classmethod
    def stored(cls, path: Path) -> "Outcomes":
        """What a file keeps."""
        with np.load(path) as file:
            return cls.made(*(file[name].tolist() for name in ("names", "titles", "metrics")), file["levels"])

    def store(self, path: Path) -> None:
        """Keep them in a file."""
        metrics = list(next(iter(self.values.values())))
        levels = np.array([[each[metric] for metric in metrics] for each in self.values.values()], dtype=np.float32)
        np.savez_compressed(
            path, names=list(self.titles), titles=list(self.titles.values()), metrics=metrics, levels=levels
        )

    def are_stored(self, path: Path) -> bool:
        """Whether a file keeps them, replication by replication, but for how machines round sums; it may have more."""
        if not path.exists() or (kept := Outcomes.stored(path)).titles != self.titles:
            return False
        pairs = (
            (kept.values[name].get(metric, levels[:0])[: len(levels)], levels)
            for name, metrics in self.values.items()
            for metric, levels in metrics.items()
        )
        return all(len(old) == len(new) and np.allclose(old, new, rtol=1e-6, atol=0.0) for old, new in pairs)

    def of(self, scenario: str, metric: str) -> Floats:
        """(replications,)"""
        return self.values[scenario][metric]

    def level(self, metric: str, scenario: str = "base") -> Mean:
        """A metric of a scenario."""
        return Mean.of(self.of(scenario, metric))

    def change(self, scenario: str, metric: str = "bookings", base: str = "base") -> Mean:
        """How a scenario's mean differs from that of another one, as a share of the latter."""
        before = self.of(base, metric)
        return Mean.ratio(self.of(scenario, metric) - before, before)

    def gain(self, scenario: str, base: str, metric: str = "profit") -> Mean:
        """How much a scenario has more than another one."""
        return Mean.of(self.of(scenario, metric) - self.of(base, metric))


def keep(
    arguments: list[str],
    page: Path,
    file: Path,
    simulated: Callable[[int], Outcomes],
    written: Callable[[Outcomes], str],
    replications: int,
) -> int:
    """A script's [--check] [REPLICATIONS]: write its page and file, or say whether they are current; the exit code."""
    check = "--check" in arguments
    (count,) = [int(word) for word in arguments if word != "--check"] or [replications]
    found = simulated(count)
    text = written(found)
    if found.are_stored(file) and page.exists() and page.read_text(encoding="utf-8") == text:
        return 0
    print(f"{'not current' if check else 'written'}: {page.name}, {file.name}")
    if not check:
        found.store(file)
        page.write_text(text, encoding="utf-8")
    return int(check)
