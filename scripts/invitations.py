"""Who is invited by mail to each booking, and what the invitation says.

A mail relay keeps what passes it. An invitation therefore says when, with whom and a reference, and
no more, unless it is sealed to the practice's own certificate (RFC 8551); then it may say what the
practice's agreement permits.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from scripts.delivery import Sealing
from scripts.fields import Model, Slug, Words, wrong
from scripts.own_calendar import Told


class Invitations(Model):
    """`to` is invited, or whoever `providers` names for a provider."""

    to: Words | None = None
    providers: Annotated[dict[Slug, Words], Field(default_factory=dict)]
    seal: Sealing = Sealing.NOTICE
    certificate: Words | None = None  # PEM, for `certificate`
    tells: tuple[Told, ...] = ()

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.to is None and not self.providers:
            raise wrong("invites nobody; write to, or providers with a mailbox for each")
        for mailbox in (*filter(None, (self.to,)), *self.providers.values()):
            name, at, domain = mailbox.partition("@")
            if not (name and at and domain) or any(sign.isspace() for sign in mailbox):
                raise wrong(f"“{mailbox}” is not a mailbox; write it as desk@practice.example")
        if self.seal is Sealing.PDF:
            raise wrong("an invitation in a PDF reaches no calendar; write seal: certificate")
        if (self.seal is Sealing.CERTIFICATE) != (self.certificate is not None):
            raise wrong("seal: certificate and the certificate belong together")
        if self.tells and self.seal is not Sealing.CERTIFICATE:
            raise wrong("mail in the clear tells nothing of a patient; seal it, or take tells out")
        return self

    def mailbox_of(self, provider: str) -> str | None:
        """Return who is invited to a provider's visits, None for nobody."""
        return self.providers.get(provider, self.to)
