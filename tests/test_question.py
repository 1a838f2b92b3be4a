import pytest

from bot.compound import parts, understand
from bot.question import LAST_YEAR, Ask, relative_years, understand_alone, years_in
from index.passages import Standing


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("2019年GDP增速", Ask.GROWTH),
        ("核实了多少块地", Ask.COUNT),
        ("减了多少融资", Ask.MONEY),
        ("那钱总共是多少", Ask.MONEY),
        ("卖地收了多少出让金", Ask.MONEY),
        ("服务业顶了全区经济多大一块", Ask.SHARE),
        ("风电并网时间", Ask.DATE),
        ("出口有几万亿", Ask.MONEY),
        ("经济下滑了多少", Ask.GROWTH),
        ("拿了几块金牌", Ask.COUNT),
        ("基金设了几只", Ask.COUNT),
        ("低保一个月有几块钱", Ask.MONEY),
        ("修到第几期了", Ask.COUNT),
        ("五年涨了多少倍", Ask.COUNT),
        ("养老金上调的幅度是多少", Ask.GROWTH),
        ("农产品加工挣了多少营收", Ask.MONEY),
        ("班列货值多少", Ask.MONEY),
        ("安全感排名有什么变化", Ask.LIST),
        ("堆了好多年的垃圾清走了多少", Ask.AMOUNT),
        ("财政收入去年增长了百分之几", Ask.GROWTH),
        ("去年工业增长得怎么样，百分之几", Ask.GROWTH),
        ("每个娃能领多少育儿补贴", Ask.MONEY),
        ("困难妇女能拿到多少救助金", Ask.MONEY),
        ("追回多少拖欠的农民工工资", Ask.MONEY),
        ("多少农民工领到工资", Ask.COUNT),
        ("一天工钱几块", Ask.MONEY),
        ("今年的财政进账打算多收百分之几", Ask.GROWTH),
        ("厂子这块今年至少要长几个点", Ask.GROWTH),
        ("三产占GDP多少", Ask.SHARE),
        ("民生支出占比", Ask.SHARE),
        ("低保多少人", Ask.COUNT),
        ("今年修几条背街小巷", Ask.COUNT),
        ("减税降费减了多少钱", Ask.MONEY),
        ("2019年财政收入多少", Ask.AMOUNT),
        ("给多少农民工讨薪", Ask.COUNT),
        ("新增停车位里立体车库占了多少个", Ask.COUNT),
        ("新公园占了多大一块地", Ask.COUNT),
        ("新房销售面积连涨几个月", Ask.COUNT),
        ("农民一年人均挣几个钱", Ask.MONEY),
        ("乡下人一年挣几个", Ask.MONEY),
        ("企业捐了多少抗疫钱", Ask.MONEY),
        ("一季度经济掉了多少", Ask.GROWTH),
        ("砖窑清掉多少", Ask.AMOUNT),
        ("2020年准备增加多少停车位", Ask.COUNT),
        ("减少多少贫困人口", Ask.COUNT),
        ("今年增加多少补助资金", Ask.GROWTH),
        ("财政收入增加多少左右", Ask.GROWTH),
        ("财政收入增加多少", Ask.GROWTH),
        ("多少人交了钱", Ask.COUNT),
        ("多少农民工拿到钱", Ask.COUNT),
        ("光荣榜上榜几位", Ask.COUNT),
        ("新增贷款百分之几投给小微企业", Ask.SHARE),
        ("长江岸线百分之几完成修复", Ask.SHARE),
        ("服务业占地区生产总值多少", Ask.SHARE),
        ("订单排到几月份", Ask.DATE),
        ("东西去年贵了百分之几", Ask.GROWTH),
        ("服务业占比高了多少", Ask.GROWTH),
        ("服务业占比多高", Ask.SHARE),
        ("公家的钱有多大一块用在教育上", Ask.SHARE),
        ("合并前的三家公司原来各叫什么名字", Ask.LIST),
        ("养老金上调了百分之几", Ask.GROWTH),
        ("造船的活排到啥时候了", Ask.DATE),
        ("今年城里人多挣几成", Ask.GROWTH),
        ("甲公司在500强里是多少名", Ask.RANK),
        ("排名老垫底的乡镇会怎样", Ask.MEASURE),
        ("新投用的是哪几号泊位", Ask.LIST),
        ("报告是哪天作的", Ask.DATE),
        ("区长是谁", Ask.PERSON),
        ("违建别墅在哪里", Ask.PLACE),
        ("面临哪些困难", Ask.LIST),
        ("问题楼盘化解有哪几种模式", Ask.LIST),
        ("为什么说2020年是关键之年", Ask.REASON),
        ("怎么治理大气污染", Ask.MEASURE),
        ("非洲猪瘟控制住了吗", Ask.YESNO),
        ("空气质量全市排第几", Ask.RANK),
        ("三块地改革是什么意思", Ask.DEFINITION),
        ("蟠桃大会", Ask.KEYWORD),
        ("低保人数", Ask.COUNT),
        ("How many parking spaces?", Ask.COUNT),
        ("GDP增速全国第几", Ask.RANK),  # of a growth, but a rank
        ("出口增幅排名", Ask.RANK),
        ("电价比邻省低多少", Ask.GROWTH),
        ("粮食产量比全国高多少", Ask.GROWTH),
        ("体育馆去年咋没建好", Ask.REASON),
        ("空气脏主要怪啥", Ask.REASON),
        ("毛病卡在哪儿", Ask.REASON),
        ("医院怎么没收红包", Ask.MEASURE),
        ("啥叫免申即享", Ask.DEFINITION),
        ("什么样的村算空壳村", Ask.DEFINITION),
        ("进出口是涨是跌", Ask.GROWTH),
        ("消费去年是涨了还是跌了，多少", Ask.GROWTH),
        ("车祸少了百分之多少", Ask.GROWTH),
        ("全县经济长了几个点", Ask.GROWTH),
        ("教育经费占GDP几成", Ask.SHARE),
        ("失业率最多百分之几", Ask.SHARE),
        ("进出口是增长还是下降", Ask.GROWTH),
        ("全省有多少口岸", Ask.COUNT),
        ("图书馆开放时间延长到几点", Ask.DATE),
        ("社保卡在哪里办", Ask.PLACE),
        ("困难在哪些方面", Ask.LIST),
        ("引进了什么样的人才", Ask.NAME),
        ("中医院啥时侯启用", Ask.DATE),
        ("脱贫是哪个月的事", Ask.DATE),
        ("步行街能逛到几点", Ask.DATE),
        ("老人吃顿饭几块钱", Ask.MONEY),
        ("低保户一个月能领多少？", Ask.MONEY),
        ("隧道造价", Ask.MONEY),
        ("办执照要多久", Ask.COUNT),
        ("打了几口井", Ask.COUNT),
        ("加装好多部电梯", Ask.COUNT),
        ("那位网格员叫啥", Ask.PERSON),
        ("口岸归哪个副市长管", Ask.PERSON),
        ("娃上幼儿园还收钱不", Ask.YESNO),
        ("挖沙子的管不管", Ask.YESNO),
    ],
)
def test_what_is_asked_for(text: str, ask: Ask) -> None:
    assert understand(text).ask is ask


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2019年GDP", 2019),
        ("19年GDP", 2019),
        ("二〇一九年GDP", 2019),
        ("２０１９年GDP", 2019),
        ("去年GDP", 2019),
        ("今年GDP目标", 2020),
        ("明年GDP目标", 2021),
        ("GDP目标", None),
        ("到哪一年GDP要比2010年翻一番", None),
        ("跟2015年比，咱们的经济总量翻了多少倍", None),
    ],
)
def test_the_year_asked_for_in_a_report_of_2020(text: str, year: int | None) -> None:
    assert understand(text).year_in(2020) == year


