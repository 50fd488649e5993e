"""Dotted paths: names with dots are quoted, and every path comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.paths import join, split


def test_plain_and_quoted_names() -> None:
    assert join(("spend", "paid_search")) == "spend.paid_search"
    assert join(("spend", "paid.search", 3)) == 'spend."paid.search".3'
    assert split('spend."paid.search".3') == ("spend", "paid.search", "3")
    assert split('"say ""hi""".x') == ('say "hi"', "x")


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_every_path_comes_back(parts: list[str]) -> None:
    assert split(join(parts)) == tuple(parts)


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a..b", 'a."b', 'a"b"', '"a"b'])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="dotted path"):
        split(text)
