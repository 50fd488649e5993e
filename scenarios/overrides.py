"""Changes of a plan and a funnel by dotted path, `spend.paid_search: +20%`, as a scenario file or a caller gives them.

A path leads into the plan (a decision), or with `funnel.` before it, or if only the funnel has its first name, into
the funnel (a stress test). A `*` in it stands for every name there: `channels.*.volume`. Each change leaves a valid
plan or funnel; rules across fields are judged after the last.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from scenarios.moves import MoveError, is_relative, moved, read_move, read_setting
from scenarios.refusals import Refusal, nearest, refusals, shown
from scenarios.shape import Shape, shape_of
from sim.checks import check_funnel, check_pair, check_plan
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.noun import Noun
from sim.paths import Parts, join, split
from sim.plan import Plan

__all__ = ["Entry", "Fault", "Outcome", "apply", "apply_stress", "entries", "override"]

_FIXED = {"start": "the start", "run_in": "the run-in"}
_KEYED = ("channels", "segments", "products", "stages", "teams")

N = TypeVar("N", bound=Noun)


@dataclass(frozen=True)
class Entry:
    """One change as written."""

    place: Parts
    """Where it stands in its file."""
    path: str
    value: Any
    """The plain value."""
    text: str | None = None
    """The text of a scalar that may be relative; none = the value sets."""

    @property
    def written(self) -> Any:
        """What a report shows, and what repeats the change: the text of a relative change or of `=`, else the value."""
        if self.text is not None and (is_relative(self.text) or self.text.startswith("=")):
            return self.text
        return self.value


@dataclass(frozen=True)
class Fault:
    """A refused change: where it stands in its file, the path it is about, and why."""

    place: Parts
    path: str
    rule: str
    got: str = ""
    remedy: str = ""
    at_name: bool = False


@dataclass(frozen=True)
class Outcome:
    """A funnel and a plan after changes, with what was refused on the way."""

    funnel: Funnel
    plan: Plan
    stress: tuple[tuple[str, Any], ...] = ()
    """Changes of the funnel, as path and what was written."""
    touched: tuple[tuple[tuple[str, ...], Entry], ...] = ()
    """The paths that were changed, from `plan` or `funnel` on, and the entries that did it."""
    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()


def entries(change: Any) -> list[Entry]:
    """The changes that a caller gives: a mapping, or a sequence of mappings; strings may be relative, numbers set."""
    mappings = [change] if isinstance(change, Mapping) else change
    return [
        Entry((path,), str(path), value, value if isinstance(value, str) else None)
        for mapping in mappings
        for path, value in mapping.items()
    ]


def override(funnel: Funnel, plan: Plan, change: Any) -> Outcome:
    """A funnel and a plan with changes applied and every rule checked. Raises InputError with all problems."""
    outcome = apply(funnel, plan, entries(change))
    problems = [Problem(fault.path, fault.rule, fault.got, fault.remedy) for fault in outcome.faults]
    problems += [*check_funnel(outcome.funnel), *check_plan(outcome.plan), *check_pair(outcome.funnel, outcome.plan)]
    if problems:
        raise InputError(problems)
    return outcome


def apply_stress(funnel: Funnel, stress: Iterable[tuple[str, Any]]) -> Funnel:
    """A funnel, such as that of one draw, under the stress changes of a scenario. Raises InputError."""
    for path, written in stress:
        entry = Entry((path,), path, written, written if isinstance(written, str) else None)
        funnel, faults, _ = _applied(funnel, split(path), entry, None)
        if faults:
            raise InputError(Problem(fault.path, fault.rule, fault.got, fault.remedy) for fault in faults)
    return funnel


def apply(funnel: Funnel, plan: Plan, changes: Iterable[Entry]) -> Outcome:
    """Apply changes in their order; a refused one is left out, and the rest go on."""
    stress: list[tuple[str, Any]] = []
    touched: list[tuple[tuple[str, ...], Entry]] = []
    faults: list[Fault] = []
    warnings: list[str] = []
    for entry in changes:
        try:
            owner, names = _resolved(entry.path)
            paths = _spelt_out(plan if owner == "plan" else funnel, names)
        except MoveError as error:
            faults.append(Fault(entry.place, entry.path, error.rule, error.got, error.remedy, at_name=True))
            continue
        noun: Plan | Funnel = plan if owner == "plan" else funnel
        said: list[str] = []
        for path in paths:
            noun, found, lost = _applied(noun, path, entry, plan)
            said += lost
            if found:
                faults += found
                break
        else:
            plan, funnel = (noun, funnel) if isinstance(noun, Plan) else (plan, noun)
            warnings += said
            touched += [((owner, *path), entry) for path in paths]
            if owner == "funnel":
                stress += [(join(path), entry.written) for path in paths]
    return Outcome(funnel, plan, tuple(stress), tuple(touched), tuple(faults), tuple(warnings))


def _spelt_out(noun: Noun, names: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The paths that a path with `*` in it stands for; the path itself where there is none. Raises MoveError."""
    trees: list[tuple[tuple[str, ...], Any]] = [((), noun.model_dump(by_alias=True))]
    for depth, name in enumerate(names):
        if name == "*" and not any(isinstance(tree, Mapping) and name in tree for _, tree in trees):
            if not all(isinstance(tree, Mapping) and tree for _, tree in trees):
                raise MoveError("`*` stands for every name, and there are none", shown(join(names[: depth + 1])))
            last = depth + 1 == len(names)
            trees = [
                ((*path, inner), tree[inner])
                for path, tree in trees
                for inner in tree
                if last or tree[inner] is not None
            ]
        else:
            trees = [((*path, name), tree.get(name) if isinstance(tree, Mapping) else None) for path, tree in trees]
    return [path for path, _ in trees]