def test_standing() -> None:
    assert understand("2020年GDP目标").standing is Standing.PLANNED
    assert understand("实际完成了多少投资").standing is Standing.ACHIEVED
    assert understand("GDP").standing is None
    assert understand("以旧换新补贴争取到多少钱").standing is Standing.ACHIEVED
    assert understand("争取多少钱").standing is Standing.PLANNED
    assert understand("保交房比计划早了几个月交付").standing is Standing.ACHIEVED
    assert understand("机场建好了吗").standing is None  # a plan is an answer too


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("三桥啥时候动的工", ["三桥", "动工"]),
        ("今年冰雪经济要增长多少", ["冰雪", "经济"]),
        ("湛河经济去年涨了几个点", ["gdp"]),
        ("贵区2019年地区生产总值是多少，麻烦告知", ["地区生产总值"]),
        ("想来这儿开店，城里人一年人均能拿到手多少钱", ["城里人", "人均"]),
        ("我是低保户，每月能领多少钱", ["低保户", "领"]),  # who asks is what is asked about
        ("做房产的问一句，南站设在哪", ["房产", "南站", "设在"]),
        ("森林覆盖律是多少", ["森林覆盖率"]),
    ],
)
def test_what_a_question_is_about(text: str, things: list[str]) -> None:
    assert [c.text for c in understand(text, own_places=["湛河"]).concepts] == things


