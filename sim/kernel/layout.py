"""What the compiled engine reads and writes: a record of parameters and one of state, and what these point to.

Live entities (leads, opportunities, customers on their way) hold a *slot*, a record of the state; a slot is given back
when its entity has nothing left to do, so memory follows the number alive and not the number ever born.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernel.memory import array_of, call_of, copy_of, records_of
from sim.laws.arrivals import LEAD
from sim.recorder import ENTITY, EVENT
from sim.reviews import JUDGED

__all__ = ["NIL", "Parameters", "State"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Records = NDArray[Any]

NIL = -1
UNCALLED = -2
UNDRAWN = -1.0

# The turns of a life. A slot's `phase` is the turn to take when what it waits for is over:
REST, STEP, LEAVE_NURTURE, RETRY, LEAVE_STAGE, RENEW = range(6)  # the buyer's time
JUDGE_ATTEMPT, RESOLVE, GO_ON = range(6, 9)  # a rep's work
UNTRIED, UNOWNED = range(9, 11)  # a rep; nothing comes of it but what he does
ENTER_NURTURE, HAND_OFF, OPEN, ENTER_STAGE, ADVANCE = range(11, 16)  # nothing: these are taken at once
SEND_BACK = 16  # the same
DIVERT, PASS_ON = range(17, 19)  # the same
JUDGE_OUTSIDE = 19  # the provider
LEAVE_HOLD = 20  # room for it, or the buyer's time
CHANGE_HEADS = 21  # no turn of a life; among them in the table of what is called by its address
# States of a task
NONE, WAITING, RUNNING, DONE = range(4)

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
        ("speed", np.float64),  # speed-to-lead factor of the visit
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
        ("dead", np.int8),  # nothing left to do, but still in a queue
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
"""The record before the first seat is nobody's: the book of opportunities without an owner."""

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

STATE = np.dtype(
    [
        ("now", np.float64),
        ("until", np.float64),  # where these parameters end
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
        ("written", np.int64),  # rows of events
        ("entered", np.int64),  # rows of entities
        # Addresses and lengths
        ("agenda", np.int64),
        ("agenda_room", np.int64),
        ("slots", np.int64),
        ("slots_room", np.int64),
        ("seats", np.int64),
        ("seats_room", np.int64),
        ("places", np.int64),
        ("places_room", np.int64),
        ("choices", np.int64),
        ("choices_room", np.int64),
        ("teams", np.int64),
        ("teams_room", np.int64),
        ("line", np.int64),
        ("line_room", np.int64),
        ("kept", np.int64),
        ("kept_room", np.int64),
        ("code", np.int64),  # addresses of functions
        ("code_room", np.int64),
        ("offsets", np.int64),
        ("offsets_room", np.int64),
        ("judged", np.int64),
        ("judged_room", np.int64),
        ("events", np.int64),
        ("events_room", np.int64),
        ("entities", np.int64),
        ("entities_room", np.int64),
        ("beliefs", np.int64),
        ("beliefs_room", np.int64),
    ]
)

CHANNEL = np.dtype(
    [
        ("fit", np.float64),
        ("intent", np.float64),
        ("mql", np.float64),
        ("sql", np.float64),
        ("score", np.int64),
        ("value", np.int64),
    ]
)
SEGMENT = np.dtype([("time", np.float64), ("effort", np.float64), ("logit", np.float64), ("value", np.int64)])
PRODUCT = np.dtype([("price", np.float64), ("value", np.int64)])
STAGE = np.dtype(
    [
        ("logit", np.float64),
        ("penalty", np.float64),
        ("effort", np.int64),
        ("late", np.int64),
        ("first", np.int64),  # of its causes
        ("last", np.int64),
    ]
)
QUOTA = np.dtype([("quota", np.float64), ("begins", np.float64), ("ends", np.float64)])
"""What a person has to book in a quota period, and his part of it; person by person, period by period."""


