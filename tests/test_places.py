import pytest

from bot.places import other_places

OWN = ["湛河区", "湛河"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("郑州市2019年GDP", ["郑州市"]),
        ("郑州GDP", ["郑州"]),
        ("卫东区财政收入", ["卫东区"]),
        ("湛河区GDP", []),
        ("平顶山市湛河区GDP", []),
        ("2019年GDP", []),
        ("全国GDP增长多少", ["全国"]),
    ],
)
def test_places_that_are_not_the_reports_own(text: str, expected: list[str]) -> None:
    assert other_places(text, OWN) == expected
