"""What a customer is worth: the margin of all its years, discounted, where a constant share stays each year.

With margin m a year, retention r and discount rate d, two conventions are in use, which differ by m: from the sale on,
m + m r / (1 + d) + ... = m (1 + d) / (1 + d - r); and from the first renewal on, m r / (1 + d - r), which leaves out
the year that the sale itself pays for (Gupta and Lehmann 2003, doi:10.1002/dir.10045).
"""

import math

from sim.jit import compiled

__all__ = ["worth_from_renewal", "worth_from_sale"]


@compiled
def worth_from_sale(margin: float, retention: float, discount: float, years: float) -> float:
    """Sum over t = 0 ... years - 1 of m (r / (1 + d))^t; without end where `years` is infinite."""
    kept = retention / (1.0 + discount)
    if kept == 1.0:
        return margin * years
    left = 0.0 if math.isinf(years) and kept < 1.0 else kept**years
    return margin * (1.0 - left) / (1.0 - kept)


@compiled
def worth_from_renewal(margin: float, retention: float, discount: float, years: float) -> float:
    """Sum over t = 1 ... years of m (r / (1 + d))^t; without end where `years` is infinite."""
    return retention / (1.0 + discount) * worth_from_sale(margin, retention, discount, years)
