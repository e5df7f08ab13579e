"""What the layers put on top of every reply: they add headers here, and one send carries them all."""

from typing import Final

from starlette.types import Message, Send

from rest_facade.reply_headers import Header

REPLY: Final = "weir.reply"
"""Where the scope of a request holds its ReplyHead."""


class ReplyHead:
    """Adds headers to a reply when it starts, and remembers how it started."""

    __slots__ = ("_send", "headers", "start")

    def __init__(self, send: Send) -> None:
        """Takes where the messages go."""
        self._send = send
        self.headers: list[Header] = []
        self.start: Message | None = None

    async def send(self, message: Message) -> None:
        """Passes a message on."""
        if self.start is None:
            self.start = message
            message["headers"] += self.headers
        await self._send(message)
