"""backtest: forecasts at past cut-offs against what then happened; a noun and the verb that makes it."""

import dataclasses
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibration.backtest.baselines.catalogue import BASELINES, FITTED_BY_STATSMODELS
from calibration.backtest.cutoffs import cutoffs
from calibration.backtest.table import Row, table
from calibration.backtest.targets import check_target, of_segment
from calibration.backtest.trials import trials
from calibration.cutoff import known_on
from calibration.history import History, read_history
from calibration.traps import without_strays
from results.plain import plain
from sim.errors import InputError, Problem

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Backtest", "backtest"]

_WEEKS = 26
"""Weeks of cut-offs where no first one is named: a choice."""


@dataclass(frozen=True)
class Backtest:
    """How well each method forecast what then happened."""

    history: str
    first: dt.date
    last: dt.date
    """The first and the last cut-off that were asked for."""
    every: str
    segment: str | None
    rows: tuple[Row, ...]
    notes: tuple[str, ...]

    def to_frame(self) -> "pd.DataFrame":
        """One row per target, horizon and method."""
        import pandas as pd

        return pd.DataFrame([asdict(row) for row in self.rows])

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries; what is not defined is null."""
        record = {name: getattr(self, name) for name in ("history", "every", "segment")}
        dates = {"from": str(self.first), "to": str(self.last)}
        rows = [plain(asdict(row)) for row in self.rows]
        return {**record, **dates, "rows": rows, "notes": list(self.notes)}


def _whole(where: str | Path, source: str, mapping: Path | None, segment: str | None) -> History:
    """The history until its last recorded day, of one segment if it is named."""
    found = read_history(where, source, mapping, as_of=dt.date.max - dt.timedelta(days=1))
    _, last, _ = without_strays(found.tables)
    assert last is not None  # reading refuses a history without a dated row
    known, _ = known_on(found.tables, last, found.mapping.closed_means_won)
    whole = dataclasses.replace(found, as_of=last, tables=known)
    return whole if segment is None else of_segment(whole, segment)


def _check(whole: History, targets: Sequence[str], horizons: Sequence[int]) -> None:
    """Refuse targets and horizons, with all their problems at once."""
    problems = [
        Problem("horizon", "must be at least one day", str(horizon), "give days, such as 30,60,90")
        for horizon in horizons
        if horizon < 1
    ]
    for target in targets:
        try:
            check_target(whole, target)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)


def backtest(
    history: str | Path,
    source: str = "generic",
    *,
    mapping: str | Path | None = None,
    targets: Sequence[str] = ("wins",),
    horizons: Sequence[int] = (30, 60, 90),
    every: str = "week",
    first: dt.date | None = None,
    last: dt.date | None = None,
    segment: str | None = None,
    progress: Callable[[int, int], None] = lambda done, asked: None,
) -> Backtest:
    """Forecast at each cut-off from `first` to `last` with what was known, and score by what then happened.

    Without `last` the cut-offs end with the last whose shortest window is on record, without `first` they begin 26
    weeks before. `progress` is told how many of how many cut-offs are done. Raises InputError.
    """
    whole = _whole(history, source, None if mapping is None else Path(mapping), segment)
    _check(whole, targets, horizons)
    end = last or whole.as_of - dt.timedelta(days=min(horizons))
    begin = first or end - dt.timedelta(weeks=_WEEKS)
    days = cutoffs(begin, min(end, whole.as_of), every)
    absent = [] if find_spec("statsmodels") else list(FITTED_BY_STATSMODELS)
    methods = {name: forecaster for name, forecaster in BASELINES.items() if name not in absent}
    made = []
    for trial in trials(whole, methods, targets, horizons, days):
        progress(days.index(trial.cutoff) + 1, len(days))
        made.append(trial)
    rows = table(made)
    if not rows:
        raise InputError(
            Problem(
                "from",
                "must leave a window that is on record",
                f"{begin} to {end}",
                f"the history ends on {whole.as_of}; take earlier cut-offs or shorter horizons",
            )
        )
    said = "these are the usual simple methods; leadflow's own forecast is not scored among them yet"
    notes = [said, *([f"without {' and '.join(absent)}: install leadflow[calibrate]"] if absent else [])]
    notes += [finding.message for finding in whole.findings if finding.severity != "note"]
    return Backtest(str(history), begin, end, every, segment, rows, (*notes, *_left_out(rows, tuple(methods))))


def _left_out(rows: Sequence[Row], methods: Sequence[str]) -> list[str]:
    """Which methods a target and horizon go without."""
    said: dict[str, list[str]] = {}
    for target, horizon in dict.fromkeys((row.target, row.horizon_days) for row in rows):
        there = {row.method for row in rows if (row.target, row.horizon_days) == (target, horizon)}
        missing = ", ".join(method for method in methods if method not in there)
        if missing:
            said.setdefault(missing, []).append(f"{target} {horizon} days")
    return [
        f"no row for {missing} at {', '.join(where)}: not meant for it, or too little history for a fifth of them"
        for missing, where in said.items()
    ]
