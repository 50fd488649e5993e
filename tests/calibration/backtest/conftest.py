"""Small histories for backtests, written as an export and read as one."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from calibration.history import History, read_history

HEAD = "opportunity_id,opened_at,amount,won_amount,closed_at,outcome,loss_reason,segment,product"

MakeHistory = Callable[[Sequence[str], dt.date], History]


@pytest.fixture
def history_of(tmp_path: Path) -> MakeHistory:
    """A history of opportunities from rows in the order of HEAD without the id."""
    made = 0

    def make(rows: Sequence[str], as_of: dt.date) -> History:
        nonlocal made
        made += 1
        folder = tmp_path / str(made)
        folder.mkdir()
        lines = [f"d{place},{row}" for place, row in enumerate(rows)]
        (folder / "opportunities.csv").write_text("\n".join((HEAD, *lines, "")), encoding="utf-8")
        return read_history(folder, as_of=as_of)

    return make
