"""What Slack makes of what a person types, with ``should_escape`` on: names become ids, ``& < >`` are escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping

_TOKEN = re.compile(r"<(?:[@#!][^<>\n]+|(?:mailto:|https?://)[^<>\n]+)>")
_NAME = re.compile(r"(?<![\w@#.&/+-])([@#])(\w[\w.-]*)")
_ALL = ("here", "channel", "everyone")


def typed(text: str, names: Mapping[str, str]) -> str:
    """Return *text* as Slack sends it; *names* is how each id is shown (``U… -> @bob``).

    Tokens already written Slack's way, such as ``<mailto:a@b|a@b>``, pass as they are; unknown names stay text.
    """
    ids = {shown: one for one, shown in names.items()}
    pieces, last = [], 0
    for token in _TOKEN.finditer(text):
        pieces += [_escaped(text[last : token.start()], ids), token[0]]
        last = token.end()
    return "".join([*pieces, _escaped(text[last:], ids)])


def _escaped(text: str, ids: Mapping[str, str]) -> str:
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _NAME.sub(lambda found: _mention(found[0], ids), safe)


def _mention(typed_name: str, ids: Mapping[str, str]) -> str:
    name = typed_name.rstrip(".-")
    rest = typed_name[len(name) :]
    found = ids.get(name)
    if found is None:
        return f"<!{name[1:]}>{rest}" if name[0] == "@" and name[1:] in _ALL else typed_name
    if found.startswith("S"):
        return f"<!subteam^{found}|{name}>{rest}"
    return f"<{name[0]}{found}|{name[1:]}>{rest}"
