import pytest

from bot.places import inner_places, is_joined, other_places, own_places, paired_letters

OWN = ["湛河区", "湛河"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市里2019年的生产总值", ["市里"]),
        ("拆违在市里排第几", []),
        ("郑州市2019年GDP", ["郑州市"]),
        ("郑州GDP", ["郑州"]),
        ("卫东区财政收入", ["卫东区"]),
        ("湛河区GDP", []),
        ("平顶山市湛河区GDP", []),
        ("2019年GDP", []),
        ("全国GDP增长多少", ["全国"]),
        ("老城区有哪些难处", []),
    ],
)
def test_places_that_are_not_the_reports_own(text: str, expected: list[str]) -> None:
    assert other_places(text, OWN) == expected


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("川渝两地GDP", "四川省和重庆市两地GDP"),
        ("川渝去年GDP哪个高", "四川省和重庆市去年GDP哪个高"),
        ("川渝高铁", "川渝高铁"),  # a name that goes on
        ("沪渝两地GDP", "沪渝两地GDP"),  # no report of one of them
    ],
)
def test_two_letters_side_by_side_are_two_held_places(text: str, full: str) -> None:
    assert paired_letters(text, ["四川省", "重庆市"]) == full


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("江苏和全国GDP增速", True),
        ("全国、江苏GDP增速", True),
        ("江苏比全国高多少", False),
        ("江苏是全国唯一的吗", False),
    ],
)
def test_a_nation_asked_about_as_well_is_joined(text: str, joined: bool) -> None:
    assert is_joined(text, "全国") is joined


@pytest.mark.parametrize(
    ("place", "names"),
    [
        ("平顶山市湛河区", {"平顶山市湛河区", "湛河区", "湛河"}),
        ("延边朝鲜族自治州延吉市", {"延吉市", "延吉"}),
        ("广州市", {"广州市", "广州"}),
        ("甲县", {"甲县"}),
    ],
)
def test_a_district_goes_by_its_own_name_too(place: str, names: set[str]) -> None:
    assert names <= set(own_places([place]))
    assert not {"区", "市", "州市", "平顶山市", "广"} & set(own_places([place]))


def test_parts_of_a_place_that_a_question_names() -> None:
    assert inner_places("曹镇乡的农民去年收入多少") == {"曹镇": "曹镇乡"}
    assert inner_places("康养社区住了多少人") == {"康养": "康养社区"}
    assert inner_places("新增多少中国传统村落，建成示范村几个") == {}
    assert inner_places("有几个贫困村摘帽，美丽乡村建了几个，哪个社区最好") == {}


@pytest.mark.parametrize(("text", "found"), [("隔壁区去年改了多少老旧小区", ["隔壁区"]), ("相邻区域有多大", [])])
def test_next_door_is_another_place(text: str, found: list[str]) -> None:
    assert other_places(text, ["湛河区", "湛河"]) == found
