"""A wallboard's limits come from the configuration, for supervisors."""

import pytest

from tests.support.site import FakeSite
from tui.client import EngineFault

pytestmark = pytest.mark.asyncio


async def test_the_limits_are_those_of_the_configuration(site: FakeSite) -> None:
    client = await site.console("8801", "")
    limits = await client.call("wallboard.limits")
    configured = site.service.config.wallboard
    assert limits.waiting_alarm == configured.waiting_alarm
    assert limits.wait_watch_seconds == configured.wait_watch_seconds
    assert limits.abandoned_alarm_percent == configured.abandoned_alarm_percent


async def test_a_wallboard_takes_a_supervisor(site: FakeSite) -> None:
    client = await site.console("8001", "seat1")
    with pytest.raises(EngineFault) as caught:
        await client.call("wallboard.limits")
    assert caught.value.reason == "not_allowed"
