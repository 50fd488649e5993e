"""A company's folder: its funnel, its plan, its scenarios and what it begins with, read and checked together."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.files import Document, Reading, read_document, read_noun
from scenarios.opening import read_opening
from scenarios.overrides import Entry, Outcome, apply
from scenarios.refusals import nearest, shown
from scenarios.what_if import Chain, chain_of
from sim.checks import check_funnel, check_pair, check_plan
from sim.errors import InputError, Problem
from sim.funnel import Funnel
from sim.paths import Parts, split
from sim.plan import Plan
from sim.snapshot import Snapshot

if TYPE_CHECKING:
    from scenarios.draws import Draws
    from scenarios.scenario import Scenario

__all__ = ["BASE", "Company", "check_paths", "load", "load_scenario", "scenario_files"]

BASE = "base"
"""The name of the scenario that is the plan itself."""
_SUFFIXES = (".yaml", ".yml", ".json")
_PLAN_FILLERS = {
    "name": "(unread)",
    "start": "2000-01-01",
    "teams": {"sdr": {"headcount": 0}, "ae": {"headcount": 0}},
}


@dataclass(frozen=True)
class Company:
    """A folder whose funnel and plan are sound."""

    path: Path
    funnel: Funnel
    plan: Plan
    files: Mapping[str, Path]
    """The file of each scenario by name."""

    @property
    def scenarios(self) -> tuple[str, ...]:
        """The names of the scenarios: `base`, the plan itself, then the files of `scenarios/`."""
        return tuple(self.files)

    def scenario(self, name: str = BASE) -> "Scenario":
        """A scenario by the name of its file. Raises InputError with every problem of its files."""
        if name not in self.files:
            rule = "no such scenario"
            raise InputError(Problem(str(self.path), rule, shown(name), nearest(name, self.files, "scenarios here")))
        return load_scenario(self.files[name])


def load(path: str | Path) -> Company:
    """A company from its folder. Raises InputError with every problem of its funnel, plan and open pipeline."""
    folder = Path(os.path.normpath(path))
    if not folder.is_dir():
        rule = "must be a company's folder" if folder.exists() else "no such folder"
        raise InputError(Problem(str(folder), rule))
    plan_file = _one_file(folder, "plan")
    world = _World(plan_file, _Shelf())
    if world.problems or world.outcome is None or world.root is None:
        raise InputError(in_order(world.problems))
    files, problems = _scenario_files(folder, plan_file)
    if problems:
        raise InputError(problems)
    return Company(folder, world.outcome.funnel, world.root, files)


def load_scenario(path: str | Path) -> "Scenario":
    """The scenario of a company's folder (its plan), of a plan file, or of a scenario file.

    Raises InputError with every problem of the scenario, the plan, the funnel, the open pipeline and the draws.
    """
    from scenarios.scenario import Scenario

    file = Path(os.path.normpath(path))
    world = _World(_one_file(file, "plan") if file.is_dir() else file, _Shelf())
    draws = world.draws()
    if world.problems or world.outcome is None or world.root is None or world.funnel is None:
        raise InputError(in_order(world.problems))
    outcome = world.outcome
    warnings = list(outcome.warnings)
    edited = draws.edited(world.funnel) if draws is not None else ()
    if edited:
        listed = ", ".join(edited[:5]) + (f" and {len(edited) - 5} more" if len(edited) > 5 else "")
        warnings.append(f"edited since calibration, so held at the edited value in every draw: {listed}")
    return Scenario(
        name=world.chain.name,
        funnel=outcome.funnel,
        plan=outcome.plan,
        root=world.root,
        draws=draws,
        snapshot=world.snapshot,
        stress=outcome.stress,
        calm=world.funnel if outcome.stress else None,
        warnings=tuple(warnings),
    )


def check_paths(paths: Iterable[str | Path]) -> list[Problem]:
    """Every problem of companies, plans, scenarios and funnels, in the order of the files; nothing is changed."""
    shelf = _Shelf()
    problems: list[Problem] = []
    for path in map(Path, map(os.path.normpath, paths)):
        try:
            if path.is_dir():
                plan_file = _one_file(path, "plan")
                files, found = _scenario_files(path, plan_file)
                problems += found
                worlds = [_World(file, shelf) for file in files.values()]
                worlds[0].draws()
                for world in worlds:
                    problems += world.problems
            elif path.stem == "funnel":
                problems += _funnel_alone(shelf, path)
            else:
                problems += _World(path, shelf).problems
        except InputError as error:
            problems += error.problems
    return in_order(problems)


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems without repetition, file by file in the order given, from the top of each file down."""
    files: dict[str, int] = {}

    def place(problem: Problem) -> tuple[int, int, int]:
        match = re.match(r"(.+?):(\d+):(\d+)(?::|$)", problem.where)
        if match is None:
            return (files.setdefault(problem.where, len(files)), 0, 0)
        return (files.setdefault(match.group(1), len(files)), int(match.group(2)), int(match.group(3)))

    return sorted(dict.fromkeys(problems), key=place)


