"""The two ways an error may cross between Python and pjsua2, and no other."""

import contextlib
import functools
from collections.abc import Callable, Iterator
from typing import Any

import pjsua2 as pj

from softphone.errors import SipFailure
from softphone.pjsip.facts import CallbackFailed


def contained(callback: Callable[..., None]) -> Callable[..., None]:
    """Keep an exception from reaching pjsua2, which would abort, and report it as a fact."""

    @functools.wraps(callback)
    def guarded(self: Any, prm: Any) -> None:
        try:
            callback(self, prm)
        except Exception as error:  # noqa: BLE001 - raised again as a fact on the engine's loop
            call = self if isinstance(self, pj.Call) else None
            self.box.append(CallbackFailed(callback.__name__, error, call))

    return guarded


@contextlib.contextmanager
def operation(name: str) -> Iterator[None]:
    """Turn a refusal of pjsua2 into `SipFailure`, which holds none of the SIP text."""
    try:
        yield
    except pj.Error as error:
        raise SipFailure(name, int(error.status)) from None
