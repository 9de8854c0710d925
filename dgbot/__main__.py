"""``python -m dgbot``."""

from dgbot.cli import main

main()
