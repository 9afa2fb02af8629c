"""`fourseat notice`: what the office announces to callers, and outages with those who wait for the end."""

from collections.abc import Callable
from typing import Annotated

import typer

from engine.core.lines import LINES
from engine.core.notices import Notice, NoticeKind
from engine.wire.notices import (
    AddNoticeParams,
    ChangeNoticeParams,
    EndedNotice,
    NoticeIdParams,
    NoticeRow,
    Notices,
    NoticesParams,
)
from tui.cli.errors import UsageProblem
from tui.cli.help import Command, Group
from tui.cli.notice_words import NOTICE_KINDS, code_of, line_code
from tui.cli.options import Json, Limit, settings_of
from tui.cli.output import Column, print_json, print_table
from tui.cli.session import Engine, visit
from tui.cli.times import full_moment, instant
from tui.labels import moment
from tui.words import mark, pick, tr

NoticeId = Annotated[int, typer.Argument(metavar="ID", help=mark("The id, from `notice list`."))]
Areas = Annotated[
    list[str] | None,
    typer.Option(
        "--area",
        metavar="PLACE",
        help=mark(
            "Only for customers whose area or address has this in it: a town, a street, a community;"
            " may be given again."
        ),
    ),
]
Line = Annotated[
    str | None,
    typer.Option(
        "--line",
        metavar="LINE",
        help=mark("Only about this line of business: tv, broadband, radio, box; empty: all."),
    ),
]
From = Annotated[str, typer.Option("--from", metavar="TIME", help=mark("From when on; else from now on."))]
To = Annotated[
    str,
    typer.Option(
        "--until", metavar="TIME", help=mark("Up to when; of an outage: when it should be repaired.")
    ),
]
Text = Annotated[
    str | None, typer.Option("--text", metavar="TEXT", help=mark("What callers hear, in Chinese."))
]
TextEn = Annotated[
    str | None, typer.Option("--text-en", metavar="TEXT", help=mark("What callers hear in English."))
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(cls=Group, help=mark("Announcements for callers, and outages."), no_args_is_help=True)
    commands: tuple[tuple[str, Callable[..., None], str, str], ...] = (
        (
            "list",
            list_notices,
            mark("What is announced now or later, the newest first."),
            "fourseat notice list --all",
        ),
        (
            "add",
            add,
            mark("Announce something, or an outage."),
            'fourseat notice add --kind outage --area 城东 --until "2026-11-21 18:00"\n'
            "fourseat notice add --area 人民路 --text 本周六上午八点至十点线路检修。",
        ),
        (
            "change",
            change,
            mark("Change what is given; an outage that lasts longer, for instance."),
            'fourseat notice change 3 --until "2026-11-21 20:00"',
        ),
        (
            "end",
            end,
            mark("It is over. Who wanted to know of the end of an outage is put down to be called."),
            "fourseat notice end 3",
        ),
    )
    for name, function, words, example in commands:
        group.command(name, cls=Command, help=words, epilog=example)(function)
    app.add_typer(group, name="notice")


def list_notices(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help=mark("Also those that are over."))] = False,
    limit: Limit = 100,
    as_json: Json = False,
) -> None:
    async def work(engine: Engine) -> tuple[Notices, Engine]:
        return await engine.ask("notices.list", NoticesParams(everything=everything, limit=limit)), engine

    result, engine = visit(settings_of(context), work)
    if as_json:
        print_json(result)
        return
    columns = [
        Column(tr("ID")),
        Column(tr("Kind")),
        Column(tr("State")),
        Column(tr("Where")),
        Column(tr("Starts")),
        Column(tr("Ends")),
        Column(tr("To be told"), right=True),
        Column(tr("Text")),
    ]
    rows = [_row(row, engine) for row in result.notices]
    print_table(columns, rows, tr("Nothing is announced"))


def _row(row: NoticeRow, engine: Engine) -> list[str]:
    notice = row.notice

    def at(instant: int) -> str:
        return moment(instant, engine.hello.now, engine.zone) if instant else ""

    return [
        str(notice.id),
        tr(NOTICE_KINDS[notice.kind]),
        _state(notice, engine.hello.now),
        _where(notice),
        at(notice.from_at),
        at(notice.until_at),
        str(row.waiting or ""),
        pick(notice.text, notice.text_en or notice.text),
    ]


