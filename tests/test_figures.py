import math

import pytest

from bot.facts import taken_apart
from index.chinese import evened, han_to_int, simplified, value_of
from index.figures import Kind, figures


def found(text: str) -> list[tuple[str, Kind]]:
    return [(text[f.start : f.end], f.kind) for f in figures(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("地区生产总值218.48亿元，增长7.3%", [("218.48亿元", Kind.MONEY), ("7.3%", Kind.PERCENT)]),
        ("增长7%左右，失业率控制在4.5%以内", [("7%左右", Kind.PERCENT), ("4.5%以内", Kind.PERCENT)]),
        ("增长6.5%－7%，涨5%–6%", [("6.5%－7%", Kind.PERCENT), ("5%–6%", Kind.PERCENT)]),
        ("4983户、6738人", [("4983户", Kind.COUNT), ("6738人", Kind.COUNT)]),
        ("分别为97、62微克/立方米", [("97", Kind.COUNT), ("62微克/立方米", Kind.COUNT)]),
        ("PM10浓度50微克每立方米", [("50微克每立方米", Kind.COUNT)]),
        ("通行货车600辆次", [("600辆次", Kind.COUNT)]),
        ("由10年一遇提高到30年一遇", [("10年一遇", Kind.COUNT), ("30年一遇", Kind.COUNT)]),
        ("近三年一遇到困难", [("近三年", Kind.DURATION)]),
        ("20万吨级泊位", [("20万吨级", Kind.COUNT)]),
        ("110千伏变电站", [("110千伏", Kind.COUNT)]),
        ("排涝能力32立方米每秒", [("32立方米每秒", Kind.COUNT)]),
        ("吞吐量30万标准箱", [("30万标准箱", Kind.COUNT)]),
        ("再引进1-2家金融机构", [("1-2家", Kind.COUNT)]),
        ("1500余亩", [("1500余亩", Kind.COUNT)]),
        ("签约14万余人", [("14万余人", Kind.COUNT)]),
        ("约14万人", [("约14万人", Kind.COUNT)]),
        ("2020年5月27日", [("2020年5月27日", Kind.DATE)]),
        ("9月底前开业，7月上旬开幕", [("9月底前", Kind.DATE), ("7月上旬", Kind.DATE)]),
        ("2020年12月31日之前办结", [("2020年12月31日之前", Kind.DATE)]),
        ("6月前10天，2020年前后", [("6月", Kind.DATE), ("10天", Kind.COUNT), ("2020年", Kind.DATE)]),
        ("每天检测6.2万份", [("6.2万份", Kind.COUNT)]),
        ("计划2023年底通车，2020年初步建成", [("2023年底", Kind.DATE), ("2020年", Kind.DATE)]),
        ("5个工作日内办结", [("5个工作日", Kind.DURATION)]),
        ("综合排名全市第二位", [("第二位", Kind.ORDINAL)]),
        ("比上年增长百分之十四点二", [("百分之十四点二", Kind.PERCENT)]),
        ("两家保险机构", [("两家", Kind.COUNT)]),
        ("达14.2万亿元", [("14.2万亿元", Kind.MONEY)]),
        ("公路总里程2万5千公里", [("2万5千公里", Kind.COUNT)]),
        ("装机达到6亿5千万千瓦", [("6亿5千万千瓦", Kind.COUNT)]),
        ("投入3亿2百万元", [("3亿2百万元", Kind.MONEY)]),
        ("帮扶1万2千多户", [("1万2千多户", Kind.COUNT)]),
        ("新增1万2000人", [("1万2000人", Kind.COUNT)]),
        ("水质由劣Ⅴ类升为Ⅳ类", [("劣Ⅴ类", Kind.COUNT), ("Ⅳ类", Kind.COUNT)]),
        ("保持在Ⅱ类及以上，优Ⅲ比例10%", [("Ⅱ类及以上", Kind.COUNT), ("10%", Kind.PERCENT)]),
        ("由每立方米72微克降到48微克", [("72微克", Kind.COUNT), ("48微克", Kind.COUNT)]),
        ("2021年汛前建成，7月汛期到来", [("2021年汛前", Kind.DATE), ("7月", Kind.DATE)]),
        ("三分之二的县", [("三分之二", Kind.PERCENT)]),
        ("覆盖超过三分之二以上，新建5座", [("超过三分之二以上", Kind.PERCENT), ("5座", Kind.COUNT)]),
    ],
)
def test_figures_stay_whole(text: str, expected: list[tuple[str, Kind]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize("text", ["第三产业不断壮大", "增强“四个意识”", "PM10和PM2.5", "坚定不移", "一批项目"])
def test_what_is_no_figure(text: str) -> None:
    assert found(text) == []


def test_values_and_numerals() -> None:
    assert han_to_int("一百零三") == 103
    assert han_to_int("二〇一九") == 2019
    assert value_of("1,234.5亿元") == 1234.5
    assert value_of("百分之七点三") == pytest.approx(7.3)
    assert math.isnan(value_of("亿元"))


def test_scripts_and_widths() -> None:
    assert simplified("２０１９年財政收入") == "2019年财政收入"


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("2万5千公里", 2.5, "公里"),
        ("6亿5千万千瓦", 6.5, "千瓦"),
        ("3亿2百万元", 3.02, "元"),
        ("三分之二", 66.67, "%"),
        ("百分之五", 5, "%"),
    ],
)
def test_a_figure_of_two_scales_or_of_parts_has_one_value(text: str, value: float, unit: str) -> None:
    (figure,) = figures(text)
    assert (figure.value, figure.unit) == (pytest.approx(value), unit)


@pytest.mark.parametrize(
    ("text", "even"),
    [
        ("2万5千公里", "2.5万公里"),
        ("6亿5千万千瓦", "6.5亿千瓦"),
        ("超过三分之二", "超过66.67%"),
        ("十分之一", "10%"),
        ("218.48亿元", "218.48亿元"),
        ("百分之七点三", "百分之七点三"),
        ("2万、5千公里", "2万、5千公里"),
    ],
)
def test_a_number_is_written_in_one_piece(text: str, even: str) -> None:
    assert evened(text) == even


def test_a_figure_of_two_scales_is_taken_apart_as_one() -> None:
    assert taken_apart("2万5千公里") == (2.5, "万公里", "")
    assert taken_apart("超过6亿5千万千瓦") == (6.5, "亿千瓦", "超过")


@pytest.mark.parametrize(
    ("text", "figure", "value"),
    [
        ("城乡居民收入比缩小至2.93", "2.93", 2.93),  # at the very end
        ("城乡居民收入比为2.93。", "2.93", 2.93),
        ("收入比达到2.3，", "2.3", 2.3),
        ("收入比降为2.3:1", "2.3:1", 2.3),
        ("收入比2.5：1，", "2.5：1", 2.5),
        ("师生比1∶17", "1∶17", 1),
    ],
)
def test_a_ratio_is_one_figure(text: str, figure: str, value: float) -> None:
    (only,) = figures(text)
    assert (text[only.start : only.end], only.kind, only.unit, only.value) == (figure, Kind.COUNT, "", value)


def test_a_ratio_that_falls_is_two_figures() -> None:
    assert [f.value for f in figures("收入比由2.5缩小到2.4。")] == [2.5, 2.4]


@pytest.mark.parametrize("text", ["会议10:30开始", "用时12:30:45。"])
def test_a_time_is_no_ratio(text: str) -> None:
    assert not any(":" in text[figure.start : figure.end] for figure in figures(text))
