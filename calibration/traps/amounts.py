"""Amounts: whether they are missing by chance, below zero, or written only when a deal closes."""

from collections.abc import Iterator

import numpy as np

from calibration.findings import Finding
from calibration.mapping import Mapping
from calibration.tables import Tables

__all__ = ["amounts"]

_SURE = 0.001
"""Chance at which a difference as great between outcomes would still be put down to luck."""


def amounts(known: Tables, mapping: Mapping, one_amount: bool) -> Iterator[Finding]:
    """Expected amounts by outcome, and amounts below zero; `one_amount` where what was signed is read from these."""
    deals = known.opportunities
    below = int(((deals.amount < 0) | (deals.won_amount < 0)).sum())
    if below:
        message = f"{below} deals have an amount below zero"
        remedy = "record what was signed, and credit notes elsewhere"
        yield Finding("warning", "negative_amount", message, "opportunities", below, remedy)
    spec = mapping.tables.get("opportunities") or mapping.tables.get("snapshots")
    missing = np.isnan(deals.amount)
    if spec is None or "amount" not in spec.columns or missing.all():
        return
    counts = {name: deals.outcome == name for name in ("open", "lost", "won")}
    counts = {name: rows for name, rows in counts.items() if rows.any()}
    told = ", ".join(f"{missing[rows].mean():.0%} of {name}" for name, rows in counts.items())
    if (
        missing.any()
        and len(counts) > 1
        and _unlike([(int(missing[rows].sum()), int(rows.sum())) for rows in counts.values()])
    ):
        count = int(missing.sum())
        message = f"amounts are missing in {told} deals: not by chance"
        remedy = "what is known of amounts is of other deals than those without; ask that they be filled at the opening"
        yield Finding("warning", "informative_missing", message, "opportunities", count, remedy)
    if one_amount:
        return
    both = np.isfinite(deals.amount) & np.isfinite(deals.won_amount)
    if spec.columns.get("won_amount") and both.sum() >= 20 and np.all(deals.amount[both] == deals.won_amount[both]):
        count = int(both.sum())
        message = f"the expected amounts of all {count} won deals are what was signed, to the cent"
        remedy = "if they are corrected at the close, expected amounts of open deals are less sure than they look"
        yield Finding("note", "amount_at_close", message, "opportunities", count, remedy)


def _unlike(pairs: list[tuple[int, int]]) -> bool:
    """Whether shares (of, among) differ by more than luck: Pearson's chi-square with as many degrees of freedom as
    pairs less one."""
    from scipy.special import chdtrc

    of, among = (np.array(column, dtype=np.float64) for column in zip(*pairs, strict=True))
    share = of.sum() / among.sum()
    statistic = float(((of - share * among) ** 2 / (share * (1.0 - share) * among)).sum())
    return bool(chdtrc(len(pairs) - 1, statistic) < _SURE)
