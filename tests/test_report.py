from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReportError
from index.report import Report, decode, parse_report, read_report, split_sentences
from index.view import clean

ROOT = Path(__file__).resolve().parent.parent
OTHERS = sorted((ROOT.parent / "shared" / "reports").glob("*/*.txt"))


def uncovered(report: Report) -> list[str]:
    """Non-blank characters that are not in exactly one sentence, heading line or piece of furniture."""
    counts = [0] * len(report.text)
    ranges = [(s.start, s.end) for s in report.sentences]
    ranges += [(s.start, s.end) for s in report.sections if not s.run_in]
    ranges += report.furniture
    for start, end in ranges:
        for at in range(start, end):
            counts[at] += 1
    return [c for c, n in zip(report.text, counts, strict=True) if not c.isspace() and n != 1]


def test_front_matter_of_the_seed(seed: Report) -> None:
    fields = (seed.title, seed.date, seed.meeting, seed.speaker, seed.region)
    assert [f and f.text for f in fields] == [
        "政府工作报告",
        "2020年5月27日",
        "湛河区第五届人民代表大会第五次会议",
        "陈斌",
        "湛河区",
    ]
    assert (seed.place, seed.year) == ("湛河区", 2020)
    for field in fields:
        assert field is not None
        assert clean(seed.text[field.start : field.end]) == field.text


def test_section_tree_of_the_seed(seed: Report) -> None:
    assert [s.heading for s in seed.sections if s.level == 1] == [
        "一、2019年工作回顾",
        "二、2020年工作安排",
        "三、全面加强政府自身能力建设",
    ]
    assert sum(s.level == 2 for s in seed.sections) == 16
    assert "第三产业不断壮大" in [s.heading for s in seed.sections if s.run_in]  # bold, in part one
    assert "优先发展教育事业" in [s.heading for s in seed.sections if s.run_in]  # unmarked, in part two
    assert "涉农改革稳步推进" in [s.heading for s in seed.sections if s.run_in]  # the mark before the full stop


def test_numbered_parts_within_named_ones_are_theirs() -> None:
    body = "第一部分　2019年工作\n一、紧盯项目。建成项目五个。\n（一）城区。修路三条。\n第二部分　2020年安排\n一、修路。新建道路。\n"
    report = parse_report("x.txt", f"2020年甲县政府工作报告\n各位代表：\n{body}")
    assert [(s.level, s.parent) for s in report.sections] == [(0, None), (1, 0), (2, 1), (3, 2), (1, 0), (2, 4)]


def test_a_sentence_over_a_page_break_is_one(seed: Report) -> None:
    sentence = next(s for s in seed.sentences if "预算收入 6.96" in seed.text[s.start : s.end])
    text = clean(seed.text[sentence.start : sentence.end])
    assert text.startswith("全年完成地区生产总值218.48亿元")
    assert "完成一般公共预算收入6.96亿元，增长8%" in text
    assert text.endswith("农村居民人均可支配收入达到19709元，增长9.5%。")


def test_no_character_of_the_seed_is_lost_or_doubled(seed: Report) -> None:
    assert uncovered(seed) == []


