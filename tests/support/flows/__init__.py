"""The short menu of tests in which keys lead straight to queues, put in the place of a site's own."""

import shutil
from pathlib import Path

CLASSIC = Path(__file__).parent / "classic.toml"


def use_classic_flow(site: Path) -> None:
    """Give the site in this folder the short menu, whatever flows it has or shares."""
    flows = site / "flows"
    if flows.is_symlink():
        flows.unlink()
    else:
        shutil.rmtree(flows, ignore_errors=True)
    flows.mkdir()
    shutil.copy(CLASSIC, flows / "main.toml")
