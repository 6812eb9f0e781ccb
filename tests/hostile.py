"""Texts that a record may hold and that must stay text, in whatever they are printed.

One list for every test of every output. Whatever runs where it should not sets ``window.intruded``, asks for a page of
``intruder.invalid`` or opens a dialog; `litwatch` itself does none of these.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any, get_args, get_origin

from litwatch.model import AbstractSection, Author, Citation, Identifier, MeshHeading, PartialDate, Registration
from litwatch.text import ABSTRACT_CAP, TITLE_CAP, clean_text

RUN = "window.intruded=1"
ELSEWHERE = "https://intruder.invalid/"

MARKUP = (
    f"<script>{RUN}</script>",
    f"<SCRIPT SRC={ELSEWHERE}x.js></SCRIPT>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt>",
    f"<script\n>{RUN}</script\n>",
    f"</script><script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</style><script>{RUN}</script>",
    f"</textarea><script>{RUN}</script>",
    f"--><script>{RUN}</script><!--",
    f"]]><script>{RUN}</script>",
    f"<![CDATA[<script>{RUN}</script>]]>",
    f"<img src=x onerror={RUN}>",
    f'"><img src=x onerror="{RUN}">',
    f"'><img src=x onerror='{RUN}'>",
    f"`><img src=x onerror=`{RUN}`>",
    f"<img src={ELSEWHERE}pixel.gif>",
    f'<img srcset="{ELSEWHERE}a.png 1x">',
    f"<svg onload={RUN}>",
    f"<svg/onload={RUN}//",
    f"<svg><script>{RUN}</script></svg>",
    f'<svg><a xlink:href="javascript:{RUN}"><text y=20>x</text></a></svg>',
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<svg><use href='{ELSEWHERE}a.svg#x'/></svg>",
    f'<math><mtext><table><mglyph><style><img src=x onerror="{RUN}"></style>',
    f'<math href="javascript:{RUN}">x</math>',
    f"<body onload={RUN}>",
    f"<details open ontoggle={RUN}>x</details>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src={ELSEWHERE}a.mp3 autoplay onplay={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}></select>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<iframe src='javascript:{RUN}'></iframe>",
    "<iframe srcdoc='&lt;script&gt;parent.intruded=1&lt;/script&gt;'></iframe>",
    f"<object data={ELSEWHERE}x.swf></object>",
    f"<embed src={ELSEWHERE}x>",
    f"<applet code={ELSEWHERE}x></applet>",
    f"<form action={ELSEWHERE}><button autofocus>x</button></form>",
    f"<button formaction='javascript:{RUN}'>x</button>",
    f"<base href={ELSEWHERE}>",
    f"<meta http-equiv=refresh content='0;url={ELSEWHERE}'>",
    f"<link rel=stylesheet href={ELSEWHERE}x.css>",
    f"<link rel=prefetch href={ELSEWHERE}x>",
    f"<style>@import '{ELSEWHERE}x.css';</style>",
    f"<style>*{{background:url({ELSEWHERE}x.png)}}</style>",
    f'<div style="background:url({ELSEWHERE}x.png)">x</div>',
    '<div style="position:fixed;inset:0;z-index:9999">x</div>',
    "<div style=width:expression(alert(1))>x</div>",
    f"<template><script>{RUN}</script></template>",
    f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    f"<x onclick={RUN} tabindex=1 id=x></x>",
    f"<a href=# onmouseover={RUN}>x</a>",
    "<dialog open>x</dialog>",
    "</table></td></tr></div></main></body></html>",
    "<!--",
    "<!-- comment --!>",
    "<!doctype html><html><head>",
    "<?php phpinfo(); ?>",
    "<?xml version='1.0'?><?xml-stylesheet href='x'?>",
    "<!ENTITY x SYSTEM 'file:///etc/passwd'>",
    "<plaintext>",
    "<xmp>",
    "<h1>A heading of its own",
    "<b>bold</b> <i>and</i> H<sub>2</sub>O <sup>2</sup>",
    "n<5 and p>0.05; a < b > c && d",
    "Fish & chips &amp; more &amp;amp; &lt;script&gt;",
    "&#60;script&#62;window.intruded=1&#60;/script&#62;",
    "&#x3c;img src=x onerror=window.intruded=1&#x3e;",
    "&colon;&lpar;&NewLine;&Tab;&nbsp;&zwj;",
    "&nosuchentity; &#0; &#xD800; &#x110000; &#99999999;",
    "\u003cscript\u003ewindow.intruded=1\u003c/script\u003e",
    "＜script＞window.intruded=1＜/script＞",
    "‹script›alert(1)‹/script›",
)
ADDRESSES = (
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}",
    f"java\tscript:{RUN}",
    f"java\nscript:{RUN}",
    f"\x01javascript:{RUN}",
    f" javascript:{RUN}",
    f"javascript&colon;{RUN}",
    f"javascript://example.org/%0a{RUN}",
    f"vbscript:{RUN}",
    f"data:text/html,<script>{RUN}</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "blob:https://intruder.invalid/1",
    "file:///etc/passwd",
    "//intruder.invalid/x",
    "\\\\intruder.invalid\\share",
    f'{ELSEWHERE}?q="><script>{RUN}</script>',
    "https://user:secret@intruder.invalid/",
    "https://pubmed.ncbi.nlm.nih.gov@intruder.invalid/1/",
    "https://intruder.invalid\\@doi.org/10.1000/1",
    "http://[::1]:22/ http://169.254.169.254/latest/meta-data/",
    "https://\u0440ubmed.ncbi.nlm.nih.gov/1/",
    "mailto:a@b.org?bcc=everybody@intruder.invalid",
    "ftp://intruder.invalid/ gopher://intruder.invalid/",
    "10.1000/<script>window.intruded=1</script>",
    '10.1000/x" onclick="window.intruded=1',
    "https://doi.org/10.1000/x'onmouseover='window.intruded=1",
    "NCT00000001<script>window.intruded=1</script>",
    "../../../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/etc/passwd%00.html",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "....//....//etc/hosts",
    "CON.txt NUL AUX:",
    "~root/.ssh/id_rsa",
    "-rf /",
    "--config=/etc/passwd",
)
TEMPLATES = (
    "{{ 7*7 }}",
    "{{ config.__class__.__init__.__globals__ }}",
    "{% for x in range(10**9) %}{% endfor %}",
    "{% raw %}",
    "{% endraw %}{{ self }}{% include '/etc/passwd' %}",
    "{# a comment that never ends",
    "${7*7} #{7*7} <%= 7*7 %> @{7*7}",
    "$(touch intruded) `touch intruded`",
    "; touch intruded; | cat /etc/passwd && true",
    "%s %n %d %(name)s %x%x%x {0} {name} {self.__class__}",
    "\\u003cscript\\u003e \\x3cscript\\x3e \\74script\\76",
    "'; DROP TABLE record; --",
    '" OR "1"="1',
    "1 UNION SELECT content FROM message",
    "Robert'); DELETE FROM digest;--",
    "* OR migraine[tiab] NOT (ketamine)",
    ":param :1 ? %s",
    "!!python/object/apply:os.system ['true']",
    "- &a [*a, *a]\nkey: value\n--- \n...",
    "# [link](javascript:window.intruded=1) ![x](https://intruder.invalid/x.png)",
    "[x]: javascript:window.intruded=1",
    "| a | b |\n|---|---|\n| c | d |",
    "```\ncode\n```\n# A heading\n> quote",
)
SHEETS = (
    "=1+1",
    '=HYPERLINK("https://intruder.invalid/","click")',
    '=cmd|" /C calc"!A0',
    '=IMPORTXML("https://intruder.invalid/","//a")',
    "+1+1",
    "-1+1",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1,1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    " =1+1",
    "'=1+1",
    '"=1+1"',
    ";=1+1",
    ",=1+1",
    "＝1+1",
    "＋1+1",
    "－1+1",
    "＠SUM(1)",
    "\u00a0=1+1",
    "\ufeff=1+1",
    "\u200b=1+1",
    "\u2212 1",
    "%0A=1+1",
    "|=1+1",
    'comma, "quoted", semicolon; tab\tend\nsecond row,"x"',
    '"""',
    '"',
    'a"\r\nb,c,d',
    'DDE ("cmd";"/C calc";"x")',
    "2026-11-26",
    "1e999",
    "0x7fffffff",
    "NaN",
    "007",
    "null",
    "TRUE",
)
BIBLIOGRAPHY = (
    "ER  - ",
    "A title\nER  - \n\nTY  - JOUR\nTI  - Another",
    "A title\r\nAU  - Nobody, N\r\n",
    "TY  - JOUR\u2028TI  - x\u2028ER  - ",
    "x\x0bER  - \x0cTY  - JOUR",
    "x\x85ER  - \x85TY  - JOUR",
    "PMID- 1\nTI  - x\n\nPMID- 2",
    "%0 Journal Article\n%T x",
    "KW  - a\nKW  - b",
    "@article{other, title = {Another}}",
    "ends early}, author = {Nobody}} @article{other, title = {Another}",
    "}}}}}}}}",
    "{{{{{{{{",
    "{unbalanced",
    "\\",
    "\\\\",
    "title = {a \\} b}",
    '"quoted" # "joined"',
    '@comment{x} @preamble{"x"} @string{a = "b"}',
    "\\input{/etc/passwd} \\write18{touch intruded} \\immediate",
    "% a comment # $x$ ~ ^ _ & \\%",
    "\\begin{document}\\end{document}",
    "a \\\"{o} {\\ss} \\'e",
    "Smith, J and Jones, K and others",
    "AB  - looks like an abstract",
    "\nFN Clarivate\nVR 1.0\nPT J\nER\nEF",
)
HEADERS = (
    "x\r\nBcc: everybody@intruder.invalid",
    "x\nBcc: everybody@intruder.invalid",
    "x\rBcc: everybody@intruder.invalid",
    "x\r\n\r\nA body of its own",
    "x%0d%0aBcc: everybody@intruder.invalid",
    "x\r\n.\r\nMAIL FROM:<a@intruder.invalid>",
    "\r\n.\r\n",
    ".",
    "..",
    "From the beginning",
    "=?utf-8?q?=0d=0aBcc:_x@intruder.invalid?=",
    "=?utf-8?b?DQpCY2M6IHhAaW50cnVkZXIuaW52YWxpZA==?=",
    "=?utf-8?q?never ends",
    "=?nosuchcharset?q?x?=",
    "Subject: another",
    "Content-Type: text/html\r\n\r\n<script>window.intruded=1</script>",
    "--=_0000\r\nContent-Type: text/html",
    '"<a@intruder.invalid>" , b@intruder.invalid; <c@intruder.invalid>',
    "x\u2028Bcc: everybody@intruder.invalid\u2029",
    "=20=3D=0D=0A",
)
CHARACTERS = (
    "\x00",
    "a\x00b",
    "".join(map(chr, range(0x20))),
    "".join(map(chr, range(0x7F, 0xA0))),
    "\x1b[31mred\x1b[0m",
    "\x1b[2J\x1b[H\x1b]0;title\x07",
    "\x1b]8;;https://intruder.invalid/\x1b\\click\x1b]8;;\x1b\\",
    "\x1bP+q544e\x1b\\ \x1b_x\x1b\\ \x1b^x\x1b\\",
    "\x9b31m\x9d0;x\x9c",
    "a\x08\x08\x08b\x7f\x7fc",
    "line\rovertype",
    "bell\x07\x07\x07",
    "\u202eevil.exe\u202c",
    "\u202dleft\u202c \u202aa\u202c \u202bb\u202c",
    "\u2066a\u2069 \u2067b\u2069 \u2068c\u2069",
    "\u200e\u200f\u061c",
    "unclosed \u2067 isolate",
    "z\u200be\u200cr\u200do \u2060width\ufeff",
    "soft\u00adhyphen",
    "\u180e\u3164\u115f\u2800\u00a0\u2007\u202f\u3000",
    "a\u2028b\u2029c\x85d\x0be\x0cf",
    "\ud800",
    "x\udfffy\ud83d",
    "\udcff\udc80",
    "\ufffe\uffff\ufdd0\ufdef",
    "\U0001fffe\U0010ffff",
    "\ufffd\ufffd",
    "\ue000\uf8ff\U000f0000",
    "\ufff9a\ufffab\ufffb",
    "\U000e0041\U000e0042\U000e007f",
    "Z" + "\u0300\u0316\u0334\u0489" * 40 + "algo",
    "\u0300starts with a mark",
    "e\u0301 \u00e9 \u212b \u00c5 \ufb01 \u2460",
    "\u1112\u1161\u11ab \ud55c",
    "مقدمة في الصداع النصفي",
    "עברית, then English (and back)",
    "片頭痛に対するケタミン",
    "Кетамин при мигрени",
    "โรคไมเกรน १२३ ٣٤٥",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f3f4\U000e0067\U000e007f \U0001f1f3\U0001f1f4",
    "\U0001f9e0\U0001f3fd \u2764\ufe0f \u263a\ufe0e",
    "ﷺ\ufdfd\u0bf5\U00012031",
    "ıİſKÅ ß ẞ ŉ ǰ",
    "\u2019\u201c\u201d\u2013\u2014\u2026 \u00b5g \u03bcg \u2264 \u00b1",
)
SIZES = (
    *("", " ", "\n\n\n", "\t", "x"),
    *("x" * 3_000, "word " * 600, "\u00e9" * 3_000, "<b>" * 1_000, "(" * 3_000, "&amp;" * 600, '"' * 3_000),
    *("\\" * 3_000, "{" * 1_500 + "}" * 1_500, "a\n" * 1_500, "10 mg " * 500, "1" * 3_000, "\u0300" * 3_000),
    *("\u202e" * 3_000, "\U0001f9e0" * 3_000),
)
# Each over and over fills a whole abstract, where a search within a search would take the square of its length.
REPEATED = (
    *("x", "word ", "<b>", "(", "&amp;", "a\n", "A. ", "1", "1-", "\u0300", "10 mg ", "n = 20 ", "(n=9) ", "ketamine "),
    *("20 patients and ", "versus placebo ", "0.5 mg/kg ketamine over 40 min. ", "nausea, ", "24 weeks ", "RCT "),
    *("was reduced by 50% (p<0.001) ", "no adverse events of nausea ", "METHODS: ", "NCT00000001 "),
)

