"""The run store: names from inputs, whole folders only, what is read is what was saved."""

import dataclasses
import json
import os
import subprocess
import sys

import numpy as np
import pytest
from handmade import tables

from results.runset import Measures, gather
from results.store import Store, run_digest
from scenarios.draws import Draws
from sim.errors import InputError


@pytest.fixture
def runs(company):
    measures = Measures.of(["leads", "win_rate", "bookings"], ["bookings"])
    measured = [measures(company.log()), measures(company.log())]
    return gather(measured, measures, scenario="base", seed=7, engine="simpy", warnings=["a word"])


def test_what_is_read_is_what_was_saved(tmp_path, scenario, runs):
    runs = dataclasses.replace(runs, values=np.array([[1.0, np.nan, 1 / 3], [2.0, 0.5, 1e9]]))
    store = Store(tmp_path / "runs")
    home = store.save(scenario, runs, seconds=1.5)
    manifest, read = store.read(home.name[:8])
    assert home.name == manifest.run == run_digest(scenario, 2, 7, "simpy")
    for field in dataclasses.fields(runs):
        np.testing.assert_array_equal(getattr(read, field.name), getattr(runs, field.name), err_msg=field.name)
    assert (manifest.scenario, manifest.plan, manifest.seconds) == ("base", "small plan", 1.5)
    assert manifest.inputs["plan"]["spend"]["paid"] == 10_000
    assert manifest.versions["leadflow"] == manifest.inputs["leadflow"]
    assert [one.run for one in store.stored()] == [manifest.run]


def test_a_run_has_one_name_and_a_changed_input_another(scenario):
    plan = scenario.plan
    fewer = plan.model_copy(update={"months": 2})
    draws = Draws(("channels.paid.leads",), np.array([[61.0], [62.0]]), np.array([60.0]))
    others = draws.values.copy()
    others[1, 0] = np.nextafter(62.0, 63.0)
    names = [
        run_digest(scenario, 2, 7, "simpy"),
        run_digest(scenario, 3, 7, "simpy"),
        run_digest(scenario, 2, 8, "simpy"),
        run_digest(scenario, 2, 7, "other"),
        run_digest(scenario.replace(plan=fewer), 2, 7, "simpy"),
        run_digest(scenario.replace(root=fewer), 2, 7, "simpy"),
        run_digest(scenario.replace(draws=draws), 2, 7, "simpy"),
        run_digest(scenario.replace(draws=draws, stress=(("channels.paid.leads", 60.0),)), 2, 7, "simpy"),
        run_digest(scenario.replace(draws=dataclasses.replace(draws, values=others)), 2, 7, "simpy"),
    ]
    assert len(set(names)) == len(names)
    assert run_digest(scenario.replace(), 2, 7, "simpy") == names[0]


def test_saving_again_keeps_the_run(tmp_path, scenario, runs):
    store = Store(tmp_path)
    home = store.save(scenario, runs)
    before = (home / "manifest.json").read_bytes()
    assert store.save(scenario, runs, seconds=9.0) == home
    assert (home / "manifest.json").read_bytes() == before
    assert os.listdir(tmp_path) == [home.name]


def test_unfinished_folders_are_not_runs(tmp_path, scenario, runs):
    store = Store(tmp_path)
    partial = tmp_path / ".partial-x1"
    partial.mkdir()
    (partial / "manifest.json").write_text("{")
    (tmp_path / "0123").mkdir()
    (tmp_path / "notes.txt").write_text("by hand")
    assert store.stored() == ()
    home = store.save(scenario, runs)
    assert [one.run for one in store.stored()] == [home.name]


def test_a_write_that_fails_leaves_nothing(tmp_path, scenario, runs):
    """A frame that cannot be written stops the save in the middle."""
    broken = dataclasses.replace(runs, monthly=np.zeros((2, 1, 5)))
    with pytest.raises(ValueError, match="length"):
        Store(tmp_path).save(scenario, broken)
    assert os.listdir(tmp_path) == []


def test_a_process_that_dies_while_writing_leaves_no_run(tmp_path, scenario, runs):
    script = (
        "import os, pathlib, sys, tempfile\n"
        "home = pathlib.Path(tempfile.mkdtemp(prefix='.partial-', dir=sys.argv[1]))\n"
        "(home / 'metrics.parquet').write_bytes(b'PAR1')\n"
        "(home / 'manifest.json').write_text('{\"run\": ')\n"
        "os._exit(9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert done.returncode == 9
    assert len(os.listdir(tmp_path)) == 1
    assert Store(tmp_path).stored() == ()


def test_a_name_that_is_not_there_or_not_unique_is_refused(tmp_path, scenario, runs):
    store = Store(tmp_path)
    with pytest.raises(InputError, match="no stored run"):
        store.read("abc")
    home = store.save(scenario, runs)
    with pytest.raises(InputError, match="no stored run"):
        store.read("")
    twin = tmp_path / (home.name[:4] + "zzzz")
    twin.mkdir()
    (twin / "manifest.json").write_text((home / "manifest.json").read_text())
    with pytest.raises(InputError, match="more than one"):
        store.read(home.name[:4])


def test_a_damaged_manifest_is_named(tmp_path, scenario, runs):
    home = Store(tmp_path).save(scenario, runs)
    (home / "manifest.json").write_text(json.dumps({"run": "x"}))
    with pytest.raises(InputError, match=r"manifest\.json: cannot be read"):
        Store(tmp_path).read(home.name)


def test_no_runs_folder_is_no_runs(tmp_path):
    assert Store(tmp_path / "none").stored() == ()


def test_tables_are_kept_and_filled_in_later(tmp_path, scenario, runs):
    store = Store(tmp_path)
    home = store.save(scenario, runs)
    # As a folder that was written before tables were kept.
    assert store.tables(home.name) is None
    for told in (tables(detailed=False), tables(), tables(detailed=False)):
        assert store.save(scenario, runs, told) == home
    kept = store.tables(home.name[:6])
    assert repr(kept) == repr(tables())
    assert sorted(os.listdir(home)) == ["manifest.json", "metrics.parquet", "months.parquet", "tables.json"]
    other = Store(tmp_path / "other")
    assert repr(other.tables(other.save(scenario, runs, tables()).name)) == repr(tables())
    (home / "tables.json").write_text('{"leakage": [{}]}')
    with pytest.raises(InputError, match="cannot be read as a run's tables"):
        store.tables(home.name)
    store.save(scenario, runs, tables())
    assert repr(store.tables(home.name)) == repr(tables())
