"""Details: what a report tells besides is what the catalogue measures; places of channels on paper."""

import math

import numpy as np
import pytest

from results.cuts import by_part
from results.metrics.catalogue import measure
from results.places import Place
from results.report.details import CHANNEL_METRICS, METRICS, Found, details, find


def test_one_log_s_details_are_the_catalogue_s(company):
    log = company.log()
    found = find(log)
    np.testing.assert_array_equal(found.values, list(measure(log, METRICS).values()))
    cuts = by_part(log, "channel", CHANNEL_METRICS)
    for id, of_channel in cuts.items():
        its = [found.channels[id, "", name] for name in of_channel]
        np.testing.assert_array_equal(its, list(of_channel.values()))
    assert dict(found.missing).keys() == {
        id for id, value in zip(METRICS, found.values, strict=True) if math.isnan(value)
    }


def of(**returns: float) -> Found:
    """A log of which only channels' programme ROI is of interest."""
    return Found(np.full(len(METRICS), 1.0), (), {("program_roi", "", name): value for name, value in returns.items()})


def test_places_on_paper():
    # Means: a 2, b 3, c 1; d has a return in no replication. Places of a: 2, 2, 1; of b: 1, 1, 3; of c: 3, 3, 2.
    found = [of(a=1, b=4, c=0, d=math.nan), of(a=2, b=4, c=1, d=math.nan), of(a=3, b=1, c=2, d=math.nan)]
    rows = {row.part: row for row in details(found, np.full(3, -1)).of_channels("program_roi")}
    assert list(rows) == ["a", "b", "c", "d"]
    assert {name: row.mean for name, row in rows.items() if row.place} == {"a": 2.0, "b": 3.0, "c": 1.0}
    assert {name: row.place for name, row in rows.items()} == {
        "a": Place(2, 1, 2, 1 / 3), "b": Place(1, 1, 3, 2 / 3), "c": Place(3, 2, 3, 0.0), "d": None,
    }  # fmt: skip
    # Of a: variance 1, three replications, t of two degrees 4.3027.
    assert rows["a"].hi95 - rows["a"].mean == pytest.approx(4.302653 / math.sqrt(3))


def test_what_is_not_defined_says_why():
    found = [Found(np.full(len(METRICS), math.nan), tuple((id, "for a reason") for id in METRICS), {})] * 2
    row = details(found, np.full(2, -1)).of("nps")
    assert (row.undefined, row.why) == (2, "for a reason")
    assert math.isnan(row.mean)
