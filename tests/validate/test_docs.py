import json
import re
from pathlib import Path

import numpy as np
import pandas as pd

from pipeline.core import programme
from pipeline.core.programme import Source
from pipeline.core.tables import hash_keys
from pipeline.validate import docs
from pipeline.validate.keys import Seen
from pipeline.validate.validator import Validator


def test_the_page_opens_without_a_network_and_says_what_was_set_aside(
    tmp_path: Path, source: Source, text: pd.DataFrame, lines: np.ndarray
):
    seen = Seen()
    seen.add(hash_keys(pd.Series(["P1", "P2"], dtype="str")), np.zeros(2, dtype=np.int32))
    validator = Validator(source, {"persons": seen})
    validator.block(text, lines, [])
    described = programme.load("perm_2016").model_copy(update={"tables": {"t": source}, "sources": ["t"]})
    docs.write(tmp_path, described, {"t": validator}, "en")
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"(src|href)\s*=|url\(|@import|<script", page)
    assert "9 read = 2 accepted + 7 quarantined" in page
    assert "out_of_range" in page
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    assert results[0]["quarantined"] == 7
    assert (tmp_path / "suites" / "t.json").exists()
