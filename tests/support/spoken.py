"""The prompts of a centre for tests: spoken once for all workers of a run, and copied by the others."""

import fcntl
import os
import shutil

import pytest

from engine.daemon import prompts
from engine.daemon.demo import voices
from engine.daemon.demo.centre import Centre
from engine.daemon.demo.site import HOME


def give_voice(centre: Centre, factory: pytest.TempPathFactory) -> None:
    """Put all sounds where the centre looks for them. Blocks for some seconds the first time."""
    base = factory.getbasetemp()
    shared = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "spoken"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = shared / "ready"
        folders = {shared / "prompts": centre.site.paths.prompts, shared / "callers": centre.sounds}
        if ready.exists():
            for source, target in folders.items():
                shutil.copytree(source, target, dirs_exist_ok=True)
            return
        for language in prompts.languages_of(centre.site.config, centre.site.paths):
            prompts.build(centre.site.config, centre.site.paths, language)
        voices.build(HOME, centre.sounds, centre.site.config.site.language, lambda done, total, name: None)
        for source, target in folders.items():
            shutil.copytree(target, source)
        ready.touch()
