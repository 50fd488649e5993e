"""Fields of a record that hold the addresses of arrays, and their lengths."""

import numpy as np

__all__ = ["pointers"]


def pointers(names: tuple[str, ...]) -> list[tuple[str, type[np.int64]]]:
    """Two fields for each array: `name`, where it is, and `name_room`, how long it is."""
    return [(f"{name}{end}", np.int64) for name in names for end in ("", "_room")]
