"""Nothing that the core or the socket knows is left without somebody who does it."""

import typing

import pytest

from engine.core.effects import Effect
from engine.daemon.handlers import HANDLERS
from engine.wire.methods import METHODS
from tests.support.site import FakeSite


@pytest.mark.asyncio
async def test_every_effect_has_a_performer(site: FakeSite) -> None:
    kinds = typing.get_args(Effect)
    assert [kind.__name__ for kind in kinds if not site.service.engine.handles(kind)] == []


def test_every_method_has_a_handler() -> None:
    assert HANDLERS.keys() == METHODS.keys()
