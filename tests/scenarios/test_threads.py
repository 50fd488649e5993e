"""Threads: order, the first failure, progress within a task, and what Ctrl-C leaves."""

import os
import signal
import threading
import time

import pytest

from scenarios.threads import at_work, map_in_threads
from scenarios.workers import Interrupted
from sim.errors import InputError, RunError

WORKERS = (None, 1, 2, 5)


@pytest.mark.parametrize("workers", WORKERS)
def test_the_order_is_that_of_the_tasks(workers):
    def uneven(n, watch):
        time.sleep(0.01 * (5 - n % 6))
        return n * n

    assert map_in_threads(uneven, range(12), workers=workers) == [n * n for n in range(12)]
    assert map_in_threads(uneven, [], workers=workers) == []


def test_no_more_tasks_are_in_hand_than_there_are_threads():
    lock, in_hand, most = threading.Lock(), 0, 0

    def task(n, watch):
        nonlocal in_hand, most
        with lock:
            in_hand += 1
            most = max(most, in_hand)
        time.sleep(0.01)
        with lock:
            in_hand -= 1

    map_in_threads(task, range(9), workers=2)
    assert most == 2


@pytest.mark.parametrize("workers", WORKERS)
def test_the_first_failure_in_the_order_of_tasks_is_told(workers):
    """Task 3 fails at once and task 2 later; whoever is first by the clock, task 2 is what is told."""

    def fails(n, watch):
        if n == 2:
            time.sleep(0.1)
        if n in (2, 3):
            raise ZeroDivisionError(f"{n} is too many")
        return n

    with pytest.raises(RunError, match="task 2: ZeroDivisionError: 2 is too many"):
        map_in_threads(fails, range(8), workers=workers, describe=lambda n: f"task {n}")


@pytest.mark.parametrize("workers", WORKERS)
def test_refused_input_passes_as_it_is(workers):
    def refuses(n, watch):
        raise InputError(f"not {n}")

    with pytest.raises(InputError, match="not 0"):
        map_in_threads(refuses, range(3), workers=workers)


def test_a_failure_ends_the_long_tasks_after_it():
    def one(n, watch):
        if n == 0:
            time.sleep(0.05)
            raise ZeroDivisionError
        while True:
            watch(0.5)
            time.sleep(0.01)

    with pytest.raises(RunError, match="ZeroDivisionError"):
        map_in_threads(one, range(4), workers=4)
    assert not at_work()


def test_there_must_be_a_worker():
    with pytest.raises(InputError, match="one or more"):
        map_in_threads(lambda n, watch: n, range(3), workers=0)


def test_progress_counts_every_task_in_the_thread_that_asked():
    seen, where = [], set()

    def progress(done, total):
        seen.append((done, total))
        where.add(threading.current_thread())

    map_in_threads(lambda n, watch: n, range(4), workers=2, progress=progress)
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert where == {threading.current_thread()}


def test_progress_moves_within_a_task():
    seen = []
    told = threading.Event()

    def long(n, watch):
        for share in (0.25, 0.75):
            watch(share)
            told.clear()
            assert told.wait(60)

    def progress(done, total):
        seen.append(done)
        told.set()

    map_in_threads(long, range(1), progress=progress)
    assert seen == [0.25, 0.75, 1]


def test_an_interrupt_within_a_task_hands_over_what_was_finished():
    def task(n, watch):
        if n == 3:
            raise KeyboardInterrupt
        return n

    with pytest.raises(Interrupted) as stopped:
        map_in_threads(task, range(6), workers=2)
    assert (stopped.value.finished, stopped.value.total) == ([0, 1, 2], 6)


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_an_interrupt_ends_long_tasks_and_keeps_the_finished(monkeypatch):
    """The third and fourth task would never end by themselves."""
    begun = threading.Barrier(3)

    def task(n, watch):
        if n < 2:
            return n
        begun.wait(60)
        while True:
            watch(0.1)
            time.sleep(0.01)

    def interrupt():
        begun.wait(60)
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    other = threading.Thread(target=interrupt)
    other.start()
    try:
        with pytest.raises(Interrupted) as stopped:
            map_in_threads(task, range(9), workers=2)
    finally:
        signal.signal(signal.SIGINT, before)
        other.join()
    assert (stopped.value.finished, stopped.value.total) == ([0, 1], 9)
    assert not at_work()
