"""leadflow export: a run as the files that its company's CRM would hold."""

from pathlib import Path
from typing import Annotated

import typer

from leadflow.defaults import EXPORT_REPLICATIONS
from leadflow.options import LARGEST, EngineOfNew, Json, Metrics, Quiet, Replications, Workers, metric_ids


def export(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN|DIR|PLAN|SCENARIO",
            help="A stored run (its folder or its digest), a company's folder, a plan, or a scenario file.",
        ),
    ],
    crm: Annotated[Path, typer.Option("--crm", metavar="DIR", help="A new or empty folder for the files.")],
    seed: Annotated[
        int | None,
        typer.Option(
            min=0, max=LARGEST, metavar="N", help="Seed of the random numbers.", show_default="1, or the stored run's"
        ),
    ] = None,
    replication: Annotated[int, typer.Option(min=0, max=LARGEST, metavar="N", help="Which replication, from 0.")] = 0,
    engine: EngineOfNew = None,
    store: Annotated[
        Path | None,
        typer.Option("--store", metavar="DIR", help="Folder where a digest is looked for.", show_default="runs/ here"),
    ] = None,
    imperfect: Annotated[
        bool,
        typer.Option("--imperfect", help="As CRMs are kept: 5 days late, 20 % missing, 10 % of causes wrong."),
    ] = False,
    late: Annotated[
        str | None, typer.Option(metavar="DAYS", help="Mean delay with which reps enter what happened.")
    ] = None,
    missing: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Share of activities and of causes never entered.")
    ] = None,
    wrong: Annotated[
        str | None, typer.Option(metavar="SHARE", help="Share of entered causes of loss that are wrong.")
    ] = None,
    backdated: Annotated[
        bool, typer.Option("--backdated", help="Entries bear the day of the event, not that of the entry.")
    ] = False,
    replications: Replications = EXPORT_REPLICATIONS,
    workers: Workers = None,
    metric: Metrics = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a simulated company's history as its CRM would hold it on the plan's last day.

    Perfectly kept, every metric can be counted on the files again. Kept as CRMs are, the difference between what it
    says and the truth is shown, over several replications.
    """
    from leadflow.folders import check_new
    from leadflow.progress import counting, get_ready, watching

    check_new(crm)
    only = metric_ids(metric)
    with watching("reading files and loading the engine", quiet=quiet):
        from dataclasses import replace

        from calibration.observation import PERFECT
        from leadflow.exporting import bias, export_crm, observation_of, source_of
        from leadflow.render.export import show_export
        from leadflow.render.page import Page, print_json

        observation = observation_of(imperfect, {"late": late, "missing": missing, "wrong": wrong}, backdated)
        source = source_of(run, store, seed, None if engine is None else engine.value)
    get_ready(source.engine, quiet=quiet)
    done = export_crm(source, crm, observation, replication)
    if observation.model_copy(update={"backdated": False}) != PERFECT:
        with counting(f"simulating {source.scenario.name}", quiet=quiet) as (progress,):
            found = bias(source, observation, replications, only, workers=workers, progress=progress)
        done = replace(done, bias=found, replications=replications)
    if json:
        print_json(done.to_json())
    else:
        show_export(Page(), done, crm)
