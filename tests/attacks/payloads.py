"""Texts that would do harm if anything took them for more than text."""

from __future__ import annotations

PAYLOADS: dict[str, str] = {
    "sql": "'; DROP TABLE referrals; --",
    "sql union": '" OR 1=1 UNION SELECT password_hash FROM accounts --',
    "script": "<script>alert('zq1')</script>",
    "image": '<img src=x onerror="alert(1)">',
    "link": "[zq2](javascript:alert(1))",
    "markdown": "![zq3](https://example.org/x.png) **bold** $x^2$ :red[x]",
    "template": "{{7*7}} ${7*7} %s {0} {name}",
    "formula": "=HYPERLINK(\"https://example.org\",\"zq4\")",
    "plus": "+zq5|'/C calc'!A0",
    "minus": "-2+3+zq6",
    "at": "@SUM(1+1)*zq7",
    "tab": "\t=1+zq8",
    "control": "zq9\x07\x1b[31mred\x00end",
    "right to left": "zqa\u202egnp.exe\u202c",
    "zero width": "zqb\u200b\u2060\ufeff",
    "newlines": "zqc\r\nSet-Cookie: a=b\r\n\r\n<html>",
    "long": "zqd" * 30_000,
    "emoji": "zqe 👩🏽\u200d🚀 🏳️\u200d🌈",
    "surrogate": "zqf \U0010ffff",
    "path": "../../../../etc/passwd",
}  # fmt: skip
