"""Progress: a bar on stderr while replications run, and word of a compilation, so that nothing looks hung."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from leadflow.faults import Interrupted, say

__all__ = ["counting", "watching"]

Progress = Callable[[int, int], None]

_EVERY = 10.0
"""Seconds between lines where stderr is not a terminal."""

COMPILING = "compiling the engine, once (about half a minute; later runs start at once)"


@contextmanager
def watching(what: str, *, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """A spinner beside `what` on a terminal's stderr; the block is handed a function that changes the words."""
    if quiet or not sys.stderr.isatty():
        yield lambda words: None
        return
    from rich.console import Console

    with Console(stderr=True, highlight=False, markup=False).status(what) as status:
        yield status.update


@contextmanager
def counting(what: str, *, quiet: bool = False) -> Iterator[Progress]:
    """A bar that counts replications on stderr: plain lines now and then where that is not a terminal.

    Ctrl-C in the block becomes Interrupted, which says how far it came.
    """
    done = total = 0
    shown = _silent() if quiet else _bar(what) if sys.stderr.isatty() else _lines(what)
    with shown as show:

        def count(now: int, of: int) -> None:
            nonlocal done, total
            done, total = now, of
            show(now, of, "")

        try:
            with _compilation(lambda: show(done, total, COMPILING)):
                yield count
        except KeyboardInterrupt:
            so_far = f"{done} of {total} replications were done" if total else "before the first replication was done"
            raise Interrupted(f"{so_far}; nothing is stored of a run that is not whole") from None


Show = Callable[[int, int, str], None]


@contextmanager
def _silent() -> Iterator[Show]:
    yield lambda done, total, note: None


@contextmanager
def _bar(what: str) -> Iterator[Show]:
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
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)

        def show(done: int, total: int, note: str) -> None:
            bar.update(task, completed=done, total=total or None, description=note or what)

        yield show


@contextmanager
def _lines(what: str) -> Iterator[Show]:
    last, noted = time.monotonic(), ""

    def show(done: int, total: int, note: str) -> None:
        nonlocal last, noted
        if note and note != noted:
            say(note)
            noted = note
        elif not note and time.monotonic() - last > _EVERY and done < total:
            say(f"{what}: {done} of {total}")
            last = time.monotonic()

    yield show


@contextmanager
def _compilation(begun: Callable[[], None]) -> Iterator[None]:
    """Call `begun` whenever the engine's compiler starts, which it does not where its cache is warm."""
    from numba.core import event

    class Listener(event.Listener):
        def on_start(self, event: object) -> None:
            begun()

        def on_end(self, event: object) -> None:
            pass

    with event.install_listener("numba:compile", Listener()):
        yield
