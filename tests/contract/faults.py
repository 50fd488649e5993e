"""Faults to be planted in the engines by `mutants.py`: what each breaks, and the edits that plant it."""

from typing import NamedTuple

__all__ = ["MUTANTS", "Edit", "Mutant", "one"]


class Edit(NamedTuple):
    """A text of a file and what stands in its place."""

    file: str
    old: str
    new: str


class Mutant(NamedTuple):
    """A fault: a name, what it breaks, and the edits that plant it."""

    name: str
    breaks: str
    edits: tuple[Edit, ...]


def one(name: str, breaks: str, file: str, old: str, new: str) -> Mutant:
    """A fault in one place."""
    return Mutant(name, breaks, (Edit(file, old, new),))


MUTANTS = (
    # Ties and priorities
    one(
        "younger-first",
        "ties in a queue go to the entity that was created last",
        "sim/kernel/queues.py",
        "x.since == y.since and x.id < y.id",
        "x.since == y.since and x.id > y.id",
    ),
    one(
        "low-score-first",
        "the lowest score is served first",
        "sim/disciplines.py",
        "return -score",
        "return score",
    ),
    one(
        "completions-last",
        "at one instant work ends after arrivals and waits, not before them",
        "sim/kernel/teams.py",
        "_TASK_DONE = int(Queue.TASK_DONE)",
        "_TASK_DONE = int(Queue.PATIENCE) + 1",
    ),
    one(
        "arrivals-last",
        "at one instant leads come after patience ends, not before",
        "sim/kernel/loop.py",
        "_ARRIVAL = int(Queue.ARRIVAL) << 56",
        "_ARRIVAL = (int(Queue.PATIENCE) + 1) << 56",
    ),
    # Dispatch
    one(
        "idle-shortest",
        "work goes to the rep idle shortest",
        "sim/kernel/loop.py",
        "_start(p, s, slot, t.head)",
        "_start(p, s, slot, t.tail)",
    ),
    one(
        "most-loaded",
        "an opportunity goes to the AE with the largest load",
        "sim/kernel/teams.py",
        "full < least",
        "full > least",
    ),
    one(
        "work-before-assignment",
        "AEs are handed their work before accepted leads are assigned",
        "sim/reference/scene.py",
        "            self.book.assign()\n            self.ae.dispatch()\n",
        "            self.ae.dispatch()\n            self.book.assign()\n",
    ),
    one(
        "forgotten-hire",
        "nobody looks for work when a rep is hired",
        "sim/kernel/heads.py",
        "0, seat, NOBODY, NOBODY, r.booked)\n    r.present = 1\n    idle_in(s, seat)\n    s.closing = 1\n",
        "0, seat, NOBODY, NOBODY, r.booked)\n    r.present = 1\n    idle_in(s, seat)\n",
    ),
    one(
        "forgotten-room",
        "nobody looks for a waiting lead when an opportunity is closed",
        "sim/kernel/teams.py",
        "    if s.unowned != NIL or s.prospects:\n        s.closing = 1\n",
        "    if s.prospects:\n        s.closing = 1\n",
    ),
    one(
        "own-queue-unsorted",
        "an AE's own queue keeps the run-in's discipline",
        "sim/kernel/heads.py",
        "r.queue = _moved(p, s, r.queue, NIL, disciplines[r.team])",
        "r.queue = _moved(p, s, r.queue, NIL, 0)",
    ),
    # Lives
    one(
        "stale-patience",
        "the patience of an earlier visit ends a later one",
        "sim/kernel/lives.py",
        " or 2 * e.visit + (n & 1) != n",
        "",
    ),
    one(
        "stale-end",
        "a closure that looks its run up late: the end of a task that was broken off ends the one taken up again",
        "sim/reference/team.py",
        "lambda: self._end(task, run)",
        "lambda: self._end(task, task.run)",
    ),
    one(
        "step-past-the-start",
        "delays in a chain take the run-in's laws after the run-in's end",
        "sim/kernel/lives.py",
        "while n < p.steps_room and (n == e.count or time < s.until):",
        "while n < p.steps_room:",
    ),
    one(
        "follow-up-keeps-its-place",
        "a follow-up queues from the time of the handoff, not from when it is due",
        "sim/kernel/lives.py",
        """    e = slot_at(s, slot)
    e.since = s.now
    e.hours = -1.0
    e.phase = JUDGE_ATTEMPT
""",
        """    e = slot_at(s, slot)
    e.hours = -1.0
    e.phase = JUDGE_ATTEMPT
""",
    ),
    one(
        "score-lost",
        "an opportunity does not inherit its lead's score",
        "sim/reference/deals.py",
        "opportunity.score = lead.score",
        "opportunity.score = 0.0",
    ),
    one(
        "wrong-purpose",
        "the effort of a stage shares its draw with an attempt's",
        "sim/kernel/deals.py",
        "_P_STAGE_EFFORT = int(Purpose.STAGE_EFFORT)",
        "_P_STAGE_EFFORT = int(Purpose.ATTEMPT_EFFORT)",
    ),
    one(
        "end-included",
        "what happens at the very end still happens",
        "sim/kernel/queues.py",
        "if not time < s.ends:",
        "if not time <= s.ends:",
    ),
    one(
        "leaver-starts-again",
        "the hours that a leaver has done are done again",
        "sim/kernel/heads.py",
        "e.hours = max(e.hours - done, 0.0)",
        "e.hours = max(e.hours, 0.0)",
    ),
    # The handoff
    one(
        "patient-once-passed-on",
        "a lead that passes to another SDR never goes cold",
        "sim/kernel/routing.py",
        "    schedule(s, e.due, _PATIENCE, e.id, 2 * e.visit, slot)\n",
        "",
    ),
    one(
        "cold-still-counted",
        "leads that went cold count in their SDR's load",
        "sim/kernel/lives.py",
        "        if e.owner != NOBODY:\n            seat_at(s, e.owner).waiting -= 1\n        leave_line(s, slot)\n",
        "        leave_line(s, slot)\n",
    ),
    one(
        "sent-back-for-free",
        "a return to nurture for a breach does not count among those that a lead may have",
        "sim/kernel/routing.py",
        "    e.recycled += 1\n",
        "",
    ),
    one(
        "urgent-for-ever",
        "a lead that was put first once has its follow-ups first too",
        "sim/reference/leads.py",
        "            lead.urgent = False\n            if n == 0:",
        "            if n == 0:",
    ),
    one(
        "round-robin-repeats",
        "in both engines the one who got the last lead gets the next one too",
        "sim/laws/routing.py",
        "seat = (last + 1 + k) % len(numbers)",
        "seat = (max(last, 0) + k) % len(numbers)",
    ),
    one(
        "no-territories",
        "in both engines a lead goes to the least loaded, whatever its segment",
        "sim/laws/routing.py",
        "for whose in range(2):",
        "for whose in range(1, 2):",
    ),
    one(
        "tried-first",
        "in both engines follow-ups come before leads that nobody has tried",
        "sim/disciplines.py",
        "return 1.0 if passed > 0 else 0.0",
        "return 0.0 if passed > 0 else 1.0",
    ),
    # Records and buffers
    one(
        "book-cut-off",
        "striking out the last opportunity of a book loses the others",
        "sim/kernel/teams.py",
        "        r.last = e.previous\n    else:\n        slot_at(s, e.next).previous",
        "        r.last = NIL\n    else:\n        slot_at(s, e.next).previous",
    ),
    one(
        "slots-late",
        "room for slots is asked for one too late",
        "sim/kernel/loop.py",
        "s.alive == s.slots_room",
        "s.alive > s.slots_room",
    ),
    one(
        "heap-short",
        "the hole in the agenda stops one child early",
        "sim/kernel/queues.py",
        "while child < size:",
        "while child < size - 1:",
    ),
    one(
        "copy-short",
        "the last record is lost when a buffer grows",
        "sim/kernel/buffers.py",
        "new[: len(old)] = old",
        "new[: len(old) - 1] = old[:-1]",
    ),
    one(
        "nobody-outside",
        "nobody's book lies before its buffer where there are no seats",
        "sim/kernel/buffers.py",
        'self.record["seats"] = nobody_first.ctypes.data + SEAT.itemsize',
        'self.record["seats"] = self.arrays["seats"].ctypes.data',
    ),
    # The same fault in both engines: only what every log must hold can show it
    Mutant(
        "one-too-many",
        "in both engines an AE may hold one opportunity more than there is room for",
        (
            Edit("sim/kernel/teams.py", "r.held < limit", "r.held <= limit"),
            Edit("sim/reference/book.py", "len(self.holding[seat]) < limit", "len(self.holding[seat]) <= limit"),
        ),
    ),
    Mutant(
        "last-in-first-out",
        "in both engines the task asked for last is served first",
        (
            Edit("sim/kernel/queues.py", "return bool(x.since < y.since or", "return bool(x.since > y.since or"),
            Edit(
                "sim/reference/team.py",
                "return rank, task.since, subject.id, task",
                "return rank, -task.since, subject.id, task",
            ),
        ),
    ),
    Mutant(
        "never-impatient",
        "in both engines a waiting lead never goes cold for want of an AE",
        (
            Edit(
                "sim/kernel/lives.py",
                "reason = _NO_AE if n & 1 else _NO_ATTEMPT",
                "if n & 1:\n        return\n    reason = _NO_ATTEMPT",
            ),
            Edit(
                "sim/reference/leads.py",
                "            if not taken.triggered:\n                taken.fire(None)",
                "            pass",
            ),
        ),
    ),
)
