"""Which failures are made once more, and which are not."""

import pytest

from tests.support import stalls

FAILS_ONCE = """
    import pytest
    tries = []

    @pytest.fixture
    def fresh():
        return []

    {mark}
    def test_sound(fresh):
        tries.append(1)
        fresh.append(1)
        assert fresh == [1]
        assert len(tries) > {failures}, "a hole"
"""
MARK = "@pytest.mark.asterisk"


@pytest.mark.parametrize(
    ("mark", "stood_still_ms", "failures", "passes"),
    [
        (MARK, 250.0, 1, True),
        (MARK, 0.0, 1, False),  # the machine did nothing wrong
        (MARK, 250.0, 2, False),  # twice is no accident
        ("", 250.0, 1, False),  # nothing in it happens in real time
    ],
)
def test_only_what_the_machine_has_spoilt_is_repeated(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    mark: str,
    stood_still_ms: float,
    failures: int,
    passes: bool,
) -> None:
    monkeypatch.setattr(stalls, "stood_still_ms", lambda since: stood_still_ms)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeini("[pytest]\nmarkers =\n    asterisk: real")
    pytester.makepyfile(FAILS_ONCE.format(mark=mark, failures=failures))
    result = pytester.runpytest_inprocess("-p", "tests.support.repeated")
    result.assert_outcomes(passed=int(passes), failed=int(not passes))
    told = result.stdout.str()
    assert ("repeated, since the machine stood still" in told) == (mark == MARK and stood_still_ms > 0)
    if passes:
        result.stdout.fnmatch_lines(["*::test_sound: 250 ms", "*a hole*"])


def test_what_is_reckoned_is_what_was_since(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stalls, "_stalls", [(100.0, 0.05), (101.0, 0.2), (102.0, 0.1)])
    assert stalls.stood_still_ms(100_500) == pytest.approx(300)
    assert stalls.longest_stall_ms(100_500) == pytest.approx(200)
    assert stalls.longest_stall_ms(102_500) == 0
