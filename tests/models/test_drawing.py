from io import BytesIO

import numpy as np
from PIL import Image

from models import drawing


def drawn(values, grid="x"):
    figure, axes = drawing.axes(3.0, 2.0, 100)
    axes.plot(values)
    drawing.plain(axes, grid)
    return drawing.png(figure)


def test_the_same_figure_gives_the_same_bytes_and_names_no_program():
    assert drawn([1, 2]) == drawn([1, 2]) != drawn([2, 1])
    assert Image.open(BytesIO(drawn([1, 2]))).info.keys() <= {"dpi"}


def test_inches_and_dots_make_the_size():
    assert Image.open(BytesIO(drawing.png(drawing.figure(3.0, 2.0, 100)))).size == (300, 200)


def test_the_grid_stands_at_the_marks_of_one_axis_or_of_none():
    def lines(grid):
        figure, axes = drawing.axes(3.0, 2.0, 100)
        drawing.plain(axes, grid)
        figure.draw_without_rendering()
        return [any(line.get_visible() for line in axis.get_gridlines()) for axis in (axes.xaxis, axes.yaxis)]

    assert lines("x") == [True, False] and lines("y") == [False, True] and lines("") == [False, False]


def test_the_frame_is_one_line_at_the_bottom_on_white_paper():
    pixels = np.asarray(Image.open(BytesIO(drawn([0, 0], ""))).convert("RGB"))
    assert (pixels[0] == 255).all() and (pixels[:, -1] == 255).all()
    rgb = np.array([int(drawing.LINE[place : place + 2], 16) for place in (1, 3, 5)])
    rows = np.flatnonzero((abs(pixels.astype(int) - rgb).max(axis=2) <= 3).sum(axis=1) > 200)
    assert len(rows) and rows.min() > 100
