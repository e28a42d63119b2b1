"""What one call of the model adds to a turn and its thread, however the call ends."""

from collections.abc import Sequence
from dataclasses import dataclass

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage

from agent.coach.budget import add_up, of_thread, price, spent_on
from agent.coach.state import Usage
from agent.coach.turn import Coach


@dataclass(slots=True)
class Purse:
    """A thread's purse, open for one call.

    Attributes:
        usage: of the turn and of the thread by now.
    """

    coach: Coach
    thread_id: str
    owner_id: str
    usage: Usage

    async def pay(self, sent: Sequence[BaseMessage], offered_tokens: int, pieces: Sequence[AIMessageChunk]) -> None:
        """Count a call: as the server did, else as estimated from what was sent and what came back.

        Raises:
            StoreUnavailable: the database did not answer.
        """
        model = self.coach.model
        if model.is_offline:
            return
        spent = spent_on(sent, offered_tokens, _written(pieces))
        total = await self.coach.ledger.add(self.thread_id, price(spent, model.settings), owner_id=self.owner_id)
        self.usage = add_up(self.usage, spent, model.settings, total)


async def open_purse(coach: Coach, thread_id: str, owner_id: str, usage: Usage) -> Purse:
    """Open a thread's purse: what it has spent is the ledger's word, since a state may be of a fork.

    Raises:
        StoreUnavailable: the database did not answer.
    """
    total = await coach.ledger.spent(thread_id, owner_id=owner_id)
    return Purse(coach, thread_id, owner_id, of_thread(usage, total))


def _written(pieces: Sequence[AIMessageChunk]) -> AIMessage:
    """Return all that was written, calls as text among it, with the last count of tokens that came."""
    texts = [str(piece.text) for piece in pieces]
    calls = [f"{call['name'] or ''}{call['args'] or ''}" for piece in pieces for call in piece.tool_call_chunks]
    counts = [piece.usage_metadata for piece in pieces if piece.usage_metadata is not None]
    return AIMessage("".join([*texts, *calls]), usage_metadata=counts[-1] if counts else None)
