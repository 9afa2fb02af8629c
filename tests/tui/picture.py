"""The consoles' pictures as files: no font from elsewhere, Chinese in its cells.

`python -m tests.tui.picture` writes `docs/agent-console.svg` again.
"""

import asyncio
import html
import re
import tempfile
from pathlib import Path

from rich.cells import cell_len

from tests.support import world
from tests.tui.driving import Driver, agent_desk, talking

README_PICTURE = Path(__file__).parents[2] / "docs" / "agent-console.svg"
CELL = 12.2  # width of a cell in Rich's drawings
FONTS = "'Fira Code', 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', 'Microsoft YaHei', monospace"


def without_fonts(svg: str) -> str:
    """Leave out the font that a reader's machine would fetch from the network."""
    return re.sub(r"@font-face\s*\{.*?\}\s*", "", svg, flags=re.DOTALL)


def portable(svg: str) -> str:
    """A drawing in which each Chinese character takes its two cells, with fonts that machines have."""
    svg = re.sub(r'font-family:\s*"?Fira Code"?(, ?monospace)?', f"font-family: {FONTS}", without_fonts(svg))
    return re.sub(r"<text((?: [\w-]+=\"[^\"]*\")*)>([^<]*)</text>", _in_cells, svg)


def _in_cells(match: re.Match[str]) -> str:
    attributes, text = match.group(1), html.unescape(match.group(2))
    place = re.search(r' x="([\d.]+)"', attributes)
    if "textLength" not in attributes or place is None:
        return match.group(0)
    x = float(place.group(1))
    parts = []
    for run in re.findall(r"[^\u1100-\uffff]+|[\u1100-\uffff]", text):
        width = cell_len(run) * CELL
        if run.strip(" \xa0"):
            moved = re.sub(r' x="[\d.]+"', f' x="{x:g}"', attributes)
            moved = re.sub(r'textLength="[\d.]+"', f'textLength="{width:g}"', moved)
            parts.append(f"<text{moved}>{html.escape(run)}</text>")
        x += width
    return "".join(parts)


async def scene(desk: Driver) -> None:
    """An ordinary call in its second minute."""
    await talking(desk)
    await desk.type("机顶盒无信号 重启无效 约周三上午上门")
    await desk.press("f9", "2", "0")
    desk.stage.floor.now += 95 * world.SECOND
    desk.app._tick()
    await desk.see("通话 01:35")
    await desk.pilot.pause()


async def draw() -> str:
    """The picture of the README."""
    with tempfile.TemporaryDirectory() as folder:
        async with agent_desk(Path(folder)) as desk:
            await scene(desk)
            return portable(desk.app.export_screenshot(title="四席 坐席台"))


if __name__ == "__main__":
    README_PICTURE.parent.mkdir(exist_ok=True)
    README_PICTURE.write_text(asyncio.run(draw()), encoding="utf-8")
