"""Virtual environments for peers that this project does not install; made once, then kept in the user's cache."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = {
    "sdk7": ("deepgram-sdk==7.17.0",),
    "sdk4": ("deepgram-sdk==4.8.1",),
    "httpx-sniffio": ("httpx==0.28.1", "sniffio"),
}


def python_of(peer: str, folder: Path) -> Path | None:
    """Return the Python that runs *peer*, made below *folder* if it must be; None if pip finds no package."""
    if peer not in PACKAGES:
        return Path(sys.executable)
    place = folder / peer
    python, done = place / "bin" / "python", place / "complete"
    wanted = " ".join(PACKAGES[peer])
    if done.exists() and done.read_text() == wanted:
        return python
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "venv", place], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--retries", "1", *PACKAGES[peer]]
    if subprocess.run(install, capture_output=True, check=False).returncode:
        shutil.rmtree(place)
        return None
    done.write_text(wanted)
    return python