def _resolved(path: str) -> tuple[str, tuple[str, ...]]:
    """Whether a path leads into the plan or the funnel, and its names there. Raises MoveError."""
    try:
        names = split(path)
    except ValueError as error:
        raise MoveError(str(error), shown(path)) from None
    plan, funnel = shape_of(Plan).fields(), shape_of(Funnel).fields()
    if names[0] in plan:
        return "plan", names
    if names[0] == "funnel" and len(names) > 1:
        names = names[1:]
        if names[0] not in funnel:
            raise MoveError("unknown field of the funnel", names[0], nearest(names[0], funnel, "fields here"))
        return "funnel", names
    if names[0] in funnel:
        return "funnel", names
    raise MoveError("unknown field", "", nearest(names[0], [*plan, *funnel], "fields here"))


def _applied(noun: N, names: tuple[str, ...], entry: Entry, plan: Plan | None) -> tuple[N, list[Fault], list[str]]:
    """The noun after one change; or the same noun, and why the change is refused.

    plan: whose months a dated change must meet; none where that has been judged.
    """
    of_plan = isinstance(noun, Plan)
    shown_path = join(names) if of_plan else f"funnel.{join(names)}"
    tree = noun.model_dump(by_alias=True)
    try:
        old, typed, shape = _found(noun, tree, names, _is_move(entry))
    except MoveError as error:
        return noun, [Fault(entry.place, shown_path, error.rule, error.got, error.remedy, at_name=True)], []
    try:
        new = _new_value(entry, old, typed, shape, plan, names)
    except MoveError as error:
        return noun, [Fault(entry.place, shown_path, error.rule, error.got, error.remedy)], []
    tree = _with(tree, names, new)
    try:
        changed = type(noun).model_validate(tree)
    except ValidationError as error:
        found = refusals(error, type(noun), tree)
        faults = [_fault(refusal, names, entry, old, of_plan) for refusal in found]
        # A relative change is one text: that it spoils several months is still one problem.
        return noun, faults[:1] if _is_move(entry) else faults, []
    moved_key = _moved_key(noun, changed)
    if moved_key:
        rule = "a key identifies an entry to the draws and cannot be changed"
        return noun, [Fault(entry.place, shown_path, rule, moved_key)], []
    return changed, [], _reset(shown_path, names, new, noun, changed)


def _is_move(entry: Entry) -> bool:
    return entry.text is not None and is_relative(entry.text)


def _found(noun: Noun, tree: Any, names: tuple[str, ...], must_exist: bool) -> tuple[Any, Any, Shape]:
    """The plain value at a path, the same as the noun holds it, and its shape. Raises MoveError for no such path."""
    if isinstance(noun, Plan) and names[0] in _FIXED:
        raise MoveError(f"{_FIXED[names[0]]} is the same in every scenario", remedy="change it in the plan itself")
    typed: Any = noun
    shape = shape_of(type(noun))
    for depth, name in enumerate(names):
        if tree is None:
            raise MoveError(f"{join(names[:depth])} has no value yet", remedy=f"set {join(names[:depth])} as a whole")
        below = shape.with_law(tree["law"]).child(name) if shape.laws() and isinstance(tree, Mapping) else None
        child = below or shape.child(name)
        if isinstance(tree, Mapping) and name in tree and child is not None:
            typed, tree = _attribute(typed, name), tree[name]
        elif isinstance(tree, (list, tuple)) and name.isascii() and name.isdigit() and int(name) < len(tree):
            typed, tree = typed[int(name)], tree[int(name)]
            child = child or shape
        elif isinstance(tree, Mapping) and child is not None and depth == len(names) - 1:
            if must_exist:
                raise MoveError("has no value to change", remedy=nearest(name, tree, "names here") or "set it")
            return None, None, child
        else:
            known = list(tree) if isinstance(tree, Mapping) else [str(place) for place in range(len(_items(tree)))]
            what = "names here" if shape.is_open() else "fields here"
            remedy = nearest(name, known, what) if known else "a single value has no fields"
            if depth == 1 and isinstance(noun, Plan) and names[0] in Funnel.model_fields:
                inner = shape_of(Funnel).child(names[0])
                if inner is not None and inner.child(name) is not None:
                    remedy = f"did you mean funnel.{join(names)}?"
            raise MoveError(f"unknown {'name' if shape.is_open() else 'field'}", remedy=remedy)
        shape = child if child is not None else shape
    return tree, typed, shape


