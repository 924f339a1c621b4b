from pipeline.audit.metrics.ranked import measure


def test_ranked_cases_passed_all_gates(queue):
    assert measure(queue())[""].tolist() == [1, 1, 1, 1, 0, 0, 0, 0]


def test_without_gates_there_is_nothing_to_pass(queue):
    assert measure(queue(gates=())) == {}
