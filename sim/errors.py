"""Every error leadflow raises, and the one formatter of what a user did wrong.

LeadflowError
  InputError        something the user gave is refused; carries every Problem found (exit code 2)
  RunError          a fault of ours during a run; carries the run's identity (exit code 1)
"""

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["InputError", "LeadflowError", "Problem", "RunError"]


@dataclass(frozen=True, order=True)
class Problem:
    """One refused thing: where it stands, which rule it breaks, what was given, and the remedy."""

    where: str
    rule: str
    got: str = ""
    remedy: str = ""
    quote: str = ""

    def __str__(self) -> str:
        line = f"{self.where}: {self.rule}" if self.where else self.rule
        if self.got:
            line += f" (got {self.got})"
        if self.quote:
            line += f"\n    {self.quote}"
        if self.remedy:
            line += f"\n    {self.remedy}"
        return line


class LeadflowError(Exception):
    """The root of all errors that leadflow raises on purpose."""


class InputError(LeadflowError):
    """Input is refused; `problems` holds every reason, not only the first."""

    def __init__(self, problems: Iterable[Problem] | Problem | str):
        if isinstance(problems, str):
            problems = Problem("", problems)
        if isinstance(problems, Problem):
            problems = (problems,)
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type["InputError"], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class RunError(LeadflowError):
    """A run failed through no fault of its input; the message names what repeats it."""
