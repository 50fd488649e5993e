"""Stored: which stored run a word means, and its scenario, so that its replications can be lived through again."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from results.store import Manifest, Store, run_digest
from scenarios.company import load_scenario, scenario_files
from scenarios.scenario import Scenario
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.plan import Plan
from sim.snapshot import OpenCustomer, OpenDeal, OpenLead, OpenRep, Snapshot

__all__ = ["scenario_of", "stored_run"]

_OPEN = {"deals": OpenDeal, "leads": OpenLead, "customers": OpenCustomer, "reps": OpenRep}


def stored_run(word: str, store: Path | None = None, given: Mapping[str, object] | None = None) -> Path | None:
    """The folder of the stored run that a word means: itself, or one whose digest begins so in `store`, by default in
    `runs` here. None if the word is the path of anything else, which is to be run.

    given: options of a new run by name, None = not given; a stored one cannot be given them. Raises InputError for
    those, and for a word that means nothing, or more than one run.
    """
    path = Path(word)
    if (path / "manifest.json").is_file():
        found = path.resolve()
    elif path.exists():
        return None
    else:
        shelf = Store(Path("runs") if store is None else store)
        if not shelf.named(word):
            rule = f"is neither a file, a folder, nor a run stored in {shelf.folder}"
            raise InputError(Problem(word, rule, remedy="name the run's folder, or the folder of runs by --store DIR"))
        found = shelf.home(word).resolve()
    if problems := [
        Problem(name, "is of a new run, and a stored one is as it is", remedy="name its plan or scenario instead")
        for name, value in (given or {}).items()
        if value is not None
    ]:
        raise InputError(problems)
    return found


def scenario_of(manifest: Manifest, home: Path) -> Scenario:
    """The scenario whose run has the manifest's digest: made of what the manifest holds, or read from a company.

    home: the company's folder. A manifest holds neither posterior draws nor what a stress test changes, so a run with
    these needs the company's files as they were. Raises InputError where neither gives that run.
    """
    for scenario in _candidates(manifest, home):
        if run_digest(scenario, manifest.replications, manifest.seed, manifest.engine) == manifest.run:
            return scenario
    rule = "cannot be repeated: the company's files or leadflow itself have changed since it was stored"
    remedy = f"give the company's folder or a scenario file, with --seed {manifest.seed}"
    raise InputError(Problem(f"run {manifest.run[:12]}", rule, remedy=remedy))


def _candidates(manifest: Manifest, home: Path) -> Iterator[Scenario]:
    if manifest.inputs["draws"] is None and not manifest.inputs["stress"]:
        yield _rebuilt(manifest.inputs)
    try:
        files = scenario_files(home)
    except InputError:
        return
    for file in files.values():
        try:
            yield load_scenario(file)
        except InputError:
            continue


def _rebuilt(inputs: Mapping[str, Any]) -> Scenario:
    plan, root = (Plan.model_validate(inputs[name]) for name in ("plan", "root"))
    told = inputs["snapshot"]
    snapshot = None
    if told is not None:
        # A list is one of open deals.
        parts: dict[str, Any] = {"deals": told} if isinstance(told, list) else dict(told)
        run_in = bool(parts.pop("run_in", False))
        opened = {name: tuple(_OPEN[name](**one) for one in rows) for name, rows in parts.items()}
        snapshot = Snapshot(**opened, run_in=run_in)
    return Scenario(inputs["scenario"], Funnel.model_validate(inputs["funnel"]), plan, root, snapshot=snapshot)
