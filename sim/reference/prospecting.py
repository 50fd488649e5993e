"""AEs who have nothing else to do look for opportunities of their own, in spells that any work breaks off."""

from functools import partial

from sim import rules
from sim.agenda import Queue
from sim.draws import Purpose, Tag, child_key
from sim.log import NOBODY, Kind
from sim.reference.deals import DealLife
from sim.reference.scene import Scene
from sim.seats import AE

__all__ = ["Prospecting"]

_EFFORT = int(Purpose.PROSPECT_EFFORT)
_SELF_SOURCED = int(Tag.SELF_SOURCED)


class Prospecting:
    """Who prospects since when, and how far each AE is from his next find."""

    def __init__(self, scene: Scene, deals: DealLife):
        self.scene = scene
        self.deals = deals
        seats = scene.world.seats
        self.seats = [seat for seat, team in enumerate(seats.team.tolist()) if team == AE]
        self.key: list[int] = seats.key.tolist()
        self.spells: dict[int, tuple[int, float, float]] = {}
        """By AE who prospects: the spell's number, when it began, and his selling share then."""
        self.begun = dict.fromkeys(self.seats, 0)
        """Spells so far."""
        self.found = dict.fromkeys(self.seats, 0)
        self.toil: dict[int, float] = {}
        """Hours until the next find, once they are drawn."""

    def look_around(self) -> None:
        """All work is handed out: AEs left with none begin to prospect, and those with some, or without room, end."""
        if not self.spells and self.scene.tables.prospecting.channel == NOBODY:
            return
        for seat in self.seats:
            free = self._free(seat)
            if seat in self.spells and not free:
                self._break_off(seat)
            elif free and seat not in self.spells:
                self._begin(seat)

    def leave(self, seat: int) -> None:
        """An AE leaves, or goes on leave."""
        if seat in self.spells:
            self._break_off(seat)

    def _free(self, seat: int) -> bool:
        """Whether an AE has nothing else to do, and room for what he may find."""
        team, book = self.scene.ae, self.scene.book
        return (
            self.scene.tables.prospecting.channel != NOBODY
            and seat in team.present
            and seat not in team.busy
            and len(book.holding[seat]) < book.max_open
        )

    def _begin(self, seat: int) -> None:
        tables, team, now = self.scene.tables, self.scene.ae, self.scene.agenda.now
        if seat not in self.toil:
            self.toil[seat] = rules.delay(
                self.scene.stream,
                self.key[seat],
                _EFFORT,
                self.found[seat],
                tables.laws,
                tables.knots,
                tables.prospecting.effort,
            )
        share = team.share[seat]
        self.begun[seat] += 1
        spell = self.begun[seat] & 0xFFFF
        self.spells[seat] = spell, now, share
        end = rules.finish(*tables.clock, now, self.toil[seat], share, team.ramp[seat], team.hired[seat])
        self.scene.agenda.call_at(end, Queue.PROSPECTED, seat, spell, partial(self._find, seat, spell))

    def _break_off(self, seat: int) -> None:
        """He stops before he has found anything; the hours done count for the next spell."""
        team = self.scene.ae
        _, since, share = self.spells.pop(seat)
        done = rules.effort_done(
            *self.scene.tables.clock, since, self.scene.agenda.now, share, team.ramp[seat], team.hired[seat]
        )
        # A ramp that ends with the run-in would count for the hours before.
        done = min(done, self.toil[seat])
        self.toil[seat] -= done
        self.scene.note(Kind.PROSPECTED, NOBODY, 0, seat, NOBODY, done)

    def _find(self, seat: int, spell: int) -> None:
        """The hours of a spell are done: an opportunity of the AE's own is opened.

        He who has no more room at that instant opens it as soon as he has.
        """
        if seat not in self.spells or self.spells[seat][0] != spell:
            return
        del self.spells[seat]
        hours = self.toil[seat]
        if not self._free(seat):
            self.toil[seat] = 0.0
            self.scene.note(Kind.PROSPECTED, NOBODY, 0, seat, NOBODY, hours)
            return
        key = child_key(self.key[seat], _SELF_SOURCED, self.found[seat])
        self.found[seat] += 1
        del self.toil[seat]
        channel = self.scene.tables.prospecting.channel
        if not self.scene.pool.has_free(key, channel):
            self.scene.agenda.close_instant()
            self.scene.note(Kind.PROSPECTED, NOBODY, 0, seat, NOBODY, hours)
            return
        owner = NOBODY if self.scene.tables.pooled else seat
        opportunity = self.deals.source(key, channel, owner)
        self.scene.note(Kind.PROSPECTED, opportunity.id, 0, seat, NOBODY, hours)
        self.scene.agenda.process(self.deals.live(opportunity))
