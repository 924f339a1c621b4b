from pipeline import dvc
from pipeline.core import yaml


def test_the_text_is_yaml_with_every_stage_and_no_path_of_this_machine():
    text = dvc.text()
    assert dvc.text() == text
    assert "/home" not in text and ": /" not in text
    for word in ("synthesize:", "ingest:", "audit:", "persist: true", "foreach:"):
        assert word in text


def test_a_private_helper_of_the_stages_is_a_dependency():
    block = dvc.text().split("\n  score:\n")[1].split("params:")[0]
    assert "pipeline/stages/_parts.py" in block


def test_the_plots_name_files_that_evaluate_writes():
    assert "data/interim/kz_2026/evaluation/roc.csv" in dvc.text()
    assert yaml.dump({"a": [1]}) == "a:\n- 1\n"
