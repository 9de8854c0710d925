"""The ``files.*External`` methods: ask for an address, send the bytes there, share what came."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from dgbot.blockkit import check_blocks
from dgbot.sandbox.slack.edge.arguments import Arguments, Method, Refused, pointed
from dgbot.sandbox.slack.edge.reading import whole_number
from dgbot.sandbox.slack.world.workspace import BOT, Block, Channel, Message, Workspace

LARGEST_FILE = 32 * 1024 * 1024
"""Bytes; Slack takes more, but keeps them elsewhere than in memory."""
PICTURES = frozenset({".gif", ".jpeg", ".jpg", ".png"})


@dataclass(frozen=True, slots=True)
class File:
    """One upload: its announced *length* in bytes, its *content* once it came, whether it is *shared* yet."""

    file_id: str
    name: str
    length: int
    alt_text: str
    title: str = ""
    content: bytes | None = None
    shared: bool = False


class FileMethods:
    """The methods over one workspace, and the files; *origin* is where the upload addresses point.

    Bytes arrive as a request's whole body, as slack_sdk sends them; a multipart form is taken for the bytes it is. A
    shared file shows as a block of its message, a picture by its alternative text, since people here read text.
    """

    def __init__(self, workspace: Workspace, origin: Callable[[], str]) -> None:
        self.files: dict[str, File] = {}
        self._workspace, self._origin = workspace, origin
        self._addresses: dict[str, str] = {}

    def all(self) -> Mapping[str, Method]:
        """Return the methods by their Slack name."""
        return {"files.getUploadURLExternal": self.announce, "files.completeUploadExternal": self.complete}

    def announce(self, given: Arguments) -> dict[str, Any]:
        """Return an id and an upload address for a file of this name and length."""
        name, length = given.needed("filename"), given.needed("length")
        size = whole_number(length)
        if not size:
            raise Refused("invalid_arguments")
        if size > LARGEST_FILE:
            raise Refused("file_upload_size_restricted")
        file = File(self._workspace.new_id("F"), name, size, given.text("alt_txt"))
        token = self._workspace.new_id("", 24)
        self.files[file.file_id], self._addresses[token] = file, file.file_id
        return {"upload_url": f"{self._origin()}/upload/{token}", "file_id": file.file_id}

    async def receive(self, request: Request, content: bytes) -> Response:
        """Answer ``POST /upload/<token>``: the bytes, once, as many as announced."""
        file_id = self._addresses.get(request.path_params["token"])
        if file_id is None:
            return PlainTextResponse("There is no such upload.", 404)
        file = self.files[file_id]
        if len(content) != file.length:
            return PlainTextResponse(f"{file.length} bytes were announced, {len(content)} came.", 400)
        del self._addresses[request.path_params["token"]]
        self.files[file_id] = replace(file, content=content)
        return PlainTextResponse(f"OK - {len(content)}")

    def complete(self, given: Arguments) -> dict[str, Any]:
        """Share uploaded files as one message in a channel the bot is in; without a channel they stay private."""
        asked = given.parsed("files", list, "invalid_arguments")
        if not asked:
            raise Refused("invalid_arguments")
        files = [self._uploaded(one) for one in asked]
        channel_id = given.text("channel_id") or given.text("channels")
        if channel_id:
            self._share(self._channel(channel_id), files, given)
        for file in files:
            self.files[file.file_id] = replace(file, shared=True)
        return {"files": [{"id": file.file_id, "title": file.title, "name": file.name} for file in files]}

    def _uploaded(self, asked: object) -> File:
        file_id, title = (asked.get("id"), asked.get("title")) if isinstance(asked, dict) else (None, None)
        file = self.files.get(str(file_id))
        if file is None or file.content is None or file.shared:
            raise Refused("file_not_found")
        return replace(file, title=str(title or file.name))

    def _channel(self, channel_id: str) -> Channel:
        channel = self._workspace.channels.get(channel_id)
        if channel is None or (channel.is_private and BOT not in channel.members):
            raise Refused("channel_not_found")
        if BOT not in channel.members:
            raise Refused("not_in_channel")
        return channel

    def _share(self, channel: Channel, files: list[File], given: Arguments) -> Message:
        comment = given.text("initial_comment")
        blocks: list[Block] = given.parsed("blocks", list, "invalid_blocks_format") or []
        if any(isinstance(block, dict) and block.get("type") == "markdown" for block in blocks):
            raise Refused("internal_error")  # Slack's own answer to a markdown block here
        problems = check_blocks(blocks)
        if problems:
            raise Refused("invalid_blocks", **pointed(problems, "/blocks"))
        thread_ts = given.text("thread_ts") or None
        if thread_ts and (channel.channel_id, thread_ts) not in self._workspace.messages:
            raise Refused("thread_not_found")
        said: list[Block] = [{"type": "section", "text": {"type": "mrkdwn", "text": comment}}] if comment else blocks
        shown = [*said, *(_shown(file) for file in files)]
        return self._workspace.post(channel.channel_id, BOT, comment, shown, thread_ts=thread_ts)


def _shown(file: File) -> Block:
    if PurePath(file.name).suffix.lower() in PICTURES:
        return {"type": "image", "slack_file": {"id": file.file_id}, "alt_text": file.alt_text or file.title}
    line = f"📎 {file.title} ({file.length} bytes)"
    return {"type": "context", "elements": [{"type": "plain_text", "text": line}]}
