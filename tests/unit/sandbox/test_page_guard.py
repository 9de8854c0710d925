"""What the page serves, and whom it refuses."""

import json
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

import dgbot.sandbox.page
from dgbot.sandbox.clock import SandboxClock
from dgbot.sandbox.deepgram import LocalDeepgram
from dgbot.sandbox.page import Page
from dgbot.sandbox.slack import LocalSlack
from dgbot.serving import serving

ROOT = Path(__file__).parents[3]
STATIC = Path(dgbot.sandbox.page.__file__).parent / "static"
FILES = sorted(file for file in STATIC.rglob("*") if file.is_file())
SAYS = {"who": "alice", "act": "says", "channel": "CGENERAL1", "text": "hello"}


@pytest.fixture
async def slack():
    clock = SandboxClock(lambda: datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
    local = LocalSlack(clock.now)
    async with serving(Page(local, LocalDeepgram(clock.now), clock).app) as local.origin:
        yield local


@pytest.fixture
async def session(slack):
    async with aiohttp.ClientSession(slack.origin) as opened:
        yield opened


def said(slack):
    return [message.text for message in slack.workspace.messages.values()]


async def test_another_sites_page_can_not_act(session, slack):
    for origin in ("https://evil.test", "null", "http://127.0.0.1:1", slack.origin.replace("http", "https")):
        async with session.post("/page/acts", json=SAYS, headers={"origin": origin}) as answer:
            assert (answer.status, await answer.text()) == (403, "Only the sandbox's own page may do this.")
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect("/page/screen?who=alice", headers={"origin": origin})
    assert said(slack) == []
    async with session.post("/page/acts", json=SAYS, headers={"origin": slack.origin}) as answer:
        assert answer.status == 200
    async with session.ws_connect("/page/screen?who=alice", headers={"origin": slack.origin}) as screen:
        assert (await screen.receive_json())["who"] == "alice"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
async def test_another_sites_page_can_not_even_look(session, slack, site):
    from_elsewhere = {"sec-fetch-site": site, "authorization": f"Bearer {slack.bot_token}"}
    params = {"channel": "CGENERAL1", "text": "planted"}
    for path in ("/", "/page/company", "/api/chat.postMessage", "/upload/x", "/response/x"):
        async with session.get(path, params=params, headers=from_elsewhere) as answer:
            assert (answer.status, await answer.text()) == (403, "Only the sandbox's own page may do this.")
    async with session.get("/api/auth.test", headers={"origin": "https://evil.test"}) as answer:
        assert answer.status == 403
    assert said(slack) == []
    for own in ("none", "same-origin"):
        async with session.get("/", headers={"sec-fetch-site": own}) as answer:
            assert answer.status == 200


@pytest.mark.parametrize(
    ("path", "mode", "dest", "status"),
    [
        ("/", "navigate", "document", 200),
        ("/", "navigate", "iframe", 403),
        ("/", "cors", "empty", 403),
        ("/page/company", "navigate", "document", 403),
        ("/api/auth.test", "navigate", "document", 403),
    ],
)
async def test_a_link_on_another_site_leads_to_the_page_and_nowhere_else(session, path, mode, dest, status):
    told = {"sec-fetch-site": "cross-site", "sec-fetch-mode": mode, "sec-fetch-dest": dest}
    async with session.get(path, headers=told) as answer:
        assert answer.status == status


async def test_a_browser_that_calls_a_web_socket_another_site_is_let_in(session, slack):
    headers = {"origin": slack.origin, "sec-fetch-site": "cross-site"}
    async with session.ws_connect("/page/screen?who=alice", headers=headers) as screen:
        assert (await screen.receive_json())["who"] == "alice"


@pytest.mark.parametrize(
    "headers", [{"host": "rebind.test"}, {"sec-fetch-site": "cross-site"}, {"origin": "https://evil.test"}]
)
async def test_a_strangers_page_can_not_say_that_the_bot_followed_the_clock(headers):
    clock = SandboxClock(lambda: datetime(2026, 11, 22, 12, 0, tzinfo=UTC))
    clock.advance(timedelta(hours=1))
    async with (
        serving(clock.app) as origin,
        aiohttp.ClientSession() as asking,
        asking.get(f"{origin}/clock?seen=9999", headers=headers) as answer,
    ):
        assert answer.status == 403
    assert not clock.followed


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:80", "127.0.0.1.evil.test", "localhost.evil.test:8000", "::1"]
)
async def test_a_foreign_host_name_is_refused_everywhere(session, host):
    for path in ("/", "/page/company", "/api/auth.test"):
        async with session.get(path, headers={"host": host}) as answer:
            assert answer.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await session.ws_connect("/page/screen?who=alice", headers={"host": host})


