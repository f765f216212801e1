"""An invitation as a part of a mail (RFC 6047 2.4), where calendars look for it."""

from email.message import EmailMessage

from console.delivery.dispatch import Invitation


def add_invitation(letter: EmailMessage, invitation: Invitation) -> None:
    """Add an invitation beside the letter's text."""
    letter.add_alternative(
        invitation.content.decode(),
        subtype="calendar",
        charset="utf-8",
        params={"method": invitation.method, "component": "VEVENT"},
    )
