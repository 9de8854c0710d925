"""How Block Kit and mrkdwn read to a person, and what Slack makes of what a person types and fills in."""

import pytest

from dgbot.sandbox.slack import NoSuchThing
from dgbot.sandbox.slack.people.typing_in import typed
from dgbot.sandbox.slack.screen.complaints import complaint
from dgbot.sandbox.slack.screen.filling import filled
from dgbot.sandbox.slack.screen.forms import inputs, presses, same_label
from dgbot.sandbox.slack.screen.mrkdwn import plain
from dgbot.sandbox.slack.screen.rendering import blocks_text
from dgbot.sandbox.slack.world.elements import initial_state

NAMES = {"UBOB00001": "@bob", "COPS00001": "#ops", "SKEYAPPR1": "@key-approvers"}


def words(text, kind="plain_text"):
    return {"type": kind, "text": text}


@pytest.mark.parametrize(
    ("mrkdwn", "read"),
    [
        ("*bold* _it_ ~gone~ and *two words*", "bold it gone and two words"),
        ("<@UBOB00001> in <#COPS00001|ops>", "@bob in #ops"),
        ("<@UNOBODY01|zed> <!subteam^SKEYAPPR1> <!here>", "@zed @key-approvers @here"),
        ("<https://a.test|the page> <https://b.test> <mailto:a@b.test|a@b.test>", "the page https://b.test a@b.test"),
        ("<!date^1795960920^{date_short_pretty} at {time}|soon>", "29 Nov at 14:02 UTC"),
        ("<!date^1795960920^{date_num} {time_secs}|soon>", "2026-11-29 14:02:00 UTC"),
        ("<!date^never^{date}|soon>", "soon"),
        ("1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 < 2 && 3 > 2"),
        ("&lt;@UBOB00001&gt;", "<@UBOB00001>"),
        ("`usage_write *x*` snake_case_name 2 * 3 * 4", "usage_write *x* snake_case_name 2 * 3 * 4"),
        ("```\na_b_c\n```", "a_b_c"),
        ("&gt; quoted", "quoted"),
    ],
)
def test_mrkdwn_reads_without_markup(mrkdwn, read):
    assert plain(mrkdwn, NAMES) == read


def test_plain_text_is_read_as_it_is():
    assert blocks_text([{"type": "header", "text": words("*a* <@UBOB00001> &amp;")}], NAMES) == "*a* <@UBOB00001> &amp;"


def test_each_block_is_a_line():
    button = {"type": "button", "text": words("Deny…")}
    menu = {"type": "overflow", "options": [{"text": words("Rotate…")}, {"text": words("Details")}]}
    blocks = [
        {"type": "header", "text": words("⏳ alice asks")},
        {"type": "divider"},
        {"type": "section", "fields": [words("*Project*\nacme", "mrkdwn"), words("*Lives*\n7 days", "mrkdwn")]},
        {"type": "section", "text": words("ci", "mrkdwn"), "accessory": menu},
        {"type": "context", "elements": [words("asked now", "mrkdwn"), words("closes later")]},
        {
            "type": "actions",
            "elements": [
                {"type": "button", "text": words("Approve")},
                button,
                {"type": "static_select", "placeholder": words("Snooze"), "options": []},
            ],
        },
        {"type": "image", "alt_text": "spend by day", "image_url": "https://a.test/x.png"},
    ]
    assert blocks_text(blocks, NAMES).splitlines() == [
        "⏳ alice asks",
        "Project acme · Lives 7 days",
        "ci  [⋯ Rotate… | Details]",
        "asked now · closes later",
        "[Approve]  [Deny…]  [Snooze ▾]",
        "[image: spend by day]",
    ]


