"""Exporting: a run as its company's CRM would hold it, and what that CRM gets wrong."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import ValidationError

from calibration.bias import MAIN, Bias, Both, biases, causes_of
from calibration.observation import PERFECT, USUAL, Observation
from calibration.observe import observe
from results.plain import plain
from results.store import Store
from results.stored import scenario_of, stored_run
from results.uncertainty import NO_DRAW
from scenarios.batch import draw_of, live, run_batch
from scenarios.company import load_scenario
from scenarios.scenario import Scenario
from scenarios.workers import Progress
from sim.errors import InputError, Problem

if TYPE_CHECKING:
    from sim.run import EngineName

__all__ = ["Export", "Source", "bias", "export_crm", "observation_of", "source_of"]

_D = re.compile(r"(?<=[0-9])\s*d$")
_A_SHARE = "must be a share from 0 to 1, such as 20%"
_RULES = {"late": "must be a number of days, such as 5d"}


@dataclass(frozen=True)
class Source:
    """What is to be exported: one world, and the luck of its replications."""

    scenario: Scenario
    seed: int
    engine: "EngineName"
    replications: int | None = None
    """Of a stored run, how many it has."""


@dataclass(frozen=True)
class Export:
    """What was written."""

    scenario: Scenario
    seed: int
    replication: int
    observation: Observation
    as_of: dt.date
    """The last day on record."""
    rows: Mapping[Path, int]
    """Rows by file."""
    bias: tuple[Bias, ...] = ()
    """What the CRM says beside the truth; empty for a perfect one."""
    replications: int = 0
    """On how many the bias rests."""

    def to_json(self) -> dict[str, Any]:
        """The record of `export --json`."""
        return {
            "scenario": self.scenario.name,
            "seed": self.seed,
            "replication": self.replication,
            "observation": self.observation.model_dump(),
            "as_of": self.as_of.isoformat(),
            "files": {str(file): rows for file, rows in self.rows.items()},
            "bias": [plain(row) | {"told": row.told} for row in self.bias],
            "replications": self.replications,
        }


def source_of(run: str, store: Path | None, seed: int | None, engine: "EngineName | None" = None) -> Source:
    """A company, plan or scenario by its path; or a stored run by its folder or its digest, with its own seed and its
    own engine.

    store: where a digest is looked for, `runs` by default. Raises InputError for what is none of these.
    """
    home = stored_run(run, store, {"--seed": seed, "--engine": engine})
    if home is None:
        return Source(load_scenario(run), 1 if seed is None else seed, engine or "compiled")
    manifest, _ = Store(home.parent).read(home.name)
    scenario = scenario_of(manifest, home.parent.parent)
    return Source(scenario, manifest.seed, "simpy" if manifest.engine == "simpy" else "compiled", manifest.replications)


def observation_of(imperfect: bool, asked: Mapping[str, str | None], backdated: bool) -> Observation:
    """How the CRM is kept: perfectly; as is usual, if `imperfect`; and in each way as is asked for.

    asked: `late`, `missing`, `wrong` as a planner writes them. Raises InputError for what is not a number of its kind.
    """
    given = {name: text for name, text in asked.items() if text is not None}
    if (late := given.get("late")) is not None:
        given["late"] = _D.sub(" days", late)
    begun = USUAL if imperfect else PERFECT
    try:
        return Observation.model_validate({**begun.model_dump(), **given, "backdated": backdated})
    except ValidationError as fault:
        wrong = [str(error["loc"][0]) for error in fault.errors()]
        raise InputError(
            Problem(f"--{name}", _RULES.get(name, _A_SHARE), asked[name] or "") for name in wrong
        ) from None


def export_crm(source: Source, folder: Path, observation: Observation = PERFECT, replication: int = 0) -> Export:
    """Live through one replication and write what its CRM holds on the last day of the plan.

    Raises InputError for a replication that a stored run does not have, and before a file is replaced.
    """
    if source.replications is not None and replication >= source.replications:
        rule = f"must be below {source.replications}, the replications of the stored run"
        raise InputError(Problem("--replication", rule, str(replication)))
    log = live(source.scenario, source.seed, replication, source.engine)
    rows = observe(log, folder, observation, whole=True)
    as_of = log.window.start + dt.timedelta(days=int(log.window.counted) - 1)
    return Export(source.scenario, source.seed, replication, observation, as_of, rows)


def bias(
    source: Source,
    observation: Observation,
    replications: int,
    ids: Sequence[str] | None = None,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[Bias, ...]:
    """What the CRM says beside the truth, over replications: of the main metrics, all wins and the causes of loss; or
    of some metrics alone."""
    both = Both(observation, tuple(ids or MAIN))
    measured = run_batch(
        source.scenario, replications, source.seed, both, engine=source.engine, workers=workers, progress=progress
    )
    drawn = (draw_of(source.scenario, replication) for replication in range(replications))
    draw = np.array([NO_DRAW if each is None else each for each in drawn])
    causes = causes_of(live(source.scenario, source.seed, 0, source.engine))
    rows = biases(measured, draw, both.ids, causes)
    return tuple(row for row in rows if not ids or row.id in ids)
