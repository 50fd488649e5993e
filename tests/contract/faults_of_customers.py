"""Faults in what happens to customers: occasions, what is sold on them, who sells it, who is gone."""

from faults import Mutant, one

_LIVES, _OCCASIONS = "sim/kernel/customers.py", "sim/laws/happenings.py"

OF_CUSTOMERS: tuple[Mutant, ...] = (
    one(
        "twice-the-occasions",
        "in both engines there are twice as many occasions as the rate says",
        _OCCASIONS,
        "uniform(stream, cell, _LEVEL, which) < rate:",
        "uniform(stream, cell, _LEVEL, which) < 2.0 * rate:",
    ),
    one(
        "pleased-by-nothing",
        "in both engines programmes make no promoters",
        _OCCASIONS,
        "_class_of(satisfaction + care[spell, _EASE], promoter, detractor)",
        "_class_of(satisfaction, promoter, detractor)",
    ),
    one(
        "a-wallet-without-end",
        "customers spend more than they may",
        _LIVES,
        "amount = min(amount, e.points - e.amount)",
        "amount = min(amount, math.inf)",
    ),
    one("bought-and-not-paid", "what a customer buys more does not renew", _LIVES, "    c.amount += e.amount\n", ""),
    one(
        "sold-by-who-has-left",
        "customers are sold more by their AE though he has left",
        _LIVES,
        "elif owner == NOBODY or not seat_at(s, owner).present:",
        "elif owner == NOBODY:",
    ),
    one(
        "several-at-once",
        "several opportunities of a customer are open at a time",
        _LIVES,
        "if (e.deals > 0 and what != WINBACK) or amount",
        "if amount",
    ),
    one(
        "lost-for-ever",
        "a customer who has once said no is offered nothing more",
        "sim/kernel/deals.py",
        "        slot_at(s, e.account).deals = 0\n",
        "        slot_at(s, e.account).deals = 1\n",
    ),
    one(
        "the-gone-buy",
        "a customer who has left buys more",
        _LIVES,
        "    if c.id != e.client or c.cause == _LEFT:\n        e.visit -= 1",
        "    if c.id == -2:\n        e.visit -= 1",
    ),
    one(
        "nobody-looks-for-customers",
        "what comes next for a customer is not looked for again when the plan starts",
        _LIVES,
        "until = min(e.due, e.hours, s.until)",
        "until = min(e.due, e.hours)",
    ),
    one(
        "loyal-in-their-second-life",
        "in both engines who was won back leaves no sooner",
        "sim/laws/renewal.py",
        "    return eta - lives * second_life if lives > 0 else eta\n",
        "    return eta\n",
    ),
    one(
        "nobody-grows-old",
        "in both engines customers renew no more often the longer they have stayed",
        "sim/laws/renewal.py",
        "renewal_odds(alpha, beta, passed + 1.0)",
        "renewal_odds(alpha, beta, 1.0)",
    ),
    one(
        "tried-for-ever",
        "who has left may be won back at any time",
        _LIVES,
        "    e.due = s.now + p.may_return\n",
        "    e.due = math.inf\n",
    ),
    one(
        "won-back-from-the-start",
        "who has left may be won back by an occasion of before",
        _LIVES,
        "    e.begun = s.now\n    e.due = s.now + p.may_return\n",
        "    e.due = s.now + p.may_return\n",
    ),
    one(
        "asked-once",
        "a customer is asked only once",
        _LIVES,
        "    e.hours = s.now + p.survey_every\n",
        "    e.hours = 1e9\n",
    ),
    one(
        "brought-by-nobody",
        "a lead that a customer brings has no parent",
        _LIVES,
        "be_born(p, s, s.now, channel, channel, key, e.id)",
        "be_born(p, s, s.now, channel, channel, key, NOBODY)",
    ),
)
"""In the order of a customer's life."""