def test_tables_charts_and_rich_text_keep_their_words_and_numbers():
    rich = {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [{"type": "text", "text": "For "}, {"type": "user", "user_id": "UBOB00001"}],
            },
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "dg_secret_1"}]},
            {
                "type": "rich_text_list",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}],
            },
        ],
    }
    table = {
        "type": "table",
        "rows": [
            [{"type": "raw_text", "text": "Model"}, {"type": "raw_text", "text": "Hours"}],
            [{"type": "raw_text", "text": "nova-3"}, {"type": "raw_text", "text": "12"}],
        ],
    }
    chart = {
        "type": "data_visualization",
        "title": "Spend",
        "chart": {"type": "bar", "series": [{"name": "USD", "data": [{"label": "Mon", "value": 3}]}]},
    }
    assert blocks_text([rich, table, chart], NAMES).splitlines() == [
        "For @bob",
        "dg_secret_1",
        "• one",
        "Model   Hours",
        "nova-3  12",
        "[chart: Spend · USD: Mon 3]",
    ]


@pytest.mark.parametrize(
    ("line", "sent"),
    [
        ("ask @bob in #ops.", "ask <@UBOB00001|bob> in <#COPS00001|ops>."),
        ("@key-approvers @here @nobody", "<!subteam^SKEYAPPR1|@key-approvers> <!here> @nobody"),
        ("invite a@bob.test", "invite a@bob.test"),
        ("invite <mailto:a@b.test|a@b.test> & go", "invite <mailto:a@b.test|a@b.test> &amp; go"),
        ("create-key <name> & <@UBOB00001>", "create-key &lt;name&gt; &amp; <@UBOB00001>"),
    ],
)
def test_typed_text_arrives_escaped_with_ids(line, sent):
    assert typed(line, NAMES) == sent


@pytest.mark.parametrize("other", ["deny", "Deny...", " DENY… "])
def test_labels_compare_without_case_and_ellipsis(other):
    assert same_label("Deny…", other)


def test_menu_options_can_be_pressed_like_buttons():
    menu = {"type": "overflow", "action_id": "more", "options": [{"text": words("Revoke…"), "value": "revoke"}]}
    (press,) = presses([{"type": "section", "block_id": "k1", "text": words("ci"), "accessory": menu}])
    assert (press.label, press.block_id, press.option) == ("Revoke…", "k1", menu["options"][0])


def test_a_form_starts_with_what_the_bot_preset():
    options = [{"text": words(word), "value": word} for word in ("member", "admin")]
    blocks = [
        {
            "type": "input",
            "block_id": "role",
            "label": words("Role"),
            "element": {"type": "static_select", "action_id": "a", "options": options, "initial_option": options[1]},
        },
        {
            "type": "input",
            "block_id": "scopes",
            "label": words("Scopes"),
            "element": {"type": "checkboxes", "action_id": "a", "options": options},
        },
        {
            "type": "input",
            "block_id": "who",
            "label": words("Who"),
            "element": {"type": "users_select", "action_id": "a"},
        },
    ]
    assert initial_state(blocks) == {
        "role": {"a": {"type": "static_select", "selected_option": options[1]}},
        "scopes": {"a": {"type": "checkboxes", "selected_options": []}},
        "who": {"a": {"type": "users_select", "selected_user": None}},
    }
    role, scopes, who = inputs(blocks)
    assert filled(scopes.element, "member, Admin", NAMES)["selected_options"] == options
    assert filled(who.element, "bob", NAMES)["selected_user"] == "UBOB00001"
    with pytest.raises(NoSuchThing, match=r"'owner'; there are: member, admin"):
        filled(role.element, "owner", NAMES)
    with pytest.raises(NoSuchThing, match="'zed'"):
        filled(who.element, "zed", NAMES)
    assert blocks_text(blocks, NAMES) == "Role: admin\nScopes: ____\nWho: ____"
    chosen = {"who": {"a": {"type": "users_select", "selected_user": "UBOB00001"}}}
    assert blocks_text(blocks, NAMES, state=chosen).endswith("Who: @bob")


def test_slack_itself_refuses_empty_and_overlong_fields():
    block = {
        "type": "input",
        "block_id": "why",
        "label": words("Why"),
        "element": {"type": "plain_text_input", "action_id": "a", "max_length": 3},
    }
    (field,) = inputs([block])
    assert complaint(field, {"value": None}) == "Please complete this required field."
    assert complaint(field, {"value": "four"}) == "Please shorten this to 3 characters or fewer."
    assert complaint(field, {"value": "abc"}) is None
    (optional,) = inputs([block | {"optional": True}])
    assert complaint(optional, {"value": None}) is None
