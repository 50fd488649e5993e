"""Contract: a run that stops, is written to a file and goes on gives the log of the whole run, in both engines.

Each generated world is stopped on days of every sort: where the run begins, in the run-in, on day 0, at the very time
of something that happens, between two such times, and at the horizon's end. The compiled engine goes through them all
in one life, from file to file; SimPy's pauses on all of them.
"""

import math
import os
from collections import Counter
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from grid import arrivals_on_grid
from hypothesis import strategies as st
from steered import STEERS, steered
from tight import Tight
from twins import BUSY, GENERAL, GRID, SEED, World, each, tables_of
from worlds import CALENDARS, EXACT_CALENDARS
from worlds_signing import SIGNED

import sim.compiled
from sim.assemble import make_names
from sim.checkpoint import Checkpoint, load, rows_of, save, world_digest
from sim.compiled import run_compiled, stop_compiled
from sim.errors import InputError
from sim.feedback import Lesson
from sim.kernel.layout import NIL
from sim.recorder import Recorded
from sim.reference import Engine
from sim.reviews import Reviews
from sim.seats import AM
from sim.tables import Tables

MODELS = int(os.environ.get("LEADFLOW_MODELS", "40"))
"""Worlds of each kind in a long run."""
FIRST = int(os.environ.get("LEADFLOW_FIRST_BATCH", "1000"))
"""Seed of a long run's first batch of worlds."""
DAYS = ("the beginning", "in the run-in", "day 0", "at an event", "between events", "the end")
HELD = (
    "the run-in's parameters",
    "an open instant",
    "leads that wait for an SDR",
    "work in hand",
    "opportunities that nobody holds",
    "accepted leads that wait for an AE",
    "leads held back",
    "overflow",
    "spend that was cut",
    "touches of spend that was cut",
    "what was judged since the last review",
    "verdicts that reviews remember",
    "a threshold that was moved",
    "beliefs that were learnt",
    "spells of prospecting",
    "somebody on leave",
    "bookings of a quota period",
    "work that waits for account managers",
)
"""What some checkpoint must have held."""
SELDOM = ("held by feedback", "spend that is cut", "scoring that learns from sales, monthly, -0.5")
SELDOM += ("a run-in that differs in its plan", "a market of a few accounts")
SELDOM += ("account managers sell to customers, from",)
"""Worlds whose checkpoints hold it."""


def same_rows(whole: Recorded, split: Recorded) -> None:
    """Row by row, in the order in which they were written."""
    for name in ("events", "entities"):
        for column in (ours := getattr(whole, name)).dtype.names:
            assert np.array_equal(ours[column], getattr(split, name)[column], equal_nan=True), f"{name}.{column}"


def drawn_days(tables: Tables, whole: Recorded, luck: int) -> dict[str, float]:
    """A day of each sort that the world has."""
    rng = np.random.default_rng(luck)
    begins, ends = tables.horizon.begins, tables.horizon.ends
    times = np.unique(np.clip(whole.events["time"], begins, None))
    gap = int(rng.integers(len(times) - 1)) if len(times) > 1 else 0
    days = {
        "the beginning": begins,
        "day 0": 0.0,
        "at an event": float(rng.choice(times)) if len(times) else begins,
        "between events": float(times[gap : gap + 2].mean()) if len(times) else begins,
        "the end": ends,
    }
    early = times[times < 0.0]
    if begins < 0.0:
        days["in the run-in"] = float(rng.choice(early)) if len(early) else begins / 2
    return days


