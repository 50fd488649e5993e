"""The survey of customers: when each is asked, and what it answers to "how likely are you to recommend us?".

The net promoter score is the share of answers of 9 and 10, the promoters, less that of 0 to 6, the detractors
(Reichheld 2003, hbr.org/2003/12/the-one-number-you-need-to-grow)."""

import math

from sim.draws import Purpose, uniform
from sim.jit import compiled, inner

__all__ = ["NO_ANSWER", "answer", "asked"]

NO_ANSWER = -1.0
"""What is written down of a customer who does not answer."""

_SURVEY = int(Purpose.SURVEY)
_FIRST, _RESPONSE = 0, 1
_DAYS = 65_536
"""Days that have a number of their own among a customer's draws."""


@compiled
def asked(stream: int, customer: int, due: float, every: float, now: float) -> float:
    """When a customer is asked next: as it was to be; never if there are no surveys (every = 0); somewhere in a whole
    interval from now if there were none so far (due = infinity)."""
    if every <= 0.0:
        return math.inf
    return due if due < math.inf else now + every * uniform(stream, customer, _SURVEY, _FIRST)


@compiled
def answer(
    stream: int, customer: int, day: int, response: float, feeling: float, promoter: float, detractor: float
) -> float:
    """0 to 10 by how satisfied a customer is (feeling, in standard deviations) among those of its class: promoters, who
    are above one bound, the passive, and detractors, who are below the other; `NO_ANSWER` unless it answers, with
    probability `response`."""
    if uniform(stream, customer, _SURVEY, (_RESPONSE << 16) | (day % _DAYS)) >= response:
        return NO_ANSWER
    place, low, high = _below(feeling), _below(detractor), _below(promoter)
    if feeling > promoter:
        return 9.0 if 2.0 * (place - high) < 1.0 - high else 10.0
    if feeling < detractor:
        return min(math.floor(7.0 * place / low), 6.0) if low > 0.0 else 0.0
    return 7.0 if 2.0 * (place - low) < high - low else 8.0


@inner
def _below(bound: float) -> float:
    """Share of customers below a satisfaction."""
    return 0.5 * math.erfc(-bound / math.sqrt(2.0))
