"""Hostile histories: every defect of a stated grammar is refused or found, every time, and nothing else changes."""

import dataclasses
import datetime as dt
import re
import tempfile
from pathlib import Path

import crm_exports
import hostile
import numpy as np
import pytest
from hostile import DEALS, KINDS, LEADS, REPS, SPEND, STAGES, Case, Kind
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calibration.findings import Finding
from calibration.history import History, read_history
from calibration.observe import observe
from calibration.quality import quality
from calibration.spells import deal_spells
from sim.errors import InputError
from sim.run import simulate

TABLES = {LEADS: "leads", DEALS: "opportunities", STAGES: "stage_history", SPEND: "spend", REPS: "reps"}
KEYS = {LEADS: "id", DEALS: "id", STAGES: "opportunity", SPEND: "channel", REPS: "name"}


class Sound:
    """A history without a defect; no dataclass, all of which a failing example would print."""

    def __init__(self, tables: crm_exports.Tables, last: dt.date, history: History):
        self.tables, self.last, self.history, self.findings = tables, last, history, found(history)


@pytest.fixture(scope="module")
def sound(tmp_path_factory, starter):
    """The files of the starter company, the last day on record, how they are read, and what is found in them."""
    log = simulate(*starter, seed=7)
    folder = tmp_path_factory.mktemp("sound")
    observe(log, folder)
    last = log.window.start + dt.timedelta(days=int(log.window.counted) - 1)
    history = read_history(folder, as_of=last)
    return Sound(crm_exports.tables_in(folder), last, history)


def found(history: History) -> tuple[Finding, ...]:
    return quality(history, deal_spells(history))


def counted(findings: tuple[Finding, ...], what: str) -> int:
    return sum(max(finding.count, 1) for finding in findings if finding.what == what)


def read(case: Case, last: dt.date):
    """A history, or the problems with which it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        case.write(Path(folder))
        try:
            return read_history(folder, as_of=last), ()
        except InputError as error:
            return None, error.problems


def well_refused(kind: Kind, problems) -> None:
    """One of the problems is of this file, with its line where it has one, a rule, and what to do."""
    mine = [problem for problem in problems if kind.file in str(problem.where)]
    assert mine, (kind.name, problems)
    assert any(problem.remedy for problem in mine), (kind.name, mine)
    assert all(problem.rule for problem in mine)
    if kind.name != "no_file":
        assert any(re.search(rf"{kind.file}:\d+:\d+", str(problem.where)) for problem in mine), (kind.name, mine)


def unchanged(case: Case, history: History, before: History, files) -> None:
    """Tables of other files are bit-identical, and of these files every record that was not hit."""
    for file, name in TABLES.items():
        mine, theirs = getattr(history.tables, name), getattr(before.tables, name)
        hit = case.hit.get(file, set()) if file in files else set()
        rows = [~np.isin(getattr(table, KEYS[file]).astype(str), [*hit, ""]) for table in (mine, theirs)]
        for column in dataclasses.fields(mine):
            a, b = getattr(mine, column.name)[rows[0]], getattr(theirs, column.name)[rows[1]]
            same = a.tolist() == b.tolist() if a.dtype == object else np.array_equal(a, b, equal_nan=True)
            assert same, (file, column.name)


def lawful(case: Case, planted: list[tuple[Kind, int]], sound) -> None:
    history, problems = read(case, sound.last)
    refused = [kind for kind, _ in planted if not kind.found]
    for kind in refused:
        assert history is None, f"{kind.name} was read"
        well_refused(kind, problems)
    if refused:
        return
    assert history is not None, ([kind.name for kind, _ in planted], problems)
    findings = found(history)
    for kind, count in planted:
        new = counted(findings, kind.found) - counted(sound.findings, kind.found)
        exact = kind.exact and sum(other.found == kind.found for other, _ in planted) == 1
        assert new == count if exact and len(planted) == 1 else new >= (count if kind.exact else 1), (
            kind.name,
            count,
            new,
        )
        said = [finding for finding in findings if finding.what == kind.found]
        assert all(len(finding.message) > 15 for finding in said)
    unchanged(case, history, sound.history, {kind.file for kind, _ in planted})


@pytest.mark.parametrize("name", KINDS)
def test_each_defect_is_refused_or_found(name, sound):
    case = Case.of(sound.tables, 1)
    count = KINDS[name].plant(case, 2)
    assert count > 0
    lawful(case, [(KINDS[name], count)], sound)


def together(examples: int, sound: Sound) -> None:
    @given(
        kinds=st.lists(
            st.sampled_from([kind for kind in KINDS.values() if kind.small]), min_size=1, max_size=5, unique_by=id
        ),
        seed=st.integers(0, 2**32),
        rows=st.integers(1, 5),
    )
    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    def look(kinds, seed, rows):
        case = Case.of(sound.tables, seed)
        planted = [(kind, kind.plant(case, rows)) for kind in kinds]
        lawful(case, [(kind, count) for kind, count in planted if count], sound)

    look()


def test_so_are_they_together(sound):
    together(10, sound)


@pytest.mark.slow
def test_so_are_many_of_them_together(sound):
    together(300, sound)


def test_a_stray_date_is_not_taken_for_the_end(sound, tmp_path):
    case = Case.of(sound.tables, 3)
    KINDS["far_future"].plant(case, 2)
    assert read_history(case.write(tmp_path)).as_of == sound.last


def test_there_are_kinds_enough():
    assert len(KINDS) >= 30
    assert sum(not kind.found for kind in KINDS.values()) >= 20
    assert all(kind.does for kind in KINDS.values())
    assert {kind.file for kind in KINDS.values()} == set(hostile.ID)


def test_the_guide_names_every_kind():
    page = (Path(__file__).parents[2] / "docs" / "guides" / "dirty-exports.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and "in the export" not in line]
    assert rows == [f"| {kind.does} |" for kind in KINDS.values() if not kind.found] + [
        f"| {kind.does} | `{kind.found}` |" for kind in KINDS.values() if kind.found
    ]
