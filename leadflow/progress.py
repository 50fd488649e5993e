"""Progress: a bar on stderr while replications run, and word of a compilation, so that nothing looks hung."""

import signal
import sys
import threading
import time
from _thread import interrupt_main
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from importlib import import_module
from typing import TYPE_CHECKING

from leadflow.faults import say

if TYPE_CHECKING:
    from rich.progress import TaskID

    from sim.run import EngineName

__all__ = ["counting", "get_ready", "interrupts_kept", "watching"]

ShowProgress = Callable[[float, int], None]

_EVERY = 10.0
"""Seconds between lines where stderr is not a terminal."""

COMPILING = "compiling the engine, once (about 15 s) ..."
COMPILING_AGAIN = (
    "compiling the engine (about 15 s; every time, as no folder can take its code: NUMBA_CACHE_DIR may name one) ..."
)


@contextmanager
def watching(what: str, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """A spinner beside `what` on a terminal's stderr; the block is handed a function that changes the words."""
    if quiet or not sys.stderr.isatty():
        yield lambda words: None
        return
    from rich.console import Console

    with Console(stderr=True, highlight=False, markup=False).status(what) as status:
        yield status.update


def get_ready(engine: "EngineName", *, quiet: bool = False) -> None:
    """Compile an engine that has no machine code yet, and say so: at once, and with something that moves."""
    _without_blas()
    from sim.jit import keeps_code
    from sim.warm import engine_is_compiled, warm_up

    if engine_is_compiled(engine):
        return
    with nullcontext() if quiet else _compiling(COMPILING if keeps_code() else COMPILING_AGAIN), interrupts_kept():
        warm_up(engine)


@contextmanager
def interrupts_kept() -> Iterator[None]:
    """Ctrl-C ends the block as Ctrl-C, whatever a compiler that is hit by it makes of it: a failure, or nothing."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked = False

    def interrupt(*_: object) -> None:
        nonlocal asked
        asked = True
        raise KeyboardInterrupt

    def lost(what: "sys.UnraisableHookArgs") -> None:
        if asked and issubclass(what.exc_type, KeyboardInterrupt):
            # It fell upon a callback of the compiler, which can raise nothing: once more, a moment later.
            threading.Timer(0.01, interrupt_main).start()
        else:
            shown(what)

    before = signal.signal(signal.SIGINT, interrupt)
    shown, sys.unraisablehook = sys.unraisablehook, lost
    try:
        yield
    except BaseException as error:
        if asked and not isinstance(error, KeyboardInterrupt):
            raise KeyboardInterrupt from error
        raise
    finally:
        signal.signal(signal.SIGINT, before)
        sys.unraisablehook = shown
    if asked:
        raise KeyboardInterrupt


def _without_blas() -> None:
    """Load numba without scipy's linear algebra: nothing compiled here uses it, and it takes as long as a long run."""
    if "scipy.linalg" in sys.modules:
        return
    sys.modules["scipy.linalg"] = None  # type: ignore[assignment]
    try:
        import_module("numba.np.arraymath")
    finally:
        del sys.modules["scipy.linalg"]


@contextmanager
def _compiling(words: str) -> Iterator[None]:
    if not sys.stderr.isatty():
        say(words)
        yield
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
    # The line stays: it says why the first answer took longer.
    with Progress(*columns, console=Console(stderr=True)) as line:
        line.add_task(words, total=None)
        yield


@contextmanager
def counting(*what: str, quiet: bool = False) -> Iterator[tuple[ShowProgress, ...]]:
    """Count replications on stderr, of one batch after another: a bar each, or plain lines now and then where that is
    not a terminal. The block is handed one function a batch."""
    with _silent(what) if quiet else _bars(what) if sys.stderr.isatty() else _lines(what) as shows:
        yield shows


@contextmanager
def _silent(what: Sequence[str]) -> Iterator[tuple[ShowProgress, ...]]:
    yield tuple(lambda done, total: None for _ in what)


@contextmanager
def _bars(what: Sequence[str]) -> Iterator[tuple[ShowProgress, ...]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False), BarColumn(bar_width=24), MofNCompleteColumn(),
        TextColumn("elapsed"), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        # The first batch begins at once; the bar of a later one is shown when it has something to say.
        tasks = [bars.add_task(words, total=None, start=k == 0, visible=k == 0) for k, words in enumerate(what)]

        def shower(task: "TaskID") -> ShowProgress:
            def show(done: float, total: int) -> None:
                if not bars.tasks[task].started:
                    bars.start_task(task)
                bars.update(task, completed=done, total=total, visible=True)

            return show

        yield tuple(shower(task) for task in tasks)


@contextmanager
def _lines(what: Sequence[str]) -> Iterator[tuple[ShowProgress, ...]]:
    last = time.monotonic()

    def shower(words: str) -> ShowProgress:
        def show(done: float, total: int) -> None:
            nonlocal last
            if time.monotonic() - last > _EVERY and done < total:
                say(f"{words}: {int(done)} of {total} ({done / total:.0%})")
                last = time.monotonic()

        return show

    yield tuple(shower(words) for words in what)
