"""What products cost the buyer, and what is left of them: discounts in numbers."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.funnel import Funnel
from sim.plan import Plan

__all__ = ["Prices", "leaves_more", "make_prices", "net_margin"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Prices(NamedTuple):
    """Arrays are (products,)."""

    price: Floats
    """Factor on the segment's value, less the discount."""
    discount: Floats
    closing: Floats
    """Log-odds of advancing from the last stage."""


def make_prices(funnel: Funnel, plan: Plan) -> Prices:
    """The prices of a funnel under a plan's discounts."""
    discount = np.array([plan.discounts.get(name, 0.0) for name in funnel.products])
    products = list(funnel.products.values())
    return Prices(
        price=np.array([product.price for product in products]) * (1.0 - discount),
        discount=discount,
        closing=np.array([product.price_logit for product in products]) * (discount / 0.1),
    )


def leaves_more(mix: Floats, margin: Floats) -> Bools:
    """(products,) whether a product's margin is above the mean of the mix."""
    return np.asarray(margin > mix @ margin)


def net_margin(margin: Floats, discount: Floats) -> Floats:
    """Margin of a discounted order, (g - d) / (1 - d): its cost is that of the full price."""
    return np.where(discount > 0.0, (margin - discount) / (1.0 - discount), margin)
