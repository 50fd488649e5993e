"""What the compiled engine's records point to."""

import datetime as dt

from sim.funnel import Funnel
from sim.kernel.buffers import Memory
from sim.kernel.states import SEAT
from sim.plan import Plan
from sim.tables import make_tables


def test_nobodys_record_lies_before_the_first_seat_even_where_there_is_none(starter: tuple[Funnel, Plan]) -> None:
    """An opportunity that nobody owns is entered there; without seats it was written outside the buffer."""
    funnel, plan = starter
    for heads in (0, 2):
        teams = {team: {"headcount": heads} for team in ("sdr", "ae")}
        tree = plan.model_dump(by_alias=True) | {"teams": teams, "start": dt.date(2027, 1, 1), "run_in": 0}
        memory = Memory(
            make_tables(funnel, Plan.model_validate(tree)), frozenset(), agenda=1, slots=1, events=1, entities=1
        )
        everybody = memory.arrays["seats"].base
        assert everybody is not None
        assert len(everybody) == 2 * heads + 1
        assert memory["seats"] == everybody.ctypes.data + SEAT.itemsize
