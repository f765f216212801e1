"""The chart: a bar for each row, and beneath it the part answered in time, with its aim.

pyqtgraph (MIT) is imported when the page is first opened, never before: it brings NumPy along, and
a desk that shows no chart pays nothing for it. It must be the window's own thread that imports it.
"""

from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget

from console.desk.figures.views import Chart
from console.ui.painting import text_width
from console.ui.theme import Ink, Type, colour, theme

WIDE: Final = 0.62  # of a bar's place
SIDE_BY_SIDE: Final = 8  # bars there is always room for
FEW: Final = 6  # calls, up to which each has its tick


class ChartView(QWidget):
    """Draws a chart; it takes no focus and no mouse: the table beneath says the same."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("Chart")
        self.view: Chart | None = None
        self._plots: Any = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)

    def fill(self, view: Chart | None) -> None:
        """Draw another chart, or none."""
        if view == self.view:
            return
        self.view = view
        self.setAccessibleDescription(f"{view.head}: {view.said}" if view else "Nothing to draw")
        if view is None:
            if self._plots is not None:
                self._plots.clear()
            return
        self._draw(view)

    def restyle(self) -> None:
        """Take over a changed text size."""
        if self.view is not None:
            self._draw(self.view)

    def _draw(self, view: Chart) -> None:
        import pyqtgraph as pg  # noqa: PLC0415 - not before a chart is wanted

        if self._plots is None:
            self._plots = pg.GraphicsLayoutWidget(self)
            self._plots.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._plots.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            self._plots.setBackground(QColor(colour(Ink.CARD)))
            layout = self.layout()
            assert layout is not None
            layout.addWidget(self._plots)
        self._plots.clear()
        places = list(range(len(view.labels)))
        top = _plot(self._plots, 0, view.head)
        top.addItem(pg.BarGraphItem(x=places, height=list(view.bars), width=WIDE,
                                    brush=colour(Ink.BLUE), pen=None))  # fmt: skip
        most = max([1.0, *view.bars])
        top.setYRange(0, most * 1.2, padding=0)  # the highest keeps its figure
        top.getAxis("left").setTicks(None)
        if most < FEW:  # a call is not divided
            whole = [(calls, str(calls)) for calls in range(int(most) + 1)]
            top.getAxis("left").setTicks([whole])
        # A few bars stand as wide as they would among others.
        spare = max(0, SIDE_BY_SIDE - len(places)) / 2
        ends = (-0.6 - spare, len(places) - 0.4 + spare)
        top.setXRange(*ends, padding=0)
        bottom = top
        if view.line_head:
            top.getAxis("bottom").setStyle(showValues=False, tickLength=0)
            bottom = _plot(self._plots, 1, f"{view.line_head}, %")
            _line(pg, bottom, places, view)
            bottom.setXRange(*ends, padding=0)
            bottom.setYRange(0, 105, padding=0)
            self._plots.ci.layout.setRowStretchFactor(0, 3)
            self._plots.ci.layout.setRowStretchFactor(1, 2)
        bottom.getAxis("bottom").setTicks([self._ticks(view)])

    def _ticks(self, view: Chart) -> list[tuple[int, str]]:
        """Return the labels there is room for, long ones cut short."""
        bars = max(SIDE_BY_SIDE, len(view.labels))
        room = max(1.0, (self.width() - theme.px(70)) / bars)
        ticks: list[tuple[int, str]] = []
        taken = 0.0
        for place, label in enumerate(view.labels):
            words = label
            while len(words) > 4 and text_width(Type.TINY, words) > max(
                room - theme.px(8), theme.px(40)
            ):
                words = words[:-2].rstrip() + "…"
            start = place * room - text_width(Type.TINY, words) / 2
            if not ticks or start >= taken:
                ticks.append((place, words))
                taken = start + text_width(Type.TINY, words) + theme.px(6)
        return ticks


def _plot(plots: Any, row: int, head: str) -> Any:
    plot = plots.addPlot(row=row, col=0)
    plot.setMenuEnabled(False)
    plot.hideButtons()
    plot.setMouseEnabled(x=False, y=False)
    plot.setTitle(head, color=colour(Ink.SOFT).name(), size=f"{theme.px(11)}px", justify="left")
    plot.showGrid(y=True, alpha=0.15)
    for side in ("left", "bottom"):
        axis = plot.getAxis(side)
        axis.setPen(colour(Ink.LINE))
        axis.setTextPen(colour(Ink.SOFT))
        axis.setTickFont(theme.font(Type.TINY))
    plot.getAxis("left").setWidth(theme.px(44))
    return plot


def _line(pg: Any, plot: Any, places: list[int], view: Chart) -> None:
    known = [(at, part * 100) for at, part in zip(places, view.line, strict=True)
             if part is not None]  # fmt: skip
    pen = pg.mkPen(colour(Ink.GREEN), width=theme.px(2))
    plot.plot(
        [at for at, _ in known], [part for _, part in known],
        pen=pen, symbol="o", symbolSize=theme.px(7), symbolBrush=colour(Ink.GREEN), symbolPen=None,
    )  # fmt: skip
    aim = pg.InfiniteLine(
        pos=view.aim * 100, angle=0, pen=pg.mkPen(colour(Ink.EDGE), style=Qt.PenStyle.DashLine),
        label=f"aim {view.aim:.0%}", labelOpts={"color": colour(Ink.SOFT), "position": 0.97},
    )  # fmt: skip
    plot.addItem(aim)
