"""Three dilated convolutions over the log-mel, and a class for every hop from the 29 hops (290 ms) around it.

No convolution pads: beyond its ends a recording is continued with silence, so that a hop's answer depends on its 29 hops
alone and the engine may work in blocks.
"""

import torch
from torch import nn

from classes import CLASSES
from features import BANDS, LOWEST

WIDTH = 72
KERNEL = 5
DILATIONS = (1, 2, 4)
REACH = sum(DILATIONS) * (KERNEL // 2)
"""Hops seen on either side."""
SILENCE = LOWEST


class VisemeNetwork(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        channels = (BANDS, WIDTH, WIDTH)
        self.layers = nn.ModuleList(
            nn.Conv1d(inputs, WIDTH, KERNEL, dilation=dilation) for inputs, dilation in zip(channels, DILATIONS)
        )
        self.head = nn.Conv1d(WIDTH, len(CLASSES), 1)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """batch x BANDS x (hops + 2 * REACH) to batch x classes x hops, before the softmax."""
        hidden = torch.relu(self.layers[0](features))
        for layer, dilation in zip(self.layers[1:], DILATIONS[1:]):
            cut = dilation * (KERNEL // 2)
            hidden = torch.relu(layer(hidden) + hidden[:, :, cut:-cut])
        return self.head(hidden)

    def probabilities(self, features) -> torch.Tensor:
        """hops x BANDS of a whole recording to hops x classes."""
        padded = nn.functional.pad(torch.as_tensor(features).T[None], (REACH, REACH), value=SILENCE)
        with torch.no_grad():
            return torch.softmax(self(padded), 1)[0].T