def _state(notice: Notice, now: int) -> str:
    if notice.ended_at:
        return tr("ended")
    if notice.from_at > now:
        return tr("later")
    if notice.until_at == 0 or notice.until_at > now:
        return tr("now")
    return tr("not ended yet") if notice.kind is NoticeKind.OUTAGE else tr("over")


def _where(notice: Notice) -> str:
    where = ", ".join(notice.areas) or tr("everywhere")
    if notice.line not in LINES:
        return where
    line = LINES[notice.line].words
    return f"{where} ({pick(line.zh, line.en)})"


def add(
    context: typer.Context,
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help=mark("notice, or outage: something is broken."))
    ] = "notice",
    area: Areas = None,
    line: Line = None,
    from_: From = "",
    until: To = "",
    text: Text = None,
    text_en: TextEn = None,
    as_json: Json = False,
) -> None:
    words = {one: (word,) for one, word in NOTICE_KINDS.items()}
    code = code_of(kind, words, tr("there is no kind {name}", name=kind))
    if not text and (code is NoticeKind.NOTICE or text_en):
        raise UsageProblem(tr("a text is missing"), tr("give it with --text"))
    if code is NoticeKind.OUTAGE and not until:
        raise UsageProblem(
            tr("callers want to know when it should be repaired"),
            tr('give a time: --until "2026-11-21 18:00"'),
        )
    line_of = line_code(line) if line else ""

    async def work(engine: Engine) -> tuple[NoticeRow, Engine]:
        params = AddNoticeParams(
            kind=code,
            areas=tuple(area or ()),
            line=line_of,
            from_at=_instant(from_, engine) or 0,
            until_at=_instant(until, engine) or 0,
            text=text or "",
            text_en=text_en or "",
        )
        return await engine.ask("notices.add", params), engine

    row, engine = visit(settings_of(context), work)
    _tell(row, engine, as_json=as_json)


def change(
    context: typer.Context,
    notice_id: NoticeId,
    area: Areas = None,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help=mark("For everybody, wherever they live."))
    ] = False,
    line: Line = None,
    from_: From = "",
    until: To = "",
    text: Text = None,
    text_en: TextEn = None,
    as_json: Json = False,
) -> None:
    if everywhere and area:
        raise UsageProblem(tr("--area and --everywhere exclude each other"))
    areas = () if everywhere else tuple(area) if area else None
    line_of = line_code(line) if line else line
    if (areas, line_of, from_, until, text, text_en) == (None, None, "", "", None, None):
        raise UsageProblem(
            tr("nothing is to be changed"), tr("give --area, --line, --from, --until, --text or --text-en")
        )

    async def work(engine: Engine) -> tuple[NoticeRow, Engine]:
        params = ChangeNoticeParams(
            id=notice_id,
            areas=areas,
            line=line_of,
            from_at=_instant(from_, engine),
            until_at=_instant(until, engine),
            text=text,
            text_en=text_en,
        )
        return await engine.ask("notices.change", params), engine

    row, engine = visit(settings_of(context), work)
    _tell(row, engine, as_json=as_json)


def _instant(text: str, engine: Engine) -> int | None:
    return instant(text, engine.hello.now, engine.zone) if text else None


def _tell(row: NoticeRow, engine: Engine, *, as_json: bool) -> None:
    if as_json:
        print_json(row)
        return
    notice = row.notice
    until = full_moment(notice.until_at, engine.zone) if notice.until_at else tr("it is ended")
    print(
        tr(
            "{id} is announced: {kind}, {where}, from {since} until {until}",
            id=notice.id,
            kind=tr(NOTICE_KINDS[notice.kind]),
            where=_where(notice),
            since=full_moment(notice.from_at, engine.zone),
            until=until,
        )
    )


def end(context: typer.Context, notice_id: NoticeId, as_json: Json = False) -> None:
    async def work(engine: Engine) -> EndedNotice:
        ended: EndedNotice = await engine.ask("notices.end", NoticeIdParams(id=notice_id))
        return ended

    ended = visit(settings_of(context), work)
    if as_json:
        print_json(ended)
        return
    print(tr("{id} is over; callers do not hear it any more", id=notice_id))
    if ended.to_call:
        print(tr("{count} customers are to be told, see: fourseat callbacks list", count=ended.to_call))
