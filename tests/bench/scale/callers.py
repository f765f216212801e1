"""Callers by SIPp: each dials a practice, waits, speaks, and leaves when the desk hangs up; one who
has had no answer for so long gives up."""

import csv
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.pbx.asterisk import TRUNK_HOST

SOUND_S = 2  # of the sound that is played over and over
_SCENARIO = """<?xml version="1.0" encoding="ISO-8859-1"?>
<scenario name="caller">
<send retrans="500"><![CDATA[
INVITE sip:[field0]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:+1515[call_number]@[local_ip]>;tag=[pid]c[call_number]
To: <sip:[field0]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=caller 1 1 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio {port} RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
<recv response="100" optional="true" timeout="{patience_ms}" ontimeout="gone"/>
<recv response="180" optional="true" timeout="{patience_ms}" ontimeout="gone"/>
<recv response="183" optional="true" timeout="{patience_ms}" ontimeout="gone"/>
<recv response="200" timeout="{patience_ms}" ontimeout="gone" rrs="true"/>
<send><![CDATA[
ACK sip:[field0]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:+1515[call_number]@[local_ip]>;tag=[pid]c[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
{sound}<recv request="BYE" timeout="900000"/>
<send next="end"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0

]]></send>
<label id="gone"/>
<send retrans="500"><![CDATA[
CANCEL sip:[field0]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch-{cancel}]
From: <sip:+1515[call_number]@[local_ip]>;tag=[pid]c[call_number]
To: <sip:[field0]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 CANCEL
Max-Forwards: 70
Content-Length: 0

]]></send>
<recv response="200"/>
<recv response="487"/>
<send><![CDATA[
ACK sip:[field0]@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch-{ack}]
From: <sip:+1515[call_number]@[local_ip]>;tag=[pid]c[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0

]]></send>
<label id="end"/>
</scenario>
"""


@dataclass(frozen=True, slots=True)
class Stream:
    """Calls to place: how many, how many a second, how long each waits, and with sound or not."""

    count: int
    per_s: float
    patience_s: float
    sound: bool
    media_port: int = 30000  # the first of its callers'


class Callers:
    """One run of SIPp."""

    def __init__(self, folder: Path, port: int, numbers: list[str], stream: Stream) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        sound = '<nop><action><exec rtp_stream="voice.ul,-1,0"/></action></nop>\n'
        (folder / "voice.ul").write_bytes(bytes((n * 7) % 256 for n in range(8000 * SOUND_S)))
        (folder / "numbers.csv").write_text("SEQUENTIAL\n" + "\n".join(numbers) + "\n")
        text = _SCENARIO.format(
            patience_ms=round(stream.patience_s * 1000),
            cancel=9 if stream.sound else 8,  # messages back to the INVITE, whose branch it is
            ack=12 if stream.sound else 11,
            sound=sound if stream.sound else "",
            port="[rtpstream_audio_port]" if stream.sound else "[media_port]",
        )
        (folder / "caller.xml").write_text(text, encoding="latin-1")
        command = ["sipp", f"127.0.0.1:{port}", "-sf", "caller.xml", "-inf", "numbers.csv"]
        command += ["-i", TRUNK_HOST, "-mi", TRUNK_HOST, "-m", str(stream.count), "-l", "4000"]
        command += ["-r", str(round(stream.per_s * 1000)), "-rp", "1000000", "-nostdin", "-nd"]
        command += ["-trace_stat", "-stf", "stat.csv", "-fd", "5", "-recv_timeout", "930000"]
        command += ["-mp", str(stream.media_port), "-cid_str", "%u-%p@bench"]
        command += ["-trace_err", "-error_file", "errors.log"]
        self.process = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    def end(self) -> bool:
        """Wait for the end, which is made where it does not come; tell whether it was. Raises
        `RuntimeError` where SIPp would not run at all."""
        late = self.process.poll() is None
        if late:
            self.process.send_signal(signal.SIGINT)
        code = self.process.wait(30)
        if code not in (0, 1, 97) and not late:
            raise RuntimeError(f"SIPp ended with {code}: {self.errors()[-500:]}")
        return late

    def counts(self) -> dict[str, int]:
        """Return calls created, ended as written, and failed, as SIPp last told."""
        path = self._folder / "stat.csv"
        rows = list(csv.DictReader(path.open(), delimiter=";")) if path.exists() else []
        if not rows:
            return {"created": 0, "successful": 0, "failed": 0}
        last = rows[-1]
        names = {"created": "TotalCallCreated", "successful": "SuccessfulCall(C)",
                 "failed": "FailedCall(C)"}  # fmt: skip
        return {name: int(last[column] or 0) for name, column in names.items()}

    def errors(self) -> str:
        """Return what SIPp found unexpected."""
        path = self._folder / "errors.log"
        return path.read_text(errors="replace") if path.exists() else ""
