"""The 25 metrics of article 002: five, seven, nine and four of them, each answered by metrics of the catalogue."""

from results.grouping import GROUPS, grouped
from results.metrics.catalogue import CATALOGUE


def test_twenty_five_lines_in_four_groups():
    assert [len(group.lines) for group in GROUPS] == [5, 7, 9, 4]
    assert [line.number for group in GROUPS for line in group.lines] == list(range(1, 26))


def test_each_line_is_answered_by_the_catalogue():
    for group in GROUPS:
        for line in group.lines:
            assert line.metrics, line.name
            assert set(line.metrics) <= CATALOGUE.keys(), line.name
    ids = grouped()
    assert len(ids) == len(set(ids))
