"""Faults in what happens before the handoff: nurture, scoring, what sales knows of leads."""

from faults import Mutant, one

BEFORE_HANDOFF: tuple[Mutant, ...] = (
    # Campaigns
    one(
        "a-campaign-s-leads-are-as-any",
        "leads of a campaign fit as those of its channel",
        "sim/kernel/lives.py",
        "fits(stream, key, source_fit(p)[source])",
        "fits(stream, key, source_fit(p)[channel])",
    ),
    one(
        "a-campaign-goes-on",
        "in both engines a campaign is paid for after its last day",
        "sim/rates.py",
        "(days >= first) & (days < last)",
        "(days >= first) & (days < last + 7)",
    ),
    one(
        "the-first-campaign-takes-all",
        "in both engines a lead of a later campaign counts as the first one's",
        "sim/laws/arrivals.py",
        "                lead.source = first + k\n",
        "                lead.source = max(lead.source, first)\n",
    ),
    # Touches
    one(
        "touched-from-capture-on",
        "what a lead saw before its capture does not warm it",
        "sim/kernel/touches.py",
        "max(e.captured - p.touch_before, s.now - p.touch_memory)",
        "max(e.captured, s.now - p.touch_memory)",
    ),
    one(
        "touches-do-not-fade",
        "in both engines touches add for ever what they add at first",
        "sim/laws/touches.py",
        "warmth += terms[c, 0] * 2.0 ** ((at - ends) / half_life)",
        "warmth += terms[c, 0]",
    ),
    one(
        "unopened-counts",
        "in both engines e-mail that nobody opens warms",
        "sim/laws/touches.py",
        "                    if seen:\n",
        "                    if seen or mail:\n",
    ),
    one(
        "touched-as-planned",
        "in both engines cut spend touches as often as planned spend",
        "sim/throttle.py",
        "self.planned[channel, since:until] * left",
        "self.planned[channel, since:until] * max(left, 1.0)",
    ),
    one(
        "scored-cold",
        "touches do not show in scores",
        "sim/reference/leads.py",
        "self.scene.chances.points(lead, self.scene.intent(lead))",
        "self.scene.chances.points(lead, lead.intent)",
    ),
    one(
        "interest-that-is-never-lost",
        "who loses interest counts as one who unsubscribes",
        "sim/kernel/lives.py",
        "e.cause = p.decay_reason if outcome == LOST_INTEREST else reason",
        "e.cause = reason if outcome != LOST_INTEREST else _OUT",
    ),
    one(
        "interest-that-lasts",
        "losing interest ends no stay",
        "sim/kernel/lives.py",
        "nurture(p.stream, e.key, e.visit, ready, p.unsubscribe, p.decay, keep)",
        "nurture(p.stream, e.key, e.visit, ready, p.unsubscribe, 0.0, keep)",
    ),
    one(
        "decides-without-authority",
        "a lead without authority may be ready for sales",
        "sim/kernel/buyers.py",
        "e.authority == 1, intent",
        "True, intent",
    ),
    one(
        "reasons-of-the-truth",
        "why sales rejects a lead depends on its fit and not on how sales sees it",
        "sim/kernel/lives.py",
        "[1 if seen(p, s, slot) else 0]",
        "[e.fit]",
    ),
    one(
        "a-new-view-each-time",
        "sales' view of a lead is another at every visit",
        "sim/kernel/buyers.py",
        "_viewed(p.stream, e.key, e.fit == 1,",
        "_viewed(p.stream, e.key + e.visit, e.fit == 1,",
    ),
    one(
        "delay-that-does-not-cool",
        "the days that a handoff takes do not count in speed to lead",
        "sim/kernel/lives.py",
        "waited = (s.now - e.since + e.speed) * 24.0",
        "waited = (s.now - e.since) * 24.0",
    ),
    one(
        "one-delay-for-all-visits",
        "a lead's handoffs all take as long as its first",
        "sim/kernel/delays.py",
        "turn(e.visit, 0), laws(p)",
        "turn(0, 0), laws(p)",
    ),
    one(
        "kept-for-ever",
        "leads are kept as long as the plan lets them, however little they are worth",
        "sim/kernel/lives.py",
        "keep = min(keep, worth_keeping(p, s, slot))",
        "pass",
    ),
    one(
        "worth-of-the-channel",
        "a lead's worth in nurture is that of its channel, whatever its score says",
        "sim/kernel/buyers.py",
        "    if channel.score < 0:\n        good = posterior",
        "    if channel.score < -9:\n        good = posterior",
    ),
    one(
        "one-threshold-for-all",
        "all channels have the same threshold",
        "sim/kernel/lives.py",
        "s.threshold + channel.shift",
        "s.threshold",
    ),
    one(
        "ready-without-the-profile",
        "who is not what an MQL must be may get ready for all that",
        "sim/kernel/lives.py",
        "        ready = 0.0\n",
        "        pass\n",
    ),
)
"""In the order in which a lead meets them."""
