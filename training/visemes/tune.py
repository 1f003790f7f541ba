"""How well the network tells m/b/p from t/d/k/g/n on the tuning sets: `python tune.py CORPUS CHECKPOINT`.

Thresholds of the engine are chosen by these sets; the test sets are for the figures that are published.
"""

import sys
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.stats import rankdata

from classes import CLASSES, INDEX

SETS = ("tune-espeak", "tune-festival", "tune-russian")
_TONGUE = (INDEX["DD"], INDEX["nn"], INDEX["kk"])
_LEAST_HOPS = 3
_NEAR_HOPS = 4


def segments(labels: np.ndarray) -> list[tuple[int, int, int]]:
    edges = np.flatnonzero(np.diff(labels)) + 1
    starts, ends = np.r_[0, edges], np.r_[edges, len(labels)]
    return [(int(labels[a]), int(a), int(b)) for a, b in zip(starts, ends)]


def closures(labels: np.ndarray, curve: np.ndarray) -> tuple[list[float], list[float]]:
    """The highest of a curve in each bilabial, and in each t/d/k/g/n that has neither a bilabial nor a pause beside it."""
    lips, tongue = [], []
    parts = segments(labels)
    for index, (mouth, start, end) in enumerate(parts):
        if mouth == INDEX["PP"]:
            lips.append(curve[max(0, start - 2) : end + 2].max())
        elif mouth in _TONGUE and end - start >= _LEAST_HOPS:
            beside = parts[max(0, index - 2) : index] + parts[index + 1 : index + 3]
            near = any(p[0] == INDEX["PP"] and min(abs(p[2] - start), abs(p[1] - end)) < _NEAR_HOPS for p in beside)
            paused = any(p[0] == INDEX["sil"] for p in parts[max(0, index - 1) : index] + parts[index + 1 : index + 2])
            if not near and not paused:
                tongue.append(curve[start:end].max())
    return lips, tongue


def area_under_curve(positive, negative) -> float:
    ranks = rankdata(np.r_[positive, negative])
    count = len(positive)
    return (ranks[:count].sum() - count * (count + 1) / 2) / (count * len(negative))


def report(network, corpus: Path) -> None:
    network.eval()
    for name in SETS:
        stored = np.load(corpus / f"{name}.npz")
        ends = np.cumsum(stored["lengths"])
        lips, tongue, right, known = [], [], 0, 0
        for start, end in zip(ends - stored["lengths"], ends):
            labels = stored["y"][start:end]
            chances = network.probabilities(stored["x"][start:end].astype(np.float32)).numpy()
            found = closures(labels, gaussian_filter1d(chances[:, INDEX["PP"]], 1.0))
            lips += found[0]
            tongue += found[1]
            right += (chances.argmax(1) == labels)[labels >= 0].sum()
            known += (labels >= 0).sum()
        at = lambda level: f"{100 * np.mean(np.array(lips) > level):.0f}/{100 * np.mean(np.array(tongue) > level):.0f} %"
        print(
            f"  {name}: hops right {right / known:.3f}, AUC {area_under_curve(lips, tongue):.3f}"
            f" ({len(lips)} m/b/p, {len(tongue)} t/d/k/g/n), shut above .25 {at(0.25)}, .35 {at(0.35)}, .5 {at(0.5)}",
            flush=True,
        )
    network.train()


if __name__ == "__main__":
    from checkpoint import load

    report(load(Path(sys.argv[2])), Path(sys.argv[1]))
