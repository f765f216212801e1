"""A private Asterisk: its configuration written, booted on loopback, asked and stopped.

It is what a practice's PBX would be: desks that register with a password, a queue behind a DID, the
headers that tell the desk which practice was dialled, an echo and a tone to call. `trunk` is where
callers come from: any UDP phone on `TRUNK_HOST`.
"""

import contextlib
import math
import os
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TRUNK_HOST: Final = "127.0.0.2"
DID: Final = "5155550100"
TONE_HZ: Final = 440
_BOOTED_WITHIN: Final = 30.0  # seconds; half a second on an idle machine
_MODULES: Final = (
    *("pjproject", "sorcery_config", "sorcery_memory", "sorcery_astdb", "rtp_asterisk", "srtp"),
    *("pjsip", "pjsip_session", "pjsip_pubsub", "pjsip_authenticator_digest", "pjsip_sdp_rtp"),
    *("pjsip_endpoint_identifier_user", "pjsip_endpoint_identifier_ip", "pjsip_registrar"),
    *("pjsip_outbound_authenticator_digest", "pjsip_caller_id", "pjsip_header_funcs"),
    *("pjsip_nat", "pjsip_rfc3326", "pjsip_refer", "pjsip_dtmf_info", "pjsip_diversion"),
    *("pjsip_acl", "pjsip_empty_info", "pjsip_logger", "timing_timerfd", "musiconhold"),
)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where it listens, each free when it was chosen."""

    sip: int  # UDP and TCP
    tls: int
    rtp: int  # the first of a hundred
    ami: int
    trunk: int  # where the carrier's own phone is called, on `TRUNK_HOST`


@dataclass(frozen=True, slots=True)
class Desk:
    """An extension that registers."""

    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """What TLS is spoken with: two PEM files."""

    chain: Path
    key: Path


def free_ports() -> Ports:
    """Return ports nobody listens on."""
    with contextlib.ExitStack() as stack:
        found = []
        for _ in range(4):
            sock = stack.enter_context(socket.socket())
            sock.bind(("127.0.0.1", 0))
            found.append(sock.getsockname()[1])
    return Ports(*found[:2], 20000 + found[0] % 100 * 100, *found[2:])


class Asterisk:
    """One PBX. `start` and `stop` as often as wanted: what it knows of desks stays on its disk."""

    def __init__(
        self,
        root: Path,
        *,
        desks: tuple[Desk, ...] = (Desk("dana", "right horse"), Desk("evan", "wrong battery")),
        certificate: Certificate | None = None,
        media_encryption: str = "no",  # of the desks: "no" or "sdes"
        optimistic: bool = False,  # offer encryption, and do without
        transfers: bool = True,  # False: every REFER of a desk's is refused
    ) -> None:
        # Asterisk's control socket has a path of at most 107 bytes: not pytest's own long folders
        self.base = Path(tempfile.mkdtemp(prefix="fd-pbx-"))
        self.root = root
        self.desks = desks
        self.ports = free_ports()
        self.seconds_to_boot = 0.0
        self._certificate = certificate
        self._encryption = media_encryption, optimistic
        self._transfers = transfers
        self._process: subprocess.Popen[bytes] | None = None
        self._write()

    # Life

    def start(self) -> "Asterisk":
        """Boot, and return once every module is loaded."""
        began = time.monotonic()
        with (self.base / "log/stdout").open("ab") as out:
            command = [*self._command, "-f", "-n"]
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        while "fully booted" not in self.cli("core waitfullybooted"):
            if self._process.poll() is not None or time.monotonic() - began > _BOOTED_WITHIN:
                raise AssertionError(f"Asterisk did not boot: {self.log()[-2000:]}")
        self.seconds_to_boot = time.monotonic() - began
        return self

    def stop(self) -> None:
        """Stop at once, as a restart does."""
        if self._process is None:
            return
        self.cli("core stop now")
        try:
            self._process.wait(8)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(5)
        self._process = None

    def kill(self) -> None:
        """End as a machine does that loses its power: without a word to anybody."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(5)
            self._process = None

    def remove(self) -> None:
        """Stop, and leave nothing behind."""
        self.stop()
        shutil.rmtree(self.base, ignore_errors=True)

    def cli(self, command: str) -> str:
        """Return what Asterisk's console says to a command."""
        asked = [*self._command, "-rx", command]
        return subprocess.run(asked, capture_output=True, text=True, check=False).stdout

    def log(self) -> str:
        """Return everything it has said."""
        return "".join(path.read_text(errors="replace") for path in (self.base / "log").iterdir())

    def forget_desks(self) -> None:
        """Lose every registration, as a PBX without a memory of its own does."""
        for path in (self.base / "db").iterdir():
            path.unlink()

    def call(self, channel: str, application: str, data: str = "") -> None:
        """Have the PBX itself call a channel and run an application on it."""
        self.cli(f"channel originate {channel} application {application} {data}")

    @property
    def host(self) -> str:
        """Where it is, for UDP and TCP."""
        return f"127.0.0.1:{self.ports.sip}"

    @property
    def tls_host(self) -> str:
        """Where it is, for TLS."""
        return f"localhost:{self.ports.tls}"

    @property
    def _command(self) -> list[str]:
        library = self.root / "usr/lib/x86_64-linux-gnu"
        if not library.exists():
            library = next((self.root / "usr/lib").glob("*-linux-gnu"))
        loader = next(library.glob("ld-linux-*.so.*"))
        paths = f"{library}:{self.root / 'usr/lib'}"
        program = self.root / "usr/sbin/asterisk"
        words = [loader, "--library-path", paths, program, "-C", self.base / "etc/asterisk.conf"]
        return [os.fspath(word) for word in words]

    # Its configuration

    def _write(self) -> None:
        for name in ("etc", "data/sounds", "data/moh", "db", "spool/tmp", "run", "log", "keys"):
            (self.base / name).mkdir(parents=True, exist_ok=True)
        share = self.root / "usr/share/asterisk"
        (self.base / "data/documentation").symlink_to(share / "documentation")
        files = {
            "asterisk": self._directories(),
            "modules": self._modules(),
            "logger": "[general]\nqueue_log=no\n[logfiles]\nmessages => notice,warning,error\n",
            "rtp": f"[general]\nrtpstart={self.ports.rtp}\nrtpend={self.ports.rtp + 99}\n"
            "strictrtp=no\n",
            "pjsip": self._pjsip(),
            "queues": _QUEUES,
            "extensions": _DIALPLAN.replace("CARRIER", f"{TRUNK_HOST}:{self.ports.trunk}"),
            "musiconhold": "[default]\nmode=files\ndirectory=moh\n",
            "indications": _TONES,
            "manager": "[general]\nenabled=no\n",
            "cdr": "[general]\nenable=no\n",
            "cel": "[general]\nenable=no\n",
        }
        for name, text in files.items():
            (self.base / f"etc/{name}.conf").write_text(text)
        for name in ("features", "acl", "udptl", "ccss", "stasis", "codecs", "pjproject"):
            (self.base / f"etc/{name}.conf").touch()
        _write_tone(self.base / "data/moh/tone.wav", TONE_HZ)
        _write_tone(self.base / "data/sounds/tone.wav", TONE_HZ)

    def _directories(self) -> str:
        modules = next((self.root / "usr/lib").glob("**/asterisk/modules"))
        places = {"astmoddir": modules, "astetcdir": self.base / "etc"}
        places |= {
            f"ast{name}dir": self.base / folder
            for name, folder in (
                *(("varlib", "data"), ("data", "data"), ("db", "db"), ("key", "keys")),
                *(("spool", "spool"), ("run", "run"), ("log", "log"), ("agi", "data")),
            )
        }
        lines = [f"{key} => {value}" for key, value in places.items()]
        return "\n".join(["[directories]", *lines, "[options]", "hideconnect=yes", ""])

    @staticmethod
    def _modules() -> str:
        # Only what the tests use: the rest looks for databases, hardware and ports of its own
        names = [f"res_{name}.so" for name in _MODULES]
        names += ["bridge_simple.so", "bridge_softmix.so", "bridge_native_rtp.so", "chan_pjsip.so"]
        names += ["bridge_holding.so", "bridge_builtin_features.so"]
        names += ["codec_ulaw.so", "codec_alaw.so", "codec_g722.so", "codec_resample.so"]
        names += ["format_wav.so", "format_pcm.so", "pbx_config.so", "func_callerid.so"]
        names += ["func_channel.so", "func_logic.so", "func_strings.so", "func_pjsip_contact.so"]
        names += [f"app_{name}.so" for name in ("dial", "echo", "queue", "playback", "stack")]
        names += [
            "app_mixmonitor.so",
            "app_milliwatt.so",
            "app_originate.so",
            "res_clioriginate.so",
        ]
        return "\n".join(["[modules]", "autoload=no", *(f"load => {name}" for name in names), ""])

    def _pjsip(self) -> str:
        encryption, optimistic = self._encryption
        text = _PJSIP.format(
            sip=self.ports.sip,
            trunk=TRUNK_HOST,
            encryption=encryption,
            optimistic="yes" if optimistic else "no",
            transfers="yes" if self._transfers else "no",
        )
        if self._certificate is not None:
            text += _TLS.format(port=self.ports.tls, of=self._certificate)
        for number, desk in enumerate(self.desks, 1):
            text += _DESK.format(number=1000 + number, desk=desk)
        return text


