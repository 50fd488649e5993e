"""What a spread is made of, in a sentence: luck, what the history leaves open, which structure holds."""

from results.components import Components, Share

__all__ = ["made_of"]


def made_of(found: Components | None, what: str) -> list[str]:
    """The sentence on some outcome's total; none without draws, and no structure where all draws have one."""
    if found is None:
        return []
    luck, parameter = f"{_shown(found.luck)} is luck", f"{_shown(found.parameter)} what the history leaves open"
    if found.structures > 1:
        parts = f"{luck}, {parameter} and {_shown(found.structure)} which structure holds"
        of = f"{found.structures} structures"
    else:
        parts, of = f"{luck} and {parameter}", "one structure"
    return [
        f"Of the spread (variance) of all {what}, {parts} (in brackets 95 % intervals, from {found.draws} "
        f"parameter draws of {of})."
    ]


def _shown(part: Share) -> str:
    return f"{100 * part.share:.0f} % ({100 * part.lo95:.0f} to {100 * part.hi95:.0f})"
