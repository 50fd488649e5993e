"""A terminal for commands: what they write to it is read while they run, and Ctrl-C is typed into it."""

import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable

from signals import interruptible

__all__ = ["Terminal"]

_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A command whose stderr is a terminal of 100 columns, and whose stdout is a pipe."""

    def __init__(self, *command: object, environment: dict[str, str] | None = None) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self.own, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
        kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
        self.process = subprocess.Popen(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs, text=True,
            env={**kept, "TERM": "xterm-256color", **(environment or {})}, preexec_fn=interruptible,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.raw = ""

    @property
    def shown(self) -> str:
        """All that was written so far, without colours and movements of the cursor."""
        return _CODES.sub("", self.raw).replace("\r", "\n")

    def until(self, done: Callable[[str], object], seconds: float = 120.0) -> None:
        """Read until what was shown satisfies; AssertionError if the command ends, or nothing comes of it."""
        deadline = time.monotonic() + seconds
        while not done(self.shown):
            assert time.monotonic() < deadline, self.shown[-2000:]
            assert self._read(deadline - time.monotonic()), f"it ended before: {self.shown[-2000:]}"

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.own], [], [], max(seconds, 0.0))
        if not ready:
            return True
        try:
            piece = os.read(self.own, 65536)
        except OSError:
            # Linux says so where the other end is closed.
            return False
        self.raw += piece.decode(errors="replace")
        return bool(piece)

    def interrupt(self) -> float:
        """Ctrl-C for all processes of the command; seconds until the command has ended."""
        began = time.monotonic()
        os.killpg(self.process.pid, 2)
        self.out = self._rest()
        return time.monotonic() - began

    def end(self) -> None:
        """Wait until the command ends by itself."""
        self.out = self._rest()

    def _rest(self) -> str:
        assert self.process.stdout is not None
        # What is printed at the end is little, so it waits in the pipe.
        while self._read(60.0):
            pass
        out = self.process.stdout.read()
        self.process.wait(60)
        os.close(self.own)
        return out


if sys.platform == "win32":  # pragma: no cover
    raise ImportError("there are no such terminals on Windows")
