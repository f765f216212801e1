"""`lp`, `lpstat` and `cancel` of a print service made for tests: they answer with the words and the
exit codes of CUPS 2.4.2, as they were taken down from a real one."""

import json
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = """#!{python} -ISE
import json, pathlib, sys, time
folder = pathlib.Path(__file__).parent
state = json.loads((folder / "state.json").read_text())
name, args = pathlib.Path(sys.argv[0]).name, sys.argv[1:]
state["ran"].append([name, *args])
queues, jobs = state["queues"], state["jobs"]
SINCE = "since Wed Nov 25 10:43:21 2026"

def leave(code, out="", err=""):
    (folder / "state.json").write_text(json.dumps(state))
    sys.stdout.write(out)
    sys.stderr.write(err)
    sys.exit(code)

if name in state["hangs"]:
    (folder / "state.json").write_text(json.dumps(state))
    time.sleep(60)
if name == "lp":
    queue = args[args.index("-d") + 1]
    if not state["running"] or queue not in queues:
        leave(1, err="lp: Error - The printer or class does not exist.\\n")
    if queues[queue] == "closed":
        leave(1, err=f'lp: Destination "{{queue}}" is not accepting jobs.\\n')
    job = f"{{queue}}-{{len(jobs) + 1}}"
    (folder / f"{{job}}.pdf").write_bytes(sys.stdin.buffer.read())
    jobs[job] = {{"good": "done", "gives-up": "gave up"}}.get(queues[queue], "waits")
    leave(0, f"request id is {{job}} (0 file(s))\\n")
if name == "cancel":
    if jobs.get(args[0]) != "waits":
        leave(1, err=f"cancel: cancel-job failed: Job #{{args[0]}} is already completed.\\n")
    jobs[args[0]] = "cancelled"
    leave(0)
if args == ["-r"]:
    leave(0, "scheduler is running\\n" if state["running"] else "scheduler is not running\\n")
queue = args[-1]
if queue not in queues:
    leave(1, err=f'lpstat: Invalid destination name in list "{{queue}}".\\n')
how = queues[queue]
if args[0] == "-p":
    if how == "stopped":
        out = f"printer {{queue}} disabled {{SINCE}} -\\n\\tpaper jam\\n"
    else:
        out = f"printer {{queue}} is idle.  enabled {{SINCE}}\\n"
    if how == "closed":
        out += "\\tRejecting Jobs\\n"
        out += f"{{queue}} not accepting requests {{SINCE}} -\\n\\tRejecting Jobs\\n"
    else:
        out += f"{{queue}} accepting requests {{SINCE}}\\n"
    leave(0, out)
ALERTS = {{"done": "processing-to-stop-point", "gave up": "aborted-by-system",
          "cancelled": "job-canceled-by-user"}}
out = ""
for job, became in jobs.items():
    line = f"{{job}}                  root              1024   Wed Nov 25 10:43:21 2026\\n"
    if job.rpartition("-")[0] == queue and (became == "waits") == ("not-completed" in args):
        out += line
        if "-l" in args:
            out += f"\\tStatus: \\n\\tAlerts: {{ALERTS[became]}}\\n\\tqueued for {{queue}}\\n"
leave(0, out)
"""


@dataclass(frozen=True, slots=True)
class PrintService:
    """The service; a queue is "good", "stopped", "closed", "stuck" or "gives-up"."""

    folder: Path

    @classmethod
    def install(cls, folder: Path, **queues: str) -> "PrintService":
        folder.mkdir()
        for name in ("lp", "lpstat", "cancel"):
            program = folder / name
            program.write_text(PROGRAM.format(python=os.path.realpath(sys.executable)))
            program.chmod(program.stat().st_mode | stat.S_IXUSR)
        made = cls(folder)
        made.change(queues=queues, jobs={}, running=True, hangs=[], ran=[])
        return made

    def change(self, **changes: Any) -> None:
        state = self.state if (self.folder / "state.json").exists() else {}
        (self.folder / "state.json").write_text(json.dumps(state | changes))

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
        return state

    def ran(self, name: str) -> list[list[str]]:
        return [each[1:] for each in self.state["ran"] if each[0] == name]

    def pages(self) -> list[Path]:
        return sorted(self.folder.glob("*.pdf"))
