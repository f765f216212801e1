"""What people do to unfinished work, and messages worded anew."""

from console.store.board_values import BoardAct, ItemKind
from console.store.work.parts import Inconsistent, Moment, Work


class DidOnBoard(Work, frozen=True, kw_only=True, tag="did_on_board"):
    """What a person did to unfinished work. `seen` is how it stood for them (`BoardItem.seen`);
    `to` names a colleague, or the provider whose id is `provider`; `until` goes with a hold."""

    item: ItemKind
    row: int
    act: BoardAct
    at: Moment
    person: str
    seen: str = ""
    to: str = ""
    provider: str = ""
    until: Moment | None = None

    def __post_init__(self) -> None:
        if not self.person:
            raise Inconsistent("a deed has somebody who did it")
        if (self.act is BoardAct.HOLD) != (self.until is not None):
            raise Inconsistent("a hold has an end, and nothing else has")
        if self.act is BoardAct.HAND and not self.to:
            raise Inconsistent("an item is handed to somebody")
        if (self.act is BoardAct.ACKNOWLEDGE) != bool(self.provider):
            raise Inconsistent("an acknowledgement is a provider's, and nothing else is")


class AmendedMessage(Work, frozen=True, kw_only=True, tag="amended_message"):
    """A message worded anew. `seen` is how often it had been amended when its author read it."""

    message_id: int
    seen: int
    at: Moment
    person: str
    reason: str
    patient_name: str | None = None
    caller_name: str | None = None
    callback_number: str | None = None

    def __post_init__(self) -> None:
        if not (self.reason.strip() and self.person):
            raise Inconsistent("an amended message says something, and has somebody who did it")
