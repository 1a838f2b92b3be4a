import json

import pytest

from bot.answer import Answerer
from bot.chat import cards, markup
from bot.chat.cards import Button, Slip
from bot.wording import EN, ZH
from tests.bot_api import parse_entities


def test_two_spans_of_one_sentence_share_its_quote(answerer: Answerer) -> None:
    answer = answerer.answer("2019年城镇和农村居民收入各是多少")
    html = markup.to_html(cards.answer_text(answer, ZH, answerer.library))
    assert html.count("<blockquote>") == len({c.quote_start for c in answer.citations})
    assert html.count("<u>") == len(answer.citations)


def test_what_buttons_refer_to_survives_as_plain_data(answerer: Answerer) -> None:
    answer = answerer.answer("2018年GDP")
    slip = cards.slip_of(answer, ["先前的问题"], ("2019年GDP",), answerer.library)
    again = Slip.from_json(json.loads(json.dumps(slip.as_json())))
    assert again == slip
    assert again.is_current(answerer.library)
    changed = Slip.from_json({**slip.as_json(), "hashes": {"zhanhe-2020.txt": "0"}})
    assert not changed.is_current(answerer.library)


def test_passages_do_not_repeat_what_was_cited_and_end(answerer: Answerer) -> None:
    answer = answerer.answer("低保多少人")
    slip = cards.slip_of(answer, (), (), answerer.library)
    assert not [p for p in slip.passages if p.start <= answer.citations[0].start < p.end]
    pages = -(-len(slip.passages) // cards.PAGE)
    assert cards.passages_card(slip, "1", pages - 1, ZH, answerer.library)
    assert cards.passages_card(slip, "1", pages, ZH, answerer.library) is None
    assert cards.passages_card(slip, "1", -1, ZH, answerer.library) is None


def test_everything_shown_keeps_telegrams_rules(answerer: Answerer) -> None:
    for question in ("低保多少人", "2018年GDP", "今年的主要目标有哪些", "区长的任务", "报告人是谁"):
        answer = answerer.answer(question)
        slip = cards.slip_of(answer, (), ("问" * 40,), answerer.library)
        for words in (ZH, EN):
            card = cards.answer_card(answer, slip, "f" * 12, words, answerer.library)
            texts = [card.text, *(o.text for o in cards.offers(answer, words, answerer.library))]
            if slip.spans:
                texts.append(cards.context_text(slip, words, answerer.library))
                parse_entities(markup.to_html(cards.source_caption(slip.spans[0], words, answerer.library)), 1024)
            for text in texts:
                for part in markup.cut(text):
                    parse_entities(markup.to_html(part), 4096)


def test_button_data_is_bounded() -> None:
    with pytest.raises(ValueError, match="66 bytes"):
        Button("x", "问" * 22)
