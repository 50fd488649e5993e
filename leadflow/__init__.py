"""The door: `load, simulate, run, compare, measure, calibrate, backtest, forecast, attribute`, and the command line."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from leadflow.api import attribute, calibrate, compare, forecast, load, run, simulate
    from leadflow.backtesting import backtest
    from leadflow.measured import measure

HOUSE = "leadflow"

_ELSEWHERE = {"backtest": "leadflow.backtesting", "measure": "leadflow.measured"}
"""Verbs that have a file of their own."""

__all__ = ["attribute", "backtest", "calibrate", "compare", "forecast", "load", "measure", "run", "simulate"]


def __getattr__(name: str) -> Any:
    """A verb, fetched when it is first asked for: `import leadflow` by itself loads nothing heavy."""
    if name not in __all__:
        raise AttributeError(f"module 'leadflow' has no attribute {name!r}; it has {', '.join(__all__)}")
    from leadflow.guard import check_rooms

    check_rooms()
    return getattr(import_module(_ELSEWHERE.get(name, "leadflow.api")), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
