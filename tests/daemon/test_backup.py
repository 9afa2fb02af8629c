"""`fourseatd backup` and `restore`: what was stored is there again."""

import asyncio
import hashlib
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from db.customers import count_customers, save_customer
from db.store import Store
from engine.core.records import Customer
from engine.daemon.cli import app
from tests.support.site import HOME, FakeSite


def fourseatd(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def site_folder(folder: Path) -> Path:
    text = (HOME / "config.toml").read_text(encoding="utf-8")
    (folder / "config.toml").write_text(text.replace("/var/lib/fourseat", str(folder)), encoding="utf-8")
    return folder / "config.toml"


def customers(folder: Path) -> int:
    store = Store(folder / "fourseat.db")
    store.open()
    try:
        return store.read(count_customers).result()
    finally:
        store.close()


def add_customer(folder: Path, name: str) -> None:
    store = Store(folder / "fourseat.db")
    store.open()
    store.submit(save_customer, Customer(name=name)).result()
    store.close()


def test_a_backup_is_put_back_and_the_former_database_kept(tmp_path: Path) -> None:
    config = site_folder(tmp_path)
    add_customer(tmp_path, "张华山")
    backup = tmp_path / "backup.db"
    done = fourseatd("backup", str(backup), "--config", str(config))
    assert done.exit_code == 0
    assert "1 customers" in done.stdout
    add_customer(tmp_path, "王小明")
    done = fourseatd("restore", str(backup), "--config", str(config))
    assert done.exit_code == 0
    assert customers(tmp_path) == 1
    assert list(tmp_path.glob("fourseat.db.2*"))


def test_the_key_of_the_recharge_cards_goes_with_the_database(tmp_path: Path) -> None:
    config = site_folder(tmp_path)
    add_customer(tmp_path, "张华山")
    key, backup = tmp_path / "recharge.key", tmp_path / "usb" / "fourseat.db"
    backup.parent.mkdir()
    key.write_bytes(b"k" * 32)
    for _ in range(2):  # over an older backup
        assert fourseatd("backup", str(backup), "--config", str(config)).exit_code == 0
    copy = tmp_path / "usb" / "fourseat.db.key"
    assert (copy.read_bytes(), copy.stat().st_mode & 0o777) == (b"k" * 32, 0o600)
    assert {path.name for path in backup.parent.iterdir()} == {"fourseat.db", "fourseat.db.key"}
    key.write_bytes(b"another")
    done = fourseatd("restore", str(backup), "--config", str(config))
    assert (done.exit_code, done.stderr) == (0, "")
    assert (key.read_bytes(), key.stat().st_mode & 0o777) == (b"k" * 32, 0o600)
    assert [path.read_bytes() for path in tmp_path.glob("recharge.key.2*")] == [b"another"]


def test_the_files_of_tickets_go_with_the_database(tmp_path: Path) -> None:
    config = site_folder(tmp_path)
    add_customer(tmp_path, "张华山")
    kept = tmp_path / "attachments"
    name = hashlib.sha256(b"photo").hexdigest()
    (kept / name[:2]).mkdir(parents=True)
    (kept / name[:2] / name).write_bytes(b"photo")
    (kept / "incoming").mkdir()
    (kept / "incoming" / "half").write_bytes(b"pho")
    backup = tmp_path / "usb" / "fourseat.db"
    backup.parent.mkdir()
    for _ in range(2):  # over an older backup
        done = fourseatd("backup", str(backup), "--config", str(config))
        assert (done.exit_code, done.stdout.strip().endswith("fourseat.db.attachments: 1 files")) == (0, True)
    copies = [path for path in Path(f"{backup}.attachments").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in copies] == [b"photo"]
    shutil.rmtree(kept)
    assert fourseatd("restore", str(backup), "--config", str(config)).exit_code == 0
    assert (kept / name[:2] / name).read_bytes() == b"photo"


def test_a_damaged_file_of_a_ticket_is_told_of(tmp_path: Path) -> None:
    config = site_folder(tmp_path)
    add_customer(tmp_path, "张华山")
    name = hashlib.sha256(b"photo").hexdigest()
    (tmp_path / "attachments" / name[:2]).mkdir(parents=True)
    (tmp_path / "attachments" / name[:2] / name).write_bytes(b"phot?")
    done = fourseatd("backup", str(tmp_path / "backup.db"), "--config", str(config))
    assert done.exit_code == 1
    assert f"damaged {tmp_path / 'attachments' / name[:2] / name}" in done.stderr


def test_a_backup_without_a_key_leaves_the_one_that_is_there(tmp_path: Path) -> None:
    config = site_folder(tmp_path)
    add_customer(tmp_path, "张华山")
    backup = tmp_path / "backup.db"
    assert ".key" not in fourseatd("backup", str(backup), "--config", str(config)).stdout
    (tmp_path / "recharge.key").write_bytes(b"k" * 32)
    done = fourseatd("restore", str(backup), "--config", str(config))
    assert done.exit_code == 0
    assert "backup.db.key is not there" in done.stderr
    assert (tmp_path / "recharge.key").read_bytes() == b"k" * 32


@pytest.mark.parametrize("text", ["", "not a database"])
def test_rubbish_is_not_put_back(tmp_path: Path, text: str) -> None:
    config = site_folder(tmp_path)
    add_customer(tmp_path, "张华山")
    rubbish = tmp_path / "rubbish"
    rubbish.write_text(text)
    done = fourseatd("restore", str(rubbish), "--config", str(config))
    assert done.exit_code == 1
    assert customers(tmp_path) == 1


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    done = fourseatd("backup", str(tmp_path / "b"), "--config", str(site_folder(tmp_path)))
    assert done.exit_code == 1
    assert "nothing to back up" in done.stderr


@pytest.mark.asyncio
async def test_a_running_engine_is_not_restored_under(site: FakeSite) -> None:
    backup = site.folder / "b"
    config = str(site.folder / "config.toml")
    assert (await asyncio.to_thread(fourseatd, "backup", str(backup), "--config", config)).exit_code == 0
    done = await asyncio.to_thread(fourseatd, "restore", str(backup), "--config", config)
    assert done.exit_code == 1
    assert "stop it first" in done.stderr
