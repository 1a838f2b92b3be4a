"""Candidates of small invented reports, worked out by hand: which figures answer, alone or in a row."""

from collections.abc import Sequence

import numpy as np
import pytest

from bot.evidence import Reading
from bot.line import lines_of
from bot.neural import Opinion
from bot.question import understand_alone
from bot.reader import NO_SUPPORT, Belief, Candidate, figure_candidates, neural_candidates, read, reconsider
from index.report import parse_report


def reading(question: str, body: str) -> Reading:
    report = parse_report(
        "2026年甲县政府工作报告.txt", f"2026年甲县政府工作报告\n各位代表：\n一、2025年工作回顾\n{body}\n"
    )
    return Reading(understand_alone(question), report, lines_of(report), {})


def texts(candidates: Sequence[Candidate]) -> list[tuple[str, ...]]:
    return [tuple(line.text[start:end] for line, start, end in c.spans) for c in candidates]


def figures_for(question: str, body: str) -> list[str]:
    asked = reading(question, body)
    return [text for line in asked.lines for (text,) in texts(list(figure_candidates(asked, line, NO_SUPPORT)))]


def rows_for(question: str, body: str) -> list[tuple[str, ...]]:
    asked = reading(question, body)
    return sorted(texts(read(asked, asked.lines, {})))


def belief(asked: Reading, words: str, answers: float) -> Belief:
    """What the network would think, were it sure that these words of a line are the answer."""
    line = next(line for line in asked.lines if words in line.text)
    starts, ends = np.zeros(len(line.text), np.float32), np.zeros(len(line.text), np.float32)
    at = line.text.index(words)
    starts[at] = ends[at + len(words) - 1] = 1
    return Belief((line,), Opinion(answers, 1 - answers, 2.0, starts, ends))


