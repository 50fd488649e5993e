"""Lines of the ledger as columns, while it is being made."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.log import NOBODY, Account

__all__ = ["Lines"]

Floats = NDArray[np.float64]


class Lines(NamedTuple):
    """Lines as columns, in the narrow types of the finished table."""

    time: Floats
    account: NDArray[np.int8]
    channel: NDArray[np.int16]
    actor: NDArray[np.int32]
    entity: NDArray[np.int32]
    amount: Floats
    campaign: NDArray[np.int16]

    @classmethod
    def of(
        cls, time: Any, account: Any, channel: Any, actor: Any, entity: Any, amount: Floats, campaign: Any = NOBODY
    ) -> "Lines":
        """Lines of equally long columns; lines of nothing are left out."""
        some = np.flatnonzero(amount)
        return cls(
            time[some],
            np.asarray(account, dtype=np.int8)[some],
            np.asarray(channel, dtype=np.int16)[some],
            np.asarray(actor, dtype=np.int32)[some],
            np.asarray(entity, dtype=np.int32)[some],
            amount[some],
            np.broadcast_to(np.asarray(campaign, dtype=np.int16), time.shape)[some],
        )

    def take(self, order: Any) -> "Lines":
        """The lines in some order."""
        return Lines(*(column[order] for column in self))

    def with_nurture(self, many: "Lines") -> "Lines":
        """These lines and the many of nurture, both in canonical order, as one."""
        place = np.searchsorted(many.time, self.time, side="left")
        after = self.account > Account.NURTURE
        place[after] = np.searchsorted(many.time, self.time[after], side="right")
        place += np.arange(len(place))
        rest = np.ones(len(self.time) + len(many.time), dtype=bool)
        rest[place] = False

        def column(few: Any, most: Any) -> Any:
            both = np.empty(len(rest), dtype=few.dtype)
            both[place] = few
            both[rest] = most
            return both

        return Lines(*map(column, self, many))
