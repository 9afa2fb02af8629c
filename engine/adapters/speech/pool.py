"""Runs jobs in worker processes: retries what failed, replaces workers that died or hang."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Generator, Sequence
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self

from engine.adapters.speech.sources import Job, Reply

WORKER_COMMAND = (sys.executable, "-m", "engine.adapters.speech.worker")
IMPORT_FOLDER = Path(__file__).parents[3]
"""Where a worker starts: the package is found there, installed or not."""
_CLOSE_SECONDS = 5.0
_TRIES = 3
_WORTH_ANOTHER_TRY = ("died", "no_sound")


def default_workers() -> int:
    """As many workers as there are cores, but not more than are of use."""
    return min(4, len(os.sched_getaffinity(0)))


class WorkerProcess:
    """One worker process and the pipes to it."""

    def __init__(self, command: Sequence[str]) -> None:
        self._complaints = tempfile.TemporaryFile()
        try:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                cwd=IMPORT_FOLDER,
                text=True,
                encoding="utf-8",
            )
        except OSError:
            self._complaints.close()
            raise

    def ask(self, job: Job, seconds: float) -> Reply:
        """The worker's reply, or `died` where it ended or took too long; then it is of no further use."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        alarm = threading.Timer(seconds, self._process.kill)
        alarm.start()
        try:
            self._process.stdin.write(job.to_line() + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        finally:
            alarm.cancel()
        return (
            Reply(**json.loads(line))
            if line.endswith("\n")
            else Reply(error="died", detail=self._last_words())
        )

    def kill(self) -> None:
        """End it at once, in the middle of a job if need be."""
        self._process.kill()

    def close(self) -> None:
        """Let it end by itself, or kill it; nothing is left of it afterwards."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        try:
            self._process.wait(_CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()
        self._complaints.close()

    def _last_words(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_CLOSE_SECONDS)
        self._complaints.seek(0)
        lines = self._complaints.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"the worker ended with code {self._process.returncode}"


class Pool:
    """Some workers, started when they are needed and kept until the pool is closed."""

    def __init__(
        self, workers: int, *, command: Sequence[str] = WORKER_COMMAND, job_seconds: float = 30.0
    ) -> None:
        self._command = command
        self._job_seconds = job_seconds
        self._processes: list[WorkerProcess | None] = [None] * workers
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            if process is not None:
                process.close()

    def run(self, jobs: Sequence[Job]) -> Generator[tuple[Job, Reply], None, None]:
        """Each job with its reply, as they get done. A caller that stops early stops the workers."""
        todo: SimpleQueue[Job] = SimpleQueue()
        done: SimpleQueue[tuple[Job, Reply] | Exception] = SimpleQueue()
        for job in jobs:
            todo.put(job)
        slots = range(min(len(self._processes), len(jobs)))
        threads = [threading.Thread(target=self._serve, args=(slot, todo, done)) for slot in slots]
        for thread in threads:
            thread.start()
        complete = False
        try:
            for _ in jobs:
                outcome = done.get()
                if isinstance(outcome, Exception):
                    raise outcome
                yield outcome
            complete = True
        finally:
            if not complete:
                self._stop(todo)
            for thread in threads:
                thread.join()

    def _stop(self, todo: "SimpleQueue[Job]") -> None:
        self._stopped.set()
        with contextlib.suppress(Empty):
            while True:
                todo.get_nowait()
        for process in self._processes:
            if process is not None:
                process.kill()

    def _serve(
        self, slot: int, todo: "SimpleQueue[Job]", done: "SimpleQueue[tuple[Job, Reply] | Exception]"
    ) -> None:
        """The thread of one worker: take jobs until there are none."""
        with contextlib.suppress(Empty):
            while True:
                job = todo.get_nowait()
                try:
                    done.put((job, self._do(slot, job)))
                except Exception as error:
                    done.put(error)
                    return

    def _do(self, slot: int, job: Job) -> Reply:
        reply = Reply(error="died")
        for _ in range(_TRIES):
            process = self._processes[slot] or WorkerProcess(self._command)
            self._processes[slot] = process
            reply = process.ask(job, self._job_seconds)
            if reply.error not in _WORTH_ANOTHER_TRY or self._stopped.is_set():
                return reply
            process.kill()
            process.close()
            self._processes[slot] = None
        return reply