def test_everyday_words_lead_to_the_reports() -> None:
    (concept,) = understand("2020年GDP目标").concepts
    assert concept.text == "gdp"
    assert "地区生产总值" in concept.variants


def test_a_leaning_question_takes_what_it_lacks() -> None:
    follow = understand("那增长呢？", ["2019年GDP多少"])
    assert (follow.ask, follow.year) == (Ask.GROWTH, 2019)
    assert [c.text for c in follow.concepts] == ["gdp"]
    other = understand("2020年的呢？", ["2019年GDP增速"])
    assert (other.ask, other.year) == (Ask.GROWTH, 2020)


@pytest.mark.parametrize(
    ("text", "follows"),
    [
        ("都是哪些路", True),
        ("都叫什么名", True),
        ("都有哪些困难", False),  # names all that it asks for
        ("这些项目里点了名的是哪个", True),
        ("这几条路花了多少钱", True),
        ("这几年新增就业多少人", False),
        ("这些年修了多少路", False),
        ("这几个月修了多少路", False),
        ("这个报告是谁念的", False),
        ("这个项目是谁建的", True),
    ],
)
def test_what_leans_on_the_question_before(text: str, follows: bool) -> None:
    assert understand_alone(text).follows is follows


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("那名字呢", Ask.NAME),
        ("这些项目里点了名的是哪个", Ask.NAME),
        ("那叫什么呢", Ask.NAME),
        ("那农村的是哪个数", Ask.COUNT),
        ("那乙镇呢", Ask.COUNT),
    ],
)
def test_a_leaning_question_asks_what_was_asked_unless_it_asks_for_a_name(text: str, ask: Ask) -> None:
    assert understand(text, ["甲镇新建了几座桥"]).ask is ask


def test_a_rival_word_takes_the_earlier_ones_place() -> None:
    texts = [c.text for c in understand("那农村呢？", ["城镇居民收入多少"]).concepts]
    assert not any("城镇" in text for text in texts)


def test_a_question_in_two_parts() -> None:
    halves = parts(understand("城镇和农村居民收入分别是多少"))
    assert [any("城镇居民人均可支配收入" in c.variants for c in half.concepts) for half in halves] == [True, False]
    years = parts(understand("2019年和2020年工业增加值增速分别是多少"))
    assert [half.year for half in years] == [2019, 2020]
    assert len(parts(understand("跟哪些大学合作编规划"))) == 1


def test_own_places_say_nothing() -> None:
    with_place = understand("湛河区2019年GDP", own_places=["湛河区", "湛河"])
    assert [c.text for c in with_place.concepts] == ["gdp"]


