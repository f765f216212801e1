"""What this desk is told about itself: a TOML file, typed and checked.

A desk needs no settings at all: the defaults take calls straight to this machine and keep records
in the platform's data folder. A mistake in the file is a sentence that names the file and the key.
"""

import getpass
import tomllib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
import platformdirs

from console.delivery.settings import DeliverySettings
from console.errors import WorldError
from console.floor.breach import FloorRules, Hears
from console.floor.thresholds import USUAL, Limits, Thresholds
from console.floor.wrapping import WrapUpRules
from console.store.errors import BadPlace
from console.store.place import FilePlace, Place, place_of
from softphone.wire import CallerIdBy, DtmfMethod, Ringing, Srtp, Transport, UseAccount

if TYPE_CHECKING:
    from console.store.retention import Terms

APP = "Frontdesk"
KEPT_ROTA = "rota-entered.json"  # in the data folder: what was entered about rotas, the same way
KEPT_PRACTICES = "practices-in-force.json"  # in the data folder: the last copy out of the records


Years = Annotated[float, msgspec.Meta(gt=0, le=100)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=7200)]
Part = Annotated[float, msgspec.Meta(ge=0, le=1)]


class LineSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[line]`: how calls reach this desk. With no registrar they come straight to `sip_port`."""

    bind: str = "0.0.0.0"
    sip_port: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 5060
    registrar: str = ""  # host or host:port of the PBX
    user: str = ""  # the password is in the keyring, see `console.keychain`
    registrars: tuple[str, ...] = ()  # further ones, used in this order while the first is away
    transport: Transport = Transport.UDP
    srtp: Srtp = Srtp.OFF
    ca_file: str = ""  # who may have signed the PBX's certificate; "" is the system's trust store
    caller_id: CallerIdBy | None = None  # left out: as `caller_id_by` says
    keys: DtmfMethod = DtmfMethod.AUTO  # how the keypad's digits travel
    hear: tuple[str, ...] = ()  # addresses or networks that may call besides the registrars
    queue_codes: bool = False  # the PBX knows `*11`, `*13` and `*14`, as `pbx write` writes them

    @property
    def caller_id_by(self) -> CallerIdBy:
        """Which header carries the practice's number: a PBX knows a desk by its From."""
        if self.caller_id is not None:
            return self.caller_id
        return CallerIdBy.ASSERTED if self.registrar else CallerIdBy.FROM

    def account(self, password: str) -> UseAccount:
        """Return what the engine is told to register with."""
        return UseAccount(
            user=self.user,
            registrar=self.registrar,
            password=password,
            transport=self.transport,
            registrars=self.registrars,
            srtp=self.srtp,
            ca_file=str(Path(self.ca_file).expanduser()) if self.ca_file else "",
        )


class SoundSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[sound]`: device names as the system gives them; "" is as chosen on the headset sheet."""

    kind: Literal["headset", "native", "none"] = "headset"
    microphone: str = ""
    earpiece: str = ""
    ringer: str = ""
    ringing: Ringing | None = None  # left out, as chosen on the headset sheet
    ring_tone: str = ""  # a WAV file of 16 kHz, mono, 16 bits; "" is Frontdesk's own


class CallsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[calls]`: how this receptionist takes calls."""

    # Seconds after which a call answers itself, with a tone in the earpiece; left out, none does.
    auto_answer_s: Annotated[float, msgspec.Meta(ge=0, le=60)] | None = None


class RecordingsSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[recordings]`: where they are kept. Whether there are any, each practice's file says."""

    folder: str = ""  # "" is `recordings` in the data folder

    def folder_in(self, data: Path) -> Path:
        """Return the folder."""
        return Path(self.folder).expanduser() if self.folder else data / "recordings"


class DeskSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[desk]`: this workstation."""

    # Minutes without a key or the mouse after which the desk locks itself.
    lock_after_min: Annotated[float, msgspec.Meta(ge=0.5, le=60)] = 5.0


class ThresholdSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a figure of the floor turns yellow, and where red; what is left out is as usual."""

    wait_watch_s: Seconds | None = None
    wait_alarm_s: Seconds | None = None
    share_good: Part | None = None
    share_alarm: Part | None = None
    abandon_watch: Part | None = None
    abandon_alarm: Part | None = None

    def over(self, usual: Thresholds, where: str) -> Thresholds:
        """Return these over the usual ones. Raises `ValueError`."""
        own = {
            name: given
            for name in Thresholds.__dataclass_fields__
            if (given := getattr(self, name)) is not None
        }
        made = replace(usual, **own)
        for low, high in (
            ("wait_watch_s", "wait_alarm_s"),
            ("share_alarm", "share_good"),
            ("abandon_watch", "abandon_alarm"),
        ):
            if getattr(made, low) > getattr(made, high):
                raise ValueError(f"{where}: {low} must not be more than {high}")
        return made


class LimitSettings(ThresholdSettings, frozen=True, forbid_unknown_fields=True):
    """`[floor.limits]`; a practice's own are under `[floor.limits.practices.ID]`."""

    practices: dict[str, ThresholdSettings] = {}

    def limits(self) -> Limits:
        """Return them as the floor takes them. Raises `ValueError`."""
        usual = self.over(USUAL, "floor.limits")
        own = {
            practice: each.over(usual, f"floor.limits.practices.{practice}")
            for practice, each in self.practices.items()
        }
        return Limits(usual, own)


class FloorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[floor]`: the PBX's manager interface, over TLS. Without a host there is no queue feed, and
    the floor is what the records tell. The secret is in the keyring, see `console.keychain`."""

    host: str = ""  # as its certificate names it
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 5039
    user: str = "frontdesk"
    ca_file: str = ""  # who may have signed the PBX's certificate; "" is the system's trust store
    interface: str = ""  # this desk in the queues; "" is PJSIP/ and the line's user
    sound: Hears = Hears.SUPERVISORS  # at whose desks a queue in breach is heard
    limits: LimitSettings = LimitSettings()

    def __post_init__(self) -> None:
        self.rules()  # raises where a threshold cannot be

    def rules(self) -> FloorRules:
        """Return what the floor goes by. Raises `ValueError`."""
        return FloorRules(self.limits.limits(), self.sound)

    def interface_of(self, line: LineSettings) -> str:
        """Return this desk's name in the queues, "" where it has none."""
        return self.interface or (f"PJSIP/{line.user}" if line.user else "")


class WrapUpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[wrap_up]`: the time a form is given once its caller has gone."""

    lasts_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 60.0
    extend_s: Annotated[float, msgspec.Meta(gt=0, le=3600)] = 60.0
    extensions: Annotated[int, msgspec.Meta(ge=0, le=20)] = 2

    def rules(self) -> WrapUpRules:
        """Return them as the desk takes them."""
        lasts, more = timedelta(seconds=self.lasts_s), timedelta(seconds=self.extend_s)
        return WrapUpRules(lasts, more, self.extensions)


class WallboardSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[wallboard]`: the floor on a large screen."""

    look: Literal["system", "light", "dark"] = "system"


class RetentionSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[retention]`: for how many years each kind of record is kept; what is left out, for six. A
    practice's own terms are under `[retention.practices.ID]`."""

    calls: Years | None = None
    recordings: Years | None = None
    drafts: Years | None = None
    callbacks: Years | None = None
    practices: dict[str, dict[Literal["calls", "recordings", "drafts", "callbacks"], Years]] = {}

    def terms(self) -> "Terms":
        """Return the terms as the store takes them."""
        from console.store.retention import YEAR, Kind, Terms  # noqa: PLC0415 - the database's

        usual = {kind: years * YEAR for kind in Kind if (years := getattr(self, kind.value))}
        own = {
            practice: {Kind(kind): years * YEAR for kind, years in kinds.items()}
            for practice, kinds in self.practices.items()
        }
        return Terms(usual, own)


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file. Paths may start with `~`; "" is the platform's own folder."""

    agent: str = ""
    practices: str = ""  # folder of practice files
    records: str = ""  # path of the SQLite file, or postgresql://user@host/database
    audit_heads: str = ""  # folder the heads of the audit are written to, every hour
    line: LineSettings = LineSettings()
    sound: SoundSettings = SoundSettings()
    calls: CallsSettings = CallsSettings()
    retention: RetentionSettings = RetentionSettings()
    recordings: RecordingsSettings = RecordingsSettings()
    delivery: DeliverySettings = DeliverySettings()
    desk: DeskSettings = DeskSettings()
    floor: FloorSettings = FloorSettings()
    wrap_up: WrapUpSettings = WrapUpSettings()
    wallboard: WallboardSettings = WallboardSettings()

    @property
    def agent_name(self) -> str:
        """The receptionist's name as callers hear it."""
        return self.agent or getpass.getuser().replace(".", " ").title()

    @property
    def practices_folder(self) -> Path:
        """Where the practice files are."""
        return Path(self.practices).expanduser() if self.practices else data_folder() / "practices"

    @property
    def records_place(self) -> Place:
        """Where the records are kept. Raises `BadPlace`."""
        if self.records:
            return place_of(self.records)
        return FilePlace(data_folder() / "records.sqlite")


def data_folder() -> Path:
    """Return the platform's folder for this program's data."""
    return Path(platformdirs.user_data_dir(APP, appauthor=False))


def runtime_folder() -> Path:
    """Return a private folder for the engine's rendezvous file."""
    return Path(platformdirs.user_state_dir(APP, appauthor=False))


def settings_path() -> Path:
    """Return where the settings file is looked for."""
    return Path(platformdirs.user_config_dir(APP, appauthor=False)) / "settings.toml"


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings; a missing default file is fine, a missing named one is not.

    Raises `WorldError` with the file and the key of what is wrong.
    """
    chosen = path or settings_path()
    try:
        text = chosen.read_text(encoding="utf-8")
    except FileNotFoundError:
        if path is None:
            return Settings()
        raise WorldError(
            "No settings file", f"{chosen} does not exist. Check --settings."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise WorldError("Settings cannot be read", f"{chosen}: {error}.") from error
    try:
        settings = msgspec.convert(tomllib.loads(text), Settings)
        settings.records_place  # noqa: B018 - raises where it cannot be used
    except BadPlace as error:
        raise WorldError(error.title, f"{chosen}: records: {error.message} {error.mend}") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise WorldError("A mistake in the settings", f"{chosen}: {error}.") from error
    return settings
