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


def test_a_programme_without_a_model_has_no_plots_and_no_model_stages():
    document = dvc.text()
    assert "data/interim/ca_fsw/evaluation" not in document
    for stage, is_in in (("gates", True), ("ingest", True), ("synthesize", True), ("train", False), ("audit", False)):
        block = document.split(f"\n  {stage}:\n")[1].split("\n    do:")[0]
        assert ("ca_fsw:" in block and "au_skilled:" in block) is is_in, stage