async def test_localhost_is_this_machine_too(session):
    async with session.get("/", headers={"host": "localhost:8000"}) as answer:
        assert answer.status == 200
        assert "connect-src 'self' ws://localhost:8000;" in answer.headers["content-security-policy"]


BROKEN = b'{"who": "alice", "act": "says", "channel": "CGENERAL1", "text": "\xff\xfe"}'


@pytest.mark.parametrize(
    "body", [BROKEN, b"[" * 60_000, b"", b"{", b"[]", b'{"who": "alice"}', b'{"act": "flies", "who": "alice"}', b"\xff"]
)
async def test_a_body_that_is_no_act_is_refused(session, slack, body):
    async with session.post("/page/acts", data=body) as answer:
        assert answer.status == 400
        told = await answer.json()
    assert told["ok"] is False
    assert told["error"].startswith("This can't be read: ")
    assert said(slack) == []


async def test_a_huge_body_is_refused(session, slack):
    async with session.post("/page/acts", data=json.dumps(SAYS | {"text": "x" * 70_000})) as answer:
        assert (answer.status, (await answer.json())["ok"]) == (413, False)
    assert said(slack) == []


async def test_nobody_watches_the_screen_of_a_stranger(session):
    for who in ("mallory", "dgbot", ""):
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await session.ws_connect(f"/page/screen?who={who}")


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "text/html; charset=utf-8"),
        ("/static/style.css", "text/css; charset=utf-8"),
        ("/static/main.js", "text/javascript; charset=utf-8"),
        ("/static/icon.svg", "image/svg+xml"),
    ],
)
async def test_files_say_what_they_are_and_let_nothing_else_in(session, path, kind):
    async with session.get(path) as answer:
        assert answer.status == 200
        assert answer.headers["content-type"] == kind
        assert answer.headers["x-content-type-options"] == "nosniff"
        policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy


async def test_no_path_leads_out_of_the_folder(session):
    for path in ("/static/../app.py", "/static/%2e%2e%2fapp.py", "/static/app.py", "/static/"):
        async with session.get(path) as answer:
            assert answer.status == 404


def test_the_page_loads_nothing_from_elsewhere_and_writes_no_markup():
    for file in FILES:
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "innerHTML" not in text, file.name
        assert "insertAdjacentHTML" not in text, file.name
        assert "://" not in text, file.name
        assert file.suffix != ".html" or ("<style" not in text and " style=" not in text and "onclick" not in text)


def test_every_module_that_is_imported_is_there():
    files = {file.relative_to(STATIC).as_posix() for file in FILES}
    index = (STATIC / "index.html").read_text(encoding="utf-8")
    texts = [index, *(file.read_text(encoding="utf-8") for file in FILES if file.suffix == ".js")]
    named = {part.split('"')[0] for text in texts for part in text.split('"/static/')[1:]}
    assert named <= files
    assert files - {"index.html"} <= named


@pytest.mark.slow
def test_the_wheel_holds_the_pages_files(tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    [path] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        held = {name for name in wheel.namelist() if name.startswith("dgbot/sandbox/page/static/")}
    assert held == {file.relative_to(ROOT).as_posix() for file in FILES}
