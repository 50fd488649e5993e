"""What customers pay and when: the parts of each contract, some days after their invoices."""

import math

import numpy as np
from numpy.typing import NDArray

from sim.billing import Billing
from sim.units import DAYS_PER_MONTH

__all__ = ["payments"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def payments(begins: Floats, value: Floats, term: float, billing: Billing) -> tuple[Ints, Floats, Floats]:
    """Which contract each payment is for, its day and its amount; `begins` and `value` are (contracts,), `term` days.

    A month is 30.4375 days. Invoices that would fall on the end of the term or later are not written.
    """
    step = billing.every * DAYS_PER_MONTH
    parts = max(1, math.ceil(term / step - 1e-9))
    which = np.repeat(np.arange(len(begins)), parts)
    after = np.tile(np.arange(parts) * step, len(begins)) + billing.terms
    return which, begins[which] + after, value[which] / parts
