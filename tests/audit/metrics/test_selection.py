from pipeline.audit.metrics.selection import measure


def test_held_and_incomplete_cases_count_as_not_selected(queue):
    assert measure(queue())[""].tolist() == [1, 1, 0, 0, 0, 0, 0, 0]
