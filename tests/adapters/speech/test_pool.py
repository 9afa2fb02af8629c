"""The pool against workers that die, hang or complain: small programs in place of the real worker."""

import sys
import time
from pathlib import Path

import pytest

from engine.adapters.speech.pool import Pool, default_workers
from engine.adapters.speech.sources import Job, Reply, Tone

GOOD = "for line in sys.stdin: print('{\"size\": 7}', flush=True)"


def worker(tmp_path: Path, body: str) -> tuple[str, ...]:
    """A program that reads jobs; `first` is true in the first process that is started."""
    program = tmp_path / "worker.py"
    flag = tmp_path / "started"
    program.write_text(
        f"import pathlib, sys, time\nflag = pathlib.Path({str(flag)!r})\n"
        f"first = not flag.exists()\nflag.touch()\n{body}\n"
    )
    return (sys.executable, str(program))


def jobs(count: int = 1) -> list[Job]:
    return [
        Job(name=str(number), source=Tone(tone_hz=1, milliseconds=1), target=Path("x"))
        for number in range(count)
    ]


def replies(command: tuple[str, ...], *, count: int = 1, job_seconds: float = 20.0) -> list[Reply]:
    with Pool(2, command=command, job_seconds=job_seconds) as pool:
        return [reply for _, reply in pool.run(jobs(count))]


def test_every_job_gets_its_reply(tmp_path: Path) -> None:
    assert replies(worker(tmp_path, GOOD), count=20) == [Reply(size=7)] * 20


def test_workers_are_kept_for_the_next_jobs(tmp_path: Path) -> None:
    counting = worker(tmp_path, f"flag.open('a').write('x')\n{GOOD}")
    with Pool(1, command=counting) as pool:
        for _ in range(3):
            assert [reply for _, reply in pool.run(jobs())] == [Reply(size=7)]
    assert (tmp_path / "started").read_text() == "x"


def test_a_worker_that_dies_is_replaced_and_the_job_done_again(tmp_path: Path) -> None:
    assert replies(worker(tmp_path, f"if first: sys.stdin.readline(); sys.exit(3)\n{GOOD}")) == [
        Reply(size=7)
    ]


def test_a_worker_that_hangs_is_killed_and_the_job_done_again(tmp_path: Path) -> None:
    hanging = worker(tmp_path, f"if first: time.sleep(1000)\n{GOOD}")
    assert replies(hanging, job_seconds=0.5) == [Reply(size=7)]


def test_a_job_without_sound_is_tried_again_in_a_new_worker(tmp_path: Path) -> None:
    silent = 'if first: sys.stdin.readline(); print(\'{"error": "no_sound"}\', flush=True)'
    assert replies(worker(tmp_path, f"{silent}\n{GOOD}")) == [Reply(size=7)]


def test_workers_that_always_die_end_in_their_last_words(tmp_path: Path) -> None:
    [reply] = replies(worker(tmp_path, "sys.exit('no such library')"))
    assert reply == Reply(error="died", detail="no such library")


def test_workers_that_die_without_a_word_end_in_their_code(tmp_path: Path) -> None:
    [reply] = replies(worker(tmp_path, "sys.exit(5)"))
    assert reply == Reply(error="died", detail="the worker ended with code 5")


def test_an_error_that_no_retry_can_mend_is_returned_at_once(tmp_path: Path) -> None:
    broken = worker(tmp_path, 'for line in sys.stdin: print(\'{"error": "voice_broken"}\', flush=True)')
    assert replies(broken) == [Reply(error="voice_broken")]


def test_a_program_that_cannot_be_started_is_told_to_the_caller() -> None:
    with pytest.raises(FileNotFoundError):
        replies(("/nonexistent/worker",), count=3)


def test_stopping_early_does_not_wait_for_the_jobs(tmp_path: Path) -> None:
    slow = worker(tmp_path, "print('{\"size\": 7}', flush=True)\ntime.sleep(1000)")
    started = time.monotonic()
    with Pool(1, command=slow) as pool:
        outcomes = pool.run(jobs(5))
        next(outcomes)
        outcomes.close()
    assert time.monotonic() - started < 20


def test_there_is_at_least_one_worker() -> None:
    assert 1 <= default_workers() <= 4
