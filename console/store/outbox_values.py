"""The words of the outbox and of escalations under way, as they stand in their columns."""

from enum import StrEnum, unique


@unique
class DispatchStatus(StrEnum):
    """How far a dispatch has come. All but the first are ends."""

    PENDING = "pending"
    SENT = "sent"  # the peer took it
    DELIVERED = "delivered"  # it reached the recipient's device, or the practice's own system
    FAILED = "failed"  # for good; a task tells a person
    CANCELLED = "cancelled"  # somebody had taken the item before it left
    EXPIRED = "expired"  # it was of no use any more


@unique
class AttemptOutcome(StrEnum):
    """What came of one attempt."""

    SENT = "sent"
    DELIVERED = "delivered"
    NOT_NOW = "not_now"
    REFUSED = "refused"
    UNSURE = "unsure"  # the peer, or we, fell silent after it may have left


@unique
class TaskKind(StrEnum):
    """Why a person has to look."""

    UNDELIVERED = "undelivered"
    NOBODY_ANSWERED = "nobody_answered"
    CALL_PROVIDER = "call_provider"
    ASK_REACHED = "ask_reached"
    CLASH = "clash"
    ROTA_GAP = "rota_gap"
