"""The texts of the gallery: every markup that Slack has."""

from __future__ import annotations

from tests.browser.gallery_parts import IMAGE, PICTURE, SOON, Part, header, line, mrkdwn, plain, section, text


def texts() -> list[Part]:
    """Return a message of texts and pictures."""
    moment = f"<!date^{SOON}^{{date_short_pretty}} at {{time}}|29 Nov>"
    facts = ("*Project*\nacme-prod", "*Lives*\n7 days", "*May*\n`usage:read`", f"*Ends*\n{moment}")
    return [
        header("Texts :key: and pictures"),
        section("*bold* _italic_ ~struck~ `code` <https://a.example/x?a=1&amp;b=2|a link> and https://b.example/y."),
        section("&gt; quoted by <@UBOB00001> in <#CGENERAL1> for <!subteam^SKEYAPPR1> <!here>\n```\na < b\n```"),
        {"type": "section", "fields": [mrkdwn(fact) for fact in facts]},
        section("With a picture beside it", IMAGE),
        {"type": "context", "elements": [IMAGE, mrkdwn("asked *now*"), plain("closes later :hourglass:")]},
        {"type": "divider"},
        IMAGE | {"title": plain("Spend by day")},
        {"type": "image", "slack_file": {"id": "F0123456789"}, "alt_text": "a file of Slack's own"},
        {"type": "markdown", "text": MARKDOWN},
        {"type": "rich_text", "elements": RICH},
        {"type": "video", "title": plain("How keys live"), "title_url": "https://v.example/1", "alt_text": "a film"}
        | {"thumbnail_url": PICTURE, "video_url": "https://v.example/embed/1", "provider_name": "Films"}
        | {"author_name": "carol", "description": plain("Three minutes")},
        {"type": "file", "external_id": "report-7", "source": "remote"},
    ]


MARKDOWN = """# One
## Two
**bold**, *italic*, ~~struck~~, `code`, [a link](https://a.example) and <https://b.example>

- apples
  1. red
  2. green
- [x] done
- [ ] open

> quoted
> twice

```python
print("<b>not bold</b>")
```

| Model | Hours |
| :--- | ---: |
| nova-3 | **12** |
| aura | 3 |

---
Line one\\
line two"""


def _list(style: str, *lines: str, **more: int) -> Part:
    items = [line(text(one)) for one in lines]
    return {"type": "rich_text_list", "style": style, "elements": items, **more}


RICH: list[Part] = [
    line(
        text("plain "),
        text("bold", bold=True),
        text(" "),
        text("both", bold=True, italic=True),
        text(" "),
        text("struck", strike=True),
        text(" "),
        text("under", underline=True),
        text(" "),
        text("code", code=True),
        {"type": "user", "user_id": "UBOB00001"},
        {"type": "channel", "channel_id": "CGENERAL1"},
        {"type": "usergroup", "usergroup_id": "SKEYAPPR1"},
        {"type": "team", "team_id": "TACME0001"},
        {"type": "broadcast", "range": "here"},
        {"type": "emoji", "name": "tada"},
        {"type": "emoji", "name": "made-up", "unicode": "1f680"},
        {"type": "color", "value": "#0f766e"},
        {"type": "date", "timestamp": SOON, "format": "{date_long} at {time}", "fallback": "soon"},
        {"type": "link", "url": "https://a.example", "text": "a link", "style": {"bold": True}},
    ),
    _list("bullet", "fruit"),
    _list("ordered", "apples", "pears", indent=1),
    _list("bullet", "red ones", indent=2),
    _list("bullet", "bread"),
    _list("ordered", "goes on at four", offset=3),
    {"type": "rich_text_quote", "elements": [text("as somebody said")]},
    {"type": "rich_text_preformatted", "elements": [text("dg_sample_not_a_key")], "border": 0},
]
