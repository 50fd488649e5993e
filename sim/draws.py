"""What is random: one number per (seed, replication, entity key, purpose, turn), and nothing else.

A draw is a pure function, so it does not depend on what else happens in the world: two scenarios give the same lead
the same luck (common random numbers). The generator is Philox4x32-10 (Salmon et al. 2011,
doi.org/10.1145/2063384.2063405):
the counter holds entity key, turn and purpose; the key holds a hash of (seed, replication). Entity keys are 64-bit
hashes of (type, parent key, ordinals), kept as signed integers.
"""

import hashlib
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from sim.jit import compiled

__all__ = ["Purpose", "Tag", "child_key", "philox", "stream_key", "text_key", "turn", "uniform", "uniforms"]

_MASK = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_M0 = np.uint64(0xD2511F53)
_M1 = np.uint64(0xCD9E8D57)
_W0 = np.uint64(0x9E3779B9)
_W1 = np.uint64(0xBB67AE85)
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


class Purpose(IntEnum):
    """What a draw decides. Numbers are part of every stored result: never reuse or renumber one."""

    ARRIVAL_COUNT = 1  # candidates in a cell of channel, day and level band
    ARRIVAL_TIME = 2  # a candidate's time within its day
    ARRIVAL_LEVEL = 3  # a candidate's level within its band
    FRAILTY = 4  # a channel's weekly gamma factor
    MARKET = 5  # the month's market shock
    DRIFT = 7  # a month's step of the drift of conversion
    CAMPAIGN = 6  # which campaign of its channel a lead is of, if of any
    FIT = 10  # good or bad fit
    INTENT = 11  # latent intent
    SEGMENT = 12  # which segment
    PRODUCT = 13  # which product
    VALUE = 14  # an order's value
    SCORE = 15  # noise of the score
    MQL = 16  # passing a probability in place of a score
    STEP = 17  # a delay before the first judgement
    BUDGET = 18  # whether a buyer has a budget
    AUTHORITY = 19  # whether a buyer may decide
    NURTURE_TIME = 20  # when a stay in nurture ends
    NURTURE_CAUSE = 21  # how it ends
    HANDOFF_DELAY = 27  # days from a lead's becoming an MQL until it is handed off
    RECLAIM = 28  # whether the lead of a lost opportunity is nurtured again
    LET_GO = 29  # whether a lead of the start that is open has been let go
    SDR_PATIENCE = 30  # when an untried lead goes cold
    ATTEMPT_EFFORT = 31  # hours of an attempt
    CONTACT = 32  # whether an attempt reaches the lead
    CONVERSATION_EFFORT = 33  # hours of a conversation
    ACCEPT = 34  # whether sales accepts
    ROUTE = 35  # which rep gets a lead
    TRANSIT = 36  # whether a lead handed off is lost on the way
    RECYCLE = 37  # whether a lead that sales gives back is nurtured again
    REASON = 38  # why sales rejects a lead
    VIEW = 39  # sales' own view of a lead's fit
    AE_PATIENCE = 40  # when an accepted lead that nobody took goes cold
    STAGE_EFFORT = 41  # hours of a stage's work
    CAUSE = 42  # how a stage is left
    SOJOURN = 43  # how long the buyer takes
    SURVIVE = 44  # whether an advance survives the delay that reps caused
    HOLD = 45  # when a lead that is held back unsubscribes
    EXTERNAL_TIME = 46  # when an external provider has tried a lead
    EXTERNAL_OUTCOME = 47  # whether it has reached the lead
    PURSUE = 48  # whether an AE pursues a lead
    PULL_FORWARD = 49  # whether a close is pulled into the quota period before, and to when
    RENEWAL = 50  # whether a customer renews
    SATISFACTION = 51  # how satisfied a customer is
    HAPPENING_COUNT = 52  # candidates in a cell of customer, kind of happening, year and level band
    HAPPENING_TIME = 53  # a candidate's time within its year
    HAPPENING_LEVEL = 54  # a candidate's level within its band
    CHURN_CAUSE = 55  # why a customer does not renew
    CROSS_SELL = 56  # which product is offered to a customer
    SURVEY = 57  # when a customer is first asked, and whether it answers
    POOL = 58  # whether an account that is found is not with us already
    TENURE = 60  # how long a rep stays
    SKILL = 61  # a rep's skill
    LEAVE = 62  # when a rep goes on leave
    PROSPECT_EFFORT = 63  # hours until an AE finds an opportunity of his own
    MATERIAL = 64  # whether an asset is used in a stage
    MILESTONE = 65  # whether an opportunity passes a milestone in a stage
    MEETINGS = 66  # how many meetings a stage takes
    REPORTED = 67  # what a rep reports of why an opportunity was lost
    LOST_SURVEY = 68  # whether a lost buyer is asked why, and whether it answers
    ENTERED = 69  # whether a rep enters what he did into the CRM, and how late
    TOUCH_COUNT = 70  # candidates for touches in a cell of lead, channel, week and level band
    TOUCH_TIME = 71  # a candidate's time within its week
    TOUCH_LEVEL = 72  # a candidate's level within its band
    TOUCH_OPENED = 73  # whether a touch is opened
    TOUCH_CLICKED = 74  # whether it is clicked
    TOUCH_ACTION = 75  # whether an asset is used
    SIGNING = 76  # whether, how and when a last stage is left on a day
    DRIFT_STEP = 77  # a day's step of a level that drifts


