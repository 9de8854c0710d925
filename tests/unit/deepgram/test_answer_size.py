"""Answers that are compressed, cut off or too large: read within bounds, or given up."""

import asyncio
import gzip
import json
import struct
import tracemalloc
import zlib

import pytest

from dgbot.deepgram import DeepgramAnswerError, DeepgramApiError, DeepgramUnknownOutcomeError

PROJECTS = json.dumps({"projects": [{"project_id": "p", "name": "acme"}]}).encode()
PACKED = gzip.compress(PROJECTS)
MB = 1024 * 1024


def bomb(size):
    """*size* MB of zeros in gzip; each MB is compressed on its own, so that it is quickly made."""
    squeeze = zlib.compressobj(9, wbits=-15)
    one = squeeze.compress(bytes(MB)) + squeeze.flush(zlib.Z_FULL_FLUSH)
    end = zlib.compressobj(9, wbits=-15).flush()
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + one * size + end + struct.pack("<II", 0, size * MB & 0xFFFFFFFF)


@pytest.fixture
def memory():
    """The most that was allocated since the start of the test, in MB."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1] / MB
    tracemalloc.stop()


def test_the_bomb_is_one():
    small = bomb(3)
    assert zlib.decompressobj(wbits=-15).decompress(small[10:]) == bytes(3 * MB)
    assert len(bomb(1024)) < 3 * MB


@pytest.mark.parametrize("name", ["gzip", "x-gzip", "GZIP", " gzip "])
async def test_a_compressed_answer_is_read(call, loopback, name):
    loopback.answers(PACKED, Content_Encoding=name)
    assert (await call(loopback.url, "get_projects")).projects[0].name == "acme"
    assert loopback.seen[0].headers["accept-encoding"] == "gzip"


async def test_a_compressed_answer_may_come_in_pieces(call, loopback):
    raw = PACKED
    pieces = b"".join(b"1\r\n%b\r\n" % raw[place : place + 1] for place in range(len(raw))) + b"0\r\n\r\n"
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    loopback.sends(head + pieces)
    assert (await call(loopback.url, "get_projects")).projects[0].name == "acme"


async def test_a_refusal_may_be_compressed(call, loopback):
    loopback.answers(gzip.compress(b'{"message": "No such project."}'), 404, Content_Encoding="gzip")
    with pytest.raises(DeepgramApiError, match="No such project"):
        await call(loopback.url, "get_projects")


@pytest.mark.parametrize(
    "body",
    [
        b"not gzip",
        gzip.compress(PROJECTS)[:-9],
        gzip.compress(PROJECTS)[:12],
        b"",
        gzip.compress(PROJECTS)[:-4] + b"!!!!",
    ],
    ids=["no gzip", "cut off", "head alone", "empty", "wrong sum"],
)
@pytest.mark.parametrize("asked", [("get_projects",), ("create_key", "p", {"comment": "ci", "scopes": ["a"]})])
async def test_a_broken_compression_is_an_unreadable_answer(call, loopback, asked, body):
    loopback.answers(body, Content_Encoding="gzip")
    with pytest.raises(DeepgramAnswerError, match="it can't be decompressed") as caught:
        await call(loopback.url, *asked, retries=3)
    assert caught.value.may_have_happened
    assert len(loopback.seen) == 1


@pytest.mark.parametrize("name", ["br", "deflate", "zstd", "compress", "gzip, gzip", "anything"])
async def test_a_compression_that_was_not_asked_for_is_refused(call, loopback, name):
    loopback.answers(PROJECTS, Content_Encoding=name)
    with pytest.raises(DeepgramAnswerError, match="compressed in a way that was not asked for"):
        await call(loopback.url, "get_projects")


async def test_no_compression_may_have_a_name(call, loopback):
    loopback.answers(PROJECTS, Content_Encoding="identity")
    assert (await call(loopback.url, "get_projects")).projects[0].name == "acme"


@pytest.mark.parametrize("spare", [0, 1], ids=["just fits", "one too many"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
async def test_an_answer_has_at_most_eight_megabytes(call, loopback, spare, pack):
    loopback.answers(
        pack(PROJECTS + b" " * (8 * MB - len(PROJECTS) + spare)),
        **({"Content_Encoding": "gzip"} if pack is gzip.compress else {}),
    )
    if spare:
        with pytest.raises(DeepgramAnswerError, match="larger than 8 MB"):
            await call(loopback.url, "get_projects")
    else:
        assert (await call(loopback.url, "get_projects")).projects[0].name == "acme"


@pytest.mark.parametrize("status", [200, 503])
async def test_a_gigabyte_of_zeros_does_not_fill_the_memory(call, loopback, memory, status):
    loopback.answers(bomb(1024), status, Content_Encoding="gzip")
    with pytest.raises((DeepgramAnswerError, DeepgramApiError)) as caught:
        await call(loopback.url, "get_projects")
    assert ("larger than 8 MB" in str(caught.value)) is (status == 200)
    assert memory() < 64


async def test_an_answer_without_an_end_is_given_up(call, memory):
    async def pour(_reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while True:
                writer.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
                await writer.drain()
        except ConnectionError:
            stopped.set()

    stopped = asyncio.Event()
    server = await asyncio.start_server(pour, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    with pytest.raises(DeepgramAnswerError, match="larger than 8 MB"):
        await call(url, "get_projects")
    async with asyncio.timeout(5):
        await stopped.wait()
    server.close()
    assert memory() < 64


async def test_what_goes_on_behind_a_compressed_answer_is_given_up(call, memory):
    async def pour(_reader, writer):
        head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
        writer.write(head + b"%x\r\n%b\r\n" % (len(PACKED), PACKED))
        try:
            while True:
                writer.write(b"10000\r\n" + b" " * 65536 + b"\r\n")
                await writer.drain()
        except ConnectionError:
            stopped.set()

    stopped = asyncio.Event()
    server = await asyncio.start_server(pour, "127.0.0.1", 0)
    with pytest.raises(DeepgramAnswerError, match="can't be read"):
        await call(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "get_projects")
    async with asyncio.timeout(5):
        await stopped.wait()
    server.close()
    assert memory() < 64


async def test_a_body_that_is_shorter_than_promised_is_an_unknown_outcome_even_if_it_is_complete_json(call, loopback):
    loopback.sends(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + PROJECTS, "close")
    with pytest.raises(DeepgramUnknownOutcomeError):
        await call(loopback.url, "get_projects")
