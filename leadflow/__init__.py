"""The door: the verbs `load, simulate, run, compare, measure, calibrate, forecast, attribute`, and the command line."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadflow.api import attribute, calibrate, compare, forecast, load, run, simulate
    from leadflow.measured import measure

HOUSE = "leadflow"

__all__ = ["attribute", "calibrate", "compare", "forecast", "load", "measure", "run", "simulate"]


def __getattr__(name: str) -> Any:
    """A verb, fetched when it is first asked for: `import leadflow` by itself loads nothing heavy."""
    if name not in __all__:
        raise AttributeError(f"module 'leadflow' has no attribute {name!r}; it has {', '.join(__all__)}")
    from leadflow.guard import check_rooms

    check_rooms()
    return getattr(import_module("leadflow.measured" if name == "measure" else "leadflow.api"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
