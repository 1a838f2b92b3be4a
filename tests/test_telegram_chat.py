"""Conversations over the tests' Bot API: what a person writes, what the chat shows."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from bot.answer import Answerer
from bot.wording import EN, ZH
from tests.bot_api import BOT, BotApi
from tests.service import play, talking

Talk = Callable[[BotApi], Awaitable[None]]


@pytest.fixture
def chat(answerer: Answerer, tmp_path: Path) -> Callable[[Talk], None]:
    def run(talk: Talk, **settings: object) -> None:
        async def main() -> None:
            async with talking(answerer, tmp_path / "state", **settings) as api:
                await talk(api)

        play(main())

    return run


def test_an_answer_is_bold_quoted_and_placed(chat: Callable[[Talk], None]) -> None:
    async def talk(api: BotApi) -> None:
        api.say("2020年GDP目标")
        (shown,) = await api.replies(1)
        assert shown.html.startswith("<b>地区生产总值增长7%左右</b>\n\n<blockquote>今年经济社会发展主要预期目标是：")
        assert "<blockquote>今年经济社会发展主要预期目标是：<b><u>地区生产总值增长7%左右</u></b>，" in shown.html
        assert shown.text.endswith("zhanhe-2020.txt · 二、2020年工作安排 · 第22段")
        assert [[b["text"] for b in row] for row in shown.keyboard] == [["上下文", "其他出处", "原文"], ["👍", "👎"]]
        assert api.called("sendChatAction")[0]["action"] == "typing"

    chat(talk)


def test_follow_ups_until_new(chat: Callable[[Talk], None]) -> None:
    async def talk(api: BotApi) -> None:
        for text in ("2019年GDP多少", "那增长呢？", "/new", "那增长呢？"):
            api.say(text)
        shown = await api.replies(4)
        assert shown[0].text.startswith("218.48亿元")
        assert shown[1].text.startswith("增长7.3%")
        assert shown[2].text == ZH.forgotten
        assert not shown[3].text.startswith("增长7.3%")

    chat(talk)


def test_start_offers_questions_that_are_answered_when_tapped(chat: Callable[[Talk], None]) -> None:
    async def talk(api: BotApi) -> None:
        api.say("/start")
        (start,) = await api.replies(1)
        assert start.text.startswith(ZH.start)
        questions = [row[0] for row in start.keyboard]
        assert len({q["text"] for q in questions}) == 5
        for question in questions:
            api.tap(start, question)
        shown = await api.replies(6)
        for question, answer in zip(questions, shown[1:], strict=True):
            assert answer.text.startswith(f"问：{question['text']}\n\n")
            assert "<blockquote>" in answer.html
            assert answer.keyboard[-1][0]["text"] == "👍"  # found: with the buttons of an answer

    chat(talk)


def test_commands(chat: Callable[[Talk], None]) -> None:
    async def talk(api: BotApi) -> None:
        api.say("/source")
        api.say("2020年GDP目标")
        for text in (
            "/source 1",
            "/source 9",
            "/source <b>",
            "/help",
            "/reports",
            "/about",
            "/nothing",
            "/ask 2019年GDP",
            "/ask",
        ):
            api.say(text)
        shown = await api.replies(11)
        texts = [s.text for s in shown]
        assert texts[0] == ZH.nothing_yet
        assert texts[2].endswith("第22段")
        assert "<blockquote expandable>" in shown[2].html
        assert texts[3] == "没有第 9 条出处；这个答案有 1 条。"
        assert texts[4].startswith("没有第")
        assert texts[5] == ZH.help
        assert texts[6] == "可以问这些报告：\nzhanhe-2020.txt：湛河区 2020年，103 段"
        assert texts[7].startswith("报告通 0.")
        assert texts[8] == ZH.unknown_command
        assert texts[9].startswith("218.48亿元")
        assert texts[10] == ZH.ask_usage

    chat(talk)


def test_commands_are_registered_in_both_languages(chat: Callable[[Talk], None]) -> None:
    async def talk(api: BotApi) -> None:
        await api.until(lambda: len(api.called("setMyCommands")) == 2)
        chinese, english = api.called("setMyCommands")
        assert "language_code" not in chinese
        assert english["language_code"] == "en"
        names = [{c["command"] for c in call["commands"]} for call in (chinese, english)]
        assert names[0] == names[1] >= {"start", "help", "reports", "new", "source", "lang", "about"}

    chat(talk)


def test_language_follows_the_client_until_one_is_chosen(chat: Callable[[Talk], None]) -> None:
    async def talk(api: BotApi) -> None:
        api.say("2018年GDP", language="en-GB")
        api.say("/lang", language="en-GB")
        shown = await api.replies(2)
        assert shown[0].text.startswith("The report does not say this for that year.")
        assert shown[1].text == EN.language_ask
        api.tap(shown[1], shown[1].button("中文"), language="en-GB")
        await api.until(lambda: api.answered)
        assert next(iter(api.answered.values()))["text"] == ZH.language_set
        api.say("/new", language="en-GB")
        api.say("/lang en", language="zh")
        api.say("/new", language="zh")
        assert [s.text for s in (await api.replies(5))[2:]] == [ZH.forgotten, EN.language_set, EN.forgotten]

    chat(talk)


def test_declining_offers_what_the_report_does_have(chat: Callable[[Talk], None]) -> None:
    async def talk(api: BotApi) -> None:
        api.say("2018年GDP")
        (shown,) = await api.replies(1)
        assert shown.text.startswith(
            "报告里没有那一年的这个内容。\n\n报告里相近的说法：\n\n全年完成地区生产总值218.48亿元"
        )
        question = shown.keyboard[0][0]
        assert question["text"] == "2019年地区生产总值是多少"
        api.tap(shown, question)
        answer = (await api.replies(2))[1]
        assert answer.text.startswith("问：2019年地区生产总值是多少\n\n218.48亿元")

    chat(talk)


def test_buttons_below_an_answer(chat: Callable[[Talk], None]) -> None:
    async def talk(api: BotApi) -> None:
        api.say("低保多少人")
        (answer,) = await api.replies(1)
        api.tap(answer, answer.button("上下文"))
        context = (await api.replies(2))[1]
        assert context.html.startswith("<blockquote expandable>")
        assert "<b><u>6738人</u></b>" in context.html
        assert context.reply_to == answer.number
        api.tap(answer, answer.button("其他出处"))
        page = (await api.replies(3))[2]
        assert page.text.startswith("相关的段落（1–3，共 ")
        api.tap(page, page.button("下一页"))
        await api.until(lambda: page.edits == 1)
        assert page.text.startswith("相关的段落（4–6，共 ")
        api.tap(page, page.button("上一页"))
        await api.until(lambda: page.edits == 2)
        assert page.text.startswith("相关的段落（1–3，共 ")
        assert len(api.shown) == 3
        assert len(api.answered) == 4

    chat(talk)


def test_the_report_file_comes_with_its_place_and_is_uploaded_once(
    chat: Callable[[Talk], None], seed_file: Path
) -> None:
    async def talk(api: BotApi) -> None:
        api.say("低保多少人")
        (answer,) = await api.replies(1)
        api.tap(answer, answer.button("原文"))
        first = (await api.replies(2))[1]
        assert first.document == seed_file.read_text("utf-8")
        text = seed_file.read_text("utf-8")
        line = 1 + text.count("\n", 0, text.index("6738"))
        assert f"在文件第 {line} 行" in first.text
        assert first.text.endswith("6738人")
        api.tap(answer, answer.button("原文"))
        assert (await api.replies(3))[2].document == "FILE-1"

    chat(talk)


@pytest.mark.parametrize("data", ["c:ffff", "q:1:99", "x", "", "c:" + "9" * 60, "t:1:0", "u:zzz", "🙂"])
def test_a_stale_or_foreign_button_says_so(chat: Callable[[Talk], None], data: str) -> None:
    async def talk(api: BotApi) -> None:
        api.say("/help")
        (shown,) = await api.replies(1)
        query = api.tap(shown, data)
        await api.until(lambda: query in api.answered)
        assert api.answered[query]["text"] == ZH.stale
        assert len(api.shown) == 1

    chat(talk)


def test_a_button_of_another_chat_is_stale(chat: Callable[[Talk], None]) -> None:
    async def talk(api: BotApi) -> None:
        api.say("低保多少人", chat=7)
        api.say("/help", chat=8)
        shown = {s.chat: s for s in await api.replies(2)}
        query = api.tap(shown[8], shown[7].button("上下文"), person=8)
        await api.until(lambda: query in api.answered)
        assert api.answered[query]["text"] == ZH.stale

    chat(talk)


@pytest.mark.parametrize(
    ("content", "reply"),
    [
        ({"photo": [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]}, ZH.text_only["photo"]),
        ({"voice": {"file_id": "1", "file_unique_id": "1", "duration": 1}}, ZH.text_only["voice"]),
        ({"document": {"file_id": "1", "file_unique_id": "1"}}, ZH.text_only["document"]),
        ({"location": {"longitude": 1.0, "latitude": 1.0}}, ZH.text_only["location"]),
        ({"dice": {"emoji": "🎲", "value": 3}}, ZH.text_only["other"]),
        ({}, ZH.text_only["other"]),
        ({"text": " \n\t"}, ZH.empty),
        ({"text": "😀" * 10_000}, ZH.noise),
        ({"text": "\u200f\u202e\u2066"}, ZH.noise),
        ({"text": "？？？！"}, ZH.noise),
    ],
)
def test_what_cannot_be_read_gets_one_sentence(
    chat: Callable[[Talk], None], content: dict[str, object], reply: str
) -> None:
    async def talk(api: BotApi) -> None:
        api.say(content.get("text"), **{k: v for k, v in content.items() if k != "text"})
        assert [s.text for s in await api.replies(1)] == [reply]

    chat(talk)


def test_odd_texts_are_read_for_what_they_say(chat: Callable[[Talk], None]) -> None:
    photo = [{"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1}]
    zalgo = "".join(c + "\u0301\u0316\u0489" * 15 for c in "2019年GDP多少")

    async def talk(api: BotApi) -> None:
        api.say("\u202e\u200f2019年GDP多少\u2069")
        api.say(zalgo)
        api.say(None, photo=photo, caption="2019年GDP多少")
        api.say("2019年GDP多少", forward_origin={"type": "hidden_user", "date": 1, "sender_user_name": "乙"})
        api.say(("2019年GDP多少 " * 400)[:4096])
        shown = await api.replies(5)
        assert all(s.text.startswith("218.48亿元") for s in shown[:4])
        assert shown[4].text.endswith("（问题太长，只看了前 500 个字。）")

    chat(talk)


def test_markup_in_a_question_does_no_harm(chat: Callable[[Talk], None]) -> None:
    async def talk(api: BotApi) -> None:
        for text in ("<b>2019年GDP", "&lt;script&gt;", "</blockquote>低保多少人</b>", "{0} {paragraph} %s"):
            api.say(text)
        await api.replies(4)
        assert not [s for s in api.shown if "编号" in s.text]

    chat(talk)


def test_an_edited_question_changes_its_answer_in_place(chat: Callable[[Talk], None]) -> None:
    async def talk(api: BotApi) -> None:
        number = api.say("2019年GDP多少")
        (shown,) = await api.replies(1)
        same = {**api.message("2019年GDP多少"), "message_id": number, "edit_date": 1}
        api.push(edited_message=same)
        api.push(edited_message={**same, "text": "低保多少人"})
        await api.until(lambda: shown.edits == 1)
        assert shown.text.startswith("6738人")
        api.push(edited_message={**same, "message_id": 1, "text": "2019年GDP"})  # its answer is not known
        assert (await api.replies(2))[1].text.startswith("218.48亿元")

    chat(talk)


def test_a_group_is_answered_only_when_it_speaks_to_the_bot(chat: Callable[[Talk], None]) -> None:
    at = f"@{BOT['username']}"
    mention = {"entities": [{"type": "mention", "offset": 0, "length": len(at)}]}

    async def talk(api: BotApi) -> None:
        group = -1001
        api.say("2019年GDP多少", group)
        api.say("/start@other_bot", group)
        api.say("/weather", group)
        api.say(None, group, new_chat_title="新名")
        api.say(None, group, sticker={"file_id": "1", "file_unique_id": "1", "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False})  # fmt: skip
        asked = api.say(f"{at} 2019年GDP多少", group, **mention)
        (first,) = await api.replies(1, group)
        assert first.text.startswith("218.48亿元")
        assert first.reply_to == asked
        api.say(f"/ask{at} 低保多少人", group)
        api.say("那增长呢？", group, reply_to_message={**api.message("x", group), "from": BOT})
        api.say("那增长呢？", group, 8, reply_to_message={**api.message("x", group), "from": BOT})
        shown = await api.replies(4, group)
        assert shown[1].text.startswith("6738人")
        assert not shown[3].text.startswith("增长7.3%")  # another person's follow-up leans on nothing of the first's
        post = {**api.message(f"{at} 2019年GDP多少", -1002), "chat": {"id": -1002, "type": "channel", "title": "频道"}}
        post.pop("from")
        api.push(channel_post={**post, "text": "日常消息"})
        api.push(channel_post={**post, **mention})
        assert [s.text[:9] for s in await api.replies(1, -1002)] == ["218.48亿元\n"]
        assert len(api.in_chat(group)) == 4

    chat(talk)


def test_joining_a_group_says_how_to_ask_and_leaving_forgets(chat: Callable[[Talk], None]) -> None:
    def change(api: BotApi, before: str, now: str) -> None:
        old = {"user": BOT, "status": before}
        new = {"user": BOT, "status": now}
        if now == "kicked":
            new["until_date"] = 0
        group = {"id": -1001, "type": "group", "title": "群"}
        api.push(my_chat_member={"chat": group, "from": api.message("x")["from"], "date": 1, "old_chat_member": old, "new_chat_member": new})  # fmt: skip

    async def talk(api: BotApi) -> None:
        change(api, "left", "member")
        assert [s.text for s in await api.replies(1)] == [ZH.group_hello]
        api.say("/ask 2019年GDP多少", -1001)
        answer = (await api.replies(2))[1]
        change(api, "member", "left")
        query = api.tap(answer, answer.button("上下文"))
        await api.until(lambda: query in api.answered)
        assert api.answered[query]["text"] == ZH.stale

    chat(talk)


def test_inline_queries_give_up_to_five_cited_passages(chat: Callable[[Talk], None]) -> None:
    async def talk(api: BotApi) -> None:
        full, empty = api.inline("2019年GDP多少"), api.inline("")
        await api.until(lambda: len(api.answered) == 2)
        results = api.answered[full]["results"]
        assert len(results) == 5
        assert results[0]["title"] == "218.48亿元"
        text = results[0]["input_message_content"]["message_text"]
        assert text.startswith("<b>218.48亿元</b>")
        assert "第6段" in text
        assert all("第" in r["input_message_content"]["message_text"] for r in results)
        assert api.answered[empty]["results"] == []
        assert api.answered[empty]["button"]["text"] == ZH.inline_open
        assert not api.shown

    chat(talk)
