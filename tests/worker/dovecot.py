"""A real IMAP server, Dovecot, as an ordinary account, on loopback, over TLS.

https://doc.dovecot.org/2.3/configuration_manual/howto/rootless/
"""

import contextlib
import getpass
import grp
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import trustme

USER, PASSWORD = "pages@desk.example", "correct-horse"

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
ssl = required
ssl_cert = <{folder}/server.pem
ssl_key = <{folder}/server.pem
disable_plaintext_auth = yes
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 0
last_valid_uid = 0
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    address = 127.0.0.1
    port = {port}
    ssl = yes
  }}
}}
"""


@dataclass(frozen=True)
class Box:
    """A mailbox that is served."""

    folder: Path
    port: int
    tls: ssl.SSLContext

    def put(self, name: str, sender: str, subject: str, text: str, **headers: str) -> None:
        """Have a mail arrive."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, USER, subject
        mail["Message-ID"] = f"<{name}@mail.example>"
        for header, value in headers.items():
            mail[header.replace("_", "-")] = value
        mail.set_content(text)
        self.put_whole(name, mail.as_bytes())

    def put_whole(self, name: str, mail: bytes) -> None:
        """Have a mail arrive as it stands."""
        passing = self.folder / "mail" / "tmp" / name
        passing.write_bytes(mail)
        if os.getuid() == 0:
            shutil.chown(passing, "dovecot", "dovecot")
        passing.rename(self.folder / "mail" / "new" / name)  # maildir's own way in


@contextlib.contextmanager
def mailbox(authority: trustme.CA) -> Iterator[Box]:
    """Serve a mailbox."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # its processes are several accounts' where the tests are root's
        with _served(folder, authority) as box:
            yield box


@contextlib.contextmanager
def _served(folder: Path, authority: trustme.CA) -> Iterator[Box]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for part in ("run", "state", "home", "mail/tmp", "mail/new", "mail/cur"):
        (folder / part).mkdir(parents=True)
    if os.getuid() == 0:
        for place in (folder / "home", *(folder / "mail").rglob("*"), folder / "mail"):
            shutil.chown(place, "dovecot", "dovecot")
    certificate = authority.issue_cert("localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    configuration = folder / "dovecot.conf"
    configuration.write_text(
        _CONFIGURATION.format(
            folder=folder,
            **_accounts(),
            port=port,
            password=PASSWORD,
        )
    )
    tls = ssl.create_default_context()
    authority.configure_trust(tls)
    serving = subprocess.Popen(["/usr/sbin/dovecot", "-F", "-c", str(configuration)])
    try:
        _until_it_answers(port, serving, folder)
        yield Box(folder, port, tls)
    finally:
        serving.terminate()
        serving.wait(10)


def _accounts() -> dict[str, str | int]:
    """Return who its processes run as: ourselves, but for root, whom it serves no mail."""
    if os.getuid() == 0:
        it = pwd.getpwnam("dovecot")
        names = {"internal": "dovecot", "login": "dovenull", "group": "dovecot"}
        return {**names, "uid": it.pw_uid, "gid": it.pw_gid}
    own, group = getpass.getuser(), grp.getgrgid(os.getgid()).gr_name
    return {
        "internal": own,
        "login": own,
        "group": group,
        "uid": os.getuid(),
        "gid": os.getgid(),
    }


def _until_it_answers(port: int, serving: "subprocess.Popen[bytes]", folder: Path) -> None:
    for _ in range(100):
        if serving.poll() is not None:
            raise RuntimeError((folder / "log").read_text())
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError("Dovecot does not answer")
