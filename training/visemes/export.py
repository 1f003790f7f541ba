"""Rounds a checkpoint to the 16-bit floats that the engine ships: `python3 export.py CHECKPOINT WEIGHTS`.

Needs nothing but Python itself, so that a test can hold the shipped file against the checkpoint.
"""

import array
import struct
import sys
from pathlib import Path


def export(checkpoint: Path, weights: Path) -> None:
    values = array.array("f", checkpoint.read_bytes())
    if sys.byteorder == "big":
        values.byteswap()
    weights.write_bytes(struct.pack(f"<{len(values)}e", *values))


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
