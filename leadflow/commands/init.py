"""leadflow init: a worked company in a new folder."""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from leadflow.options import Quiet


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new or empty folder.")],
    template: Annotated[
        str,
        typer.Option(
            metavar="NAME",
            help="Which worked company: starter (small), alder (what happens after the handoff: failures and remedies, "
            "24 months), balanced (where the next dollar does most), enterprise (few deals, few people) or "
            "small_business (many small deals, churn, a market that ends).",
        ),
    ] = "starter",
    quiet: Quiet = False,
) -> None:
    """Write a worked company into a new folder.

    It holds a funnel, a plan, scenarios, and a CRM history simulated by this tool.
    """
    from leadflow.folders import check_new
    from leadflow.progress import counting, get_ready, watching

    check_new(folder)
    with watching("loading the engine", quiet=quiet):
        from leadflow.template import HISTORY_MONTHS, write_company, write_history

    # All of it is made under another name first, so that a folder that is there is whole.
    standing = next(parent for parent in (folder, *folder.absolute().parents) if parent.is_dir())
    partial = Path(tempfile.mkdtemp(prefix=".leadflow-", dir=standing))
    try:
        write_company(template, partial)
        get_ready("compiled", quiet=quiet)
        with counting(f"simulating {HISTORY_MONTHS} months of history", quiet=quiet) as (progress,):
            progress(0, 1)
            said = write_history(partial, folder)
            progress(1, 1)
        folder.mkdir(parents=True, exist_ok=True)
        for part in sorted(partial.iterdir()):
            os.replace(part, folder / part.name)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    _say(folder, said)


def _say(folder: Path, history: str) -> None:
    from leadflow.render.page import Page

    page = Page()
    scenarios = sorted(file.name for file in (folder / "scenarios").iterdir())
    page.title(f"{folder} is a company")
    page.text(
        "plan.yaml: what you decide (spend, teams, rules of the handoff).",
        "funnel.yaml: what the world does (channels, buyers, stages).",
        "README.md: the question that the company is for.",
        f"scenarios/: what-ifs ({', '.join(scenarios)}).",
        history,
    )
    page.gap()
    page.text(f"Next: leadflow run {folder}", f"then: leadflow compare {folder} all --metric profit")
