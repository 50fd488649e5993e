"""Run: the cut-offs of a backtest, in this process or cut into runs for several, each kept when it is finished."""

import datetime as dt
import itertools
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from time import perf_counter

from calibration.backtest.kept import Kept
from calibration.backtest.methods import MakeForecaster
from calibration.backtest.targets import of_segment
from calibration.backtest.trials import Trial, trials_at, windows_at
from calibration.history import History
from scenarios.workers import Progress, available_cores, check_workers, map_tasks, naming

__all__ = ["Stretch", "run_cutoffs"]

_WORTH_PROCESSES = {1: 120.0, 2: 10.0}
"""Seconds of work left, at the pace of the first or the second cut-off, above which further processes pay for their
start. The first one loads and learns, which takes longer; what takes very long is better learnt by all at once."""

_LOOK = 0.2
"""Seconds between looks at what other processes have finished."""


@dataclass(frozen=True)
class Stretch:
    """Cut-offs in order of time, and what is forecast at each; picklable."""

    whole: History
    segments: tuple[str, ...]
    """Forecast and scored each by itself; the empty name stands for all deals together."""
    methods: Mapping[str, MakeForecaster]
    targets: tuple[str, ...]
    horizons: tuple[int, ...]
    days: tuple[dt.date, ...]
    kept: Kept

    @property
    def on_record(self) -> tuple[dt.date, ...]:
        """The cut-offs with a window that does not outlast the record."""
        return tuple(day for day in self.days if windows_at(self.whole, day, self.targets, self.horizons))

    def __str__(self) -> str:
        return f"cut-offs {self.days[0]} to {self.days[-1]}"


def _steps(stretch: Stretch) -> Iterator[dt.date]:
    """Forecast, score and keep, cut-off by cut-off; each part has forecasters of its own from the first to the last."""
    parts = {name: of_segment(stretch.whole, name) if name else stretch.whole for name in stretch.segments}
    forecasters = {name: {method: make() for method, make in stretch.methods.items()} for name in parts}
    for day in stretch.days:
        # What is on record is a matter of the company, not of the segment in which little happens.
        windows = windows_at(stretch.whole, day, stretch.targets, stretch.horizons)
        made: list[Trial] = []
        for name, part in parts.items():
            with naming(f"cut-off {day}{name and f', segment {name}'}", str):
                made += trials_at(part, day, forecasters[name], windows, name)
        stretch.kept.write(day, made)
        yield day


def _go(stretch: Stretch) -> int:
    return sum(1 for _ in _steps(stretch))


def run_cutoffs(whole: Stretch, workers: int | None = None, progress: Progress | None = None) -> None:
    """Finish those cut-offs that are not kept yet; the trials are the same whatever the number of workers.

    1 worker: in this process. By default one or two cut-offs are made here, and the rest by a process a core if at
    their pace that would take long. Ctrl-C raises KeyboardInterrupt; what was finished is kept.
    """
    check_workers(workers)
    every = whole.on_record
    left = replace(whole, days=tuple(day for day in every if not whole.kept.has(day)))
    tell = progress or (lambda done, total: None)
    before = len(every) - len(left.days)
    tell(before, len(every))
    finished = 0
    if workers is None or workers == 1:
        began = perf_counter()
        for finished, _ in enumerate(_steps(left), 1):
            tell(before + finished, len(every))
            pace, began = perf_counter() - began, perf_counter()
            rest = len(left.days) - finished
            if workers is None and finished in _WORTH_PROCESSES and pace * rest > _WORTH_PROCESSES[finished]:
                workers = available_cores()
                if workers > 1:
                    break
    rest_of = replace(left, days=left.days[finished:])
    if rest_of.days:
        workers = min(workers or 1, len(rest_of.days))
        with _watched(whole.kept, every, tell):
            map_tasks(_go, _cut(rest_of, workers), workers=workers)


def _cut(stretch: Stretch, parts: int) -> list[Stretch]:
    """Neighbouring cut-offs stay together, as what one has learnt helps the next."""
    n = len(stretch.days)
    edges = [n * part // parts for part in range(parts + 1)]
    return [replace(stretch, days=stretch.days[low:high]) for low, high in itertools.pairwise(edges)]


@contextmanager
def _watched(kept: Kept, days: Sequence[dt.date], tell: Progress) -> Iterator[None]:
    """Tell now and then how many cut-offs are finished, by whomever."""
    over = threading.Event()

    def look() -> None:
        while not over.wait(_LOOK):
            tell(sum(map(kept.has, days)), len(days))

    watch = threading.Thread(target=look, daemon=True)
    watch.start()
    try:
        yield
    finally:
        over.set()
        watch.join()
    tell(len(days), len(days))
