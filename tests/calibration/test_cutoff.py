"""The cut-off: nothing that was recorded later reaches a fit."""

import dataclasses
import datetime as dt
from pathlib import Path

import numpy as np

from calibration.history import read_history

HEAD = "opportunity_id,opened_at,amount,won_amount,closed_at,outcome,loss_reason,segment"
EARLY = "a,2026-01-05,10,12,2026-01-20,won,,smb\nb,2026-01-06,20,,2026-01-21,lost,price,smb\n"
LATER = "c,2026-01-07,30,33,2026-02-03,won,,smb\nd,2026-01-08,40,,2026-02-04,lost,price,smb\n"
NEW = "e,2026-02-09,5,,,open,,smb\n"
AS_KNOWN = "c,2026-01-07,30,,,open,,smb\nd,2026-01-08,40,,,open,,smb\n"


def test_a_history_cut_off_is_the_history_that_was_exported_on_that_day(tmp_path: Path) -> None:
    tables = []
    for name, rows in (("whole", EARLY + LATER + NEW), ("then", EARLY + AS_KNOWN)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "opportunities.csv").write_text(f"{HEAD}\n{rows}", encoding="utf-8")
        tables.append(read_history(tmp_path / name, as_of=dt.date(2026, 1, 31)).tables.opportunities)
    for field in dataclasses.fields(tables[0]):
        cut, then = (getattr(table, field.name) for table in tables)
        np.testing.assert_array_equal(cut, then, err_msg=field.name)
