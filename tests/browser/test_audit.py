"""The audits and the witness find what they are there to find."""

from __future__ import annotations

import pytest_asyncio

from tests.browser.audit import cramped, faint, nameless


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser, witness):
    context = await browser.new_context(viewport={"width": 375, "height": 600})
    witness.watch(context)
    yield await context.new_page()
    await context.close()


async def test_a_control_without_a_name_is_found(page):
    await page.set_content("<button></button><button>Send</button><input type='text'><label>Who <input></label>")
    assert await nameless(page) == ["a button without a name", "a textbox without a name"]


async def test_a_faint_text_is_found_whatever_makes_it_so(page):
    await page.set_content(
        "<body style='background: #fff'><p style='color: #999'>grey</p><p style='color: #595959'>dark</p>"
        "<div style='background: rgb(0 0 0 / .5)'><p style='color: #000'>on half black</p><p hidden>unseen</p></div>"
        "<h1 style='color: #888; font-size: 30px'>large</h1>"
    )
    assert [one.partition(": ")[2] for one in await faint(page)] == ["grey"]
    await page.set_content("<body style='background: rgb(0 0 0 / .6)'><p style='color: #000'>on dark grey</p>")
    assert [one.partition(": ")[2] for one in await faint(page)] == ["on dark grey"]
    await page.set_content("<style>input::placeholder { color: #aaa }</style><input placeholder='example'>")
    assert [one.partition(": ")[2] for one in await faint(page)] == ["example"]


async def test_a_page_that_is_too_wide_and_a_button_that_is_too_small_are_found(page):
    await page.set_content("<button style='width: 20px'>x</button><div style='width: 600px'>wide</div>")
    assert [one.split(":")[0] for one in await cramped(page)] == ["the page is 608 px wide", "x"]


async def test_a_complaint_a_throw_and_a_call_abroad_are_witnessed(page, witness):
    await page.route("**/*", lambda route: route.abort())
    await page.evaluate(
        "console.error('wrong'), console.log('fine'), setTimeout(() => { throw Error('oh') }), "
        "fetch('http://192.0.2.1/').catch(() => 0)"
    )
    await page.wait_for_function("performance.getEntriesByType('resource').length > 0")
    assert len(witness.complaints) == 4
    for told in ("console error: wrong", "thrown: ", "left this machine: http://192.0.2.1/", "ERR_FAILED"):
        assert any(told in one for one in witness.complaints)
        witness.forgive(told)
