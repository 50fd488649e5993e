"""What must hold of judgement in any log: how stays in nurture end."""

import math
from collections import Counter

import pytest
from happenings import NEVER, Happenings

from sim.draws import Purpose, turn, uniform
from sim.log import Kind


def stays_end_by_the_first_hazard(run: Happenings) -> Counter[str]:
    """A stay ends when the first of readiness, unsubscribing and losing interest would have come, or is cut off before;
    which of them it is has the odds of their hazards. Returns how often each way was taken."""
    counts: Counter[str] = Counter()
    for entered in run.of_kind(Kind.NURTURE_ENTER):
        t, key = run.at(entered.time), run.key[entered.entity]
        hazards = {
            "ready": t.ready_good if run.fit[entered.entity] else t.ready_bad,
            "unsubscribed": t.unsubscribe,
            "lost_interest": t.nurture.decay,
        }
        when, which = (
            uniform(run.stream, key, int(purpose), turn(entered.visit, 0))
            for purpose in (Purpose.NURTURE_TIME, Purpose.NURTURE_CAUSE)
        )
        total = sum(hazards.values())
        days = -math.log(1.0 - when) / total if total > 0.0 else NEVER
        how, below = "", 0.0
        for name, hazard in hazards.items():
            below += hazard
            how = how or (name if which * total < below else "")
        if t.release_after <= 0.0 or days >= t.release_after:
            how, days = "released", max(t.release_after, 0.0)
        left = run.of(Kind.NURTURE_EXIT, entered.entity, entered.visit)
        if entered.time + days >= run.ends:
            assert not left
            continue
        assert left[0].time == pytest.approx(entered.time + days, abs=1e-9)
        assert run.log.names.reasons[left[0].reason] == how
        counts[how] += 1
    return counts
