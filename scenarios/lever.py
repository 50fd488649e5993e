"""Lever: one number of a funnel or a plan that can be turned, what its turning moves, and in which direction."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, get_origin

from scenarios.overrides import override
from scenarios.scenario import Scenario
from scenarios.shape import Shape, shape_of
from sim.funnel import Funnel
from sim.noun import Noun
from sim.paths import split
from sim.plan import Plan

__all__ = [
    "AGES",
    "ALMOST_ONE",
    "A_NAME",
    "NO_CHANGE",
    "ONE_SDR",
    "PROSPECTING",
    "TINY",
    "TWO_AES",
    "Lever",
    "Step",
    "Worlds",
    "every_field",
    "steps_to",
]

NO_CHANGE = "+0%"
TINY, ALMOST_ONE, AGES = 1e-300, 1 - 2**-53, 1e6
"""Numbers that set a mechanism to work and come to nothing."""
ONE_SDR = {"teams.sdr.headcount": 1}
TWO_AES = {"teams.ae.headcount": 2}
PROSPECTING = {"funnel.prospecting": {"channel": "partner"}}
A_NAME = "a name"
"""Why a field is no lever."""


class Worlds(NamedTuple):
    """A company without a lever, with the lever at nothing, and with the lever turned."""

    without: Scenario
    nothing: Scenario
    turned: Scenario


@dataclass(frozen=True)
class Lever:
    """A field of funnel or plan with two settings: one that does nothing, and one whose effect has a known sign.

    Values are written as in a scenario file (`scenarios.overrides`): a string may be relative.
    """

    path: str
    """The field, as a scenario names it."""
    nothing: Any
    """A setting that leaves every log as it is, bit for bit; where there is one, a setting with which the mechanism is
    at work and does nothing."""
    turned: Any
    """The setting whose effect is known."""
    metric: str
    """The metric that shows the effect."""
    sign: Literal[1, -1]
    """Whether the metric rises or falls."""
    why: str
    """What the lever moves, in a sentence without a full stop."""
    given: Mapping[str, Any] = field(default_factory=dict)
    """Changes of the company in which the lever is tried; its run-in has them too."""
    beside: Mapping[str, Any] = field(default_factory=dict)
    """Changes that turning the lever needs, such as the other share of two that sum to one."""
    replications: int = 40
    """Paired replications that show the sign."""

    def worlds(self, funnel: Funnel, plan: Plan) -> Worlds:
        """The three scenarios on a company. Raises InputError where a change is refused."""
        company = override(funnel, plan, self.given)
        without = Scenario("without", company.funnel, company.plan, company.plan)
        return Worlds(
            without,
            _changed(without, "nothing", {self.path: self.nothing}),
            _changed(without, "turned", {**self.beside, self.path: self.turned}),
        )


def _changed(without: Scenario, name: str, change: Mapping[str, Any]) -> Scenario:
    """A scenario that changes a company from the plan's start on.

    Its plan has a name of its own, so that run-in and plan are two worlds even if nothing else differs.
    """
    outcome = override(without.funnel, without.plan, change)
    plan = outcome.plan.model_copy(update={"name": f"{outcome.plan.name}, {name}"})
    calm = without.funnel if outcome.stress else None
    return without.replace(name=name, funnel=outcome.funnel, plan=plan, stress=outcome.stress, calm=calm)


class Step(NamedTuple):
    """A field on the way to a lever."""

    noun: type[Noun]
    field: str
    path: str
    """The path to the field with `*` in the place of every name that the company gives: funnel.channels.*.leads."""


def steps_to(path: str) -> list[Step]:
    """The fields that a path passes, the last one being the lever's own."""
    names = split(path)
    noun: type[Noun] = Funnel if names[0] == "funnel" else Plan
    said = list(names[:1]) if noun is Funnel else []
    shape = shape_of(noun)
    steps = []
    for name in names[len(said) :]:
        owner = _owner(shape, name)
        child = shape.child(name)
        if child is None:
            raise KeyError(path)
        said.append("*" if owner is None else name)
        if owner is not None:
            steps.append(Step(owner, _field(owner, name), ".".join(said)))
        shape = child
        if shape.laws() or _is_list(shape):
            break
    return steps


def every_field() -> list[str]:
    """The paths of all fields of funnel and plan, with `*` for names; a law or a list is one field."""
    return [*_fields(shape_of(Funnel), "funnel."), *_fields(shape_of(Plan), "")]


def _fields(shape: Shape, before: str) -> list[str]:
    out = []
    for name in shape.fields():
        child = shape.child(name)
        assert child is not None
        out += _below(child, f"{before}{name}")
    return out


def _below(shape: Shape, path: str) -> list[str]:
    if shape.laws() or _is_list(shape):
        return [path]
    if shape.fields():
        return _fields(shape, f"{path}.")
    inner = shape.child("*") if shape.is_open() else None
    if inner is not None and inner.fields() and not inner.laws() and not _is_list(inner):
        return _fields(inner, f"{path}.*.")
    return [path]


def _is_list(shape: Shape) -> bool:
    return any(get_origin(kind) is tuple for kind, _ in shape.plain())


def _owner(shape: Shape, name: str) -> type[Noun] | None:
    """The noun of a shape that has a field of this name; none where the name is an entry's."""
    for kind, _ in shape.plain():
        if isinstance(kind, type) and issubclass(kind, Noun) and name in shape_of(kind).fields():
            return kind
    return None


def _field(noun: type[Noun], name: str) -> str:
    return next(field for field, info in noun.model_fields.items() if name == (info.alias or field))
