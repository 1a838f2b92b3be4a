from bot.spelling import Words, mend, mend_names


def test_one_wrong_character_in_a_long_word_and_one_sound_in_a_short_one() -> None:
    known = {"生产总值", "湛河区"}
    assert mend("直产总值", ["直", "产"], Words.of(known), known.__contains__) == "生产总值"
    assert mend("优粮天数", ["优粮"], Words.of({"优良天数"}), {"优良天数"}.__contains__) == "优良天数"


def test_a_name_by_another_character_of_the_same_sound() -> None:
    assert mend_names("站河区去年GDP", ["湛河区", "湛河"]) == "湛河区去年GDP"
    assert mend_names("卫东区去年GDP", ["湛河区", "湛河"]) == "卫东区去年GDP"


def test_known_words_and_far_ones_stay() -> None:
    known = {"生产总值", "湛河区"}
    assert mend("生产总值", ["生产总值"], Words.of(known), known.__contains__) == "生产总值"
    assert mend("卫东区", ["卫东区"], Words.of(known), known.__contains__) == "卫东区"
    assert mend("生产总值", [], Words.of(known), known.__contains__) == "生产总值"


def test_the_end_of_the_word_before_is_no_slip() -> None:
    text = "项目里点了名的"
    assert mend(text, ["里点"], Words.of(["力点"]), {"项目"}.__contains__) == text
    for slip, meant in (("内捞点", "内涝点"), ("内须", "内需")):
        assert mend(slip, [slip], Words.of([meant]), {meant}.__contains__) == meant


def test_a_common_word_is_meant_where_it_stands() -> None:
    assert mend("新校区", ["校区"], Words.of(["小区"]), set().__contains__) == "新校区"
    assert mend("低宝标准", ["低宝"], Words.of(["低保"]), set().__contains__) == "低保标准"


def test_no_word_is_made_of_one_that_negates_or_of_what_only_asks() -> None:
    assert mend("没人管的老楼", ["没人"], Words.of(["每人"]), set().__contains__) == "没人管的老楼"
    assert mend("砸了多少钱建的", ["钱建"], Words.of(["迁建"]), set().__contains__) == "砸了多少钱建的"
    assert mend("追回多少公资", ["公资"], Words.of(["工资"]), set().__contains__) == "追回多少工资"


def test_a_word_of_which_most_is_unknown_is_mended_by_its_sound() -> None:
    assert mend("小具人企业", ["小具"], Words.of(["小巨人"]), {"企业"}.__contains__) == "小巨人企业"


def test_two_words_that_mend_into_each_other_end() -> None:
    assert mend("公路程", ["公路程"], Words.of(["公里程", "公路成"]), set().__contains__) in (
        "公路成",
        "公里程",
        "公路程",
    )


def test_a_short_name_is_mended_unless_it_is_another_word() -> None:
    assert mend_names("浙将去年GDP", ["浙江省", "浙江"]) == "浙江去年GDP"
    assert mend_names("山西去年粮食产量", ["陕西省", "陕西"]) == "山西去年粮食产量"
