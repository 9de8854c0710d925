"""Every operation under its method's name, described and not performed."""

from types import SimpleNamespace

from dgbot.deepgram.manage import ManageEndpoints

operations = SimpleNamespace(
    **{name: method.build for name, method in vars(ManageEndpoints).items() if not name.startswith("_")}
)
