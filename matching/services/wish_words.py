"""Words for "Your wishes": short and plain, for a reader of about twelve.

No code word, no blame, and nothing about anybody else.
"""

from __future__ import annotations

from collections.abc import Mapping

from matching.domain import words as w
from matching.domain.rulebook import RULES

TITLE = "Your wishes"
INTRO = (
    "You told us what you want. This page says what we could do. It is about you, and it is "
    "for you to keep or to throw away."
)
ENDING = (
    "You can change your mind at any time. You can ask why. You can say what you think of "
    "this page. Tell your worker, or ask a grown-up you trust to help you."
)
NOTHING_ASKED = "Nobody has asked you yet what you want. We are sorry. Please ask us to."
MARKS: Mapping[bool | None, str] = {True: "Yes", False: "Not yet", None: "We do not know yet"}

TYPES: Mapping[w.PlacementType, str] = {
    w.PlacementType.KINSHIP: "with your own family",
    w.PlacementType.FOSTER_HOME: "in a foster home",
    w.PlacementType.HOST_HOME: "with a host family",
    w.PlacementType.SPECIALISED_FOSTER_HOME: "in a foster home with extra help",
    w.PlacementType.SAFE_FOSTER_HOME: "in a safe foster home",
    w.PlacementType.SUPERVISED_INDEPENDENT: "in a place of your own, with help",
    w.PlacementType.TRANSITIONAL: "in a home for the next step",
    w.PlacementType.EMERGENCY_SHELTER: "in a shelter",
    w.PlacementType.SAFE_HAVEN: "in a safe haven",
    w.PlacementType.SAFE_HOUSE: "in a safe house",
    w.PlacementType.RESIDENTIAL: "in a group home",
    w.PlacementType.QRTP: "in a group home with doctors and nurses",
    w.PlacementType.INPATIENT: "in a hospital",
}
FAITH: Mapping[w.FaithCharacter, str] = {
    w.FaithCharacter.RELIGIOUS: "where faith is a big part of each day",
    w.FaithCharacter.FAITH_BASED: "run by a faith group",
    w.FaithCharacter.FAITH_FRIENDLY: "that is open to your faith",
    w.FaithCharacter.SECULAR: "where faith plays no part",
}
DEVICES: Mapping[w.DevicePolicy, str] = {
    w.DevicePolicy.OPEN: "to use your phone",
    w.DevicePolicy.SUPERVISED: "to use a phone with a grown-up there to help",
    w.DevicePolicy.NONE: "a place with no phones",
}
#: What is allowed, by what was asked for.
ALLOWED: Mapping[w.DevicePolicy, str] = {
    w.DevicePolicy.OPEN: "You can use your phone there.",
    w.DevicePolicy.SUPERVISED: "You can use a phone there.",
    w.DevicePolicy.NONE: "That works there.",
}
#: What a place allows where that is less than was asked for.
STRICTER: Mapping[w.DevicePolicy, str] = {
    w.DevicePolicy.OPEN: "You can use your phone there.",
    w.DevicePolicy.SUPERVISED: "You can use a phone there, with a grown-up to help.",
    w.DevicePolicy.NONE: "There are no phones there. Ask how you can call people.",
}
SETTINGS: Mapping[w.Setting, str] = {
    w.Setting.FEMALE: "a home for girls",
    w.Setting.MALE: "a home for boys",
    w.Setting.MIXED: "a home for all",
}

_HELP = "It could not give all the help that we think you should have."
_OTHERS = "It was not right for you this time."
_PAPERS = "It does not have the papers it needs right now."
_GROUP = "It is for another group of people."
_AGE = "It is for people of another age."
_PAY = "We could not find out how to pay for it."

#: Why a place was not possible, by the rule that stood in the way. Nothing here tells
#: who else lives or waits there, and nothing is said to be anybody's fault.
WHY: Mapping[str, str] = {
    **dict.fromkeys((spec.code for spec in RULES), _HELP),
    "presence": "We can look for a bed there when you are back with us.",
    "service-area": "It does not take people from your area.",
    "distance": "It is too far from your home.",
    "placement-type": "It is not the kind of home that your team is looking for.",
    **dict.fromkeys(("licence", "certificate", "background-check", "training"), _PAPERS),
    "beds": "There was no free bed for you there.",
    "staffing": "There were not enough grown-ups at work there.",
    "opening": "It does not open in time.",
    "freshness": "We could not find out in time if there is a free bed.",
    **dict.fromkeys(("age", "age-stay"), _AGE),
    **dict.fromkeys(
        ("gender", "household", "trafficking-type", "identification", "reserved"), _GROUP
    ),
    "referral-source": "We are not able to ask that place.",
    "stay": "You could not stay there as long as you may need.",
    "intake-hours": "It does not take people in at this hour.",
    "danger-zone": "It may not be safe for you there.",
    "compromised": "It is not safe right now.",
    **dict.fromkeys(("kept-apart", "resident-gender", "resident-age", "acuity"), _OTHERS),
    "affirming": "It does not say that it is a good place for LGBTQ+ people.",
    "do-not-place": "Your worker thinks that it would not be good for you.",
    "declined": "The home said no this time. That is not your fault.",
    "veto": "You said no to it.",
    **dict.fromkeys(("funding", "family-first"), _PAY),
    "together": "There was not room for all of you.",
}
NO_BED = "It would be good for you, but there was no free bed for you there."
OTHER_PLACE = "It could work too. At the place we found, more of what you need fits."
#: Why it is not another place, one that is as wished.
FITS_MORE = "Other places are like that. At this one, more of what you need fits."
FULL = "Other places are like that, but they had no free bed for you."
NO_SUCH = "No place like that could take you this time."
ASK_WHY = "Ask your worker why."
GONE = "We do not know that place any more."


#: What a person can be asked, and how it is called.
ASKED: Mapping[str, str] = {
    "preferred_providers": "places you would like",
    "preferred_types": "the kind of home you would like",
    "vetoed_providers": "places you say no to",
    "acceptable_settings": "if you can live with girls, with boys, or with both",
    "lgbtq_affirming_requested": "if you want a place that is good for LGBTQ+ people",
    "faith_preference": "if faith should play a part",
    "device_preference": "if you want to use a phone",
    "languages": "the language you speak best",
}
NO_WISH = "You told us that you have no wish about"
NOT_ASKED = "Nobody has asked you about"
WARNING = "This page is yours. Keep it safe"
