from bot.answer import Answerer
from bot.chat.suggestions import SURE, examples, nearby


def test_examples_are_questions_the_report_answers(answerer: Answerer) -> None:
    found = examples(answerer.library, answerer.answer)
    assert len(set(found)) == 5
    answers = [answerer.answer(question) for question in found]
    assert all(a.found and a.confidence >= SURE for a in answers)
    assert len({a.citations[0].section[:2] for a in answers}) >= 3


def test_nearby_questions_begin_with_what_was_meant(answerer: Answerer) -> None:
    for question, first in (
        ("2018年GDP", "2019年地区生产总值是多少"),
        ("2021年财政收入", "2019年一般公共预算收入是多少"),
        ("2019年城镇登记失业率是多少", "2020年城镇登记失业率目标是多少"),
    ):
        assert nearby(answerer.library, answerer.answer, answerer.answer(question))[0] == first
