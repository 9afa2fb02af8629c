"""`fourseatd install`: what is said is what is done, and done once."""

from pathlib import Path

import pytest

from engine.config import parse_config
from engine.daemon.install import CONFIG, InstallError, Step, carry_out, plan_install
from tests.support.site import HOME


def steps(root: Path) -> dict[str, Step]:
    config = parse_config((HOME / "config.toml").read_text(encoding="utf-8"), "config.toml")
    return {step.text: step for step in plan_install(config, HOME, Path("/var/lib/fourseat"), root)}


def test_a_dry_run_says_everything_and_does_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    carry_out(iter(steps(tmp_path).values()), dry_run=True, say=said.append)
    text = "\n".join(said)
    for thing in ("user fourseat", "seat1", "seat2", str(CONFIG), "fourseat-engine.service", "sshd_config.d"):
        assert thing in text
    assert not list(tmp_path.iterdir())


def test_the_units_are_filled_in_and_watched(tmp_path: Path) -> None:
    units = [step for text, step in steps(tmp_path).items() if text.endswith((".service", ".conf"))]
    for step in units:
        assert step.needed()
        step.do()
        assert not step.needed()
    engine = (tmp_path / "etc/systemd/system/fourseat-engine.service").read_text(encoding="utf-8")
    assert "WatchdogSec=10" in engine
    assert f"--config {CONFIG}" in engine
    written = [file.read_text(encoding="utf-8") for file in tmp_path.rglob("*") if file.is_file()]
    assert len(written) == 3
    assert not any("@" in line for text in written for line in text.splitlines() if not line.startswith("#"))


def test_the_menu_and_the_texts_of_the_prompts_come_along(tmp_path: Path) -> None:
    plan = steps(tmp_path)
    for name in ("flows", "voice_prompts", "tickets", "knowledge"):
        step = plan[f"{CONFIG.parent / name}/, yours to edit"]
        step.do()
        assert not step.needed()
    folder = tmp_path / str(CONFIG.parent).lstrip("/")
    assert (folder / "flows/main.toml").exists()
    assert (folder / "voice_prompts/prompts.toml").exists()


def test_a_failing_step_is_named_and_ends_it() -> None:
    done: list[str] = []

    def fail() -> None:
        raise PermissionError(13, "Permission denied", "/etc/x")

    plan = [
        Step("first", lambda: True, lambda: done.append("first")),
        Step("second", lambda: True, fail),
        Step("third", lambda: True, lambda: done.append("third")),
    ]
    with pytest.raises(InstallError, match=r"second: .*Permission denied"):
        carry_out(iter(plan), dry_run=False, say=lambda line: None)
    assert done == ["first"]