TEXTS: tuple[str, ...] = (
    *(*MARKUP, *ADDRESSES, *TEMPLATES, *SHEETS, *BIBLIOGRAPHY),
    *(*HEADERS, *CHARACTERS, *SIZES),
)

# The fields that the sources take from validated places, or that are words of the model's own.
LONG = {"text", "description", "summary", "eligibility"}
_GIVEN = {"source", "key", "kind", "identifiers", "mentions"}


def citation(number: int, text: str) -> Citation:
    """Return a citation that holds ``text`` in every field that a source fills, cleaned as every source does."""
    key = str(1000 + number)
    record: Citation = _filled(Citation, text, {"source": "pubmed", "key": key, "kind": "article"})
    doi = Identifier(kind="doi", value=f"10.5555/a_b<{number}>\"'&")
    return replace(
        record,
        identifiers=(Identifier(kind="pmid", value=key), doi),
        abstract=(AbstractSection(text="Ketamine infusion was given for migraine."), *record.abstract),
        mesh=(MeshHeading(descriptor="Ketamine"), MeshHeading(descriptor="Migraine Disorders"), *record.mesh),
        authors=(*record.authors, Author(collective=record.title)),
    )


def registration(number: int, text: str) -> Registration:
    """Return a registration that holds ``text`` in every field that a source fills, cleaned as every source does."""
    key = f"NCT{90_000_000 + number}"
    given = {"source": "clinicaltrials", "key": key, "kind": "registration"}
    record: Registration = _filled(Registration, text, given)
    return replace(
        record,
        identifiers=(Identifier(kind="nct", value=key),),
        conditions=("Migraine", *record.conditions),
        summary=f"Ketamine infusion for migraine. {record.summary}",
    )


