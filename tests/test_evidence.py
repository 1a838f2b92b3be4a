from bot.evidence import is_trap
from bot.question import Concept


def test_a_word_inside_a_longer_one_that_means_something_else_is_a_trap() -> None:
    exports = Concept(("出口",), 1.0)
    assert is_trap(exports, "进出口总额1.85亿元")
    assert not is_trap(exports, "进出口总额1.85亿元，其中出口1.2亿元")
    assert not is_trap(exports, "完成固定资产投资42.8亿元")
