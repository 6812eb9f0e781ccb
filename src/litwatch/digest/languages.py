"""The names of languages. Pure.

Source: NLM's table of the codes in a MEDLINE record (https://www.nlm.nih.gov/bsd/language_table.html), which are those
of ISO 639-2/B.
"""

from __future__ import annotations

from collections.abc import Iterable

from litwatch.text import shortened

ENGLISH = frozenset({"eng", "en"})
UNNAMED = frozenset({"und", "zxx", ""})
NAMES = {
    "afr": "Afrikaans",
    "alb": "Albanian",
    "amh": "Amharic",
    "ara": "Arabic",
    "arm": "Armenian",
    "aze": "Azerbaijani",
    "ben": "Bengali",
    "bos": "Bosnian",
    "bul": "Bulgarian",
    "cat": "Catalan",
    "chi": "Chinese",
    "cze": "Czech",
    "dan": "Danish",
    "dut": "Dutch",
    "epo": "Esperanto",
    "est": "Estonian",
    "fin": "Finnish",
    "fre": "French",
    "geo": "Georgian",
    "ger": "German",
    "gla": "Scottish Gaelic",
    "glg": "Galician",
    "gre": "Greek",
    "heb": "Hebrew",
    "hin": "Hindi",
    "hrv": "Croatian",
    "hun": "Hungarian",
    "ice": "Icelandic",
    "ind": "Indonesian",
    "ita": "Italian",
    "jpn": "Japanese",
    "kin": "Kinyarwanda",
    "kor": "Korean",
    "lat": "Latin",
    "lav": "Latvian",
    "lit": "Lithuanian",
    "mac": "Macedonian",
    "mal": "Malayalam",
    "mao": "Maori",
    "may": "Malay",
    "mul": "several languages",
    "nor": "Norwegian",
    "per": "Persian",
    "pol": "Polish",
    "por": "Portuguese",
    "pus": "Pushto",
    "rum": "Romanian",
    "rus": "Russian",
    "san": "Sanskrit",
    "slo": "Slovak",
    "slv": "Slovenian",
    "spa": "Spanish",
    "srp": "Serbian",
    "swe": "Swedish",
    "tha": "Thai",
    "tur": "Turkish",
    "ukr": "Ukrainian",
    "urd": "Urdu",
    "vie": "Vietnamese",
    "wel": "Welsh",
}


def other_languages(codes: Iterable[str]) -> str:
    """Return the languages of a report by name, such as ``French and English``; nothing where English is all."""
    found = list(codes)
    return named_languages(found) if set(found) - ENGLISH - UNNAMED else ""


def named_languages(codes: Iterable[str]) -> str:
    """Return languages by name, English among them."""
    found = dict.fromkeys(code for code in codes if code not in UNNAMED)
    return " and ".join("English" if code in ENGLISH else NAMES.get(code, shortened(code, 20)) for code in found)
