"""The pages: self-contained, in the reader's language, nothing of the register taken for markup, names in offices only."""

import re
from html.parser import HTMLParser

import pytest

from pipeline.core.messages import Words
from pipeline.rank import pages


class Reader(HTMLParser):
    """Collects links, tags and the language of a page, and checks that tags close in order."""

    VOID = frozenset({"meta", "br", "link", "img", "input", "hr"})

    def __init__(self):
        super().__init__()
        self.open, self.tags, self.links, self.lang = [], set(), [], ""

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name in ("href", "src", "action", "srcset"):
                self.links.append(value)
            if tag == "html" and name == "lang":
                self.lang = value

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def written(queue, head, texts, people, tmp_path):
    def write(lang="en", rows=None, **more):
        words = Words(lang)
        rows = queue.rows(lang) if rows is None else rows
        names = pages.write(tmp_path / lang, rows, head(words), words, texts=texts, people=more.get("people", people))
        return {name: (tmp_path / lang / name).read_text(encoding="utf-8") for name in names}

    return write


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_pages_need_nothing_from_elsewhere(written, lang):
    found = written(lang)
    assert list(found) == ["office-71.html", "office-75.html", "index.html", "held.html", "incomplete.html"]
    for text in found.values():
        page = Reader()
        page.feed(text)
        assert page.open == [] and page.lang == lang
        assert all(link.startswith("#") or link.partition("#")[0] in found for link in page.links)
        assert not page.tags & {"script", "iframe", "img", "link", "form"}
        assert not re.search(r"https?:|url\(|@import", text)
        assert "SYNTHETIC" in text and "PROVISIONAL" in text and 'name="viewport"' in text


def test_the_front_page_counts_what_the_lists_hold(written, queue):
    rows, found = queue.rows(), written()
    for which in ("ranked", "held", "incomplete"):
        assert f"<strong>{(rows['list'] == which).sum()}</strong>" in found["index.html"]
    assert "qonys-salt" in found["index.html"]
    for which in ("held", "incomplete"):
        listed = re.findall(r'class="id">(\w+)<', found[f"{which}.html"])
        assert listed == rows.loc[rows["list"] == which, "case_id"].tolist()


def test_an_office_page_shows_its_files_in_order_with_names(written, queue, people):
    rows, found = queue.rows(), written()
    for office in ("71", "75"):
        mine = rows[rows["office"] == office]
        listed = re.findall(r'class="id">(\w+)<', found[f"office-{office}.html"])
        assert listed == mine["case_id"].tolist()
        assert all(people[case] in found[f"office-{office}.html"] for case in listed)
    for page in ("index.html", "held.html", "incomplete.html"):
        assert "Surnamova" not in found[page]
    assert "Surnamova" not in "".join(written(people=None).values())


def test_a_doubted_file_says_so_with_its_interval_and_a_drawn_one_says_nothing_else(written, queue):
    rows, found = queue.rows(), written()
    ranked = rows[rows["list"] == "ranked"].set_index("case_id")
    seen = 0
    for office in ("71", "75"):
        table = found[f"office-{office}.html"].partition('<table class="cards ranked">')[2].partition("</table>")[0]
        for text in table.split("<tr")[2:]:
            row = ranked.loc[re.search(r'class="id">(\w+)<', text)[1]]
            assert text.startswith(' class="drawn"' if row["arm"] else ' class="doubt"' if row["why_doubt"] else ">")
            assert (row["mark"] or "no mark") in text or not row["mark"]
            assert ('class="mark' in text) == bool(row["mark"])
            shown = bool(re.search(r"\d\.\d{4}", text))
            assert shown == (not row["arm"] and row["why_doubt"] != "cannot_say")
            assert ('class="interval"' in text) == ('class="bar"' in text) == shown
            assert ('class="reasons"' in text) == shown and (row["change_1"] in text)
            if shown:
                assert f"{row['low']:.2f} to {row['high']:.2f}" in text
            seen += 1
    assert seen == len(ranked)


def test_marked_files_can_be_shown_alone(written, queue):
    rows, found = queue.rows(), written()
    mine = rows[(rows["office"] == "75") & (rows["list"] == "ranked")]
    doubted = int((mine["why_doubt"] != "").sum())
    page = found["office-75.html"]
    assert (
        f"only a person first ({doubted})" in page and 'id="only-doubt"' in page and ":has(#only-doubt:checked)" in page
    )
    assert f"only drawn for the random review ({mine['arm'].sum()})" in page
    everywhere = rows[rows["list"] == "ranked"]
    assert f"<strong>{(everywhere['why_doubt'] != '').sum()}</strong><span>of them not sure" in found["index.html"]
    plain = written(rows=rows.assign(why_doubt="", arm=False, mark=""))["office-75.html"]
    assert 'type="radio"' not in plain and "random review" not in plain


def test_text_of_the_register_is_never_markup(written, queue):
    rows = queue.rows().assign(reason_1="<script>alert(1)</script>")
    text = written(rows=rows)["office-71.html"]
    assert "<script" not in text and "&lt;script&gt;" in text and "Passport &lt;180 days&gt;" in text


def test_nothing_is_said_to_be_refused(written):
    for page in written().values():
        assert not re.search(r"\b(refused|rejected|risky|suspicious)\b", page, re.IGNORECASE)


def test_long_lists_say_how_many_more_there_are(written, queue, monkeypatch):
    monkeypatch.setattr(pages, "SHOWN", 3)
    found = written()
    ranked = (queue.rows().query("office == '71'")["list"] == "ranked").sum()
    assert f"{ranked - 3} more files stand in ranked_list.csv" in found["office-71.html"]


def test_same_input_gives_the_same_bytes_and_an_empty_queue_its_pages(written, queue):
    assert written() == written()
    empty = written(rows=queue.rows().iloc[:0])
    assert "No files." in empty["held.html"]


def test_page_names_are_safe():
    assert pages.page_name("71") == "office-71.html"
    assert pages.page_name("../a b") == "office-___a_b.html"
