"""A team of reps at work: the queue, who takes what next, and tasks that start, end, pause or are withdrawn.

A queue's order is (priority, time of first enqueueing, entity), with the priorities of `sim.disciplines`.
Work is handed out only when an instant is exhausted and the calendar is open. A task that belongs to a rep waits for
that rep; any other goes to the rep idle longest.
"""

from collections import defaultdict, deque
from collections.abc import Callable
from enum import IntEnum
from heapq import heapify, heappop, heappush

from sim import clock, rules
from sim.agenda import Agenda, Queue, Signal
from sim.disciplines import BY_BENEFIT, priority
from sim.laws.people import skilled
from sim.log import NOBODY, Kind
from sim.reference.chances import Chances
from sim.reference.subjects import Lead, Subject
from sim.seats import SDR
from sim.tables import MOST_ATTEMPTS, Tables

__all__ = ["Note", "Task", "Team"]

Note = Callable[[Kind, int, int, int, int, float], None]


class State(IntEnum):
    """Where a task is."""

    WAITING = 0
    RUNNING = 1
    DONE = 2
    GONE = 3


class Task:
    """Hours of a rep's work on a lead or an opportunity. `begun` fires with the seat, `finished` when it is done."""

    __slots__ = (
        "attempt",
        "begun",
        "begun_at",
        "counted",
        "finished",
        "gone_for",
        "hours",
        "owner",
        "run",
        "seat",
        "share",
        "since",
        "state",
        "subject",
        "then",
    )

    def __init__(self, agenda: Agenda, subject: Subject, hours: float | None, attempt: int = 0):
        self.subject = subject
        self.attempt = attempt
        """Which attempt to reach a lead it is, if it is one."""
        self.counted = False
        """Whether it counts among those who wait."""
        self.hours = hours
        """Effort; none if it is decided when the task begins."""
        self.owner = NOBODY
        self.since = agenda.now
        self.state = State.WAITING
        self.seat = NOBODY
        self.begun_at = 0.0
        self.share = 0.0
        self.run = 0
        self.gone_for = 0
        """The reason for which nobody began it: `begun` then fires with none."""
        self.then: Callable[[], None] | None = None
        """What is done at once when all hours are."""
        self.begun = Signal(agenda)
        self.finished = Signal(agenda)

    @property
    def waiting(self) -> bool:
        """Whether nobody works on it."""
        return self.state is State.WAITING

    @property
    def done(self) -> bool:
        """Whether all hours are done."""
        return self.state is State.DONE