def test_a_reports_own_years_are_named_by_their_distance() -> None:
    assert relative_years("2019年GDP和2020年目标", 2020) == "去年GDP和今年目标"
    assert relative_years("2018年GDP", 2020) == "2018年GDP"
    assert relative_years("2019年GDP", None) == "2019年GDP"


def test_all_years_that_are_named() -> None:
    assert years_in("2008年和一八年相比，2008年") == (2008, 2018)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("水泥、炼铁、焦炭各砍掉多少", 3),
        ("煤炭、钢铁和水泥产量分别是多少", 3),
        ("粮食、棉花、油料、肉类、禽蛋产量分别是多少", 4),  # no more are looked for
        ("三个数分别是多少", 3),
        ("三个指标", 3),
    ],
)
def test_how_many_figures_are_asked_for(text: str, values: int) -> None:
    assert understand(text).values == values


def test_a_place_says_nothing_but_its_head_does() -> None:
    own = ["四川省", "四川", "湛河区", "湛河"]
    asked = ("四川省长是谁", "四川省省长是谁", "湛河区长是谁")
    assert [[c.text for c in understand(text, own_places=own).concepts] for text in asked] == [
        ["省长"],
        ["省长"],
        ["区长"],
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2019年底低保人数", "去年低保人数"),
        ("去年底低保人数", "去年低保人数"),
        ("2020年末低保人数", "今年低保人数"),
    ],
)
def test_the_end_of_a_reports_own_year_is_that_year(text: str, told: str) -> None:
    assert relative_years(text, 2020) == told


@pytest.mark.parametrize(
    ("history", "text", "before"),
    [
        (["2019年GDP多少"], "今年目标呢", "GDP多少"),
        (["去年GDP多少", "增速呢"], "2020年的呢", "GDP多少 增速呢"),
    ],
)
def test_a_time_of_its_own_takes_the_earlier_times_place(history: list[str], text: str, before: str) -> None:
    assert understand(text, history).before == before
    assert understand("那增速呢", history[:1]).before == history[0]  # without one the earlier time stays


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("九八年报告", (1998,)),
        ("八〇年", (1980,)),
        ("零三年", (2003,)),
        ("一八年", (2018,)),
        ("一九九八年", (1998,)),
        ("用了八九年", ()),  # eight or nine
        ("三四年之内", ()),
        ("九十年代", ()),
    ],
)
def test_two_numerals_are_a_year_of_either_century(text: str, years: tuple[int, ...]) -> None:
    assert years_in(text) == years


@pytest.mark.parametrize("text", ["去年", "上年", "上一年", "前一年", "头一年", "过去一年", "过去的一年"])
def test_last_year_has_many_names(text: str) -> None:
    assert understand(f"{text}粮食产量多少").year_in(2020) == 2019
    assert LAST_YEAR.sub("2019年", f"{text}粮食产量") == "2019年粮食产量"


@pytest.mark.parametrize("text", ["比去年", "较上年", "前年", "今年"])
def test_a_year_that_is_measured_against_is_not_last_years_name(text: str) -> None:
    assert not LAST_YEAR.search(text)


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("九八年报告", (1998,)),
        ("九九年", (1999,)),
        ("八九年时间", ()),
        ("零八年", (2008,)),
        ("1958文创园", ()),
        ("1958年", (1958,)),
        ("2020GDP", (2020,)),
    ],
)
def test_years_of_two_characters_and_numbers_that_are_none(text: str, years: tuple[int, ...]) -> None:
    assert years_in(text) == years


@pytest.mark.parametrize(
    "question", ["社零总额和增幅 2019", "三产增加值去年是多少，增速呢", "财政收入与增速分别是多少"]
)
def test_a_level_and_its_growth_are_two_questions(question: str) -> None:
    level, growth = parts(understand(question))
    assert (level.ask, growth.ask) == (Ask.AMOUNT, Ask.GROWTH)
    assert level.concepts[0].text == growth.concepts[0].text


def test_how_much_ground_a_thing_covers_is_an_area() -> None:
    assert understand("物流园占地多大").ask is Ask.COUNT


