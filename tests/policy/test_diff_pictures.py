"""Pictures are PNG of the width asked for, the same bytes each time, and change with the figures."""

from io import BytesIO

import numpy as np
import pytest
from matplotlib.image import imread

from pipeline.policy import diff_pictures
from pipeline.policy.diff_pictures import DPI, TONES, Interval

MATRIX = np.array([[90, 5, 5], [10, 40, 0], [20, 0, 30]])
SIDES = [["goes on\n100", "waits\n50", "held\n50"], ["goes on\n120", "waits\n45", "held\n35"]]
ROWS = [
    Interval("Sex: women", -8.0, -11.0, -6.0, True),
    Interval("A group with a rather long name: and a long value", 1.0, -2.0, 4.0, False),
]


def flows(matrix=MATRIX, width=7.6):
    return diff_pictures.flows(matrix, SIDES, ("before", "after"), width)


def groups(rows=ROWS, width=7.6):
    return diff_pictures.groups(rows, 5.0, "change of the share, percentage points", width)


def bars(new=(3.0, 4.0), width=7.6):
    return diff_pictures.bars(["Office A", "Office B"], [1.0, 2.0], new, ("before", "after"), "working days", width)


def pixels(png):
    return imread(BytesIO(png))


def near(image, tone):
    wanted = np.array([int(tone[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return int((np.abs(image[..., :3] - wanted).max(axis=-1) < 0.02).sum())


@pytest.mark.parametrize("draw", [flows, groups, bars])
def test_the_same_bytes_at_the_width_asked_for(draw):
    assert draw() == draw()
    for width in (7.6, 3.9):
        assert pixels(draw(width=width)).shape[1] == round(width * DPI)


def test_pictures_follow_the_figures():
    assert bars(new=(3.0, 8.0)) != bars()
    assert groups(ROWS[1:]) != groups()
    middle = [pixels(flows(matrix))[:, 550:650] for matrix in (MATRIX, np.diag([100, 50, 50]))]
    found = [int(((image[..., 0] > 0.6) & (image[..., 1] < 0.4) & (image[..., 2] < 0.3)).sum()) for image in middle]
    assert found[0] > 200 and found[1] == 0  # the strong red band of those newly held, and none where nobody is


def test_a_strong_change_is_drawn_in_its_own_tone():
    assert near(pixels(groups()), TONES[2]) > 50 > near(pixels(groups(ROWS[1:])), TONES[2])


def test_long_names_make_a_narrow_picture_higher():
    narrow, wide = (pixels(groups(width=width)).shape[0] for width in (3.9, 7.6))
    assert narrow > wide


def test_an_empty_intake_can_be_drawn():
    assert pixels(flows(np.zeros((3, 3), dtype=int))).shape[0] > 0
