"""Which figures measure what is asked: averages of years, outsets, longer words and other subjects do not."""

import pytest

from bot.compound import understand
from bot.evidence import Reading
from bot.fitting import fits
from bot.line import Line, lines_of
from index.report import parse_report

HEAD = "政府工作报告\n2026年1月20日在某省第十四届人民代表大会第四次会议上\n省长 张三\n\n一、2025年工作回顾\n\n"
"""A report's front, so that its year is known."""


def reading(question: str, sentence: str) -> tuple[Reading, Line]:
    """The question read against a report of one sentence."""
    report = parse_report("某省.txt", HEAD + sentence + "\n")
    lines = lines_of(report)
    line = next(line for line in lines if line.text.startswith(sentence[:4]))
    return Reading(understand(question), report, lines, {}), line


def measuring(question: str, sentence: str) -> list[str]:
    """The figures of a sentence that may answer."""
    read, line = reading(question, sentence)
    return [line.text[f.start : f.end] for f in line.figures if fits(read.question, line, f) and read.measures(line, f)]


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("去年GDP增速", "地区生产总值年均增长5.7%、去年增长5.3%。", ["5.3%"]),
        ("GDP增速", "地区生产总值年均增长5.7%、去年增长5.3%。", ["5.3%"]),  # no year is the last one
        ("2025年GDP增速", "2025年与2020年相比，地区生产总值增长57.3%；去年增长9.9%。", ["9.9%"]),
        ("2025年GDP增速", "地区生产总值比2020年增长31%。", []),
        ("十四五GDP年均增速", "地区生产总值年均增长5.7%。", ["5.7%"]),
        ("2025年GDP增速", "地区生产总值年均增长5.7%。", []),  # the year ends in 5年, which asks for no five years
        ("去年GDP多少", "地区生产总值从11.37万亿元提高到14.58万亿元。", ["14.58万亿元"]),
        ("GDP从多少提高到14.58万亿元", "地区生产总值从11.37万亿元提高到14.58万亿元。", ["11.37万亿元", "14.58万亿元"]),
        ("GDP要达到多少", "地区生产总值达到4万亿元，人均地区生产总值14万元。", ["4万亿元"]),
        ("人均GDP要达到多少", "地区生产总值达到4万亿元，人均地区生产总值14万元。", ["14万元"]),
        ("GDP多少", "地区生产总值4万亿元，新增企业57家。", ["4万亿元"]),  # money, not a count
        ("CPI控制目标是多少", "居民消费价格涨幅控制在2%左右。", ["2%左右"]),
        ("出口额比上年多多少", "出口额120亿元，比上年增长3.1%。", ["3.1%"]),  # a change, which no level answers
        ("实际利用外资多少美元", "实际利用外资3227万美元，到位省外资金59亿元。", ["3227万美元"]),
        ("城镇居民收入多少", "城镇、农村居民人均可支配收入分别为3.8万元、1.9万元。", ["3.8万元"]),
        ("农村居民收入多少", "城镇、农村居民人均可支配收入分别为3.8万元、1.9万元。", ["1.9万元"]),
        ("全省居民收入多少", "城镇居民人均可支配收入3.8万元。", []),
        ("全省居民收入多少", "居民人均可支配收入3万元。", ["3万元"]),
        ("去年装了多少部电梯", "四年累计改造小区137个，加装电梯203部。", []),  # of several years
        ("去年装了多少部电梯", "四年累计加装电梯203部，2025年加装电梯87部。", ["87部"]),
        ("四年一共装了多少部电梯", "四年累计加装电梯203部。", ["203部"]),
        ("四年一共装了多少部电梯", "去年加装电梯87部。", []),
        ("去年GDP多少", "一季度，地区生产总值234亿元，下降3%。", []),  # of a quarter
        ("一季度GDP多少", "一季度，地区生产总值234亿元，下降3%。", ["234亿元"]),
        ("今年GDP目标多少亿", "今后五年的奋斗目标是：地区生产总值突破600亿元。", []),
        ("今后五年GDP目标多少亿", "今后五年的奋斗目标是：地区生产总值突破600亿元。", ["突破600亿元"]),
        ("2020年GDP多少", "地区生产总值由2020年的100亿元增加到2025年的150亿元。", ["100亿元"]),
        ("去年接待游客多少人次", "五年累计接待游客1875万人次，其中2025年接待游客392万人次。", ["392万人次"]),
        ("优良天数一共多少天", "空气质量持续改善，优良天数增加7.8天。", []),
        ("优良天数增加了几天", "空气质量持续改善，优良天数增加7.8天。", ["7.8天"]),
        ("湖面比前年大了多少", "湖面面积38.5平方公里，比上年增加4.3平方公里。", ["4.3平方公里"]),
        ("县医院有多少张病床", "县医院投用，每千人口床位数提高到5.7张。", []),
        ("每千人有多少张病床", "县医院投用，每千人口床位数提高到5.7张。", ["5.7张"]),
        ("茶叶产了多少", "茶叶产量8960吨，产值32亿元。", ["8960吨"]),
        ("旅游收入一共多少", "接待游客392万人次，旅游收入80亿元。", ["80亿元"]),
        ("高速公路通车里程多少公里", "高速公路通车里程新增3000公里、突破1.1万公里。", ["突破1.1万公里"]),
    ],
)
def test_only_what_measures_the_thing_may_answer(question: str, sentence: str, expected: list[str]) -> None:
    assert measuring(question, sentence) == expected


@pytest.mark.parametrize(
    ("question", "sentence", "can"),
    [
        ("剩下没解决的是哪几个楼盘", "全区46个问题楼盘已化解43个。", False),
        ("剩下没解决的是哪几个楼盘", "全区46个问题楼盘已化解43个，其余3个正在推进。", True),
        ("还有几家平台没退出", "170家平台有序退出。", False),
        ("还有几家平台没退出", "170家平台有序退出，尚余3家。", True),
        ("市长热线接了多少电话", "办理市长热线1950件。", True),
        ("人代会在哪个会堂开的", "在甲县第五届人民代表大会第五次会议上作报告。", False),
        ("人均寿命预计是多少岁", "人均预期寿命预计达79岁。", True),
        ("去年哪些指标没达到年初预期", "投资、消费没有达到年初预期。", True),
        ("市长热线号码是多少", "办理市长热线1950件。", False),
        ("市长热线号码是多少", "市长热线12345办理来电1950件。", True),
        ("80岁老人一个月能拿多少", "发放高龄津贴404万元。", False),
        ("80岁老人一个月能拿多少", "高龄津贴每月100元。", True),
    ],
)
def test_a_line_tells_what_the_question_needs(question: str, sentence: str, can: bool) -> None:
    read, line = reading(question, sentence)
    assert read.fits(line) is can
