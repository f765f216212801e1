"""How the records stand, as the status bar and the notices tell it."""

from PySide6.QtCore import QObject

from console.desk.form_keeper import FormKeeper
from console.desk.kept import Standing
from console.desk.people.keeper import PeopleKeeper
from console.desk.stage import Stage
from console.desk.views import Light


class RecordsSeen(QObject):
    """Hears the bookkeeper: away and back, what is kept here, who was first."""

    def __init__(
        self, stage: Stage, form: FormKeeper, people: PeopleKeeper, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._stage = stage
        self._form = form
        self._people = people
        stage.book.standing_changed.connect(self._on_standing)
        stage.book.records_back.connect(self._on_records_back)
        stage.book.writing_changed.connect(self._on_writing)

    def _on_standing(self, standing: Standing) -> None:
        health = self._stage.health
        health.records_trouble = standing.trouble
        health.kept_here = standing.kept
        health.set_aside = standing.aside
        self._stage.show_status()
        if standing.told:
            self._stage.say("Somebody else was first", standing.told, Light.WARN)
        if standing.clashes:
            what = "1 booking" if standing.clashes == 1 else f"{standing.clashes} bookings"
            self._stage.say(
                f"{what} could not be kept",
                "The time was given to somebody else while the records were away. An urgent message"
                " asks to call the patient back.",
                Light.WARN,
            )

    def _on_records_back(self) -> None:
        """Look up what could not be found while the records were away."""
        self._form.offer_unfinished()
        self._people.records_back()
        for call in self._stage.lines:
            self._form.look_up_caller(call)
        self._stage.refresh_overview()

    def _on_writing(self, count: int) -> None:
        health = self._stage.health
        if (count > 0) != (health.writing > 0):
            health.writing = count
            self._stage.show_status()
        health.writing = count
