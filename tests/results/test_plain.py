"""plain: nested answers as JSON knows them."""

import json
import math
from dataclasses import dataclass

from results.plain import plain


@dataclass(frozen=True)
class Inner:
    value: float


@dataclass(frozen=True)
class Outer:
    name: str
    rows: tuple[Inner, ...]
    table: dict[str, float]


def test_what_is_not_defined_is_null_all_the_way_down():
    found = plain(Outer("x", (Inner(math.nan), Inner(2.0)), {"a": math.inf, "b": -0.5}))
    assert found == {"name": "x", "rows": [{"value": None}, {"value": 2.0}], "table": {"a": None, "b": -0.5}}
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert [plain(value) for value in (1, True, None, "nan", -math.inf)] == [1, True, None, "nan", None]
