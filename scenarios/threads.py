"""Threads: map a function over tasks in threads of this process, with the order of the tasks kept.

For work that leaves the interpreter to others most of the time, as the compiled engine does. The thread that calls only
waits, so that Ctrl-C is heard at once, also in the middle of a long task.
"""

import threading
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import Generic, TypeVar

from scenarios.workers import Interrupted, Progress, available_cores, check_workers, naming

__all__ = ["Watch", "at_work", "map_in_threads"]

S = TypeVar("S")
T = TypeVar("T")

Watch = Callable[[float], None]
"""To be called within a task now and then, with the share of it that is done; ends a task that is no longer wanted."""

_NAME = "leadflow worker"

_LOOK = 0.1
"""Seconds between two looks at how far the tasks in hand have come."""
_GRACE = 0.3
"""Seconds given to tasks that are no longer wanted. What holds out longer ends by itself, at its next call of `Watch`;
nobody waits for it."""


class _Unwanted(BaseException):
    """Ends a task from within."""


def map_in_threads(
    function: Callable[[S, Watch], T],
    tasks: Sequence[S],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    describe: Callable[[S], str] = str,
) -> list[T]:
    """`[function(task, watch) for task in tasks]`, whatever the number of threads; one a core by default.

    As many tasks are in hand as there are threads. The first task that fails, in the order of the tasks, ends all that
    come after it: InputError passes as it is, anything else becomes a RunError with `describe(task)` in it. Ctrl-C ends
    all at once and raises Interrupted with what was finished.
    """
    check_workers(workers)
    crew = _Crew(function, tasks)
    threads = [
        threading.Thread(target=crew.work, name=f"{_NAME} {n}", daemon=True)
        for n in range(min(workers or available_cores(), len(tasks)))
    ]
    try:
        for thread in threads:
            thread.start()
        crew.wait(progress)
    except BaseException as error:
        crew.stop(threads)
        if isinstance(error, KeyboardInterrupt):
            raise Interrupted(list(crew.first), len(tasks)) from None
        raise
    if crew.fault is None:
        return crew.first
    failed = len(crew.first)
    crew.stop(threads)
    if isinstance(crew.fault, KeyboardInterrupt):
        raise Interrupted(crew.first, len(tasks)) from None
    with naming(tasks[failed], describe):
        raise crew.fault


def at_work() -> bool:
    """Whether any thread is still at work, as one may be for a while that was told to stop."""
    return any(thread.name.startswith(_NAME) for thread in threading.enumerate())


class _Crew(Generic[S, T]):
    """What the threads share."""

    def __init__(self, function: Callable[[S, Watch], T], tasks: Sequence[S]) -> None:
        self.function = function
        self.tasks = tasks
        self.changed = threading.Condition()
        self.begun = 0
        self.wanted = len(tasks)
        """Tasks from this one on are not wanted any more."""
        self.fault: BaseException | None = None
        """What ended the first of them."""
        self.first: list[T] = []
        """Results of the first tasks, up to the first that has none yet."""
        self.later: dict[int, T] = {}
        """Results of tasks beyond it."""
        self.shares: dict[int, float] = {}
        """How much of each task in hand is done."""

    def work(self) -> None:
        """Take one task after another, until none is wanted."""
        while True:
            with self.changed:
                task = self.begun
                if task >= self.wanted:
                    return
                self.begun += 1
            try:
                result = self.function(self.tasks[task], partial(self._watch, task))
            except _Unwanted:
                continue
            except BaseException as error:
                with self.changed:
                    if task < self.wanted:
                        self.wanted, self.fault = task, error
                    self.changed.notify_all()
                continue
            with self.changed:
                self.shares.pop(task, None)
                self.later[task] = result
                while len(self.first) in self.later:
                    self.first.append(self.later.pop(len(self.first)))
                self.changed.notify_all()
            del result

    def _watch(self, task: int, share: float) -> None:
        if task >= self.wanted:
            raise _Unwanted
        self.shares[task] = min(max(share, 0.0), 1.0)

    def wait(self, progress: Progress | None) -> None:
        """Wait until all tasks that are wanted are done, and tell how far they are."""
        told = 0.0
        while True:
            with self.changed:
                if len(self.first) < self.wanted and len(self.first) + len(self.later) <= told:
                    self.changed.wait(_LOOK)
                over = len(self.first) >= self.wanted
                done = len(self.first) + len(self.later)
                under_way = sum(self.shares.copy().values())
            if progress is not None:
                for each in range(int(told) + 1, done + 1):
                    progress(each, len(self.tasks))
                    told = each
                if done + under_way > told:
                    told = done + under_way
                    progress(told, len(self.tasks))
            told = max(told, done)
            if over:
                return

    def stop(self, threads: Sequence[threading.Thread]) -> None:
        """End the tasks in hand, and give them a moment."""
        with self.changed:
            self.wanted = 0
        until = monotonic() + _GRACE
        for thread in threads:
            if thread.ident is not None:
                thread.join(max(0.0, until - monotonic()))
