"""Together: several reducers of a log as one, so that each world is simulated once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sim.log import Log

__all__ = ["Together"]


@dataclass(frozen=True)
class Together:
    """The reducer `Log -> (first(log), second(log), ...)`; picklable if its parts are."""

    parts: tuple[Callable[[Log], Any], ...]

    def __call__(self, log: Log) -> tuple[Any, ...]:
        return tuple(part(log) for part in self.parts)
