"""backtest: the verb that forecasts at past cut-offs and scores what it said against what then happened."""

import dataclasses
import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from calibration.backtest.cutoffs import cutoffs
from calibration.backtest.groups import Group
from calibration.backtest.kept import Kept, keep
from calibration.backtest.methods import METHODS, OWN, MakeForecaster, absent
from calibration.backtest.run import Stretch, run_cutoffs
from calibration.backtest.scorable import any_known, why_nothing
from calibration.backtest.targets import check_target, of_segment, segments_of
from calibration.cutoff import known_on
from calibration.history import History, read_history
from calibration.traps import without_strays
from leadflow.backtested import Backtest, Stopped
from scenarios.workers import Progress
from sim.errors import InputError, Problem

__all__ = ["backtest"]

_WEEKS = 26
"""Weeks of cut-offs where no first one is named: a choice."""

_LONGEST = 36_500
"""Days of the longest window: a choice."""

_WINS = 50
"""Wins on record with which a segment is scored by itself: a choice."""


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
    by: str | None = None,
    halves: bool = False,
    methods: "Mapping[str, MakeForecaster] | None" = None,
    workers: int | None = None,
    out: str | Path | None = None,
    progress: Progress | None = None,
) -> Backtest:
    """Forecast at each cut-off from `first` to `last` with what was known, and score by what then happened.

    Without `last` the cut-offs end with the last whose shortest window is on record, without `first` they begin 26
    weeks before. `segment` narrows the history to one; `by="segment"` scores each with 50 wins or more by itself.
    `halves`: say how methods stand in the first and the second half of the cut-offs. `methods`: all by default.
    `workers`: processes, by default one a core where it pays. `out`: a folder that keeps trials as they are made, so
    that the same call goes on where it stopped, and the tables. `progress` is told how many of how many cut-offs are
    done. Raises InputError; after Ctrl-C `Stopped`, whose `answer` is of the cut-offs that were finished.
    """
    whole = _whole(history, source, None if mapping is None else Path(mapping))
    _check(whole, targets, horizons, by, segment)
    end = last or whole.as_of - dt.timedelta(days=min(horizons))
    begin = first or end - dt.timedelta(weeks=_WEEKS)
    nothing = partial(why_nothing, whole, targets, horizons, begin, end)
    if begin > min(end, whole.as_of) and (last is None or begin <= last):
        raise InputError(nothing())
    days = cutoffs(begin, min(end, whole.as_of), every)
    segments, thin = _segments(whole, segment, by)
    chosen = {name: make for name, make in (methods or METHODS).items() if name not in absent()}
    stretch = Stretch(
        whole, segments, chosen, tuple(dict.fromkeys(targets)), tuple(sorted(set(horizons))), days, Kept(Path())
    )
    asked = stretch.on_record
    if not asked or not any_known(whole, segments, asked):
        raise InputError(nothing())
    settings = {
        "targets": stretch.targets, "horizons": stretch.horizons, "cutoffs": [str(day) for day in asked],
        "segments": segments, "methods": tuple(chosen),
    }  # fmt: skip
    with _folder(out) as folder, _undone(folder):
        kept = keep(folder, whole, settings)
        stopped = False
        try:
            run_cutoffs(dataclasses.replace(stretch, kept=kept), workers, progress)
        except KeyboardInterrupt:
            stopped = True
        made, finished = kept.read(asked), sum(map(kept.has, asked))
        answer = Backtest(str(history), begin, end, every, segment, by, made, finished, len(asked), halves, ())
        if answer.groups:
            notes = (*_notes(whole, tuple(chosen)), *thin, *_left_out(answer.groups, tuple(chosen)))
            answer = dataclasses.replace(answer, notes=notes)
            if out is not None:
                answer.save(folder)
        elif not stopped:
            raise InputError(nothing())
    if stopped:
        raise Stopped(answer if answer.groups else None, finished, len(asked))
    return answer


