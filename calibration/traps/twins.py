"""Twins: opportunities with ids of their own that look like one entered twice."""

from collections import Counter
from collections.abc import Iterator

import numpy as np

from calibration.findings import Finding
from calibration.tables import Tables

__all__ = ["twins"]


def twins(known: Tables) -> Iterator[Finding]:
    """Deals of the same owner, day of opening, amount, product, segment and channel as another."""
    deals = known.opportunities
    amount = np.where(np.isfinite(deals.amount), deals.amount, deals.won_amount)
    told = np.isfinite(amount) & (amount != 0)
    keys = [
        *zip(deals.owner[told], np.floor(deals.opened[told]), amount[told], deals.product[told], deals.segment[told],
             deals.channel[told], strict=True)
    ]  # fmt: skip
    count = sum(times - 1 for times in Counter(keys).values())
    if count:
        first = dict(zip(reversed(keys), reversed(range(len(keys))), strict=True))
        example = next(place for place, key in enumerate(keys) if first[key] != place)
        message = (
            f"{count} opportunities are like another in owner, opening day, amount, product, segment and channel "
            f"(such as {deals.id[told][example]})"
        )
        remedy = "if they were entered twice, remove them; they are used as they stand"
        yield Finding("warning", "near_duplicates", message, "opportunities", count, remedy)
