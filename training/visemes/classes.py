"""The mouth classes that the network tells apart, and how the phones of each synthesiser map to them.

A class is what can be seen: p, b and m look alike, and so do k, g and ng. A diphthong is the sequence of its vowels.
"""

CLASSES = ("sil", "PP", "FF", "TH", "DD", "nn", "LL", "SS", "CH", "kk", "RR", "hh", "aa", "E", "I", "O", "U", "@")
"""The order of the network's outputs. The engine has the same list (src/engines/preview/speech/visemes.ts)."""

INDEX = {name: index for index, name in enumerate(CLASSES)}

UNKNOWN = -1
"""A phone outside the tables: its hops are left out of the training."""


def _table(text: str) -> dict[str, list[int]]:
    """Reads `class: phone phone ...` lines; `class+class: ...` is a sequence."""
    table: dict[str, list[int]] = {}
    for line in text.strip().splitlines():
        classes, phones = line.split(":", 1)
        for phone in phones.split():
            table[phone] = [INDEX[name] for name in classes.strip().split("+")]
    return table


_ENGLISH = _table("""
sil: pau ssil h# brth
PP: p b m em
FF: f v
TH: th dh
DD: t d dx
nn: n en nx
LL: l el
SS: s z
CH: sh zh ch jh
kk: k g ng
RR: r er axr
hh: hh hv
aa: aa ae ah
@: ax
E: eh
I: ih iy y
O: ao
U: uw uh w
aa+I: ay
aa+U: aw
O+U: ow
O+I: oy
E+I: ey
""")

_ITALIAN = _table("""
sil: # pau
PP: p b m
FF: f v nf
DD: t d
nn: n
LL: l L r
SS: s z ts dz
CH: S Z tS dZ
kk: k g ng
aa: a a1
E: e E e1 E1
I: i i1 j J
O: o O o1 O1
U: u u1 w
""")

_CZECH = _table("""
sil: # _ pau
PP: p b m
FF: f v
DD: t d t~ d~
nn: n n~
LL: l r
SS: s z c dz
CH: s~ z~ c~ dz~ r~ r~*
kk: k g ch n*
hh: h
aa: a a:
E: e e:
I: i i: j
O: o o:
U: u u:
""")

_FINNISH = _table("""
sil: ## # pau
PP: p b m p: b: m:
FF: f v f: v:
TH: T T: D:
DD: t d t: d:
nn: n n:
LL: l L r l: L: r:
SS: s s: z:
CH: S S: Z:
kk: k g N k: g: N:
hh: h h:
aa: a a: & &:
E: e e: 7 7:
I: i i: j j:
O: o o: @ @:
U: u u: y y: w w:
""")
"""In this phone set @ and 7 are the letters of front rounded and open vowels."""

_RUSSIAN = _table("""
sil: # pau ssil
PP: p pp b bb m mm
FF: f ff v vv
DD: t tt d dd
nn: n nn
LL: l ll r rr
SS: s ss z zz c
CH: sh zh ch sch
kk: k kk g gg h hh
@: ay
aa: a aa
E: e ee ae
I: i ii y yy j
O: o oo
U: u uu ur
""")

TABLES = {"en": _ENGLISH, "it": _ITALIAN, "cs": _CZECH, "fi": _FINNISH, "ru": _RUSSIAN}

_ESPEAK_VOWELS = {
    "aa": "a A V 0 6 Q &",
    "E": "E e W e# E#",
    "I": "I i I# i#",
    "O": "Y o O 8 o# O#",
    "U": "y u U w u# U# y#",
    "@": "@ 3 a# @2 @5",
}
_ESPEAK_VOWEL_CLASS = {phone: INDEX[name] for name, phones in _ESPEAK_VOWELS.items() for phone in phones.split()}

_ESPEAK_CONSONANTS = (
    ("FF", "pf f v"),
    ("PP", "p b m B"),
    ("TH", "T D"),
    ("CH", "tS dZ tC S Z C"),
    ("SS", "ts dz s z"),
    ("DD", "t d"),
    ("kk", "N k g x X Q G q c"),
    ("nn", "n"),
    ("LL", "l L *"),
    ("RR", "r R"),
    ("hh", "h H ?"),
    ("U", "w"),
    ("I", "j J ;"),
)
"""By the first letters of a phone; of two that fit the longer one counts."""
_ESPEAK_PREFIXES = sorted(
    ((prefix, INDEX[name]) for name, prefixes in _ESPEAK_CONSONANTS for prefix in prefixes.split()),
    key=lambda entry: -len(entry[0]),
)


def espeak_classes(phone: str) -> list[int]:
    """The classes of one phone in the ASCII names of espeak-ng, whatever its language."""
    if phone.startswith("_") or phone in ("", "#"):
        return [INDEX["sil"]]
    bare = "".join(letter for letter in phone if letter not in ":~'\"|%,^`")
    if bare[:1] in _ESPEAK_VOWEL_CLASS:
        return _vowel_sequence(bare)
    for prefix, index in _ESPEAK_PREFIXES:
        if bare.startswith(prefix):
            return [index]
    return [UNKNOWN]


def _vowel_sequence(phone: str) -> list[int]:
    sequence: list[int] = []
    at = 0
    while at < len(phone):
        marked = phone[at : at + 2]
        if marked in _ESPEAK_VOWEL_CLASS:
            sequence.append(_ESPEAK_VOWEL_CLASS[marked])
            at += 2
            continue
        letter = phone[at]
        at += 1
        if letter in _ESPEAK_VOWEL_CLASS:
            sequence.append(_ESPEAK_VOWEL_CLASS[letter])
        elif letter in "lL":
            sequence.append(INDEX["LL"])
        elif letter == "r":
            sequence.append(INDEX["RR"])
    return sequence or [INDEX["@"]]
