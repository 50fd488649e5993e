"""Options that several commands share, each in one wording."""

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "By",
    "ByOption",
    "LARGEST",
    "Engine",
    "EngineOfNew",
    "EngineOption",
    "Force",
    "Json",
    "Metrics",
    "Quiet",
    "Replications",
    "Seed",
    "StoreDir",
    "Workers",
    "day",
    "metric_ids",
]


class Engine(StrEnum):
    """The engines; both make the same log."""

    compiled = "compiled"
    simpy = "simpy"


class By(StrEnum):
    """What a metric can be told apart by."""

    channel = "channel"
    campaign = "campaign"
    segment = "segment"
    product = "product"
    rep = "rep"
    month = "month"
    quarter = "quarter"


ByOption = Annotated[
    By | None,
    typer.Option(
        "--by", metavar="WHAT", help="Part by part: channel, campaign, segment, product, rep, month or quarter."
    ),
]
EngineOption = Annotated[
    Engine,
    typer.Option("--engine", metavar="NAME", help="compiled, or simpy, the readable authority: same results, slower."),
]
EngineOfNew = Annotated[
    Engine | None,
    typer.Option(
        "--engine",
        metavar="NAME",
        help="compiled, or simpy, the readable authority: same results, slower.",
        show_default="compiled, or the stored run's",
    ),
]
LARGEST = 2**63 - 1
"""Of seeds and of replications' numbers, which are held in 64 bits."""

Seed = Annotated[
    int,
    typer.Option(min=0, max=LARGEST, metavar="N", help="Seed of the random numbers; equal seeds give equal results."),
]
Replications = Annotated[
    int, typer.Option(min=1, metavar="N", help="How many times to simulate; four times as many halve the error.")
]
Workers = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="How many replications at a time.", show_default="one a core"),
]
StoreDir = Annotated[
    Path | None,
    typer.Option("--store", metavar="DIR", help="Folder for runs.", show_default="runs/ in the company's folder"),
]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there already.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON record on stdout, and nothing else there.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress on stderr.")]
Metrics = Annotated[
    list[str] | None,
    typer.Option("--metric", metavar="ID", help="Only this metric; may be repeated, or ids joined by commas."),
]


def day(text: str) -> dt.date:
    """A date as an option takes it."""
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date: give a day such as 2026-12-31") from None


def metric_ids(given: list[str] | None) -> tuple[str, ...] | None:
    """The ids that were asked for, or none for all. InputError names those that there are not."""
    if not given:
        return None
    from results.metrics.catalogue import select

    return tuple(entry.id for entry in select(id for text in given for id in text.split(",") if id))
