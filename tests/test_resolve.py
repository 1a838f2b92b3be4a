import pytest

from bot.reason import Reason
from bot.resolve import Scope, named_in, narrowed, resolve, telling
from index.library import Entry
from index.passages import Standing


def entry(name: str, place: str, year: int, since: int | None = None) -> Entry:
    return Entry(name, "", "", 0, 1, place, year, since if since is not None else year - 1)


HELD = [
    entry("湛河2020", "湛河区", 2020),
    entry("国2008", "全国", 2008, 2003),
    entry("国2010", "全国", 2010),
    entry("国2018", "全国", 2018, 2013),
    entry("苏2026", "江苏省", 2026, 2021),
    entry("浙2026", "浙江省", 2026, 2021),
    entry("陕2026", "陕西省", 2026),
]


def names(scope: Scope) -> list[tuple[str, ...]]:
    return [target.names for target in scope.targets]


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("江苏2026年GDP目标", ("苏2026",)),
        ("浙江省去年外贸增速", ("浙2026",)),
        ("2020年GDP目标", ("湛河2020",)),  # one report only plans 2020
        ("全国2009年GDP增速", ("国2010",)),  # the report that looks back on it
        ("2018年全国GDP目标", ("国2018",)),
        ("全国2016年城镇新增就业多少", ("国2018",)),  # five years are looked back on at the turn of a term
        ("2018年政府工作报告里去年GDP多少", ("国2018",)),
        ("苏州去年GDP", ("苏2026",)),  # a part of a held province; the quote must name it
        ("平顶山市湛河区2019年GDP", ("湛河2020",)),
        ("what is Zhejiang's GDP target", ("浙2026",)),
        ("浙2026年GDP目标", ("浙2026",)),
        ("浙新能源汽车去年产了多少辆", ("浙2026",)),  # the letter is a word of its own
        ("浙地去年来了多少游客", ("浙2026",)),
        ("江苏机器人产量占全国多少", ("苏2026",)),  # the nation only says of what
        ("2018年的报告里GDP目标是多少", ("国2018",)),
        ("2018年中央报告里赤字率定在多少", ("国2018",)),
    ],
)
def test_place_and_year_choose_the_report(question: str, wanted: tuple[str, ...]) -> None:
    assert names(resolve(question, [], HELD)) == [wanted]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("安徽2026年GDP目标", Reason.OTHER_PLACE),
        ("郑州市2019年GDP", Reason.OTHER_PLACE),
        ("山西去年粮食产量", Reason.OTHER_PLACE),  # not 陕西, whatever it sounds like
        ("全国2021年GDP", Reason.OTHER_YEAR),
        ("GDP目标", Reason.WHICH_REPORT),
        ("全国GDP目标", Reason.WHICH_REPORT),
    ],
)
def test_what_is_not_held_or_not_clear_is_declined(question: str, reason: Reason) -> None:
    scope = resolve(question, [], HELD)
    assert (scope.reason, scope.targets) == (reason, ())
    assert scope.choices


def test_what_is_offered_instead_lies_nearest() -> None:
    assert resolve("郑州市2019年GDP", [], HELD).choices[0] == "湛河2020"
    assert resolve("全国2021年GDP", [], HELD).choices == ("国2018", "国2010")


def test_the_chat_tells_what_a_question_leaves_out() -> None:
    assert names(resolve("那浙江呢？", ["江苏2026年GDP目标"], HELD)) == [("浙2026",)]
    assert names(resolve("那2018年呢", ["2008年全国GDP目标"], HELD)) == [("国2018",)]
    assert names(resolve("去年财政收入呢", ["江苏2026年GDP目标"], HELD)) == [("苏2026",)]


@pytest.mark.parametrize(
    ("history", "question", "text"),
    [
        (["江苏2026年GDP目标"], "那浙江呢？", "2026年GDP目标"),
        (["2008年全国GDP目标"], "那2018年呢", "2018年GDP目标"),
        (["江苏2026年GDP目标", "那浙江呢？"], "陕西呢", "2026年GDP目标"),
        (["GDP目标是多少"], "江苏", "GDP目标是多少"),
        (["江苏去年城镇新增就业多少"], "浙江今年打算新增多少呢", "今年计划城镇新增就业多少"),
        (["江苏今年粮食产量多少"], "那浙江去年呢", "去年粮食产量多少"),
        (["江苏省长是谁"], "浙江的呢", "省长是谁"),
        (
            ["江苏2026年GDP目标"],
            "那失业率呢",
            "那失业率呢",
        ),  # names a thing of its own; the reader leans it on the chat
    ],
)
def test_another_place_or_year_asks_the_same_again(history: list[str], question: str, text: str) -> None:
    assert [target.text for target in resolve(question, history, HELD).targets] == [text]


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("浙江粮食产量比江苏多吗", "去年粮食产量多少"),  # people mean the result
        ("江苏和浙江哪个去年城镇新增就业多", "去年城镇新增就业多少"),
        ("江苏跟浙江去年GDP增速比一比", "去年GDP增速多少"),
        ("浙江和江苏今年GDP目标哪个高", "今年GDP目标"),
        ("浙江省长和江苏省长分别叫什么", "省长叫什么"),
        ("苏浙两地去年GDP各是多少", "去年GDP是多少"),
        ("浙江现在粮食产量比江苏多吗", "去年粮食产量多少"),  # now is what was counted last
    ],
)
def test_what_each_report_is_asked(question: str, asked: str) -> None:
    assert {target.text for target in resolve(question, [], HELD).targets} == {f"江苏省{asked}", f"浙江省{asked}"}


def test_two_editions_are_two_reports() -> None:
    scope = resolve("2008年和2018年报告里的财政赤字各安排了多少", [], HELD)
    assert names(scope) == [("国2008",), ("国2018",)]


