"""Origins: every number of a funnel is counted once, under the tag of the longest path that leads to it."""

from door import SMALL
from yaml import safe_load

from sim.funnel import Funnel
from sim.origins import count_origins


def funnel(**origin: str) -> Funnel:
    tree = safe_load(SMALL["funnel.yaml"].replace("9k", "9000").replace("6k", "6000").replace("16k", "16000"))
    return Funnel.model_validate({**tree, "origin": {path.replace("__", "."): tag for path, tag in origin.items()}})


def test_what_is_not_listed_is_a_prior() -> None:
    counts = count_origins(funnel())
    assert counts["fitted"] == counts["neutral"] == 0
    assert counts["prior"] > 30


def test_the_longest_path_counts_and_each_number_once() -> None:
    base = count_origins(funnel())
    # A segment: value (one law), time, effort and advance_logit.
    tagged = count_origins(funnel(segments__smb="neutral", segments__smb__value="fitted"))
    assert tagged == {"fitted": 1, "prior": base["prior"] - 4, "neutral": 3}
    # The twelve months of the season are one field; the arrivals hold five others and the three of their drift.
    season = count_origins(funnel(arrivals="neutral", arrivals__season="fitted"))
    assert season == {"fitted": 1, "prior": base["prior"] - 9, "neutral": 8}