def texts_of(value: object) -> list[str]:
    """Return every string that a record holds, however deep."""
    if isinstance(value, str):
        return [value]
    if dataclasses.is_dataclass(value):
        return [text for field in dataclasses.fields(value) for text in texts_of(getattr(value, field.name))]
    if isinstance(value, (tuple, list, frozenset, set)):
        return [text for part in value for text in texts_of(part)]
    return []


@cache
def _hints(shape: Any) -> Mapping[str, Any]:
    return typing.get_type_hints(shape)


def _filled(shape: Any, text: str, given: Mapping[str, object] | None = None) -> Any:
    """Return an instance of a model class with ``text`` wherever it holds text."""
    values = dict(given or {})
    for field in dataclasses.fields(shape):
        if field.name in values or field.name in _GIVEN:
            continue
        values[field.name] = _value(_hints(shape)[field.name], text, field)
    return shape(**values)


def _value(hint: Any, text: str, field: dataclasses.Field[Any]) -> object:
    if hint is str:
        return clean_text(text, cap=ABSTRACT_CAP if field.name in LONG else TITLE_CAP)
    if hint is PartialDate or PartialDate in get_args(hint):
        return PartialDate(value="2026-11", raw=clean_text(text, cap=TITLE_CAP))
    if get_origin(hint) is tuple:
        return (_value(get_args(hint)[0], text, field),)
    if dataclasses.is_dataclass(hint):
        return _filled(hint, text)
    if get_origin(hint) in {typing.Union, types.UnionType} and field.default is None:
        return None
    assert field.default is not dataclasses.MISSING, f"{field.name}: {hint} is not filled"
    return field.default
