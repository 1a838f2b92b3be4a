"""Which lines of a scraped page are no part of the report: buttons, sources, breadcrumbs, related links.

Such lines stay in the source; no sentence is made of them. Only the lines before the report begins and those
after it ends are looked at. Knows nothing of the report's own structure.
"""

import re
from collections.abc import Sequence

SHORT_TAIL = 300  # characters that may stand below even a short report

_BUTTON = re.compile(
    "^(?:下载|打印|全屏|收藏|分享|分享到|复制链接|纠错|关闭|返回|返回顶部|加大|还原|减小|放大|缩小|大|中|小|默认|超大|[】〕\\]|>》｜/]+|"
    "微信|微博|新浪微博|QQ空间|扫一扫|扫码|无障碍|长者版|简体|繁体|EN|English|登录|注册|搜索|首页|网站首页|正文|"
    "[【〔\\[]?(?:打印|关闭|收藏|纠错|大中小|下载)(?:本页|窗口|此页|文章)?[】〕\\]]?|"
    "[【〔\\[]?(?:字号|字体)(?:大小)?[:：]?(?:(?:加大|还原|减小|默认|超大|特大|大|中|小|[|/、])*)[】〕\\]]?"
    ")(?:[:：])?$"
)
_LABEL = re.compile(
    "^(?:来源|信息来源|文章来源|稿源|作者|责任编辑|责编|编辑|编审|审核|校对|发布时间|发布日期|发布机构|成文日期|时间|日期|浏览次数|浏览量|"
    "点击数?|阅读次数|访问量|索引号|信息分类|主题分类|发文机关|公开方式|文号|当前位置|您(?:当前)?(?:的|所在的)?位置|位置|分享到?|扫一扫)[:：]"
)
_STAMP = re.compile(
    r"^(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\d{1,2}[:：时]\d{1,2}(?:[:：分]\d{1,2})?[分秒]?)$"
)
_ISO_DATE = re.compile(r"^(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}$")
_BARE_LABEL = re.compile("^(?:来源|信息来源|文章来源|作者|时间|发布时间|发布日期|责任编辑|编辑)[:：]$")
_CRUMB = re.compile("^[>》»›]+$")
_CRUMBS = re.compile("^(?:.{2,12}[>》»›]){1,6}.{0,20}$")
_PHOTO = re.compile("摄[）)]?$|^图为|日报.{0,8}记者.{2,10}$")
_TAIL = re.compile(
    "^(?:相关(?:报道|链接|阅读|文章|新闻|解读|稿件|文档|附件|信息|推荐)|延伸阅读|推荐阅读|热门推荐|打印本页|关闭窗口|[【\\[]?打印[】\\]]?$|"
    "本作品(?:是|在|属于|原文)|扫一扫在手机打开|扫一扫分享|分享到[:：]?|版权所有|网站地图|主办单位|网站标识码|上一篇|下一篇|Copyright|Publicdomain)",
    re.IGNORECASE,
)
_EDITED = re.compile("^[（(【\\[]?(?:责任编辑|责编|编辑|来源|审核|校对)[:：].{0,30}$")
_CHINESE = re.compile("[\u4e00-\u9fff]")
_LETTER = re.compile("[A-Za-z]")
_OPENING = re.compile("会议|人大|[一二三四五六七八九十]届|。$")


def furniture(lines: Sequence[str], body: int, titles: Sequence[int]) -> set[int]:
    """Numbers of the lines (cleaned) that are furniture; the report's body begins at line `body`.

    `titles` are lines that read like the report's title; the first that is not part of a breadcrumb is it. What
    stands above it is navigation, but only where buttons or labels show that the text comes from a web page.
    """
    return _before(lines, body, titles) | _after(lines, body)


def _before(lines: Sequence[str], body: int, titles: Sequence[int]) -> set[int]:
    found = {i for i in range(body) if _is_web(lines[i]) or _PHOTO.search(lines[i])}
    web = bool(found)
    crumbs = [i for i in range(body) if _CRUMB.match(lines[i])]
    found |= {j for i in crumbs for j in (i - 1, i, i + 1) if 0 <= j < body and len(lines[j]) <= 16}
    found |= {i + 1 for i in range(body - 1) if _BARE_LABEL.match(lines[i]) and len(lines[i + 1]) <= 20} - set(titles)
    title = next((i for i in titles if i not in found and i < body), 0)
    if web:
        found |= {i for i in range(title) if i not in titles and not _OPENING.search(lines[i])}
    return found


def _is_web(line: str) -> bool:
    return any(p.match(line) for p in (_BUTTON, _LABEL, _STAMP, _ISO_DATE, _CRUMBS))


def _after(lines: Sequence[str], body: int) -> set[int]:
    """From the first line of a tail on, if all that follows is short beside the report; and single marks above it."""
    whole = sum(map(len, lines[body:]))
    end = len(lines)
    rest = 0
    for i in range(len(lines) - 1, body, -1):
        rest += len(lines[i])
        if rest > max(whole / 4, SHORT_TAIL):
            break
        if _TAIL.match(lines[i]):
            end = i
    while end - 1 > body:
        if _EDITED.match(lines[end - 1]) or _is_web(lines[end - 1]) or _is_mark(lines[end - 1]):
            end -= 1
        elif _BARE_LABEL.match(lines[end - 2]) and len(lines[end - 1]) <= 20:
            end -= 2
        else:
            break
    return set(range(end, len(lines)))


def _is_mark(line: str) -> bool:
    """Letters and signs without a Chinese character: Public domain, false, a checksum."""
    return not _CHINESE.search(line) and bool(_LETTER.search(line))
