"""Failures in words: what happened, in Deepgram's words where it spoke, and what to do next."""

from __future__ import annotations

from dgbot.deepgram import (
    DeepgramApiError,
    DeepgramAuthError,
    DeepgramError,
    DeepgramNotFoundError,
    DeepgramNotSentError,
    DeepgramRateLimitError,
    DeepgramScopeError,
)
from dgbot.domain.replies import Note, Reply, Text
from dgbot.plugin.errors import UsageError


def explain(error: DeepgramError, *, project_name: str, looks: bool = False, clicked: bool = False) -> Reply:
    """Say why Deepgram did not do it, and what would help.

    A reading call that failed left nothing in doubt; *looks* says that the command looks before it acts, *clicked* that
    it was a button, which may be clicked again.
    """
    reads = error.method == "GET"
    doubt = _CLICK_AGAIN if clicked else _RUN_AGAIN if looks else _LOOK
    match error:
        case DeepgramScopeError():
            lacks = f"lacks {error.missing_scope}" if error.missing_scope else "lacks a scope that this needs"
            return _refusal(f"Deepgram refused: the bot's key {lacks} for {project_name}.", error, _SCOPE)
        case DeepgramAuthError():
            return _refusal("Deepgram refused the bot's key.", error, _AUTH)
        case DeepgramRateLimitError():
            return _refusal("Deepgram is asked too often right now.", error, "Try again in a minute.")
        case DeepgramApiError() if error.status >= 500:
            next_step = "Try again in a few minutes." if reads else doubt
            return _refusal(f"Deepgram has a problem ({error.status}).", error, next_step)
        case DeepgramNotFoundError() if reads:
            return _refusal(f"Deepgram does not find it ({error.status}).", error, _NOT_FOUND)
        case DeepgramApiError():
            return _refusal(f"Deepgram refused ({error.status}).", error, "Change what it names and try again.")
        case DeepgramNotSentError():
            return Reply("Deepgram can't be reached.", (Text(str(error)), Text("Nothing was changed. Try again soon.")))
        case _ if reads:
            return Reply("Deepgram did not answer, or not in a way that can be trusted.", (Text(_AGAIN),))
        case _:
            return Reply("Deepgram did not answer, or not in a way that can be trusted.", (Text(doubt),))


def broken(error_id: str) -> Reply:
    """Say that the bot itself failed; the log knows the id."""
    return Reply(f"Something broke (id {error_id}).", (Text("The operators find it in the log under that id."),))


def misused(error: UsageError, usage: str) -> Reply:
    """Say what is wrong with what was typed, and how it is written; *usage* serves where *error* has none."""
    usage = error.usage or usage
    advice = f"Usage: /deepgram {usage}" if usage else "Type  /deepgram help  for what you may do."
    return Reply(error.sentence, (Text(advice),))


_AGAIN = "Nothing was changed. Try again in a minute."
_LOOK = "It may or may not have been done: look before you try again."
_RUN_AGAIN = "It may or may not have been done. Type the same again: the bot looks first, and does nothing twice."
_CLICK_AGAIN = "It may or may not have been done. Click again in a few minutes: nothing is done twice."
_NOT_FOUND = "If it is the project that is missing, whoever runs the bot must set deepgram.project."
_SCOPE = "An owner of the Deepgram project can give the bot's key that scope; then try again."
_AUTH = "Whoever runs the bot must give it a valid DEEPGRAM_API_KEY."


def _refusal(headline: str, error: DeepgramApiError, next_step: str) -> Reply:
    said = " ".join(part for part in (error.message, error.details) if part)
    parts = [Text(f"Deepgram says: {said}")] if said else []
    small = [Note(f"Deepgram's request id: {error.request_id}")] if error.request_id else []
    return Reply(headline, (*parts, Text(next_step), *small))
