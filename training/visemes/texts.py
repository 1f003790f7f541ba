"""Sentences to be spoken: the Debian packages fortunes-*, split so that no sentence is both trained on and tested with."""

import random
import re
import zlib
from pathlib import Path

FOLDER = Path("/usr/share/games/fortunes")

FILES = {
    "en": ["people", "science", "wisdom", "love", "men-women", "work", "songs-poems", "cookie", "literature"],
    "de": ["de/zitate", "de/witze"],
    "it": ["italia", "it/italia", "it/zuse", "zuse"],
    "es": ["es/sabiduria.fortunes", "es/refranes.fortunes", "es/sentimientos.fortunes"],
    "pl": ["pl/dowcipy", "pl/argante"],
    "cs": ["cs/zemeplocha", "cs/klasik-cz"],
    "pt": ["brasil"],
    "ru": ["ru/love", "ru/life", "ru/knowledge"],
}

SPLITS = ("train", "tune", "test")


def sentences(language: str, split: str) -> list[str]:
    """All sentences of a language that belong to one of SPLITS: 7, 1 and 2 of 10."""
    found = []
    for name in FILES[language]:
        path = FOLDER / name
        if not path.exists():
            continue
        for paragraph in re.split(r"\n%\n", path.read_text(encoding="utf8", errors="ignore")):
            paragraph = re.sub(r"\x1b\[[0-9;]*m|\s+", " ", paragraph)
            found += [s.strip(" -\"'") for s in re.split(r"(?<=[.!?])\s+", paragraph)]
    usable = {s for s in found if 30 < len(s) < 150 and not re.search(r"[0-9@/\\_<>{}|]", s)}
    if not usable:
        raise SystemExit(f"No sentences in {language}: apt-get install fortunes fortunes-{language}")
    return sorted(s for s in usable if _split_of(s) == split)


def _split_of(sentence: str) -> str:
    tenth = zlib.crc32(sentence.encode()) % 10
    return "test" if tenth < 2 else "tune" if tenth == 2 else "train"


_CONSONANTS = "p b m f v t d n l s z k g r h S w j T D tS dZ N".split()
_STOPS_AND_NASALS = "p b m f v t d n k g".split()
_FINALS = "m n p t k s l b d g f".split()
_VOWELS = "a e i o u E O I U @ aI aU oU eI".split()


def nonsense(chance: random.Random) -> str:
    """A line of made-up words in espeak-ng's phones: no language favours n over m there."""
    words = []
    for _ in range(chance.randint(4, 8)):
        word = ""
        for syllable in range(chance.randint(1, 3)):
            word += chance.choice(_CONSONANTS if chance.random() < 0.6 else _STOPS_AND_NASALS)
            word += ("'" if syllable == 0 else "") + chance.choice(_VOWELS)
            if chance.random() < 0.35:
                word += chance.choice(_FINALS)
        words.append(f"[[{word}]]")
    return " ".join(words) + "."
