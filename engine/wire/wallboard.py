"""What a wallboard needs besides the floor: from when on it marks a figure."""

from engine.wire.base import Method, Nothing, Result, S


class WallboardLimits(Result):
    """`[wallboard]` of the configuration; 0 never marks."""

    waiting_watch: int = 2
    waiting_alarm: int = 5
    wait_watch_seconds: int = 30
    wait_alarm_seconds: int = 60
    level_watch_percent: int = 80
    level_alarm_percent: int = 60
    abandoned_watch_percent: int = 5
    abandoned_alarm_percent: int = 10


WALLBOARD_METHODS: tuple[Method, ...] = (
    Method("wallboard.limits", Nothing, WallboardLimits, S, "From when on figures are marked."),
)
