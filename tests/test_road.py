from pipeline import road
from pipeline.core import programme


def test_a_stage_comes_after_those_whose_outputs_it_reads():
    done: set[str] = set()
    for stage in road.stages():
        assert {name for name in stage.reads if name != "raw"} <= done, stage.name
        done |= set(stage.writes)


def test_only_a_programme_with_a_recipe_makes_up_its_register():
    assert road.of(programme.load("kz_2026"))[0].name == "synthesize"
    assert "synthesize" not in [stage.name for stage in road.of(programme.load("perm_2016"))]
