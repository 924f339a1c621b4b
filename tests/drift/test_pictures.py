from pipeline.drift import pictures

PNG = b"\x89PNG"


def test_pictures_are_the_same_bytes_again():
    made = [
        lambda: pictures.stability(["a", "a long name " * 6], [0.3, 0.0], [0.1, 0.1], [True, False], 0.2, ("x", "y"), 3.9),
        lambda: pictures.distribution(["a", "b"], [0.2, 0.8], [1.0, 0.0], ("x", "y"), "share", 3.9),
        lambda: pictures.calibration([0.1, 0.9], [0.2, 0.8], ("x", "y"), 3.9),
        lambda: pictures.volume(["a", "b"], [3, 90], [(0, 9), (20, 40)], [False, True], ("x", "y"), "cases", 3.9),
    ]  # fmt: skip
    for draw in made:
        first = draw()
        assert first.startswith(PNG) and first == draw()


def test_what_rings_looks_different():
    rings, quiet = (pictures.stability(["a"], [0.3], [0.1], [ring], 0.2, ("x", "y"), 3.9) for ring in (True, False))
    assert rings != quiet
