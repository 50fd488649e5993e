"""What reps are paid beyond their base: commission, accelerators and bonuses."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from sim.noun import Noun
from sim.units import Factor, Money, Share

__all__ = ["Accelerator", "Commission", "Pay"]


class Commission(Noun):
    """Commission rates by source and product."""

    marketing_sourced: Share = 0.1
    """Share of first-year value paid to the AE or account manager who wins it; 8-10 % at 30k ACV (pulserevops.com)."""
    self_sourced: Share = 0.1
    """The same where the AE found the opportunity himself, by prospecting."""
    products: Mapping[str, Factor] = Field(default_factory=dict)
    """Factor on the rate by product; 1 for a product that is not named."""


class Accelerator(Noun):
    """A higher (or lower) rate once a share of quota is sold."""

    above: Annotated[Factor, Field(le=100)]
    """Share of the period's quota: dollars sold beyond it earn the rate times `times`; 125% and more may be written."""
    times: Annotated[Factor, Field(le=100)]
    """Factor on the rate."""


class Pay(Noun):
    """Pay beyond base: what AEs earn by selling, and SDRs by trying in time."""

    commission: Commission = Commission()
    accelerators: tuple[Accelerator, ...] = ()
    """Factors on the rate by attainment, in ascending order; usual is 1.5 above 100 % and 2 above 125 %. Attainment is
    an AE's bookings in a quota period over his quota for it, which counts only the time in which he is there."""
    threshold: Share = 0.0
    """Share of the period's quota below which an AE earns no commission; once it is reached, all is paid from the first
    dollar."""
    cap: Annotated[Factor, Field(le=100)] | None = None
    """Share of the period's quota above which no commission is paid; 200% and more may be written. None = no cap."""
    draw: Money = 0.0
    """Commission a month that an AE is guaranteed: where he earns less, pay is topped up, and not recovered later."""
    quota_period: Literal["quarter", "month", "year"] = "quarter"
    """Over which bookings count towards quota, from the plan's start on; at its end they count from nothing again."""
    sla_bonus: Money = 0.0
    """Paid to an SDR for every lead that he tries first within `handoff.sla`."""
