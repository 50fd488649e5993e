"""Three years' return on salespeople: the published case, and by hand."""

import pytest

from results.sizing import three_year_return


def test_the_published_case(stated):
    """D33: 300k more sales at a margin of .8, of which .7 and .6 come again, for 220k."""
    stated("D33 return on 220,000", "1.50909091", three_year_return(0.8, 300_000, (0.7, 0.6), 220_000))


def test_by_hand():
    # 100 at a margin of one half, and nothing comes again: 50 for 50.
    assert three_year_return(0.5, 100, (0, 0), 50) == 0
    # Everything comes again: 150 for 50.
    assert three_year_return(0.5, 100, (1, 1), 50) == 2
    assert three_year_return(0.5, 0, (1, 1), 50) == -1
    with pytest.raises(ValueError, match="cost must be positive, got 0"):
        three_year_return(0.5, 100, (1, 1), 0)
