import re
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from pipeline.audit import picture


@pytest.mark.parametrize("verdict", ["PASS", "FAIL", "NOT ENOUGH DATA"])
def test_a_row_is_well_formed_and_marked_by_shape(verdict):
    drawn = picture.row((0.02, -0.01, 0.05), 0.05, 0.2, verdict)
    assert isinstance(drawn, Markup)
    ElementTree.fromstring(drawn)
    assert ("<circle" in drawn) == (verdict != "FAIL")


def test_no_gap_stands_in_the_middle_and_sides_keep_their_order():
    left, middle, right = (
        float(re.search(r'cx="([\d.]+)"', picture.row((gap, gap, gap), 0.05, 0.2, "PASS"))[1]) for gap in (-0.1, 0, 0.1)
    )
    assert middle == picture.WIDTH / 2
    assert middle - left == pytest.approx(right - middle)
    assert left < middle < right


def test_an_interval_wider_than_the_scale_is_cut():
    drawn = picture.row((0.0, -5.0, 5.0), 0.05, 0.2, "NOT ENOUGH DATA")
    numbers = [float(found) for found in re.findall(r"[MHL]([\d.]+)", drawn)]
    assert min(numbers) >= 0
    assert max(numbers) <= picture.WIDTH


def test_every_dot_fits_the_scale():
    rows = [(0.6, 0.1, 0.9), (0.01, -0.3, 0.3)]
    assert picture.limit(rows, 0.05) >= 0.6
    assert picture.limit([], 0.05) == 0.125


def test_the_axis_escapes_its_labels():
    drawn = picture.axis(0.2, 0.05, ("<b>", "20"), ("-5", "+5"))
    assert "<b>" not in drawn
    ElementTree.fromstring(drawn)
    ElementTree.fromstring(picture.empty(0.05, 0.2))
