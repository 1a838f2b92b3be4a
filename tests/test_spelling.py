from bot.spelling import mend


def test_one_wrong_character_in_a_long_word_and_one_sound_in_a_short_one() -> None:
    known = {"生产总值", "湛河区"}
    assert mend("直产总值", ["直", "产"], known, known.__contains__) == "生产总值"
    assert mend("站河区GDP", ["站", "河区"], known, known.__contains__) == "湛河区GDP"


def test_known_words_and_far_ones_stay() -> None:
    known = {"生产总值", "湛河区"}
    assert mend("生产总值", ["生产总值"], known, known.__contains__) == "生产总值"
    assert mend("卫东区", ["卫东区"], known, known.__contains__) == "卫东区"
    assert mend("生产总值", [], known, known.__contains__) == "生产总值"
