"""Characters that are written differently and say the same; each is folded into the other before anything else.

Copies out of PDF files hold radicals (⻓ ⺠ ⻋) in place of characters. Unicode's compatibility forms fold most;
those of its block "CJK Radicals Supplement" stand here (EquivalentUnifiedIdeograph.txt of the Unicode database).
"""

from __future__ import annotations

RADICALS = {
    "⺁": "厂", "⺄": "乙", "⺈": "刀", "⺊": "卜", "⺌": "小", "⺍": "小", "⺎": "兀", "⺒": "巳", "⺓": "幺",
    "⺗": "心", "⺘": "手", "⺛": "无", "⺜": "日", "⺝": "月", "⺟": "母", "⺠": "民", "⺧": "牛", "⺩": "王",
    "⺬": "示", "⺮": "竹", "⺯": "糸", "⺶": "羊", "⺷": "羊", "⺹": "老", "⺼": "肉", "⻁": "虎", "⻂": "衣",
    "⻃": "西", "⻄": "西", "⻅": "见", "⻆": "角", "⻈": "言", "⻉": "贝", "⻋": "车", "⻐": "金", "⻑": "长",
    "⻒": "长", "⻓": "长", "⻔": "门", "⻗": "雨", "⻘": "青", "⻙": "韦", "⻚": "页", "⻛": "风", "⻜": "飞",
    "⻝": "食", "⻢": "马", "⻣": "骨", "⻤": "鬼", "⻥": "鱼", "⻦": "鸟", "⻧": "卤", "⻨": "麦", "⻩": "黄",
    "⻪": "黾", "⻫": "齐", "⻬": "齐", "⻭": "齿", "⻮": "齿", "⻯": "龙", "⻰": "龙", "⻱": "龟", "⻲": "龟",
    "⻳": "龟",
}  # fmt: skip
"""Radicals by themselves, and the characters they stand for in copied text."""

VARIANTS = {
    "\u2212": "-",
    "∶": ":",
    "꞉": ":",
    "妳": "你",
    "牠": "它",
    "祂": "它",
    "著": "着",
    "臺": "台",
    "裏": "里",
    "裡": "里",
}
"""Marks and characters for which people write either, whatever is meant."""

PHRASES = {"甚么": "什么"}
"""Pairs of characters that are written either way, in simplified characters."""

SAME = str.maketrans(RADICALS | VARIANTS)