def _one_file(folder: Path, stem: str) -> Path:
    """The file of a folder that holds its plan or funnel. Raises InputError if there is none, or more than one."""
    found = [folder / f"{stem}{suffix}" for suffix in _SUFFIXES if (folder / f"{stem}{suffix}").exists()]
    if len(found) == 1:
        return found[0]
    if not found:
        raise InputError(Problem(f"{folder / stem}.yaml:1:1", "no such file", remedy=f"a company needs a {stem}.yaml"))
    listed = ", ".join(file.name for file in found)
    raise InputError(Problem(f"{found[0]}:1:1", f"there must be one {stem} in a folder", listed))


def scenario_files(folder: Path) -> dict[str, Path]:
    """The file of each scenario of a company's folder by name: `base`, the plan, then the files of `scenarios/`.

    Raises InputError where there is no plan, or two scenarios have one name.
    """
    files, problems = _scenario_files(folder, _one_file(folder, "plan"))
    if problems:
        raise InputError(problems)
    return files


def _scenario_files(folder: Path, plan_file: Path) -> tuple[dict[str, Path], list[Problem]]:
    files = {BASE: plan_file}
    problems = []
    inside = folder / "scenarios"
    for file in sorted(inside.iterdir()) if inside.is_dir() else ():
        if file.suffix not in _SUFFIXES or file.name.startswith("."):
            continue
        if file.stem in files:
            rule = f"the name {file.stem} is that of {files[file.stem].name}"
            problems.append(Problem(f"{file}:1:1", rule, remedy="name the file otherwise"))
        else:
            files[file.stem] = file
    return files, problems


class _Shelf:
    """Documents already read, so that a plan shared by many scenarios is read and judged once."""

    def __init__(self) -> None:
        self._documents: dict[Path, tuple[Document, list[Problem]] | InputError] = {}
        self._plans: dict[Path, Reading[Plan]] = {}
        self._funnels: dict[Path, Reading[Funnel]] = {}

    def document(self, path: Path) -> tuple[Document, list[Problem]]:
        if path not in self._documents:
            try:
                self._documents[path] = read_document(path)
            except InputError as error:
                self._documents[path] = error
        found = self._documents[path]
        if isinstance(found, InputError):
            raise found
        return found

    def plan(self, document: Document) -> Reading[Plan]:
        if document.path not in self._plans:
            self._plans[document.path] = read_noun(document, Plan, _PLAN_FILLERS)
        return self._plans[document.path]

    def funnel(self, document: Document) -> Reading[Funnel]:
        if document.path not in self._funnels:
            self._funnels[document.path] = read_noun(document, Funnel, {"name": "(unread)"})
        return self._funnels[document.path]


def _funnel_alone(shelf: _Shelf, path: Path) -> list[Problem]:
    document, problems = shelf.document(path)
    reading = shelf.funnel(document)
    return [*problems, *reading.problems, *_placed(document, reading, "funnel")]


def _placed(document: Document, reading: Reading[Plan] | Reading[Funnel], owner: str) -> list[Problem]:
    """The problems of sense of what is sound in a document."""
    noun = reading.noun
    if noun is None:
        return []
    found = check_funnel(noun) if isinstance(noun, Funnel) else check_plan(noun)
    return [
        document.placed(problem, 1)
        for problem in found
        if not reading.pruned or not _is_due_to_pruning(problem, reading, owner)
    ]


def _is_due_to_pruning(problem: Problem, reading: Reading[Plan] | Reading[Funnel], owner: str) -> bool:
    names = split(problem.where)
    if names[0] == owner and reading.touches(names[1:]):
        return True
    missing = {str(parts[-1]) for parts in reading.pruned if parts}
    # A rule that compares with a name, or with the plan's months, that was left out says nothing.
    return problem.got in missing or bool(missing & {"start", "months", "run_in", "follow", "contact"})


