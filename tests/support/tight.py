"""A compiled engine's memory without room to spare, each buffer between two fences that nothing may touch."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.kernel.buffers import Memory
from sim.tables import Tables

_FENCE = 4
"""Records before and after a buffer."""
_FILL = 0xA5
_GROWS = ("agenda", "slots", "events", "entities")


class Tight(Memory):
    """Memory whose buffers begin with the least room that the engine asks for, and grow from there."""

    def __init__(self, tables: Tables, turns: frozenset[int], **rooms: int):
        deals = rooms["slots"] - 1024
        least = 64 + 8 * (len(tables.seats.team) + 1 + deals)
        super().__init__(tables, turns, **dict.fromkeys(_GROWS, least) | {"slots": max(deals, 1)})
        self.fenced: list[NDArray[np.uint8]] = []
        self.grown: dict[str, int] = dict.fromkeys(_GROWS, 0)
        for name in _GROWS:
            self._fence(name)

    def double(self, name: str) -> None:
        """Make an array twice as long, with new fences."""
        super().double(name)
        self.grown[name] += 1
        self._fence(name)

    def _fence(self, name: str) -> None:
        old = self.arrays[name]
        border = _FENCE * old.dtype.itemsize
        room = np.full(old.nbytes + 2 * border, _FILL, dtype=np.uint8)
        self.fenced.append(room)
        new: NDArray[Any] = room[border:-border].view(old.dtype)
        new[:] = old
        self.arrays[name] = new
        self.record[name], self.record[f"{name}_room"] = new.ctypes.data, len(new)
        self.borders = [*getattr(self, "borders", []), border]

    def check(self) -> None:
        """Nothing was written before or after a buffer, the outgrown ones among them."""
        for room, border in zip(self.fenced, self.borders, strict=True):
            assert (room[:border] == _FILL).all(), "written before a buffer"
            assert (room[-border:] == _FILL).all(), "written after a buffer"
