"""Snippets of Markdown pages: fenced blocks in page order, run as a reader would run them, in one folder a page.

- ```sh runs with bash; ```python runs as a script; both must end with exit code 0 (`exits=2` in the fence expects 2).
- ```text after one of them is what it prints: its lines must appear in this order; `...` stands for a cut.
- ```yaml or ```csv whose first line is `# file: PATH` is written to that file.
- a block below a comment such as <!-- first command --> is not run here, nor one whose fence says `needs=NAME` where
  the folder holds no such file.

`python tests/support/snippets.py PAGE ...` runs pages and writes what is printed now into their ```text blocks; what
they need is looked for in the folder LEADFLOW_DATA.
"""

import difflib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Snippet", "run_page", "snippets_of", "update_page"]

_FENCE = re.compile(r"^```(\w+)[ ]?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# file: (\S+)\n")
_SECONDS = re.compile(r"\b\d[\d,]* seconds")


@dataclass(frozen=True)
class Snippet:
    """One fenced block."""

    language: str
    options: str
    text: str
    line: int
    marked: bool
    """Whether a comment stands right above it."""

    @property
    def needs(self) -> str | None:
        """The file or folder that a reader brings."""
        found = re.search(r"needs=(\S+)", self.options)
        return found[1] if found else None

    @property
    def exits(self) -> int:
        """The exit code that it should end with."""
        found = re.search(r"exits=(\d+)", self.options)
        return int(found[1]) if found else 0


def snippets_of(page: Path) -> list[Snippet]:
    """The blocks of a page."""
    text = page.read_text(encoding="utf-8")
    return [
        Snippet(
            match[1],
            match[2],
            match[3],
            text[: match.start()].count("\n") + 1,
            text[: match.start()].rstrip().endswith("-->"),
        )
        for match in _FENCE.finditer(text)
    ]


def run_page(page: Path, folder: Path, *, brought_only: bool = False) -> Iterator[str]:
    """Run a page's snippets (or those that need something) in a folder; one sentence for each thing that is wrong."""
    for snippet, printed, code in _outputs(page, folder, brought_only):
        where = f"{page.name}:{snippet.line}"
        if snippet.language == "text":
            yield from (f"{where}: {fault}" for fault in _missing(snippet.text, printed))
        elif code != snippet.exits:
            yield f"{where}: ended with {code}, not {snippet.exits}:\n{printed}"
            return


def update_page(page: Path, folder: Path) -> int:
    """Put the most similar printed line in place of each that is no longer printed; the number of those."""
    text, changed = page.read_text(encoding="utf-8"), 0
    for snippet, printed, _ in _outputs(page, folder):
        if snippet.language != "text":
            continue
        fresh, rest = [], [line.rstrip() for line in printed.splitlines()]
        for line in snippet.text.splitlines():
            plain = [_plain(each) for each in rest]
            if _plain(line) not in ("", "...", *plain):
                near = difflib.get_close_matches(line, rest, n=1, cutoff=0.5)
                line, changed = (near[0] if near else f"NOT PRINTED: {line}"), changed + 1
                plain = [_plain(each) for each in rest]
            if _plain(line) in plain:
                rest = rest[plain.index(_plain(line)) + 1 :]
            fresh.append(line)
        text = text.replace(snippet.text, "\n".join(fresh) + "\n")
    page.write_text(text, encoding="utf-8")
    return changed


def _outputs(page: Path, folder: Path, brought_only: bool = False) -> Iterator[tuple[Snippet, str, int]]:
    """Each snippet that ran, or that shows output, with what was printed last and its exit code."""
    printed, code = None, 0
    for snippet in snippets_of(page):
        missing = brought_only if snippet.needs is None else not (folder / snippet.needs).exists()
        if snippet.marked or (missing and snippet.language != "text"):
            printed = None
        elif snippet.language in ("sh", "python"):
            done = _run(snippet, folder)
            printed, code = done.stdout + done.stderr, done.returncode
            yield snippet, printed, code
        elif snippet.language == "text" and printed is not None:
            yield snippet, printed, code
        elif match := _FILE.match(snippet.text):
            file = folder / match[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            rest = snippet.text[match.end() :] if snippet.language == "csv" else snippet.text
            file.write_text(rest, encoding="utf-8")


def _run(snippet: Snippet, folder: Path) -> "subprocess.CompletedProcess[str]":
    scripts = str(Path(sys.executable).parent)
    environment = {
        **os.environ,
        "PATH": scripts + os.pathsep + os.environ["PATH"],
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "PYTHONIOENCODING": "utf-8",
    }
    if snippet.language == "sh":
        command = ["bash", "-euo", "pipefail", "-c", snippet.text]
    else:
        script = folder / f"snippet_{snippet.line}.py"
        script.write_text(snippet.text, encoding="utf-8")
        command = [sys.executable, str(script)]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8")


def _missing(expected: str, printed: str) -> Iterator[str]:
    """The first expected line that does not follow in what was printed."""
    lines = iter([_plain(line) for line in printed.splitlines()])
    for line in expected.splitlines():
        wanted = _plain(line)
        if wanted not in ("", "...") and wanted not in lines:
            yield f"not printed (or not in this order): {line!r}; printed was:\n{printed}"
            return


def _plain(line: str) -> str:
    """A line without what may differ between two readers: spaces and seconds."""
    return " ".join(_SECONDS.sub("N seconds", line).split())


if __name__ == "__main__":
    for name in sys.argv[1:]:
        with tempfile.TemporaryDirectory() as home:
            for brought in Path(os.environ.get("LEADFLOW_DATA", home)).iterdir():
                (Path(home) / brought.name).symlink_to(brought)
            print(f"{name}: {update_page(Path(name), Path(home))} lines renewed")
