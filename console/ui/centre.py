"""The centre column: the pop's head, the form with the room that is left, or the desk at rest."""

from PySide6.QtWidgets import QWidget

from console.desk.views import Pop
from console.ui.check_back import CheckBackPanel
from console.ui.clock import Clock
from console.ui.columns import Column, Panel, Stack
from console.ui.consent import ConsentPanel
from console.ui.form.card import FormCard
from console.ui.idle import IdlePanel
from console.ui.pop import BannerPanel, HintPanel, SayPanel, TypesPanel
from console.ui.repeat import RepeatPanel
from console.ui.theme import Ink, theme
from console.ui.wrap_up import WrapUpPanel

LOW = 800  # pixels of window height at scale 1 under which a form needs the head's room


class CentreStack(Stack):
    """Gives the form, or the desk at rest, the room the head leaves."""

    def arrange(self) -> None:
        """Draw the head in, in a low window with a form."""
        form_on = any(isinstance(panel, FormCard) and panel.wanted() for panel in self.panels)
        tight = form_on and self._area.height() < theme.px(LOW - 108)
        self.gap = 8 if tight else 14
        asks = any(isinstance(panel, ConsentPanel) and panel.wanted() for panel in self.panels)
        for panel in self.panels:
            if isinstance(panel, BannerPanel | SayPanel | TypesPanel | FormCard):
                if panel.tight != tight:
                    panel.update()
                panel.tight = tight
            if isinstance(panel, SayPanel):
                panel.on = not (tight and asks)  # the greeting has been said by then
        super().arrange()

    def heights(self, wanted: list[Panel], width: int, room: int) -> list[int]:
        """Return each panel's height, the last one fitted to the room."""
        heights = [panel.height_for(width) for panel in wanted]
        for number, panel in enumerate(wanted):
            left = room - sum(heights) + heights[number]
            if isinstance(panel, FormCard):
                natural = heights[number]
                heights[number] = max(min(natural, left), min(natural, panel.least_height()))
            elif isinstance(panel, IdlePanel):
                heights[number] = max(heights[number], left)
        return heights


class Centre(Column):
    """Banner, words to say, kinds of call, form; or, between calls, the desk at rest."""

    def __init__(self, parent: QWidget, clock: Clock) -> None:
        super().__init__(parent, Ink.PAGE, CentreStack)
        self.banner = BannerPanel(self.stack)
        self.repeat = RepeatPanel(self.stack)
        self.say = SayPanel(self.stack)
        self.check_back = CheckBackPanel(self.stack, clock)
        self.consent = ConsentPanel(self.stack)
        self.wrap_up = WrapUpPanel(self.stack, clock)
        self.types = TypesPanel(self.stack)
        self.form = FormCard(self.stack)
        self.hints = HintPanel(self.stack)
        self.idle = IdlePanel(self.stack, clock)
        asked = (self.check_back, self.consent, self.wrap_up)
        head: tuple[Panel, ...] = (self.banner, self.repeat, self.say, *asked, self.types)
        for panel in (*head, self.form, self.hints, self.idle):
            self.add(panel)
        self.fill(None)

    def fill(self, pop: Pop | None) -> None:
        """Show a call's head, or the desk at rest."""
        self.idle.idle = pop is None
        self.banner.on = self.types.on = pop is not None
        self.hints.on = pop is not None and pop.chosen is None
        if pop is not None:
            self.banner.fill(pop.banner)
            self.types.fill(pop.call_types, pop.chosen)
        brief = pop is not None and pop.chosen is not None
        self.repeat.fill(pop.repeat if pop else None, brief=brief)
        self.say.fill(pop.say if pop else "")
        self.check_back.fill(pop.check_back if pop else None)
        self.consent.fill(pop.consent if pop else None)
        self.stack.ask()
