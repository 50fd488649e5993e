"""Draws the README's picture from a real answer: `python docs/picture.py [--check]`, docs/pictures/forecast.svg.

It does what the README's first command does, in a temporary folder, and keeps the forecast's tables of bookings and of
the gap as the terminal shows them.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).parent / "pictures" / "forecast.svg"
WIDTH = 84
COMMAND = "leadflow forecast acme-fitted --months 3"
TABLES = ("Bookings, ", "From the arithmetic")


def answer(folder: str) -> str:
    """What the commands print, with the terminal's colours."""
    environment = {**os.environ, "COLUMNS": str(WIDTH), "FORCE_COLOR": "1", "TERM": "xterm-256color"}
    environment.pop("NO_COLOR", None)
    leadflow = str(Path(sys.executable).with_name("leadflow"))
    printed = ""
    for arguments in ("init acme", "calibrate acme/history --out acme-fitted", COMMAND.removeprefix("leadflow ")):
        command = [leadflow, *arguments.split(), "--quiet"]
        done = subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        printed = done.stdout
    return printed


def kept(printed: str) -> Text:
    """The title and the two tables: each from its heading to the line before the next note or heading."""
    # Empty lines part the answer; those inside a table are filled with spaces.
    blocks = [block for block in printed.split("\n\n") if block.strip()]
    lines = [f"$ {COMMAND}", *blocks[0].splitlines()[:1]]
    for block in blocks:
        plain = Text.from_ansi(block).plain
        if plain.lstrip().startswith(TABLES):
            lines.append("")
            # A footnote begins with one space; the first one ends the table.
            for line in block.splitlines():
                shown = Text.from_ansi(line).plain
                if re.match(r" \S", shown):
                    break
                lines.append(line)
    return Text.from_ansi("\n".join(lines))


def main(check: bool) -> int:
    """Write the picture, or with `check` say whether it is current; 1 if it is not."""
    with tempfile.TemporaryDirectory() as folder:
        text = kept(answer(folder))
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        console = Console(width=WIDTH, record=True, file=nowhere, force_terminal=True)
        console.print(text)
    # The fonts of the reader's machine, instead of one fetched from elsewhere.
    form = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    form = form.replace("Fira Code", "ui-monospace, Menlo, Consolas, DejaVu Sans Mono")
    svg = console.export_svg(title="leadflow", code_format=form, unique_id="forecast")
    svg = re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE)
    print(text.plain)
    if check:
        return int(PICTURE.read_text(encoding="utf-8") != svg)
    PICTURE.write_text(svg, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
