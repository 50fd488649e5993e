"""Faults in what happens after the handoff: routing, service levels, persons, overflow, pay, pursuit."""

from faults import Edit, Mutant, one

AFTER_HANDOFF = (
    # Handoff
    one(
        "late-breach",
        "a service level is counted in civil hours",
        "sim/kernel/lives.py",
        "promised = due(before(p), p.first_day, p.opens, p.closes, now, p.sla)",
        "promised = now + p.sla / 24.0",
    ),
    one(
        "reassigned-to-himself",
        "a lead past its service level may pass to the SDR who has it",
        "sim/kernel/routing.py",
        "            choices(s)[e.owner] = -1.0\n",
        "            pass\n",
    ),
    one(
        "tried-each-time",
        "each attempt counts among the leads that an SDR has tried",
        "sim/kernel/lives.py",
        "        if e.count == 0:\n            seat_at(s, e.seat).tried += 1\n",
        "        seat_at(s, e.seat).tried += 1\n        if e.count == 0:\n",
    ),
    one(
        "benefit-of-the-first-attempt",
        "the worth of a follow-up counts the chance of the first attempt",
        "sim/kernel/queues.py",
        "contact(p)[min(e.count, p.contact_room - 1)]",
        "contact(p)[0]",
    ),
    one(
        "reason-of-bad-fit",
        "good-fit leads are rejected for the reasons of bad-fit ones",
        "sim/kernel/lives.py",
        "rejections(p)[1 if seen(p, s, slot) else 0]",
        "rejections(p)[0]",
    ),
    one(
        "one-recycling-too-many",
        "in both engines a lead comes back once more than it may",
        "sim/laws/handoff.py",
        "recycled >= recycles",
        "recycled > recycles",
    ),
    one(
        "lost-but-some",
        "in both engines fewer leads are lost on their way than the plan says",
        "sim/laws/handoff.py",
        "turn(visit, 0)) >= loss",
        "turn(visit, 0)) >= loss * loss",
    ),
    # Overflow
    one(
        "backlog-of-the-cold",
        "leads that went cold count in the backlog",
        "sim/kernel/lives.py",
        "        leave_line(s, slot)\n",
        "",
    ),
    one(
        "backlog-of-the-untried",
        "in both engines follow-ups do not count in the backlog",
        "sim/laws/overflow.py",
        "for n in range(len(line)):",
        "for n in range(1):",
    ),
    one(
        "no-way-back",
        "in both engines overflow ends where it began, not at the lower level",
        "sim/laws/overflow.py",
        "return load > (ends if on else begins)",
        "return load > begins",
    ),
    one(
        "limit-too-high",
        "in both engines the queue takes one lead more than its limit",
        "sim/laws/overflow.py",
        "return waiting - idle >= limit",
        "return waiting - idle > limit",
    ),
    one(
        "provider-always-reaches",
        "in both engines the provider reaches every lead",
        "sim/laws/overflow.py",
        "return 1.0 - missed",
        "return 1.0 + missed",
    ),
    Mutant(
        "worst-held-first",
        "in both engines the held lead with the lowest score is handed off first",
        (
            Edit("sim/kernel/holds.py", "e.priority = -e.score", "e.priority = e.score"),
            Edit("sim/reference/overflow.py", "heappush(self.held, (-lead.score,", "heappush(self.held, (lead.score,"),
        ),
    ),
    one(
        "held-without-decay",
        "a lead that is held loses no intent",
        "sim/kernel/overflow.py",
        "    e.intent -= p.intent_decay * (s.now - e.begun)\n",
        "",
    ),
    # Feedback
    one(
        "verdicts-too-soon",
        "in both engines marketing knows at once what sales says",
        "sim/reviews.py",
        "now - terms.delay, side",
        "now, side",
    ),
    Mutant(
        "verdicts-on-the-nurtured",
        "in both engines marketing learns from leads that nurture made ready",
        (
            Edit("sim/kernel/lives.py", "if s.remembers and e.visit == 0:", "if s.remembers:"),
            Edit("sim/reference/overflow.py", "if self.reviews.remembers and lead.visit == 0:", "if True:"),
        ),
    ),
    one(
        "half-a-ridge",
        "in both engines the regression is shrunk by half",
        "sim/feedback.py",
        "_RIDGE = 1.0",
        "_RIDGE = 0.5",
    ),
    one(
        "points-of-the-plan",
        "who is an MQL at once is judged by the score before feedback",
        "sim/kernel/lives.py",
        "qualifies(p.stream, e.key, channel.mql, e.score, s.threshold + channel.shift)",
        "qualifies(p.stream, e.key, channel.mql, e.points, s.threshold + channel.shift)",
    ),
    # Spend that is cut
    one(
        "cut-without-need",
        "in both engines spend is cut whether there is overflow or not",
        "sim/reviews.py",
        "terms.overflow_policy == THROTTLE and now.overflowing and",
        "terms.overflow_policy == THROTTLE and",
    ),
    Mutant(
        "shallow-leads-stay-away",
        "in both engines a cut in spend keeps away as many leads, but those that any spend would have brought",
        (
            Edit(
                "sim/kernel/loop.py", "lead.depth < kept(s)[lead.channel]", "1.0 - lead.depth < kept(s)[lead.channel]"
            ),
            Edit(
                "sim/reference/overflow.py",
                "depth < self.reviews.spent.kept[channel]",
                "1.0 - depth < self.reviews.spent.kept[channel]",
            ),
        ),
    ),
    one(
        "cut-for-ever",
        "in both engines spend that was cut once stays away from the rate of later weeks",
        "sim/throttle.py",
        "self.kept[channel] = _ratio(*leads)",
        "self.kept[channel] = min(self.kept[channel], _ratio(*leads))",
    ),
    # Pursuit
    one(
        "belief-of-another",
        "an AE learns what others' opportunities turned out to be",
        "sim/kernel/pursuit.py",
        "        view = belief_at(s, e.owner * p.channels_room + e.channel)\n",
        "        view = belief_at(s, e.channel)\n",
    ),
    one(
        "belief-that-stays",
        "in both engines what an AE believed at first never fades",
        "sim/laws/pursuit.py",
        "return before * (1.0 - learning)",
        "return before",
    ),
    # Prospecting
    one(
        "spell-forgotten",
        "prospecting that is broken off begins anew",
        "sim/kernel/prospecting.py",
        "    r.toil -= done\n",
        "",
    ),
    Mutant(
        "prospects-in-vain",
        "in both engines prospecting that is broken off begins anew",
        (
            Edit("sim/kernel/prospecting.py", "    r.toil -= done\n", ""),
            Edit("sim/reference/prospecting.py", "        self.toil[seat] -= done\n", ""),
        ),
    ),
    one(
        "found-by-another",
        "what an AE finds is drawn from the finds of all, not his own",
        "sim/kernel/prospecting.py",
        "key = p.stream, p.prospecting_channel, child_key(r.key, _SELF_SOURCED, r.found)",
        "key = p.stream, p.prospecting_channel, child_key(r.key, _SELF_SOURCED, s.entered)",
    ),
    # Persons
    Mutant(
        "learns-when-begun",
        "a rep has learnt from a task when he begins it",
        (
            Edit("sim/kernel/teams.py", "    r.done += 1\n", ""),
            Edit("sim/kernel/teams.py", "    r.busy = slot\n", "    r.busy = slot\n    r.done += 1\n"),
        ),
    ),
    one(
        "skill-of-another",
        "attempts have the skill of the first person",
        "sim/kernel/lives.py",
        "reaching(e.speed, ability(p, s, e.seat))",
        "reaching(e.speed, ability(p, s, 0))",
    ),
    one(
        "divided-twice",
        "a leaver's opportunities pass on when he leaves, and what is his passes on again when the handover is over",
        "sim/kernel/heads.py",
        "_PASSES_ON, seat)\n    else:\n        _pass_on(p, s, seat)\n",
        "_PASSES_ON, seat)\n    _pass_on(p, s, seat)\n",
    ),
    one(
        "back-unnoticed",
        "nobody looks for work when a rep comes back from leave",
        "sim/kernel/heads.py",
        "    s.closing = 1\n    if r.team == AE and not s.pooled:\n        _divide(p, s, NOBODY)\n"
        "    _plan_leave(p, s, seat, n + 1)\n",
        "    if r.team == AE and not s.pooled:\n        _divide(p, s, NOBODY)\n    _plan_leave(p, s, seat, n + 1)\n",
    ),
    one(
        "away-but-ramping",
        "a new hire's ramp goes on while he is on leave",
        "sim/kernel/heads.py",
        "    r.lost += end - begin\n",
        "",
    ),
    one(
        "hands-unchanged",
        "in both engines nothing tells that an opportunity has changed hands",
        "sim/tables/people.py",
        "        handover_logit=funnel.ae.handover_logit,\n",
        "        handover_logit=0.0,\n",
    ),
    one(
        "handover-at-once",
        "the opportunities of a leaver pass on while he clears his desk",
        "sim/kernel/heads.py",
        "if r.team == AE and not s.pooled and p.handover > 0.0:",
        "if r.team == AE and not s.pooled and p.handover > 5.0:",
    ),
    one(
        "coding-forgotten",
        "nobody codes what a stage's work came to",
        "sim/kernel/deals.py",
        "p.am_coding if e.works == AM else p.ae_coding",
        "0.0",
    ),
    # Pay
    one(
        "quota-never-reset",
        "what an AE has booked in a quota period counts in the next one too",
        "sim/kernel/quotas.py",
        "seat_at(s, seat).booked = 0.0",
        "seat_at(s, seat).booked += 0.0",
    ),
    one(
        "hurried-all-along",
        "in both engines pace matters from the beginning of a quota period on",
        "sim/laws/pay.py",
        "if math.isinf(quota) or not ends - now < (ends - begins) * LAST_PART:",
        "if math.isinf(quota):",
    ),
    one(
        "pulled-too-far",
        "in both engines closes are pulled into the last 30 days of a quota period, not the last 10",
        "sim/laws/pay.py",
        "begins = max(edges[k] - span, now)",
        "begins = max(edges[k] - 3.0 * span, now)",
    ),
    one(
        "unequal-to-the-root",
        "in both engines effort is compared with the pay of the plan itself, not of its root",
        "sim/tables/pay.py",
        "reference_rate=_reference(root)",
        "reference_rate=_reference(plan)",
    ),
)
"""In the order in which a lead meets them."""
