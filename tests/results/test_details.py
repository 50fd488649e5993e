"""Details: what a report tells besides is what the catalogue measures; places of channels on paper."""

import math

import numpy as np

from results.details import CHANNEL_METRICS, METRICS, Found, details, find
from results.metrics.catalogue import by_channel, measure


def test_one_log_s_details_are_the_catalogue_s(company):
    log = company.log()
    found = find(log)
    np.testing.assert_array_equal(found.values, list(measure(log, METRICS).values()))
    cuts = by_channel(log, CHANNEL_METRICS)
    assert set(found.channels) == set(cuts["leads"])
    for name, values in found.channels.items():
        np.testing.assert_array_equal(values, [cuts[id][name] for id in CHANNEL_METRICS])
    assert dict(found.missing).keys() == {
        id for id, value in zip(METRICS, found.values, strict=True) if math.isnan(value)
    }


def of(**returns: float) -> Found:
    """A log of which only channels' programme ROI is of interest."""
    place = CHANNEL_METRICS.index("program_roi")
    nothing = np.zeros(len(CHANNEL_METRICS))
    channels = {}
    for name, value in returns.items():
        channels[name.replace("nobody", "")] = tuple(np.where(np.arange(len(nothing)) == place, value, nothing))
    return Found(np.full(len(METRICS), 1.0), (), channels)


def test_places_on_paper():
    # Means: a 2, b 3, c 1; d has a return in no replication. By replication b is first, first, second.
    found = [of(nobody=0.5, a=1, b=4, c=0, d=math.nan), of(a=2, b=4, c=1, d=math.nan), of(a=3, b=1, c=2, d=math.nan)]
    rows = {row.channel: row for row in details(found, np.full(3, -1)).of_channels("program_roi")}
    assert list(rows) == ["a", "b", "c", "d", ""]
    assert {name: row.mean for name, row in rows.items() if row.place} == {"a": 2.0, "b": 3.0, "c": 1.0, "": 0.5}
    assert {name: row.place for name, row in rows.items()} == {"b": 1, "a": 2, "c": 3, "": 4, "d": None}
    # Places of a: 2, 2, 1; of b: 1, 1, 3; of c: 4, 3, 2 (in the first behind what no channel brought).
    assert {name: (row.place_p10, row.place_p90) for name, row in rows.items()} == {
        "a": (1, 2), "b": (1, 3), "c": (2, 4), "d": (None, None), "": (3, 3),
    }  # fmt: skip
    leads = {row.channel: row for row in details(found, np.full(3, -1)).of_channels("leads")}
    # Where a replication has nothing of no channel, it has no leads of it.
    assert leads[""].undefined == 0
    assert rows[""].undefined == 2


def test_what_is_not_defined_says_why():
    found = [Found(np.full(len(METRICS), math.nan), tuple((id, "for a reason") for id in METRICS), {})] * 2
    row = details(found, np.full(2, -1)).of("nps")
    assert (row.undefined, row.why) == (2, "for a reason")
    assert math.isnan(row.mean)