def what_it_holds(checkpoint: Checkpoint) -> set[str]:
    """Which of `HELD` is in a checkpoint of the compiled engine."""
    s = checkpoint.state
    assert s is not None
    numbers = s["numbers"][0]
    nobody, seats = s["seats"][0], s["seats"][1:]
    found = (
        checkpoint.phase == "run-in",
        numbers["closing"] == 1,
        s["line"].any(),
        (seats["busy"] != NIL).any(),
        nobody["first"] != NIL,
        numbers["unowned"] != NIL,
        numbers["held"] != NIL,
        numbers["overflowing"] == 1,
        (s["reviews.share"] != 1.0).any(),
        s["reviews.touch_rates"].size and (s["reviews.share"] != 1.0).any() and (s["kept"] != 1.0).any(),
        len(s["judged"]) > 0,
        len(s["reviews.verdicts"]) > 0,
        s["reviews.slope"] != 0.0,
        (s["beliefs"]["learnt"] != 0.0).any(),
        numbers["spells"] > 0,
        (seats["away"] == 1).any(),
        (seats["booked"] > 0.0).any(),
        s["teams"]["queue"][AM] != NIL,
    )
    return {name for name, there in zip(HELD, found, strict=True) if there}


class Splits:
    """Worlds lived through whole and in parts."""

    def __init__(self, folder: Path, grid: bool):
        self.file, self.grid = folder / "checkpoint.npz", grid
        self.days: Counter[str] = Counter()
        self.held: Counter[str] = Counter()

    def through_both(self, drawn: tuple[World, int]) -> None:
        """Compare the whole run of one world with runs in parts; about every second one has no memory to spare."""
        world, luck = drawn
        tables = tables_of(world, self.grid)
        names = make_names(world["funnel"], tables)
        args = (tables, SEED, 0, world["snapshot"], names)
        with arrivals_on_grid() if self.grid else nullcontext():
            whole = run_compiled(*args)
            whole = Recorded(whole.events.copy(), whole.entities.copy())
            days = drawn_days(tables, whole, luck)
            with pytest.MonkeyPatch.context() as small:
                if luck % 2:
                    small.setattr(sim.compiled, "Memory", Tight)
                    small.setattr(sim.compiled, "BUDGET", 5)
                stops = self._from_file_to_file(args, days, whole)
            assert rows_of(self._pausing(args, stops)) == rows_of(whole)
            some = stops[sorted(stops)[luck % len(stops)]]
            # What one engine has written down is compared with the beginning that the other lives through.
            assert rows_of(Engine(*args, some).run().recorded()) == rows_of(whole)
            same_rows(whole, run_compiled(*args, since=replace(some, state=None)))

    def _from_file_to_file(
        self, args: tuple[Any, ...], days: dict[str, float], whole: Recorded
    ) -> dict[float, Checkpoint]:
        stops: dict[float, Checkpoint] = {}
        last: Checkpoint | None = None
        for name, day in sorted(days.items(), key=lambda item: item[1]):
            save(stop_compiled(*args, day, since=last), self.file)
            last = stops[day] = load(self.file)
            last.check(world_digest(args[0], args[3], args[4]))
            self.days[name] += 1
            self.held.update(what_it_holds(last))
            past = whole.events["time"] < max(day, args[0].horizon.begins)
            assert last.rows.events == past.sum() or day == args[0].horizon.begins
        same_rows(whole, run_compiled(*args, since=last))
        for day in days.values():
            same_rows(whole, run_compiled(*args, since=stops[day]))
        return stops

    @staticmethod
    def _pausing(args: tuple[Any, ...], stops: dict[float, Checkpoint]) -> Recorded:
        """One living SimPy engine, which stands at each stop where the compiled one stood."""
        engine = Engine(*args)
        for day, there in sorted(stops.items()):
            here = engine.stop(day)
            assert (here.rows, here.phase, here.world) == (there.rows, there.phase, there.world), f"on day {day:g}"
        return engine.run().recorded()


def split(kind: str, count: int, folder: Path, first: int = 0) -> Splits:
    """Split so many generated worlds of a kind."""
    splits = Splits(folder, kind == "grid")
    strategy = {"general": GENERAL, "grid": GRID, "busy": BUSY, "signed": SIGNED}[kind]
    each(st.tuples(strategy, st.integers(0, 2**32)), count, splits.through_both, first)
    return splits


