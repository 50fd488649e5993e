"""Home: the company's folder that a plan or a scenario file belongs to."""

from pathlib import Path

from scenarios.files import read_document
from scenarios.what_if import chain_of

__all__ = ["home_of"]


def home_of(path: str | Path) -> Path:
    """The folder of the plan that a file extends; the folder itself for a company's folder."""
    file = Path(path)
    if file.is_dir():
        return file
    plan = chain_of(file, read_document).plan
    return file.parent if plan is None else plan.path.parent
