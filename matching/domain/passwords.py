"""What a password must be: long, not the name, and none of those that come first to mind.

No rule asks for signs of certain kinds; such rules make passwords shorter and alike.
Length and a list of the commonest do more (NIST SP 800-63B, section 5.1.1.2).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from matching.domain.errors import InputError

SHORTEST, LONGEST = 12, 256

#: Words that common passwords of this length are made of, alone or several of them,
#: with digits and signs before, between and behind.
_WORDS = (
    "abcdefghijkl abc123 access account admin administrator airplane amanda america angel "
    "anthony apple ashley asdfghjkl asdf august autumn backup banana baseball basketball "
    "batman beautiful bed beds butterfly case change changeme charlie cheese chelsea "
    "chicken children chocolate company computer cookie correct database december default "
    "demo dragon elephant everyone fall family february flower football forever freedom "
    "friday friend guest hannah happy hello horse hunter iloveyou internet january jennifer "
    "jessica jesus jordan july june justin killer letmein liverpool login london love lovely "
    "march master matching matthew michael michelle monday monkey mustang new nicole "
    "november ninja october office orange pass passphrase password passwort princess "
    "purple pussycat qazwsx qwert qwerty qwertyuiop qwertz rainbow root safe safebed "
    "safebeds safety samantha saturday secret secure security september server shadow "
    "shelter soccer spring staple starwars summer sunday sunshine superman superuser "
    "support survivor system temp temporary test tester testing thursday trafficking "
    "trustno1 tuesday user victoria wednesday welcome whatever winter work worker your "
    "zaq1 zxcv zxcvbnm my the is i you me our this of and to for"
)
COMMON_WORDS = tuple(sorted(_WORDS.split(), key=len, reverse=True))

#: A password of more common words than this is no longer common itself.
MOST_WORDS = 3

#: Rows of keys and of digits, read in both directions and going round.
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
         "qwertzuiop", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "azertyuiop")  # fmt: skip

#: Letters that digits and signs stand for in common passwords.
_SAID = str.maketrans({"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t",
                       "@": "a", "$": "s", "!": "i"})  # fmt: skip


def check_password(password: str, name: str) -> None:
    """Refuse a password that somebody would guess.

    Parameters
    ----------
    password : str
    name : str
        Of the account.

    Raises
    ------
    InputError
        Without the password, and with what to do instead.
    """
    text = unicodedata.normalize("NFKC", password)
    if len(text) < SHORTEST:
        raise _refused(f"The password has fewer than {SHORTEST} characters.")
    if len(text) > LONGEST:
        raise _refused(f"The password has more than {LONGEST} characters.")
    plain = text.casefold()
    if _is_common(plain):
        raise _refused("The password is one of those that are guessed first.")
    own = (name.casefold(), *re.split(r"[\W_]+", name.casefold()))
    if _is_common(_without(plain, own)[0]):
        raise _refused("The password is the name of the account with little else.")


def _refused(said: str) -> InputError:
    return InputError(said, next_step="Take four or more words that have nothing in common.")


def _is_common(plain: str) -> bool:
    """Tell whether nothing is left of a password without what everybody thinks of."""
    return any(_left(form) < 4 for form in (plain, plain.translate(_SAID)))


def _left(form: str) -> int:
    """Return how many signs are left, or as many as there are if few are different."""
    rest, words = _without(_without_rows(re.sub(r"[\W_]+", "", form)), COMMON_WORDS)
    if words > MOST_WORDS:
        return len(form)
    rest = re.sub(r"\d+", "", rest)
    return min(len(rest), len(set(rest)))


def _without(text: str, words: Sequence[str]) -> tuple[str, int]:
    """Take words out, the first first; return what is left, and how many different."""
    found = 0
    for word in words:
        if len(word) > 1 and word in text:
            text, found = text.replace(word, ""), found + 1
    return text, found


def _without_rows(text: str) -> str:
    """Take out runs of four or more keys beside each other, and of one key."""
    text = re.sub(r"(.)\1{2,}", "", text)
    for row in _ROWS:
        for line in (row + row, (row + row)[::-1]):
            text = _without_line(text, line)
    return text


def _without_line(text: str, line: str) -> str:
    start = 0
    while start + 4 <= len(text):
        length = 4
        if text[start : start + length] not in line:
            start += 1
            continue
        while start + length < len(text) and text[start : start + length + 1] in line:
            length += 1
        text = text[:start] + text[start + length :]
    return text
