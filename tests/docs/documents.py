"""The documents as text: headings, anchors, links, code, and the parts that are made from the code."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = (
    "README.md",
    "README.zh-CN.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "docs/glossary.md",
    "docs/keys-and-commands.md",
    "docs/keys-and-commands.zh-CN.md",
    "docs/tickets.md",
    "docs/tickets.zh-CN.md",
    "docs/self-service.md",
    "docs/self-service.zh-CN.md",
    "docs/sources.md",
    "docs/sources.zh-CN.md",
)

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_PART = re.compile(
    r"(?P<begin><!-- made from the code: (?P<name>[\w-]+) -->\n)(?P<text>.*?)<!-- end -->", re.DOTALL
)


@dataclass(frozen=True)
class Document:
    """One Markdown file of the repository."""

    name: str
    text: str

    @classmethod
    def read(cls, name: str) -> "Document":
        return cls(name, (ROOT / name).read_text(encoding="utf-8"))

    @property
    def prose(self) -> str:
        """All that is not a code block."""
        return _FENCE.sub("", self.text)

    def headings(self) -> list[tuple[int, str]]:
        """Depth and words of each heading."""
        found = re.finditer(r"^(#+) +(.+)$", self.prose, re.MULTILINE)
        return [(len(match[1]), match[2].strip()) for match in found]

    def anchors(self) -> set[str]:
        """What `#...` may name, by the rule of the usual Markdown viewers."""
        return {anchor_of(words) for _, words in self.headings()}

    def links(self) -> list[str]:
        """Targets of links and pictures."""
        return re.findall(r"\]\(([^)\s]+)\)", self.prose)

    def code_words(self) -> list[str]:
        """What stands in backticks within the text."""
        return re.findall(r"`([^`\n]+)`", self.prose)

    def blocks(self, *languages: str) -> list[str]:
        """Code blocks of these languages."""
        return [match[2] for match in _FENCE.finditer(self.text) if match[1] in languages]

    def shell_lines(self) -> list[str]:
        """Commands of the shell blocks, without comments."""
        lines = [line.split(" #")[0].strip() for block in self.blocks("sh") for line in block.splitlines()]
        return [line for line in lines if line and not line.startswith("#")]

    def parts(self) -> dict[str, str]:
        """The made parts by name."""
        return {match["name"]: match["text"] for match in _PART.finditer(self.text)}

    def with_parts(self, parts: dict[str, str]) -> str:
        """The text with its made parts replaced."""

        def fresh(match: re.Match[str]) -> str:
            return f"{match['begin']}{parts[match['name']]}\n<!-- end -->"

        return _PART.sub(fresh, self.text)


def anchor_of(words: str) -> str:
    """`What it is!` becomes `what-it-is`."""
    plain = re.sub(r"[^\w\- ]", "", words.replace("`", "").lower())
    return plain.replace(" ", "-")


def tracked_files() -> list[Path]:
    """Every file that belongs to the repository, new ones included."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        names = [name for name in done.stdout.split("\0") if name]
    else:  # an unpacked archive has no history
        names = [str(path.relative_to(ROOT)) for path in ROOT.rglob("*") if _is_ours(path)]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def _is_ours(path: Path) -> bool:
    return not any(part.startswith(".") and part != ".ci" for part in path.relative_to(ROOT).parts[:-1])


def text_files() -> Iterator[tuple[str, str]]:
    """Name and text of every file that is text."""
    for path in tracked_files():
        try:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
