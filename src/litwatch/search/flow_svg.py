"""The flow as the PRISMA 2020 diagram for databases and registers: the official boxes, as SVG. Pure.

Source: https://www.prisma-statement.org/prisma-2020-flow-diagram (CC BY 4.0). The text is litwatch's counts; what
litwatch does not record (retrieval of full texts) says so in its box.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from litwatch.search.flow import Flow
from litwatch.text import one_line

WIDTH, MARGIN, BAR = 760, 16, 30
LEFT, RIGHT, BOX = 70, 430, 310  # columns and their width
LINE, PAD, GAP = 17, 11, 34
CHARS = 40  # that fit a line of a box in the widest common font
SHOWN = 6  # reasons or sources in one box

_OPEN = (
    '<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="t d" width="{width}" height="{height}" '
    'viewBox="0 0 {width} {height}" font-family="Arial, Helvetica, sans-serif" font-size="13">'
)
_ARROW = (
    '<defs><marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 0L8 4L0 8z" fill="#222"/></marker></defs>'
)
_HEAD = (
    '<rect x="{x}" y="{y}" width="{width}" height="38" rx="8" fill="#ffc000" stroke="#7f6000"/>'
    '<text x="{middle}" y="{line}" text-anchor="middle" font-weight="bold">'
    "Identification of studies via databases and registers</text>"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    x: int
    y: int
    height: int
    lines: tuple[str, ...]

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


def flow_svg(flow: Flow, name: str) -> str:
    """Return the diagram of ``flow`` as a standalone SVG; ``name`` is the watch's."""
    rows = _rows(flow)
    boxes: list[tuple[_Box, _Box | None]] = []
    top = MARGIN + 62
    for left, right in rows:
        height = max(_height(left), _height(right) if right else 0)
        boxes.append((_box(LEFT, top, left, height), _box(RIGHT, top, right, height) if right else None))
        top += height + GAP
    bottom = top - GAP + MARGIN
    stages = (
        ("Identification", boxes[0], boxes[0]),
        ("Screening", boxes[1], boxes[3]),
        ("Included", boxes[4], boxes[4]),
    )
    title = f"PRISMA 2020 flow diagram of the watch {name}"
    parts = [
        _OPEN.format(width=WIDTH, height=bottom),
        f'<title id="t">{escape(one_line(title))}</title><desc id="d">{escape(_description(flow))}</desc>',
        _ARROW,
        f'<rect width="{WIDTH}" height="{bottom}" fill="#fff"/>',
        _HEAD.format(x=LEFT, y=MARGIN, width=RIGHT + BOX - LEFT, middle=(LEFT + RIGHT + BOX) // 2, line=MARGIN + 24),
        *(_bar(label, first[0], last[0]) for label, first, last in stages),
        *(_drawn(box) for pair in boxes for box in pair if box is not None),
        *(_across(left, right) for left, right in boxes if right is not None),
        *(_down(boxes[at][0], boxes[at + 1][0]) for at in range(len(boxes) - 1)),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _rows(flow: Flow) -> tuple[tuple[list[str], list[str] | None], ...]:
    """Return the boxes' lines, left and right, row by row, in the words of the official diagram."""
    return (
        (
            [
                "Records identified from:",
                f"  Databases (n = {sum(number for _, number in flow.databases)})",
                *_listed(flow.databases, indent="    "),
                f"  Registers (n = {sum(number for _, number in flow.registers)})",
                *_listed(flow.registers, indent="    "),
            ],
            [
                "Records removed before screening:",
                f"  Duplicate records removed (n = {flow.duplicates})",
                "  Records marked as ineligible by automation tools (n = 0)",
                "  Records removed for other reasons (n = 0)",
            ],
        ),
        (
            [f"Records screened (n = {flow.screened})"],
            [
                f"Records excluded (n = {flow.set_aside})",
                f"  by litwatch, off topic (n = {sum(number for _, number in flow.off_topic)}):",
                *_listed(flow.off_topic, indent="    "),
                f"  by a human (n = {flow.excluded_by_hand})",
            ],
        ),
        (
            [f"Reports sought for retrieval (n = {flow.assessed})"],
            ["Reports not retrieved (n not recorded: litwatch retrieves no full text)"],
        ),
        (
            [f"Reports assessed for eligibility (n = {flow.assessed})"],
            [
                f"Reports excluded (n = {sum(number for _, number in flow.excluded)}){':' if flow.excluded else ''}",
                *_listed(flow.excluded, indent="  "),
                f"Not decided yet (n = {flow.undecided})",
            ],
        ),
        (
            [
                f"Studies included in review (n = {flow.included_studies})",
                f"Reports of included studies (n = {flow.included_reports})",
            ],
            None,
        ),
    )


def _listed(pairs: Sequence[tuple[str, int]], *, indent: str) -> list[str]:
    """Return one line a pair; of many the first ones, and the rest as one sum."""
    shown = list(pairs if len(pairs) <= SHOWN else pairs[: SHOWN - 1])
    rest = sum(number for _, number in pairs[len(shown) :])
    lines = [f"{indent}{one_line(name, cap=120)} (n = {number})" for name, number in shown]
    return [*lines, f"{indent}{len(pairs) - len(shown)} other (n = {rest})"] if len(shown) < len(pairs) else lines


def _description(flow: Flow) -> str:
    return "; ".join(f"{one_line(what, cap=200)}: {number}" for _, what, number in flow.rows())


def _wrapped(line: str) -> list[str]:
    """Break a line at its spaces; what follows keeps the indent and two more."""
    indent = len(line) - len(line.lstrip())
    found = [""]
    for word in line.strip().replace("(n = ", "(n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}").split(" "):
        for piece in (word[at : at + CHARS - 8] for at in range(0, len(word), CHARS - 8)):
            current = found[-1]
            if current.strip() and len(current) + 1 + len(piece) > CHARS:
                found.append(" " * (indent + 2) + piece)
            else:
                found[-1] = f"{current} {piece}" if current.strip() else " " * indent + piece
    return found


def _height(lines: Sequence[str]) -> int:
    return 2 * PAD + LINE * sum(len(_wrapped(line)) for line in lines)


def _box(x: int, y: int, lines: Sequence[str], height: int) -> _Box:
    return _Box(x=x, y=y, height=height, lines=tuple(piece for line in lines for piece in _wrapped(line)))


def _drawn(box: _Box) -> str:
    first = box.y + (box.height - LINE * len(box.lines)) // 2 + LINE - 4
    texts = "".join(
        f'<text x="{box.x + 10 + 6 * (len(line) - len(line.lstrip()))}" y="{first + LINE * at}">'
        f"{escape(line.strip())}</text>"
        for at, line in enumerate(box.lines)
    )
    frame = f'<rect x="{box.x}" y="{box.y}" width="{BOX}" height="{box.height}" fill="#fff" stroke="#222"/>'
    return f"<g>{frame}{texts}</g>"


def _bar(label: str, first: _Box, last: _Box) -> str:
    """Return the stage's bar at the left edge, its name written upwards."""
    top, height = first.y, last.y + last.height - first.y
    x, middle = MARGIN + BAR // 2, top + height // 2
    size = 13 if height >= 8 * len(label) else 9
    return (
        f'<rect x="{MARGIN}" y="{top}" width="{BAR}" height="{height}" rx="8" fill="#9dc3e6" stroke="#2e75b6"/>'
        f'<text transform="translate({x + 4} {middle}) rotate(-90)" text-anchor="middle" font-weight="bold" '
        f'font-size="{size}">{label}</text>'
    )


def _across(left: _Box, right: _Box) -> str:
    return _line(left.x + BOX, left.middle, right.x, left.middle)


def _down(upper: _Box, lower: _Box) -> str:
    x = upper.x + BOX // 2
    return _line(x, upper.y + upper.height, x, lower.y)


def _line(x1: int, y1: int, x2: int, y2: int) -> str:
    return f'<path d="M{x1} {y1}L{x2} {y2}" stroke="#222" marker-end="url(#arrow)"/>'
