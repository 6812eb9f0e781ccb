"""The two pictures: answers expected, and the evidence map. Pure; the drawing libraries are loaded only to draw.

Drawn by Altair and vl-convert, without a browser and without the network; the letters are of the face that vl-convert
carries, so that a picture does not depend on the machine's. Colour never stands alone: shape or number says the same.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from litwatch.config import Config
from litwatch.digest import wording
from litwatch.digest.evidence import COLUMNS
from litwatch.identify.dates import last_day
from litwatch.model import Awaited, MapCell, Picture
from litwatch.text import one_line

SHOWN = 24  # trials a picture for the mail shows; the site's shows all
LABEL_COLUMNS = 30
SCALE = 1.6  # pixels of the file per CSS pixel: sharp on a phone, small in a mail
FACE = "Liberation Sans, Arial, Helvetica, sans-serif"
INK, SOFT, LINE, PAPER = "#1c1e21", "#4b535c", "#d5d9de", "#ffffff"
STATES = {
    "expected": ("expected", "circle", "#0b57d0"),
    "date_passed": ("planned date passed", "diamond", "#9a5b00"),
    "awaited": ("ended, awaited", "square", "#4b535c"),
    "overdue": ("results overdue", "triangle-up", "#b3261e"),
}
NEW = "new in this digest"
SIZES = ("1-49", "50-199", "200 or more", "not stated")
SHADES = ("#a8c7fa", "#2563c9", "#0b2f6b", "#c4c7c5")


def timeline(entries: Sequence[Awaited], config: Config, now: datetime, *, most: int | None = None) -> Any | None:
    """Return the chart of the dated ``entries``, at most ``most`` of them, or None if there is nothing to draw."""
    import altair as alt

    rows = _timeline_rows(entries, config, now, most)
    if not rows:
        return None
    states = [words for words, _, _ in STATES.values()]
    y = alt.Y("trial:N", sort=alt.SortField("order"), title=None, axis=alt.Axis(labelLimit=150, ticks=False))
    x = alt.X(
        "due:T",
        title=None,
        scale=alt.Scale(type="utc", domain=_span([*(row["due"] for row in rows), _utc(now)]), nice=False),
        axis=alt.Axis(format="%Y", tickCount={"interval": "year", "step": 1}, grid=True, labelOverlap=True),
    )
    data = alt.InlineData(values=rows)
    marks = (
        alt.Chart()
        .mark_point(size=90, filled=True, opacity=1)
        .encode(
            x=x,
            y=y,
            color=alt.Color("state:N", scale=alt.Scale(domain=states, range=[hue for _, _, hue in STATES.values()])),
            shape=alt.Shape("state:N", scale=alt.Scale(domain=states, range=[form for _, form, _ in STATES.values()])),
        )
    )
    dates, halo = (
        alt.Chart().mark_text(align="left", dx=9, fontSize=12, **ink).encode(x=x, y=y, text="when:N")
        for ink in ({"color": INK}, {"stroke": PAPER, "strokeWidth": 4})
    )
    today = alt.Chart().mark_rule(strokeDash=[4, 3], color=SOFT).encode(x="today:T")
    panel = alt.layer(today, halo, marks, dates, data=data).properties(width=300, height=alt.Step(24))
    header = alt.Header(title=None, labelAnchor="start", labelFontSize=13, labelFontWeight="bold", labelLimit=440)
    chart = panel.facet(facet=alt.Facet("question:N", sort=_in_order(rows), header=header), columns=1, spacing=10)
    return _dressed(chart.resolve_scale(y="independent"))


def _timeline_rows(entries: Sequence[Awaited], config: Config, now: datetime, most: int | None) -> list[dict[str, Any]]:
    labels = {question.id: f"{question.id}  {question.label}" for question in config.questions}
    order = {name: place for place, name in enumerate(labels)}
    dated = [(entry, entry.due) for entry in entries if entry.due is not None and entry.due.value][:most]
    dated.sort(key=lambda pair: (order.get(pair[0].question, len(order)), pair[1].value))
    return [
        {
            "question": labels.get(entry.question, "No open question"),
            "trial": one_line(entry.number, cap=24),
            "due": f"{last_day(due)}T00:00:00Z",
            "when": wording.partial(due),
            "today": _utc(now),
            "state": STATES[entry.state][0],
            "order": place,
        }
        for place, (entry, due) in enumerate(dated)
    ]


def _in_order(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(dict.fromkeys(row["question"] for row in rows))


def _utc(instant: datetime) -> str:
    return f"{instant.date()}T00:00:00Z"


def _span(instants: Sequence[str]) -> list[str]:
    """Return the ends of an axis with room for a mark before the first instant and for a date behind the last."""
    first, last = int(min(instants)[:4]), int(max(instants)[:4])
    return [f"{first - 1}-07-01T00:00:00Z", f"{last + 1 + (last - first) // 3}-12-31T00:00:00Z"]


def evidence_map(cells: Sequence[MapCell], config: Config) -> Any | None:
    """Return the chart of questions by designs.

    A bubble's area and number say how many studies, its shade how many people; a ring marks what is new in this digest.
    """
    import altair as alt

    if not cells:
        return None
    labels = {question.id: _two_lines(f"{question.id} {question.label}") for question in config.questions}
    rows = [
        {
            "question": labels[cell.question],
            "design": cell.design,
            "studies": cell.studies,
            "people": size_of(cell),
            "new": cell.new,
            "ring": NEW,
            "ink": PAPER if size_of(cell) in {"50-199", "200 or more"} else INK,
        }
        for cell in cells
    ]
    x = alt.X(
        "design:N",
        sort=list(COLUMNS),
        title=None,
        scale=alt.Scale(domain=list(COLUMNS)),
        axis=alt.Axis(orient="top", labelAngle=-45, labelAlign="left", grid=True),
    )
    # Of a label in two lines Vega puts the first where the only one would stand.
    two_lines = {"test": r"indexof(datum.value, '\n') > 0", "value": "bottom"}
    y = alt.Y(
        "question:N",
        sort=list(labels.values()),
        title=None,
        scale=alt.Scale(domain=list(labels.values())),
        axis=alt.Axis(
            labelExpr=r"split(datum.value, '\n')",
            labelLineHeight=14,
            labelBaseline={"condition": two_lines, "value": "middle"},
        ),
    )
    size = alt.Size(
        "studies:Q", scale=alt.Scale(range=[150, 620], domain=[1, max(2, *(c.studies for c in cells))]), legend=None
    )
    bubbles = (
        alt.Chart()
        .mark_circle(opacity=1)
        .encode(
            x=x,
            y=y,
            size=size,
            color=alt.Color(
                "people:N", title="people, as stated", scale=alt.Scale(domain=list(SIZES), range=list(SHADES))
            ),
        )
    )
    rings = (
        alt.Chart()
        .transform_filter("datum.new > 0")
        .mark_point(shape="circle", size=800, strokeWidth=2.5, filled=False, opacity=1)
        .encode(
            x=x,
            y=y,
            stroke=alt.Stroke(
                "ring:N",
                title="ring",
                scale=alt.Scale(domain=[NEW], range=["#b3261e"]),
                legend=alt.Legend(symbolFillColor="transparent", symbolStrokeWidth=2.5, symbolSize=160),
            ),
        )
    )
    numbers = (
        alt.Chart()
        .mark_text(fontSize=12, fontWeight="bold")
        .encode(x=x, y=y, text="studies:Q", color=alt.Color("ink:N", scale=None))
    )
    marks = (bubbles, rings, numbers) if any(cell.new for cell in cells) else (bubbles, numbers)
    layers = alt.layer(*marks, data=alt.InlineData(values=rows))
    return _dressed(layers.properties(width=alt.Step(34), height=alt.Step(34)))


def _two_lines(text: str) -> str:
    """Return a label broken at a word, so that none of it has to be cut."""
    return "\n".join(textwrap.wrap(text, LABEL_COLUMNS, break_long_words=False, max_lines=2, placeholder=" …"))


def size_of(cell: MapCell) -> str:
    """Return how many people a cell's studies state, as the map's legend has it."""
    if not cell.stated:
        return SIZES[3]
    return SIZES[0] if cell.people < 50 else SIZES[1] if cell.people < 200 else SIZES[2]  # noqa: PLR2004  # the legend's own


def _dressed(chart: Any) -> Any:
    """Return ``chart`` with the page's letters and colours."""
    return (
        chart.configure(background=PAPER, font=FACE, padding=8)
        .configure_axis(
            labelColor=INK, labelFontSize=12, gridColor=LINE, domainColor=LINE, tickColor=LINE, labelLimit=220
        )
        .configure_view(stroke=None)
        .configure_legend(orient="bottom", title=None, labelFontSize=12, labelColor=INK, labelLimit=200, columns=2)
    )


def svg(chart: Any) -> str:
    """Return ``chart`` as SVG text, for a page of our own."""
    import vl_convert

    return str(vl_convert.vegalite_to_svg(chart.to_json()))


def png(chart: Any, *, name: str, alt: str) -> Picture:
    """Return ``chart`` as a picture for a mail."""
    import oxipng
    import vl_convert

    content = bytes(oxipng.optimize_from_memory(vl_convert.vegalite_to_png(chart.to_json(), scale=SCALE), level=0))
    # A PNG's header: width and height are the two words from byte 16 on.
    wide, high = (int.from_bytes(content[at : at + 4], "big") for at in (16, 20))
    return Picture(name=name, alt=alt, content=content, width=round(wide / SCALE), height=round(high / SCALE))
