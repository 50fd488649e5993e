"""A company's folder: scenarios by name, chains of `extends`, and every problem of every file in one pass."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from scenarios.company import check_paths, load, load_scenario
from scenarios.draws import Draws
from scenarios.draws_file import write_draws
from sim.errors import InputError


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def problems_of(path: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    return [str(problem) for problem in caught.value.problems]


def test_a_company_names_its_scenarios(acme: Path) -> None:
    company = load(acme)
    assert company.scenarios == ("base", "more")
    assert company.funnel.name == "Acme"
    assert company.plan.months == 12


def test_the_base_is_the_plan(acme: Path) -> None:
    base = load(acme).scenario("base")
    assert base.name == "base"
    assert base.plan == base.root == load(acme).plan
    assert base.stress == ()
    assert base == load_scenario(acme) == load_scenario(acme / "plan.yaml")


def test_a_scenario_changes_the_plan_and_keeps_the_root(acme: Path) -> None:
    more = load(acme).scenario("more")
    assert more.name == "More"
    assert more.plan.teams.sdr.headcount == (4, 4, 4, 6, 6, 6, 6, 6, 6, 6, 6, 6)
    assert more.plan.spend["content"] == 8_500
    assert more.root == load(acme).plan
    assert more == load_scenario(acme / "scenarios" / "more.yaml")


def test_the_open_pipeline_is_read_with_ages(acme: Path) -> None:
    snapshot = load(acme).scenario("base").snapshot
    assert snapshot is not None
    assert [(deal.id, deal.age, deal.stage_age, deal.amount, deal.zombie) for deal in snapshot.deals] == [
        ("o1", 61.0, 31.0, 12_000.0, False),
        ("o2", 91.5, 17.0, None, True),
    ]


def test_chains_apply_from_the_plan_on(acme: Path) -> None:
    (acme / "scenarios" / "deeper.json").write_text(
        '{"extends": "more.yaml", "change": '
        '[{"spend.content": "+100"}, {"spend.content": "-50%"}, {"scoring.threshold": -2}]}'
    )
    deeper = load(acme).scenario("deeper")
    assert deeper.name == "deeper"
    assert deeper.plan.spend["content"] == 4_300
    assert deeper.plan.scoring.threshold == -2
    assert deeper.root == load(acme).plan


def test_in_json_only_strings_are_relative(acme: Path) -> None:
    file = acme / "scenarios" / "j.json"
    file.write_text('{"extends": "../plan.yaml", "change": {"scoring.threshold": -2}}')
    assert load_scenario(file).plan.scoring.threshold == -2
    file.write_text('{"extends": "../plan.yaml", "change": {"scoring.threshold": "-2"}}')
    assert load_scenario(file).plan.scoring.threshold == pytest.approx(1.35 - 2)


@pytest.mark.parametrize(
    ("written", "threshold"),
    [
        ("+2", 3.35),
        ("-2", -0.65),
        ("'+2'", 3.35),
        ('"-10%"', 1.215),
        ("= -2", -2),
        ("2", 2),
        ("'2'", 2),
        ("&x +2", 3.35),
    ],
)
def test_in_yaml_a_scalar_that_begins_with_a_sign_is_relative(acme: Path, written: str, threshold: float) -> None:
    file = acme / "scenarios" / "y.yaml"
    file.write_text(f"extends: ../plan.yaml\nchange:\n  scoring.threshold: {written}\n")
    assert load_scenario(file).plan.scoring.threshold == pytest.approx(threshold)


def test_an_alias_is_resolved_before_its_sign_is_read(acme: Path) -> None:
    file = acme / "scenarios" / "y.yaml"
    file.write_text("name: &n '+2'\nextends: ../plan.yaml\nchange: {scoring.threshold: *n}\n")
    assert load_scenario(file).plan.scoring.threshold == pytest.approx(3.35)


@pytest.mark.parametrize("written", ["|\n    +2", ">-\n    -5%", "!!int +2", "!x '+2'", "-.inf", "\u22122"])
def test_signs_in_odd_clothes_are_refused(acme: Path, written: str) -> None:
    file = acme / "scenarios" / "y.yaml"
    file.write_text(f"extends: ../plan.yaml\nchange:\n  scoring.threshold: {written}\n", encoding="utf-8")
    (problem,) = problems_of(file)
    assert problem.startswith(f"{file}:3:22: ")


def test_problems_of_all_files_come_in_one_pass(acme: Path) -> None:
    edit(acme / "plan.yaml", "base: 75k", "bse: 75k")
    edit(acme / "plan.yaml", "content: 10k", "contemt: 10k")
    edit(acme / "funnel.yaml", "SMB: 70%", "SMB: 80%")
    edit(acme / "funnel.yaml", "leads: 80", "leads: many")
    edit(acme / "scenarios/more.yaml", "+2 from", "+2 form")
    edit(acme / "scenarios/more.yaml", "name:", "nome:")
    found = problems_of(acme / "scenarios" / "more.yaml")
    expected = [
        (acme / "scenarios/more.yaml", "1:1: nome: unknown field"),
        (acme / "scenarios/more.yaml", "4:24: teams.sdr.headcount: must be a change such as"),
        (acme / "plan.yaml", "5:3: spend.contemt: must name a channel of the funnel"),
        (acme / "plan.yaml", "9:57: teams.ae.bse: unknown field"),
        (acme / "funnel.yaml", "3:46: channels.content.segments: the shares of a channel's segments must sum to 1"),
        (acme / "funnel.yaml", '4:24: channels."paid.search".leads: must be a number'),
    ]
    for file, words in expected:
        assert any(problem.startswith(f"{file}:{words}") for problem in found), (words, found)
    # `spend.content` of the scenario has no value any more; nothing else may be invented.
    assert len(found) == len(expected) + 1


def test_a_rule_across_fields_is_put_down_to_the_change_that_broke_it(acme: Path) -> None:
    file = acme / "scenarios" / "more.yaml"
    file.write_text(
        "extends: ../plan.yaml\nchange:\n  spend.content: 5\n  months: 24\n  channels.content.segments.SMB: +5pp\n"
    )
    found = problems_of(file)
    assert len(found) == 2
    assert found[0].startswith(f"{file}:4:11: teams.ae.headcount: must have an entry for each of the plan's 24 months")
    assert found[1].startswith(f"{file}:5:34: funnel.channels.content.segments: the shares")


def test_a_ring_of_extends_is_printed(acme: Path) -> None:
    for name, target in (("a", "b"), ("b", "c"), ("c", "a")):
        (acme / "scenarios" / f"{name}.yaml").write_text(f"extends: {target}.yaml\n")
    (problem,) = problems_of(acme / "scenarios" / "a.yaml")
    assert problem.startswith(
        f"{acme}/scenarios/c.yaml:1:10: extends: extends goes round: a.yaml -> b.yaml -> c.yaml -> a.yaml"
    )


def test_a_missing_plan_is_refused_where_it_is_named(acme: Path) -> None:
    edit(acme / "scenarios/more.yaml", "../plan.yaml", "../plam.yaml")
    (problem,) = problems_of(acme / "scenarios" / "more.yaml")
    assert problem.startswith(f"{acme}/scenarios/more.yaml:2:10: extends: no such file")
    assert "did you mean plan.yaml?" in problem


def test_a_missing_pipeline_is_refused_where_it_is_named(acme: Path) -> None:
    edit(acme / "plan.yaml", "open_opportunities.csv", "opportunities.csv")
    (problem,) = problems_of(acme)
    assert problem.startswith(f"{acme}/plan.yaml:10:16: open_pipeline: no such file")


def test_a_missing_funnel_or_plan_is_refused(acme: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    (acme / "funnel.yaml").unlink()
    assert problems_of(acme)[0].startswith(f"{acme}/funnel.yaml:1:1: no such file")
    empty = tmp_path_factory.mktemp("empty")
    assert problems_of(empty)[0].startswith(f"{empty}/plan.yaml:1:1: no such file")
    with pytest.raises(InputError, match="no such folder"):
        load(empty / "nowhere")


def test_two_plans_in_a_folder_are_refused(acme: Path) -> None:
    shutil.copy(acme / "plan.yaml", acme / "plan.yml")
    assert "there must be one plan in a folder (got plan.yaml, plan.yml)" in problems_of(acme)[0]


def test_an_unknown_scenario_is_refused_with_a_suggestion(acme: Path) -> None:
    with pytest.raises(InputError) as caught:
        load(acme).scenario("mor")
    assert caught.value.problems[0].remedy == "did you mean more?"


def test_check_reports_all_and_changes_nothing(acme: Path) -> None:
    assert check_paths([acme]) == []
    assert check_paths([acme / "plan.yaml", acme / "funnel.yaml", acme / "scenarios" / "more.yaml"]) == []
    edit(acme / "plan.yaml", "months: 12", "months: 0")
    (acme / "scenarios" / "x.yaml").write_text("extends: ../plan.yaml\nchange: {spend.contnet: +5%}\n")
    before = {file: file.read_bytes() for file in acme.rglob("*") if file.is_file()}
    found = [problem.where.removeprefix(f"{acme}/") for problem in check_paths([acme])]
    assert found == ["plan.yaml:3:9: months", "scenarios/x.yaml:2:10: spend.contnet"]
    assert {file: file.read_bytes() for file in acme.rglob("*") if file.is_file()} == before


def test_draws_are_read_and_edited_fields_are_named(acme: Path) -> None:
    paths = ("channels.content.leads", "stages.Demo.advance")
    values = np.array([[50.0, 0.5], [70.0, 0.7], [60.0, 0.6]])
    write_draws(acme / "funnel.draws.parquet", Draws(paths, values, np.array([60.0, 0.6])))
    base = load(acme).scenario("base")
    assert base.draws is not None
    assert base.warnings == ()
    assert base.funnel_of_draw(1).channels["content"].leads == 70
    edit(acme / "funnel.yaml", "leads: 60", "leads: 90")
    edited = load(acme).scenario("base")
    assert edited.warnings == (
        "edited since calibration, so held at the edited value in every draw: channels.content.leads",
    )
    assert edited.funnel_of_draw(1).channels["content"].leads == 90
    assert edited.funnel_of_draw(1).stages["Demo"].advance == 0.7


def test_stress_applies_to_each_draw(acme: Path) -> None:
    values = np.array([[50.0], [70.0]])
    write_draws(acme / "funnel.draws.parquet", Draws(("channels.content.leads",), values, np.array([60.0])))
    (acme / "scenarios" / "s.yaml").write_text("extends: ../plan.yaml\nchange: {channels.content.leads: +10%}\n")
    stressed = load(acme).scenario("s")
    assert stressed.warnings == ()
    assert stressed.funnel.channels["content"].leads == pytest.approx(66)
    leads = [stressed.funnel_of_draw(draw).channels["content"].leads for draw in (None, 0, 1)]
    assert leads == pytest.approx([66, 55, 77])


def test_a_spoilt_draws_file_is_refused(acme: Path) -> None:
    (acme / "funnel.draws.parquet").write_bytes(b"PAR1 nothing of the kind")
    (problem,) = problems_of(acme)
    assert problem.startswith(f"{acme}/funnel.draws.parquet:1:1: is not a readable file of posterior draws")
    assert len(check_paths([acme])) == 1
