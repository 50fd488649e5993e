"""Faults in checkpoints: what is forgotten when a run is written down, and stops that come too early or too late."""

from faults import Mutant, one

OF_CHECKPOINTS: tuple[Mutant, ...] = (
    one(
        "verdicts-forgotten",
        "reviews forget what sales had said before a checkpoint",
        "sim/kernel/saved.py",
        '"verdicts": reviews.verdicts,',
        '"verdicts": reviews.verdicts[:0],',
    ),
    one(
        "cuts-forgotten",
        "reviews forget which weeks' spend was cut before a checkpoint",
        "sim/kernel/saved.py",
        'reviews.spent.share[:], reviews.spent.kept[:] = told["share"], told["kept"]',
        'reviews.spent.kept[:] = told["kept"]',
    ),
    one(
        "nobody-forgotten",
        "opportunities that nobody holds are lost to a checkpoint",
        "sim/kernel/saved.py",
        'memory.nobody_first[:] = state["seats"]',
        'memory.nobody_first[1:] = state["seats"][1:]',
    ),
    one(
        "stops-in-an-open-instant",
        "a run stops before the work of its last instant is handed out",
        "sim/kernel/loop.py",
        "        if s.closing == 1 and time > s.now:\n",
        "        if s.closing == 1 and time > s.now and (time < s.stop or s.stop == s.until):\n",
    ),
    one(
        "closes-after-the-stop",
        "the clock of a run that goes on stands at the day of its checkpoint, where an open instant is then closed",
        "sim/kernel/saved.py",
        '    memory.nobody_first[:] = state["seats"]',
        '    memory.record["now"] += 0.5\n    memory.nobody_first[:] = state["seats"]',
    ),
    one(
        "run-in-forgotten",
        "a run that goes on from its run-in goes on under the plan",
        "sim/compiled.py",
        'since is not None and since.phase == "plan"',
        "since is not None",
    ),
    one(
        "simpy-stops-late",
        "the SimPy engine stops after what happens at the very time of a stop",
        "sim/agenda.py",
        "elif queue and queue[0][0] < until:",
        "elif queue and queue[0][0] <= until:",
    ),
    one(
        "beginning-not-compared",
        "any beginning will do for a checkpoint",
        "sim/checkpoint.py",
        "        if rows != self.rows:\n",
        "        if rows.events < 0:\n",
    ),
)
