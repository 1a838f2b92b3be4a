"""Questions about the report itself: who read it out, when, where, at which meeting.

The answers are the fields the parser found in the front matter. Knows questions and reports, no search.
"""

import re

from bot.question import Ask, Question
from bot.spelling import spelled
from index.report import Field, Report

_OFFICE = "区长|县长|市长|省长|州长|盟长|旗长|镇长|乡长|总理|自治区主席|政府主席|一把手|报告人|主讲人|作者|district head|mayor|governor|premier"
_OTHER_OFFICE = re.compile(
    "副|书记|主任|局长|部长|常委|前任|原|上一?任|下一?任|秘书|点了?(?:谁|哪)|电话|年龄|多大|学历|哪里人|奖|deputy|vice"
)
_WHO = re.compile(
    f"(?:{_OFFICE}).{{0,4}}(?:是谁|叫|姓|名(?!义)|谁|哪位|who)|(?:谁|哪位|who).{{0,6}}(?:{_OFFICE})|^(?:那?[\u4e00-\u9fff]{{0,5}})?(?:现任)?(?:代)?(?:{_OFFICE})(?:姓名|名字|呢|的呢)?$|"
    "(?:谁|哪位|什么人|哪个领导).{0,6}(?:作|做|念|读|讲|宣读|发表|代表|写).{0,8}(?:报告|讲话)|报告.{0,3}(?:谁|哪位|什么人|哪个领导).{0,2}(?:作|做|念|读|讲|写|宣读|代表|报|起草|的?[,，。]|的?$)|"
    "who (?:gave|delivered|presented|made|read)"
)
_AT_WHICH = re.compile("(?:什么|哪个|哪次|哪场|啥)(?:会|大会|会议)上?.{0,2}(?:作|做|念|读|讲|说|宣读|发布)")
_POST = re.compile(
    "职务|职位|职衔|身份(?!证)|什么官|啥官|头衔|担任什么|position|title|post\\b|\\bjob\\b", re.IGNORECASE
)
_ISSUER = re.compile("落款|(?:末尾|结尾|最后).{0,4}(?:盖|署|签|印)|印发|印制|编印|署名|signed off|issued by")
_MEETING = re.compile(
    "(?:什么|哪个|哪次|第几次|第几届|啥|哪一次|哪届).{0,8}(?:会议|大会|人代会|会上|会)|(?:会议|大会).{0,3}(?:名称|全称|叫)|(?:which|what) (?:meeting|congress|session)"
)
_GATHERING = "会议|大会|开会|召开|人代会|两会|人大|这个会|这次会|的会|报告|讲话|meeting|congress|session|report"
_GATHERED = re.compile(f"(?:{_GATHERING}|政府|人民|代表|第?[一二三四五六七八九十]+[届次]|[会上作])+")
_TOPIC = re.compile("[第届]|整治|推介|投洽|进博|蟠桃|政银企|运动|普查")


def _named(speaker: Field | None, text: str) -> bool:
    """Whether a question names the speaker, in characters or in pinyin, or asks for whoever gave the report."""
    if speaker is None:
        return False
    name = re.sub(r"\s", "", speaker.text)
    return (
        name in text
        or spelled(name) in re.sub("[^a-z]", "", text.lower())
        or not re.search("公司|企业|[局部院厂校]|委员会", text)
    )


def _with_office(report: Report, speaker: Field) -> Field:
    """Office and name together, where they stand together."""
    if report.office is None:
        return speaker
    return Field(report.office.text + speaker.text, report.office.start, speaker.end)


def about_report(question: Question, report: Report) -> Field | None:
    """The field that answers a question about the report itself, None for any other question."""
    text = re.sub(r"[\s？?。!！]", "", question.normal) if not question.normal.isascii() else question.normal.lower()
    if report.speaker and not _OTHER_OFFICE.search(text) and _WHO.search(text):
        return _with_office(report, report.speaker) if _POST.search(text) else report.speaker
    if report.office and not _OTHER_OFFICE.search(text) and _POST.search(text) and _named(report.speaker, text):
        return report.office
    if report.issuer and _ISSUER.search(text):
        return report.issuer
    if report.meeting and _AT_WHICH.search(text):
        return report.meeting
    weighty = [c for c in question.concepts if c.weight >= 1 and not _GATHERED.fullmatch(c.text)]
    if weighty:
        return None
    if report.date and question.ask is Ask.DATE and re.search(_GATHERING, text) and not _TOPIC.search(text):
        return report.date
    mixed = bool(re.search("[A-Za-z]{2}", text)) and not text.isascii()  # APEC的什么会 is another meeting
    if report.meeting and not mixed and _MEETING.search(text) and not re.search("几次会议$|开了几", text):
        return report.meeting
    if report.region and question.ask is Ask.PLACE and re.search("报告", text):
        return report.region
    return None