_PJSIP: Final = """
[global]
type=global
user_agent=practice-pbx
endpoint_identifier_order=ip,username
[udp]
type=transport
protocol=udp
bind=127.0.0.1:{sip}
[tcp]
type=transport
protocol=tcp
bind=127.0.0.1:{sip}
[desk](!)
type=endpoint
context=from-desks
disallow=all
allow=ulaw,alaw,g722
direct_media=no
rtp_symmetric=yes
force_rport=yes
rewrite_contact=yes
send_pai=yes
trust_id_outbound=yes
trust_id_inbound=yes
device_state_busy_at=1
dtmf_mode=rfc4733
media_encryption={encryption}
media_encryption_optimistic={optimistic}
allow_transfer={transfers}
[trunk]
type=endpoint
context=from-trunk
disallow=all
allow=ulaw
direct_media=no
rtp_symmetric=yes
trust_id_inbound=yes
[trunk]
type=identify
endpoint=trunk
match={trunk}
"""
_TLS: Final = """
[tls]
type=transport
protocol=tls
method=tlsv1_2
bind=127.0.0.1:{port}
cert_file={of.chain}
priv_key_file={of.key}
"""
_DESK: Final = """
[{desk.user}](desk)
aors={desk.user}
auth={desk.user}
callerid=Desk <{number}>
[{desk.user}]
type=auth
auth_type=userpass
username={desk.user}
password={desk.password}
[{desk.user}]
type=aor
max_contacts=1
remove_existing=yes
"""
_QUEUES: Final = """
[general]
persistentmembers=no
autofill=yes
[answering]
strategy=ringall
timeout=15
retry=1
ringinuse=no
joinempty=yes
leavewhenempty=no
member => PJSIP/dana
"""
_TONES: Final = """
[general]
country=us
[us]
description=United States
ringcadence=2000,4000
dial=350+440
busy=480+620/500,0/500
ring=440+480/2000,0/4000
congestion=480+620/250,0/250
"""
_DIALPLAN: Final = """
[general]
static=yes
writeprotect=yes
[from-trunk]
exten => 5155550199,1,Dial(PJSIP/dana,30)
 same => n,Hangup(${HANGUPCAUSE})
exten => _X.,1,Set(__PRACTICE_DID=${EXTEN})
 same => n,Set(__PBX_CALL_ID=${UNIQUEID})
 same => n,Queue(answering,rb(to-desk^s^1),,,60)
 same => n,Hangup()
[to-desk]
exten => s,1,Set(PJSIP_HEADER(add,X-Frontdesk-Number)=+1${PRACTICE_DID})
 same => n,Set(PJSIP_HEADER(add,X-Pbx-Call-Id)=${PBX_CALL_ID})
 same => n,Return()
[from-desks]
exten => 100,1,Answer()
 same => n,Echo()
exten => 101,1,Answer()
 same => n(again),Playback(tone)
 same => n,Goto(again)
exten => 102,1,Answer()
 same => n,GotoIf($["${CHANNEL(rtp,secure,audio)}" = "1"]?secret)
 same => n,Hangup(58)
 same => n(secret),Echo()
exten => 1001,1,Dial(PJSIP/dana,30)
exten => 1002,1,Dial(PJSIP/evan,30)
exten => 486,1,Busy()
exten => +15155550110,1,Dial(PJSIP/evan,30)
exten => +15155550111,1,Answer()
 same => n(greeting),Playback(tone)
 same => n,Goto(greeting)
exten => _+1X.,1,Dial(PJSIP/trunk/sip:${EXTEN:1}@CARRIER,30)
"""


def _write_tone(path: Path, hertz: float, seconds: int = 10) -> None:
    rate = 8000
    samples = (math.sin(2 * math.pi * hertz * i / rate) for i in range(rate * seconds))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", int(8000 * s)) for s in samples))
