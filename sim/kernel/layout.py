"""How compiled functions find what they read and write, from a record of parameters and a record of state; and the
turns of a life."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernel.memory import array_of, call_of, copy_of, records_of
from sim.kernel.parameters import CHANNEL, PARAMETERS, PRODUCT, QUOTA, SEGMENT, STAGE
from sim.kernel.states import BELIEF, PENDING, SEAT, SLOT, STATE, TEAM
from sim.laws.arrivals import LEAD
from sim.recorder import ENTITY, EVENT
from sim.reviews import JUDGED
from sim.tables.signing import AGES

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
RECLAIM = 28  # nothing: it is taken at once
ARRANGE, DELIVER = 24, 26  # the same: a stage is entered, its work is done
WARM = 22  # no turn of a life either
CHANGE_HEADS = 21  # no turn of a life; among them in the table of what is called by its address
WAIT_TO_PASS, LET_PASS = 29, 32  # at once, and the buyer's time: a lead's way to sales development
COMES = 35  # the same: whether a lead finds an account
SIGN, SIGN_DAY = 37, 38  # the buyer decides on some day; no turn of a life: a day's decisions begin
STRIKE = 36  # no turn of a life: something befalls the company
TEND, EXTEND = 33, 34  # what happens to a customer, when it is due; at once: it buys more
ASK_FOR_USES, LOOK = 30, 23  # the same: what it does before it may go there
# States of a task
NONE, WAITING, RUNNING, DONE = range(4)

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
since = array_of(PARAMETERS, "since", np.float64, "since_room")
outlook = array_of(PARAMETERS, "outlook", np.float64, "outlook_room", "stages_room")
pace = array_of(PARAMETERS, "pace", np.float64, "since_room", "stages_room")
ease = array_of(PARAMETERS, "ease", np.float64, "since_room", "stages_room")
care = array_of(PARAMETERS, "care", np.float64, "since_room", 6)
account_rates = array_of(PARAMETERS, "account_rates", np.float64, "account_tops_room", 3)
account_tops = array_of(PARAMETERS, "account_tops", np.float64, "account_tops_room")
account_sizes = array_of(PARAMETERS, "account_sizes", np.float64, "account_sizes_room")
churn_share = array_of(PARAMETERS, "churn_share", np.float64, "churn_reason_room")
churn_reason = array_of(PARAMETERS, "churn_reason", np.int64, "churn_reason_room")
shock_reason = array_of(PARAMETERS, "shock_reason", np.int64, "shock_reason_room")
shock_loses = array_of(PARAMETERS, "shock_loses", np.int64, "shock_loses_room")
mixes = array_of(PARAMETERS, "mixes", np.float64, "since_room", "products_room")
milestones = array_of(PARAMETERS, "milestones", np.float64, "stages_room", 4)
meetings = array_of(PARAMETERS, "meetings", np.float64, "meetings_room")
facing = array_of(PARAMETERS, "facing", np.float64, "facing_room")
material_share = array_of(PARAMETERS, "material_share", np.float64, "stages_room", "material_effect_room")
material_effect = array_of(PARAMETERS, "material_effect", np.float64, "material_effect_room")
material_reason = array_of(PARAMETERS, "material_reason", np.int64, "material_reason_room")
reclaim = array_of(PARAMETERS, "reclaim", np.float64, "reclaim_room")
beats = array_of(PARAMETERS, "beats", np.float64, "beats_room")
signing_alive = array_of(PARAMETERS, "signing_alive", np.float64, "signing_alive_room", AGES)
signing_paces = array_of(PARAMETERS, "signing_paces", np.float64, "signing_paces_room")
edges = array_of(PARAMETERS, "edges", np.float64, "edges_room")
cause_share = array_of(PARAMETERS, "cause_share", np.float64, "outlook_room", "cause_law_room")
cause_law = array_of(PARAMETERS, "cause_law", np.int64, "cause_law_room")
absences = array_of(PARAMETERS, "absences", np.float64, "absences_room", 2)
cause_reason = array_of(PARAMETERS, "cause_reason", np.int64, "cause_reason_room")
lead_order = array_of(PARAMETERS, "lead_order", np.float64, "channels_room", "segments_room", "products_room")
deal_hours = array_of(PARAMETERS, "deal_hours", np.float64, "deal_hours_room")
order = array_of(PARAMETERS, "order", np.float64, "channels_room", "segments_room", "products_room")
rejections = array_of(PARAMETERS, "rejections", np.float64, 2, "rejection_reason_room")
rejection_reason = array_of(PARAMETERS, "rejection_reason", np.int64, "rejection_reason_room")
has_budget = array_of(PARAMETERS, "has_budget", np.float64, "has_budget_room")
has_authority = array_of(PARAMETERS, "has_authority", np.float64, "has_authority_room")
bands = array_of(PARAMETERS, "bands", np.float64, "bands_room", 2)
source_fit = array_of(PARAMETERS, "source_fit", np.float64, "source_fit_room")
source_intent = array_of(PARAMETERS, "source_intent", np.float64, "source_intent_room")
touch_tops = array_of(PARAMETERS, "touch_tops", np.float64, "touch_tops_room", "touch_cells")
touch_keys = array_of(PARAMETERS, "touch_keys", np.int64, "touch_keys_room")
touch_effects = array_of(PARAMETERS, "touch_effects", np.float64, "touch_effects_room", 5)
touch_actions = array_of(PARAMETERS, "touch_actions", np.float64, "touch_actions_room", 5)
touch_rates = array_of(STATE, "touch_rates", np.float64, "touch_rates_room", "touch_days")
touched = array_of(STATE, "touched", np.float64, "touched_room", 5)
pools = array_of(PARAMETERS, "pools", np.float64, "segments_room")
taken = array_of(STATE, "taken", np.int64, "taken_room")
periods = array_of(PARAMETERS, "periods", np.float64, "periods_room")


Parameters = Any
"""In compiled functions: a record of `PARAMETERS`."""
State = Any
"""In compiled functions: a record of `STATE`."""
