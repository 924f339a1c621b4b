"""Pictures: the same bytes again, and another curve is another picture."""

import numpy as np

from pipeline.model import pictures

PNG = b"\x89PNG"


def steps(**turned):
    given = {
        "edges": [1.5, 3.5], "curves": [("", [-3.0, 0.0, 4.0], -3.0)], "reach": (0.0, 5.0), "limits": (-5.0, 5.0), "ticks": [1.0, 3.0],
        "tick": lambda value: f"{value:g}", "missing": "көрсетілмеген", "across": "балл", "crowd": [5, 0, 40],
    }  # fmt: skip
    return pictures.steps(**{**given, **turned})


def test_steps_are_the_same_bytes_again():
    assert steps() == steps() and steps().startswith(PNG)
    assert len({steps(), steps(crowd=()), steps(curves=[("", [-3.0, 0.0, 4.1], -3.0)]), steps(curves=[("", [-3.0, 0.0, 4.0], 3.0)])}) == 4  # fmt: skip


def test_two_curves_are_told_apart():
    old, new = ("before", [0.0, 1.0, 2.0], 0.0), ("after", [0.0, 2.0, 3.0], 1.0)
    assert steps(curves=[old, new], crowd=()) != steps(curves=[new, old], crowd=())


def test_bars():
    one = pictures.bars(["own", "a name " * 20], [("", [3.0, -2.0])], (-5, 5), "points")
    assert one.startswith(PNG) and one == pictures.bars(["own", "a name " * 20], [("", [3.0, -2.0])], (-5, 5), "points")
    assert one != pictures.bars(["own", "rent"], [("before", [3.0, -2.0]), ("after", [3.0, 0.0])], (-5, 5), "points")


def test_a_field_shows_every_cell():
    effects = np.array([[1.0, -1.0], [0.0, 4.0]])
    one = pictures.field(["a", "b"], ["c", "d"], effects, 5.0, ("down", "right"))
    assert one.startswith(PNG) and one != pictures.field(["a", "b"], ["c", "d"], -effects, 5.0, ("down", "right"))
