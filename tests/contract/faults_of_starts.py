"""Faults in how a run begins with a company that stands: what is past of a wait, whose a deal is, who is there."""

from faults import Mutant, one

_OPENING = "sim/kernel/opening.py"

OF_STARTS: tuple[Mutant, ...] = (
    one(
        "patience-begins-anew",
        "a lead that waits when the run begins has waited for nothing",
        _OPENING,
        "patience_left(laws(p), knots(p), p.sdr_patience, waited, u)",
        "patience_left(laws(p), knots(p), p.sdr_patience, 0.0, u)",
    ),
    one(
        "a-stay-begins-anew",
        "a lead that is in nurture when the run begins is kept as long as one that enters",
        _OPENING,
        "draw_stay(p, s, slot, stayed)",
        "draw_stay(p, s, slot, 0.0)",
    ),
    one(
        "an-open-lead-is-on-its-way",
        "a lead of which nothing is known still waits for its judgement",
        _OPENING,
        "sold_to = 1.0 if there == _IS_CAPTURED else terms.mql * terms.sql",
        "sold_to = 1.0",
    ),
    one(
        "delays-begin-anew",
        "a captured lead of the start has all its delays before it",
        _OPENING,
        "            e.count = p.steps_room\n            wait(s, slot, STEP, s.now + days)",
        "            wait(s, slot, STEP, s.now)",
    ),
    one(
        "a-term-begins-anew",
        "customers of the start renew after a whole term",
        _OPENING,
        "e.begun, e.due, e.hours = now, now + left, math.inf",
        "e.begun, e.due, e.hours = now, now + p.term, math.inf",
    ),
    one(
        "customers-without-accounts",
        "customers of the start take no account of the market",
        _OPENING,
        "        occupy(s, slot)\n        deal = enter_entity",
        "        deal = enter_entity",
    ),
    one(
        "owners-are-forgotten",
        "open deals go to the least loaded AE whoever owns them",
        "sim/kernel/deals.py",
        "owners[row] if owners[row] != NOT_GIVEN else least_loaded(p, s, NO_LIMIT)",
        "least_loaded(p, s, NO_LIMIT)",
    ),
    one(
        "bookings-are-forgotten",
        "what an AE has booked before the run does not count",
        "sim/kernel/buffers.py",
        'nobody_first["booked"][1:] = tables.seats.booked',
        'nobody_first["booked"][1:] = 0.0',
    ),
)
