"""Workers: map a function over tasks in this process or in several, with the order of the tasks kept."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import resource_tracker
from time import perf_counter
from typing import Any, TypeVar

from sim.errors import InputError, LeadflowError, Problem, RunError

__all__ = ["Interrupted", "Progress", "available_cores", "check_workers", "map_tasks", "naming"]

S = TypeVar("S")
T = TypeVar("T")

Progress = Callable[[float, int], None]
"""Called by the caller's thread with (tasks done, tasks in all); between two whole numbers stands how far the tasks in
hand have come."""

_WORTH_PROCESSES = 4.0
"""Seconds of work left above which further processes pay for their start of about two seconds."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, with the results of the first tasks, in their order, up to the first that was not finished."""

    def __init__(self, finished: list[Any], total: int) -> None:
        super().__init__(f"{len(finished)} of {total} were finished")
        self.finished = finished
        self.total = total


def check_workers(workers: int | None) -> None:
    """Raise InputError for less than one worker."""
    if workers is not None and workers < 1:
        raise InputError(Problem("workers", "must be one or more", str(workers)))


def available_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def map_tasks(
    function: Callable[[S], T],
    tasks: Sequence[S],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    describe: Callable[[S], str] = str,
) -> list[T]:
    """`[function(task) for task in tasks]`, whatever the number of workers; 1 = in this process.

    By default the first two tasks run here, and the rest go to one process a core if at the second's pace (the first
    one loads and compiles) they would take more than a few seconds. With processes, function, tasks and results must be
    picklable, and a script that calls this must guard its entry by `if __name__ == "__main__":`, since each worker
    imports it afresh. A task that fails stops the rest: InputError passes as it is, anything else becomes a RunError
    with `describe(task)` in it. Ctrl-C stops at once and raises Interrupted with what was finished.
    """
    check_workers(workers)
    results: list[T] = []
    try:
        _map(function, tasks, workers, progress, describe, results)
    except KeyboardInterrupt:
        raise Interrupted(results, len(tasks)) from None
    return results


def _map(
    function: Callable[[S], T],
    tasks: Sequence[S],
    workers: int | None,
    progress: Progress | None,
    describe: Callable[[S], str],
    results: list[T],
) -> None:
    """Fill `results`."""
    total = len(tasks)

    def done(result: T) -> None:
        results.append(result)
        if progress is not None:
            progress(len(results), total)

    if workers is None:
        pace = 0.0
        for task in tasks[:2]:
            began = perf_counter()
            with naming(task, describe):
                result = function(task)
            done(result)
            pace = perf_counter() - began
        workers = available_cores() if pace * (total - len(results)) > _WORTH_PROCESSES else 1
    rest = tasks[len(results) :]
    workers = min(workers, len(rest))
    if workers <= 1:
        for task in rest:
            with naming(task, describe):
                result = function(task)
            done(result)
        return
    with _pool(workers) as pool:
        with _interrupts_held():
            futures = [pool.submit(function, task) for task in rest]
        for future, task in zip(futures, rest, strict=True):
            with naming(task, describe):
                result = future.result()
            done(result)


@contextmanager
def naming(task: S, describe: Callable[[S], str]) -> Iterator[None]:
    """Give a failure inside the block its task's name."""
    try:
        yield
    except InputError:
        raise
    except BrokenProcessPool as error:
        raise RunError(
            f"{describe(task)}: a worker process ended before its work was done (out of memory, or a script without "
            f'`if __name__ == "__main__":`); run with one worker to see why'
        ) from error
    except LeadflowError as error:
        raise RunError(f"{describe(task)}: {error}") from error
    except Exception as error:
        raise RunError(f"{describe(task)}: {type(error).__name__}: {error}") from error


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes are ended at once if the block is left by an error or by Ctrl-C."""
    before = set(multiprocessing.active_children())
    # Spawned, not forked: a forked child inherits locks of compiled libraries' threads and may hang.
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_leave_interrupts_to_parent)
    try:
        yield pool
    except BaseException:
        children = set(multiprocessing.active_children()) - before
        pool.shutdown(wait=False, cancel_futures=True)
        for child in children:
            child.terminate()
        raise
    else:
        pool.shutdown()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back until the block ends; a process started in the block never gets it, not even while it loads."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    # The tracker lifts the mask when it starts, so it starts first.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave_interrupts_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
