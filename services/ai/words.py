"""Text as searchable words: any script, Arabic letters made alike, identifiers also by their parts."""

import re

_URL = re.compile(r"https?://\S+")
_WORD = re.compile(r"[^\W_](?:[\w'’]*\w)?|[=!<>+*/%&|^~:-]{2,3}")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_ARABIC_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u0640]")
_ARABIC_LETTERS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه"})
_ARABIC_ARTICLE = re.compile("^(?:[وفبك]?ال|لل)(?=.{3})")
_OPERATORS_KEPT = frozenset({"==", "!=", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "**", "//", "->", ":=", "<<", ">>"})

_ENGLISH = """
a about above after again all also am an and any are as at be because been before being between both but by can
could did do does doing down during each explain few for from further had has have having he her here hers him
his how i if in into is it its itself just know like make may me mean means might more most must my need no nor
not now of off on once only or other our out over own please same she should show so some such tell than that
the their them then there these they this those through to too under until up us use used uses using very want
was we were what when where which while who whom why will with would you your
"""
_ARABIC = """
ما ماذا من في على الى عن هل كيف لماذا متى اين هو هي هم هذا هذه ذلك تلك التي الذي الذين و او ثم ان لا لم لن قد
كان كانت يكون تكون هناك مع كل بعض غير بين عند بعد قبل اي انا انت نحن اشرح معني اريد يمكن
"""
_SOMALI = """
waa ma maxay maxaa sidee goorma xaggee waxaa waxa iyo oo ee ku ka u la in uu ay aan aad wuxuu waxay ah ahaa tan
kan kani tani halkan sharax maxaad miyaa ayaa baa lagu laga loo leh
"""
STOP_WORDS = frozenset(f"{_ENGLISH} {_ARABIC} {_SOMALI}".split())


def words(text: str) -> list[str]:
    """Return the words of ``text`` for searching, in order, without those that say nothing."""
    found: list[str] = []
    for raw in _WORD.findall(_URL.sub(" ", text)):
        if not raw[0].isalnum():
            if raw in _OPERATORS_KEPT:
                found.append(raw)
        elif raw.casefold() not in STOP_WORDS:
            found.extend(_forms(raw))
    return [word for word in found if word not in STOP_WORDS]


def _forms(raw: str) -> list[str]:
    """``snake_case`` and ``camelCase`` are found whole and by their parts."""
    whole = _normal(raw)
    if whole.isascii() and ("_" in raw or (raw != raw.capitalize() and not raw.isupper() and not raw.islower())):
        parts = [_stem(part.lower()) for part in _PART.findall(raw) if len(part) > 1]
        if len(parts) > 1:
            return [whole, *parts]
    return [whole]


def _normal(raw: str) -> str:
    word = raw.casefold().replace("’", "'")
    if word.isascii():
        return _stem(word.removesuffix("'s"))
    word = _ARABIC_MARKS.sub("", word).translate(_ARABIC_LETTERS)
    return _ARABIC_ARTICLE.sub("", word)


def _stem(word: str) -> str:
    """Take off an English plural; more would make different terms alike."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word
