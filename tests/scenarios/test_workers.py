"""Workers: order, names of failures, progress, and a prompt stop."""

import os
import signal
import subprocess
import sys
import time

import pytest
from signals import interruptible

from scenarios.workers import Interrupted, available_cores, map_tasks
from sim.errors import InputError, RunError


def square(n):
    return n * n


def uneven(n):
    time.sleep(0.02 * (5 - n))
    return n, os.getpid()


def fails_at_three(n):
    if n == 3:
        raise ZeroDivisionError("three is too many")
    return n


def refuses(n):
    raise InputError(f"not {n}")


def dies(n):
    os._exit(5)


def test_serial_and_processes_agree_in_order():
    expected = [n * n for n in range(7)]
    for workers in (None, 1, 2):
        assert map_tasks(square, range(7), workers=workers) == expected
    assert map_tasks(square, [], workers=2) == []


def test_processes_keep_the_order_of_uneven_tasks():
    results = map_tasks(uneven, range(6), workers=2)
    assert [n for n, _ in results] == list(range(6))
    assert os.getpid() not in {pid for _, pid in results}


def test_progress_counts_every_task_in_the_parent():
    seen = []
    map_tasks(square, range(4), workers=1, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failure_names_its_task(workers):
    with pytest.raises(RunError, match="task 3: ZeroDivisionError: three is too many"):
        map_tasks(fails_at_three, range(6), workers=workers, describe=lambda n: f"task {n}")


@pytest.mark.parametrize("workers", [1, 2])
def test_refused_input_passes_as_it_is(workers):
    with pytest.raises(InputError, match="not 0") as refused:
        map_tasks(refuses, range(3), workers=workers)
    assert len(refused.value.problems) == 1


def test_a_worker_that_dies_is_a_named_failure_and_no_hang():
    with pytest.raises(RunError, match="task 0: a worker process ended before its work was done"):
        map_tasks(dies, range(3), workers=2, describe=lambda n: f"task {n}")


def test_there_must_be_a_worker():
    with pytest.raises(InputError, match="one or more"):
        map_tasks(square, range(3), workers=0)
    assert available_cores() >= 1


def interrupted_at_three(n):
    if n == 3:
        raise KeyboardInterrupt
    return n


def test_what_was_finished_before_an_interrupt_is_handed_over():
    with pytest.raises(Interrupted) as stopped:
        map_tasks(interrupted_at_three, range(6), workers=1)
    assert (stopped.value.finished, stopped.value.total) == ([0, 1, 2], 6)


SLEEPER = """
import os, sys, time
from scenarios.workers import map_tasks

def sleep(n):
    os.write(1, f"{os.getpid()}\\n".encode())  # one write, so that two workers' lines never mix
    time.sleep(600)

if __name__ == "__main__":
    map_tasks(sleep, range(8), workers=2)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_an_interrupt_ends_the_parent_and_its_workers(tmp_path):
    """Each task would sleep for ten minutes: that the process ends at all shows that none is waited for."""
    script = tmp_path / "sleeper.py"
    script.write_text(SLEEPER)
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=interruptible,
    )  # fmt: skip
    workers = [int(process.stdout.readline()) for _ in range(2)]
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Interrupted: 0 of 8 were finished" in err
    for pid in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