def split_steered(count: int, folder: Path, first: int = 0, only: tuple[str, ...] = ("",)) -> list[Splits]:
    """Split so many worlds of each steer, of every other one on a grid; only: what the steers' names begin with."""
    out = [Splits(folder, grid) for grid in (False, True)]
    for k, steer in enumerate(steer for steer in STEERS if steer.to.startswith(only)):
        worlds = steered(steer, EXACT_CALENDARS if k % 2 else CALENDARS)
        each(st.tuples(worlds, st.integers(0, 2**32)), count, out[k % 2].through_both, first + 100 * k)
    return out


def all_reached(*splits: Splits) -> None:
    """There were days of every sort, and checkpoints that held what may be forgotten."""
    assert all(sum(each_kind.days[name] for each_kind in splits) for name in DAYS)
    assert [name for name in HELD if not any(each_kind.held[name] for each_kind in splits)] == []


def test_generated_worlds(tmp_path: Path) -> None:
    kinds = [split(kind, 8, tmp_path) for kind in ("general", "grid")]
    split("signed", 4, tmp_path)
    all_reached(*kinds, *split_steered(1, tmp_path, only=SELDOM))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["general", "grid", "busy", "signed", "steered"])
def test_generated_worlds_in_a_long_run(kind: str, tmp_path: Path) -> None:
    """LEADFLOW_MODELS and LEADFLOW_FIRST_BATCH choose how many and which."""
    if kind == "steered":
        splits = split_steered(math.ceil(MODELS / len(STEERS)), tmp_path, FIRST)
    else:
        splits = [split(kind, MODELS, tmp_path, FIRST)]
    assert sum(each_kind.days["at an event"] for each_kind in splits) >= MODELS


@pytest.fixture(scope="module")
def one_world() -> tuple[Any, ...]:
    """A world of which something happens before and after its first day."""
    found: list[World] = []
    each(BUSY, 1, found.append, 300)
    world = found[-1]
    tables = tables_of(world, False)
    return tables, SEED, 0, world["snapshot"], make_names(world["funnel"], tables)


@pytest.mark.parametrize("engine", ["compiled", "simpy"])
def test_a_beginning_that_was_another_one_is_refused(one_world: tuple[Any, ...], engine: str) -> None:
    run = run_compiled if engine == "compiled" else lambda *args, since: Engine(*args, since).run()
    there = Engine(*one_world).stop(10.0)
    run(*one_world, since=there)
    changed = replace(there, rows=replace(there.rows, digest="0" * 32))
    with pytest.raises(
        InputError, match=r"must be those that are recorded until day 10 when it is lived through again"
    ):
        run(*one_world, since=changed)


def test_a_stopped_run_can_be_taken_up_as_often_as_one_likes(one_world: tuple[Any, ...]) -> None:
    there = stop_compiled(*one_world, 10.0)
    assert there.state is not None
    before = {name: array.copy() for name, array in there.state.items()}
    logs = [run_compiled(*one_world, since=there) for _ in range(2)]
    same_rows(*logs)
    for name, array in before.items():
        # Room that nobody has used yet may hold anything, no numbers included.
        for column in array.dtype.names or (...,):
            assert np.array_equal(array[column], there.state[name][column], equal_nan=True), (name, column)


def test_reviews_have_nothing_that_is_not_written_down(one_world: tuple[Any, ...]) -> None:
    """What a replication's reviews hold is saved, or is made of its world."""
    reviews = Reviews(one_world[0])
    of_the_world = {
        "remembers",
        "throttles",
        "begins",
        "mondays",
        "firsts",
        "days",
        "tables",
        "spent",
        "planned",
        "start",
    }
    saved = {"cutoff", "threshold", "offsets", "mqls", "verdicts", "lesson", "share", "kept", "touch_rates"}
    assert {*vars(reviews), *vars(reviews.spent)} == of_the_world | saved
    assert set(Lesson._fields) == {"intercept", "slope", "channels"}
