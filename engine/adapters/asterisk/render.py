"""Renders the configuration folder of an Asterisk from config.toml.

What stands in the files is ours or checked: a value that could end its setting and begin another one, or
that the dialplan would expand, is refused by name and never escaped half way.
"""

import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import jinja2

from engine.config import Config, Line, Queue
from engine.core.plan import EMERGENCY_NUMBERS
from engine.provision.asterisk import AsteriskInstall

LOOPBACK = "127.0.0.1"

_PLAIN = {
    "number": r"[0-9+*#-]{0,32}",
    "host": r"[A-Za-z0-9._:\[\]-]{1,253}",
    "user": r"[A-Za-z0-9_.+@-]{0,64}",
    "secret": r"[A-Za-z0-9_.~+-]{1,64}",
    "class": r"[A-Za-z0-9_-]{1,64}",
    # No comma, quote, bracket, dollar, semicolon or line end: they mean something to Asterisk.
    "path": r"/[\w ./+@~=:-]{0,200}",
}

_SHARED_TEMPLATES = tuple(
    f"{name}.conf"
    for name in "asterisk cdr cel features indications logger manager modules musiconhold rtp".split()
)
_PBX_TEMPLATES = (
    *_SHARED_TEMPLATES,
    *(f"{name}.conf" for name in "cdr_custom confbridge extensions pjsip pjsip_notify".split()),
)

# Asked for by parts that we leave as they are; without the file each start logs an error.
_EMPTY = ("acl.conf", "ccss.conf", "pjproject.conf", "stasis.conf", "udptl.conf")

# What each Asterisk loads; everything else stays out, for a quick start and nothing to attack. Without
# bridge_native_rtp, which lets a party's packets through as they are: when the parties are mixed after that,
# the numbers of the packets jump, and a Debian Asterisk at the other end takes them for late and drops them.
_COMMON_MODULES = """
    res_pjproject res_sorcery_config res_sorcery_memory res_sorcery_astdb res_timing_timerfd res_rtp_asterisk
    res_pjsip res_pjsip_session res_pjsip_sdp_rtp res_pjsip_caller_id res_pjsip_nat res_pjsip_rfc3326
    res_pjsip_dtmf_info res_pjsip_header_funcs res_pjsip_authenticator_digest res_pjsip_acl res_pjsip_pubsub
    res_pjsip_outbound_authenticator_digest res_pjsip_endpoint_identifier_ip
    res_pjsip_endpoint_identifier_user res_pjsip_dlg_options res_pjsip_empty_info res_pjsip_logger chan_pjsip
    res_speech res_agi res_musiconhold res_clioriginate pbx_config
    bridge_simple bridge_softmix
    app_chanspy app_dial app_playback app_echo app_exec app_mixmonitor app_playtones app_read app_record
    app_senddtmf app_stack app_userevent app_verbose app_waitforsilence app_softhangup app_originate
    func_callerid func_cdr func_channel func_cut func_dialplan func_env func_global func_groupcount
    func_hangupcause func_logic func_math func_periodic_hook func_strings func_timeout func_uri func_volume
    codec_a_mu codec_alaw codec_ulaw codec_g722 codec_gsm codec_resample
    format_gsm format_pcm format_sln format_wav
""".split()
_PBX_MODULES = """
    res_pjsip_registrar res_pjsip_outbound_registration res_pjsip_notify res_pjsip_refer res_pjsip_path
    bridge_builtin_features bridge_builtin_interval_features bridge_holding chan_bridge_media
    app_bridgeaddchan app_bridgewait app_confbridge app_controlplayback app_transfer app_talkdetect
    func_devstate func_extstate func_jitterbuffer func_pjsip_aor func_pjsip_contact func_pjsip_endpoint
    res_mutestream res_cdrel_custom cdr_custom res_manager_devicestate
""".split()

