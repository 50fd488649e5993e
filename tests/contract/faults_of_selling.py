"""Faults in what happens through the sale: buyers who go back, the climate of the day."""

from faults import Mutant, one

OF_SELLING: tuple[Mutant, ...] = (
    one(
        "back-by-one",
        "a buyer who goes back goes to the stage before the one that he was to go to",
        "sim/kernel/deals.py",
        "e.count = BACK - e.cause",
        "e.count = max(BACK - e.cause - 1, 0)",
    ),
    one(
        "back-like-an-advance",
        "an opportunity that goes back may be lost to the delay that the rep's work caused",
        "sim/kernel/deals.py",
        "if slot_at(s, slot).cause != ADVANCES or _survives(",
        "if _survives(",
    ),
    one(
        "teaches-twice",
        "an AE learns of a channel whenever an opportunity leaves its first stage",
        "sim/kernel/deals.py",
        "p.pursues and e.count == 0 and e.visit == 0:\n        learn(p, s, slot)\n    if e.cause",
        "p.pursues and e.count == 0:\n        learn(p, s, slot)\n    if e.cause",
    ),
    # Day by day
    one(
        "load-of-nobody",
        "the pace does not go with who is there",
        "sim/kernel/signing.py",
        "range(s.alive if p.signing_elasticity != 1.0 else 0)",
        "range(0)",
    ),
    one(
        "a-day-younger",
        "in its last stage an opportunity is a day younger than it is",
        "sim/kernel/signing.py",
        "e.due = math.floor(s.now)",
        "e.due = math.floor(s.now) + 1.0",
    ),
    one(
        "signs-tomorrow",
        "who comes within a day may sign after its end",
        "sim/kernel/signing.py",
        "e.due = begins + share * (day + 1.0 - begins)",
        "e.due = begins + share",
    ),
    one(
        "signs-without-a-climate",
        "nothing that holds on a day moves the odds of a last stage that is decided day by day",
        "sim/kernel/signing.py",
        "    e.eta += outlook(p)[row, e.count]\n",
        "",
    ),
    # Climate
    one(
        "climate-of-the-last-spell",
        "what programmes do to the odds is what they do in the end",
        "sim/kernel/deals.py",
        "    e.eta += outlook(p)[row, e.count]\n",
        "    e.eta += outlook(p)[p.outlook_room - 1, e.count]\n",
    ),
    one(
        "no-work-saved",
        "programmes save no work",
        "sim/kernel/deals.py",
        " * ease(p)[spell_of(since(p), s.now), e.count]",
        "",
    ),
    one(
        "rhythm-of-every-stage",
        "all stages have the rhythm of the last",
        "sim/kernel/deals.py",
        "if p.beats_room > 0 and e.count == p.sold - 1:",
        "if p.beats_room > 0:",
    ),
    one(
        "spell-late",
        "in both engines a spell begins after the instant at which it begins",
        "sim/laws/selling.py",
        "since[k + 1] <= now",
        "since[k + 1] < now",
    ),
    one(
        "month-before",
        "in both engines a closing month beats like the one before",
        "sim/laws/selling.py",
        "runs = (edges[month + 1] - now) * beats[month]",
        "runs = (edges[month + 1] - now) * beats[max(month - 1, 0)]",
    ),
    one(
        "all-buyers-alike",
        "buyers who lack something meet causes of loss like others",
        "sim/kernel/deals.py",
        "    row = row_of(now, p.kinds, e.budget == 1, e.authority == 1)\n",
        "    row = row_of(now, p.kinds, True, True)\n",
    ),
    one(
        "discount-all-along",
        "a discount helps in every stage",
        "sim/kernel/deals.py",
        "    if e.count == p.sold - 1:\n        eta += product_at",
        "    if e.count >= 0:\n        eta += product_at",
    ),
    one(
        "attended-since-its-lead-came",
        "marketing's touches of an opportunity count from the capture of its lead",
        "sim/kernel/deals.py",
        "sale_logit(e.opened,",
        "sale_logit(min(e.captured, e.opened),",
    ),
    one(
        "attended-as-now",
        "in both engines an opportunity of the run-in counts as touched by the plan all along",
        "sim/laws/touches.py",
        "added += before * (left",
        "added += daily * (left",
    ),
    # Leads that return
    one(
        "left-in-the-line",
        "a lead that returns stays in the line in which its opportunity stood",
        "sim/kernel/selling.py",
        "    if e.queued:\n",
        "    if e.queued and False:\n",
    ),
    one(
        "first-visit-again",
        "a lead that returns counts its visits anew",
        "sim/kernel/selling.py",
        "e.visit, e.tasks, e.waits = e.lead_visit, e.lead_tasks, e.lead_waits",
        "e.visit, e.tasks, e.waits = 0, e.lead_tasks, e.lead_waits",
    ),
    one(
        "same-opportunity",
        "a lead's second opportunity has the luck of its first",
        "sim/kernel/deals.py",
        "child_key(e.key, _TAG_DEAL, e.deals)",
        "child_key(e.key, _TAG_DEAL, 0)",
    ),
    one(
        "returns-for-ever",
        "in both engines a lead returns once more than it may",
        "sim/laws/selling.py",
        "return recycled < recycles and",
        "return recycled <= recycles and",
    ),
    # What is done in a stage
    one(
        "asset-of-the-sale",
        "an asset that is used once is used in every stage",
        "sim/kernel/selling.py",
        "_P_MATERIAL, turn(e.visit, asset)",
        "_P_MATERIAL, turn(0, asset)",
    ),
    one(
        "meetings-of-what-is-left",
        "meetings take a share of the hours that were left when the work was last taken up",
        "sim/kernel/selling.py",
        "        hours = hours * segment_at(p, e.segment).effort * facing(p)[e.count] / count\n",
        "        hours = e.hours * facing(p)[e.count] / count\n",
    ),
    one(
        "one-more-meeting",
        "in both engines there is always one meeting more than the whole number",
        "sim/laws/selling.py",
        "< mean - whole:",
        "< 1.0:",
    ),
)
"""In the order in which a sale meets them."""
