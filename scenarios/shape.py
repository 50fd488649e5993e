"""What a path of a noun may hold, read from the nouns' own types: the fields there are, and the kind of a value."""

import types
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from annotated_types import Ge, Le

from sim.noun import Noun
from sim.series import Step

__all__ = ["Shape", "shape_of"]


class Shape(NamedTuple):
    """The types that a value at a path may have; `annotated` keeps their units and bounds."""

    annotated: tuple[Any, ...]

    def child(self, name: str | int) -> "Shape | None":
        """The shape one step down; none if there is no such field."""
        found: list[Any] = []
        for kind, _ in self.plain():
            if isinstance(kind, type) and issubclass(kind, Noun):
                found += [
                    Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
                    for field, info in kind.model_fields.items()
                    if name == (info.alias or field)
                ]
            elif get_origin(kind) is tuple and str(name).isdigit():
                found.append(get_args(kind)[0])
            elif _is_mapping(kind):
                found.append(get_args(kind)[1])
        return Shape(tuple(found)) if found else None

    def plain(self) -> Iterator[tuple[Any, tuple[Any, ...]]]:
        """Each possible type with what is annotated on it, unions taken apart."""
        for kind in self.annotated:
            yield from _apart(kind, ())

    def fields(self) -> tuple[str, ...]:
        """The names of the fields that a mapping here may have, in order; empty if any name will do."""
        names: dict[str, None] = {}
        for kind, _ in self.plain():
            if isinstance(kind, type) and issubclass(kind, Noun):
                names |= dict.fromkeys(info.alias or field for field, info in kind.model_fields.items())
        return tuple(names)

    def laws(self) -> tuple[str, ...]:
        """The names of the laws that may stand here."""
        return tuple(
            word
            for kind, _ in self.plain()
            if isinstance(kind, type) and issubclass(kind, Noun) and "law" in kind.model_fields
            for word in get_args(kind.model_fields["law"].annotation)
        )

    def with_law(self, law: Any) -> "Shape":
        """The shape narrowed to one law."""
        return Shape(
            tuple(
                kind
                for kind, _ in self.plain()
                if isinstance(kind, type) and issubclass(kind, Noun) and "law" in kind.model_fields
                if law in get_args(kind.model_fields["law"].annotation)
            )
        )

    def is_series(self) -> bool:
        """Whether the value may differ from month to month."""
        return any(isinstance(kind, type) and issubclass(kind, Step) for kind, _ in self.plain())

    def is_by_plan_month(self) -> bool:
        """Whether the value may be a list with a level for each of the plan's months."""
        item = self.child("0")
        return self.is_series() and item is not None and any(kind in (int, float) for kind, _ in item.plain())

    def is_share(self) -> bool:
        """Whether the value is a number between 0 and 1."""
        return any(kind is float and _bounded(notes) for kind, notes in self.plain())

    def is_open(self) -> bool:
        """Whether entries may be added under any name."""
        return any(_is_mapping(kind) for kind, _ in self.plain())


def shape_of(noun: type[Noun]) -> Shape:
    """The shape of a whole noun."""
    return Shape((noun,))


def _is_mapping(kind: Any) -> bool:
    origin = get_origin(kind)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _apart(kind: Any, notes: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    if get_origin(kind) is Annotated:
        yield from _apart(kind.__origin__, (*notes, *kind.__metadata__))
    elif get_origin(kind) in (Union, types.UnionType):
        for option in get_args(kind):
            yield from _apart(option, notes)
    elif kind is not type(None):
        yield kind, notes


def _bounded(notes: tuple[Any, ...]) -> bool:
    flat = [inner for note in notes for inner in (note, *getattr(note, "metadata", ()))]
    return any(isinstance(note, Ge) and note.ge == 0 for note in flat) and any(
        isinstance(note, Le) and note.le == 1 for note in flat
    )
