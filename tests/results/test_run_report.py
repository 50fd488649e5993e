"""The report of a run made by hand: what it says, and the page that shows it."""

import base64
import dataclasses
import hashlib
import re
from html.parser import HTMLParser

import pytest
from handmade import EVIL, manifest, runs, tables

from results.grouping import GROUPS
from results.report.drawing import FONTS
from results.report.nouns import Named, Number
from results.report.page import page
from results.report.run import run_report

CHARTS = ("bookings", "months", "funnel", "channels", "leakage")


@pytest.fixture(scope="module")
def report():
    return run_report(manifest(), runs(), tables())


@pytest.fixture(scope="module")
def html(report):
    return page(report)


class Read(HTMLParser):
    """A page's elements, and its text by the section that it stands in."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.text, self.section = [], {}, ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag == "section":
            self.section = dict(attributes)["id"]

    def handle_data(self, data):
        self.text[self.section] = self.text.get(self.section, "") + data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def test_the_first_figures(report):
    # Bookings of 300, 500, 700 and 900 k: half of the runs, two, reach 600 k; with n = 4 Wilson's interval of 0.5 is
    # 0.5 -+ 0.5 z / sqrt(n + z^2) = 0.5 -+ 0.35.
    bookings, target, customers = report.tiles[:3]
    assert bookings.value == Number(600e3, "USD")
    assert bookings.words.endswith("between 360,000 and 840,000")
    assert (target.value, target.words) == (Number(0.5, "share"), "of the runs reach it; 95 % interval 15.0% to 85.0%")
    assert customers.value == Number(4.0, "customers")


def test_five_charts_with_words_and_numbers(report):
    assert tuple(section.name for section in report.sections if section.chart) == CHARTS
    assert len({section.chart.name for section in report.sections if section.chart}) == 5
    for section in report.sections:
        if section.chart:
            assert section.legend
            assert section.behind or section.tables


def test_both_views_of_the_funnel(report):
    rows = {row.cells[0].id: row.cells for row in report.of("funnel").tables[0].rows}
    # MQLs: 40 of 100 leads in the period; of the cohort 0.5, from 0.3 to 0.7.
    assert rows["mqls"][1] == Number(40.0, "leads", 40.0)
    assert rows["mqls"][4:] == (
        Number(0.4, "share"), "40.0% to 40.0%", "MQLs per lead", Number(0.5, "share"), "30.0% to 70.0%",
    )  # fmt: skip


def test_the_matrix_adds_up(report):
    table = report.of("leakage").behind[0]
    assert [column.name for column in table.columns] == ["because", "nurture", "presentation", "close", "all"]
    assert [getattr(cell, "value", cell) for cell in table.rows[0].cells] == ["price", "", 5000, 3000, 8000]
    assert [getattr(cell, "value", cell) for cell in table.rows[-1].cells] == ["all", 1000, 5000, 7000, 13000]


def test_each_of_the_25_has_its_ids_and_its_value(report):
    for group, table in zip(GROUPS, report.of("metrics").tables, strict=True):
        headings = [row.cells[0] for row in table.rows if row.heading]
        assert headings == [f"{line.number}. {line.name}" for line in group.lines]
        shown = [row.cells[0].id for row in table.rows if isinstance(row.cells[0], Named)]
        assert shown == [id for line in group.lines for id in line.metrics]
    said = [note for table in report.of("metrics").tables for note in table.notes]
    assert said == ["Market share is not defined: the log does not record it."]


def test_channels_in_the_order_of_their_returns(report):
    assert [row.cells[0] for row in report.of("channels").tables[0].rows] == ["events", EVIL, "(no channel)"]
    places = [row.cells[-3:] for row in report.of("channels").behind[0].rows]
    assert places == [("1", "1 to 2", Number(0.75, "share")), ("2", "1 to 2", Number(0.25, "share")), ("-", "", "")]


def test_the_page_has_every_section_and_picture(html, report):
    read = Read(html)
    assert [one["id"] for one in read.all("section")] == [section.name for section in report.sections]
    pictures = [one for one in read.all("div") if one.get("role") == "img"]
    assert [one["aria-label"] for one in pictures] == [one.chart.words for one in report.sections if one.chart]
    # Each picture is drawn twice, wide and narrow.
    assert len(read.all("svg")) == 10
    assert "600,000" in read.text["bookings"]
    assert "5,000" in read.text["leakage"]
    ids = [attributes["id"] for _, attributes in read.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    referred = re.findall(r"url\(#([^)]+)\)", html)
    assert set(referred) <= set(ids)


def test_the_page_loads_nothing(html):
    read = Read(html)
    assert {tag for tag, _ in read.elements} & {"script", "link", "img", "iframe", "object", "image", "use"} == set()
    for _, attributes in read.elements:
        assert not {name for name in attributes if name.startswith("on") or name in ("style", "src", "action")}
        assert attributes.get("href", "#").startswith("#")
    # The names of two XML vocabularies look like addresses; nothing is fetched from them.
    assert set(re.findall(r"https?://[^\"' <]+", html)) <= {"http://www.w3.org/2000/svg"}
    assert "@import" not in html
    policy = next(one["content"] for one in read.all("meta") if "http-equiv" in one)
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    assert FONTS in style


def test_names_are_words_and_never_markup(html):
    read = Read(html)
    assert EVIL not in html
    assert read.all("b") == read.all("script") == []
    for part in ("", "channels", "leakage", "know", "made"):
        assert EVIL in read.text[part], part


def test_a_run_stored_with_less_says_so():
    report = run_report(manifest(target=None), runs(), None)
    assert len(report.tiles) == 2
    for name in ("channels", "leakage", "metrics"):
        section = report.of(name)
        assert "stored without" in section.words[0]
        assert not section.tables
    read = Read(page(report))
    assert len(read.all("svg")) == 6
    report = run_report(manifest(), runs(), tables(detailed=False))
    assert report.of("leakage").chart is not None
    assert report.of("potential").tables[0].rows[-1].sum
    assert "stored without" in report.of("channels").words[0]
    assert any("stored without" in note for note in report.of("funnel").tables[0].notes)


def test_one_run_has_no_range():
    many = runs()
    one = dataclasses.replace(
        many, values=many.values[:1], monthly=many.monthly[:1], replication=many.replication[:1], draw=many.draw[:1]
    )
    report = run_report(manifest(), one, tables())
    assert report.tiles[0].words == "in one run; a range needs more"
    assert report.of("bookings").words[0].startswith("The one run books 300,000 USD by the end of 2027-02")
    assert len(Read(page(report)).all("svg")) == 10
