"""Parts of the engine's code: they are what it is made of, in an order that two processes can share."""

import threading
from functools import partial
from pathlib import Path
from typing import Any

from sim.draws import uniform
from sim.kernel.lives import be_tried
from sim.kernel.loop import advance
from sim.parts import make_parts, parts
from sim.rules import attempt, delay


def told(part: Any) -> Any:
    return part.func.__self__


def test_callees_come_before_callers_and_the_loop_last() -> None:
    order = [told(part) for part in parts()]
    assert order[-1] is advance
    chain = [order.index(each) for each in (uniform, delay, attempt, be_tried, advance)]
    assert chain == sorted(chain)


def test_two_workers_make_every_part_once(tmp_path: Path) -> None:
    made: list[int] = []
    each = [partial(made.append, n) for n in range(200)]
    workers = [threading.Thread(target=make_parts, args=(each, tmp_path)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(made) == list(range(200))
