"""The guard: makes sure that `sim`, `scenarios`, `results` and `calibration` are this house's rooms and nobody else's.

The rooms bear plain names, and other packages bear them too (`results` is one). Whichever is installed last, or stands
first on the path, wins silently; so each room's `__init__` carries a marker, which is looked for here.
"""

import importlib

__all__ = ["ROOMS", "ForeignRoomError", "check_rooms"]

ROOMS = ("sim", "scenarios", "results", "calibration")


class ForeignRoomError(ImportError):
    """Another package stands where one of leadflow's rooms should."""


def check_rooms() -> None:
    """Raise ForeignRoomError with the path of every package that took a room's name, or the name of a missing room."""
    faults = []
    for room in ROOMS:
        try:
            module = importlib.import_module(room)
        except Exception as error:
            faults.append(f"the package `{room}` cannot be imported: {type(error).__name__}: {error}")
            continue
        if getattr(module, "HOUSE", None) != "leadflow":
            where = getattr(module, "__file__", None) or ", ".join(getattr(module, "__path__", ["an unknown place"]))
            faults.append(f"another package called `{room}` stands in leadflow's way: {where}")
    if faults:
        remedy = "remove it (pip uninstall NAME, or take its folder off the path) and install leadflow again"
        raise ForeignRoomError("\n".join([*faults, remedy]))
