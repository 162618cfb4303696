"""The address people reach the API at: every link begins with it, so one that would break them is refused."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from settings import Settings, address_of


@pytest.mark.parametrize(
    "url",
    [
        "piyao.example.gov.cn",
        "https://piyao.example.gov.cn/piyao",
        "ftp://piyao.example.gov.cn",
        "https://piyao.example.gov.cn:x",
        "https://piyao.example.gov.cn/?a=1",
        "https://user@piyao.example.gov.cn",
        "http://[::1",
        "https://",
    ],
)
def test_an_address_whose_links_would_lead_nowhere_is_refused_with_one_that_would_do(url: str) -> None:
    with pytest.raises(ValidationError, match="scheme and host, without a path"):
        Settings(public_url=url)


def test_a_slash_at_its_end_is_left_out() -> None:
    assert Settings(public_url="https://piyao.example.gov.cn/").base_url == "https://piyao.example.gov.cn"


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8400"),
        ("::1", "http://[::1]:8400"),
        ("::", "http://[::1]:8400"),
        ("0.0.0.0", "http://127.0.0.1:8400"),
        ("piyao.example", "http://piyao.example:8400"),
    ],
)
def test_without_one_links_lead_to_where_the_api_listens(host: str, url: str) -> None:
    assert address_of(host, 8400) == url
    assert Settings(api_host=host, public_url=None).base_url == url
