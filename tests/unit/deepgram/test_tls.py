"""Whom the client believes to be Deepgram: whoever the system's certificates, or SSL_CERT_FILE, vouch for."""

import asyncio
import shutil
import ssl
import subprocess

import pytest

from dgbot.deepgram import DeepgramNotSentError, DeepgramOptionsError

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl to make a certificate")

KEY = ("create_key", "p", {"comment": "ci", "scopes": ["usage:read"]})


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate of localhost that vouches for itself, and next to it, as ``.key``, its private key."""
    place = tmp_path_factory.mktemp("tls") / "cert.pem"
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost -days 1"
    files = ["-addext", "subjectAltName=DNS:localhost", "-keyout", place.with_suffix(".key"), "-out", place]
    subprocess.run([*make.split(), *files], check=True, capture_output=True)
    return place


async def answer(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 37\r\n\r\n{"projects": [{"project_id": "tls"}]}')
    await writer.drain()
    writer.close()


@pytest.fixture
async def server(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))
    return await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)


@pytest.fixture
def url(server):
    return f"https://localhost:{server.sockets[0].getsockname()[1]}"


async def test_a_certificate_that_nobody_vouches_for_is_certainly_not_sent(call, server, url):
    async with server:
        with pytest.raises(DeepgramNotSentError, match="did not prove over TLS"):
            await call(url, *KEY)


async def test_a_certificate_in_ssl_cert_file_is_believed(call, server, url, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with server:
        assert (await call(url, "get_projects")).projects[0].project_id == "tls"


async def test_a_certificate_of_another_name_is_certainly_not_sent(call, server, url, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with server:
        with pytest.raises(DeepgramNotSentError, match="did not prove over TLS"):
            await call(url.replace("localhost", "127.0.0.1"), *KEY)


@pytest.mark.parametrize("content", [None, "no certificate\n"], ids=["missing", "nonsense"])
async def test_a_file_of_certificates_that_is_none_is_refused(call, tmp_path, monkeypatch, content):
    place = tmp_path / "certificates"
    if content is not None:
        place.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(place))
    with pytest.raises(DeepgramOptionsError, match="SSL_CERT_FILE or SSL_CERT_DIR names can't be read") as caught:
        await call("https://localhost:9", "get_projects", retries=2)
    assert caught.value.__context__ is None
    assert call.pauses == []


async def test_without_tls_no_certificates_are_read(call, loopback, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere")
    loopback.answers({"projects": []})
    assert (await call(loopback.url, "get_projects")).projects == []
