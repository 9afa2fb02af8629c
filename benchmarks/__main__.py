"""`python -m benchmarks`: measure everything side by side, and write results.json and RESULTS.md."""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Awaitable, Callable

from benchmarks import (
    audio_path,
    call_load,
    customer_files,
    customers,
    distribution,
    growth,
    held,
    importing,
    lookup,
    machine,
    pop,
    results,
    self_service,
    service_steps,
    starting,
    tickets,
    voice,
)
from benchmarks.budgets import BUDGETS, missed
from benchmarks.figures import Figures
from benchmarks.progress import say
from benchmarks.site import Site
from engine.provision.asterisk import AsteriskInstall, ensure_asterisk
from engine.provision.errors import ProvisionError
from engine.provision.progress import Reporter

_ON_A_SITE = ("start", "distribution", "pop", "audio", "cpu")
_PARTS = ("growth", "lookup", "customers", "tickets", "voice", *_ON_A_SITE, "held", "selfservice", "import")


def main() -> int:
    """Exit code 0 when everything was measured; a missed budget is told and is no failure."""
    options = _options()
    logging.basicConfig(level=logging.ERROR)
    parts = options.only or _PARTS
    try:
        install = ensure_asterisk(Reporter())
    except ProvisionError as error:
        print(error, file=sys.stderr)
        return 1
    about = machine.describe(install.version)
    figures: Figures = {}
    if "growth" in parts:
        figures |= growth.measure(growth.QUICK if options.quick else growth.FULL)
    if "lookup" in parts:
        figures |= lookup.measure(lookup.QUICK if options.quick else lookup.FULL)
    if "customers" in parts:
        figures |= customer_files.measure(customer_files.QUICK if options.quick else customer_files.FULL)
    if "tickets" in parts:
        figures |= tickets.measure(tickets.QUICK if options.quick else tickets.FULL)
    if "voice" in parts:
        figures |= voice.measure(voice.QUICK if options.quick else voice.FULL)
    try:
        if set(parts) & set(_ON_A_SITE):
            figures |= asyncio.run(_measure_site(install, parts, quick=options.quick))
        if "held" in parts:
            figures |= asyncio.run(_measure_held(install, quick=options.quick))
        if "selfservice" in parts:
            figures |= asyncio.run(_measure_self_service(install, quick=options.quick))
        if "import" in parts:
            figures |= asyncio.run(_measure_import(quick=options.quick))
    except (asyncio.CancelledError, KeyboardInterrupt):
        return 130
    if not options.quick:
        results.write(figures, about, only=", ".join(options.only))
    _tell(figures)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=_PARTS, default=[], metavar="PART", help=", ".join(_PARTS)
    )
    parser.add_argument("--quick", action="store_true", help="few samples, few customers; writes no files")
    return parser.parse_args()


async def _measure_site(install: AsteriskInstall, parts: tuple[str, ...], *, quick: bool) -> Figures:
    measures: dict[str, Callable[[Site], Awaitable[Figures]]] = {
        "start": lambda site: starting.measure(site, starting.QUICK if quick else starting.FULL),
        "distribution": lambda site: distribution.measure(
            site, distribution.QUICK if quick else distribution.FULL
        ),
        "pop": lambda site: pop.measure(site, pop.QUICK if quick else pop.FULL),
        "audio": lambda site: audio_path.measure(site, audio_path.QUICK if quick else audio_path.FULL),
        "cpu": lambda site: call_load.measure(site, call_load.QUICK if quick else call_load.FULL),
    }
    _end_in_order_when_told()
    site = Site(install, customers.SIZES["10k" if quick else "1m"])
    figures: Figures = {}
    try:
        await site.start()
        await site.start_engine()
        for part in _ON_A_SITE:
            if part in parts:
                measured = await measures[part](site)
                engine_mb = max(figures.get("rss.engine_mb", 0), measured.get("rss.engine_mb", 0))
                figures |= measured
                if engine_mb:
                    figures["rss.engine_mb"] = engine_mb
    finally:
        say("ending the processes")
        await site.stop()
    return figures


async def _measure_held(install: AsteriskInstall, *, quick: bool) -> Figures:
    """A centre of its own: it has more seats."""
    _end_in_order_when_told()
    size = held.QUICK if quick else held.FULL
    site = Site(install, customers.SIZES["10k"], seats=size.calls)
    try:
        await site.start()
        await site.start_engine()
        return await held.measure(site, size)
    finally:
        say("ending the processes")
        await site.stop()


async def _measure_self_service(install: AsteriskInstall, *, quick: bool) -> Figures:
    """A centre of its own: customers, bills and sentences are made before its engine starts."""
    _end_in_order_when_told()
    size = self_service.QUICK if quick else self_service.FULL
    site = Site(install, customers.SIZES["10k"])
    try:
        await site.start(exchange=False)
        figures = await self_service.measure(site, size)
    finally:
        say("ending the processes")
        await site.stop()
    return figures | await service_steps.measure(service_steps.QUICK if quick else service_steps.FULL)


async def _measure_import(*, quick: bool) -> Figures:
    """Centres of their own without telephones."""
    _end_in_order_when_told()
    return await importing.measure(importing.QUICK if quick else importing.FULL)


def _end_in_order_when_told() -> None:
    """SIGTERM and a closed terminal do what Ctrl+C does: no process of ours stays behind."""
    task = asyncio.current_task()
    assert task is not None
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, task.cancel)


def _tell(figures: Figures) -> None:
    for budget in BUDGETS:
        if budget.name in figures:
            print(f"{budget.name:<36} {figures[budget.name]:>9.3f} {budget.unit:<3} budget {budget.limit:g}")
    for budget in missed(figures):
        print(f"missed: {budget.name}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
