"""Warm-up: whether the machine code that an engine needs is there, and making it by living through a tiny world.

The compiler works on one core, so where there are two a second process makes a part of the code at the same time and
leaves it in the cache: `python -m sim.warm FOLDER` is that process.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from sim.funnel import Funnel
from sim.jit import has_code, keeps_code
from sim.plan import Plan
from sim.run import EngineName, simulate
from sim.snapshot import OpenDeal, Snapshot
from sim.survey import firsts, kinds_of, span_sums, waits

__all__ = ["engine_is_compiled", "warm_up"]

_FUNNEL = {
    "name": "warm-up",
    "channels": {"any": {"leads": 60, "spend": 1_000, "segments": {"any": 1.0}}},
    "segments": {"any": {"value": 1_000}},
    "products": {"any": {"mix": 1.0}},
    "stages": {"any": {"time": 40, "effort": 1, "advance": 0.5, "losses": {"any": 1.0}}},
    "sdr": {"selling_share": 0.65, "ramp": 3, "tenure": 400, "skill_sd": 0.3, "leave_days": 20},
    "ae": {"selling_share": 0.44, "ramp": 5, "tenure": 400, "skill_sd": 0.3, "leave_days": 20},
}
_PLAN = {
    "name": "warm-up", "start": "2027-01-01", "months": 3, "run_in": 1, "follow": 13, "spend": {"any": 1_000},
    "teams": {"sdr": {"headcount": [1, 2, 1]}, "ae": {"headcount": [1, 2, 1]}},
}  # fmt: skip


def engine_is_compiled(engine: EngineName = "compiled") -> bool:
    """Whether an engine has its machine code, in this process or on disk; if not, its first run compiles.

    What is asked for are the functions that take longest, and those that `warm_up` compiles last: where its work was
    broken off, the answer is no.
    """
    return all(has_code(function) for function in _decisive(engine))


def _decisive(engine: EngineName) -> tuple[Callable[..., object], ...]:
    if engine == "simpy":
        from sim.laws.arrivals import field
        from sim.rules import due, nurture, resolve

        return field, due, nurture, resolve
    from sim.kernel.deals import warm_start
    from sim.kernel.heads import adopt
    from sim.kernel.loop import advance

    return advance, warm_start, adopt


def warm_up(engine: EngineName = "compiled") -> None:
    """Compile whatever an engine and the metrics may need, unless it is compiled: 10 to 20 seconds.

    Of two threads that met a function without code each would wait for the other's compiler, so this comes before them.
    """
    if engine_is_compiled(engine):
        return
    if engine == "compiled":
        _share()
    _rehearse(engine)


def _rehearse(engine: EngineName) -> None:
    """Live through the tiny world, from a snapshot and with a run-in, and look at all that a log shows."""
    funnel, plan = Funnel.model_validate(_FUNNEL), Plan.model_validate(_PLAN)
    deal = OpenDeal("any", "any", "any", "any", "any", None, 1.0, 1.0)
    log = simulate(funnel, plan, snapshot=Snapshot((deal,)), engine=engine)
    kinds, entities = kinds_of(log.events), len(log.entities)
    firsts(kinds.time, kinds.entity, entities)
    waits(kinds, entities)
    span_sums(kinds.time, kinds.time, np.zeros((2, 1)), True)
    busier = plan.model_copy(update={"spend": {"any": 2_000.0}})
    log = simulate(funnel, busier, root=plan, engine=engine)
    log.truth  # noqa: B018 - found when first asked for


def _share() -> None:
    """Make the code in two processes, if what one makes reaches the other, and there are cores for both."""
    if not keeps_code() or (os.cpu_count() or 1) < 2:
        return
    with TemporaryDirectory() as taken, _second_process(taken):
        _make(taken)


def _make(taken: str) -> None:
    """One process's share. What reads a log comes first: it needs no engine, if the other engine writes the log."""
    from sim.parts import make_parts, parts

    make_parts([partial(_rehearse, "simpy"), *parts()], Path(taken))


@contextmanager
def _second_process(taken: str) -> Iterator[None]:
    """A process that makes what is not taken yet; when this block is over, it is waited for."""
    quiet = subprocess.DEVNULL
    where = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-m", "sim.warm", taken]
    other = subprocess.Popen(command, env=where, stdin=quiet, stdout=quiet, stderr=quiet)
    try:
        yield
        # Whatever becomes of it: what it has not made is made here.
        other.wait()
    finally:
        other.kill()
        other.wait()


if __name__ == "__main__":
    _make(sys.argv[1])
