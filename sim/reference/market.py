"""The pool of accounts: who of those who would come finds one that is not with us already."""

from typing import TYPE_CHECKING

from sim import rules
from sim.draws import Purpose
from sim.laws import market

if TYPE_CHECKING:
    from sim.reference.scene import Life, Scene

__all__ = ["Pool"]

_SEGMENT = int(Purpose.SEGMENT)


class Pool:
    """How many accounts of each segment are with us."""

    def __init__(self, scene: "Scene"):
        self.scene = scene
        self.taken = [0] * len(scene.world.market.pools)

    def hold(self, segment: int, life: "Life") -> "Life":
        """A life that takes an account: that of a lead, or of an opportunity that was none of our leads."""
        self.taken[segment] += 1
        yield from life
        self.taken[segment] -= 1

    def comes(self, key: int, channel: int, depth: float) -> bool:
        """Whether a lead comes at the spend that is left and finds an account."""
        kept = float(self.scene.overflow.reviews.spent.kept[channel])
        return bool(market.comes(depth, kept, *self._of(key, channel)))

    def has_free(self, key: int, channel: int) -> bool:
        """Whether an account that is found (its key) through a channel is not with us already."""
        if not self.scene.tables.market.depletes:
            return True
        return bool(market.is_free(self.scene.stream, key, *self._of(key, channel)))

    def _of(self, key: int, channel: int) -> tuple[int, float]:
        """How many accounts of what has this key's segment are taken, and of how many."""
        tables = self.scene.tables
        segment = rules.category(self.scene.stream, key, _SEGMENT, tables.channel_segments[channel])
        return self.taken[segment], float(tables.market.pools[segment])
