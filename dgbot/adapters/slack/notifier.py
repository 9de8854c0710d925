"""Sends notices: draws them, posts or edits, and says what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from dgbot.adapters.slack import replies, requests
from dgbot.adapters.slack.directory import SlackDirectory
from dgbot.adapters.slack.failures import ELSEWHERE, UNREACHABLE, again_in, code, patience, pause, said
from dgbot.adapters.slack.keys import keys_message
from dgbot.adapters.slack.mrkdwn import people_in
from dgbot.adapters.slack.pictures import Pictures
from dgbot.adapters.slack.replies import Message
from dgbot.adapters.slack.voice import Voice
from dgbot.domain.approvals import BY_QUOTA, ApprovalRequest
from dgbot.domain.charts import Chart
from dgbot.domain.deliveries import MessageRef, Notice, NoticeKind
from dgbot.domain.ports import NotDelivered
from dgbot.domain.replies import WEB_ADDRESS, Audience, Facts, Note, Reply, Text, WebLink
from dgbot.services.displaced import alone
from dgbot.services.facts import reply_of, value_of

log = structlog.get_logger(__name__)

SOON = timedelta(seconds=1)


class SlackNotifier:
    """The Notifier port on Slack's Web API; the outbox decides what is sent again, the client never does."""

    def __init__(
        self,
        client: AsyncWebClient,
        directory: SlackDirectory,
        *,
        answer_origin: str,
        pictures: Pictures | None = None,
    ) -> None:
        self._voice = Voice(client)
        self._pictures = pictures
        self._directory = directory
        self._answer_origin = answer_origin

    async def send(self, notice: Notice, standing: MessageRef | None) -> MessageRef | None:
        """Post *notice*, or edit the *standing* message; raises NotDelivered, for good if it can't be drawn."""
        if notice.kind is NoticeKind.REPLY:
            await self._answer(notice)
            return None
        if notice.kind is NoticeKind.EVENT:
            return await self._follow(notice, standing)
        try:
            message = await self._draw(notice)
        except Exception as error:  # plugins' types may lie; what can't be drawn now never can
            raise NotDelivered(f"can't be drawn: {type(error).__name__}", again_in=None) from error
        try:
            afresh = bool(notice.facts.get("afresh"))
            if standing is not None and not afresh and (edited := await self._voice.edit(standing, message)):
                return edited
            if notice.facts.get("if_there"):
                return None
            posted = await self._voice.post(notice.target, message, thread_ts=str(notice.facts.get("thread_ts", "")))
        except SlackApiError as error:
            raise NotDelivered(said(error), again_in=again_in(error), patience=patience(error)) from None
        except UNREACHABLE as error:
            raise NotDelivered(type(error).__name__, again_in=SOON) from None
        if self._pictures is not None and notice.kind is NoticeKind.ALERT:
            for drawn in (part for part in reply_of(notice.facts).parts if isinstance(part, Chart)):
                await self._pictures.hang(posted, drawn)
        return posted

    async def _draw(self, notice: Notice) -> Message:
        facts = notice.facts
        if notice.kind in {NoticeKind.OPS, NoticeKind.ALERT, NoticeKind.DIGEST}:
            told = await self._with_link(reply_of(facts), facts.get("link_to"))
            return replies.reply(told, await self._directory.names(_people(told)))
        if notice.kind in {NoticeKind.KEYS, NoticeKind.KEYS_CLOSED, NoticeKind.KEYS_BLIND}:
            return keys_message(notice)
        request = value_of(ApprovalRequest, facts, "request")
        people = {request.requester_id, request.decided_by or "", *(vote.by for vote in request.votes)}
        names = await self._directory.names(people - {"", BY_QUOTA})
        if notice.kind is NoticeKind.CARD:
            return requests.card(request, names)
        return requests.tell(request, facts["note"], names)

    async def _with_link(self, told: Reply, message: Sequence[str] | None) -> Reply:
        """Return *told* with a way to the *message* (channel, ts) that it leads to, if there is one."""
        address = await self._voice.address(*message) if message else ""
        if not WEB_ADDRESS.fullmatch(address):
            return told
        return replace(told, parts=(*told.parts, Note((WebLink("The first message about it", address),))))

    async def _follow(self, notice: Notice, standing: MessageRef | None) -> MessageRef | None:
        """Say what happened in the thread of the message that *notice* is about; what is loud, in the channel too.

        If that message is gone, what is loud stands alone; what brings the card along takes the place of it.
        """
        if standing is None:
            raise NotDelivered("the message that it follows was never posted", again_in=None)
        try:
            return await self._followed(notice, standing)
        except SlackApiError as error:
            raise NotDelivered(said(error), again_in=again_in(error), patience=patience(error)) from None
        except UNREACHABLE as error:
            raise NotDelivered(type(error).__name__, again_in=SOON) from None

    async def _followed(self, notice: Notice, standing: MessageRef) -> MessageRef | None:
        message, _ = await self._draw_reply(notice)
        loud = bool(notice.facts["loud"])
        if await self._voice.follow(standing, message, loud=loud):
            return None
        if "card" in notice.facts:
            whole, _ = await self._draw_reply(alone(notice))
            under = str(notice.facts.get("thread_ts", ""))
            return await self._voice.post(standing.channel_id, whole, thread_ts=under)
        if loud:
            await self._voice.post(standing.channel_id, message)
        return None

    async def _answer(self, notice: Notice) -> None:
        """Answer over the response_url, or in a form's channel; where that can't be, in a direct message."""
        message, audience = await self._draw_reply(notice)
        if _is_url(notice.target) and await self._respond(notice.target, message, audience):
            return
        reader = str(notice.facts["user_id"])
        channel, _, named = notice.target.partition(":")
        try:
            if named == reader and await self._tell_there(channel, reader, message, audience):
                return
            await self._voice.post(reader, message)
        except SlackApiError as error:
            raise NotDelivered(said(error), again_in=again_in(error), patience=patience(error)) from None
        except UNREACHABLE as error:
            raise NotDelivered(type(error).__name__, again_in=SOON) from None

    async def _draw_reply(self, notice: Notice) -> tuple[Message, Audience]:
        """Draw the reply; if that fails, whoever asked is told so, with the id under which the log says more."""
        try:
            said_reply = reply_of(notice.facts)
            return replies.reply(said_reply, await self._directory.names(_people(said_reply))), said_reply.audience
        except Exception:  # plugins' types may lie; what can't be drawn now never can
            error_id = notice.key.rpartition(":")[2][:8]
            log.exception("reply not drawn", error_id=error_id, key=notice.key)
            return replies.reply(Reply(f"The answer could not be shown (id {error_id})."), {}), Audience.REQUESTER

    async def _respond(self, url: str, message: Message, audience: Audience) -> bool:
        if not _same_origin(url, self._answer_origin):
            raise NotDelivered("the response_url is not Slack's", again_in=None)
        try:
            answer = await self._voice.respond(url, message, audience)
        except UNREACHABLE as error:
            raise NotDelivered(type(error).__name__, again_in=SOON) from None
        if answer.status_code == 429 or answer.status_code >= 500:
            raise NotDelivered(f"response_url answered {answer.status_code}", again_in=pause(answer.headers))
        return answer.status_code == 200

    async def _tell_there(self, channel: str, reader: str, message: Message, audience: Audience) -> bool:
        """Answer in *channel*, for *reader* alone unless it is for everybody; False if the bot can't speak there."""
        try:
            if audience is Audience.CHANNEL:
                await self._voice.post(channel, message)
            else:
                await self._voice.whisper(channel, reader, message)
        except SlackApiError as error:
            if code(error) in ELSEWHERE:
                return False
            raise
        return True


def _people(said_reply: Reply) -> set[str]:
    lines = [said_reply.headline]
    for part in said_reply.parts:
        if isinstance(part, Text | Note):
            lines.append(part.line)
        elif isinstance(part, Facts):
            lines += [line for _, line in part.pairs]
    return set().union(*(people_in(line) for line in lines))


def _is_url(target: str) -> bool:
    return target.startswith(("https://", "http://"))


def _same_origin(url: str, origin: str) -> bool:
    try:
        theirs = urlsplit(url)
        port = theirs.port
    except ValueError:  # a broken address, such as https://[ or port 99999
        return False
    ours = urlsplit(origin)
    return (ours.scheme, ours.hostname, ours.port) == (theirs.scheme, theirs.hostname, port)
