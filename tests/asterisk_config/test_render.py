"""What is written for Asterisk, without starting one."""

import stat
from pathlib import Path
from typing import Any

import msgspec
import pytest

from engine.adapters.asterisk.render import (
    ExchangeSettings,
    InstancePaths,
    RenderError,
    render_exchange,
    render_pbx,
    write_if_changed,
)
from engine.config import Config
from engine.provision.asterisk import AsteriskInstall
from tests.asterisk_config.conftest import SECRETS, shipped_config

EVIL = [
    "a\nb",
    "a\r\nexten => 1,1,System(x)",
    "a;b",
    "a,b",
    "${SHELL(id)}",
    'a"b',
    "a]\n[b",
    "a`b",
    "a|b",
    "a&b",
    "a)b",
]


@pytest.fixture
def modules(tmp_path: Path) -> AsteriskInstall:
    folder = tmp_path / "modules"
    folder.mkdir()
    for name in ("chan_pjsip", "app_dial", "app_system"):
        (folder / f"{name}.so").touch()
    return AsteriskInstall("system", ("/usr/sbin/asterisk",), "20.5.0", folder, Path("/usr/share/asterisk"))


@pytest.fixture
def paths(tmp_path: Path) -> InstancePaths:
    return InstancePaths.below(tmp_path / "pbx")


def with_line(**changes: Any) -> Config:
    config = shipped_config()
    return msgspec.structs.replace(config, lines=[msgspec.structs.replace(config.lines[0], **changes)])


def with_asterisk(**changes: Any) -> Config:
    config = shipped_config()
    return msgspec.structs.replace(config, asterisk=msgspec.structs.replace(config.asterisk, **changes))


@pytest.mark.parametrize("value", EVIL)
@pytest.mark.parametrize(
    "config_with",
    [
        lambda value: with_line(number=value),
        lambda value: with_line(host=value),
        lambda value: with_line(username=value),
        lambda value: with_asterisk(sip_address=value),
        lambda value: with_asterisk(ami_user=value),
    ],
)
def test_value_that_means_something_to_asterisk_is_refused(
    config_with: Any, value: str, paths: InstancePaths, modules: AsteriskInstall
) -> None:
    with pytest.raises(RenderError):
        render_pbx(config_with(value), paths=paths, secrets=SECRETS, install=modules)


@pytest.mark.parametrize("value", EVIL)
def test_folder_and_secret_that_mean_something_to_asterisk_are_refused(
    value: str, paths: InstancePaths, modules: AsteriskInstall
) -> None:
    bad_paths = InstancePaths.below(Path("/srv") / value)
    with pytest.raises(RenderError, match="folder"):
        render_pbx(shipped_config(), paths=bad_paths, secrets=SECRETS, install=modules)
    with pytest.raises(RenderError, match=r"seat\.seat1"):
        render_pbx(shipped_config(), paths=paths, secrets=SECRETS | {"seat.seat1": value}, install=modules)


def test_missing_secret_is_refused_by_name(paths: InstancePaths, modules: AsteriskInstall) -> None:
    with pytest.raises(RenderError, match=r"seat\.seat2"):
        render_pbx(shipped_config(), paths=paths, secrets={"ami": "a", "seat.seat1": "b"}, install=modules)


def test_secret_of_the_file_wins_over_the_made_one(paths: InstancePaths, modules: AsteriskInstall) -> None:
    files = render_pbx(with_asterisk(ami_secret="fromfile"), paths=paths, secrets=SECRETS, install=modules)
    assert "secret = fromfile\n" in files["manager.conf"]
    assert SECRETS["ami"] not in files["manager.conf"]


def test_folder_with_chinese_name_and_blank_is_fine(modules: AsteriskInstall) -> None:
    files = render_pbx(
        shipped_config(), paths=InstancePaths.below(Path("/srv/四席 数据")), secrets=SECRETS, install=modules
    )
    assert "astrundir => /srv/四席 数据/run\n" in files["asterisk.conf"]


def with_music(folder: str) -> Config:
    config = shipped_config()
    first = msgspec.structs.replace(config.queues[0], music=folder)
    return msgspec.structs.replace(config, queues=[first, *config.queues[1:]])


def test_a_queue_has_the_music_of_its_folder(paths: InstancePaths, modules: AsteriskInstall) -> None:
    files = render_pbx(with_music("music/fault"), paths=paths, secrets=SECRETS, install=modules)
    own = f"[queue-general]\nmode = files\ndirectory = {paths.home}/music/fault\nsort = random\n"
    assert own in files["musiconhold.conf"]
    assert "queue-fault" not in files["musiconhold.conf"]
    with pytest.raises(RenderError, match="general: music"):
        render_pbx(with_music("a;b"), paths=paths, secrets=SECRETS, install=modules)


def test_names_of_the_site_are_not_given_to_asterisk(paths: InstancePaths, modules: AsteriskInstall) -> None:
    files = render_pbx(shipped_config(), paths=paths, secrets=SECRETS, install=modules)
    assert not any(word in text for text in files.values() for word in ("广电", "外线1", "一号席"))


