"""Speaks and copies the held-out sets for a measurement of finished videos: `python3 held_out.py FOLDER COUNT`.

Needs Python alone, and the programs and packages that speak. For each set a WAV file of COUNT sentences with pauses, and a JSON
file of [start, end, class] of each phone. `tune-*` sets are for thresholds, `test-*` sets for figures.
"""

import itertools
import random
import sys
from array import array
from pathlib import Path

import espeak
import festival
import flite
import russian
from utterance import Phone, Utterance

PAUSE_SECONDS = 0.4


def sets(count: int):
    return {
        "tune-espeak": lambda: espeak.held_out_set(espeak.TUNING_VOICES, "tune", count, random.Random(11)),
        "tune-russian": lambda: russian.recorded_set("tune"),
        "test-espeak": lambda: espeak.held_out_set(espeak.TEST_VOICES, "test", count, random.Random(12)),
        "test-flite-awb": lambda: flite.spoken_set(flite.TEST_VOICES, "test", count, random.Random(13)),
        "test-russian": lambda: russian.recorded_set("test"),
    }


def joined(utterances: list[Utterance]) -> Utterance:
    rate = utterances[0].rate
    pause = array("h", bytes(2 * round(rate * PAUSE_SECONDS)))
    samples, phones = array("h"), []
    for utterance in utterances:
        start = len(samples) / rate
        phones += [Phone(start + p.start, start + p.end, p.mouth) for p in utterance.phones]
        samples += utterance.samples + pause
    return Utterance(samples, rate, phones)


if __name__ == "__main__":
    folder, wanted = Path(sys.argv[1]), int(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in sets(wanted).items():
        joined(list(itertools.islice(make(), wanted))).write(folder / name)