@pytest.mark.parametrize(
    ("question", "body", "found"),
    [
        ("财政收入多少", "财政收入突破3万亿元，增加5232亿元。", ["突破3万亿元"]),
        ("煤耗降到多少了", "煤耗62克，下降6%。", ["62克"]),
        ("煤耗降到多少了", "煤耗降到62克。", ["62克"]),
        ("2025年粮食产量多少吨", "粮食产量达到70万吨，减少2万吨。", ["70万吨"]),
        ("甲企业世界500强第几", "甲企业世界500强排名升至235位，新增岗位300名。", ["235位"]),
        ("清河治理了多长", "投资2.8亿元治理清河12公里。", ["12公里"]),
        ("打了多少粮食", "粮食播种面积15.8万亩，总产7.2万吨。", ["7.2万吨"]),
        ("养老金每月涨了几块钱", "养老金标准提高到每月113元，每月上调10元。", ["10元"]),
        ("办执照要多久", "办执照由5个工作日压缩到4小时，设窗口12个。", ["4小时"]),
        ("住院能报多少", "住院报销比例达到75%，病床800张。", ["75%", "800张"]),
        ("冷链物流园啥时候开业", "冷链物流园9月底前开业，投资3亿元。", ["9月底前"]),
        ("炼化项目什么时候开工", "炼化项目3月底前开工。", ["3月底前"]),
        ("炼化项目哪年投产", "炼化项目3月底前开工。", []),
        ("地铁什么时候通车", "地铁年底前通车。", ["年底前"]),
        ("早餐会每月哪天办", "每月15日举行企业家早餐会。", ["每月15日"]),
        ("渔港能停几条船", "渔港可停泊渔船1200艘。", ["1200艘"]),
        ("第三产业比重", "三次产业结构调整为1.2∶27.5∶71.3。", ["1.2∶27.5∶71.3"]),
        ("GDP增速比省里快多少", "地区生产总值增长4.6%，高于全省0.6个百分点。", ["高于全省0.6个百分点"]),
        ("GDP总量在全市排第几", "地区生产总值400亿元，增速居全市第二位。", []),
        ("GDP增速在全市排第几", "地区生产总值400亿元，增速居全市第二位。", ["居全市第二位"]),
        ("营商环境全国第几", "营商环境评价居全省第27位。", []),
        ("全市GDP排第几", "地区生产总值400亿元，总量居全省第5位。", ["居全省第5位"]),
        ("粮食产量在全省排第几", "全市粮食产量位居第3位。", ["第3位"]),
        ("规上工业增速全省第几", "规模以上工业增加值增长9.2%、居全省第2位。", ["居全省第2位"]),
        ("城镇和农村居民收入分别增长多少", "城镇、农村居民人均可支配收入分别增长5%、7%。", ["分别增长5%", "7%"]),
        ("1号线什么时候通车", "地铁1、2号线12月通车。", ["12月"]),
        ("产业园一期投资多少钱", "产业园一、二期投资30亿元。", ["30亿元"]),
        ("第二小学投资多少钱", "第一批小学投资3亿元。", ["3亿元"]),
        ("五一路什么时候通车", "五一路6月通车。", ["6月"]),
        ("体育馆什么时候建成", "体育馆今年初步建成。", []),
        ("水厂什么时候投产", "水厂前三季度投产。", ["前三季度"]),
        ("新增就业多少人", "城镇新增就业累计5.2万人。", ["5.2万人"]),
        ("今年开工的医学中心总投资多少钱", "今年开工的医学中心总投资21亿元。", ["21亿元"]),
        ("原来的乡镇合并成几个", "乡镇合并为5个。", ["5个"]),
        ("居民存款有多少钱", "城乡居民储蓄存款余额800亿元。", ["800亿元"]),
        ("财政收入多少钱", "财政总收入35.6亿元。", ["35.6亿元"]),
        ("营商环境全省第几", "营商环境评价居全省第27位。", ["居全省第27位"]),
        ("联盛产业园一期占地多大", "启动联盛产业园二期，占地420亩。", []),
        ("联盛产业园二期占地多大", "启动联盛产业园二期，占地420亩。", ["420亩"]),
        ("羊出栏多少只", "羊存栏112万只。", []),
        ("新装了多少光伏", "光伏装机累计18万千瓦。", []),
        ("光伏装机累计多少", "光伏装机累计18万千瓦。", ["18万千瓦"]),
        ("建区之初有多少人口", "年末常住人口43.8万人，比建区之初净增21.5万人。", ["43.8万人"]),
        ("提高之前低保每月多少元", "低保标准提高到每人每月650元。", []),
        ("医学中心今年要投多少钱", "医学中心总投资21亿元，年内完成投资5亿元。", ["5亿元"]),
        ("医学中心总投资多少钱", "医学中心总投资21亿元，年内完成投资5亿元。", ["21亿元"]),
        ("男子队拿了几块金牌", "女子队夺得金牌5枚。", []),
        ("外资有多少钱", "招商资金41亿元，其中区外资金26亿元。", ["41亿元"]),
        ("到省城要多长时间", "到省城的时间由3小时40分缩短至1小时15分。", ["1小时15分"]),
        ("留抵税额几月前退清", "留抵税额6月底前一次性退还。", ["6月底前"]),
        ("活儿排到啥时候", "排产期至2025年下半年。", ["2025年下半年"]),
        ("种地的人收入比上年多了几成", "城镇居民人均可支配收入5万元，农村居民3万元，分别增长5%、7%。", ["7%"]),
        ("农村收入比2018年多了多少元", "农村居民收入19709元。", []),
        ("服务业增加值突破了多少", "服务业增加值突破100亿元、占57%。", ["突破100亿元"]),
        ("新开了几家公办幼儿园", "新开办公办幼儿园4所。", ["4所"]),
        ("黄金产量涨幅", "黄金、白银、铜产量分别增长5%、6%、7%。", ["分别增长5%"]),
        ("引进了多少市外资金", "引进市外资金86亿元。", ["86亿元"]),
        ("财政补助每人多少", "财政补助标准提高到每人520元。", ["520元"]),
        ("养老金今年还涨多少", "养老金每人每月再提高5元。", ["5元"]),
        ("养老金今年涨幅多少", "养老金每人每月再提高5元。", []),
        ("农民收入涨幅在市里排第几", "农民收入增幅居全市首位。", ["居全市首位"]),
        ("事故死亡人数降了多少", "事故起数、死亡人数分别下降20%和25%。", ["25%"]),
    ],
)
def test_a_figure_of_the_sort_that_is_asked_for(question: str, body: str, found: list[str]) -> None:
    assert figures_for(question, body) == found


