"""Posterior draws of a funnel: blocks of fitted numbers by dotted path, gathered into one table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from calibration.closing import Closings, pace_draws
from calibration.outcomes import EDGES, Hazards, incidence
from scenarios.draws import Draws, get_path
from sim.paths import join

__all__ = ["DRAWS", "Block", "gather", "rounded", "signing_part", "stage_blocks", "step_block", "table_law"]

Floats = NDArray[np.float64]

DRAWS = 100
"""Posterior draws of the funnel's parameters."""

DIGITS = 6
"""Decimals to which shares, and significant digits to which other numbers, are written."""

_ALIVE = 1e-9
"""A cause with less than this chance is left out."""

DORMANT = "dormant"
"""The reason of deals that nobody ever closes."""


@dataclass(frozen=True)
class Block:
    """Draws of some of the funnel's numbers, by path within the funnel."""

    paths: tuple[str, ...]
    values: Floats
    """(draws, paths)"""


def rounded(value: float) -> float:
    """A positive number to six significant digits."""
    return float(f"{value:.{DIGITS}g}")


def gather(tree: dict[str, Any], blocks: Iterable[Block]) -> Draws:
    """All blocks' draws as one table; the point values are those that the funnel's data hold."""
    blocks = list(blocks)
    paths = tuple(path for block in blocks for path in block.paths)
    values = np.concatenate([block.values for block in blocks], axis=1)
    point = np.array([float(get_path(tree, path)) for path in paths])
    return Draws(paths, values, point)


def table_law(cumulative: Floats, edges: Floats = EDGES) -> tuple[dict[str, Any], slice]:
    """A table law of the time until a cause from its cumulative incidence (bins + 1,), and its inner knots.

    The law ends at the first age by which all have happened.
    """
    total = cumulative[-1]
    last = int(np.searchsorted(cumulative, total * (1 - 1e-12)))
    last = max(last, 1)
    shares = np.round(cumulative[: last + 1] / total, DIGITS)
    shares[0], shares[-1] = 0.0, 1.0
    return {"law": "table", "at": edges[: last + 1].tolist(), "cumulative": shares.tolist()}, slice(1, last)


def _curve_draws(hazards: Sequence[Floats]) -> Floats:
    """(draws, bins + 1, causes) cumulative incidence of drawn hazards."""
    return np.array([incidence(hazard)[1] for hazard in hazards])


def _relative(curves: Floats, knots: slice) -> Floats:
    """(draws, inner knots) each draw's curve as a distribution over the same knots."""
    last = curves[:, knots.stop][:, None]
    inside = np.where(last > 0, curves[:, knots] / np.where(last > 0, last, 1.0), 1.0)
    return np.clip(inside, 0.0, 1.0)


def stage_blocks(
    names: Sequence[str],
    closings: Closings,
    reasons: Sequence[dict[str, int]],
    count: int,
    rng: np.random.Generator,
) -> tuple[dict[str, dict[str, Any]], list[Block]]:
    """The funnel's stages in mixture form, and their draws.

    `reasons[k]` counts the recorded reasons of loss in stage k; they share the stage's losses and their one law.
    """
    stages: dict[str, dict[str, Any]] = {}
    blocks: list[Block] = []
    for k, (name, hazards) in enumerate(zip(names, closings.hazards, strict=True)):
        curve = incidence(hazards.mean)[1]
        curves = _curve_draws([hazards.draw(rng) for _ in range(count)])
        advance = round(float(curve[-1, 0]), DIGITS)
        lost = float(curve[-1, 1]) / max(1.0 - advance, 1e-12)
        path = join(("stages", name))
        stage: dict[str, Any] = {"key": name, "effort": 0.0, "delay_penalty": 0.0, "advance": advance}
        if advance > _ALIVE:
            stage["time"], knots = table_law(curve[:, 0])
            inner = tuple(f"{path}.time.cumulative.{i}" for i in range(knots.start, knots.stop))
            blocks.append(Block(inner, _relative(curves[:, :, 0], knots)))
        else:
            stage["advance"], stage["time"] = 0.0, {"law": "never"}
        losses: dict[str, Any] = {}
        ends = np.minimum(curves[:, -1, 0], 1.0)
        if advance > _ALIVE:
            blocks.append(Block((f"{path}.advance",), ends[:, None]))
        lost_share = np.clip(curves[:, -1, 1] / np.maximum(1.0 - ends, 1e-12), 0.0, 1.0)
        if curve[-1, 1] > _ALIVE:
            law, knots = table_law(curve[:, 1])
            # A recorded reason of our own word for silence is told from it.
            told = {f"{reason} (recorded)" if reason == DORMANT else reason: n for reason, n in reasons[k].items()}
            found = dict(sorted(told.items())) or {"lost": 1}
            alpha = np.array(list(found.values()), dtype=np.float64) + 0.5
            split = rng.dirichlet(alpha, count) if len(found) > 1 else np.ones((count, 1))
            distribution = _relative(curves[:, :, 1], knots)
            for column, (reason, share) in enumerate(zip(found, alpha / alpha.sum(), strict=True)):
                losses[reason] = {"share": round(min(lost, 1.0) * share, DIGITS), "time": law}
                within = f"{path}.{join(('losses', reason))}"
                blocks.append(Block((f"{within}.share",), (lost_share * split[:, column])[:, None]))
                inner = tuple(f"{within}.time.cumulative.{i}" for i in range(knots.start, knots.stop))
                blocks.append(Block(inner, distribution))
        rest = round(max(1.0 - sum(loss["share"] for loss in losses.values()), 0.0), DIGITS)
        losses[DORMANT] = {"share": rest, "time": {"law": "never"}}
        if curve[-1, 1] > _ALIVE:
            blocks.append(Block((f"{path}.losses.{DORMANT}.share",), np.maximum(1.0 - lost_share, 0.0)[:, None]))
        stage["losses"] = losses
        stages[name] = stage
    return stages, blocks


def step_block(delay: Hazards, count: int, rng: np.random.Generator) -> tuple[dict[str, Any], Block]:
    """The delay from capture to opportunity as a nurture step, and its draws."""
    curve = incidence(delay.mean)[1][:, 0]
    law, knots = table_law(curve)
    curves = _curve_draws([delay.draw(rng) for _ in range(count)])[:, :, 0]
    inner = tuple(f"nurture.steps.0.cumulative.{i}" for i in range(knots.start, knots.stop))
    return law, Block(inner, _relative(curves, knots))


def signing_part(closings: Closings, count: int, rng: np.random.Generator) -> tuple[dict[str, Any], Block]:
    """The pace of the last stage, each field at the mean of its draws, and the draws."""
    drawn = pace_draws(closings, count, rng)
    tree: dict[str, Any] = {"load": rounded(closings.load), "drift": {}, "quarter": [0.0] * 3}
    for path, values in drawn.items():
        *way, last = path.split(".")
        at: Any = tree
        for step in way:
            at = at[step]
        at[int(last) if way == ["quarter"] else last] = round(float(values.mean()), DIGITS)
    tree["weekdays"] = [round(factor, DIGITS) for factor in closings.weekdays]
    return tree, Block(tuple(f"signing.{path}" for path in drawn), np.column_stack(list(drawn.values())))
