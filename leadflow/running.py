"""Running: simulate what a path names, with progress, and store it; Ctrl-C keeps what was finished."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from leadflow.faults import interrupted
from leadflow.progress import counting, get_ready, watching

if TYPE_CHECKING:
    from leadflow.answers import Run
    from results.metrics.metric import By
    from sim.run import EngineName

__all__ = ["end_if_unfinished", "run_and_store"]


def run_and_store(
    path: Path,
    replications: int,
    seed: int,
    *,
    engine: "EngineName",
    workers: int | None,
    store: Path | None,
    quiet: bool,
    metrics: Sequence[str] | None = None,
    by: "By | None" = None,
    detailed: bool = False,
) -> "tuple[Run, Path]":
    """The run, and the folder it is stored in. After Ctrl-C it has fewer replications than were asked for."""
    with watching("reading files and loading the engine", quiet=quiet):
        # Loaded here, though it is first needed when the run is stored, so that Ctrl-C is soon over.
        import_module("pyarrow.parquet")
        from leadflow import api
        from leadflow.answers import Run, Unfinished
        from results.store import Store
        from scenarios.home import home_of

        scenario = api.load_scenario(path)
        shelf = Store(store or home_of(path) / "runs")
    get_ready(engine, quiet=quiet)
    with counting(f"simulating {scenario.name}", quiet=quiet) as (progress,):
        try:
            answer = api.run(
                scenario, replications, seed, engine=engine, workers=workers, progress=progress, metrics=metrics,
                by=by, detailed=detailed,
            )  # fmt: skip
        except Unfinished as stop:
            if not isinstance(stop.answer, Run):
                raise
            answer = stop.answer
    return answer, shelf.save(scenario, answer.runs, answer.tables, seconds=answer.seconds, asked=replications)


def end_if_unfinished(answer: "Run", stored: Path) -> None:
    """End the command as one that was interrupted, if this one was."""
    finished, asked, seed = len(answer.runs), answer.asked, answer.runs.seed
    if finished < asked:
        interrupted(
            f"interrupted: {finished} of {asked} replications were finished (seed {seed}); what they say is shown, and "
            f"kept in {stored}. The same command simulates all {asked}."
        )