def test_a_part_and_its_whole_are_told_apart_by_whose_name_stands_beside() -> None:
    asked = reading("石门乡建了多少亩高标准农田", "建成高标准农田2.6万亩，其中石门乡0.9万亩；修路3公里。")
    (line,) = [line for line in asked.lines if line.figures]
    whole, part, road = line.figures
    assert [asked.bypassed(line, figure) for figure in (whole, part)] == [1.0, 0.0]
    assert asked.apart(line, part.start, part.end) == 0.0
    assert asked.apart(line, road.start, road.end) == 1.0


@pytest.mark.parametrize(
    ("question", "body", "words"),
    [
        ("违建拆了多少户", "拆除违建32.6万平方米。", "32.6万平方米"),
        ("服务业涨了几个点", "服务业增加值占生产总值的72%。", "72%"),
    ],
)
def test_the_network_is_not_followed_to_land_for_homes_or_a_share_for_growth(
    question: str, body: str, words: str
) -> None:
    asked = reading(question, body)
    assert list(neural_candidates(asked, [belief(asked, words, 0.9)], {})) == []


def test_a_time_that_is_no_figure_answers_too() -> None:
    asked = reading("新水厂什么时候建成", "投资5亿元的新水厂年底前建成。修路3公里。")
    (own,) = neural_candidates(asked, [belief(asked, "年底前", 0.9)], {})
    assert texts([own]) == [("投资5亿元的新水厂年底前建成",)]
    assert not list(neural_candidates(asked, [belief(asked, "3公里", 0.9)], {}))


@pytest.mark.parametrize(
    ("body", "form"),
    [
        ("甲路、乙路、丙路建成通车，打通断头路5条。", 0.0),
        ("打通甲路、乙路等断头路5条。", 1.0),
        ("打通断头路2条，分别是甲路和乙路。", 1.0),
        ("打通断头路、新建公园。", 0.0),
        ("打通甲断头路、乙断头路。", 1.0),
    ],
)
def test_names_stand_with_what_they_name(body: str, form: float) -> None:
    asked = reading("打通的断头路都叫什么名字，有哪些", body)
    (own,) = [c for c in read(asked, asked.lines, {}) if "断头路" in c.line.text]
    assert own.features["form"] == form


@pytest.mark.parametrize(("question", "share"), [("甲路通车了吗", 0.0), ("甲路要收费吗", 0.5), ("甲路有多长", 0.0)])
def test_how_much_of_a_yes_or_no_question_a_line_leaves_unsaid(question: str, share: float) -> None:
    asked = reading(question, "甲路建成通车，全长3公里。")
    assert {c.features["unproved"] for c in read(asked, asked.lines, {})} == {share}


@pytest.mark.parametrize(
    ("question", "form"), [("关了的砖厂都是哪几家", 0.0), ("哪些砖厂关了", 0.5)]
)  # the latter may be told in clauses
def test_a_number_of_things_is_not_their_names(question: str, form: float) -> None:
    asked = reading(question, "淘汰锅炉23台，关闭砖厂4家，规上企业达到2家。")
    (own,) = [c for c in read(asked, asked.lines, {}) if "砖厂" in c.line.text]
    assert own.features["form"] == form


def test_what_was_added_answers_where_it_is_asked_for() -> None:
    body = "财政收入突破3万亿元，增加5232亿元。"
    assert "5232亿元" in figures_for("财政收入多了多少钱", body)
    assert "5232亿元" not in figures_for("财政收入有多少钱", body)


@pytest.mark.parametrize(
    ("question", "body", "found"),
    [
        ("污水处理能力多少吨", "污水处理能力达到16.9万吨/日。", "16.9万吨/日"),
        ("产品销往几个国家", "产品销往36个国家和地区。", "36个国家和地区"),
    ],
)
def test_a_figure_comes_with_what_it_is_per_or_counts(question: str, body: str, found: str) -> None:
    assert figures_for(question, body) == [found]


