"""What a text on the command line means."""

import shutil
from datetime import date

import pytest

from pipeline.core import programme as programmes
from pipeline.core import versions
from pipeline.core.errors import Problem
from pipeline.policy.law import RELEASES, resolve


@pytest.fixture
def folder(tmp_path):
    """A programme folder of the person's own."""
    return shutil.copytree(programmes.HOME / "perm_2016", tmp_path / "mine")


@pytest.fixture
def released(tmp_path, folder):
    """Puts the folder among the releases under the version that it has, or another."""

    def put(version: str = ""):
        version = version or versions.law(programmes.load(str(folder)))
        shutil.copytree(folder, tmp_path / RELEASES / "perm_2016" / version / "law")
        return version

    return put


def test_a_name_or_a_folder_means_the_law_as_it_is_written(tmp_path, folder):
    found = resolve("perm_2016", tmp_path)
    assert (found.programme.programme, found.day, found.label) == ("perm_2016", None, "perm_2016")
    assert found.version == versions.law(programmes.load("perm_2016")) == resolve(str(folder), tmp_path).version


def test_a_day_behind_it_means_the_law_of_that_day(tmp_path, folder):
    for text in ("perm_2016@2027-01-01", f"{folder}@2027-01-01"):
        found = resolve(text, tmp_path)
        assert (found.day, found.label) == (date(2027, 1, 1), text)


def test_a_folder_may_have_the_sign_in_its_name(tmp_path, folder):
    other = folder.rename(tmp_path / "mine@home")
    assert resolve(str(other), tmp_path).day is None
    assert resolve(f"{other}@2027-01-01", tmp_path).day == date(2027, 1, 1)


def test_a_version_means_the_law_as_it_was_released(tmp_path, folder, released):
    version = released()
    (folder / "programme.yaml").write_text("changed since", encoding="utf-8")
    found = resolve(f"perm_2016:{version}@2016-09-01", tmp_path)
    assert (found.version, found.day) == (version, date(2016, 9, 1))
    assert found.programme.folder == tmp_path / RELEASES / "perm_2016" / version / "law"


def test_a_release_that_was_touched_is_refused(tmp_path, released):
    released("0123456789ab")
    with pytest.raises(Problem, match=r"not those that were released as 0123456789ab"):
        resolve("perm_2016:0123456789ab", tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("perm_2016@2027-02-30", "`2027-02-30` is not a day; write it as perm_2016@2027-01-01"),
        ("perm_2016@", "`` is not a day"),
        ("nowhere", "There is no programme `nowhere`"),
        ("nowhere@2027-01-01", "There is no programme `nowhere`"),
        ("perm_2016:0123456789ab", "nothing of perm_2016 is released yet"),
        ("perm_2016:latest", "`perm_2016:latest` means no law.*12 hexadecimal digits"),
        ("../perm:0123456789ab", "means no law"),
    ],
)
def test_anything_else_is_refused(tmp_path, text, said):
    with pytest.raises(Problem, match=said):
        resolve(text, tmp_path)


def test_releases_that_are_there_are_named(tmp_path, released):
    version = released()
    (tmp_path / RELEASES / "perm_2016" / ".half" / "law").mkdir(parents=True)
    with pytest.raises(Problem, match=rf"There is no release `perm_2016:000000000000`.*; released are {version}\."):
        resolve("perm_2016:000000000000", tmp_path)
