"""Makes the features of all training and tuning sets: `python corpus.py FOLDER`. Half an hour on one core.

Each training utterance is there twice, the second time as another speaker (see features_and_labels).
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import random
import sys
from pathlib import Path

import numpy as np

import espeak
import festival
import flite
import russian
from features import features_and_labels

_LEAST_SECONDS = 0.5


def sets():
    """Name, utterances, and whether they are doubled. Each has a seed of its own, so that one set alone is repeatable."""
    return {
        "train-russian": lambda: russian.recorded_set("train"),
        "train-espeak": lambda: espeak.training_set(1500, random.Random(1)),
        "train-flite": lambda: flite.spoken_set(flite.TRAINING_VOICES, "train", 360, random.Random(2)),
        "train-festival": lambda: festival.spoken_set(festival.TRAINING_VOICES, "train", 120, random.Random(3)),
        "tune-russian": lambda: russian.recorded_set("tune"),
        "tune-espeak": lambda: espeak.held_out_set(espeak.TUNING_VOICES, "tune", 60, random.Random(4)),
        "tune-festival": lambda: festival.spoken_set(festival.TUNING_VOICES, "tune", 50, random.Random(5)),
    }


def make(name: str, folder: Path) -> None:
    chance = random.Random(name)
    features, labels = [], []
    for utterance in sets()[name]():
        if utterance.seconds < _LEAST_SECONDS:
            continue
        speeds = [1.0, chance.choice([chance.uniform(0.84, 0.94), chance.uniform(1.07, 1.2)])]
        for speed in speeds if name.startswith("train") else speeds[:1]:
            x, y = features_and_labels(utterance, speed)
            features.append(x.astype(np.float16))
            labels.append(y)
    lengths = np.array([len(y) for y in labels])
    partial = folder / f"{name}.part.npz"
    np.savez(partial, x=np.concatenate(features), y=np.concatenate(labels), lengths=lengths)
    partial.rename(folder / f"{name}.npz")
    print(f"{name}: {len(lengths)} utterances, {lengths.sum() / 100:.0f} s", flush=True)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for each in sys.argv[2:] or sets():
        make(each, target)
