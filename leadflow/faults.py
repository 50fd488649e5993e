"""Faults: how a command ends. 0 done; 2 bad input; 1 a fault of ours; 130 interrupted. Messages go to stderr."""

import functools
import os
import shlex
import sys
import traceback
from collections.abc import Callable
from typing import NoReturn, ParamSpec

import typer

from leadflow.guard import ForeignRoomError, check_rooms

__all__ = ["FAULT", "INTERRUPTED", "REFUSED", "answering", "interrupted", "say"]

FAULT, REFUSED, INTERRUPTED = 1, 2, 130

_DEBUG = "LEADFLOW_DEBUG"

P = ParamSpec("P")


def say(*lines: str) -> None:
    """Write lines to stderr."""
    for line in lines:
        typer.echo(line, err=True)


def interrupted(*lines: str) -> NoReturn:
    """End a command that Ctrl-C broke off after some of its work."""
    _end(INTERRUPTED, *lines)


def answering(command: Callable[P, None]) -> Callable[P, None]:
    """Turn what a command raises into a message and an exit code; a traceback only if `LEADFLOW_DEBUG` is set."""

    @functools.wraps(command)
    def answered(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            check_rooms()
        except ForeignRoomError as error:
            _end(REFUSED, f"leadflow cannot start: {error}")
        from sim.errors import InputError, RunError

        try:
            command(*args, **kwargs)
        except InputError as error:
            _end(REFUSED, *map(str, error.problems))
        except RunError as error:
            _fault(str(error))
        except KeyboardInterrupt as error:
            _end(INTERRUPTED, f"interrupted{f': {error}' if str(error) else ''}")
        except BrokenPipeError:
            raise
        except OSError as error:
            if error.filename is None:
                _fault(f"{type(error).__name__}: {error}")
            if os.environ.get(_DEBUG):
                traceback.print_exc()
            _end(REFUSED, f"{error.filename}: {error.strerror or error}")
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            _fault(f"{type(error).__name__}: {error}")

    return answered


def _fault(what: str) -> NoReturn:
    """A fault of ours: what failed, what repeats it, how to see more."""
    if os.environ.get(_DEBUG):
        traceback.print_exc()
        _end(FAULT, f"a fault of leadflow: {what}")
    again = shlex.join(["leadflow", *sys.argv[1:]])
    _end(FAULT, f"a fault of leadflow, not of your files: {what}", f"to see where, run: {_DEBUG}=1 {again}")


def _end(code: int, *lines: str) -> NoReturn:
    say(*lines)
    raise typer.Exit(code)
