from io import BytesIO

import numpy as np
from PIL import Image

from pipeline.policy.sensitivity_picture import Bar, Texts, tornado

TEXTS = Texts({-1: "−10 %", 1: "+10 %"}, "айқын емес болады", ("шектен төмен түседі", "шекке жетеді"), "істер")


def bars(left=(30, 5), right=(0, 0)):
    return [Bar(-1, left, (0, 0)), Bar(1, (0, 0), right)]


def pixels(png):
    return np.asarray(Image.open(BytesIO(png)).convert("RGB")).astype(int)


def test_the_same_figures_give_the_same_bytes():
    rows = [("Шек", bars()), ("Жасы", bars((3, 0), (7, 1)))]
    assert tornado(rows, TEXTS, 8.4) == tornado(rows, TEXTS, 8.4)
    assert tornado(rows, TEXTS, 8.4) != tornado(rows[:1], TEXTS, 8.4)


def test_what_falls_lies_left_and_what_reaches_right():
    def dark(png):  # columns in which the tone of "+10 %" is drawn
        found = pixels(png)[150:]
        teal = (abs(found - np.array([0x0B, 0x6E, 0x78])).sum(axis=2) < 12).any(axis=0)
        return np.flatnonzero(teal)

    right = tornado([("A", [Bar(1, (0, 0), (50, 0))])], TEXTS, 8.4)
    left = tornado([("A", [Bar(1, (50, 0), (0, 0))])], TEXTS, 8.4)
    assert dark(left).max() <= dark(right).min() + 2


def test_a_telephone_gets_a_narrower_picture_and_nothing_at_all_is_a_picture_too():
    rows = [("A", bars())]
    assert pixels(tornado(rows, TEXTS, 4.2)).shape[1] * 2 == pixels(tornado(rows, TEXTS, 8.4)).shape[1]
    assert pixels(tornado([("A", bars((0, 0)))], TEXTS, 8.4)).size and pixels(tornado([], TEXTS, 8.4)).size
