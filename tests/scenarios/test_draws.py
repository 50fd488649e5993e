"""Posterior draws in a funnel: values go where their paths point, edited fields are held, names may hold dots."""

import numpy as np
import pytest

from scenarios.draws import Draws, get_path, set_path
from sim.funnel import Funnel
from sim.plan import Plan


def test_paths_step_into_mappings_and_lists_and_leave_the_original_alone() -> None:
    tree = {"a": {"v 2.0": [1, {"x": 5}]}, "b": 1}
    path = 'a."v 2.0".1.x'
    assert get_path(tree, path) == 5
    changed = set_path(tree, path, 7)
    assert get_path(changed, path) == 7
    assert get_path(tree, path) == 5
    assert changed["b"] is tree["b"]


def test_a_draw_replaces_its_fields_and_an_edited_field_is_held(starter: tuple[Funnel, Plan]) -> None:
    funnel, _ = starter
    paths = ("channels.content.leads", "stages.meeting.advance", "gone.field")
    draws = Draws(paths, np.array([[50.0, 0.5, 1.0], [70.0, 0.6, 1.0]]), np.array([90.0, 0.66, 1.0]))
    assert draws.edited(funnel) == ("gone.field",)
    assert draws.funnel(funnel, 1).channels["content"].leads == 70
    assert draws.funnel(funnel, 0).stages["meeting"].advance == 0.5
    edited = Funnel.model_validate(set_path(funnel.model_dump(by_alias=True), "stages.meeting.advance", 0.7))
    assert draws.edited(edited) == ("stages.meeting.advance", "gone.field")
    assert draws.funnel(edited, 0).stages["meeting"].advance == 0.7
    assert draws.funnel(edited, 0).channels["content"].leads == 50


def test_draws_of_the_same_structure_have_the_same_label() -> None:
    paths = ("signing.pace", "signing.elasticity", "arrivals.drift.wander")
    values = np.array([[1.1, 0, 0.04], [0.9, 1, 0.04], [1.3, 0, 0.04], [1.0, 0, 0.01]])
    draws = Draws(paths, values, values[0])
    # Sorted by elasticity, then wander: (0, .01), (0, .04), (1, .04).
    assert draws.structures().tolist() == [1, 2, 1, 0]
    assert draws.structures(held=("arrivals.drift.wander",)).tolist() == [0, 1, 0, 0]
    assert draws.structures(held=paths).tolist() == [0, 0, 0, 0]
    assert Draws(paths[:1], values[:, :1], values[0, :1]).structures().tolist() == [0, 0, 0, 0]


def test_the_origin_of_a_name_with_a_dot(starter: tuple[Funnel, Plan]) -> None:
    funnel, _ = starter
    tree = funnel.model_dump(by_alias=True)
    tree["products"] = {"core 2.0": {**tree["products"]["core"], "mix": 1}}
    tree["origin"] = {'products."core 2.0".mix': "fitted", "products": "neutral"}
    tagged = Funnel.model_validate(tree)
    assert tagged.origin_of('products."core 2.0".mix') == "fitted"
    assert tagged.origin_of('products."core 2.0".price') == "neutral"
    assert tagged.origin_of("channels.content") == "prior"
    with pytest.raises(ValueError, match="dotted path"):
        tagged.origin_of("a..b")
