"""Scenario: one world to try, made of a funnel and a plan; frozen, changed by replace."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenarios.draws import Draws
from scenarios.overrides import apply_stress
from sim.funnel import Funnel
from sim.plan import Plan
from sim.snapshot import Snapshot

__all__ = ["Scenario"]


@dataclass(frozen=True)
class Scenario:
    """A named world: what it is (funnel), what we choose (plan), and where it starts."""

    name: str
    funnel: Funnel
    plan: Plan
    root: Plan
    """The plan at the end of `extends`: it drives the run-in, which is the same in every scenario; changes act from the
    plan's start."""
    draws: Draws | None = None
    """Posterior draws of the funnel; none = the funnel's own values in every replication."""
    snapshot: Snapshot | None = None
    """The company on the plan's start, or its customers before the run-in; none = a run-in from nothing."""
    stress: tuple[tuple[str, Any], ...] = ()
    """Changes of funnel fields as written, by path; they apply to each draw (a stress test, not a decision)."""
    calm: Funnel | None = None
    """The funnel without the stress changes; none = there are none."""
    warnings: tuple[str, ...] = field(default=())

    @property
    def starts(self) -> bool:
        """Whether it begins on the plan's start with what a snapshot tells, in place of a run-in."""
        return self.snapshot is not None and not self.snapshot.run_in

    @property
    def listed(self) -> bool:
        """Whether it begins so without leads: nothing is then known of those that wait."""
        return self.snapshot is not None and self.starts and not self.snapshot.leads

    @property
    def structures(self) -> NDArray[np.int64] | None:
        """(draws,) label of each draw's structure, fields that were edited or stressed being held; none = no draws."""
        if self.draws is None or not len(self.draws):
            return None
        held = self.draws.edited(self.calm or self.funnel)
        return self.draws.structures({*held, *(path for path, _ in self.stress)})

    def replace(self, **changes: Any) -> "Scenario":
        """A copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def calm_of_draw(self, draw: int | None) -> Funnel:
        """The funnel of the run-in, before any stress, of a parameter draw."""
        calm = self.calm or self.funnel
        return calm if self.draws is None or draw is None else self.draws.funnel(calm, draw)

    def funnel_of_draw(self, draw: int | None) -> Funnel:
        """The funnel of a parameter draw; the point funnel for none."""
        if self.draws is None or draw is None:
            return self.funnel
        if self.calm is not None:
            return apply_stress(self.draws.funnel(self.calm, draw), self.stress)
        return self.draws.funnel(self.funnel, draw)
