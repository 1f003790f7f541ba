"""What the network hears: the logarithm of 32 mel bands every 10 ms.

The engine computes the same (src/engines/preview/speech/log-mel.ts), and a test there holds the two together. Per recording
the mean spectrum of the louder half of its hops becomes 0, which takes the microphone and the level out.
"""

from fractions import Fraction

import numpy as np
import scipy.fft
from scipy.signal import resample_poly

from classes import UNKNOWN
from utterance import Utterance

RATE = 16_000
HOP = 160
WINDOW = 512
BANDS = 32
LOWEST_HZ, HIGHEST_HZ = 60, 7600
PRE_EMPHASIS = 0.97
FLOOR = 1e-10
SCALE = 0.8
LOWEST, HIGHEST = -6.0, 4.0


def _bank() -> np.ndarray:
    mel = lambda hertz: 2595 * np.log10(1 + hertz / 700)
    hertz = lambda value: 700 * (10 ** (value / 2595) - 1)
    corners = hertz(np.linspace(mel(LOWEST_HZ), mel(HIGHEST_HZ), BANDS + 2))
    bins = np.arange(WINDOW // 2) * RATE / WINDOW
    bank = np.zeros((BANDS, WINDOW // 2), np.float32)
    for band in range(BANDS):
        low, centre, high = corners[band : band + 3]
        bank[band] = np.maximum(0, np.minimum((bins - low) / (centre - low), (high - bins) / (high - centre)))
        if bank[band].sum() == 0:
            bank[band, int(np.floor(centre / RATE * WINDOW + 0.5))] = 1
    return bank / bank.sum(1, keepdims=True)


BANK = _bank()
HAMMING = np.hamming(WINDOW).astype(np.float32)


def log_mel(samples: np.ndarray) -> np.ndarray:
    """hops x BANDS, from samples in -1 .. 1 at RATE. The window of a hop is centred on its middle."""
    samples = samples.astype(np.float32)
    emphasised = samples - PRE_EMPHASIS * np.concatenate([[np.float32(0)], samples[:-1]])
    hops = -(-len(samples) // HOP)
    lead = (WINDOW - HOP) // 2
    padded = np.concatenate([np.zeros(lead, np.float32), emphasised, np.zeros(WINDOW + HOP, np.float32)])
    windows = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[: hops * HOP : HOP] * HAMMING
    spectrum = scipy.fft.rfft(windows, axis=1)[:, : WINDOW // 2]
    power = (spectrum.real**2 + spectrum.imag**2) / np.float32(WINDOW)
    return np.log10(power @ BANK.T + FLOOR).astype(np.float32)


def normalise(mel: np.ndarray) -> np.ndarray:
    loudness = mel.mean(1)
    mean = mel[loudness >= np.median(loudness)].mean(0, keepdims=True)
    return np.clip((mel - mean) / SCALE, LOWEST, HIGHEST)


def features_and_labels(utterance: Utterance, speed: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """@param speed played so much faster: pitch and formants rise with it, which makes another speaker"""
    samples = np.frombuffer(utterance.samples, np.int16).astype(np.float32) / 32768
    ratio = Fraction(RATE / speed / utterance.rate).limit_denominator(200)
    if ratio != 1:
        samples = resample_poly(samples, ratio.numerator, ratio.denominator)
    stretch = utterance.rate * float(ratio) / RATE
    features = normalise(log_mel(samples))
    labels = np.full(len(features), UNKNOWN, np.int16)
    hops_per_second = RATE / HOP * stretch
    for phone in utterance.phones:
        labels[round(phone.start * hops_per_second) : round(phone.end * hops_per_second)] = phone.mouth
    return features, labels
