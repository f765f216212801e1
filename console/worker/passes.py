"""Pass after pass, in a console and in `frontdesk worker`: the practices with what was entered
about their rotas, the work that is due by them, and what is wrong with the rotas ahead."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from console.delivery.dispatch import Channel
from console.delivery.settings import DeliverySettings
from console.store.session import Records
from console.worker.channels import Password
from console.worker.deeds import Deeds
from console.worker.letters import Letters
from console.worker.rotas import Rotas
from console.worker.worker import Pass, Worker, new_name, utc_now
from scripts.loader import Library

if TYPE_CHECKING:
    from console.worker.calendars.passing import Calendars


class Passes:
    """A worker from its first pass to its last. `practices` is asked at each, as they change in a
    shift; `known` are those of before the first."""

    def __init__(
        self,
        records: Records,
        known: Library,
        practices: Callable[[], Library],
        settings: DeliverySettings,
        *,
        ways: Mapping[str, Channel],
        password: Password,
    ) -> None:
        self._records, self._laid, self._practices = records, known, practices
        self._settings, self._ways, self._password = settings, ways, password
        self._rotas, self._name = Rotas(), new_name()
        self.calendars: Calendars | None = None  # where they have no thread of their own

    @property
    def library(self) -> Library:
        """The practices of the last pass, with what was entered about their rotas."""
        return self._laid

    def once(self) -> Pass:
        """Do what is due now."""
        self._laid = self._rotas.over(self._records, self._practices(), utc_now())
        deeds = Deeds(self._laid, self._settings)
        letters = Letters(self._laid, self._settings.console, self._password)
        done = Worker(self._records, deeds, letters, self._ways, name=self._name).once()
        done.rotas = self._rotas.watch(self._records, self._laid, utc_now())
        if self.calendars is not None:
            done.calendars = dict(self.calendars.once())
        return done
