"""`fourseatd demo`: from an empty machine to a working centre, and back to an empty one."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import typer

from db.errors import DbError
from engine.adapters.asterisk.errors import AsteriskError
from engine.adapters.asterisk.process import AsteriskProcessError
from engine.adapters.asterisk.render import RenderError
from engine.adapters.phone import PhoneError
from engine.adapters.speech.errors import SpeechError
from engine.adapters.unix_socket.client import EngineError
from engine.daemon.demo import screen
from engine.daemon.demo.centre import Centre
from engine.daemon.demo.day.run import TicketDay
from engine.daemon.demo.errors import DemoError
from engine.daemon.demo.headless import run_calls
from engine.daemon.demo.instance import Instance, abandoned_folders, take_folder
from engine.daemon.demo.interactive import has_terminal, log_to_file, run_console, wait_for_enter
from engine.daemon.demo.site import people
from engine.daemon.demo.verify import Report
from engine.provision.asterisk import AsteriskInstall, ensure_asterisk
from engine.provision.errors import ProvisionError
from engine.provision.progress import Reporter

_TROUBLES = (
    AsteriskError,
    AsteriskProcessError,
    DbError,
    EngineError,
    OSError,
    PhoneError,
    ProvisionError,
    RenderError,
    SpeechError,
)
# The staff numbers and PINs stay on the screen so long, the first time and later.
_READ_S, _READ_AGAIN_S = 5, 2  # the log-in screen is filled in: nobody needs to remember a PIN
_CALLS_PER_KILL = 10  # of a day of tickets
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

Work = Callable[[Centre], Awaitable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for on the command line."""

    headless: bool
    calls: int
    tickets: bool
    seats: int
    seed: int
    folder: Path | None
    keep: bool
    as_json: bool


def run_demo(options: Options) -> int:
    """Run the demo; its exit code. Every process that it started has ended when it returns."""
    if not options.headless and not has_terminal():
        return _failed(options, "A console needs a terminal. Use --headless to run the demo without one.")
    try:
        install = _provision()
        instance = take_folder(options.folder)
    except (ProvisionError, DemoError) as error:
        return _failed(options, str(error))
    try:
        _clean_up(instance, install, options)
        log_to_file(instance.folder / "demo.log")
        work = _work(options, instance)
        return asyncio.run(_Demo(options, instance, install).run(work))
    except (DemoError, *_TROUBLES) as error:
        return _failed(options, f"{error}\nThe logs are in {instance.folder}.")
    finally:
        instance.close()


def _provision() -> AsteriskInstall:
    reporter = Reporter()
    try:
        return ensure_asterisk(reporter)
    finally:
        reporter.finish()


def _clean_up(instance: Instance, install: AsteriskInstall, options: Options) -> None:
    for abandoned in abandoned_folders(instance.folder):
        abandoned.end_left_overs(install)
        abandoned.close()
    for name in instance.end_left_overs(install):
        screen.say(f"结束上次演示遗留的进程  ended a left-over of an earlier demo: {name}")
    if not options.keep:
        instance.forget_calls()


class _Demo:
    """One run: a centre around the work, and signals that end it in order."""

    def __init__(self, options: Options, instance: Instance, install: AsteriskInstall) -> None:
        self._options = options
        self._instance = instance
        self._install = install
        self._reporter = Reporter()
        self._signal = 0
        self._ending = False

    async def run(self, work: Work) -> int:
        """Start, work, stop. A signal cuts the first two short, never the third."""
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        assert task is not None
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._told_to_end, number, task)
        centre = Centre(
            self._instance.folder,
            self._install,
            _phones(self._options),
            seed=self._options.seed,
            channels=2 if self._options.tickets else 1,
            progress=self._reporter,
            on_process=self._instance.record,
        )
        try:
            await centre.start()
            self._reporter.finish()
            return await work(centre)
        except asyncio.CancelledError:
            return 128 + self._signal
        finally:
            self._ending = True
            self._reporter.finish()
            screen.say("结束演示  ending the demo")
            await centre.stop()

    def _told_to_end(self, number: int, task: asyncio.Task[int]) -> None:
        if not self._ending:
            self._ending, self._signal = True, number
            task.cancel()


def _phones(options: Options) -> dict[str, str]:
    """The person at the console has a phone that answers by itself, and so has the supervisor, at the last
    seat; a test run tries both kinds.
    """
    first, second = ("ring", "auto") if options.headless else ("auto", "ring")
    phones = {f"seat{number}": first if number % 2 else second for number in range(1, options.seats + 1)}
    return phones if options.headless else phones | {supervisor_seat(options): "auto"}


def supervisor_seat(options: Options) -> str:
    """Where the supervisor's phone stands, in a demo for people."""
    return f"seat{options.seats + 1}"


def _work(options: Options, instance: Instance) -> Work:
    if options.tickets:
        return _ticket_day(options)
    return _headless(options) if options.headless else _interactive(options, instance)


def _ticket_day(options: Options) -> Work:
    async def work(centre: Centre) -> int:
        kills = options.calls // _CALLS_PER_KILL
        with screen.progress(options.calls) as advance:
            day = TicketDay(centre, options.calls, options.seed, kills, everything=True, on_ended=advance)
            report = await day.run()
        screen.print_day(report, as_json=options.as_json)
        return 0 if report.ok else 1

    return work


def _headless(options: Options) -> Work:
    async def work(centre: Centre) -> int:
        with screen.progress(options.calls) as advance:
            report, verdicts = await run_calls(centre, options.calls, options.seed, advance)
        if options.as_json:
            screen.print_json(report)
        else:
            screen.print_table(report, verdicts)
        return 0 if report.ok else 1

    return work


def _interactive(options: Options, instance: Instance) -> Work:
    async def work(centre: Centre) -> int:
        screen.print_people(people(options.seats), str(centre.site.paths.socket), supervisor_seat(options))
        seconds = _READ_S if instance.is_new else _READ_AGAIN_S
        await wait_for_enter("按回车进入坐席界面  Enter opens the agent's console", seconds)
        code = await run_console(centre, options.calls, options.seed, instance.record)
        with contextlib.suppress(OSError):
            screen.say(
                f"录音和数据库在  recordings and database are in {instance.folder}\n"
                "下次演示从头开始,除非加 --keep  the next demo begins anew, unless told to --keep them"
            )
        return code

    return work


def _failed(options: Options, text: str) -> int:
    if options.headless and options.as_json:
        screen.print_json(Report(errors=text.splitlines()))
    typer.echo(text, err=True, file=sys.stderr)
    return 1