CDR_FIELDS = (
    "fs_final", "fs_call", "fs_line", "fs_did", "fs_cli", "fs_started", "fs_accepted", "fs_ended",
    "fs_dialstatus", "fs_talk_ms", "fs_peer", "fs_cause", "fs_hangup_source", "fs_done", "fs_unattended",
    "fs_message", "fs_direction", "fs_answered", "fs_seat", "fs_channel", "start", "answer", "end",
    "disposition", "uniqueid", "channel", "dstchannel", "lastapp",
)  # fmt: skip
"""Columns of <log>/cdr-custom/fourseat.csv. The line with fs_final = 1 is the record of the whole call."""

# What the dialplan writes into them for a call that was begun here.
_OUTGOING_RECORD = {
    "fs_final": "1",
    "fs_call": "${FS_CALL}",
    "fs_line": "${FS_LINE}",
    "fs_cli": "${CALLERID(num)}",
    "fs_started": "${FS_STARTED}",
    "fs_accepted": "${FS_STARTED}",
    "fs_ended": "${STRFTIME(,UTC,%s.%3q)}",
    "fs_dialstatus": "${FS_STATUS}",
    "fs_peer": '${IF($["${FS_PEER}" != ""]?${FS_PEER}:PJSIP/${FS_BY}-0)}',
    "fs_cause": "${FS_CAUSE}",
    "fs_hangup_source": "${CHANNEL(hangupsource)}",
    "fs_done": "${FS_DONE}",
    "fs_unattended": "${FS_UNATTENDED}",
    "fs_message": "${FS_MESSAGE}",
    "fs_direction": "${FS_DIRECTION}",
    "fs_answered": "${FS_ANSWERED}",
    "fs_seat": "${FS_BY}",
    "fs_channel": "${CHANNEL(name)}",
    "uniqueid": "${UNIQUEID}",
    "channel": "${CHANNEL(name)}",
}


class RenderError(ValueError):
    """A configured value cannot stand in an Asterisk file; the text names the key and what it may hold."""


@dataclass(frozen=True)
class InstancePaths:
    """The folders of one Asterisk. All but `prompts` and `home` are written by it.

    Names of folders in the configuration count from `home`.
    """

    etc: Path
    run: Path
    log: Path
    spool: Path
    recordings: Path
    prompts: Path
    home: Path

    @classmethod
    def below(
        cls,
        folder: Path,
        *,
        recordings: Path | None = None,
        prompts: Path | None = None,
        home: Path | None = None,
    ) -> "InstancePaths":
        """The usual layout inside one folder."""
        return cls(
            etc=folder / "etc",
            run=folder / "run",
            log=folder / "log",
            spool=folder / "spool",
            recordings=recordings or folder / "recordings",
            prompts=prompts or folder / "prompts",
            home=home or folder,
        )

    def create(self) -> None:
        """Make the folders that Asterisk does not make by itself."""
        folders = (self.etc, self.run, self.log / "cdr-custom", self.spool / "lib", self.prompts)
        for folder in (*folders, self.recordings / "raw", self.recordings / "messages"):
            folder.mkdir(parents=True, exist_ok=True)


@dataclass(frozen=True)
class ExchangeSettings:
    """Where the practice exchange listens, all on loopback. Its lines use the addresses of config.lines."""

    ami_port: int
    ami_user: str
    ami_secret: str
    agi_port: int
    rtp_first: int
    rtp_last: int


def render_pbx(
    config: Config, *, paths: InstancePaths, secrets: Mapping[str, str], install: AsteriskInstall
) -> dict[str, str]:
    """All files of the PBX by name.

    `secrets` holds what config.toml leaves empty: "ami", and "seat.<id>" for each seat.
    """
    pbx = config.asterisk
    values: dict[str, object] = {
        "config": config,
        "lines": [_checked_line(line) for line in config.lines],
        "seats": [(seat, _secret(seat.secret, secrets, f"seat.{seat.id}")) for seat in config.seats],
        "sip_address": _checked(pbx.sip_address, "host", "[asterisk] sip_address"),
        "recording": config.recording.enabled,
        "cdr_fields": CDR_FIELDS,
        "outgoing_record": _OUTGOING_RECORD,
        "emergency_numbers": sorted(EMERGENCY_NUMBERS),
        "ami": {
            "user": _checked(pbx.ami_user, "user", "[asterisk] ami_user"),
            "secret": _secret(pbx.ami_secret, secrets, "ami"),
            "port": pbx.ami_port,
            "read": "system,call,user,agent",  # not dtmf: what callers key in is nobody else's business
            "write": "system,call,user,reporting,command,originate",
        },
        "rtp": (pbx.rtp_first, pbx.rtp_last),
        "agi_port": pbx.agi_port,
        "music": [(queue.music_class, _music_folder(paths, queue)) for queue in config.queues if queue.music],
        "modules": _COMMON_MODULES + _PBX_MODULES,
    }
    return _render(_PBX_TEMPLATES, "", values, paths, install)


