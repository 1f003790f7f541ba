"""flite, with the phone times that it prints."""

import random
import re
import subprocess
import tempfile
from pathlib import Path

import texts
from classes import TABLES
from utterance import Utterance, phones_from_ends, read_wave

TRAINING_VOICES = ["kal16", "rms", "slt"]
TEST_VOICES = ["awb"]
"""A Scottish man of whom the training hears nothing."""


def spoken_set(voices: list[str], split: str, count: int, chance: random.Random):
    lines = texts.sentences("en", split)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spoken.wav"
        for index in range(count):
            yield _say(chance.choice(lines), voices[index % len(voices)], chance.uniform(0.85, 1.2), path)


def _say(text: str, voice: str, stretch: float, path: Path) -> Utterance:
    printed = subprocess.run(
        ["flite", "-voice", voice, "-psdur", "-t", text, "-o", str(path), "--setf", f"duration_stretch={stretch:.2f}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    ends = [(float(end), phone) for phone, end in re.findall(r"([a-z0-9]+):([0-9.]+)", printed)]
    samples, rate = read_wave(path)
    return Utterance(samples, rate, phones_from_ends(ends, TABLES["en"]))
