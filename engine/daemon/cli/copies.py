"""Copy the database, and put a copy back."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from engine.daemon.cli.common import ConfigOption, fail, read_config

if TYPE_CHECKING:
    from db.backup import BackupReport

Done = TypeVar("Done")


def backup(
    target: Annotated[Path, typer.Argument(help="The file to write.")],
    config: ConfigOption = Path("config.toml"),
) -> None:
    """Copy the database while it is in use, and read the copy through.

    The key of the recharge cards goes with it, as a file of the same name with .key behind it, and so do the
    files of tickets, as a folder with .attachments behind it: what is in it already is not copied again.

    Example: fourseatd backup /mnt/usb/fourseat.db --config /etc/fourseat/config.toml
    """
    from db.backup import back_up, copy_key, key_beside
    from db.backup_files import copy_files, files_beside

    _, paths = read_config(config)
    if not paths.database.exists():
        fail(f"{paths.database} does not exist: there is nothing to back up. Is --config right?")
    with typer.progressbar(length=1, label=str(target), file=sys.stderr) as bar:

        def progress(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        report = _or_fail(lambda: back_up(paths.database, target, progress))
    with_key = _or_fail(lambda: copy_key(paths.recharge_key, key_beside(target)))
    # After the database: what a ticket names there was on the disk before.
    files = _or_fail(lambda: copy_files(paths.attachments, files_beside(target)))
    beside = f"; {key_beside(target)}" if with_key else ""
    typer.echo(_contents(report) + beside + (f"; {files_beside(target)}: {files} files" if files else ""))


def restore(
    source: Annotated[Path, typer.Argument(help="A file that `fourseatd backup` wrote.")],
    config: ConfigOption = Path("config.toml"),
) -> None:
    """Put a backup in the place of the database; the present one is kept beside it. Stop the engine first.

    Example: fourseatd restore /mnt/usb/fourseat.db --config /etc/fourseat/config.toml
    """
    from db.backup import check_backup, copy_key, key_beside
    from db.backup import restore as put_back
    from db.backup_files import copy_files, files_beside
    from engine.daemon.restore import is_engine_running, put_aside

    _, paths = read_config(config)
    if is_engine_running(paths.socket):
        fail("The engine is running: stop it first (`systemctl stop fourseat-engine`).")
    _or_fail(lambda: check_backup(source))
    kept = put_aside(paths.database)
    report = _or_fail(lambda: put_back(source, paths.database))
    key = key_beside(source)
    if key.exists():
        put_aside(paths.recharge_key)
        _or_fail(lambda: copy_key(key, paths.recharge_key))
    _or_fail(lambda: copy_files(files_beside(source), paths.attachments))
    owner = paths.data.stat()
    for path in (paths.database, paths.recharge_key, paths.attachments, *paths.attachments.rglob("*")):
        if path.exists():
            os.chown(path, owner.st_uid, owner.st_gid)
    typer.echo(_contents(report) + (f"; the former database is {kept}" if kept else ""))
    if not key.exists():
        typer.echo(f"{key} is not there: recharge.key is left as it is", err=True)


def _or_fail(work: Callable[[], Done]) -> Done:
    from db.errors import DbError

    try:
        return work()
    except (DbError, OSError) as error:
        fail(str(error))


def _contents(report: "BackupReport") -> str:
    return (
        f"{report.path}: {report.size // 1024} kB, {report.customers} customers, {report.calls} calls,"
        f" {report.recordings} recordings, {report.journal_rows} journal rows"
    )
