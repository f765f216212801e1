"""Who sees to what in the engine: handed to those who pass commands and facts on."""

from dataclasses import dataclass

from softphone.codes import Codes
from softphone.conferences import Conferences
from softphone.consults import Consults
from softphone.dialler import Dialler
from softphone.looptest import LoopTest
from softphone.newcomers import Newcomers
from softphone.prompts import Prompts
from softphone.recording.player import Player
from softphone.recording.recorder import Recorder
from softphone.registrar import Registrar
from softphone.soundcheck import SoundCheck
from softphone.transfers import Transfers


@dataclass(frozen=True, slots=True)
class Trades:
    """One of each."""

    registrar: Registrar
    dialler: Dialler
    transfers: Transfers
    consults: Consults
    conferences: Conferences
    newcomers: Newcomers
    loop_test: LoopTest
    recorder: Recorder
    player: Player
    sound_check: SoundCheck
    prompts: Prompts
    codes: Codes