def test_a_province_that_ends_like_a_prefecture_keeps_its_name() -> None:
    held = [*HELD, entry("贵2026", "贵州省", 2026)]
    assert names(resolve("贵州今年GDP目标", [], held)) == [("贵2026",)]


def test_several_reports_are_asked_the_same() -> None:
    scope = resolve("2008年和2018年全国GDP增长目标分别是多少", [], HELD)
    assert [(t.names, t.text) for t in scope.targets] == [
        (("国2008",), "2008年GDP增长目标是多少"),
        (("国2018",), "2018年GDP增长目标是多少"),
    ]
    scope = resolve("浙江和江苏今年GDP目标哪个高", [], HELD)
    assert [(t.names, t.text) for t in scope.targets] == [
        (("浙2026",), "浙江省今年GDP目标"),
        (("苏2026",), "江苏省今年GDP目标"),
    ]


def test_a_library_of_one_report_is_that_report() -> None:
    scope = resolve("2018年郑州GDP", [], HELD[:1])
    assert names(scope) == [("湛河2020",)]


def test_a_choice_typed_back_is_clear() -> None:
    for entry in HELD:
        assert names(resolve(narrowed("GDP目标", entry), [], HELD)) == [(entry.name,)]


@pytest.mark.parametrize(
    ("question", "places", "text"),
    [
        ("我国2018年GDP目标", ("全国",), "全国2018年GDP目标"),
        ("国务院2018年的赤字率", ("全国",), "全国2018年的赤字率"),
        ("state council 2018 deficit", ("全国",), "全国 2018 deficit"),
        ("内蒙今年煤炭产量", ("内蒙古自治区",), "内蒙古自治区今年煤炭产量"),
        ("苏浙两地今年GDP目标", ("江苏省", "浙江省"), "江苏省和浙江省两地今年GDP目标"),
        ("江苏GDP增速比全国低多少", ("江苏省",), "江苏GDP增速比全国低多少"),  # asks one report
    ],
)
def test_other_names_of_a_held_place_become_the_known_one(question: str, places: tuple[str, ...], text: str) -> None:
    named = named_in(question, [*HELD, entry("蒙2026", "内蒙古自治区", 2026)])
    assert (named.places, named.elsewhere, named.text) == (places, (), text)
    assert named_in("江苏和全国GDP增速", HELD).places == ("江苏省", "全国")  # joined, both are asked
    assert named_in("总理是谁", HELD).text == "总理是谁"  # an office as well


def test_a_year_alone_picks_the_one_place_with_a_report_of_it() -> None:
    held = [*HELD, entry("豫2017", "河南省", 2017)]
    assert names(resolve("2016年粮食产量多少", [], held)) == [("豫2017",)]  # the nation's looks back on five years
    held.append(entry("冀2017", "河北省", 2017))
    assert resolve("2016年粮食产量多少", [], held).reason is Reason.WHICH_REPORT


def test_the_report_that_looks_back_comes_first_and_the_plan_second() -> None:
    held = [entry("国2016", "全国", 2016), entry("国2017", "全国", 2017), entry("国2018", "全国", 2018, 2013)]
    assert [e.name for e in telling(held, 2016, None)] == ["国2017", "国2016", "国2018"]
    assert [e.name for e in telling(held, 2016, Standing.PLANNED)] == ["国2016", "国2017", "国2018"]
    assert telling(held, 2012, None) == []
    assert telling([], 2016, None) == []


def asked(question: str, *history: str) -> list[tuple[str, str]]:
    return [(target.names[0], target.text) for target in resolve(question, history, HELD).targets]


def test_a_place_that_is_new_stands_beside_the_chats_last_one() -> None:
    chat = "江苏今年GDP目标", "浙江呢"
    assert asked("陕西呢？这两家谁高", *chat) == [("陕2026", "陕西省今年GDP目标"), ("浙2026", "浙江省今年GDP目标")]
    assert asked("浙江呢？这两家谁高", chat[0]) == [("浙2026", "浙江省今年GDP目标"), ("苏2026", "江苏省今年GDP目标")]


@pytest.mark.parametrize("question", ["2018年比这个高吗", "2018年比那个高吗", "2018年比那年高吗"])
def test_a_year_that_is_pointed_at_is_the_chats(question: str) -> None:
    assert [name for name, _ in asked(question, "2008年GDP目标多少")] == ["国2018", "国2008"]
    assert all("GDP目标" in text for _, text in asked(question, "2008年GDP目标多少"))


def test_a_thing_that_is_pointed_at_is_the_chats() -> None:
    found = asked("那这个数江苏和浙江谁高", "江苏今年GDP目标")
    assert found == [("苏2026", "江苏省今年GDP目标"), ("浙2026", "浙江省今年GDP目标")]


@pytest.mark.parametrize("question", ["这两家谁高", "那两边谁高"])
def test_pointing_without_a_chat_is_asked_back(question: str) -> None:
    assert resolve(question, [], HELD).reason is Reason.WHICH_REPORT


@pytest.mark.parametrize("end", ["底", "末"])
def test_the_end_of_a_year_belongs_to_the_year(end: str) -> None:
    found = asked(f"江苏和浙江2025年{end}常住人口哪个多")
    assert found == [("苏2026", "江苏省2025年常住人口多少"), ("浙2026", "浙江省2025年常住人口多少")]


@pytest.mark.parametrize(
    ("text", "places"),
    [("在苏企业多少家", ("江苏省",)), ("存在苏州的", ("江苏省",)), ("正在浙召开", ("浙江省",)), ("在浦东", ())],
)
def test_a_letter_behind_in_is_a_place(text: str, places: tuple[str, ...]) -> None:
    assert named_in(text, HELD).places == places
