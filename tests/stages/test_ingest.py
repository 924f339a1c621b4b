from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from pipeline.core import params, programme, stage, tables
from pipeline.core.errors import Problem
from pipeline.stages import ingest
from pipeline.synthesize import register

KZ = programme.load("kz_2026")


class Silent:
    def say(self, text: str) -> None: ...

    def step(self, done: float, text: str) -> None: ...


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    for name in ("raw", "truth"):
        (folder / name).mkdir()
    register.write(
        folder / "raw",
        folder / "truth",
        past=500,
        open_=60,
        years=5,
        dirt=0.01,
        seed=1,
        as_of=date(2026, 6, 30),
        step=lambda done, text: None,
    )
    return folder


def run(exports: Path, root: Path, described: programme.Programme = KZ, **knobs: int) -> stage.Report:
    params.turned(Path(), root, {"ingest": knobs})
    found = described.model_copy(update={"raw": str(exports / "raw")})
    return stage.execute(ingest.STAGE, found, root, params.load(root), date(2026, 6, 30), "en", Silent())


def test_all_rows_of_one_person_lie_in_the_same_part_and_none_is_lost(exports: Path, tmp_path: Path):
    report = run(exports, tmp_path / "many", cases_per_part=100)
    run(exports, tmp_path / "one")
    many, one = (tmp_path / name / "data/interim/kz_2026/tables" for name in ("many", "one"))
    home: dict[str, int] = {}
    cases: dict[str, int] = {}
    for part, frame in enumerate(tables.read_parts(many / "applications")):
        home |= dict.fromkeys(frame["person_id"], part)
        cases |= dict.fromkeys(frame["application_id"], part)
    assert len(set(home.values())) == 6
    for name in KZ.sources:
        parts = tables.count_parts(many / name)
        reference = not {"person_id", "application_id"} & set(KZ.tables[name].columns)
        assert parts == (1 if reference else 6), name
        for part, frame in enumerate(tables.read_parts(many / name)):
            for column, where in (("person_id", home), ("application_id", cases)):
                if column in frame:
                    assert {where[key] for key in frame[column] if key in where} <= {part}
        both = [tables.read_table(folder / name) for folder in (many, one)]
        columns = list(both[0])
        pd.testing.assert_frame_equal(*(frame.sort_values(columns, ignore_index=True) for frame in both))
        counts = report.figures["sources"][name]
        assert counts["accepted"] == len(both[0])
        assert counts["read"] == counts["accepted"] + counts["quarantined"]
    assert (tmp_path / "many/data/out/kz_2026/quarantine.csv").read_bytes() == (
        tmp_path / "one/data/out/kz_2026/quarantine.csv"
    ).read_bytes()


def test_every_planted_defect_is_set_aside_for_its_reason(exports: Path, tmp_path: Path):
    run(exports, tmp_path)
    planted = pd.read_csv(exports / "truth/planted.csv").query("expected == 'quarantined'")
    quarantine = pd.read_csv(tmp_path / "data/out/kz_2026/quarantine.csv")
    both = planted.merge(quarantine, on=["source", "line"], how="outer", indicator=True)
    assert set(both["_merge"]) == {"both"}
    assert [(row.kind, row.reason) for row in both.itertuples() if row.kind not in row.reason] == []


def test_sources_that_refer_to_each_other_in_a_circle_are_refused():
    persons = KZ.tables["persons"].model_copy(update={"refers": {"person_id": "applications"}})
    circle = KZ.model_copy(update={"tables": {**KZ.tables, "persons": persons}})
    with pytest.raises(Problem, match="in a circle"):
        ingest._order(circle)
    assert (
        ingest._order(KZ).index("persons")
        < ingest._order(KZ).index("applications")
        < ingest._order(KZ).index("outcomes")
    )