@contextmanager
def _folder(out: str | Path | None) -> Iterator[Path]:
    """Where trials are kept: the folder that was named, or one that is gone afterwards."""
    if out is not None:
        yield Path(out)
        return
    with tempfile.TemporaryDirectory(prefix="leadflow-") as folder:
        yield Path(folder)


@contextmanager
def _undone(folder: Path) -> Iterator[None]:
    """What is refused leaves nothing behind: a folder that was not there is gone again, an empty one is empty."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    empty = folder.is_dir() and not any(folder.iterdir())
    try:
        yield
    except InputError:
        if missing:
            shutil.rmtree(missing[-1], ignore_errors=True)
        elif empty:
            for path in folder.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        raise


def _whole(where: str | Path, source: str, mapping: Path | None) -> History:
    """The history until its last recorded day."""
    found = read_history(where, source, mapping, as_of=dt.date.max - dt.timedelta(days=1))
    _, last, _ = without_strays(found.tables)
    assert last is not None  # reading refuses a history without a dated row
    known, _ = known_on(found.tables, last, found.mapping.closed_means_won)
    return dataclasses.replace(found, as_of=last, tables=known)


def _check(
    whole: History, targets: Sequence[str], horizons: Sequence[int], by: str | None, segment: str | None
) -> None:
    """Refuse what cannot be forecast, with all problems at once."""
    problems = [
        Problem("horizon", f"must be at least one day, and {_LONGEST:,} at most", str(horizon), "such as 30,60,90")
        for horizon in horizons
        if not 1 <= horizon <= _LONGEST
    ]
    if by not in (None, "segment"):
        problems.append(Problem("by", "must be segment", str(by), "give --by segment, or leave it out"))
    if by is not None and segment is not None:
        problems.append(Problem("by", "must stand without --segment", segment, "give one of the two"))
    if segment is not None:
        try:
            whole = of_segment(whole, segment)
        except InputError as error:
            problems += error.problems
    for target in targets:
        try:
            check_target(whole, target)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(problems)


def _segments(whole: History, segment: str | None, by: str | None) -> tuple[tuple[str, ...], list[str]]:
    """What is forecast by itself, and a note on the segments that are left out."""
    if by is None:
        return (segment or "",), []
    wins = segments_of(whole)
    chosen = tuple(name for name, count in wins.items() if count >= _WINS)
    if not chosen:
        most = max(wins.values(), default=0)
        got = f"{most} in the largest of {len(wins)}" if wins else "no segment is recorded"
        raise InputError(Problem("by", f"needs a segment with {_WINS} wins or more", got, "leave --by out"))
    thin = ", ".join(f"{name} ({count})" for name, count in wins.items() if name not in chosen)
    return chosen, [f"too few wins for rows of their own (fewer than {_WINS}): {thin}"] if thin else []


def _notes(whole: History, methods: Sequence[str]) -> Iterator[str]:
    if OWN not in methods:
        yield "leadflow's own forecast is not among these methods"
    if absent():
        yield f"without {' and '.join(absent())}: install leadflow[calibrate]"
    yield from (finding.message for finding in whole.findings if finding.severity != "note")


def _left_out(found: Sequence[Group], methods: Sequence[str]) -> Iterator[str]:
    """Which methods a row goes without."""
    said: dict[str, list[str]] = {}
    for method in methods:
        where = [group for group in found if method not in group.trials]
        if where:
            said.setdefault(_places(where, found), []).append(method)
    for places, its in said.items():
        yield f"no row for {', '.join(its)}{places}: not meant for it, or too little history at a fifth of the cut-offs"


def _places(some: Sequence[Group], every: Sequence[Group]) -> str:
    """In words: nothing where it is every row, a target alone where it is all of its horizons."""
    if len(some) == len(every):
        return ""
    names = []
    for segment, target in dict.fromkeys((group.segment, group.target) for group in some):
        its, whole = ([each.horizon for each in of if (each.segment, each.target) == (segment, target)]
                      for of in (some, every))  # fmt: skip
        days = "" if its == whole else f" {', '.join(map(str, its))} days"
        names.append(f"{f'{segment}: ' if segment else ''}{target}{days}")
    return f" at {'; '.join(names)}"
