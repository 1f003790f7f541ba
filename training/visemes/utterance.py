"""One spoken sentence with the time of each phone: what every synthesiser and corpus is turned into."""

import json
import wave
from array import array
from dataclasses import dataclass
from pathlib import Path

from classes import UNKNOWN


@dataclass(frozen=True)
class Phone:
    start: float
    """Seconds."""
    end: float
    mouth: int
    """Index in CLASSES, or UNKNOWN."""


@dataclass(frozen=True)
class Utterance:
    samples: array
    """16-bit, one channel."""
    rate: int
    phones: list[Phone]

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate

    def write(self, path: Path) -> None:
        """Writes PATH.wav, and PATH.json with the phones."""
        with wave.open(str(path.with_suffix(".wav")), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(self.rate)
            file.writeframes(self.samples.tobytes())
        phones = [[round(p.start, 4), round(p.end, 4), p.mouth] for p in self.phones]
        path.with_suffix(".json").write_text(json.dumps(phones))


def spread(start: float, end: float, classes: list[int]) -> list[Phone]:
    """A phone of one or more classes (a diphthong), each of the same length."""
    step = (end - start) / len(classes)
    return [Phone(start + i * step, start + (i + 1) * step, mouth) for i, mouth in enumerate(classes)]


def phones_from_ends(ends: list[tuple[float, str]], table: dict[str, list[int]]) -> list[Phone]:
    """Phones from (end in seconds, name) pairs, as festival and flite write them."""
    phones: list[Phone] = []
    start = 0.0
    for end, name in ends:
        phones += spread(start, end, table.get(name, [UNKNOWN]))
        start = end
    return phones


def read_wave(path: Path) -> tuple[array, int]:
    with wave.open(str(path)) as file:
        return array("h", file.readframes(file.getnframes())), file.getframerate()
