"""Handle times: tasks paired by hand, truth from the prior found again, and hours split among kinds of tasks."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from recovery import as_said

from calibration.calibrate import calibrate
from calibration.handling import Tasks, fit_effort, hours_by_kind, tasks_of
from calibration.history import read_history

STAGES = "opportunity_id,stage,entered_at\nd1,demo,2026-05-01 08:00\nd1,offer,2026-05-03 08:00\n"
DEALS = "opportunity_id,opened_at,closed_at,outcome,won_amount\nd1,2026-05-01 08:00,2026-05-20,won,100\n"


def _tasks(folder: Path, rows: list[str]) -> dict[str, Tasks]:
    (folder / "opportunities.csv").write_text(DEALS)
    (folder / "stage_history.csv").write_text(STAGES)
    (folder / "activities.csv").write_text("\n".join(["at,activity,record,record_id,rep,amount", *rows]) + "\n")
    return tasks_of(read_history(folder, as_of=dt.date(2026, 6, 30)))


def test_tasks_are_paired_by_hand(tmp_path: Path) -> None:
    """One attempt fails after .2 hours, the next ends in a talk after 1.0; a demo of 3 hours is paused after 1."""
    tasks = _tasks(
        tmp_path,
        [
            "2026-04-01 10:00,attempt,lead,a,s1,",
            "2026-04-01 10:12,task_end,lead,a,s1,0.2",
            "2026-04-02 10:00,attempt,lead,a,s1,",
            "2026-04-02 11:30,conversation,lead,a,s1,",
            "2026-04-02 11:30,task_end,lead,a,s1,1.0",
            "2026-05-01 09:00,task_start,opportunity,d1,e1,",
            "2026-05-01 10:00,task_end,opportunity,d1,e1,1.0",
            "2026-05-02 09:00,task_start,opportunity,d1,e1,",
            "2026-05-02 13:00,task_end,opportunity,d1,e1,2.0",
        ],
    )
    found = {kind: each.hours.tolist() for kind, each in tasks.items()}
    assert found == {"an attempt that fails": [0.2], "an attempt that reaches": [1.0], "demo": [3.0]}


def test_without_entered_hours_what_elapsed_counts(tmp_path: Path) -> None:
    tasks = _tasks(
        tmp_path,
        [
            "2026-05-01 09:00,task_start,opportunity,d1,e1,",
            "2026-05-01 10:30,task_end,opportunity,d1,e1,",
            "2026-06-30 12:00,task_start,opportunity,d1,e1,",
        ],
    )
    assert tasks["demo"].hours == pytest.approx([1.5])
    assert "offer" not in tasks


def test_hours_are_split_exactly_where_tasks_explain_them() -> None:
    """Two kinds of .2 and 3 hours; a third that takes nothing stays at nothing."""
    counts = np.array([[50.0, 4.0, 1.0], [20.0, 10.0, 5.0], [70.0, 1.0, 3.0], [10.0, 8.0, 9.0]])
    point, drawn = hours_by_kind(counts @ [0.2, 3.0, 0.0], counts, 20, np.random.default_rng(1))
    assert point == pytest.approx([0.2, 3.0, 0.0], abs=1e-9)
    assert drawn == pytest.approx(np.tile([0.2, 3.0, 0.0], (20, 1)), abs=1e-6)


def test_untimed_work_is_split_by_rep_and_month(tmp_path: Path) -> None:
    """Every demo takes 3 hours and every attempt .2; hours are exactly that, in 36 rep-months."""
    rng = np.random.default_rng(3)
    deals, stages, attempts, hours = [], [], [], []
    for month in range(1, 13):
        for rep in ("ann", "bob", "cyd"):
            demos, tries = int(rng.integers(1, 6)), int(rng.integers(5, 40))
            for k in range(demos):
                id = f"{rep}{month}-{k}"
                day = f"2025-{month:02}-1{k}"
                deals.append(f"{id},{day},{day},{'won' if k else 'lost'},{100 if k else ''}")
                stages.append(f"{id},demo,{day},{rep}")
            attempts += [f"2025-{month:02}-05,attempt,lead,x{month}-{k},{rep}," for k in range(tries)]
            hours.append(f"{rep},2025-{month:02}-01,{3 * demos + 0.2 * tries:.2f}")
    for name, head, rows in (
        ("opportunities", "opportunity_id,opened_at,closed_at,outcome,won_amount", deals),
        ("stage_history", "opportunity_id,stage,entered_at,owner", stages),
        ("activities", "at,activity,record,record_id,rep,amount", attempts),
        ("rep_hours", "rep,month,hours", hours),
    ):
        (tmp_path / f"{name}.csv").write_text("\n".join((head, *rows)) + "\n")
    fit = calibrate(read_history(tmp_path, as_of=dt.date(2025, 12, 31)), draws=20)
    rows = {row.what: row for row in fit.diagnostics}
    assert rows["effort.demo"].fit == pytest.approx(3.0, abs=0.01)
    assert rows["effort.attempt"].fit == pytest.approx(0.2, abs=0.01)
    assert fit.funnel.stages["demo"].effort.value == 0.0  # type: ignore[union-attr]


@pytest.mark.slow
def test_truth_drawn_from_the_prior_is_found_again() -> None:
    """A third of the tasks is cut off while it goes on."""
    rng = np.random.default_rng(2)
    errors, inside = [], []
    for _ in range(1000):
        theta = np.array([0.0, np.log(0.6)]) + np.array([2.0, 0.5]) * rng.standard_normal(2)
        hours = np.exp(theta[0] + np.exp(theta[1]) * rng.standard_normal(60))
        seen = np.exp(theta[0]) * rng.lognormal(0.5, 1.0, 60)
        tasks = Tasks(hours[hours <= seen], seen[hours > seen])
        found = fit_effort(tasks, 400, rng)
        errors.append((theta - found.mean) / found.sd)
        low, high = np.quantile(found.draws, (0.05, 0.95), axis=0)
        inside.append((low < theta) & (theta < high))
    as_said(np.array(errors), ("log median", "log sigma"), np.array(inside))
