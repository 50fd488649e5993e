"""Cut-offs, the windows that are scored, and the history as it was known."""

import dataclasses
import datetime as dt
from collections.abc import Callable

import numpy as np
import pytest

from calibration.backtest.cutoffs import cutoffs, history_at, recorded_until, scored
from calibration.history import History
from sim.errors import InputError

ROWS = (
    "2026-01-05,10,12,2026-01-20,won,,smb,A",
    "2026-01-06,20,,2026-02-10,lost,price,smb,A",
    "2026-02-07,30,33,2026-03-03,won,,smb,B",
)


def test_weeks_and_months_by_hand() -> None:
    day = dt.date
    assert cutoffs(day(2018, 2, 5), day(2018, 2, 20)) == (day(2018, 2, 5), day(2018, 2, 12), day(2018, 2, 19))
    assert cutoffs(day(2018, 11, 28), day(2019, 1, 28), "month") == (
        day(2018, 11, 28),
        day(2018, 12, 28),
        day(2019, 1, 28),
    )
    assert len(cutoffs(day(2018, 2, 5), day(2018, 4, 30))) == 13
    assert len(cutoffs(day(2018, 2, 5), day(2018, 8, 13))) == 28


@pytest.mark.parametrize(
    ("first", "last", "every", "where"),
    [
        (dt.date(2018, 2, 5), dt.date(2018, 2, 4), "week", "from"),
        (dt.date(2018, 2, 5), dt.date(2018, 3, 5), "year", "every"),
        (dt.date(2018, 1, 31), dt.date(2018, 3, 5), "month", "from"),
    ],
)
def test_bad_cutoffs_are_refused(first: dt.date, last: dt.date, every: str, where: str) -> None:
    with pytest.raises(InputError) as caught:
        cutoffs(first, last, every)
    assert caught.value.problems[0].where == where


def test_a_window_that_outlasts_the_record_is_not_scored() -> None:
    # 30 days after April 30 end on May 30, after May 7 on June 6.
    days = cutoffs(dt.date(2018, 4, 30), dt.date(2018, 5, 7))
    assert scored(days, 30, dt.date(2018, 5, 31)) == days[:1]


def test_cutting_off_twice_is_cutting_off_once(history_of: Callable[..., History]) -> None:
    whole, directly = (history_of(ROWS, day) for day in (dt.date(2026, 3, 31), dt.date(2026, 2, 8)))
    again = history_at(history_at(whole, dt.date(2026, 3, 1)), dt.date(2026, 2, 8))
    for name in ("leads", "opportunities", "stage_history", "spend", "reps"):
        ours, theirs = getattr(again.tables, name), getattr(directly.tables, name)
        for field in dataclasses.fields(ours):
            np.testing.assert_array_equal(getattr(ours, field.name), getattr(theirs, field.name), err_msg=field.name)
    assert again.end == directly.end


def test_the_history_is_as_it_was_known(history_of: Callable[..., History]) -> None:
    whole = history_of(ROWS, dt.date(2026, 3, 31))
    known = history_at(whole, dt.date(2026, 2, 8))
    assert known.as_of == dt.date(2026, 2, 8)
    assert list(known.tables.opportunities.outcome) == ["won", "open", "open"]
    assert recorded_until(whole, new_leads=False) == dt.date(2026, 3, 3)
    with pytest.raises(InputError, match="nothing after"):
        history_at(whole, dt.date(2026, 4, 1))
