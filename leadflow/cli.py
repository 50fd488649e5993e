"""The command line: one command a verb; everything heavy is imported inside the command that needs it."""

import gc
import io
import os
import sys
from typing import Annotated

import typer

from leadflow.commands import (
    attribute,
    backtest,
    calibrate,
    check,
    compare,
    export,
    forecast,
    init,
    measure,
    metrics,
    report,
    run,
    snapshot,
)
from leadflow.faults import answering

__all__ = ["app", "main"]

app = typer.Typer(
    name="leadflow",
    help="Rehearse next year's revenue before spending a dollar on it: simulate leads, reps and bookings.",
    epilog="A company is a folder: funnel.yaml, plan.yaml, scenarios/, history/. Begin with: leadflow init acme",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for verb in (
    init.init, check.check, run.run, compare.compare, calibrate.calibrate, backtest.backtest, forecast.forecast,
    attribute.attribute,
    measure.measure, report.report, snapshot.snapshot, export.export,
    metrics.metrics,
):  # fmt: skip
    app.command()(answering(verb))


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"leadflow {version('leadflow')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command that the arguments name."""
    # Loading makes some hundred thousand objects that stay: to look through them again and again for rubbish takes a
    # fifth of the time until the first result.
    gc.set_threshold(100_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character shows a question mark in its place.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app()
    except SystemExit as end:
        _leave(end)
        raise


def _leave(end: SystemExit) -> None:
    """End the process at once where a thread is still at work that nobody wants any more, as after Ctrl-C: the
    interpreter cannot be taken down around a thread that is in compiled code."""
    threads = sys.modules.get("scenarios.threads")
    if threads is None or not threads.at_work():
        return
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(end.code if isinstance(end.code, int) else 1)
