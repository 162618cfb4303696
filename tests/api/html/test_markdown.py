"""What an editor writes is emphasised, listed and linked; nothing else ever arises from it."""

from __future__ import annotations

import re

import pytest

from api.html.markdown import rendered

pytestmark = pytest.mark.people

INERT = {
    "script": "<script>alert(1)</script>",
    "picture": "![x](https://evil.example/track.png)",
    "picture by reference": "![x][1]\n\n[1]: https://evil.example/a.png",
    "raw picture": "<img src=x onerror=alert(1)>",
    "javascript link": "[点我](javascript:alert(1))",
    "javascript link in disguise": "[点我](java\tscript:alert(1))",
    "data link": "[点我](data:text/html;base64,PHNjcmlwdD4=)",
    "vbscript": "[点我](vbscript:msgbox)",
    "entity scheme": "[点我](&#106;avascript:alert(1))",
    "autolink": "<javascript:alert(1)>",
    "frame": "<iframe src=https://evil.example></iframe>",
    "style": "<style>body{display:none}</style>",
    "svg": "<svg/onload=alert(1)>",
    "attribute break": '[x](https://a.example "" onmouseover=alert(1) x="")',
    "template": "{{ 7*7 }} {% raw %} ${7*7}",
    "comment": "<!-- --><b onclick=alert(1)>x</b>",
    "form": "<form action=https://evil.example><input name=key></form>",
    "meta": "<meta http-equiv=refresh content=0;url=https://evil.example>",
}


@pytest.mark.parametrize("text", INERT.values(), ids=INERT)
def test_what_could_act_stays_text(text: str) -> None:
    html = str(rendered(text))

    assert not re.search(r"<(?!/?(?:p|br|strong|em|ul|ol|li|blockquote|h2|h3|a|hr|code|pre)\b)", html), html
    assert not re.search(r"<[^>]*\s(?:on\w+|style|src|srcset|action)\s*=", html), html
    for address in re.findall(r'href="([^"]*)"', html):
        assert address.startswith(("http://", "https://")), html
    assert "49" not in html


def test_emphasis_lists_and_links_are_shown() -> None:
    html = str(rendered("**合格**\n\n- 一\n- 二\n\n[公告](https://swj.mc.example/1)\n第二行"))

    assert "<strong>合格</strong>" in html
    assert html.count("<li>") == 2
    assert '<a href="https://swj.mc.example/1" rel="nofollow noopener noreferrer">公告</a><br>' in html


def test_a_line_break_an_editor_wrote_is_kept() -> None:
    assert str(rendered("第一行\n第二行")) == "<p>第一行<br>\n第二行</p>\n"
