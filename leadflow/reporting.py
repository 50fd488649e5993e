"""Reporting: where a page may be written, and the page itself."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sim.errors import InputError, Problem

if TYPE_CHECKING:
    from calibration.calibrate import Calibration
    from calibration.goodness import Check
    from calibration.history import History
    from leadflow.backtested import Backtest
    from scenarios.workers import Progress

__all__ = ["check_page", "write_backtest", "write_calibration", "write_page"]


def check_page(html: Path, *, force: bool) -> None:
    """Raise InputError, before anything is simulated, where a page could not be written."""
    from results.report.page import check_able

    check_able()
    if html.is_dir():
        raise InputError(Problem(str(html), "must be a file, and is a folder", remedy="name a file in it"))
    if html.exists() and not force:
        raise InputError(
            Problem(str(html), "is there already", remedy="choose another name, or give --force to replace it")
        )
    if not html.absolute().parent.is_dir():
        raise InputError(Problem(str(html), "must be in a folder that is there", remedy=f"make {html.parent} first"))


def write_page(stored: Path, html: Path) -> str:
    """Write the page of a stored run, whole or not at all; a sentence that says so."""
    from results.report.page import page
    from results.report.run import run_report
    from results.store import Store
    from sim.atomic import replacing

    store = Store(stored.parent)
    manifest, runs = store.read(stored.name)
    tables = store.tables(stored.name)
    text = page(run_report(manifest, runs, tables)).encode()
    with replacing(html) as file:
        file.write_bytes(text)
    without = tables is None or tables.details is None
    return f"Report in {html}: one file that loads nothing; open it in a browser." + (
        "\nThe run was stored without channels and the 25 metrics; `leadflow report` of its plan measures them."
        if without
        else ""
    )


def write_calibration(
    history: "History", fit: "Calibration", checks: "Sequence[Check]", html: Path, progress: "Progress"
) -> Path:
    """Simulate the months that are known, and write the page of a calibration, whole or not at all."""
    from calibration.past import past_months
    from calibration.report import calibration_report
    from results.report.page import page
    from sim.atomic import replacing

    text = page(calibration_report(history, fit, checks, past_months(history, fit, progress=progress))).encode()
    with replacing(html) as file:
        file.write_bytes(text)
    return html


def write_backtest(found: "Backtest", html: Path) -> str:
    """Write the page of a backtest, whole or not at all; a sentence that says so."""
    from calibration.backtest.report import backtest_report
    from results.report.page import page
    from sim.atomic import replacing

    title = f"Backtest of {Path(found.history).name}" + (f", segment {found.segment}" if found.segment else "")
    about = f"Cut-offs every {found.every} from {found.first} to {found.last}" + (
        f"; {found.finished} of {found.asked} finished." if found.finished < found.asked else "."
    )
    halves = found.halves if found.with_halves else None
    report = backtest_report(title, about, found.groups, found.verdict, halves, found.notes)
    with replacing(html) as file:
        file.write_bytes(page(report).encode())
    return f"Report in {html}: one file that loads nothing; open it in a browser."