class Team:
    """Reps with one queue for all and one for each."""

    def __init__(self, agenda: Agenda, tables: Tables, chances: Chances, note: Note, team: int, starts: Kind | None):
        self.agenda = agenda
        self.note = note
        self.team = team
        self.starts = starts
        """What is logged when a task begins; none if whoever asked logs it."""
        self.clock = tables.clock
        self.idle: deque[int] = deque()
        self.present: set[int] = set()
        self.away: set[int] = set()
        """Who is on leave."""
        self.busy: dict[int, Task] = {}
        self.done: dict[int, int] = defaultdict(int)
        """Pieces of work finished, by seat."""
        self.lost: dict[int, float] = defaultdict(float)
        """Working hours of leave, by seat."""
        self.queue: list[tuple[float, float, int, Task]] = []
        self.own: dict[int, list[tuple[float, float, int, Task]]] = {}
        self.callable: list[int] = []
        self.tried: dict[int, int] = defaultdict(int)
        """By seat, leads first tried, or opportunities closed."""
        self.succeeded: dict[int, int] = defaultdict(int)
        """By seat, those of them that were accepted, or won."""
        self.effort: Callable[[int], float] | None = None
        """Factor on a rep's speed in a task that he begins now; none if it is always 1."""
        self.line = [0] * MOST_ATTEMPTS
        """How many tasks wait, by attempt."""
        self.adopt(tables, chances)

    def adopt(self, tables: Tables, chances: Chances) -> None:
        """Discipline of the queues, skills, and selling shares and ramps for tasks that begin from now on."""
        self.chances = chances
        self.discipline = (tables.sdr_discipline, tables.ae_discipline, tables.am_discipline)[self.team]
        self.learning = tables.people.sdr_learning if self.team == SDR else tables.people.ae_learning
        self.skill: list[float] = tables.seat_skill.tolist()
        for queue in (self.queue, *self.own.values()):
            queue[:] = [self._row(task) for *_, task in queue]
            heapify(queue)
        self.share: list[float] = tables.seat_share.tolist()
        self.ramp: list[float] = tables.seat_ramp.tolist()
        self.began: list[float] = tables.seat_hired.tolist()
        self.hired = [began + self.lost[seat] for seat, began in enumerate(self.began)]

    def speed(self, seat: int) -> float:
        """q: a rep's speed now, as a share of that of the established."""
        before, first_day, opens, closes = self.clock
        worked = clock.worked_hours(before, first_day, opens, closes, self.agenda.now) - self.hired[seat]
        return rules.speed(worked, self.ramp[seat])

    def ability(self, seat: int) -> float:
        """Log-odds that a rep's skill and what he has learnt add; nobody adds nothing."""
        return skilled(self.skill[seat], self.learning, self.done[seat]) if seat != NOBODY else 0.0

    def join(self, seat: int) -> None:
        """A rep begins to work."""
        self.present.add(seat)
        self.own[seat] = []
        self.idle.append(seat)
        self.agenda.close_instant()

    def give_back(self, seat: int) -> list[Task]:
        """Empty a rep's own queue; returns the tasks that waited for him."""
        queue, self.own[seat] = self.own[seat], []
        return [task for *_, task in sorted(queue, key=lambda row: row[:3]) if task.waiting]

    def go_on(self, seat: int, hours: float) -> None:
        """A rep comes back after some working hours of leave, which add nothing to his ramp."""
        self.lost[seat] += hours
        self.hired[seat] = self.began[seat] + self.lost[seat]
        self.away.discard(seat)
        self.present.add(seat)
        self._free(seat)

    def stop(self, seat: int) -> Task | None:
        """A rep stops working, unless he had before; returns the task in hand, which waits with its remaining hours.

        What is his waits for him.
        """
        if seat not in self.present:
            return None
        self.present.discard(seat)
        self.agenda.close_instant()
        task = self.busy.pop(seat, None)
        if task is None:
            self.idle.remove(seat)
            return None
        done = self._pause(task)
        assert task.hours is not None
        task.hours = max(task.hours - done, 0.0)
        task.state = State.WAITING
        return task

    def ask(self, task: Task) -> None:
        """Put a task into the queue, or back into it."""
        if not task.counted:
            task.counted = True
            self.line[task.attempt] += 1
        row = self._row(task)
        if task.owner == NOBODY:
            heappush(self.queue, row)
        else:
            heappush(self.own[task.owner], row)
            self.callable.append(task.owner)
        self.agenda.close_instant()

    def _row(self, task: Task) -> tuple[float, float, int, Task]:
        subject = task.subject
        worth = self.chances.benefit(subject) if self.discipline == BY_BENEFIT and isinstance(subject, Lead) else 0.0
        rank = priority(self.discipline, task.since, subject.score, subject.passed, worth, subject.urgent)
        return rank, task.since, subject.id, task

    def pool(self) -> None:
        """Put what waits for one rep into the queue for all."""
        for queue in self.own.values():
            for row in queue:
                row[3].owner = NOBODY
                heappush(self.queue, row)
            queue.clear()

    def allot(self) -> None:
        """Empty the queue for all: its tasks are asked for again, each of its owner."""
        self.queue.clear()

    def pass_on(self, task: Task, owner: int) -> None:
        """Let a task that waits be asked for again, of an owner or of all."""
        self.remove(task)
        task.owner = owner
        self.ask(task)

    def remove(self, task: Task) -> None:
        """Take a task that waits out of its queue."""
        queue = self.queue if task.owner == NOBODY else self.own[task.owner]
        queue[:] = [row for row in queue if row[3] is not task]
        heapify(queue)

    def load(self, seat: int) -> int:
        """How many tasks a rep has in hand and waiting for him alone."""
        return (seat in self.busy) + sum(task.waiting for *_, task in self.own[seat])

    def withdraw(self, task: Task) -> None:
        """Take a task out, queued or in hand; hours spent are sunk."""
        if task.state == State.RUNNING:
            del self.busy[task.seat]
            self._pause(task)
            self._free(task.seat)
        self._leave_line(task)
        if task.state != State.DONE:
            task.state = State.GONE

    def dispatch(self) -> None:
        """Hand out work to idle reps; asked only while the calendar is open."""
        for seat in self.callable:
            if seat in self.present and seat not in self.busy:
                task = _next(self.own[seat])
                if task is not None:
                    self.idle.remove(seat)
                    self._start(task, seat)
        self.callable.clear()
        while self.idle:
            task = _next(self.queue)
            if task is None:
                break
            self._start(task, self.idle.popleft())

    def work(self, task: Task) -> None:
        """Do a task's hours from now on."""
        seat, now = task.seat, self.agenda.now
        before, first_day, opens, closes = self.clock
        assert task.hours is not None
        end = rules.finish(
            before, first_day, opens, closes, now, task.hours, task.share, self.ramp[seat], self.hired[seat]
        )
        task.run += 1
        run = task.run
        n = task.subject.tasks
        task.subject.tasks += 1
        self.agenda.call_at(end, Queue.TASK_DONE, task.subject.id, n, lambda: self._end(task, run))

    def _leave_line(self, task: Task) -> None:
        if task.counted:
            task.counted = False
            self.line[task.attempt] -= 1
            self.agenda.close_instant()

    def _start(self, task: Task, seat: int) -> None:
        self._leave_line(task)
        task.state = State.RUNNING
        task.seat = seat
        task.begun_at = self.agenda.now
        task.share = self.share[seat]
        if self.effort is not None:
            task.share *= self.effort(seat)
        task.subject.seat = seat
        self.busy[seat] = task
        if self.starts is not None:
            self.note(self.starts, task.subject.id, task.subject.visit, seat, NOBODY, 0.0)
        if task.hours is None:
            task.begun.fire(seat)
        else:
            self.work(task)

    def _end(self, task: Task, run: int) -> None:
        # A task that was paused or withdrawn since has another run, or none: this end is stale.
        if task.state != State.RUNNING or task.run != run:
            return
        del self.busy[task.seat]
        assert task.hours is not None
        task.state = State.DONE
        self.done[task.seat] += 1
        self.note(Kind.TASK_END, task.subject.id, task.subject.visit, task.seat, NOBODY, task.hours)
        self._free(task.seat)
        if task.then is not None:
            task.then()
        task.finished.fire()

    def _pause(self, task: Task) -> float:
        """Log the hours done so far."""
        seat = task.seat
        before, first_day, opens, closes = self.clock
        done = rules.effort_done(
            before,
            first_day,
            opens,
            closes,
            task.begun_at,
            self.agenda.now,
            task.share,
            self.ramp[seat],
            self.hired[seat],
        )
        # A ramp that ends with the run-in would count for the hours before.
        assert task.hours is not None
        done = min(done, task.hours)
        self.note(Kind.TASK_END, task.subject.id, task.subject.visit, seat, NOBODY, done)
        task.run += 1
        return done

    def _free(self, seat: int) -> None:
        self.idle.append(seat)
        if self.own[seat]:
            self.callable.append(seat)
        self.agenda.close_instant()


def _next(queue: list[tuple[float, float, int, Task]]) -> Task | None:
    while queue:
        task = heappop(queue)[3]
        if task.state == State.WAITING:
            return task
    return None
