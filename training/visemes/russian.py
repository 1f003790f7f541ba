"""Recordings of a real person with phone times: the Debian package festvox-ru, 620 sentences of one man.

The times were found by a recogniser and lie on a grid of 10 to 30 ms.
"""

from pathlib import Path

from classes import TABLES
from festival import read_segments
from utterance import Utterance, phones_from_ends, read_wave

FOLDER = Path("/usr/share/festival/voices/russian/msu_ru_nsh_clunits")
_EVERY = 15
_REMAINDER = {"test": 0, "tune": 7}


def recorded_set(split: str):
    """One sentence of 15 is for the test, one for the tuning."""
    paths = sorted((FOLDER / "wav").glob("*.wav"))
    if not paths:
        raise SystemExit("No recordings: apt-get install festvox-ru")
    for index, path in enumerate(paths):
        remainder = index % _EVERY
        if remainder == _REMAINDER.get(split) or (split == "train" and remainder not in _REMAINDER.values()):
            samples, rate = read_wave(path)
            ends = read_segments(FOLDER / "lab" / f"{path.stem}.lab")
            yield Utterance(samples, rate, phones_from_ends(ends, TABLES["ru"]))