@pytest.mark.skipif(not OTHERS, reason="the other reports (../shared/reports) are not here")
@pytest.mark.parametrize("path", OTHERS, ids=lambda p: p.stem)
def test_other_reports_parse_whole_with_place_and_year(path: Path) -> None:
    report = read_report(path)
    assert uncovered(report) == []
    assert str(report.year) == path.stem[:4]
    assert report.place == ("全国" if "国务院" in path.stem else path.stem[5:].removesuffix("政府工作报告"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(encoding: str, seed: Report, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(seed.text.encode(encoding))
    assert read_report(path).text == seed.text


@pytest.mark.parametrize(
    "data",
    [b"", b" \n\n", bytes(range(256)) * 50, b"\x89PNG\r\n\x1a\n" + b"\0" * 500, b"plain English text. " * 40],
    ids=["empty", "blank", "bytes", "png", "english"],
)
def test_what_is_no_chinese_text_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(ReportError) as caught:
        decode(data, "x.txt")
    assert str(caught.value).startswith("x.txt")
    assert "\n" not in str(caught.value)


def test_a_text_without_a_sentence_is_refused() -> None:
    with pytest.raises(ReportError, match="没有一个完整的句子"):
        parse_report("x", "的一年和\n的一年和")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match=r"没有的\.txt"):
        read_report(tmp_path / "没有的.txt")


def test_bold_marks_go_with_the_sentence_they_close_or_open() -> None:
    text = "**甲事推进。**完成一件。**乙事好转**。完成两件。问题有：**一是**丙。**二是**丁。"
    pieces = [text[a:b] for a, b in split_sentences(text, 0, len(text))]
    assert pieces == [
        "**甲事推进。**",
        "完成一件。",
        "**乙事好转**。",
        "完成两件。",
        "问题有：**一是**丙。",
        "**二是**丁。",
    ]


def test_bracketed_heading_run_into_its_paragraph() -> None:
    report = parse_report(
        "x", "一、2025年工作回顾\n（一）经济稳步增长。全年生产总值增长5%。\n二、2026年工作安排\n力争增长5%以上。"
    )
    assert [(s.heading, s.level, s.run_in) for s in report.sections[1:]] == [
        ("一、2025年工作回顾", 1, False),
        ("（一）经济稳步增长", 2, True),
        ("二、2026年工作安排", 1, False),
    ]
    assert report.headings(2) == ("一、2025年工作回顾", "（一）经济稳步增长")
    assert report.year == 2026


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "一、回顾\n",
                "（一）发展。",
                "全年增长7%。",
                "**甲。**",
                "\n\n",
                "的一年 ",
                "“好。”",
                "各位代表：\n",
                "长" * 20,
            ]
        ),
        max_size=25,
    )
)
def test_nothing_is_lost_in_any_text(parts: list[str]) -> None:
    text = "".join(parts) + "完成。"
    report = parse_report("x", text)
    assert uncovered(report) == []


def test_an_unreadable_name_does_not_matter(write_report: Callable[[str, str], Path]) -> None:
    assert read_report(write_report("2021年甲县政府工作报告.txt", "今年完成一件事。")).year == 2021


def test_a_banners_head_may_have_a_long_name() -> None:
    report = parse_report("x.txt", "乙旗政府工作报告\n乙旗人民政府旗长 额尔敦巴雅尔\n各位代表：\n全年完成一件事。\n")
    assert report.speaker is not None
    assert report.speaker.text == "额尔敦巴雅尔"


@pytest.mark.parametrize("line", ["乙州人民政府州长作政府工作报告", "乙州州长在人民代表大会上"])
def test_what_an_office_does_is_no_name(line: str) -> None:
    assert parse_report("x.txt", f"乙州政府工作报告\n{line}\n各位代表：\n全年完成一件事。\n").speaker is None


MEETING = "2026年1月20日在甲县第十八届人民代表大会第五次会议上"


@pytest.mark.parametrize(
    ("front", "office"),
    [
        (f"{MEETING}\n甲县县长\n王小明", "甲县县长"),
        (f"（{MEETING}）\n甲县人民政府代县长\n王小明", "甲县人民政府代县长"),
        (f"{MEETING} 县长王小明", "县长"),
        (f"（{MEETING}）甲县县长 王小明", "甲县县长"),
    ],
    ids=["next line", "next line in full", "behind the meeting", "behind the bracket"],
)
def test_the_speaker_follows_the_office_on_the_next_line_or_the_meeting(front: str, office: str) -> None:
    report = parse_report("x.txt", f"甲县政府工作报告\n{front}\n各位代表：\n全年完成一件事。\n")
    assert report.speaker is not None
    assert report.office is not None
    assert (report.office.text, report.speaker.text) == (office, "王小明")
    assert report.text[report.speaker.start : report.speaker.end] == "王小明"
    unnamed = parse_report("x.txt", f"甲县政府工作报告\n{MEETING}\n甲县县长\n各位代表：\n全年完成一件事。\n")
    assert unnamed.speaker is None