CUT = "压减水泥产能120万吨、炼铁产能90万吨、焦炭产能40万吨。"


def test_as_many_neighbouring_figures_as_are_asked_for_are_one_answer() -> None:
    assert rows_for("水泥、炼铁、焦炭各砍掉多少", CUT) == [("120万吨", "90万吨", "40万吨")]  # no single one beside it
    assert rows_for("水泥砍掉多少", CUT) == [("120万吨",), ("40万吨",), ("90万吨",)]


def test_a_figure_that_no_row_holds_stays_unless_each_is_asked_for() -> None:
    body = f"{CUT}另压减水泥产能5万吨。"
    assert rows_for("水泥、炼铁、焦炭各砍掉多少", body) == [("120万吨", "90万吨", "40万吨")]
    assert ("5万吨",) in rows_for("水泥砍掉多少，炼铁砍掉多少", body)


@pytest.mark.parametrize("question", ["甲企业营业收入多少钱", "甲企业营业收入是什么时候的数"])
def test_the_network_is_not_followed_to_another_sort_of_figure(question: str) -> None:
    asked = reading(question, "甲企业营业收入增长8.5%。")
    assert list(neural_candidates(asked, [belief(asked, "8.5%", 0.9)], {})) == []


def test_a_number_asked_for_may_be_money_but_no_growth() -> None:
    asked = reading("年底国家手里攒了多少外汇", "外汇储备达到8189亿美元。外汇储备增长34%。")
    (found,) = neural_candidates(asked, [belief(asked, "8189亿美元", 0.9)], {})
    assert (texts([found]), found.features["money"]) == ([("外汇储备达到8189亿美元",)], 1.0)
    asked = reading("年底学校有多少所", "学校投资8189亿元。")
    assert list(neural_candidates(asked, [belief(asked, "8189亿元", 0.9)], {})) == []  # it names what it counts
    asked = reading("甲企业营业收入多少钱", "甲企业营业收入50亿元。")
    (found,) = neural_candidates(asked, [belief(asked, "50亿元", 0.9)], {})
    assert found.features["money"] == 0.0


def test_the_networks_own_spans_count_where_it_believes_in_no_figure() -> None:
    asked = reading("发放补贴多少钱", "发放补贴30万元。补贴资金全部按时到位。")
    found = read(asked, asked.lines, {})
    assert texts(found) == [("30万元",)]
    elsewhere = reconsider(asked, found, [belief(asked, "全部按时", 0.9)], {})
    assert sorted(texts(elsewhere)) == [("30万元",), ("补贴资金全部按时到位",)]
    there = reconsider(asked, found, [belief(asked, "30万元", 0.9)], {})
    assert texts(there) == [("30万元",)]


@pytest.mark.parametrize(
    ("body", "found"),
    [("试点覆盖15个县。", ["15个县"]), ("试点覆盖15个县，投资3亿元。", ["15个县"]), ("试点覆盖15个县级市。", ["15个"])],
)
def test_counties_are_counted_as_counties(body: str, found: list[str]) -> None:
    assert figures_for("试点覆盖多少个县", body) == found


def test_a_clause_that_tells_of_the_thing_beside_it_answers_nothing() -> None:
    assert rows_for("高铁建设怎么样", "铁路里程达到3000公里。") == []
    assert rows_for("铁路建设怎么样", "铁路里程达到3000公里。") == [("铁路里程达到3000公里",)]


def test_by_how_much_a_standard_rose_is_told_by_what_was_added() -> None:
    assert figures_for("低保标准涨了多少钱", "低保标准增加60元，达到700元。") == ["60元"]


GOALS = """2026年甲省政府工作报告
各位代表：
一、2025年工作回顾
生产总值增长6%。
二、第十五个五年规划的主要目标
地区生产总值年均增长5%左右，研发经费投入年均增长7%左右。
三、2026年工作安排
主要预期目标是：地区生产总值按增长4%安排，居民收入同步增长。
"""


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("GDP目标", "地区生产总值按增长4%安排"),  # the coming year's before the five-year plan's
        ("未来五年GDP目标", "地区生产总值年均增长5%左右"),
        ("地区生产总值年均增长目标", "地区生产总值年均增长5%左右"),
    ],
)
def test_a_goal_is_the_coming_years_unless_more_are_asked(question: str, first: str) -> None:
    report = parse_report("x.txt", GOALS)
    asked = Reading(understand_alone(question), report, lines_of(report), {})
    assert first in "".join(texts(read(asked, asked.lines, {}))[0])


