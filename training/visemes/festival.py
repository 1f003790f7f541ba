"""The voices of festival, with the times of its segments.

What a voice says need not be in its language: the phones are those that it really spoke, and a Finnish voice that reads
Italian still closes its lips for m.
"""

import random
import subprocess
import tempfile
from pathlib import Path

import texts
from classes import TABLES
from utterance import Utterance, phones_from_ends, read_wave

TRAINING_VOICES = [
    # voice, language of its phones, language and encoding of its texts
    ("cmu_us_slt_arctic_hts", "en", "en", "latin1"),
    ("lp_diphone", "it", "es", "latin1"),
    ("pc_diphone", "it", "es", "latin1"),
    ("czech_ph", "cs", "cs", "iso8859-2"),
    ("suo_fi_lj_diphone", "fi", "de", "latin1"),
    ("hy_fi_mv_diphone", "fi", "de", "latin1"),
]
TUNING_VOICES = [("ked_diphone", "en", "en", "latin1")]


def spoken_set(voices, split: str, count: int, chance: random.Random):
    """`count` sentences of each voice."""
    for voice, phone_set, language, encoding in voices:
        lines = texts.sentences(language, split)
        chosen = [chance.choice(lines) for _ in range(count)]
        yield from _speak(voice, phone_set, encoding, chosen, chance)


def _speak(voice: str, phone_set: str, encoding: str, lines: list[str], chance: random.Random):
    with tempfile.TemporaryDirectory() as folder:
        program = [f"(voice_{voice})"]
        for index, line in enumerate(lines):
            text = "".join(letter for letter in line if letter not in '"\\()')
            program += [
                f"(Parameter.set 'Duration_Stretch {chance.uniform(0.85, 1.2):.2f})",
                f'(unwind-protect (begin (set! u (utt.synth (Utterance Text "{text}")))',
                f'(utt.save.wave u "{folder}/{index}.wav" \'riff) (utt.save.segs u "{folder}/{index}.lab")) nil)',
            ]
        script = Path(folder) / "speak.scm"
        script.write_bytes("\n".join(program).encode(encoding, errors="ignore"))
        subprocess.run(["festival", "-b", str(script)], capture_output=True, check=False)
        for index in range(len(lines)):
            # A sentence that festival cannot read is left out.
            if not (Path(folder) / f"{index}.lab").exists():
                continue
            samples, rate = read_wave(Path(folder) / f"{index}.wav")
            ends = read_segments(Path(folder) / f"{index}.lab")
            yield Utterance(samples, rate, phones_from_ends(ends, TABLES[phone_set]))


def read_segments(path: Path) -> list[tuple[float, str]]:
    """(end in seconds, phone) of each line after the `#` of a label file."""
    ends = []
    for line in path.read_text(encoding="latin1").splitlines():
        parts = line.split()
        if len(parts) == 3:
            ends.append((float(parts[0]), parts[2]))
    return ends
