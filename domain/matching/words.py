"""The words the matching rule knows: what says nothing about a claim, what says the same, and what changes a claim."""

from __future__ import annotations

import re

SAME = (
    ("新型冠状病毒感染的肺炎", "新冠肺炎"), ("新型冠状病毒感染肺炎", "新冠肺炎"),
    ("新型冠状病毒肺炎", "新冠肺炎"), ("新冠状病毒肺炎", "新冠肺炎"), ("新型冠状病毒", "新冠病毒"),
    ("新冠状病毒", "新冠病毒"), ("新冠肺炎病毒", "新冠病毒"), ("新型肺炎", "新冠肺炎"),
    ("新冠状肺炎", "新冠肺炎"), ("非典型性肺炎", "非典"), ("不允许", "禁止"), ("不准", "禁止"),
    ("不得", "禁止"), ("拒绝", "拒"), ("允许", "准"), ("能够", "能"), ("可以", "能"), ("可", "能"),
    ("会", "能"), ("预防", "防"), ("防止", "防"), ("防治", "防"), ("治疗", "治"), ("医治", "治"),
    ("容易", "易"), ("没有", "没"), ("已经", "已"), ("应该", "应"), ("应当", "应"), ("必须", "须"),
    ("需要", "须"), ("大使馆", "使馆"), ("爆发", "暴发"), ("手部", "手"), ("家用", "家"), ("微信", "微信"),
    ("发生", "发生"), ("致癌物质", "致癌物"), ("二氧化炭", "二氧化碳"),
)  # fmt: skip
"""Words in folded texts that say the same here: the first is read as the second, in this order."""

FRAME = (
    "尚无定论", "有争议", "辟谣", "网传", "网上传言", "网络传言", "有网友称", "网友称", "有人说", "听说",
    "据说", "据传", "传言", "朋友圈传", "朋友圈里传", "是真的吗", "真的吗", "是不是真的", "是真的还是假的",
    "是真是假", "真的假的", "是真的", "属实吗", "是否属实", "属实", "是谣言吗", "是不是谣言", "谣言", "求证",
    "请核实", "请问", "请辟谣", "求辟谣", "有没有这回事", "有这回事吗",
)  # fmt: skip
"""What is put before or after a claim to ask about it or to answer it: it is no part of the claim."""

_EMPTY = (
    "这个", "那个", "一种", "一个", "一下", "的话", "以后", "之后", "以前", "目前", "现在", "究竟", "竟然",
    "居然", "真的", "其实", "的", "了", "吗", "呢", "啊", "呀", "吧", "哦", "嘛", "地", "得", "也", "都", "就",
    "将", "要", "已", "把", "被", "让", "给", "在", "是", "有", "能", "着", "过", "很", "还", "又", "再", "这",
    "那", "其", "之", "所", "说", "称", "请", "们", "对", "为", "于", "由", "从", "即", "便", "时", "后", "里",
    "上", "中", "则", "才", "而",
)  # fmt: skip
EMPTY = re.compile("|".join(sorted(_EMPTY, key=len, reverse=True)))
"""Words that may be there or not without another claim."""

NEGATION = re.compile("[不没未无非勿别莫]|禁止|拒")
"""Words that turn a claim into its opposite."""

HEDGE = re.compile("可能|或许|也许|疑似|有望|大概|据悉|几乎|恐|似乎")
"""Words that make less certain what is claimed."""

NUMBER = re.compile("[0-9〇零一二两三四五六七八九十百千万亿半]+|[第每]|倍|全部|所有|多[个名人次]")
"""Numbers and words of quantity."""

_PLACES = (
    "北京 天津 上海 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 "
    "海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙 广西 西藏 宁夏 新疆 香港 澳门 石家庄 唐山 太原 沈阳 "
    "大连 长春 哈尔滨 南京 苏州 无锡 杭州 宁波 温州 合肥 福州 厦门 南昌 济南 青岛 郑州 武汉 长沙 广州 "
    "深圳 东莞 佛山 南宁 海口 成都 贵阳 昆明 拉萨 西安 兰州 西宁 银川 乌鲁木齐 美国 日本 韩国 英国 法国 "
    "德国 俄罗斯 印度 意大利 中国 国外 国内 海外 欧洲 非洲 全国 全省 全市 本地 外地 东 南 西 北"
)
PLACE = re.compile(
    "|".join(_PLACES.split())
    + "|[省市县区镇村乡州路街巷桥站港湾岛山河湖]|小区|社区|机场|医院|学校|大学|中学|小学|超市|公司"
)
"""Names of places, and what a name of a place ends with."""

TOWN = re.compile(
    "|".join(_PLACES.split()[:-9])
    + "|(?<![我全本超城夜])市(?![场民值内])|[省县镇乡村州]|(?<![地疫小社园灾景区])区(?![别域分])"
)
"""Names of provinces, towns and countries, and what names of towns and districts end with."""

PREDICATE = re.compile(
    "治|防|愈|杀|灭|传播|传染|感染|抑制|致癌|抗癌|中毒|有毒|解毒|死|亡|伤|失踪|被抓|逮捕|确诊|康复|隔离|封|关闭|开放|停|恢复|复课|复工|"
    "开学|放假|涨|降|免费|收费|增|减|缺|抢|取消|推迟|提前|阳性|阴性|爆炸|起火|坍塌|坠|泄漏|污染|超标|合格|召回|下架|立案|开除|辞职|"
    "支持|反对|承认|否认|男|女|儿童|老人|孕|婴|胎|重症|轻症|疫苗|真|假|好|坏|高|低|大|小|早|晚|前|新|旧"
)
"""Words of what happens, to whom and in which direction: one that only one side has makes another claim."""

USE = re.compile("[吃喝饮服闻吸嗅涂抹敷擦洗泡熏含嚼戴穿注射打贴]")
"""What somebody does with a thing: 闻洋葱 is not 吃洋葱."""

LETTERS = re.compile("[a-z]+")
"""Words of letters: names of products and people, and of other languages, of which nothing is known here."""

LIST = re.compile("[和与及跟或、]|以及|还有|并且|加上")
"""Words between the members of a list: what stands beside one may be another member."""
