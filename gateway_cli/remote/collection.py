"""What all kinds of records have in common on the command line: they are listed, shown, changed and deleted alike."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from types import ModuleType
from typing import Any, Final, Generic, TypeVar

import grpc
from google.protobuf.message import Message

from gateway_cli.remote.connection import Remote
from gateway_cli.remote.draft import Draft
from gateway_cli.remote.fields import WORD_START
from gateway_cli.remote.names import NameShape
from gateway_cli.remote.output import content_of
from gateway_cli.remote.table import Column

Record = TypeVar("Record", bound=Message)
PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Collection(Generic[Record]):
    """One kind of records: its noun, its name in the contract, its stub and messages, and the columns of its lists.

    All services of the contract are alike, so the names of rpcs and messages follow from the kind.
    """

    noun: str
    kind: type[Record]
    shape: NameShape
    stub: Callable[[grpc.Channel], object]
    messages: ModuleType
    columns: tuple[Column[Record], ...]

    def show_list(self, remote: Remote, request: Message, limit: int | None) -> None:
        """Lists what a request asks for, all pages of it unless there is a limit."""
        records = list(islice(self._pages(remote, request, limit), limit))
        if remote.output.is_table:
            rows = [[column.text(record) for column in self.columns] for record in records]
            remote.output.show_rows([column.title for column in self.columns], rows)
        else:
            remote.output.show_content([content_of(record) for record in records])

    def show_one(self, remote: Remote, given: str) -> None:
        """Shows everything that is known of one record."""
        remote.output.show_record(self._record(self._ask(remote, "Get", name=self.shape.full(given))))

    def change(self, remote: Remote, request: Message, done: str) -> None:
        """Does what a request asks for and says so."""
        record = self._record(self._call(remote, request))
        remote.output.show_change(self._sentence(record, done), record)

    def issue(self, remote: Remote, request: Message, done: str, label: str) -> None:
        """Does what a request asks for, says so, and shows the secret that came of it."""
        reply: Any = self._call(remote, request)
        record = self._record(reply)
        remote.output.show_issued(self._sentence(record, done), record, label, reply.secret)

    def update(self, remote: Remote, draft: Draft[Record], given: str, etag: str) -> None:
        """Changes the fields of a record that were given, and says so."""
        mask = draft.mask()
        record: Any = draft.record
        record.name, record.etag = self.shape.full(given), etag
        fields = {self._field: record, "update_mask": mask}
        self.change(remote, self._request("Update", **fields), "updated")

    def delete(self, remote: Remote, given: str, **fields: object) -> None:
        """Deletes a record and says so."""
        name = self.shape.full(given)
        reply = self._ask(remote, "Delete", name=name, **fields)
        done = f"{self.noun} {self.shape.short(name)} deleted"
        if not reply.DESCRIPTOR.fields:
            remote.output.show_change(done, {"name": name, "deleted": True})
        elif reply.ListFields():
            remote.output.show_change(done, self._record(reply))
        else:
            remote.output.show_change(f"there is no {self.noun} {self.shape.short(name)}", {"name": name})

    def undelete(self, remote: Remote, given: str, etag: str) -> None:
        """Brings a record back and says so."""
        self.change(remote, self._request("Undelete", name=self.shape.full(given), etag=etag), "is back")

    def _pages(self, remote: Remote, request: Message, limit: int | None) -> Iterator[Record]:
        asked: Any = type(request)()
        asked.CopyFrom(request)
        left = limit
        while True:
            asked.page_size = PAGE if left is None else min(left, PAGE)
            reply: Any = self._call(remote, asked)
            records = getattr(reply, f"{self._field}s")
            yield from records
            left = None if left is None else left - len(records)
            asked.page_token = reply.next_page_token
            if not reply.next_page_token:
                return

    def _ask(self, remote: Remote, verb: str, **fields: object) -> Message:
        return self._call(remote, self._request(verb, **fields))

    def _request(self, verb: str, **fields: object) -> Message:
        request: Message = getattr(self.messages, f"{verb}{self.kind.DESCRIPTOR.name}Request")(**fields)
        return request

    def _call(self, remote: Remote, request: Message) -> Message:
        rpc = request.DESCRIPTOR.name.removesuffix("Request")
        call: grpc.UnaryUnaryMultiCallable[Message, Message] = getattr(remote.stub(self.stub), rpc)
        return remote.ask(call, request)

    def _record(self, reply: Message) -> Message:
        record: Message = getattr(reply, self._field)
        return record

    def _sentence(self, record: Any, done: str) -> str:  # noqa: ANN401 -- every record has a name, Message has none
        return f"{self.noun} {self.shape.short(record.name)} {done}"

    @property
    def _field(self) -> str:
        return WORD_START.sub("_", self.kind.DESCRIPTOR.name).lower()
