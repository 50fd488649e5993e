"""What the fit of one law says of a funnel: its fields, their draws, where they come from, and how good they are."""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from calibration.diagnostics import Diagnostic
from calibration.posterior import Block
from sim.paths import split

__all__ = ["Part", "put"]


@dataclass(frozen=True)
class Part:
    """A law that was fitted, or of which history says too little."""

    diagnostics: tuple[Diagnostic, ...]
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Values by dotted path within the funnel; none where the law is told only."""
    blocks: tuple[Block, ...] = ()
    origin: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    """What was assumed."""


def put(tree: MutableMapping[str, Any], parts: Iterable[Part]) -> None:
    """Write what parts say into a funnel's data, and where it comes from into its `origin`."""
    for part in parts:
        for path, value in part.fields.items():
            at: Any = tree
            *way, last = split(path)
            for step in way:
                at = at.setdefault(step, {})
            at[last] = value
        tree["origin"].update(part.origin)
