"""Checkpoints: a run is split in two, files are whole or refused, and no run goes on where it does not belong.

That every state is written down is shown on generated worlds (`tests/contract/test_checkpoints.py`).
"""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from sim.checkpoint import Checkpoint, load, save
from sim.errors import InputError
from sim.funnel import Funnel
from sim.plan import Plan
from sim.run import EngineName, resume, simulate, simulate_until
from sim.snapshot import OpenDeal, Snapshot

Company = tuple[Funnel, Plan]


@pytest.fixture(scope="module")
def small(starter: Company) -> Company:
    """Three months, after a run-in of one."""
    funnel, plan = starter
    return funnel, Plan.model_validate({**plan.model_dump(by_alias=True), "months": 3, "run_in": 1, "follow": 0})


@pytest.fixture(scope="module")
def half_way(small: Company) -> Checkpoint:
    return simulate_until(*small, 45.0, seed=3, replication=7)


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_a_year_in_two_halves_is_the_year(small: Company, tmp_path: Path, engine: EngineName) -> None:
    whole = simulate(*small, seed=3, replication=7)
    file = tmp_path / "half.npz"
    save(simulate_until(*small, 45.0, seed=3, replication=7, engine=engine), file)
    for other in ("compiled", "simpy"):
        assert resume(load(file), *small, engine=other).digest() == whole.digest()


def test_it_goes_on_in_another_process(small: Company, half_way: Checkpoint, tmp_path: Path) -> None:
    save(half_way, tmp_path / "half.npz")
    for name, noun in zip(("funnel", "plan"), small, strict=True):
        (tmp_path / f"{name}.json").write_text(noun.model_dump_json(by_alias=True))
    script = """
from pathlib import Path
from sim.checkpoint import load
from sim.funnel import Funnel
from sim.plan import Plan
from sim.run import resume
funnel, plan = (noun.model_validate_json(Path(f"{noun.__name__.lower()}.json").read_text()) for noun in (Funnel, Plan))
print(resume(load("half.npz"), funnel, plan).digest())
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout.strip() == simulate(*small, seed=3, replication=7).digest(), done.stderr


def test_by_three_stops_from_a_snapshot(small: Company) -> None:
    funnel, plan = small
    names = (next(iter(getattr(funnel, group))) for group in ("channels", "segments", "products", "stages"))
    deal = OpenDeal("a", *names, amount=1000.0, age=30.0, stage_age=10.0)
    start = Snapshot((deal, replace(deal, id="b", zombie=True)))
    here: Checkpoint | None = None
    for day in (0.0, 20.0, 20.0, 60.5):
        here = simulate_until(funnel, plan, day, snapshot=start, since=here)
    assert here is not None
    assert resume(here, funnel, plan, snapshot=start).digest() == simulate(funnel, plan, snapshot=start).digest()


def test_a_checkpoint_tells_how_far_the_run_is(small: Company, half_way: Checkpoint) -> None:
    events = simulate(*small, seed=3, replication=7).events
    assert half_way.rows.events == (events.time < 45.0).sum()
    assert (half_way.day, half_way.seed, half_way.replication, half_way.engine) == (45.0, 3, 7, "compiled")
    assert simulate_until(*small, 45.0, seed=3, replication=8).rows.digest != half_way.rows.digest


def test_what_no_engine_reads_may_differ(small: Company, half_way: Checkpoint) -> None:
    """Costs are counted from the log of what happened."""
    funnel, plan = small
    tree = plan.model_dump(by_alias=True)
    tree["teams"]["sdr"]["base"] *= 2
    dearer = Plan.model_validate(tree)
    there = resume(half_way, funnel, dearer)
    assert there.digest() == simulate(funnel, dearer, seed=3, replication=7).digest()
    assert there.digest() != simulate(funnel, plan, seed=3, replication=7).digest()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda there: replace(there, version="0.0.1"), r"checkpoint.version: must be of this version of leadflow"),
        (lambda there: replace(there, house="0" * 32), r"checkpoint.house: must be of these sources of the engines"),
        (lambda there: replace(there, world="0" * 32), r"checkpoint.world: must be of this funnel, plan and start"),
        (lambda there: replace(there, seed=4), r"checkpoint.rows"),
    ],
    ids=["version", "house", "world", "seed"],
)
@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_what_is_of_another_house_or_world_is_refused(
    small: Company, half_way: Checkpoint, change: Callable[[Checkpoint], Checkpoint], said: str, engine: EngineName
) -> None:
    """And what to do is said."""
    there = replace(change(half_way), state=None)
    with pytest.raises(InputError, match=said) as refused:
        resume(there, *small, engine=engine)
    assert "simulate from the beginning, or take the checkpoint up with what has written it" in str(refused.value)
    if "rows" not in said:
        with pytest.raises(InputError, match=said):
            simulate_until(*small, 50.0, engine=engine, since=there)


def test_every_reason_is_said(small: Company, half_way: Checkpoint) -> None:
    funnel, plan = small
    tree = plan.model_dump(by_alias=True)
    tree["handoff"]["attempts"] -= 1
    with pytest.raises(InputError) as refused:
        resume(replace(half_way, version="0.0.1", house="0"), funnel, Plan.model_validate(tree))
    assert [problem.where for problem in refused.value.problems] == [
        "checkpoint.version",
        "checkpoint.house",
        "checkpoint.world",
    ]


@pytest.mark.parametrize("day", [-400.0, 1000.0, float("nan")])
def test_a_day_outside_the_run_is_refused(small: Company, day: float) -> None:
    with pytest.raises(InputError, match=r"day: must be one of the run's days, from -31 to 90"):
        simulate_until(*small, day)


def test_no_run_goes_back(small: Company, half_way: Checkpoint) -> None:
    with pytest.raises(InputError, match=r"day: must be one of the days that are left of the run, from 45 to 90"):
        simulate_until(*small, 44.0, since=half_way)


def test_a_file_is_whole_or_refused(half_way: Checkpoint, tmp_path: Path) -> None:
    file = tmp_path / "half.npz"
    save(half_way, file)
    whole = file.read_bytes()
    assert load(file).rows == half_way.rows
    middle = len(whole) // 2
    torn = {
        "cut": whole[:middle],
        "empty": b"",
        "changed": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
    }
    for name, content in torn.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match="cannot be read as a checkpoint"):
            load(tmp_path / name)
    np.savez(tmp_path / "other.npz", checkpoint=np.array('{"format": 99}'))
    with pytest.raises(InputError, match="must be a checkpoint of this version of leadflow"):
        load(tmp_path / "other.npz")
    with pytest.raises(InputError, match="cannot be read as a checkpoint"):
        load(tmp_path / "nowhere.npz")


def test_a_write_that_fails_leaves_the_old_checkpoint(
    half_way: Checkpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: BinaryIO, **arrays: object) -> None:
        file.write(b"PK")
        raise OSError("No space left on device")

    file = tmp_path / "half.npz"
    save(half_way, file)
    before = file.read_bytes()
    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="No space left"):
        save(replace(half_way, day=46.0), file)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]