def test_only_modules_that_are_there_and_needed_are_loaded(
    paths: InstancePaths, modules: AsteriskInstall
) -> None:
    files = render_pbx(shipped_config(), paths=paths, secrets=SECRETS, install=modules)
    loaded = [line for line in files["modules.conf"].splitlines() if line.startswith("load")]
    assert loaded == ["load = chan_pjsip.so", "load = app_dial.so"]


def test_manager_listens_on_loopback_only(paths: InstancePaths, modules: AsteriskInstall) -> None:
    files = render_pbx(with_asterisk(sip_address="0.0.0.0"), paths=paths, secrets=SECRETS, install=modules)
    assert "bindaddr = 127.0.0.1\n" in files["manager.conf"]
    assert "timestampevents = yes\n" in files["manager.conf"]


@pytest.mark.parametrize(("version", "options"), [("18.1.0", "Sr("), ("20.5.0", "Sr("), ("22.10.1", ",r(")])
def test_directions_stay_in_step_on_old_and_new_asterisk(
    version: str, options: str, paths: InstancePaths, modules: AsteriskInstall
) -> None:
    install = AsteriskInstall("system", ("asterisk",), version, modules.module_dir, modules.data_dir)
    files = render_pbx(shipped_config(), paths=paths, secrets=SECRETS, install=install)
    assert f"MixMonitor(,{options.lstrip(',')}" in files["extensions.conf"]


def test_no_recorder_where_recording_is_off(paths: InstancePaths, modules: AsteriskInstall) -> None:
    config = shipped_config()
    config = msgspec.structs.replace(
        config, recording=msgspec.structs.replace(config.recording, enabled=False)
    )
    files = render_pbx(config, paths=paths, secrets=SECRETS, install=modules)
    assert "MixMonitor" not in files["extensions.conf"]


def test_line_with_user_name_registers_and_another_does_not(
    paths: InstancePaths, modules: AsteriskInstall
) -> None:
    plain = render_pbx(with_line(), paths=paths, secrets=SECRETS, install=modules)["pjsip.conf"]
    config = with_line(username="96335", secret="geheim")
    registering = render_pbx(config, paths=paths, secrets=SECRETS, install=modules)["pjsip.conf"]
    assert "type = registration" not in plain
    assert "client_uri = sip:96335@192.168.1.20:5060\n" in registering
    assert "password = geheim\n" in registering


def test_line_that_registers_needs_a_secret(paths: InstancePaths, modules: AsteriskInstall) -> None:
    with pytest.raises(RenderError, match="line1"):
        render_pbx(with_line(username="96335"), paths=paths, secrets=SECRETS, install=modules)


def test_exchange_has_a_source_port_for_each_line(paths: InstancePaths, modules: AsteriskInstall) -> None:
    exchange = ExchangeSettings(5039, "driver", "secret", 4574, 20000, 20100)
    files = render_exchange(shipped_config(), paths=paths, exchange=exchange, install=modules)
    assert "bind = 192.168.1.20:5060\n" in files["pjsip.conf"]
    assert "bind = 192.168.1.21:5060\n" in files["pjsip.conf"]
    assert "agi://127.0.0.1:4574/caller,${SCRIPT}" in files["extensions.conf"]
    # what stands behind a semicolon is a comment, and each line is known by its port only with all of it
    ports = [line.port for line in shipped_config().lines]
    assert [one for one in files["pjsip.conf"].splitlines() if one.startswith("match_request_uri")] == [
        rf"match_request_uri = /:{port}(\;|$)/" for port in ports
    ]


def test_no_party_gets_the_packets_of_another(paths: InstancePaths, modules: AsteriskInstall) -> None:
    for name in ("bridge_simple", "bridge_native_rtp"):
        (modules.module_dir / f"{name}.so").touch()
    exchange = ExchangeSettings(5039, "driver", "secret", 4574, 20000, 20100)
    pbx = render_pbx(shipped_config(), paths=paths, secrets=SECRETS, install=modules)
    both = (pbx, render_exchange(shipped_config(), paths=paths, exchange=exchange, install=modules))
    for files in both:
        assert "load = bridge_simple.so\n" in files["modules.conf"]
        assert "native_rtp" not in files["modules.conf"]


def test_only_changed_files_are_written_and_only_the_owner_reads_them(tmp_path: Path) -> None:
    files = {"a.conf": "one\n", "b.conf": "two\n"}
    assert write_if_changed(tmp_path / "etc", files) == ["a.conf", "b.conf"]
    before = (tmp_path / "etc/a.conf").stat()
    assert write_if_changed(tmp_path / "etc", files | {"b.conf": "zwei\n"}) == ["b.conf"]
    after = (tmp_path / "etc/a.conf").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert stat.S_IMODE(after.st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "etc").iterdir()) == ["a.conf", "b.conf"]
