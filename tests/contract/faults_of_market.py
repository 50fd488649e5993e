"""Faults in what surrounds a company: who leaves, which deal is lost, which accounts are left."""

from faults import Edit, Mutant, one

_STRIKE, _PEOPLE = "sim/kernel/shocks.py", "sim/people.py"

OF_MARKET: tuple[Mutant, ...] = (
    one(
        "the-smallest-deal",
        "the smallest deal is lost and not the biggest",
        _STRIKE,
        "if e.amount > most or",
        "if best == NIL or e.amount < most or",
    ),
    one(
        "the-last-of-equals",
        "of deals of one value the last one is lost",
        _STRIKE,
        "e.amount == most and e.id < first",
        "e.amount == most and e.id > first",
    ),
    one(
        "struck-and-going-on",
        "a rep goes on working for a deal that is lost",
        _STRIKE,
        "            withdraw(p, s, slot)\n",
        "",
    ),
    one(
        "struck-and-waiting",
        "a deal that is lost while its task waits is left by its buyer once more",
        _STRIKE,
        "            slot_at(s, slot).phase = REST\n",
        "",
    ),
    one(
        "nobody-looks-at-a-pool",
        "what belongs to no AE is not lost",
        _STRIKE,
        "for seat in range(-1, s.seats_room):",
        "for seat in range(s.seats_room):",
    ),
    one(
        "after-the-heads",
        "a shock comes after those who leave on its day",
        _STRIKE,
        "_QUEUE, _SHOCK = int(Queue.SHOCK),",
        "_QUEUE, _SHOCK = int(Queue.HEADS),",
    ),
    one(
        "the-worst-leaves",
        "in both engines the least skilled leaves",
        _PEOPLE,
        "np.argmax(np.where(there, skill, -np.inf))",
        "np.argmin(np.where(there, skill, np.inf))",
    ),
    one(
        "everybody-after-leaves",
        "in both engines who follows someone taken by a shock is taken at once as well",
        _PEOPLE,
        "if cut_seat[cut] == seat and cut_place[cut] == place:",
        "if cut_seat[cut] == seat and cut_place[cut] <= place:",
    ),
    one(
        "accounts-for-ever",
        "who has left for good keeps its account",
        "sim/kernel/record.py",
        "    if e.client == NOBODY or e.deals > 0:\n",
        "    if e.client == -2:\n",
    ),
    Mutant(
        "left-twice",
        "an account is free twice where its task still stands in a queue",
        (
            Edit("sim/kernel/queues.py", "        give_back(s, slot)\n", "        free_slot(s, slot)\n"),
            Edit("sim/kernel/queues.py", "import give_back\n", "import free_slot\n"),
        ),
    ),
    one(
        "found-twice",
        "AEs find accounts that are with us already",
        "sim/kernel/prospecting.py",
        "    if p.depletes and not account_is_free",
        "    if p.depletes < 0 and not account_is_free",
    ),
    one(
        "referred-twice",
        "customers refer accounts that are with us already",
        "sim/kernel/customers.py",
        "    if p.depletes and not account_is_free",
        "    if p.depletes < 0 and not account_is_free",
    ),
    one(
        "a-try-takes-no-account",
        "while it is tried to win back who has left, its account is free",
        "sim/kernel/customers.py",
        "        o.deals = 1\n        occupy(s, other)\n",
        "        o.deals = 0\n",
    ),
    one(
        "forgotten-accounts",
        "a checkpoint does not hold how many accounts are taken",
        "sim/kernel/saved.py",
        ', "beliefs", "taken")',
        ', "beliefs")',
    ),
)
"""In the order in which a shock acts; then of a market's accounts."""