def _items(tree: Any) -> Any:
    return tree if isinstance(tree, (list, tuple)) else ()


def _attribute(typed: Any, name: str) -> Any:
    if isinstance(typed, Noun):
        fields = type(typed).model_fields
        return getattr(typed, next(field for field, info in fields.items() if name == (info.alias or field)))
    return typed[name]


def _new_value(entry: Entry, old: Any, typed: Any, shape: Shape, plan: Plan | None, names: tuple[str, ...]) -> Any:
    text = entry.text
    if text is not None and text.startswith("\u2212"):
        raise MoveError("the sign is U+2212, not a plain hyphen (-)", shown(text), "type the - again")
    if text is not None and is_relative(text):
        return moved(old, read_move(text), shape, plan, typed)
    if text is not None and text.startswith("="):
        return read_setting(text)
    return _keeping_keys(entry.value, old, names)


def _keeping_keys(new: Any, old: Any, names: tuple[str, ...]) -> Any:
    """An entry that is replaced as a whole keeps its key unless one is written."""
    if names[0] not in _KEYED or len(names) > 2 or not isinstance(new, Mapping) or not isinstance(old, Mapping):
        return new
    if len(names) == 1:
        return {name: _keeping_keys(inner, old.get(name), (*names, name)) for name, inner in new.items()}
    return {"key": old["key"], **new} if "key" in old else new


def _moved_key(before: Noun, after: Noun) -> str:
    """The first key that differs between two versions of the same entry."""
    for kind in _KEYED:
        if kind in type(before).model_fields:
            old, new = getattr(before, kind), getattr(after, kind)
            if isinstance(old, Noun):
                old, new = dict(old), dict(new)
            for name, entry in old.items():
                # A team that a plan need not have is none before or after.
                if entry is not None and new.get(name) is not None and new[name].key != entry.key:
                    return str(new[name].key)
    return ""


def _with(tree: Any, names: tuple[str, ...], value: Any) -> Any:
    """A copy of plain values with one replaced."""
    if not names:
        return value
    if isinstance(tree, (list, tuple)):
        place = int(names[0])
        return [_with(item, names[1:], value) if at == place else item for at, item in enumerate(tree)]
    return {**tree, names[0]: _with(tree.get(names[0]), names[1:], value)}


def _fault(refusal: Refusal, names: tuple[str, ...], entry: Entry, old: Any, of_plan: bool) -> Fault:
    """A refusal of the changed noun, put down to the change."""
    path = join(refusal.parts) if of_plan else f"funnel.{join(refusal.parts)}"
    inner = refusal.parts[len(names) :]
    inside = tuple(map(str, refusal.parts[: len(names)])) == names
    remedy = refusal.remedy
    if _is_move(entry) and isinstance(old, (int, float)) and not remedy:
        remedy = f"{shown(old)} changed by {entry.text} gives {refusal.got}"
    place = (*entry.place, *inner) if inside else entry.place
    return Fault(place, path, refusal.rule, refusal.got, remedy, refusal.at_name)


def _reset(path: str, names: tuple[str, ...], new: Any, before: Noun, after: Noun) -> list[str]:
    """A warning where a mapping that replaced another left fields out, which so fell back to their defaults."""
    if not isinstance(new, Mapping) or "law" in new:
        return []
    old_tree, new_tree = before.model_dump(by_alias=True), after.model_dump(by_alias=True)
    for name in names:
        old_tree, new_tree = _step_into(old_tree, name), _step_into(new_tree, name)
    if not isinstance(old_tree, Mapping) or not isinstance(new_tree, Mapping):
        return []
    lost = [name for name in old_tree if name not in new and old_tree[name] != new_tree.get(name)]
    if not lost:
        return []
    return [f"{path} is replaced as a whole; what it leaves out falls back to its default: {', '.join(lost)}"]


def _step_into(tree: Any, name: str) -> Any:
    if isinstance(tree, Mapping):
        return tree.get(name)
    return tree[int(name)] if isinstance(tree, (list, tuple)) else None
