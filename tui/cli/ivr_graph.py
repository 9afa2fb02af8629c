"""`fourseat ivr graph`: the voice menu drawn as a tree in the terminal, or as a picture."""

import shutil
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import typer

from engine.core.ivr.exits import node_prompts
from engine.core.ivr.graph import GraphNode, cut, graph_of
from engine.core.ivr.nodes import KINDS, BranchNode, BranchOn, Flow, QueueNode
from engine.core.ivr.problems import nearest_name
from engine.core.ivr.service_nodes import EntryNode, ListNode, ServiceNode, SetNode, SwitchNode, TransferNode
from tui.cli.errors import CliError, UsageProblem, file_trouble
from tui.cli.ivr_source import FlowFile, FlowSource, source_of
from tui.cli.ivr_svg import Words, svg_of
from tui.cli.ivr_words import service_name
from tui.cli.options import Json, settings_of
from tui.cli.output import print_json
from tui.flow_words import way_word
from tui.labels import NODE_KINDS
from tui.widgets.cells import clip, safe
from tui.words import mark, pick, tr

QUESTIONS = {
    BranchOn.HOURS: mark("opening hours"),
    BranchOn.AGENTS: mark("agents on duty"),
    BranchOn.HOLIDAY: mark("public holiday"),
    BranchOn.LANGUAGE: mark("language"),
}


def graph(
    context: typer.Context,
    file: FlowFile = None,
    start: Annotated[
        str, typer.Option("--from", metavar="NODE", help=mark("Only this node and what follows it."))
    ] = "",
    depth: Annotated[
        int, typer.Option("--depth", metavar="N", min=0, help=mark("Only so many levels; 0: all."))
    ] = 0,
    svg: Annotated[
        Path | None, typer.Option("--svg", metavar="FILE", help=mark("Draw it into this SVG file."))
    ] = None,
    as_json: Json = False,
) -> None:
    source = source_of(settings_of(context), file)
    flow = source.flow()
    if start and start not in flow.nodes:
        near = nearest_name(start, flow.nodes)
        raise UsageProblem(
            tr("there is no node {name}", name=repr(start)),
            tr("did you mean {name}?", name=near) if near else tr("see: fourseat ivr graph"),
        )
    nodes = graph_of(flow, start)
    shown = cut(nodes, depth) if depth else nodes
    if svg is not None:
        _write(svg, svg_of(flow, shown, _words(flow, source), source.name))
    if as_json:
        print_json({"file": source.name, "svg": str(svg or ""), "nodes": shown})
        return
    if svg is not None:
        print(tr("{count} nodes drawn into {file}", count=len(shown), file=svg))
        return
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    for line in tree_lines(nodes, lambda node_id: _described(node_id, flow, source), depth):
        print(clip(line, width) if width else line)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CliError(
            tr("{file} cannot be written: {why}", file=file, why=file_trouble(error)), tr("check the name")
        ) from None


def tree_lines(nodes: Sequence[GraphNode], described: Callable[[str], str], depth: int) -> list[str]:
    """One line a way; those that are too deep are counted. What a node alone leads to stands below it."""
    graph = {node.node: node for node in nodes}
    lines: list[str] = []
    hidden = 0
    waiting = [
        (0, f"{way_word(node.root)}: " * bool(node.root), node.node, True) for node in nodes if not node.layer
    ]
    waiting.reverse()
    while waiting:
        level, way, node_id, drawn = waiting.pop()
        if depth and level >= depth:
            hidden += 1
        elif drawn:
            lines.append(f"{'  ' * level}{way}{described(node_id)}")
        else:
            lines.append(f"{'  ' * level}{way}{tr('see [{name}]', name=node_id)}")
        if drawn:
            ways = graph[node_id].ways
            below = level if len(ways) == 1 and ways[0].keys == ("next",) else level + 1
            waiting += [(below, f"{several(way.keys)}: ", way.target, way.drawn) for way in reversed(ways)]
    return lines + ([tr("({count} deeper lines are not shown)", count=hidden)] if hidden else [])


def _described(node_id: str, flow: Flow, source: FlowSource) -> str:
    kind = tr(NODE_KINDS[KINDS[type(flow.nodes[node_id])]])
    return f"[{node_id}] {kind} {node_words(node_id, flow, source)}".rstrip()


def node_words(node_id: str, flow: Flow, source: FlowSource) -> str:
    """What a node does: its title, whom or what it asks, and what it says."""
    node = flow.nodes[node_id]
    title = flow.titles.get(node_id)
    parts = [f"“{pick(title.zh, title.en)}”"] if title else []
    match node:
        case QueueNode():
            parts.append(source.queues.get(node.queue, node.queue))
        case ServiceNode():
            parts.append(service_name(node.service))
        case SwitchNode():
            parts.append(node.on)
        case EntryNode():
            parts.append(node.store)
        case ListNode():
            parts.append(node.items)
        case TransferNode():
            parts.append(node.agent or node.number)
        case SetNode():
            parts += [f"{name} = {value}" for name, value in node.values.items()]
        case BranchNode():
            parts.append(tr(QUESTIONS[node.on]))
        case _:
            pass
    parts += [source.prompts.get(prompt, prompt) for prompt in node_prompts(node)]
    return safe(" ".join(parts))


def _words(flow: Flow, source: FlowSource) -> Words:
    return Words(
        title=lambda node_id: node_id,
        lines=lambda node_id: node_words(node_id, flow, source),
        kind=lambda kind: tr(NODE_KINDS[kind]),
        way=several,
        root=way_word,
    )


def several(keys: tuple[str, ...]) -> str:
    """Several exits to one target: `keys.1` and `keys.2` are key 1, 2."""
    words = [way_word(keys[0])]
    for before, key in pairwise(keys):
        group, _, name = key.partition(".")
        words.append(name if name and before.startswith(f"{group}.") else way_word(key))
    return tr(", ").join(words)
