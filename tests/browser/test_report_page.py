"""Pages of reports in a real Chromium: they obey their own policy, and fit wide and narrow windows and paper."""

import csv
import datetime as dt
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from handmade import manifest, runs, tables

from calibration.calibrate import calibrate
from calibration.goodness import goodness
from calibration.history import read_history
from calibration.past import past_months
from calibration.report import calibration_report
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


def calibrated(folder: Path) -> str:
    """The page of a calibration: a deal a day for a year, of which every second is won after twenty days."""
    first, last = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
    with (folder / "opportunities.csv").open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(("opportunity_id", "opened_at", "closed_at", "outcome", "won_amount", "product"))
        for k in range(365):
            opened = first + dt.timedelta(days=k)
            closed, won = opened + dt.timedelta(days=20 + k % 7), k % 2
            done = (closed, "won" if won else "lost", 900 + k if won else "") if closed <= last else ("", "open", "")
            rows.writerow((k, opened, *done, "a product with quite a long name"))
    history = read_history(folder, as_of=last)
    fit = calibrate(history)
    return page(calibration_report(history, fit, goodness(history), past_months(history, fit, replications=5)))


@pytest.fixture(scope="module", params=[(5, "Acme"), (6, "Calibrated")], ids=("run", "calibration"))
def report(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, int, str]:
    """A page, how many pictures it shows, and how its title begins."""
    pictures, title = request.param
    run = title == "Acme"
    text = page(run_report(manifest(), runs(), tables())) if run else calibrated(tmp_path_factory.mktemp("crm"))
    return text, pictures, title


def chromium(tmp_path: Path, *args: str) -> subprocess.CompletedProcess[str]:
    # Under root Chromium has no sandbox; the page is our own.
    always = ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr")
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    return subprocess.run(
        [CHROMIUM, *always, profile, *args], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip


def test_the_page_obeys_its_policy(report: tuple[str, int, str], tmp_path: Path) -> None:
    html, pictures, title = report
    file = tmp_path / "report.html"
    file.write_text(html, encoding="utf-8")
    done = chromium(tmp_path, "--dump-dom", f"file://{file}")
    assert done.stdout.count("<svg") == 2 * pictures
    assert "Content Security Policy" not in done.stderr
    # The same page with a script in it: the policy keeps it from running, and the browser says so.
    file.write_text(html.replace("</body>", MEASURE + "</body>"), encoding="utf-8")
    done = chromium(tmp_path, "--dump-dom", f"file://{file}")
    assert f"<title>{title}" in done.stdout
    assert "Content Security Policy" in done.stderr


@pytest.mark.parametrize("width", [1280, 400])
def test_the_page_fits(report: tuple[str, int, str], tmp_path: Path, width: int) -> None:
    html, pictures, _ = report
    file = tmp_path / "report.html"
    open_to_scripts = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    file.write_text(open_to_scripts.replace("</body>", MEASURE + "</body>"), encoding="utf-8")
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.replace("WIDTH", str(width)))
    done = chromium(tmp_path, "--window-size=1400,900", "--virtual-time-budget=5000", "--dump-dom", f"file://{frame}")
    found = re.search(r"<title>\[(\d+),(\d+),(\d+),(.*?)\]</title>", done.stdout)
    assert found, done.stderr[-2000:]
    inner, across, shown, cut = found.groups()
    assert int(across) <= int(inner) == width
    assert int(shown) == pictures
    assert cut == "[]"


def test_the_page_prints(report: tuple[str, int, str], tmp_path: Path) -> None:
    html = report[0]
    file, pdf = tmp_path / "report.html", tmp_path / "report.pdf"
    file.write_text(html, encoding="utf-8")
    chromium(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", f"file://{file}")
    assert pdf.read_bytes().startswith(b"%PDF")
