"""A PostgreSQL server of our own for a test session: made, started, used and thrown away."""

from __future__ import annotations

import asyncio
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from dgbot.adapters.storage import open_store

HOMES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "32MB",
    "fsync": "off",  # it is thrown away, and only the power may fail it
    "logging_collector": "off",
}
MISSING = "PostgreSQL's server is not there: apt-get install postgresql"


class PostgresServer:
    """A server that listens on a Unix socket in *folder* alone, and runs as *user* (None: as we do)."""

    def __init__(self, home: Path, folder: Path, user: int | None) -> None:
        self.folder = folder
        self.password = secrets.token_hex(16)
        """Asked for by nobody: it is there to be leaked."""
        self._home, self._user = home, user
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and return when it answers."""
        options = [part for key, value in SETTINGS.items() for part in ("-c", f"{key}={value}")]
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(self._home / "postgres"), "-D", str(self.folder / "data"), "-k", str(self.folder), *options],
                stdout=log, stderr=log, user=self._user, cwd=self.folder, start_new_session=True,
            )  # fmt: skip
        self._await_answer(self._process)

    def stop(self) -> None:
        """End at once, as in a crash."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)
            self._process = None

    def url(self, database: str = "postgres") -> str:
        """Return the URL of a database, reached over the socket."""
        return f"postgresql://dgbot:{self.password}@/{database}?host={self.folder}"

    def create(self, database: str, *, template: str = "template0") -> None:
        """Make a database, a copy of *template*."""
        import psycopg

        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{template}"'.encode())

    def copy(self, template: str) -> str:
        """Make a copy of a database and return its name."""
        name = f"{template}_{secrets.token_hex(6)}"
        self.create(name, template=template)
        return name

    def migrate(self, database: str) -> None:
        """Give a database our tables."""

        async def migrate() -> None:
            async with open_store(self.url(database)):
                pass

        with ThreadPoolExecutor(1) as thread:  # the caller's thread may have a loop of its own
            thread.submit(asyncio.run, migrate()).result()

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        import psycopg

        deadline = time.monotonic() + 30
        while True:
            try:
                psycopg.connect(self.url(), connect_timeout=2).close()
            except psycopg.OperationalError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text(errors="replace")) from None
                time.sleep(0.05)
            else:
                return


def binaries() -> Path | None:
    """Return the folder of initdb and postgres, the newest if there are several; None if there are none."""
    on_path = shutil.which("initdb")
    found = [path for pattern in HOMES for path in Path("/").glob(pattern[1:]) if (path / "initdb").exists()]
    found += [Path(on_path).resolve().parent] if on_path else []
    fitting = [path for path in found if (path / "postgres").exists()]
    return max(fitting, key=lambda path: [int(part) for part in path.parts if part.isdigit()], default=None)


@contextmanager
def running_server() -> Iterator[PostgresServer]:
    """Start a server that nothing else uses; FileNotFoundError without binaries."""
    home = binaries()
    if home is None:
        raise FileNotFoundError(MISSING)
    with tempfile.TemporaryDirectory(prefix="dgbot-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        user = _other_user(folder)
        made = [str(home / "initdb"), "--pgdata", str(folder / "data"), "--username", "dgbot", "--auth", "trust"]
        subprocess.run(
            [*made, "--encoding", "UTF8", "--locale", "C", "--no-sync"],
            check=True,
            capture_output=True,
            user=user,
            cwd=folder,
        )
        server = PostgresServer(home, folder, user)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def _other_user(folder: Path) -> int | None:
    """Return whom the server runs as: it refuses root; None leaves it with us."""
    if os.getuid() != 0:
        return None
    user = next(
        (entry for name in ("postgres", "nobody") if (entry := _entry(name)) is not None), None
    )  # fmt: skip
    if user is None:
        raise FileNotFoundError("PostgreSQL refuses root, and there is neither a user postgres nor nobody.")
    os.chown(folder, user.pw_uid, user.pw_gid)
    folder.chmod(0o755)
    return user.pw_uid


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None
