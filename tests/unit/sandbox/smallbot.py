"""A bot of a few lines for tests of what surrounds it: it starts fast, answers commands and follows the clock."""

SMALL_BOT = """
import asyncio, json, os
import aiohttp
from aiohttp import web

SLACK, CLOCK, DEEPGRAM = (os.environ[name] for name in ("DGBOT_SLACK__BASE_URL", "DGBOT_CLOCK_URL", "DEEPGRAM_HOST"))
AS_BOT = {"Authorization": "Bearer " + os.environ["SLACK_BOT_TOKEN"]}
AS_KEY = {"Authorization": "Token " + os.environ["DEEPGRAM_API_KEY"]}

async def command(request):
    form = await request.post()
    if form["text"] == "die":
        print("I die with " + os.environ["DEEPGRAM_API_KEY"], flush=True)
        os._exit(7)
    return web.json_response({"response_type": "ephemeral", "text": "You said " + form["text"]})

async def page(request):
    return web.json_response({"inbox": 0, "outbox": 0})

async def follow(session):
    seen = -1
    while True:
        async with session.get(CLOCK, params={"seen": seen}) as answer:
            seen = (await answer.json())["jump"]
        if seen > 0:
            async with session.get(DEEPGRAM + "/v1/projects", headers=AS_KEY) as answer:
                project = (await answer.json())["projects"][0]["project_id"]
            async with session.get(f"{DEEPGRAM}/v1/projects/{project}/balances", headers=AS_KEY) as answer:
                amount = sum(balance["amount"] for balance in (await answer.json())["balances"])
            said = {"channel": "CALERTS01", "text": f"${amount:.0f} left, key {os.environ['DEEPGRAM_API_KEY']}"}
            async with session.post(SLACK + "chat.postMessage", headers=AS_BOT, json=said):
                pass

async def main():
    print("up", flush=True)
    app = web.Application()
    app.add_routes([web.post("/slack/events", command), web.get("/readyz", page), web.get("/healthz", page)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", int(os.environ["DGBOT_WEB__PORT"])).start()
    async with aiohttp.ClientSession() as session:
        await follow(session)

asyncio.run(main())
"""
