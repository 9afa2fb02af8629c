"""Debian's baresip as a seat's phone: a SIP implementation of its own beside the one that the others use.

Fetched once without root (29 MB) into the project's cache, and run through its own loader.
"""

import asyncio
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from engine.provision.apt import PrivateApt, unpack
from engine.provision.cache import cache_folder, setup_lock
from engine.provision.errors import ProvisionError
from engine.provision.progress import Progress, Reporter
from tests.real.world import SEAT_TONES, TALK_S
from tests.support.centre import Whole
from tests.support.heard import write_tone

_RECIPE = "baresip-1"
_CONFIG = """\
module_path {prefix}/usr/lib/baresip/modules
module g711.so
module aufile.so
module sndfile.so
module account.so
module menu.so
snd_path {folder}
audio_source aufile,{tone}
audio_player aufile,{folder}/played.wav
audio_alert aufile,{folder}/alert.wav
ausrc_srate 8000
auplay_srate 8000
sip_listen 127.0.0.1:0
net_interface 127.0.0.1
rtp_ports 42000-42100
"""
_ACCOUNT = (
    "<sip:{seat}@127.0.0.1:{port};transport=udp>;auth_pass={secret};answermode=auto;regint=60"
    ";audio_codecs=pcma\n"
)


def fetched(progress: Progress) -> Path:
    """The folder it was unpacked into. Raises ProvisionError."""
    cache = cache_folder()
    prefix = cache / _RECIPE
    if not prefix.is_dir():
        with setup_lock(cache, progress):
            if not prefix.is_dir():
                apt = PrivateApt(cache / "apt-baresip", progress)
                packages = apt.fetch(("baresip-core",), "Fetching a second SIP phone (29 MB)")
                part = prefix.with_name(f"{prefix.name}.part")
                unpack(packages, part, progress, "Unpacking it")
                part.rename(prefix)
                apt.forget()
    return prefix


class DebianPhone:
    """It picks up whatever comes, and sends its seat's tone."""

    def __init__(self, folder: Path, process: "subprocess.Popen[bytes]") -> None:
        self._folder = folder
        self._process = process

    def heard(self) -> Path:
        """The file of what it hears in its one call."""
        return next(self._folder.glob("dump-*-dec.wav"))

    def stop(self) -> None:
        """End it, in order: then its files are whole."""
        self._process.terminate()
        self._process.wait(10)


@asynccontextmanager
async def debian_phone(real: Whole, seat_id: str, folder: Path) -> AsyncIterator[DebianPhone]:
    """Instead of the phone of this seat."""
    try:
        prefix = await asyncio.to_thread(fetched, Reporter())
    except ProvisionError as error:
        pytest.skip(f"no second SIP phone: {error}")
    await real.phones[seat_id].unregister()
    tone = write_tone(folder / "tone.wav", SEAT_TONES[seat_id], TALK_S)  # it hangs up when that is over
    (folder / "config").write_text(_CONFIG.format(prefix=prefix, folder=folder, tone=tone))
    secret = real.centre.secrets[f"seat.{seat_id}"]
    account = _ACCOUNT.format(seat=seat_id, port=real.centre.ports.sip, secret=secret)
    (folder / "accounts").write_text(account)
    loader = next(prefix.glob("usr/lib64/ld-linux-*.so.*"))
    libraries = next(prefix.glob("usr/lib/*-linux-gnu"))
    command = [loader, "--library-path", libraries, prefix / "usr/bin/baresip", "-f", folder]
    process = await asyncio.to_thread(_started, [str(part) for part in command], folder)
    phone = DebianPhone(folder, process)
    try:
        await real.centre.engine.wait_for_seats(set(real.phones))
        yield phone
    finally:
        phone.stop()
        await real.phones[seat_id].register()


def _started(command: list[str], folder: Path) -> "subprocess.Popen[bytes]":
    with open(folder / "log", "wb") as log:
        return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=folder)