@pytest.mark.parametrize(
    ("question", "words", "told"),
    [
        ("电站建在哪个乡镇", "开工建设槐江抽水蓄能电站", False),  # 槐江 is the county
        ("电站建在哪个乡镇", "在白水镇开工建设抽水蓄能电站", True),
        ("新区开发跟哪个集团合作", "全力推进新区有序滚动开发建设", False),
        ("新区开发跟哪个集团合作", "新区开发加强与平发集团的合作", True),
        ("居民收入涨多少", "居民人均可支配收入增长与经济增长同步", True),
        ("居民收入涨多少", "财政收入增长7%，居民收入增长与经济增长同步", True),
        ("优良天数定的几天", "优良天数完成市定目标任务", False),  # no figure
        ("生孩子报销多少", "住院医疗费用全额报销", True),  # as good as one
    ],
)
def test_what_the_network_finds_must_be_of_the_sort_that_is_asked_for(question: str, words: str, told: bool) -> None:
    asked = reading(question, f"各项工作。{words}。")
    assert bool(list(neural_candidates(asked, [belief(asked, words, 0.9)], {}))) is told


def test_paragraphs_that_begin_with_a_dash_are_the_items_of_what_announces_them() -> None:
    body = "要做到“三个更加注重”：\n——更加注重创新，激发活力。大力投入。\n——更加注重开放，扩大合作。\n——更加注重民生，办好实事。\n其他工作也要做好。"
    row = ("更加注重创新", "更加注重开放", "更加注重民生")
    assert row in rows_for("“三个更加注重”指哪三个", body)


def test_a_cost_continues_what_the_clause_before_it_names() -> None:
    assert figures_for("河道治理投资多少钱", "完成河道治理4公里，投资2亿元。") == ["2亿元"]


def test_one_of_several_things_has_not_what_all_have() -> None:
    asked = reading("昭陵街道有几个小区搞垃圾分类", "垃圾分类覆盖昭陵街道、花桥街道36个小区。")
    (line,) = [line for line in asked.lines if line.figures and "小区" in line.text]
    assert [asked.joint(line, figure) for figure in line.figures] == [1.0]
    for told in ("惠及学生300人", "诚朴路、湛南路等11条道路通车", "取消和下放16项审批"):
        asked = reading("有多少学生，几条道路，多少审批", f"{told}。")
        (line,) = [line for line in asked.lines if told in line.text]
        assert {asked.joint(line, figure) for figure in line.figures} == {0.0}


def test_several_figures_are_no_answer_where_more_were_asked_for() -> None:
    asked = reading("就业、再就业、困难人员就业各多少人", "新增就业100人，失业人员再就业40人，困难人员就业8人。")
    told = belief(asked, "新增就业100人，失业人员再就业40人", 0.99)
    first = reconsider(asked, read(asked, asked.lines, {}), [told], {})[0]
    assert texts([first]) == [("100人", "40人", "8人")]


def test_one_figure_is_no_answer_where_each_is_asked_for() -> None:
    asked = reading("建议和提案分别多少件", "办结人大代表建议、政协委员提案158件。")
    told = belief(asked, "办结人大代表建议、政协委员提案158件", 0.99)
    assert reconsider(asked, read(asked, asked.lines, {}), [told], {}) == []


def test_what_stands_in_brackets_behind_a_unit_belongs_to_it() -> None:
    assert figures_for("保障房累计多少套", "保障房累计达到61万套（间）。") == ["61万套（间）"]
    assert figures_for("接了多少订单", "新接订单212万载重吨。") == ["212万载重吨"]


def test_a_rank_that_was_left_is_told_with_that() -> None:
    assert figures_for("安全感在全省排第几", "安全感双双摆脱全省后30名。") == ["双双摆脱全省后30名"]
