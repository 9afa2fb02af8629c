"""The first words about a failed run."""

import pytest

FAILING = """
    import pytest

    @pytest.fixture
    def broken():
        raise OSError("in use")

    def test_setup(broken):
        pass

    def test_call():
        assert [1, 2] == [1, 3]

    def test_words():
        pytest.fail("after 5 s: not there", pytrace=False)

    def test_good():
        pass
"""


def test_every_failure_is_named_with_its_reason_before_the_details(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(FAILING)
    result = pytester.runpytest_inprocess("-p", "tests.support.in_short")
    result.assert_outcomes(passed=1, failed=2, errors=1)
    short, _, details = result.stdout.str().partition("= ERRORS =")
    assert "in short" in short
    assert "::test_setup (setup): OSError: in use" in short
    assert "::test_call (call): assert [1, 2] == [1, 3]" in short
    assert "::test_words (call): Failed: after 5 s: not there" in short
    assert "test_good" not in short
    assert "= FAILURES =" in details


def test_a_good_run_has_nothing_of_it(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile("def test_good(): pass")
    assert "in short" not in pytester.runpytest_inprocess("-p", "tests.support.in_short").stdout.str()