PARAMETERS = np.dtype(
    [
        ("stream", np.int64),
        ("first_day", np.int64),
        ("opens", np.float64),
        ("closes", np.float64),
        ("always", np.int64),  # the calendar never closes
        ("score_separation", np.float64),
        ("score_intent", np.float64),
        ("ready_good", np.float64),
        ("ready_bad", np.float64),
        ("unsubscribe", np.float64),
        ("intent_decay", np.float64),
        ("release_after", np.float64),
        ("spacing", np.float64),
        ("attempt_law", np.int64),
        ("conversation_law", np.int64),
        ("speed_curve", np.int64),
        ("speed_exponent", np.float64),
        ("speed_scale", np.float64),
        ("accept_good", np.float64),
        ("accept_bad", np.float64),
        ("accept_intent", np.float64),
        ("sdr_patience", np.int64),
        ("attempt_hours", np.float64),
        ("conversation_hours", np.float64),
        ("sdr_routing", np.int64),
        ("ae_routing", np.int64),
        ("sla", np.float64),
        ("breach", np.int64),
        ("transit_loss", np.float64),
        ("recycles", np.int64),
        ("recycle_share", np.float64),
        ("ae_patience", np.int64),
        ("max_open", np.int64),
        ("bad_fit_logit", np.float64),
        ("renewal_logit", np.float64),
        ("renewal_fit", np.float64),
        ("term", np.float64),
        ("sdr_learning", np.float64),
        ("ae_learning", np.float64),
        ("sdr_coding", np.float64),
        ("ae_coding", np.float64),
        ("handover", np.float64),
        ("handover_logit", np.float64),
        ("marketing_rate", np.float64),
        ("cap", np.float64),
        ("reference_rate", np.float64),
        ("elasticity", np.float64),
        ("give_up", np.float64),
        ("near_quota", np.float64),
        ("effort_varies", np.int64),
        ("pull_forward", np.float64),
        ("pull_reach", np.float64),
        ("pull_span", np.float64),
        ("counted", np.int64),  # attainment matters
        ("resets", np.int64),  # it matters now or will
        ("overflow_policy", np.int64),
        ("overflow_begins", np.float64),
        ("overflow_ends", np.float64),
        ("queue_limit", np.int64),
        ("hold_at_most", np.float64),
        ("external_fee", np.float64),
        ("external_quality", np.float64),
        ("external_law", np.int64),
        ("external_start_up", np.float64),
        ("prospecting_channel", np.int64),
        ("prospecting_effort", np.int64),
        ("self_rate", np.float64),
        ("pursues", np.int64),  # AEs choose among leads
        ("sensitivity", np.float64),
        ("belief", np.float64),
        ("belief_learning", np.float64),
        ("experience", np.float64),
        ("tracking", np.float64),
        ("own_order", np.float64),
        ("own_hours", np.float64),
        # Addresses and lengths
        ("before", np.int64),
        ("before_room", np.int64),
        ("laws", np.int64),
        ("laws_room", np.int64),
        ("knots", np.int64),
        ("knots_room", np.int64),
        ("shares", np.int64),
        ("shares_room", np.int64),
        ("mix", np.int64),
        ("mix_room", np.int64),
        ("steps", np.int64),
        ("steps_room", np.int64),
        ("contact", np.int64),
        ("contact_room", np.int64),
        ("backlog_hours", np.int64),
        ("backlog_hours_room", np.int64),
        ("channels", np.int64),
        ("channels_room", np.int64),
        ("segments", np.int64),
        ("segments_room", np.int64),
        ("products", np.int64),
        ("products_room", np.int64),
        ("stages", np.int64),
        ("stages_room", np.int64),
        ("cause_share", np.int64),
        ("cause_share_room", np.int64),
        ("cause_law", np.int64),
        ("cause_law_room", np.int64),
        ("cause_reason", np.int64),
        ("cause_reason_room", np.int64),
        ("order", np.int64),
        ("order_room", np.int64),
        ("rejections", np.int64),
        ("rejections_room", np.int64),
        ("rejection_reason", np.int64),
        ("rejection_reason_room", np.int64),
        ("absences", np.int64),
        ("absences_room", np.int64),
        ("leads", np.int64),
        ("leads_room", np.int64),
        ("lead_order", np.int64),
        ("lead_order_room", np.int64),
        ("deal_hours", np.int64),
        ("deal_hours_room", np.int64),
        ("bands", np.int64),
        ("bands_room", np.int64),
        ("periods", np.int64),
        ("periods_room", np.int64),
        ("quotas", np.int64),
        ("quotas_room", np.int64),
    ]
)

