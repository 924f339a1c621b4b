from pipeline.audit.metrics.unknown import measure


def test_incomplete_cases(queue):
    assert measure(queue())[""].tolist() == [0, 0, 0, 0, 0, 0, 1, 1]


def test_without_gates_nobody_can_be_incomplete(queue):
    assert measure(queue(gates=())) == {}
