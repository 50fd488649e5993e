"""Snippets of Markdown pages: fenced blocks in page order, run as a reader would run them, in one folder a page.

- ```sh runs with bash; ```python runs as a script; both must end with exit code 0 (`exits=2` in the fence expects 2).
- ```text after one of them is what it prints: its lines must appear in this order; `...` stands for a cut.
- ```yaml or ```csv whose first line is `# file: PATH` is written to that file.
- a block below a comment such as <!-- first command --> is not run here.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Snippet", "run_page", "snippets_of"]

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


def run_page(page: Path, folder: Path) -> Iterator[str]:
    """Run a page's snippets in a folder; yields one sentence for each thing that is wrong."""
    printed: str | None = None
    for snippet in snippets_of(page):
        where = f"{page.name}:{snippet.line}"
        if snippet.marked:
            printed = None
        elif snippet.language in ("sh", "python"):
            done = _run(snippet, folder)
            printed = done.stdout + done.stderr
            wanted = int(found[1]) if (found := re.search(r"exits=(\d+)", snippet.options)) else 0
            if done.returncode != wanted:
                yield f"{where}: ended with {done.returncode}, not {wanted}:\n{printed}"
                return
        elif snippet.language == "text" and printed is not None:
            yield from (f"{where}: {fault}" for fault in _missing(snippet.text, printed))
        else:
            match = _FILE.match(snippet.text)
            if match:
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