def render_exchange(
    config: Config, *, paths: InstancePaths, exchange: ExchangeSettings, install: AsteriskInstall
) -> dict[str, str]:
    """All files of the practice exchange: the telephone company at the other end of the PBX's lines."""
    pbx = config.asterisk
    values: dict[str, object] = {
        "config": config,
        "lines": [_checked_line(line) for line in config.lines],
        "pbx_address": LOOPBACK if pbx.sip_address == "0.0.0.0" else pbx.sip_address,
        "pbx_port": pbx.sip_port,
        "ami": {
            "user": _checked(exchange.ami_user, "user", "exchange ami_user"),
            "secret": _checked(exchange.ami_secret, "secret", "exchange ami_secret"),
            "port": exchange.ami_port,
            "read": "system,call,user,dtmf",
            "write": "system,call,user,reporting,command,originate",
        },
        "rtp": (exchange.rtp_first, exchange.rtp_last),
        "agi_port": exchange.agi_port,
        "music": [],
        "modules": _COMMON_MODULES,
    }
    files = _render(_SHARED_TEMPLATES, "", values, paths, install)
    return files | _render(("pjsip.conf", "extensions.conf"), "exchange_", values, paths, install)


def write_if_changed(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Write the files whose text differs, atomically, readable by the owner only; returns their names."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = [name for name, text in files.items() if _text_of(folder / name) != text]
    for name in changed:
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{name}.")  # mode 0600: secrets are inside
        try:
            with open(handle, "w", encoding="utf-8") as file:
                file.write(files[name])
            os.replace(temporary, folder / name)
        except OSError:
            os.unlink(temporary)
            raise
    return changed


def _text_of(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return None


def _render(
    names: tuple[str, ...],
    variant: str,
    values: dict[str, object],
    paths: InstancePaths,
    install: AsteriskInstall,
) -> dict[str, str]:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("engine.adapters.asterisk"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    present = {path.stem for path in install.module_dir.glob("*.so")}
    folders = {
        name: _checked(os.fspath(getattr(paths, name).absolute()), "path", f"the {name} folder")
        for name in paths.__dataclass_fields__
    }
    context = values | {
        "paths": folders,
        "install": install,
        "modules": [name for name in values["modules"] if name in present],  # type: ignore[attr-defined]
        "loopback": LOOPBACK,
    }
    files = {name: environment.get_template(f"{variant}{name}.j2").render(context) for name in names}
    return dict.fromkeys(_EMPTY, "; Made by Fourseat: nothing to set.\n") | files


def _checked_line(line: Line) -> Line:
    place = f"[[lines]] {line.id}"
    _checked(line.number, "number", f"{place}: number")
    _checked(line.host, "host", f"{place}: host")
    _checked(line.username, "user", f"{place}: username")
    if line.username:
        _checked(line.secret, "secret", f"{place}: secret")
    return line


def _music_folder(paths: InstancePaths, queue: Queue) -> str:
    folder = os.fspath((paths.home / queue.music).absolute())
    return _checked(folder, "path", f"[[queues]] {queue.id}: music")


def _secret(configured: str, secrets: Mapping[str, str], name: str) -> str:
    return _checked(configured or secrets.get(name, ""), "secret", f"secret `{name}`")


def _checked(value: str, kind: str, place: str) -> str:
    if not re.fullmatch(_PLAIN[kind], value):
        raise RenderError(f"{place}: {value!r} cannot be used; it may hold {_PLAIN[kind]}")
    return value
