"""Draws the README's picture from a real answer: `python docs/picture.py` writes docs/pictures/forecast.svg.

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


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        text = kept(answer(folder))
    console = Console(width=WIDTH, record=True, file=open(os.devnull, "w", encoding="utf-8"), force_terminal=True)  # noqa: SIM115
    console.print(text)
    # The fonts of the reader's machine, instead of one fetched from elsewhere.
    form = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    form = form.replace("Fira Code", "ui-monospace, Menlo, Consolas, DejaVu Sans Mono")
    svg = console.export_svg(title="leadflow", code_format=form, unique_id="forecast")
    PICTURE.write_text(re.sub(r"[ \t]+$", "", svg, flags=re.MULTILINE), encoding="utf-8")
    print(text.plain)


if __name__ == "__main__":
    main()
