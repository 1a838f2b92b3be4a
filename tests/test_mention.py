"""Who mentions a thing: which questions ask that, and what in them is the thing."""

import pytest

from bot.mention import mention_of


def asked(question: str) -> tuple[tuple[str, ...], str]:
    found = mention_of(question)
    assert found is not None, question
    return found.things, found.level


@pytest.mark.parametrize(
    "question",
    [
        "哪些省提到海洋牧场",
        "海洋牧场哪些省提到了",
        "提到海洋牧场的省有哪些",
        "海洋牧场，哪些省的报告里写了",
        "哪些省的政府工作报告里写了海洋牧场这个词",
        "想知道哪些省把海洋牧场写进报告了",
        "海洋牧场这个说法有哪些省用过",
        "海洋牧场最近挺火，哪些省在搞",
        "哪些省打算建海洋牧场",
        "哪些省的报告有海洋牧场",
        "请问哪些省都提到了海洋牧场呢",
        "《海洋牧场》哪些省写了",
    ],
)
def test_the_order_of_the_words_does_not_matter(question: str) -> None:
    assert asked(question) == (("海洋牧场",), "省")


@pytest.mark.parametrize(
    ("question", "level"),
    [
        ("海洋牧场都有谁写了", ""),
        ("写到海洋牧场的是哪几家", ""),
        ("谁家报告写了海洋牧场", ""),
        ("谁在搞海洋牧场", ""),
        ("海洋牧场有没有省份提到", "省份"),
        ("海洋牧场是哪一年写进报告的", "年"),
        ("哪届报告提到海洋牧场", "届"),
        ("提到海洋牧场的报告有几份", "报告"),
        ("省级报告里哪些提到了海洋牧场", "省"),
        ("历年报告里写到的海洋牧场有哪几次", "年"),
        ("各地报告里写到的海洋牧场有哪些", "省"),
    ],
)
def test_the_level_is_the_one_that_is_asked_about(question: str, level: str) -> None:
    assert asked(question) == (("海洋牧场",), level)


@pytest.mark.parametrize(
    ("question", "things"),
    [
        ("哪些省提到“海洋牧场”和“林下经济”", ("海洋牧场", "林下经济")),
        ("「海洋牧场」『林下经济』谁提到了", ("海洋牧场", "林下经济")),
        ("“海洋牧场”“海洋牧场”哪些省写了", ("海洋牧场",)),
        ("哪些省提到海洋牧场或者林下经济", ("海洋牧场", "林下经济")),
        ("哪些省提到无人驾驶航空器（无人机）", ("无人驾驶航空器", "无人机")),
        ("提到渝超、黔超这类业余球赛的省有哪些", ("渝超", "黔超")),
        ("哪些省提到AG600飞机", ("AG600飞机", "AG600")),
    ],
)
def test_every_name_of_the_thing_is_looked_for(question: str, things: tuple[str, ...]) -> None:
    assert asked(question)[0] == things


@pytest.mark.parametrize(
    "question",
    [
        "",
        "？？？",
        "“”",
        "“海洋牧场”",
        "哪些省",
        "谁提到了",
        "哪些省提到“”",
        "哪几个省提到它",
        "谁提到这个",
    ],
)
def test_a_question_without_a_thing_or_without_who_is_none(question: str) -> None:
    assert mention_of(question) is None


@pytest.mark.parametrize(
    "question",
    [
        "谁当选了省长",
        "省长是谁",
        "2004年报告说几年之内取消农业税",
        "今年哪些地方遭了灾",
        "今年哪些地方修了路",
        "哪个省有高铁",  # one is asked for, not who says so
        "哪些省提高了养老金",
        "哪些省提前完成了目标",
        "哪些省提倡移风易俗",
        "谁提供了免费午餐",
        "哪一年GDP增速最高",
        "谁的GDP目标更高",
        "报告提到哪些困难",
        "国务院报告提到了哪些省",
        "哪些企业提到海洋牧场",
    ],
)
def test_a_question_that_only_looks_so_is_none(question: str) -> None:
    assert mention_of(question) is None


def test_a_thing_keeps_the_words_that_only_look_like_others() -> None:
    for thing in ("用水权", "用工荒", "国有企业", "地方债", "省级统筹", "县域经济", "中医药", "上海合作组织"):
        mention = mention_of(f"哪些省提到{thing}")
        assert mention is not None
        assert (mention.things, mention.level) == ((thing,), "省")


@pytest.mark.parametrize(
    "thing",
    ["治理能力", "特别国债", "试点城市", "进博会", "发明专利", "建筑业", "有机农业", "对外开放", "能源安全", "在线教育", "都市圈", "放管服", "成都", "落户"],
)  # fmt: skip
def test_no_word_loses_a_part_that_looks_like_the_question(thing: str) -> None:
    mention = mention_of(f"哪些省提到{thing}")
    assert mention is not None
    assert mention.things == (thing,)


def test_a_verb_before_a_thing_may_belong_to_it() -> None:
    mention = mention_of("哪些省提到引进首店")
    assert mention is not None
    assert (mention.things, mention.shorter) == (("引进首店",), ("首店",))


@pytest.mark.parametrize("question", ["哪些省没有提到海洋牧场", "哪些省没提海洋牧场", "哪些省提到“ ”"])
def test_what_is_not_mentioned_is_not_asked_for(question: str) -> None:
    assert mention_of(question) is None


def test_what_stands_in_quotation_marks_is_meant_exactly() -> None:
    mention = mention_of("哪些省提到“特别国债”")
    assert mention is not None
    assert mention.exact
