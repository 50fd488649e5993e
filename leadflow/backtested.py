"""Backtested: what a backtest found, as frames, as a JSON record and as files in a folder."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibration.backtest.groups import Group, groups
from calibration.backtest.methods import OWN
from calibration.backtest.said import Verdict, judge
from calibration.backtest.table import Row, rows_of
from calibration.backtest.trials import LEVELS, Trial
from results.plain import plain
from sim.atomic import replacing

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Backtest", "Stopped"]


class Stopped(KeyboardInterrupt):
    """Ctrl-C before the last cut-off: `answer` is what the finished ones say, none if no window of theirs is scored."""

    def __init__(self, answer: "Backtest | None", finished: int, asked: int) -> None:
        super().__init__(f"{finished} of {asked} cut-offs were finished")
        self.answer = answer
        self.finished = finished
        self.asked = asked


@dataclass(frozen=True)
class Backtest:
    """How well each method forecast what then happened."""

    history: str
    first: dt.date
    last: dt.date
    """The first and the last cut-off that were asked for."""
    every: str
    segment: str | None
    """The one segment that was asked for."""
    by: str | None
    """`segment` where each segment with enough wins is forecast by itself."""
    trials: tuple[Trial, ...]
    finished: int
    asked: int
    """Cut-offs with a window on record; fewer are finished after Ctrl-C."""
    with_halves: bool
    """Whether the halves are to be told apart."""
    notes: tuple[str, ...]

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """What is forecast, each with its methods on the same cut-offs."""
        return groups(self.trials)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """One row per segment, target, horizon and method: leadflow's own first, then by CRPS."""
        return tuple(
            row
            for group in self.groups
            for row in sorted(rows_of(group), key=lambda row: (row.method != OWN, row.crps))
        )

    @cached_property
    def verdict(self) -> Verdict | None:
        """How leadflow's forecast stands, or the leader of the other methods."""
        return judge([self.groups])

    @cached_property
    def halves(self) -> tuple[Verdict | None, Verdict | None]:
        """The same over the first half of each row's cut-offs, and over the second; none unless asked for."""
        if not self.with_halves:
            return None, None
        pairs = [group.halves() for group in self.groups]
        first = judge([[half for half, _ in pairs]])
        return first, judge([[half for _, half in pairs if half is not None]], first.method if first else None)

    def to_frame(self) -> "pd.DataFrame":
        """The rows."""
        import pandas as pd

        return pd.DataFrame([asdict(row) for row in self.rows])

    def trials_frame(self) -> "pd.DataFrame":
        """Every forecast with what happened; an empty cell where a method had none."""
        import pandas as pd

        return pd.DataFrame(list(map(_told, self.trials)))

    def to_json(self) -> dict[str, Any]:
        """Plain dictionaries; what is not defined is null."""
        record = {name: getattr(self, name) for name in ("history", "every", "segment", "by")}
        dates = {"from": str(self.first), "to": str(self.last)}
        said = {"rows": [plain(asdict(row)) for row in self.rows], **_verdict(self.verdict)}
        if self.with_halves:
            said["halves"] = [_verdict(half) for half in self.halves]
        if self.finished < self.asked:
            said["interrupted"] = {"finished": self.finished, "asked": self.asked}
        return {**record, **dates, **said, "notes": list(self.notes)}

    def save(self, folder: Path) -> None:
        """Write `table.csv`, `table.json` and `trials.csv`, each whole or not at all."""
        import json

        for name, text in (
            ("table.csv", self.to_frame().to_csv(index=False)),
            ("trials.csv", self.trials_frame().to_csv(index=False)),
            ("table.json", json.dumps(self.to_json(), indent=1, ensure_ascii=False, allow_nan=False) + "\n"),
        ):
            with replacing(folder / name) as part:
                part.write_text(text, encoding="utf-8")


def _verdict(verdict: Verdict | None) -> dict[str, Any]:
    if verdict is None:
        return {"standings": [], "against": [], "coverage": [], "said": []}
    against = [one for one in (verdict.best, *verdict.others) if one is not None]
    return {
        "standings": plain([asdict(one) for one in verdict.standings]),
        "against": plain([asdict(one) | {"verdict": one.verdict} for one in against]),
        "coverage": plain([asdict(one) | {"verdict": one.verdict} for one in verdict.coverage]),
        "said": list(verdict.sentences),
    }


def _told(trial: Trial) -> dict[str, Any]:
    """A line of `trials.csv`."""
    ends = dict(_ends(trial))
    return {
        "segment": trial.segment, "target": trial.target, "horizon_days": trial.horizon, "cutoff": trial.cutoff,
        "method": trial.method, "point": trial.point, **ends, "actual": trial.actual, "crps": trial.crps,
        "pit": trial.pit,
    }  # fmt: skip


def _ends(trial: Trial) -> Iterator[tuple[str, float]]:
    for level, (low, high) in zip(LEVELS, trial.intervals, strict=True):
        yield f"low{100 * level:.0f}", low
        yield f"high{100 * level:.0f}", high
