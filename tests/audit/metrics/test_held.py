from pipeline.audit.metrics.held import measure


def test_held_cases(queue):
    assert measure(queue())[""].tolist() == [0, 0, 0, 0, 1, 1, 0, 0]


def test_without_gates_nobody_can_be_held(queue):
    assert measure(queue(gates=())) == {}
