"""leadflow check: validate companies, plans, scenarios and funnels."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from leadflow.faults import REFUSED, say
from leadflow.options import Json


def check(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="FILE|DIR ...", help="A company's folder, or its plan, funnel or scenario files."),
    ],
    json: Json = False,
) -> None:
    """Check files and print every problem."""
    from leadflow.render.page import print_json
    from scenarios.company import check_paths

    problems = check_paths(paths)
    if json:
        print_json({"problems": [asdict(problem) for problem in problems]})
    if problems:
        say(*map(str, problems), "", f"{len(problems)} {'problem' if len(problems) == 1 else 'problems'}")
        raise typer.Exit(REFUSED)
    if not json:
        typer.echo(f"no problems in {', '.join(map(str, paths))}")
