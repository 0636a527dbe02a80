"""Every function that is given the record itself, or opens it, and asks for no right by a desk.

A desk is who asks, and the table of rights proves what each may do there. What stands
here is outside that table, so each says why nobody gets further by it than they may.
"""

from __future__ import annotations

_DOOR = "the door: whoever asks is nobody yet, and gets in by a password or a token alone"
_TOKEN = "knows a session by the hash of its token, and tells or changes nothing else"

WITHOUT_DESK: dict[str, str] = {
    "accounts.exist": "whether there are accounts at all, which the page at the door shows",
    "clock.end_what_is_due": "ends what is due in the name of the clock, for anybody, alike",
    "desk.Desk.__init__": "is the desk",
    "desk.local_desk": "at the machine of the record, for whoever can read its file anyway",
    "offices.names": "names of offices; of no case, no provider and no person",
    "offices.require": "whether there is such an office",
    "retention.strip_everywhere": "asks for the right of whom it is given, at each office",
    "sessions.end": _TOKEN,
    "sessions.look": _TOKEN,
    "sessions.note_seen": _TOKEN,
    "sessions.visit": _TOKEN,
    "signing_in.change_password": _DOOR,
    "signing_in.go_to_office": "moves a session to an office at which its account has a role",
    "signing_in.sign_in": _DOOR,
    "signing_in.vouched": _DOOR,
}

#: Functions to which a desk is not given first, though no open record is either.
DESK_LATER: dict[str, str] = {
    "matching.commands.at_office.at_office": "moves the desk of a command to an office",
    "upload_sample.hand_batch": "makes a row with the name of whoever asks; opens nothing",
    "upload_sample.sample_batch": "makes a row with the name of whoever asks; opens nothing",
}
