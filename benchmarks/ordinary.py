"""The ordinary SimPy model of the benchmark funnel, which lives with the tests: `tests/support/idiomatic.py`."""

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["Idiomatic"]

sys.path.append(str(Path(__file__).parents[1] / "tests" / "support"))

Idiomatic: Any = import_module("idiomatic").Idiomatic
