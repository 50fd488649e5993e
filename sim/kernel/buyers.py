"""Buyers in the compiled engine: who has a budget and may decide, what they are worth in nurture, what sales sees."""

from sim.jit import inner
from sim.kernel.layout import Parameters, State, channel_at, has_authority, has_budget, segment_at, slot_at
from sim.kernel.record import note
from sim.kernel.touches import intent_now
from sim.laws import buyers
from sim.laws.nurture import release_age
from sim.laws.quality import posterior
from sim.log import NOBODY, Kind
from sim.rules import accepts, intent

__all__ = ["has_profile", "is_accepted", "know", "seen", "worth_keeping"]

_SALES_READY = int(Kind.SALES_READY)
_has_budget, _has_authority, _has_profile, _is_ready, _viewed = (
    buyers.has_budget,
    buyers.has_authority,
    buyers.has_profile,
    buyers.is_ready,
    buyers.viewed,
)


@inner
def know(p: Parameters, s: State, slot: int) -> None:
    """Whether a buyer who has just come has a budget and may decide; who came before anybody asked has both."""
    e = slot_at(s, slot)
    if p.asks:
        e.budget = _has_budget(p.stream, e.key, has_budget(p)[e.fit])
        e.authority = _has_authority(p.stream, e.key, has_authority(p)[e.fit])


@inner
def has_profile(p: Parameters, s: State, slot: int) -> bool:
    """Whether a lead is what an MQL must be."""
    e = slot_at(s, slot)
    of_segment = segment_at(p, e.segment).profile == 1
    return bool(_has_profile(of_segment, e.budget == 1, p.needs_budget == 1, e.authority == 1, p.needs_authority == 1))


@inner
def worth_keeping(p: Parameters, s: State, slot: int) -> float:
    """Days for which a lead in nurture is worth its touches."""
    e = slot_at(s, slot)
    channel = channel_at(p, e.channel)
    good = channel.fit
    if channel.score < 0:
        good = posterior(e.points, channel.fit, p.score_separation, p.score_intent, channel.intent)
    if p.profiled and not has_profile(p, s, slot):
        return 0.0
    return release_age(good, p.ready_good, p.ready_bad, channel.gain_good, channel.gain_bad, p.touch_cost)


@inner
def seen(p: Parameters, s: State, slot: int) -> bool:
    """Sales' view of a lead's fit."""
    e = slot_at(s, slot)
    return bool(_viewed(p.stream, e.key, e.fit == 1, p.agreement, channel_at(p, e.channel).fit))


@inner
def is_accepted(p: Parameters, s: State, slot: int, seat: int, quality: float) -> bool:
    """Whether sales accepts a lead that somebody has talked to; that it is ready is written down."""
    e = slot_at(s, slot)
    certain, mean = channel_at(p, e.channel).sql, intent_now(p, s, slot)
    if p.asks or p.by_readiness:
        ready = _is_ready(e.budget == 1, e.authority == 1, intent(p.stream, e.key, mean), p.ready_intent)
        if ready and p.asks:
            note(s, slot, _SALES_READY, seat, NOBODY, NOBODY, 0.0)
        if p.by_readiness:
            certain = 1.0 if ready else 0.0
    base = p.accept_good if seen(p, s, slot) else p.accept_bad
    return bool(accepts(p.stream, e.key, e.visit, certain, base, e.speed, p.accept_intent, mean, quality))
