"""The rules of the house: floors, file sizes, names, openings, exports."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("sim", "scenarios", "results", "calibration", "leadflow")
FILES = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))


def test_imports_go_down_only() -> None:
    script = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([script, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_is_a_room(file: Path) -> None:
    text = file.read_text()
    tree = ast.parse(text)
    assert len(text.splitlines()) <= 500, "no file is longer than 500 lines"
    opening = ast.get_docstring(tree)
    assert opening, "a sentence opens every file"
    assert opening.splitlines()[0].rstrip().endswith((".", ":", ";", ",")) or len(opening.splitlines()) > 1
    assert file.stem not in sys.stdlib_module_names or file.parent.name not in ROOMS, "no file has a library's name"
    assert not any(
        isinstance(node, ast.ImportFrom) and any(name.name == "*" for name in node.names) for node in ast.walk(tree)
    )


def test_no_circles_inside_a_room() -> None:
    names = {
        str(file.relative_to(ROOT).with_suffix("")).replace("/", ".").removesuffix(".__init__"): file for file in FILES
    }
    graph: dict[str, set[str]] = {}
    for name, file in names.items():
        graph[name] = set()
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.ImportFrom) and node.module:
                parts = [f"{node.module}.{alias.name}" for alias in node.names]
                graph[name] |= {part if part in names else node.module for part in parts} & set(names)
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, " -> ".join((*path, name))
        if name not in done:
            for other in graph[name] - {name}:
                visit(other, (*path, name))
            done.add(name)

    for name in names:
        visit(name, ())


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_a_file_exports_exists(file: Path) -> None:
    tree = ast.parse(file.read_text())
    exported = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets)
    ]
    defined = {getattr(node, "name", "") for node in tree.body}
    defined |= {
        target.id
        for node in tree.body
        for target in ([node.target] if isinstance(node, ast.AnnAssign) else getattr(node, "targets", []))
        if isinstance(target, ast.Name)
    }
    defined |= {a.asname or a.name for n in tree.body if isinstance(n, ast.ImportFrom) for a in n.names}
    defined |= {
        element.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Tuple)
        for element in target.elts
        if isinstance(element, ast.Name)
    }
    has_getattr = any(getattr(node, "name", "") == "__getattr__" for node in tree.body)
    for names in exported:
        assert has_getattr or set(names) <= defined, set(names) - defined


def test_the_median_file_is_short() -> None:
    lengths = sorted(len(file.read_text().splitlines()) for file in FILES)
    assert lengths[len(lengths) // 2] <= 200
