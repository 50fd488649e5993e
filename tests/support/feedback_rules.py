"""What must hold of scoring that learns from sales' verdicts: recomputed from the log, by a regression of its own."""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize

from sim.log import NOBODY, EntityType, Kind

if TYPE_CHECKING:
    from happenings import Happenings


@dataclass(frozen=True)
class Scoring:
    """What holds from a time on; `moved` if a review has just set it by verdicts."""

    time: float
    threshold: float
    offsets: NDArray[np.float64]
    moved: bool


class Feedback:
    """What marketing has learnt in one run."""

    def __init__(self, run: "Happenings"):
        self.run = run
        first = run.at(run.tables.horizon.begins)
        self.terms = [
            Scoring(run.tables.horizon.begins, first.score_threshold, np.zeros(len(first.channel_key)), False)
        ]
        self.unsure = False
        """Whether a review was so near to a limit that it might have been decided otherwise."""
        if run.tables.run_in is not None:
            self._begin_plan_after([edge for edge in run.tables.horizon.edges[1:-1].tolist() if edge < 0.0])
        for edge in run.tables.horizon.edges[1:-1].tolist():
            if edge >= self.terms[-1].time and run.at(edge).scoring.learns:
                self._review(edge)
        self.times = [each.time for each in self.terms]

    def at(self, time: float) -> Scoring:
        """What holds at a time."""
        return self.terms[bisect_right(self.times, time) - 1]

    def score(self, entity: int, visit: int) -> float:
        """The score of a lead when it became an MQL, or of the opportunity that then came of it."""
        run = self.run
        if run.type[entity] == EntityType.OPPORTUNITY:
            if run.lead[entity] == NOBODY:
                return 0.0
            entity = run.lead[entity]
            visit = max(row.visit for row in run.of_kind(Kind.MQL) if row.entity == entity)
        (qualified,) = run.of(Kind.MQL, entity, visit)
        channel = run.log.entities.channel[entity]
        return run.scores[entity] + float(self.at(max(qualified.time, self.times[0])).offsets[channel])

    def _begin_plan_after(self, edges: list[float]) -> None:
        """The run-in's reviews, and what of them outlives the plan's start."""
        before, after = self.run.at(-1.0), self.run.tables
        for edge in edges:
            if before.scoring.learns:
                self._review(edge)
        last = self.terms[-1]
        kept = after.scoring.learns and after.score_threshold == before.score_threshold
        threshold = last.threshold if kept else after.score_threshold
        offsets = last.offsets if after.scoring.learns else np.zeros_like(last.offsets)
        self.terms.append(Scoring(0.0, threshold, offsets, False))

    def _review(self, edge: float) -> None:
        run, terms, last = self.run, self.run.at(edge).scoring, self.terms[-1]
        said = [row for row in run.of_kind(Kind.CONVERSATION) if row.visit == 0 and row.time <= edge - terms.delay]
        # What is said at the instant of a review comes after it.
        said = [row for row in said if row.time < edge]
        accepted = np.array([bool(run.of(Kind.ACCEPTED, row.entity, row.visit)) for row in said])
        if len(said) < terms.outcomes or accepted.all() or not accepted.any():
            return
        design = np.zeros((len(said), 2 + len(last.offsets)))
        design[:, 0] = 1.0
        design[:, 1] = [run.scores[row.entity] for row in said]
        design[np.arange(len(said)), 2 + run.log.entities.channel[[row.entity for row in said]]] = 1.0
        best = regressed(design, accepted)
        self.unsure |= abs(best[1] - 0.05) < 1e-6
        if best[1] <= 0.05:
            return
        goal = (np.log(terms.acceptable / (1 - terms.acceptable)) - best[0]) / best[1]
        threshold = float(np.clip(goal, last.threshold - 0.5, last.threshold + 0.5))
        self.terms.append(Scoring(edge, threshold, np.clip(best[2:] / best[1], -2, 2), True))


def regressed(design: NDArray[np.float64], accepted: NDArray[np.bool_]) -> Any:
    """Coefficients of a logistic regression, all but the first shrunk as by a standard normal prior."""
    ridge = np.eye(design.shape[1])
    ridge[0, 0] = 0.0
    sign = np.where(accepted, 1.0, -1.0)

    def loss(beta: Any) -> Any:
        return np.logaddexp(0.0, -sign * (design @ beta)).sum() + beta @ ridge @ beta / 2

    def slope(beta: Any) -> Any:
        return design.T @ (1 / (1 + np.exp(-design @ beta)) - accepted) + ridge @ beta

    def curve(beta: Any) -> Any:
        p = 1 / (1 + np.exp(-design @ beta))
        return design.T @ (design * (p * (1 - p))[:, None]) + ridge

    best = minimize(loss, np.zeros(len(ridge)), jac=slope, hess=curve, method="trust-exact", options={"gtol": 1e-6}).x
    for _ in range(3):
        best = best - np.linalg.solve(curve(best), slope(best))
    assert np.abs(slope(best)).max() < 1e-8
    return best


def scoring_follows_sales(run: "Happenings") -> Counter[str]:
    """Marketing's threshold and who becomes an MQL by it; returns how often feedback mattered."""
    # What these read of a log needs what is here.
    from behaviour_rules import may_qualify

    found = run.feedback
    counts: Counter[str] = Counter()
    if found.unsure:
        return counts
    moved = [each for each in found.terms if each.moved]
    rows = run.of_kind(Kind.RETRAINED)
    assert [row.time for row in rows] == [each.time for each in moved]
    assert [row.amount for row in rows] == pytest.approx([each.threshold for each in moved], abs=1e-5)
    for before, after in zip(found.terms, found.terms[1:], strict=False):
        counts["threshold moved up"] += after.moved and after.threshold > before.threshold
        counts["threshold moved down"] += after.moved and after.threshold < before.threshold
    for row in (*run.of_kind(Kind.MQL), *run.of_kind(Kind.NURTURE_ENTER)):
        first = row.visit == (0 if row.kind == Kind.MQL else 1) and not run.of(Kind.RECYCLED, row.entity, 0)
        channel, t = int(run.log.entities.channel[row.entity]), run.at(row.time)
        if run.past(row) or not first or not np.isnan(t.channel_mql[channel]):
            continue
        if not may_qualify(run, row.entity, row.time):
            assert row.kind == Kind.NURTURE_ENTER
            continue
        terms, points = found.at(row.time), run.scores[row.entity]
        score = points + float(terms.offsets[channel]) - float(t.scoring.shifts[channel])
        qualified = row.kind == Kind.MQL
        assert qualified == (score > terms.threshold) or abs(score - terms.threshold) < 1e-5
        how = "makes an MQL" if qualified else "keeps a lead from sales"
        counts[f"a moved threshold {how}"] += qualified != (score > t.score_threshold)
        counts[f"what is said of a channel {how}"] += qualified != (points > terms.threshold)
    return counts