class Tag(IntEnum):
    """The type in an entity's key."""

    CELL = 1
    LEAD = 2
    OPPORTUNITY = 3
    CUSTOMER = 4
    ORDER = 5
    SNAPSHOT = 6
    SEAT = 7
    PERSON = 8
    SELF_SOURCED = 9
    TOUCH = 10
    REFERRAL = 11
    HAPPENING = 12
    OPEN_LEAD = 13
    OPEN_CUSTOMER = 14


def text_key(text: str) -> int:
    """64-bit key of a name (BLAKE2b), the same in every process."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


@compiled
def _mix(x: np.uint64) -> np.uint64:
    # Finaliser of splitmix64 (Steele, Lea & Flood 2014, doi.org/10.1145/2660193.2660195).
    x ^= x >> np.uint64(30)
    x *= np.uint64(0xBF58476D1CE4E5B9)
    x ^= x >> np.uint64(27)
    x *= np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return x


@compiled
def child_key(parent: int, tag: int, ordinal: int) -> int:
    """Key of a parent's n-th child of a type: int64."""
    typed = _mix(np.uint64(parent) + _GOLDEN * np.uint64(tag + 1))
    return np.int64(_mix(typed + _GOLDEN * np.uint64(ordinal + 1)))  # type: ignore[return-value]


@compiled
def stream_key(seed: int, replication: int) -> int:
    """Key of a replication's stream: int64."""
    return child_key(np.int64(_mix(np.uint64(seed) + _GOLDEN)), 0, replication)  # type: ignore[arg-type]


@compiled
def turn(visit: int, use: int) -> int:
    """The n-th use of a purpose in a visit, as one number: attempt 2 of visit 3 never shares a draw with another."""
    return (visit << 16) | use


@compiled
def philox(
    c0: np.uint64, c1: np.uint64, c2: np.uint64, c3: np.uint64, k0: np.uint64, k1: np.uint64
) -> tuple[np.uint64, np.uint64, np.uint64, np.uint64]:
    """Philox4x32-10: four 32-bit words of counter and two of key, each in a uint64, to four random words."""
    for _ in range(10):
        p0 = _M0 * c0
        p1 = _M1 * c2
        c0, c1, c2, c3 = (p1 >> _HALF) ^ c1 ^ k0, p1 & _MASK, (p0 >> _HALF) ^ c3 ^ k1, p0 & _MASK
        k0 = (k0 + _W0) & _MASK
        k1 = (k1 + _W1) & _MASK
    return c0, c1, c2, c3


@compiled
def uniform(stream: int, key: int, purpose: int, turn: int) -> float:
    """One uniform number strictly between 0 and 1, with 52 random bits.

    stream: a replication's `stream_key`; key: the entity; purpose: a `Purpose`; turn: (visit, use) packed by `turn`.
    """
    entity = np.uint64(key)
    world = np.uint64(stream)
    w0, w1, _, _ = philox(
        entity & _MASK,
        entity >> _HALF,
        np.uint64(turn) & _MASK,
        np.uint64(purpose),
        world & _MASK,
        world >> _HALF,
    )
    bits = (w0 << np.uint64(20)) | (w1 >> np.uint64(12))
    return (np.float64(bits) + 0.5) * (1.0 / 4503599627370496.0)


@compiled
def uniforms(stream: int, key: int, purpose: int, first: int, out: NDArray[np.float64]) -> None:
    """Fill (turns,) with the numbers of the turns first, first + 1, ..."""
    for k in range(len(out)):
        out[k] = uniform(stream, key, purpose, first + k)
