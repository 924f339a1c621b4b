"""Small models of invented cases (one with a pair), and one whole project folder with a trained model."""

from dataclasses import replace
from pathlib import Path

import pytest

from models import calibrate, compile, scorer, train
from models.encode import encode
from pipeline.model import sheet
from pipeline.stages.train import STAGE
from tests.models.conftest import KNOBS, invent, schema_of
from tests.stages.conftest import Project


def make(folder: Path, seed: int = 0, schema=None, **turned) -> scorer.Scorer:
    """A model of 2,000 invented cases in `folder`; `schema` may leave features out."""
    knobs = replace(KNOBS, trees=120, **turned)
    frame, y = invent(2000, seed)
    schema = schema or schema_of(frame)
    x = encode(frame[schema.names], schema)
    booster = train.fit(x, y, schema, knobs)
    curve = calibrate.fit(booster.predict(x, raw_score=True), y)
    tables = compile.compile_booster(booster, knobs.pairs) if knobs.additive else None
    scorer.save(folder, booster, schema, curve, {"programme": "invented"}, tables)
    return scorer.Scorer(folder)


@pytest.fixture(scope="session")
def maker(tmp_path_factory):
    """The maker of small models: `(name, seed, **knobs)`."""
    return lambda name, **turned: make(tmp_path_factory.mktemp(name) / "model", **turned)


@pytest.fixture(scope="session")
def plain(maker):
    return maker("plain")


@pytest.fixture(scope="session")
def paired(maker):
    return maker("paired", pairs=[["points", "trade"]])


@pytest.fixture(scope="session")
def unconstrained(maker):
    return maker("unconstrained", additive=False)


@pytest.fixture(scope="session")
def cases():
    """The cases that `plain` learnt from: `(features, outcomes)`."""
    return invent(2000, 0)


@pytest.fixture(scope="session")
def project(tmp_path_factory) -> Project:
    """A folder as the stages leave it: perm_2016 with invented cases and a model trained on them."""
    made = Project(tmp_path_factory.mktemp("project")).fill()
    made.run(STAGE)
    return made


@pytest.fixture(scope="session")
def made(project):
    """The sheet of that model, against itself."""
    return sheet.make(project.programme, project.root, project.params, project.path("model"))