@pytest.mark.parametrize("text", ["员工人数", "输电线路", "大专以上学历", "城市区位"])
def test_a_word_of_the_lexicon_does_not_cut_two_others(text: str) -> None:
    assert not {"工人", "电线", "上学", "市区"} & {c.text for c in understand(text).concepts}


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("办执照要多久", ("办执照",)),
        ("去年比前年多了几天蓝天", ("蓝天",)),
        ("老人家最多能领好多钱", ("老人",)),
    ],
)
def test_what_only_asks_is_no_thing(text: str, things: tuple[str, ...]) -> None:
    assert tuple(c.text for c in understand(text).concepts if c.weight >= 1) == things


@pytest.mark.parametrize(
    ("before", "text", "things"),
    [
        ("农村居民2025年收入多少？", "那城里人呢？", {"城里人收入"}),
        ("农村低保标准是多少", "那城里的呢，每个月？", {"城里", "低保"}),
        ("第一产业增加值多少", "第二产业呢", {"第二产业"}),
        ("小学新建几所", "那初中呢", {"初中"}),
        ("城里人和农村人收入多少", "那城里人呢", {"城里人", "收入"}),
    ],
)
def test_another_thing_in_the_place_of_the_one_before(before: str, text: str, things: set[str]) -> None:
    asked = understand(text, [before])
    assert things <= {c.text for c in asked.concepts}
    assert not {"农村居民", "农村", "第一产业", "小学"} & {c.text for c in asked.concepts}
    assert asked.text == text


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("创文测评排第几，目标呢", [("创文测评排第几", Ask.RANK), ("目标呢", Ask.RANK)]),
        ("去年新增多少市场主体，现在总共多少", [("去年新增多少市场主体", Ask.COUNT), ("现在总共多少", Ask.COUNT)]),
        ("基金设了几只，规模多大", [("基金设了几只", Ask.COUNT), ("规模多大", Ask.AMOUNT)]),
        (
            "今年定的GDP增速跟去年实际比，是高了还是低了",
            [("今年定的GDP增速", Ask.GROWTH), ("去年实际GDP增速", Ask.GROWTH)],
        ),
        ("去年粮食产量多少，今年产量目标", [("去年粮食产量多少", Ask.AMOUNT), ("今年产量目标", Ask.AMOUNT)]),
        ("2022年GDP 2023年GDP目标", [("2022年GDP", Ask.AMOUNT), ("2023年GDP目标", Ask.AMOUNT)]),
        (
            "重大工程去年投了多少钱，今年准备投多少",
            [("重大工程去年投了多少钱", Ask.MONEY), ("今年准备投多少", Ask.MONEY)],
        ),
        ("今年产值目标我知道了，去年实际多少", [("去年实际多少产值", Ask.MONEY)]),
        ("新区开发跟哪个集团合作", [("新区开发跟哪个集团合作", Ask.NAME)]),
        ("来自多少国家和地区的客商", [("来自多少国家和地区的客商", Ask.COUNT)]),
    ],
)
def test_the_questions_that_a_question_asks(text: str, halves: list[tuple[str, Ask]]) -> None:
    assert [(part.normal.strip(), part.ask) for part in parts(understand(text))] == halves


def test_all_of_them_are_not_the_new_ones() -> None:
    _, second = parts(understand("去年新增多少市场主体，现在总共多少"))
    assert [c.text for c in second.concepts] == ["市场主体"]
    assert "新增" not in second.before


def test_a_numbered_thing_takes_the_place_of_the_one_before() -> None:
    asked = understand("二期呢", ["产业园一期花了多少钱"])
    assert [c.text for c in asked.concepts if c.weight >= 1] == ["产业园", "二期"]
    assert (asked.ask, asked.standing) == (Ask.MONEY, None)  # it may be yet to come


def test_a_share_is_asked_for_where_a_share_was() -> None:
    assert understand("今年想提到多少", ["过10万的村占几成"]).ask is Ask.SHARE
    assert understand("它有多长", ["三桥花了多少钱"]).ask is Ask.AMOUNT
