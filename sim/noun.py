"""The base of every noun: frozen, closed to unknown fields, read and written by pydantic."""

from collections.abc import Mapping
from types import NoneType
from typing import Annotated, Any, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

__all__ = ["Key", "Name", "Noun", "keyed"]

Key = Annotated[str, Field(min_length=1, max_length=200)]
"""The stable identity that draws use; renaming or reordering an entry leaves its key, and so its luck, alone."""

Name = Annotated[str, Field(min_length=1, max_length=200)]
"""What a planner calls an entry."""


class Noun(BaseModel):
    """A frozen record; a changed one is made by validation of a changed copy, never by assignment."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _none_is_nothing(cls, value: Any) -> Any:
        """`none`, as the documentation writes it, means nothing where a field may be nothing."""
        if not isinstance(value, Mapping):
            return value
        return {
            name: None
            if inner == "none"
            and (known := cls.model_fields.get(name)) is not None
            and NoneType in get_args(known.annotation)
            else inner
            for name, inner in value.items()
        }

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """Name a law by its unit ("days", "money") as the schema describes it, not by pydantic's long annotation."""
        (param,) = params
        unit = next(
            (
                meta.json_schema["description"].split(":")[0].removeprefix("an amount of ").replace(" ", "_")
                for meta in getattr(param, "__metadata__", ())
                if isinstance(meta, WithJsonSchema) and meta.json_schema
            ),
            getattr(param, "__name__", str(param)),
        )
        return f"{cls.__name__}_{unit}"


def _with_keys(value: Any) -> Any:
    """Write each entry's own name as its key where none is given, so that a later rename keeps the old key."""
    if not isinstance(value, Mapping):
        return value
    return {
        name: {**entry, "key": name} if isinstance(entry, Mapping) and entry.get("key") is None else entry
        for name, entry in value.items()
    }


keyed = BeforeValidator(_with_keys)
