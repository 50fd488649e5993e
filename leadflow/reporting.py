"""Reporting: which stored run a word means, where a page may be written, and the page itself."""

from collections.abc import Mapping
from pathlib import Path

from sim.errors import InputError, Problem

__all__ = ["check_page", "find_run", "write_page"]


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


def find_run(word: str, store: Path | None, given: Mapping[str, int | None]) -> Path | None:
    """The folder of the stored run that a word means; none if it is the path of what is to be run.

    given: options of a new run, which a stored one cannot be given. Raises InputError for those, and for a word that
    means nothing.
    """
    path = Path(word)
    if (path / "manifest.json").is_file():
        found = path.resolve()
    elif path.exists():
        return None
    else:
        found = _named(word, Path("runs") if store is None else store)
    if problems := [
        Problem(name, "is of a new run, and a stored one is as it is", remedy="name its plan or scenario instead")
        for name, value in given.items()
        if value is not None
    ]:
        raise InputError(problems)
    return found


def _named(word: str, folder: Path) -> Path:
    from results.store import Store

    if not folder.is_dir():
        rule = "is neither a file, a folder, nor a run stored here"
        raise InputError(Problem(word, rule, remedy="name the run's folder, or the folder of runs by --store DIR"))
    return folder / Store(folder).read(word)[0].run


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
