"""The words of the board, as they stand in its columns."""

from enum import StrEnum, unique


@unique
class ItemKind(StrEnum):
    """What kinds of work can be left unfinished, in the order of equals."""

    ESCALATION = "escalation"
    TASK = "task"
    MESSAGE = "message"
    CALLBACK = "callback"
    OFFER = "offer"  # a time that is free for somebody on the waiting list


@unique
class BoardAct(StrEnum):
    """What a person does to an item."""

    TAKE = "take"
    HAND = "hand"
    HOLD = "hold"  # put off till a moment
    DONE = "done"
    CONFIRM = "confirm"  # the practice says that it has the message
    ACKNOWLEDGE = "acknowledge"  # for a provider who said so by phone
    ESCALATE = "escalate"  # the next person, now
    REACH = "reach"  # the provider has spoken to the patient
    CLOSE = "close"
    BOOK = "book"  # the time offered, for who waits for it
    PASS = "pass"  # it to the next on the list
    WITHDRAW = "withdraw"  # who waits from the list


@unique
class DeedOutcome(StrEnum):
    """What came of a deed."""

    DONE = "done"
    OVERTAKEN = "overtaken"  # somebody else had changed the item meanwhile
    REFUSED = "refused"  # it was not the item's turn for that
