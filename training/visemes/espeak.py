"""espeak-ng through its C library: samples and the exact start of each phone (what `--pho` prints is rounded)."""

import ctypes
import random
from array import array

import texts
from classes import espeak_classes
from utterance import Utterance, spread

VOICES = {
    "en": ["en-us", "en", "en-gb-scotland", "en-029"],
    "de": ["de"],
    "es": ["es"],
    "pl": ["pl"],
    "cs": ["cs"],
    "pt": ["pt-br", "pt"],
    "ru": ["ru"],
}
VARIANTS = ["", "+m1", "+m2", "+m4", "+m5", "+m6", "+f1", "+f3", "+f5", "+klatt", "+klatt2"]

TUNING_VOICES = {"en": ["en-us+f2", "en+m3"], "de": ["de+m3", "de+f2"], "es": ["es-419", "es-419+f2"]}
TEST_VOICES = {
    "en": ["en-us+f4", "en-us+m7", "en-gb-x-rp"],
    "de": ["de+f4", "de+m7"],
    "it": ["it", "it+f4"],
}
"""Variants, accents and one language of which the training hears nothing."""

_PHONEME_EVENT = 7
_SYNCHRONOUS = 2
_RATE, _PITCH, _RANGE = 1, 3, 4


class _Id(ctypes.Union):
    _fields_ = [("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8)]


class _Event(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    ]


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Espeak:
    def __init__(self) -> None:
        self._library = ctypes.CDLL("libespeak-ng.so.1")
        self._samples = array("h")
        self._events: list[tuple[int, str]] = []
        self._callback = _Callback(self._hear)  # kept alive: the library calls it later
        self._rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, 1)
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, voice: str, rate: int = 160, pitch: int = 50, pitch_range: int = 50) -> Utterance:
        """@param rate words a minute"""
        self._samples = array("h")
        self._events = []
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice}.")
        for parameter, value in ((_RATE, rate), (_PITCH, pitch), (_RANGE, pitch_range)):
            self._library.espeak_SetParameter(parameter, value, 0)
        data = text.encode()
        self._library.espeak_Synth(data, len(data) + 1, 0, 0, 0, 1, None, None)
        self._library.espeak_Synchronize()
        starts = [(sample / self._rate, phone) for sample, phone in self._events]
        ends = [start for start, _ in starts[1:]] + [len(self._samples) / self._rate]
        phones = []
        for (start, phone), end in zip(starts, ends):
            phones += spread(start, end, espeak_classes(phone))
        return Utterance(self._samples, self._rate, phones)

    def _hear(self, samples, count, events) -> int:
        if samples and count > 0:
            self._samples.extend(samples[:count])
        at = 0
        while events[at].type != 0:
            if events[at].type == _PHONEME_EVENT:
                phone = bytes(events[at].id.string).split(b"\0")[0].decode("utf8", "replace")
                self._events.append((events[at].sample, phone))
            at += 1
        return 0


def training_set(count: int, chance: random.Random):
    synthesiser = Espeak()
    lines = {language: texts.sentences(language, "train") for language in VOICES}
    for _ in range(count):
        language = chance.choice([*VOICES, "en", "en"])
        voice = chance.choice(VOICES[language]) + chance.choice(VARIANTS)
        text = texts.nonsense(chance) if chance.random() < 0.3 else chance.choice(lines[language])
        yield _say(synthesiser, text, voice, chance)


def held_out_set(voices: dict[str, list[str]], split: str, count: int, chance: random.Random):
    """@param voices TUNING_VOICES or TEST_VOICES"""
    synthesiser = Espeak()
    lines = {language: texts.sentences(language, split) for language in voices}
    pairs = [(language, voice) for language, names in voices.items() for voice in names]
    for index in range(count):
        language, voice = pairs[index % len(pairs)]
        yield _say(synthesiser, chance.choice(lines[language]), voice, chance)


def _say(synthesiser: Espeak, text: str, voice: str, chance: random.Random) -> Utterance:
    return synthesiser.say(
        text,
        voice,
        rate=chance.randint(125, 210),
        pitch=chance.randint(25, 80),
        pitch_range=chance.randint(20, 80),
    )
