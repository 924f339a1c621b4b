"""The workbook opens, says what it is, matches the CSV, and names persons on the sheets of the offices only."""

from datetime import datetime

import openpyxl
import pandas as pd
import pytest

from pipeline.core.messages import Words
from pipeline.rank import listing, workbook

FIRST = workbook.HEADER + 2  # first row of data, as openpyxl counts

pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported:UserWarning")  # openpyxl on data bars


@pytest.fixture
def book(queue, head, people, tmp_path):
    def write(lang="en", name="list.xlsx"):
        words = Words(lang)
        sheets = workbook.write(tmp_path / name, queue.rows(lang), head(words), words, people)
        return tmp_path / name, sheets

    return write


def table(sheet):
    rows = list(sheet.iter_rows(min_row=workbook.HEADER + 1, values_only=True))
    return pd.DataFrame(rows[1:], columns=rows[0])


def test_national_sheet_matches_the_csv(book, queue, tmp_path):
    path, sheets = book()
    listing.write_csv(queue.rows(), tmp_path / "list.csv")
    csv = pd.read_csv(tmp_path / "list.csv")
    ranked = csv[csv["list"] == "ranked"]
    opened = openpyxl.load_workbook(path)
    assert (
        opened.sheetnames
        == sheets
        == ["Read me", "National list", "Астана қаласы", "Алматы қаласы city 75", "Held for an officer", "Incomplete"]
    )
    found = table(opened["National list"])
    changes = zip(
        found["What would change a reason"].fillna(""),
        *(ranked[f"change_{i}"].fillna("") for i in (1, 2, 3)),
        strict=True,
    )
    for told, *each in changes:
        assert told == " | ".join(f"{number}: {change}" for number, change in enumerate(each, start=1) if change)
    assert found["Application"].tolist() == ranked["case_id"].tolist()
    assert found["Place"].tolist() == ranked["rank"].astype(int).tolist()
    assert found["Score"].tolist() == pytest.approx(ranked["score"].tolist(), abs=0, nan_ok=True)
    for title, name in (
        ("Mark", "mark"), ("Reason 1", "reason_1"), ("The rest", "rest"),
    ):  # fmt: skip
        assert found[title].fillna("").tolist() == ranked[name].fillna("").tolist()
    assert found["Interval: from"].tolist() == pytest.approx(ranked["low"].round(4).tolist(), nan_ok=True)
    blind = found[found["Mark"] == "Drawn for the random review: handle without score"]
    told = [title for title in found if title.startswith(("Score", "Interval", "Reason", "What would", "The rest"))]
    assert len(blind) > 3 and len(told) == 8 and blind[told].isna().all(axis=None)
    assert [day.date().isoformat() for day in found["Lodged on"]] == ranked["lodged_on"].tolist()
    for which, sheet in (("held", "Held for an officer"), ("incomplete", "Incomplete")):
        assert table(opened[sheet])["Application"].tolist() == csv.loc[csv["list"] == which, "case_id"].tolist()


def test_office_sheets_hold_every_ranked_file_once_with_names(book, queue, people):
    opened = openpyxl.load_workbook(book()[0])
    offices = [table(opened[name]) for name in opened.sheetnames[2:4]]
    found = pd.concat(offices)
    ranked = queue.rows().query("list == 'ranked'")
    assert sorted(found["Application"]) == sorted(ranked["case_id"])
    assert found["Name"].tolist() == [people[case] for case in found["Application"]]
    for office in offices:
        assert office["Place in the office"].tolist() == list(range(1, len(office) + 1))
    for name in ("Read me", "National list", "Held for an officer", "Incomplete"):
        assert not any("Surnamova" in str(cell) for row in opened[name].values for cell in row)


def test_every_sheet_is_ready_to_work_and_print(book, queue):
    opened = openpyxl.load_workbook(book()[0])
    for sheet in opened.worksheets:
        assert "SYNTHETIC" in str(sheet["A2"].value) and "PROVISIONAL" in str(sheet["A2"].value)
    for sheet in opened.worksheets[1:]:
        assert sheet.freeze_panes == f"A{FIRST}" and sheet.auto_filter.ref.startswith(f"A{FIRST - 1}:")
        assert sheet.page_setup.orientation == "landscape" and sheet.print_title_rows == f"$1:${FIRST - 1}"
        titles = [cell.value for cell in sheet[FIRST - 1]]
        assert titles[-2:] == ["Officer's decision", "Officer's number and grounds"]
        assert all(row[-2] is None and row[-1] is None for row in sheet.iter_rows(min_row=FIRST, values_only=True))
    national = opened["National list"]
    assert [rule.type for rules in national.conditional_formatting for rule in rules.rules] == ["dataBar"]
    assert national.cell(FIRST, 5).number_format == "yyyy-mm-dd"
    assert "Score" not in [cell.value for cell in opened["Held for an officer"][FIRST - 1]]
    said = " ".join(str(cell) for row in opened["Read me"].values for cell in row)
    assert "qonys-salt" in said and "0a1b2c" in said and "refuses anybody" in said


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_same_input_gives_the_same_bytes(book, lang):
    one, two = book(lang, "one.xlsx")[0], book(lang, "two.xlsx")[0]
    assert one.read_bytes() == two.read_bytes()
    assert openpyxl.load_workbook(one).properties.created == datetime(2026, 6, 30)  # noqa: DTZ001


def test_sheet_names_are_what_excel_allows():
    taken: list[str] = []
    for wanted in ["A/B: [c]*?", "x" * 40, "X" * 40, "'quoted'", "History", "///", "///"]:
        taken.append(workbook.sheet_name(wanted, taken))
    assert taken == ["A B c", "x" * 31, "X" * 29 + " 2", "quoted", "History 2", "-", "- 2"]


def test_texts_are_never_formulas_or_links(queue, head, tmp_path):
    rows = queue.rows().assign(reason_1="=1+1", reason_2="http://example.org", reason_3="a\x00b")
    words = Words("en")
    workbook.write(tmp_path / "list.xlsx", rows, head(words), words)
    found = openpyxl.load_workbook(tmp_path / "list.xlsx")["National list"]
    titles = [cell.value for cell in found[FIRST - 1]]
    cell = found.cell(FIRST, titles.index("Reason 1") + 1)
    assert cell.value == "=1+1" and cell.data_type != "f"
    assert found.cell(FIRST, titles.index("Reason 2") + 1).hyperlink is None


def test_long_lists_leave_the_rest_to_the_csv(queue, head, tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "NATIONAL_UP_TO", 10)
    monkeypatch.setattr(workbook, "LARGEST", 5)
    monkeypatch.setattr(workbook, "FLAT_FROM", 10)
    words = Words("en")
    sheets = workbook.write(tmp_path / "list.xlsx", queue.rows(), head(words), words)
    opened = openpyxl.load_workbook(tmp_path / "list.xlsx")
    assert "National list" not in sheets
    assert any("stands in ranked_list.csv only" in str(cell) for row in opened["Read me"].values for cell in row)
    office = opened[sheets[1]]
    assert "more files stand in ranked_list.csv" in office["A1"].value and len(table(office)) == 5


def test_an_empty_queue_gives_a_workbook_that_opens(queue, head, tmp_path):
    words = Words("en")
    workbook.write(tmp_path / "list.xlsx", queue.rows().iloc[:0], head(words), words)
    assert len(openpyxl.load_workbook(tmp_path / "list.xlsx").sheetnames) == 6
