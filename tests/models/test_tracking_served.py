"""The code of the registered model: it only hands over (tests/life/test_served.py serves it for real)."""

import sys
from types import ModuleType, SimpleNamespace

import pandas as pd


def test_it_hands_the_folders_and_each_request_to_the_named_module(tmp_path, monkeypatch):
    from models.tracking_served import Served

    given = []
    module = ModuleType("answering_here")
    module.load = lambda *opened: given.append(opened) or (lambda asked: asked.assign(score=0.5))
    monkeypatch.setitem(sys.modules, "answering_here", module)
    model = Served()
    artifacts = {"model": str(tmp_path / "model"), "programme": str(tmp_path / "programme")}
    model.load_context(
        SimpleNamespace(artifacts=artifacts, model_config={"module": "answering_here", "sha256": "f" * 64})
    )
    assert given == [(tmp_path / "model", tmp_path / "programme", "f" * 64)]
    asked = pd.DataFrame({"as_of": ["2026-06-30"], "records": ["{}"]})
    assert model.predict(None, asked)["score"].tolist() == [0.5]
