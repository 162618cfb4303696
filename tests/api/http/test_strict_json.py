from __future__ import annotations

import time

import pytest

from api.http.strict_json import NotStrictError, parse


@pytest.mark.parametrize(
    ("raw", "what", "path"),
    [
        (b'{"a":1,"a":2}', "duplicate_key", ("a",)),
        (b'{"a":[0,{"b":NaN}]}', "not_a_number", ("a", 1, "b")),
        (b'{"a":-Infinity}', "not_a_number", ("a",)),
        (b'{"a":1e999}', "not_a_number", ("a",)),
        (b'{"a":' + b"9" * 5000 + b"}", "too_many_digits", ("a",)),
        (b'{"a":"\\ud800"}', "lone_surrogate", ("a",)),
        (b'{"\\udc00":1}', "lone_surrogate", ()),
        (b"\xef\xbb\xbf{}", "bom", ()),
        ("{}".encode("utf-16"), "not_utf8", ()),
        ("{}".encode("utf-16-le"), "not_json", ()),
        (b'{"a":"\xed\xa0\x80"}', "not_utf8", ()),
        (b'{"a":"\xff"}', "not_utf8", ()),
        (b'{"a":"\x01"}', "not_json", ()),
        (b"", "not_json", ()),
        (b"{} {}", "not_json", ()),
        (b"[" * 20_000, "too_deep", ()),
        (b'{"a":' * 20_000, "too_deep", ()),
        (b"[" * 33 + b"]" * 33, "too_deep", ()),
    ],
)
def test_what_two_readers_could_read_differently_is_refused_with_its_place(
    raw: bytes, what: str, path: tuple[str | int, ...]
) -> None:
    with pytest.raises(NotStrictError) as refused:
        parse(raw)

    assert (refused.value.what, refused.value.path) == (what, path)


def test_a_syntax_error_names_line_and_column() -> None:
    with pytest.raises(NotStrictError) as refused:
        parse(b'{\n "a": }')

    assert (refused.value.line, refused.value.column) == (2, 7)


@pytest.mark.parametrize(
    "raw",
    [b"[" * 32 + b"]" * 32, b'{"a":"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\"{{{{"}', '{"a":"𝄞\\ud834\\udd1e"}'.encode()],
)
def test_plain_json_is_read(raw: bytes) -> None:
    parse(raw)


@pytest.mark.parametrize("raw", [b'"' + b'\\"' * 32_000, b'"' * 64_000, b"\\" * 64_000, b'{"' + b"a" * 64_000])
def test_the_look_for_depth_takes_one_pass_whatever_the_text_holds(raw: bytes) -> None:
    began = time.perf_counter()
    with pytest.raises(NotStrictError):
        parse(raw)

    assert time.perf_counter() - began < 0.5
