"""What a generated world reaches of queues: each discipline where two and more wait, and queues sorted anew."""

from collections import Counter

from happenings import Happenings, Wait

from sim.disciplines import BY_BENEFIT, BY_SCORE, BY_STAGE, FIFO, FRESH_FIRST, LIFO
from sim.log import NOBODY
from sim.seats import AE, AM
from sim.tables import Tables

_DISCIPLINES = {FIFO: "fifo", LIFO: "lifo", BY_SCORE: "by score", BY_STAGE: "later stage first"}
_DISCIPLINES |= {FRESH_FIRST: "fresh first", BY_BENEFIT: "by benefit"}

QUEUES = (
    [f"SDR queue {name} of two and more" for name in ("fifo", "lifo", "by score", "fresh first", "by benefit")]
    + [
        f"AE queue {name} of two and more, {how}"
        for name in ("fifo", "lifo", "by score", "later stage first")
        for how in ("owned", "pooled")
    ]
    + [f"AM queue {name} of two and more" for name in ("fifo", "lifo")]
    + [f"a younger task passes an older, {team}" for team in ("SDR", "AE", "AM")]
    + [
        f"{whose} tasks in a queue that is sorted anew"
        for whose in ("SDRs'", "an AE's own", "a pool's", "account managers'")
    ]
)
"""Every name that `queues_reached` may count."""


def queues_reached(h: Happenings, out: Counter[str]) -> None:
    """Count who was taken from among others."""
    for team, waits in (("SDR", h.sdr_waits if h.sdrs_stay else []), ("AE", _of(h, AE)), ("AM", _of(h, AM))):
        for wait in waits:
            if not wait.works or wait.since == wait.until:
                continue
            tables = h.at(wait.until)
            discipline = (tables.sdr_discipline, tables.ae_discipline, tables.am_discipline)[wait.team]
            others = [other for other in waits if stands(other, wait)]
            how = f", {'pooled' if tables.pooled else 'owned'}" if team == "AE" else ""
            out[f"{team} queue {_DISCIPLINES[discipline]} of two and more{how}"] += bool(others)
            out[f"a younger task passes an older, {team}"] += any(other.first < wait.first for other in others)
    if h.tables.run_in is not None:
        _sorted_anew(h, h.tables.run_in, out)


def _of(h: Happenings, team: int) -> list[Wait]:
    """What waits for one of a team."""
    return [wait for wait in h.deal_waits if wait.team == team]


def stands(other: Wait, wait: Wait) -> bool:
    """Whether another task waits in the same queue while one is taken, and longer."""
    return other.holder == wait.holder and other.since < wait.until < other.until


def _sorted_anew(h: Happenings, before: Tables, out: Counter[str]) -> None:
    """Queues of two and more tasks that change their discipline at the plan's start and stay queues."""
    t = h.tables
    waiting: dict[int, int] = Counter()
    for wait in _of(h, AE):
        waiting[wait.holder] += wait.since < 0.0 < wait.until
    if before.ae_discipline != t.ae_discipline and before.pooled == t.pooled:
        whose = "a pool's" if t.pooled else "an AE's own"
        out[f"{whose} tasks in a queue that is sorted anew"] += sum(
            count > 1 for holder, count in waiting.items() if t.pooled or holder != NOBODY
        )
    if before.am_discipline != t.am_discipline and before.managed and t.managed:
        many = sum(wait.since < 0.0 < wait.until for wait in _of(h, AM)) > 1
        out["account managers' tasks in a queue that is sorted anew"] += many
    if before.sdr_discipline != t.sdr_discipline and h.sdrs_stay:
        many = sum(wait.since < 0.0 < wait.until for wait in h.sdr_waits) > 1
        out["SDRs' tasks in a queue that is sorted anew"] += many
