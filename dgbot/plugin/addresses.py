"""Who is invited: an e-mail address that is what it looks like."""

from __future__ import annotations

import unicodedata

from dgbot.plugin.kind import Kind, Unfit


def read_email(text: str) -> str:
    """Return the address with its domain in lower case; asks no server. Raises Unfit.

    ASCII only: a letter of another script can look like a Latin one, and the invitation would go to a stranger.
    Addresses under ``.test`` pass: the sandbox's people live there.
    """
    text = text.strip("<>").rstrip(".,;:!?")  # a sentence's end, or how mail programs write addresses
    for character in text:
        if not character.isascii():
            raise Unfit(_odd(character))
    from email_validator import EmailNotValidError, validate_email  # loads the tables of idna

    try:
        address = validate_email(text, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        raise Unfit("is not an e-mail address such as bob@company.com.") from None
    if any(label.startswith("xn--") for label in address.ascii_domain.split(".")):
        raise Unfit(f"hides other letters behind xn-- (it reads {address.domain}); use an address in plain letters.")
    return f"{address.local_part}@{address.ascii_domain}"


def _odd(character: str) -> str:
    from confusable_homoglyphs import confusables  # loads 100 kB of tables

    name = unicodedata.name(character, f"U+{ord(character):04X}")
    twins = confusables.is_confusable(character, preferred_aliases=["latin"])
    latin = [glyph["c"] for glyph in twins[0]["homoglyphs"] if glyph["c"].isascii()] if twins else []
    looks = f', which only looks like "{latin[0]}"' if latin else ""
    return f'contains "{character}" ({name}){looks}; use an address in plain ASCII letters, such as bob@company.com.'


EMAIL = Kind("an e-mail address such as bob@company.com", read_email, "email", entry="email")