agenda_at = records_of(STATE, "agenda", PENDING)
slot_at = records_of(STATE, "slots", SLOT)
seat_at = records_of(STATE, "seats", SEAT)
team_at = records_of(STATE, "teams", TEAM)
event_at = records_of(STATE, "events", EVENT)
belief_at = records_of(STATE, "beliefs", BELIEF)
judged_at = records_of(STATE, "judged", JUDGED)
entity_at = records_of(STATE, "entities", ENTITY)
channel_at = records_of(PARAMETERS, "channels", CHANNEL)
segment_at = records_of(PARAMETERS, "segments", SEGMENT)
product_at = records_of(PARAMETERS, "products", PRODUCT)
stage_at = records_of(PARAMETERS, "stages", STAGE)
lead_at = records_of(PARAMETERS, "leads", LEAD)
places = array_of(STATE, "places", np.int64, "places_room")
choices = array_of(STATE, "choices", np.float64, "choices_room")
copy_slot = copy_of(SLOT)
quota_at = records_of(PARAMETERS, "quotas", QUOTA)
before = array_of(PARAMETERS, "before", np.float64, "before_room")
laws = array_of(PARAMETERS, "laws", np.float64, "laws_room", 5)
knots = array_of(PARAMETERS, "knots", np.float64, 2, "knots_room")
shares = array_of(PARAMETERS, "shares", np.float64, "channels_room", "segments_room")
mix = array_of(PARAMETERS, "mix", np.float64, "mix_room")
steps = array_of(PARAMETERS, "steps", np.int64, "steps_room")
code = array_of(STATE, "code", np.int64, "code_room")
execute = call_of(PARAMETERS, STATE)
kept = array_of(STATE, "kept", np.float64, "kept_room")
offsets = array_of(STATE, "offsets", np.float64, "offsets_room")
line = array_of(STATE, "line", np.int64, "line_room")
contact = array_of(PARAMETERS, "contact", np.float64, "contact_room")
backlog_hours = array_of(PARAMETERS, "backlog_hours", np.float64, "backlog_hours_room")
cause_share = array_of(PARAMETERS, "cause_share", np.float64, "cause_share_room")
cause_law = array_of(PARAMETERS, "cause_law", np.int64, "cause_law_room")
absences = array_of(PARAMETERS, "absences", np.float64, "absences_room", 2)
cause_reason = array_of(PARAMETERS, "cause_reason", np.int64, "cause_reason_room")
lead_order = array_of(PARAMETERS, "lead_order", np.float64, "channels_room", "segments_room", "products_room")
deal_hours = array_of(PARAMETERS, "deal_hours", np.float64, "deal_hours_room")
order = array_of(PARAMETERS, "order", np.float64, "channels_room", "segments_room", "products_room")
rejections = array_of(PARAMETERS, "rejections", np.float64, 2, "rejection_reason_room")
rejection_reason = array_of(PARAMETERS, "rejection_reason", np.int64, "rejection_reason_room")
bands = array_of(PARAMETERS, "bands", np.float64, "bands_room", 2)
periods = array_of(PARAMETERS, "periods", np.float64, "periods_room")


Parameters = Any
"""In compiled functions: a record of `PARAMETERS`."""
State = Any
"""In compiled functions: a record of `STATE`."""
