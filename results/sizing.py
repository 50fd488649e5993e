"""Whether more salespeople pay: what they bring over three years against what they cost in the first."""

__all__ = ["three_year_return"]


def three_year_return(margin: float, incremental: float, kept: tuple[float, float], cost: float) -> float:
    """(M I (1 + K2 + K3) - C) / C, a share of the cost.

    M is the gross margin as a share of sales; I the first-year sales that the added people bring and that would not
    come without them; K2 and K3 the shares of these sales that still come in the second and the third year without
    further work; C what the added people cost. Zoltners, Sinha and Lorimer, Sales Force Design for Strategic Advantage
    (2004). Nothing is discounted, as the three years are short. Raises ValueError if nothing is spent.
    """
    if cost <= 0.0:
        raise ValueError(f"cost must be positive, got {cost}")
    second, third = kept
    return (margin * incremental * (1.0 + second + third) - cost) / cost
