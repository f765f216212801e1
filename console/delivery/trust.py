"""Why a peer's certificate was not trusted, and whose it is to mend."""

import ssl
from typing import Final

from console.delivery.dispatch import Untrusted

_EXPIRED: Final = 10  # X509_V_ERR_CERT_HAS_EXPIRED and the like: openssl-verification-options(1)
_NOT_YET: Final = 9
_OF_ANOTHER: Final = (62, 63, 64)  # host, mail, address


def untrusted(peer: str, error: BaseException) -> Untrusted | None:
    """Return what to say of a peer ("The gateway") whose certificate is at the bottom of an error;
    None where that is not what went wrong. Nothing was sent then."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        return None
    code = cause.verify_code
    if code == _EXPIRED:
        why = "has expired. Whoever runs it has to renew it"
    elif code == _NOT_YET:
        why = "is not valid yet. Set this machine's clock, or ask whoever runs it"
    elif code in _OF_ANOTHER:
        why = "is another name's. Correct the address, or ask whoever runs it"
    else:
        why = "cannot be trusted: its signer is unknown. Ask whoever runs it"
    return Untrusted(f"{peer}'s certificate {why}. Nothing was sent; it is tried again by itself.")
