"""What the compiled engine writes: the record of its state, and the records of what the state points to.

Live entities (leads, opportunities, customers on their way) hold a *slot*, a record of the state; a slot is given back
when its entity has nothing left to do, so memory follows the number alive and not the number ever born.
"""

import numpy as np

from sim.kernel.pointers import pointers

__all__ = ["BELIEF", "PENDING", "SEAT", "SLOT", "STATE", "TEAM"]

SLOT = np.dtype(
    [
        ("key", np.int64),
        ("id", np.int64),
        ("priority", np.float64),  # in a queue; the smaller is served first
        ("since", np.float64),  # when it joined its queue first
        ("hours", np.float64),  # of the task; of nurture, days
        ("begun", np.float64),  # when the rep began the task
        ("share", np.float64),  # his selling share then
        ("due", np.float64),  # when the buyer would have advanced; when an untried lead goes cold
        ("eta", np.float64),  # log-odds of advancing from the stage
        ("amount", np.float64),
        ("speed", np.float64),  # speed-to-lead factor of the visit; until it is tried, days that its handoff took
        ("intent", np.float64),  # mean of the intent, less what nurture has taken
        ("points", np.float64),  # score before feedback
        ("score", np.float64),
        ("visit", np.int32),
        ("tasks", np.int32),
        ("waits", np.int32),
        ("count", np.int32),  # steps, attempts, stages or terms passed
        ("owner", np.int32),
        ("seat", np.int32),  # the rep who last began work on it
        ("left", np.int32),  # links of a queue
        ("right", np.int32),
        ("previous", np.int32),  # links of a book; `next` also of the free slots
        ("next", np.int32),
        ("cause", np.int32),  # what was drawn to come next
        ("channel", np.int16),
        ("segment", np.int16),
        ("product", np.int16),
        ("recycled", np.int32),
        ("fit", np.int8),
        ("phase", np.int8),
        ("task", np.int8),
        ("urgent", np.int8),  # its next task comes before all others
        ("queued", np.int8),
        ("counted", np.int8),  # in the SDRs' backlog
        ("passed_on", np.int8),  # because its AE left
        ("works", np.int8),  # the team that works an opportunity
        ("dead", np.int8),  # nothing left to do, but still in a queue
        ("budget", np.int8),
        ("authority", np.int8),
        ("deals", np.int16),  # opportunities that came of a lead; 1 in one that is to win back who has left
        ("lead_product", np.int16),  # what the lead of an opportunity was when it was opened
        ("lead", np.int32),
        ("lead_visit", np.int32),
        ("lead_tasks", np.int32),
        ("lead_waits", np.int32),
        ("lead_key", np.int64),  # 0 where there was none
        ("captured", np.float64),  # when the lead was
        ("opened", np.float64),  # when the opportunity was
        ("owned", np.int64),  # products of a customer, by bit
        ("account", np.int32),  # slot of an opportunity's customer
        ("client", np.int32),  # that customer's id; `NOBODY` for a first sale
    ],
    align=True,
)

BELIEF = np.dtype([("kept", np.float64), ("learnt", np.float64)])
"""What is kept of an AE's first belief in a channel, and what he has learnt."""

PENDING = np.dtype([("time", np.float64), ("rank", np.int64), ("slot", np.int64)])

SEAT = np.dtype(
    [
        ("share", np.float64),
        ("ramp", np.float64),
        ("began", np.float64),  # B(hire)
        ("lost", np.float64),  # working hours of leave
        ("hired", np.float64),  # what the ramp counts from: the sum of both
        ("skill", np.float64),
        ("done", np.int64),  # pieces of work finished
        ("team", np.int64),
        ("present", np.int64),
        ("away", np.int64),  # on leave
        ("busy", np.int64),  # slot in hand
        ("previous", np.int64),  # links of the idle
        ("next", np.int64),
        ("queue", np.int64),  # root of his own queue
        ("first", np.int64),  # his book
        ("last", np.int64),
        ("held", np.int64),
        ("waiting", np.int64),  # leads in an SDR's own queue
        ("tried", np.int64),  # leads first tried, opportunities closed
        ("succeeded", np.int64),  # of them accepted, won
        ("booked", np.float64),  # won in the quota period
        ("quota", np.float64),  # what he has to book in it
        ("quota_begins", np.float64),  # his part of the period, days
        ("quota_ends", np.float64),
        ("key", np.int64),  # of his own draws
        ("found", np.int64),  # opportunities that he has found
        ("toil", np.float64),  # hours of prospecting until the next; negative if not drawn yet
        ("spell", np.int64),  # spells of prospecting so far
        ("prospects", np.int64),  # whether one is under way
        ("since", np.float64),  # when it began
        ("pace", np.float64),  # his selling share then
        ("absence", np.int64),  # his next
        ("absences", np.int64),  # where they end
        ("joined", np.float64),  # day on which he came
        ("called", np.int64),  # the next seat to be looked at when the instant closes; `UNCALLED` if this one is not
    ]
)
"""The record before the first seat is nobody's: the book of opportunities without an owner, such as managed ones."""

TEAM = np.dtype(
    [
        ("queue", np.int64),
        ("discipline", np.int64),
        ("head", np.int64),
        ("tail", np.int64),
        ("last", np.int64),  # who got the last lead that was routed
    ]
)
"""A team's queue for all, and its idle, longest first."""

_ARRAYS = (
    "agenda",
    "slots",
    "seats",
    "places",
    "choices",
    "teams",
    "line",
    "kept",
    "code",  # addresses of functions
    "offsets",
    "judged",
    "events",
    "entities",
    "beliefs",
    "touch_rates",
    "touched",
    "taken",
)
"""Arrays that it points to."""

STATE = np.dtype(
    [
        ("now", np.float64),
        ("until", np.float64),  # where these parameters end
        ("stop", np.float64),  # the same, or where a run is to stop before
        ("ends", np.float64),
        ("arrival", np.int64),  # the next lead
        ("born", np.int64),  # entities so far
        ("alive", np.int64),  # slots in use, free ones included
        ("free", np.int64),  # first free slot
        ("unowned", np.int64),  # root of the queue of accepted leads that wait for an AE
        ("waiting", np.int64),  # how many they are
        ("open", np.int64),  # opportunities
        ("calls", np.int64),  # first seat to be looked at when the instant closes
        ("closing", np.int64),  # whether teams hand out work when the instant is exhausted
        ("pooled", np.int64),
        ("watched", np.int64),  # whether overflow is looked for whenever an instant closes
        ("overflowing", np.int64),
        ("overflowed", np.float64),  # when leads overflowed first; infinite if none has
        ("prospects", np.int64),  # whether AEs with nothing to do prospect
        ("spells", np.int64),  # how many do
        ("threshold", np.float64),  # leads that score more are MQLs
        ("cutoff", np.float64),  # leads that score less are held while there is overflow
        ("held", np.int64),  # root of the heap of leads that are held
        ("reviewing", np.int64),  # managers are asked before anything else happens
        ("remembers", np.int64),  # whether what is judged is kept for them
        ("judgements", np.int64),  # rows of those
        ("throttles", np.int64),  # whether spend may be cut
        ("expected", np.int64),  # events on the agenda
        ("pace", np.float64),  # at which last stages are won today
        ("warmth", np.float64),  # of who was last asked about
        ("touch_days", np.int64),
        ("written", np.int64),  # rows of events
        ("entered", np.int64),  # rows of entities
        *pointers(_ARRAYS),
    ]
)
