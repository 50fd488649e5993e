"""The page of a report in a real Chromium: it obeys its own policy, and fits wide and narrow windows and paper."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from handmade import manifest, runs, tables

from results.report.page import page
from results.report.run import run_report

CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed (Debian's package is `chromium`)")

MEASURE = """
<script>
const shown = [...document.querySelectorAll("figure svg")].filter(svg => svg.getBoundingClientRect().width > 0);
const cut = [...document.querySelectorAll("figure svg text")].filter(text => {
  const svg = text.ownerSVGElement.getBoundingClientRect(), box = text.getBoundingClientRect();
  return box.width > 0 && (box.left < svg.left - 2 || box.right > svg.right + 2
    || box.top < svg.top - 2 || box.bottom > svg.bottom + 2);
}).map(text => text.textContent);
parent.postMessage(JSON.stringify([window.innerWidth, document.documentElement.scrollWidth, shown.length, cut]), "*");
</script>
"""
"""What no report may hold: a script, which tells how wide the page is, how many pictures show, which words are cut."""

FRAME = """
<!DOCTYPE html>
<script>addEventListener("message", event => { document.title = event.data; });</script>
<iframe src="report.html" width="WIDTH" height="900" style="border: 0"></iframe>
"""
"""A window as narrow as we like: Chromium's own is never less than 500 pixels wide."""


@pytest.fixture(scope="module")
def html() -> str:
    return page(run_report(manifest(), runs(), tables()))


def chromium(tmp_path: Path, *args: str) -> subprocess.CompletedProcess[str]:
    # Under root Chromium has no sandbox; the page is our own.
    always = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    return subprocess.run(
        [CHROMIUM, *always, profile, *args], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip


def test_the_page_obeys_its_policy(html: str, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(html, encoding="utf-8")
    done = chromium(tmp_path, "--dump-dom", f"file://{file}")
    assert done.stdout.count("<svg") == 10
    assert "Content Security Policy" not in done.stderr
    # The same page with a script in it: the policy keeps it from running, and the browser says so.
    file.write_text(html.replace("</body>", MEASURE + "</body>"), encoding="utf-8")
    done = chromium(tmp_path, "--dump-dom", f"file://{file}")
    assert "<title>Acme" in done.stdout
    assert "Content Security Policy" in done.stderr


@pytest.mark.parametrize("width", [1280, 400])
def test_the_page_fits(html: str, tmp_path: Path, width: int) -> None:
    file = tmp_path / "report.html"
    open_to_scripts = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    file.write_text(open_to_scripts.replace("</body>", MEASURE + "</body>"), encoding="utf-8")
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.replace("WIDTH", str(width)))
    done = chromium(tmp_path, "--window-size=1400,900", "--virtual-time-budget=5000", "--dump-dom", f"file://{frame}")
    found = re.search(r"<title>\[(\d+),(\d+),(\d+),(.*?)\]</title>", done.stdout)
    assert found, done.stderr[-2000:]
    inner, across, pictures, cut = found.groups()
    assert int(across) <= int(inner) == width
    assert int(pictures) == 5
    assert cut == "[]"


def test_the_page_prints(html: str, tmp_path: Path) -> None:
    file, pdf = tmp_path / "report.html", tmp_path / "report.pdf"
    file.write_text(html, encoding="utf-8")
    chromium(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", f"file://{file}")
    assert pdf.read_bytes().startswith(b"%PDF")
