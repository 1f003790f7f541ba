"""The trained weights as 32-bit floats, one tensor behind the other in the order in which the engine reads them.

Each convolution: kernel place x input channel x output channel, then the biases.
"""

from pathlib import Path

import numpy as np
import torch

from network import VisemeNetwork


def save(network: VisemeNetwork, path: Path) -> None:
    tensors = []
    for layer in _convolutions(network):
        tensors += [layer.weight.detach().permute(2, 1, 0).flatten(), layer.bias.detach()]
    path.write_bytes(torch.cat(tensors).numpy().astype("<f4").tobytes())


def load(path: Path) -> VisemeNetwork:
    network = VisemeNetwork()
    values = torch.from_numpy(np.frombuffer(path.read_bytes(), "<f4").copy())
    at = 0
    for layer in _convolutions(network):
        outputs, inputs, places = layer.weight.shape
        count = layer.weight.numel()
        weights = values[at : at + count].reshape(places, inputs, outputs)
        at += count
        with torch.no_grad():
            layer.weight.copy_(weights.permute(2, 1, 0))
            layer.bias.copy_(values[at : at + outputs])
        at += outputs
    if at != len(values):
        raise ValueError(f"{path} has {len(values)} numbers, the network {at}.")
    return network.eval()


def _convolutions(network: VisemeNetwork):
    return [*network.layers, network.head]
