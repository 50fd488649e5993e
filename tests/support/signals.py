"""Signals of the processes that tests start."""

import signal

__all__ = ["interruptible"]


def interruptible() -> None:
    """For `preexec_fn`: Ctrl-C ends the process even where the tests themselves run in the background, as a shell's
    `&` makes every descendant ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
