"""The voice menu as a picture: SVG, by itself, for any browser."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from engine.core.ivr.graph import GraphNode, GraphWay, tops_of
from engine.core.ivr.nodes import KINDS, Flow
from tui.widgets.cells import clip, wrap

# All in pixels; a cell is half the width of a Chinese character.
WIDTH, GAP_X, GAP_Y, MARGIN = 250, 90, 18, 24
LINE, HEAD, PAD = 18, 24, 8
CELLS = 37
TEXT_LINES = 3
FONT = "'Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif"
# Fill and border by kind; the kind is written in each box too.
COLOURS = {
    "play": ("#eef3fb", "#5b7db1"),
    "menu": ("#fff3d6", "#b8860b"),
    "entry": ("#fff3d6", "#b8860b"),
    "list": ("#fff3d6", "#b8860b"),
    "service": ("#e4f4ea", "#3c8a5a"),
    "queue": ("#fde6e0", "#c0563b"),
    "transfer": ("#fde6e0", "#c0563b"),
    "message": ("#f0e8f8", "#7a55a3"),
    "callback": ("#f0e8f8", "#7a55a3"),
    "survey": ("#f0e8f8", "#7a55a3"),
    "hangup": ("#e8e8e8", "#666666"),
}
PLAIN = ("#f7f7f7", "#888888")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the picture says: of a node its name and its lines, of a kind, a way and a root their words."""

    title: Callable[[str], str]
    lines: Callable[[str], str]
    kind: Callable[[str], str]
    way: Callable[[tuple[str, ...]], str]
    root: Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """A node with its place and what stands in it."""

    node: GraphNode
    kind: str
    lines: list[str]
    x: float
    y: float
    height: float

    def way_y(self, number: int) -> float:
        """The middle of the line of a way."""
        return self.y + HEAD + len(self.lines) * LINE + PAD / 2 + (number + 0.5) * LINE


def svg_of(flow: Flow, nodes: Sequence[GraphNode], words: Words, name: str) -> str:
    """These nodes of a flow as the text of an SVG file."""
    lines = {node.node: _lines(words.lines(node.node)) for node in nodes}
    heights = {
        node.node: float(HEAD + (len(lines[node.node]) + len(node.ways)) * LINE + PAD) for node in nodes
    }
    tops = tops_of(nodes, heights, GAP_Y)
    boxes = {
        node.node: _Box(
            node=node,
            kind=KINDS[type(flow.nodes[node.node])],
            lines=lines[node.node],
            x=MARGIN + node.layer * (WIDTH + GAP_X),
            y=MARGIN + LINE + tops[node.node],
            height=heights[node.node],
        )
        for node in nodes
    }
    width = max(box.x for box in boxes.values()) + WIDTH + MARGIN
    height = max(box.y + box.height for box in boxes.values()) + MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" '
        f'font-family="{FONT}" font-size="12">',
        f"<title>{escape(name)}</title>",
        f'<rect width="{width:g}" height="{height:g}" fill="#ffffff"/>',
        *(line for box in boxes.values() for line in _lines_to_next(box, boxes)),
        *(part for box in boxes.values() for part in _drawn(box, words)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _lines(text: str) -> list[str]:
    lines = wrap(text, CELLS) if text else []
    return (
        lines
        if len(lines) <= TEXT_LINES
        else [*lines[: TEXT_LINES - 1], clip(lines[TEXT_LINES - 1] + "..", CELLS)]
    )


def _lines_to_next(box: _Box, boxes: Mapping[str, _Box]) -> list[str]:
    found = []
    for number, way in enumerate(box.node.ways):
        if way.drawn:
            to = boxes[way.target]
            x, y, end = box.x + WIDTH, box.way_y(number), to.y + HEAD / 2
            bend = x + GAP_X / 2
            found.append(
                f'<path d="M{x:g} {y:g}C{bend:g} {y:g} {bend:g} {end:g} {to.x - 6:g} {end:g}" '
                'fill="none" stroke="#777777"/>'
                f'<path d="M{to.x:g} {end:g}l-7 -4v8z" fill="#777777"/>'
            )
    return found


def _drawn(box: _Box, words: Words) -> list[str]:
    fill, border = COLOURS.get(box.kind, PLAIN)
    node_id = box.node.node
    kind = words.kind(box.kind)
    root = words.root(box.node.root) if box.node.root else ""
    parts = [
        f'<g id="{escape(node_id)}">',
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{WIDTH}" height="{box.height:g}" rx="5" '
        f'fill="{fill}" stroke="{border}"/>',
        _text(box.x + PAD, box.y + 17, clip(words.title(node_id), CELLS - 10), weight="bold"),
        _text(box.x + WIDTH - PAD, box.y + 17, kind, colour=border, anchor="end"),
    ]
    if root:
        parts.append(_text(box.x, box.y - 5, root, colour="#555555"))
    for number, line in enumerate(box.lines):
        parts.append(_text(box.x + PAD, box.y + HEAD + number * LINE + 13, line, colour="#444444"))
    for number, way in enumerate(box.node.ways):
        parts += _way(box, number, way, words)
    return [*parts, "</g>"]


def _way(box: _Box, number: int, way: GraphWay, words: Words) -> list[str]:
    """A line of a way: its keys, and where it leads if no line is drawn there."""
    y = box.way_y(number)
    rule = f'<path d="M{box.x:g} {y - LINE / 2:g}h{WIDTH}" stroke="#dddddd"/>'
    label = words.way(way.keys)
    if way.drawn:
        return [rule, _text(box.x + WIDTH - PAD, y + 4, clip(label, CELLS), anchor="end")]
    target = clip(words.title(way.target), CELLS // 2)
    return [
        rule,
        _text(box.x + PAD, y + 4, clip(label, CELLS // 2 - 1)),
        f'<a href="#{escape(way.target)}">'
        + _text(box.x + WIDTH - PAD, y + 4, f"→ {target}", colour="#1a4f9c", anchor="end")
        + "</a>",
    ]


def _text(
    x: float, y: float, text: str, *, colour: str = "#111111", anchor: str = "", weight: str = ""
) -> str:
    more = (f' text-anchor="{anchor}"' if anchor else "") + (f' font-weight="{weight}"' if weight else "")
    return f'<text x="{x:g}" y="{y:g}" fill="{colour}"{more}>{escape(text)}</text>'
