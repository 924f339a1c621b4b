from pipeline.audit.metrics.gate_unknown import measure


def test_gate_by_gate(queue):
    found = measure(queue())
    assert {gate: values.tolist() for gate, values in found.items()} == {
        "G01": [0, 0, 0, 0, 0, 0, 1, 0],
        "G02": [0, 0, 0, 0, 0, 0, 0, 1],
    }


def test_no_gates(queue):
    assert measure(queue(gates=())) == {}
