def test_a(tell):
    tell("x", "1")