class _World:
    """One scenario's files read and judged: what could be made of them, and all their problems."""

    def __init__(self, path: Path, shelf: _Shelf):
        self.problems: list[Problem] = []
        self.funnel: Funnel | None = None
        self.root: Plan | None = None
        self.outcome: Outcome | None = None
        self.snapshot: Snapshot | None = None
        self._folder = path.parent
        self.chain: Chain = chain_of(path, shelf.document)
        self.problems += self.chain.problems
        plan_document = self.chain.plan
        if plan_document is None:
            return
        self._folder = plan_document.path.parent
        plan = shelf.plan(plan_document)
        self.root = plan.noun
        self.problems += [*plan.problems, *_placed(plan_document, plan, "plan")]
        try:
            funnel_document, found = shelf.document(_one_file(self._folder, "funnel"))
        except InputError as error:
            self.problems += error.problems
            return
        funnel = shelf.funnel(funnel_document)
        self.funnel = funnel.noun
        self.problems += [*found, *funnel.problems, *_placed(funnel_document, funnel, "funnel")]
        if plan.noun is None or funnel.noun is None:
            return
        for problem in check_pair(funnel.noun, plan.noun):
            if not _is_due_to_pruning(problem, plan, "plan") and not _is_due_to_pruning(problem, funnel, "funnel"):
                self.problems.append(plan_document.placed(problem, 1))
        self._change(funnel, plan)
        self._opening(plan_document, sound=not (plan.pruned or funnel.pruned))

    def _change(self, funnel: Reading[Funnel], plan: Reading[Plan]) -> None:
        """Apply the chain's changes, and judge what they make."""
        if funnel.noun is None or plan.noun is None:
            return
        outcome = Outcome(funnel.noun, plan.noun)
        by_entry: list[tuple[tuple[str, ...], Entry, Document]] = []
        for link in self.chain.links:
            after = apply(outcome.funnel, outcome.plan, link.changes)
            for fault in after.faults:
                if not _is_about_pruned(fault.path, plan, funnel):
                    tree = link.document.tree
                    at = tree.key_mark(fault.place) if fault.at_name else tree.mark(fault.place)
                    self.problems.append(link.document.at(at, fault.path, fault.rule, fault.got, fault.remedy))
            by_entry += [(names, entry, link.document) for names, entry in after.touched]
            stress, warnings = (*outcome.stress, *after.stress), (*outcome.warnings, *after.warnings)
            outcome = Outcome(after.funnel, after.plan, stress, warnings=warnings)
        self.outcome = outcome
        if by_entry and not (funnel.pruned or plan.pruned):
            before = _judged(funnel.noun, plan.noun)
            for problem in _judged(outcome.funnel, outcome.plan):
                if problem not in before:
                    self.problems.append(_blamed(problem, by_entry))

    def _opening(self, plan_document: Document, sound: bool) -> None:
        if self.outcome is None or self.root is None or self.funnel is None or not sound:
            return

        def refuse(field: Parts, file: str, problem: Problem) -> None:
            if problem.where == file:
                problem = plan_document.problem(field, problem.rule, shown(file), problem.remedy)
            self.problems.append(problem)

        funnel, plan = self.outcome.funnel, self.outcome.plan
        self.snapshot = read_opening(self._folder, funnel, plan, self.root, self.funnel, refuse)

    def draws(self) -> "Draws | None":
        """The posterior draws beside the funnel, if there are any."""
        file = self._folder / "funnel.draws.parquet"
        if not file.exists():
            return None
        from scenarios.draws_file import read_draws

        try:
            return read_draws(file)
        except InputError as error:
            self.problems += error.problems
            return None


def _is_about_pruned(path: str, plan: Reading[Plan], funnel: Reading[Funnel]) -> bool:
    try:
        names = split(path)
    except ValueError:
        return False
    return funnel.touches(names[1:]) if names[0] == "funnel" and len(names) > 1 else plan.touches(names)


def _judged(funnel: Funnel, plan: Plan) -> list[Problem]:
    return [*check_funnel(funnel), *check_plan(plan), *check_pair(funnel, plan)]


def _blamed(problem: Problem, changes: list[tuple[tuple[str, ...], Entry, Document]]) -> Problem:
    """A problem that changes have made, at the last change that concerns its field, or at the last of all."""
    names = split(problem.where)
    related = [
        (path, entry, document)
        for path, entry, document in changes
        if path[: len(names)] == names[: len(path)]
        or problem.where == "plan"
        or (path == ("plan", "months") and "months" in problem.rule)
    ]
    path, entry, document = (related or changes)[-1]
    inside = path == names[: len(path)]
    rest = document.known(names[len(path) :], entry.place) if inside else entry.place
    where = problem.where.removeprefix("plan.")
    return document.at(document.tree.mark(rest), where, problem.rule, problem.got, problem.remedy)
