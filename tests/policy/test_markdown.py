from pipeline.policy.markdown import SPEAK, code, heading, safe, table, three


def test_a_table_has_one_line_a_row_whatever_is_in_it():
    made = table(["a", "b"], [["one\ntwo", safe("x | y")], ["", code("p | q")]])
    assert made == "| a | b |\n| --- | --- |\n| one two | x \\| y |\n|  | `p \\| q` |\n"


def test_text_stays_text():
    assert safe("a < b & c_d *e*") == "a &lt; b &amp; c\\_d \\*e\\*"


def test_a_name_in_three_languages_says_each_spelling_once():
    assert three({"kk": "А", "ru": "Б", "en": "C"}) == "C · А · Б"
    assert three({"kk": "CLB 8", "ru": "CLB 8", "en": "CLB 8"}) == "CLB 8"


def test_a_heading_can_be_reached():
    assert heading(3, "G02 · Solvency", "kz-g02") == '\n<a id="kz-g02"></a>\n\n### G02 · Solvency\n\n'


def test_all_three_languages_speak():
    assert [words("yes") for words in SPEAK.values()] == ["иә", "да", "yes"]
