"""The public data sets at every month's end: read, calibrated and explained, with nothing known that came later."""

import datetime as dt
from pathlib import Path

import numpy as np
import pytest

from calibration.calibrate import calibrate
from calibration.history import read_history
from sim.checks import check_funnel
from sim.errors import InputError

ALWAYS = {
    "maven": {"no_open_date", "spelling", "left_truncation", "zombies", "merged", "span", "unused_column"},
    "olist": {"impossible_order", "missing", "no_amount", "no_losses", "left_truncation", "span", "unused_column"},
}
"""What is wrong with each export whatever the day."""
FOLDERS = {"maven": "maven_crm", "olist": "olist_funnel"}
MONTHS = {
    "maven": (dt.date(2017, 3, 1), dt.date(2017, 12, 1)),
    "olist": (dt.date(2017, 12, 1), dt.date(2018, 11, 1)),
}
"""First and last month of which the end is a cut-off: from the first recorded win on."""


def ends(first: dt.date, last: dt.date) -> list[dt.date]:
    found = []
    while first <= last:
        first = (first + dt.timedelta(days=31)).replace(day=1)
        found.append(first - dt.timedelta(days=1))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("source", FOLDERS)
def test_every_month_end_is_calibrated(real_data: Path, source: str) -> None:
    days = ends(*MONTHS[source])
    whole = read_history(real_data / FOLDERS[source], source, as_of=days[-1]).tables.opportunities
    for day in days:
        history = read_history(real_data / FOLDERS[source], source, as_of=day)
        deals = history.tables.opportunities
        end = (day - dt.date(1970, 1, 1)).days + 1
        assert max(deals.opened.max(), np.nanmax(deals.closed)) < end, day
        assert (deals.outcome == "won").sum() == (whole.closed[whole.outcome == "won"] < end).sum(), day
        fit = calibrate(history)
        assert len(fit.open_deals) == (deals.outcome == "open").sum(), day
        found = {finding.what: finding for finding in fit.quality}
        missing = ALWAYS[source] - set(found)
        assert not missing, (day, missing)
        assert all(finding.message and (finding.severity == "note" or finding.remedy) for finding in found.values())
        for draw in (0, 50, 99):
            assert check_funnel(fit.draws.funnel(fit.funnel, draw)) == [], day
        (stage,) = fit.funnel.stages.values()
        drawn = fit.draws.values[:, fit.draws.paths.index("stages.open.advance")]
        assert np.quantile(drawn, 0.02) <= stage.advance <= np.quantile(drawn, 0.98), day
        assert not any(
            np.isnan(row.fit) and not row.notice and row.what.startswith("stages") for row in fit.diagnostics
        )


@pytest.mark.parametrize(("source", "day"), [("maven", dt.date(2017, 2, 28)), ("olist", dt.date(2017, 11, 30))])
def test_before_the_first_win_there_is_a_reason(real_data: Path, source: str, day: dt.date) -> None:
    with pytest.raises(InputError, match="none won by"):
        calibrate(read_history(real_data / FOLDERS[source], source, as_of=day))
