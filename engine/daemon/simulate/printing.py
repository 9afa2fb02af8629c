"""The report of a simulated day, for people, in the language of the site."""

from rich import box
from rich.console import Console
from rich.table import Table

from engine.core.plan import Plan
from engine.daemon.simulate.figures import DayFigures
from engine.daemon.simulate.options import Options

SizedFigures = tuple[int, int, int, DayFigures]  # calls, seats, lines

_HEAD = (
    "{day}: {calls} calls, {seats} seats ({first:02}:00-{last:02}:00), {lines} lines, seed {seed}, {source}"
)

_CHINESE = {
    "Queues": "队列",
    "Hours": "分时",
    "Agents": "坐席",
    "Cost by size": "规模与开销",
    "queue": "队列",
    "hour": "时",
    "agent": "工号",
    "offered": "进线",
    "answered": "接听",
    "abandoned": "放弃",
    "short": "短时",
    "level": "服务水平",
    "wait": "平均等待",
    "longest": "最长等待",
    "handling": "处理",
    "calls": "呼入",
    "talk": "通话",
    "wrap-up": "话后",
    "occupancy": "占用率",
    "seats": "席位",
    "lines": "外线",
    "events": "事件",
    "events/s": "事件/秒",
    "decision µs": "分配 µs",
    "all": "合计",
    "voicemail": "语音留言",
    "ivr_exit": "IVR 内挂机",
    "timeout": "超时",
    "full": "队列满",
    "no_agents": "无坐席",
    "closed": "非工作时间",
    "callback": "预约回呼",
    _HEAD: (
        "{day}：{calls} 个来电，{seats} 席（{first:02}:00-{last:02}:00），{lines} 线，种子 {seed}，{source}"
    ),
    "built-in": "内置模型",
    "history": "本站历史",
    "{n} calls reached a line: {outcomes}. {busy} found all lines busy.": (
        "{n} 个电话打入：{outcomes}。{busy} 次遇线路全忙。"
    ),
    "{steps} events, {rate} a second; a decision {cost:.0f} µs; {seconds:.2f} s in all.": (
        "{steps} 个事件，每秒 {rate} 个；一次分配 {cost:.0f} µs；共 {seconds:.2f} 秒。"
    ),
}


class _Words:
    """The words of one language; what has none stays as it is."""

    def __init__(self, language: str) -> None:
        self._words = _CHINESE if language == "zh" else {}

    def __call__(self, text: str) -> str:
        return self._words.get(text, text)

    def table(self, title: str, first: str, *columns: str) -> Table:
        table = Table(self(first), title=self(title), box=box.SIMPLE, pad_edge=False, title_justify="left")
        for column in columns:
            table.add_column(self(column), justify="right", no_wrap=True)
        return table


def print_day(figures: DayFigures, plan: Plan, source: str, options: Options, seconds: float) -> None:
    """The whole report of one day."""
    tr, console = _Words(plan.language), Console(highlight=False)
    first, last = options.shift
    console.print(
        tr(_HEAD).format(
            day=options.day,
            calls=options.calls,
            seats=options.seats,
            first=first,
            last=last,
            lines=options.lines,
            seed=options.seed,
            source=tr(source),
        )
    )
    for table in (_queues(figures, plan, tr), _hours(figures, tr), _agents(figures, tr)):
        console.print(table)
    outcomes = ", ".join(f"{count} {tr(outcome)}" for outcome, count in figures.outcomes.items())
    reached = "{n} calls reached a line: {outcomes}. {busy} found all lines busy."
    console.print(tr(reached).format(n=figures.calls, outcomes=outcomes, busy=figures.busy))
    speed = "{steps} events, {rate} a second; a decision {cost:.0f} µs; {seconds:.2f} s in all."
    console.print(
        tr(speed).format(
            steps=figures.steps, rate=figures.steps_a_second, cost=figures.decision_us, seconds=seconds
        )
    )
    for fault in figures.faults:
        console.print(f"fault: {fault}", style="bold")


def print_scale(rows: list[SizedFigures], language: str) -> None:
    """What an event and a decision cost at several sizes."""
    tr = _Words(language)
    table = tr.table("Cost by size", "calls", "seats", "lines", "events", "events/s", "decision µs")
    for calls, seats, lines, figures in rows:
        cost = f"{figures.decision_us:.0f}"
        table.add_row(*map(str, (calls, seats, lines, figures.steps, figures.steps_a_second)), cost)
    Console(highlight=False).print(table)


def _queues(figures: DayFigures, plan: Plan, tr: _Words) -> Table:
    columns = ("offered", "answered", "abandoned", "short", "level", "wait", "longest", "handling")
    table = tr.table("Queues", "queue", *columns)
    for queue_id, counts in (*figures.queues.items(), ("all", figures.total)):
        level, queue = counts.service_level, plan.queues.get(queue_id)
        name = tr("all") if queue is None else queue.name if plan.language == "zh" else queue.name_en
        table.add_row(
            name,
            str(counts.offered),
            str(counts.answered),
            str(counts.abandoned),
            str(counts.short_abandoned),
            "-" if level is None else f"{level:.0%}",
            _span(counts.asa_ms),
            _span(counts.longest_wait_ms),
            _span(counts.aht_ms),
        )
    return table


def _hours(figures: DayFigures, tr: _Words) -> Table:
    table = tr.table("Hours", "hour", "calls", "answered", "abandoned", "longest")
    for hour in figures.hours:
        counts = map(str, (hour.calls, hour.answered, hour.abandoned))
        table.add_row(f"{hour.hour:02}", *counts, _span(hour.longest_wait_ms))
    return table


def _agents(figures: DayFigures, tr: _Words) -> Table:
    table = tr.table("Agents", "agent", "answered", "talk", "wrap-up", "occupancy")
    for agent in figures.agents:
        times = (_span(agent.talk_ms), _span(agent.wrap_up_ms))
        table.add_row(agent.staff_number, str(agent.answered), *times, f"{agent.occupancy:.0%}")
    return table


def _span(ms: float | None) -> str:
    """`1:05:09`, `5:09`, or a dash."""
    if ms is None:
        return "-"
    minutes, seconds = divmod(round(ms / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
