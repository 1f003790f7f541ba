"""What the trained network answers to made-up input, for a test of the engine: `python reference.py WEIGHTS OUTPUT`.

The input is a formula, so that the test can make it too. The weights are the rounded ones that the engine ships.
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np

from checkpoint import load
from features import BANDS, HOP, RATE, log_mel

HOPS = 300
SHOWN_HOPS = [0, 1, 13, 120, 255, 256, 299]
SAMPLES = 1600
SHOWN_MEL_HOPS = [0, 4, 9]


def features() -> np.ndarray:
    hop, band = np.arange(HOPS)[:, None], np.arange(BANDS)[None]
    return (2 * np.sin(0.37 * hop + 0.9 * band) + np.cos(0.05 * hop * (1 + band / 8))).astype(np.float32)


def sound() -> np.ndarray:
    at = np.arange(SAMPLES) / RATE
    return np.round(8000 * np.sin(2 * np.pi * 220 * at) * np.sin(2 * np.pi * 1330 * at)) / 32768


def reference(weights: Path) -> dict:
    with tempfile.NamedTemporaryFile() as widened:
        widened.write(np.frombuffer(weights.read_bytes(), "<f2").astype("<f4").tobytes())
        widened.flush()
        network = load(Path(widened.name))
    probabilities = network.probabilities(features()).numpy()
    mel = log_mel(sound())
    assert len(mel) == SAMPLES // HOP
    rounded = lambda row: [round(float(value), 5) for value in row]
    return {
        "probabilities": {str(hop): rounded(probabilities[hop]) for hop in SHOWN_HOPS},
        "mel": {str(hop): rounded(mel[hop]) for hop in SHOWN_MEL_HOPS},
    }


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(json.dumps(reference(Path(sys.argv[1])), indent=1) + "\n")
