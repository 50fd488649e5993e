"""What tests state of answers that are known beforehand: judged, and kept in `docs/reference/truths.json`.

`LEADFLOW_TRUTHS=write pytest ...` writes the figures of the tests that it runs; without it a test's figures must be
those that are kept, to six digits, so that the page made of them (`python docs/truths.py`) says what the tests find.
"""

import json
import math
import os
import re
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy import stats

KEPT = Path(__file__).parents[2] / "docs" / "reference" / "truths.json"
ROWS_JUDGED = 60
"""Simulated rows that are judged together."""
ROW = re.compile(r"D\d+[a-c]?")
"""What a row of the table of truths is called."""


class Figure(NamedTuple):
    """One number of a row: what is known of it, and what was found."""

    row: str
    what: str
    exact: str
    """As the tables give it; `> x` for a bound."""
    found: float
    se: float | None = None
    """Standard error of a simulated mean."""
    replications: int | None = None

    def like(self, other: "Figure") -> bool:
        """Whether two findings agree to six digits."""
        mine, its = ((each.row, each.what, each.replications) for each in (self, other))
        pairs = [(self.found, other.found), (self.se or 0.0, other.se or 0.0)]
        if self.exact != other.exact:
            pairs.append((_number(self.exact), _number(other.exact)))
        return mine == its and all(math.isclose(*pair, rel_tol=1e-6) for pair in pairs)


def _number(exact: str) -> float:
    return float(exact.removeprefix("> ").replace(",", ""))


def kept() -> dict[str, list[Figure]]:
    """The figures that are kept, by the test that finds them."""
    if not KEPT.exists():
        return {}
    return {test: [Figure(*row) for row in rows] for test, rows in json.loads(KEPT.read_text(encoding="utf-8")).items()}


class Truths:
    """What one test states."""

    def __init__(self, test: str) -> None:
        self.test, self.writes = test, os.environ.get("LEADFLOW_TRUTHS") == "write"
        self.known = {} if self.writes else {(each.row, each.what): each for each in kept().get(test, [])}
        self.stated: list[Figure] = []

    def judge(self, name: str, samples: list[float], exact: float, most_error: float) -> None:
        """A row holds if its mean is within t(1 - .0005/60; n - 1) standard errors, and its error is small enough."""
        values = np.array(samples)
        se = float(values.std(ddof=1) / np.sqrt(len(values)))
        limit = float(stats.t.ppf(1 - 0.0005 / ROWS_JUDGED, len(values) - 1))
        mean = float(values.mean())
        report = f"{name}: exact {exact:.6g}, simulated {mean:.6g}, se {se:.3g} ({se / exact:.2%}), n {len(values)}"
        print(report)
        assert se <= most_error * exact, f"too little power: {report}"
        assert abs(mean - exact) <= limit * se, report
        self._keep(name, f"{exact:.8g}", mean, se, len(values))

    def state(self, name: str, exact: str, computed: float, within: float | None = None) -> None:
        """A row that is computed holds to the last digit that is given; to a share of it where `within` says so. A row
        that is a bound (`> .1`) is exceeded."""
        bound = exact.startswith("> ")
        value = _number(exact)
        report = f"{name}: exact {exact}, computed {computed:.12g}"
        print(report)
        if bound:
            assert computed > value, report
        else:
            decimals = len(exact.partition(".")[2])
            limit = 0.5 * 10.0**-decimals * (1 + 1e-6) if within is None else within * abs(value)
            assert abs(computed - value) <= limit, report
        self._keep(name, exact, float(computed))

    def _keep(self, name: str, exact: str, found: float, se: float | None = None, count: int | None = None) -> None:
        row, _, what = name.partition(" ")
        assert ROW.fullmatch(row), name
        # More digits than are compared would differ from one processor to the next.
        found, se = (None if x is None else float(f"{x:.10g}") for x in (found, se))  # type: ignore[assignment]
        figure = Figure(row, what.strip(), exact, found, se, count)
        assert (figure.row, figure.what) not in {(each.row, each.what) for each in self.stated}, f"{name}: stated twice"
        self.stated.append(figure)
        if self.writes:
            return
        how = "LEADFLOW_TRUTHS=write pytest ... keeps what it finds, then python docs/truths.py"
        before = self.known.get((figure.row, figure.what))
        assert before is not None, f"{name} is not kept; {how}"
        assert figure.like(before), f"kept {before}, found {figure}; {how}"

    def close(self) -> None:
        """Every figure kept of the test has been stated; or is written now."""
        if self.writes:
            _write(self.test, self.stated)
            return
        missing = self.known.keys() - {(each.row, each.what) for each in self.stated}
        assert not missing, f"kept and not stated any more: {sorted(missing)}"


def _write(test: str, figures: list[Figure]) -> None:
    import fcntl

    # Several workers may end their tests at one time.
    with (Path(tempfile.gettempdir()) / "leadflow-truths.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        rows: dict[str, list[Any]] = {name: [list(each) for each in found] for name, found in kept().items()}
        rows[test] = [list(each) for each in figures]
        lines = (
            f"{json.dumps(name)}: [\n" + ",\n".join(f"  {json.dumps(row)}" for row in found) + "\n]"
            for name, found in sorted(rows.items())
            if found
        )
        KEPT.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


PASSED = pytest.StashKey[bool]()
"""Whether a test's own part has passed."""
