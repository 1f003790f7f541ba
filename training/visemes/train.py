"""Trains the network: `python train.py CORPUS CHECKPOINT [STEPS [START]]`. An hour or two on one core.

With START, a checkpoint, it goes on from there at half the learning rate.

One thread and fixed seeds: on one machine the same corpus gives the same weights.
"""

import sys
import time
from pathlib import Path

import numpy as np
import torch

from checkpoint import load, save
from classes import CLASSES, UNKNOWN
from features import BANDS, HIGHEST, LOWEST, SCALE
from network import REACH, SILENCE, VisemeNetwork
from tune import report

BATCH = 40
CHUNK = 160
STEPS = 9000
WARM_UP = 100
LEARNING_RATE = 3e-3
REPORT_EVERY = 1500

SHARES = {"train-russian": 0.27, "train-espeak": 0.3, "train-flite": 0.2, "train-festival": 0.23}
"""How much of each batch comes from where: real speech and voices recorded from people outweigh the formant synthesiser."""


class Source:
    """The utterances of one set behind one another, with silence between them."""

    def __init__(self, path: Path) -> None:
        stored = np.load(path)
        features, labels, lengths = stored["x"], stored["y"].astype(np.int64), stored["lengths"]
        gap = np.full((REACH, BANDS), SILENCE, np.float16)
        unknown = np.full(REACH, UNKNOWN, np.int64)
        ends = np.cumsum(lengths)
        pieces = [gap]
        marks = [unknown]
        for start, end in zip(ends - lengths, ends):
            pieces += [features[start:end], gap]
            marks += [labels[start:end], unknown]
        self.features = torch.from_numpy(np.concatenate(pieces))
        self.labels = torch.from_numpy(np.concatenate(marks))

    def cut(self, count: int, chance: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        starts = chance.integers(REACH, len(self.labels) - CHUNK - REACH, count)
        x = torch.stack([self.features[s - REACH : s + CHUNK + REACH].float().T for s in starts])
        y = torch.stack([self.labels[s : s + CHUNK] for s in starts])
        return x, y


def augment(x: torch.Tensor) -> torch.Tensor:
    """Another microphone, another vocal tract, another room."""
    batch, bands, _ = x.shape
    x = x * SCALE
    across = torch.linspace(-1, 1, bands)[None, :, None]
    one = (batch, 1, 1)
    x = x + torch.randn(one) * 0.35 * across
    x = x + torch.randn(one) * 0.2 * torch.cos(np.pi * across) + torch.randn(one) * 0.12 * torch.cos(2 * np.pi * across)
    x = _shift_bands(x, (torch.rand(batch) * 2 - 1) * 2.4)
    # Noise 10 to 45 dB below the louder half of the speech.
    noise = -(1.0 + 3.5 * torch.rand(one)) + torch.randn(one) * 0.5 * across + 0.15 * torch.randn_like(x)
    noisy = torch.logaddexp(x * np.log(10), noise * np.log(10)) / np.log(10)
    x = torch.where(torch.rand(one) < 0.7, noisy, x)
    # Old telephones and thrifty codecs keep nothing of the highest bands.
    cutoff = 0.2 + 0.8 * torch.rand(one)
    dull = (torch.rand(one) < 0.15) & (across > cutoff)
    x = torch.where(dull, x.new_tensor(LOWEST * SCALE), x)
    return (x / SCALE).clamp(LOWEST, HIGHEST)


def _shift_bands(x: torch.Tensor, shift: torch.Tensor) -> torch.Tensor:
    bands = x.shape[1]
    place = torch.arange(bands)[None] * (1 + shift[:, None] / bands * 0.5) + shift[:, None] * 0.5
    place = place.clamp(0, bands - 1.001)
    low = place.floor().long()
    share = (place - low)[:, :, None]
    lower = torch.gather(x, 1, low[:, :, None].expand_as(x))
    upper = torch.gather(x, 1, (low + 1)[:, :, None].expand_as(x))
    return lower * (1 - share) + upper * share


def class_weights(sources: dict[str, Source]) -> torch.Tensor:
    """Rare classes count more, by the root of how rare they are."""
    counts = sum(
        share * np.bincount(source.labels[source.labels >= 0].numpy(), minlength=len(CLASSES)) / len(source.labels)
        for share, source in ((SHARES[name], source) for name, source in sources.items())
    )
    weights = counts**-0.5
    return torch.tensor(weights / weights.mean(), dtype=torch.float32)


def train(corpus: Path, checkpoint: Path, steps: int, start_from: Path | None) -> None:
    torch.set_num_threads(1)
    torch.manual_seed(0)
    chance = np.random.default_rng(0)
    sources = {name: Source(corpus / f"{name}.npz") for name in SHARES}
    loss_of = torch.nn.CrossEntropyLoss(class_weights(sources), ignore_index=UNKNOWN, label_smoothing=0.05)
    network = VisemeNetwork() if start_from is None else load(start_from).train()
    peak = LEARNING_RATE if start_from is None else LEARNING_RATE / 2
    optimiser = torch.optim.AdamW(network.parameters(), LEARNING_RATE, weight_decay=1e-3)
    counts = {name: round(share * BATCH) for name, share in SHARES.items()}
    start, running = time.monotonic(), 0.0
    for step in range(1, steps + 1):
        rate = peak * min(1, step / WARM_UP) * (0.5 + 0.5 * np.cos(np.pi * step / steps)) + 1e-5
        for group in optimiser.param_groups:
            group["lr"] = rate
        cuts = [source.cut(counts[name], chance) for name, source in sources.items()]
        x = augment(torch.cat([x for x, _ in cuts]))
        y = torch.cat([y for _, y in cuts])
        loss = loss_of(network(x), y)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        running = 0.99 * running + 0.01 * loss.item()
        if step % 100 == 0:
            print(f"{time.monotonic() - start:.0f} s, step {step}, loss {running / (1 - 0.99**step):.3f}", flush=True)
        if step % REPORT_EVERY == 0 or step == steps:
            save(network, checkpoint)
            report(network, corpus)


if __name__ == "__main__":
    steps = int(sys.argv[3]) if len(sys.argv) > 3 else STEPS
    train(Path(sys.argv[1]), Path(sys.argv[2]), steps, Path(sys.argv[4]) if len(sys.argv) > 4 else None)
