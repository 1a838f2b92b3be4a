"""A question in plain words becomes a `Question`: what is asked for, about what, of which year, planned or achieved.

Pure text work over the lexicon; knows nothing of any report but what it is told (its words, its place), and
nothing of other questions: `bot.compound` knows those that lean on others or ask several things.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from index.chinese import han_to_int, simplified
from index.lexicon import Lexicon, lexicon
from index.passages import Standing
from index.tokens import part_of_speech, words


class Ask(StrEnum):
    """What sort of answer is asked for."""

    AMOUNT = "amount"
    MONEY = "money"
    COUNT = "count"
    GROWTH = "growth"
    SHARE = "share"
    RANK = "rank"
    DATE = "date"
    PERSON = "person"
    PLACE = "place"
    NAME = "name"
    LIST = "list"
    REASON = "reason"
    MEASURE = "measure"
    DEFINITION = "definition"
    YESNO = "yesno"
    KEYWORD = "keyword"


FIGURES = frozenset({Ask.AMOUNT, Ask.MONEY, Ask.COUNT, Ask.GROWTH, Ask.SHARE, Ask.RANK, Ask.DATE})


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing the question is about: any of `variants` in a report means it; the first is as typed."""

    variants: tuple[str, ...]
    weight: float  # 1 for a thing, less for a verb or a general word

    @property
    def text(self) -> str:
        """As typed."""
        return self.variants[0]


@dataclass(frozen=True, slots=True)
class Question:
    """An understood question."""

    text: str  # as typed
    normal: str  # simplified, half-width
    ask: Ask
    unit: str  # the measure word of "多少户"; empty where none is named
    concepts: tuple[Concept, ...]
    year: int | None
    shift: int | None  # 去年 -1, 今年 0, 明年 1, against the report's own year
    standing: Standing | None
    counted: str  # what directly follows 多少 or 几, as typed: the thing to be counted
    values: int  # how many figures it asks for at once; 0 where it asks for none
    follows: bool  # leans on the questions before it
    before: str  # those questions, where it took something from them; else empty

    def year_in(self, report_year: int | None) -> int | None:
        """The year asked for, read in a report of that year."""
        if self.year is not None or self.shift is None or report_year is None:
            return self.year
        return report_year + self.shift


# -- what is asked for ------------------------------------------------------------------------------

_MEASURE_WORDS = (
    "平方米|平方公里|平米|立方米|公里|千米|小时|分钟|个?工作日|人次|个月|个百分点|吨|斤|公斤|亩|米|户(?!籍|厕)|人|名|位|家(?!庭|长|电|政|具)|个|处|座|所|条(?!件|例)|项|件|起|场(?!所|地|景|馆)|次|天|岁|张|盏|"
    "层|间|股|瓶|株|口(?!岸|子|径|罩|袋)|组(?!织|成)|趟|份|尾|根|枚|幅|"
    "块(?!钱)|只(?!有|是|要|能)|套|栋|幢|辆|台|部|头|棵|批|期|种|类|级|倍|度|方|册|片|例|宗|笔|对|支|艘|列|班(?!子|级)|间|村(?!民|医|干|集体)|县|市(?!场|民|值|政)|省|乡|镇|年|届|里(?!程)"
)
_PATTERNS: tuple[tuple[Ask, str], ...] = (
    (
        Ask.REASON,
        "为什么|为何|为啥|图的是什么|图个?[啥什]|为了(?:什么|啥)|目的是|什么目的|何目的|什么原因|啥原因|原因是|的原因|凭什么|因为什么|"
        "受(?:什么|啥|哪些)[^,，。]{0,4}影响|怪(?:啥|什么|谁)|(?:什么|啥)由头|根子|(?:咋|怎么)(?:就|还|又|也|一直)?(?:没(?!收)|停了)|(?:(?<![保通行医市民银])卡|差|(?<!困)难|问题出?)在哪(?!些)|why",
    ),
    (
        Ask.DEFINITION,
        "是什么意思|啥意思|什么意思|指的是|是指什么|指什么|指啥|什么叫|何谓|的含义|什么是|"
        "啥叫|啥是|(?:什么|啥)概念|怎么解释|(?:什么|啥)样的[^,，。]{1,8}(?:算|叫)|说的是(?:什么|啥)|是干(?:什么|啥)的|what does .* mean|what is meant",
    ),
    (Ask.MEASURE, "的[^,，。]{0,6}会(?:怎样|怎么样|咋样)"),
    (
        Ask.RANK,
        "第几(?![届批次期轮季章])|老几|(?:排名|名次|位次)(?![^,，。]{0,6}变)|(?<!安)排(?:到(?!了|啥|什么|哪|几[月号]|[今明后去]年)|多少)|强[里中]?(?:是|列|排)?第?(?:多少|几)[名位]|\\brank",
    ),
    (
        Ask.AMOUNT,
        "(?:增加|减少|增添)了?多少(?![钱元块点%％成百个家户人亩名处座万亿张条倍])(?=[\u4e00-\u9fff]{2})(?!左右|合适|[^,，。]{0,4}(?:资金|经费|补[助贴]|投[资入]|支出|收入|[款费税薪])|.*(?:百分|几成))",
    ),
    (
        Ask.GROWTH,
        "增速|增幅|涨幅|降幅|增长率|同比|(?:(?:上[涨调升]|下[调降跌]|便宜|提高|减少)了?[^,，。占]{0,4}|(?:(?<!新)增|[涨跌降升贵抬]|(?<![县市省区镇乡校延特专家成])长)了?[近约超]?)百分之(?:几|多少)|(?:占比|比重|比例)(?:又|还|再)?[高低升降抬提上下涨]+了?(?:多少|几)|比[上去前]一?年[^,，。]{0,6}(?:百分之|几成)|[多少][挣赚开产出卖收]?[了掉]?几成|增长(?:目标|预期)?(?:定|设|安排)[的在了为得]*(?:多少|几)|增长.{0,3}(?:快|慢|高|低)|增长目标|增长预期|"
        "(?:增长|增加|增收|上涨|涨|提高|下降|下滑|降低|降|减少|上升|(?<!新)增|跌|(?:经济|GDP|产值|收入|[价量数])掉)(?:了|过)?"
        "(?:多少(?!个|家|户|人|亩|名|处|座|万|亿|张|条|倍)|百分之|几个百分点|几个点|几成|多大|百分点)|幅度(?:是|有|为)?多[少大]|"
        "(?:涨|增长|升|降|提高|下降|减少|改善)得?(?:更|最|较|比较)?(?:快|慢|多|大|少)(?!少)|比.{1,8}(?:高|低|快|慢)(?:了|出)?(?:多少|几)|长了多少|要长多少|增长得?(?:怎么样|如何)|(?<![最至不])[多少][卖投收交缴花来]?了?百分之|"
        "(?:增长|增加|上升|[涨升增多])了?还是(?:下降|减少|[跌降减少])|是[涨升增]是[跌降减]|(?:涨|增|(?<![县市省区镇乡校延])长|(?<!占)GDP|经济)(?!.*[占率]|.*到几点)[^,，。]{0,12}(?:几|多少)个?(?:百分)?点(?![位开到])|[涨增长]得?有?多快|growth|how fast|grow\\b|rise by|increase by|(?:增长|增收|涨)(?:呢|是多少|怎么样|如何|情况|几)",
    ),
    (
        Ask.SHARE,
        "占比|占.{0,12}(?:多少(?!个|家|户|人|名|亩|平|条|块|所|间|台|处|座)|几成|比例|百分|多大(?!的?(?:一块|一片)?地))|多大一块(?!地)|比重|份额|百分之(?:多少|几)|几成|share of|percentage of|what percent",
    ),
    (Ask.RANK, "第几(?!期)|排第|(?<!安)排到(?!了|啥|什么|哪|几[月号]|[今明后去]年)"),
    (
        Ask.DATE,
        "什么时[候侯后]|啥时[候侯后]|哪时候|何时|几时|哪天|哪一天|哪个?(?:月|季度)|几月几[日号]|几月份?|几号(?![线楼院井馆地桥路机岛站]|泊位|码头|文件)|几点[几钟]|到几点(?=$|[?？])|日期|哪年|哪一年|多会儿|什么时间|啥时间|when\\b|what date",
    ),
    (
        Ask.LIST,
        "(?:有|是|了|在|为|要|分)?哪(?:几|[二两三四五六七八九十2-9])(?!天|年|月)|有哪|哪些(?!措施|举措|办法|招|方法|方式)",
    ),
    (
        Ask.MONEY,
        "多少钱|几个钱|(?<![本多少])钱[^,，。多少几]{0,3}(?:是|有)?多少[?？]?$|多少[\u4e00-\u9fff]{0,3}(?:出让|违约|保证|滞纳|补偿|补助|救助|抚恤|奖)金|[挣赚]几个(?=[?？啊呀呢]|$)|多少(?![家户人名位个条笔]|企业|学生|农民工|群众|居民)[^,，。了到过领拿交欠还减做给]{1,5}(?:钱|款|资金|负担|生意|补[贴助]|津贴|救助金|工资)(?=[?？,，。啊呀呢了]|$)|多少(?:被?拖欠的)?农民工的?(?:工资|欠薪|血汗钱)(?=[?？,，。啊呀呢了]|$)|多少(?:负担|生意|家当|工钱|补偿(?!协议|户|方案))|贷.{0,3}多少款?$|交了?多少税|多少资金|多少经费|(?:几|多少)个亿|几[万千百]亿(?![人斤吨度千立平])|多少(?:万|亿)?(?:美元|美金|元|块(?=钱|[?？,，]|$))|多少亿(?!人|斤)|花了?多少|花费|造价|几多钱|好多钱|(?<![分成哪])几[块毛](?:钱|[?？]|$)|多少(?:投资(?!项目|人|者)|融资(?!平台|担保)|产值|奖金|奖励|补[贴助]|救助金|津贴|工资|薪水|[房租]租|租金|税费|保费|学费|养老[钱金]|债|利润|收入|营收|营业收入|销售额|交易额)|"
        "(?:[领挣赚掏砸缴投补]|(?<![移成提上转])交(?!付)|(?<!交)付|(?:能|每[月年人]|个月)[^,，。]{0,3}拿)(?:到|了|进去|出去)?(?:多少|几多)(?:呢|啊|呀|了)?[?？。]?$|金额|投资额|资金规模|货值|dollars|yuan|rmb|how much money|how much was (?:spent|paid)",
    ),
    (
        Ask.COUNT,
        f"(?:多少|几多|好多(?!年)|几(?!乎|年来))(?:万|亿|千|百)?(?P<unit>{_MEASURE_WORDS})|多久(?!以?[前后])|多长时间|多少时间|how many",
    ),
    (
        Ask.AMOUNT,
        "多少|几多|几何|多大|多高|多长|多宽|多远|是几|到几|数额|总量是|规模有|how much|how large|how long|how big|how high|what was the|what is the",
    ),
    (
        Ask.MEASURE,
        "怎么(?!样的|回事|还)|如何|怎样|咋(?!回事)|采取|什么办法|啥办法|(?:啥|什么|哪些|何种)(?:法子|方法|方式|手段|路子|渠道)|靠什么|靠啥|什么招|啥招|什么措施|什么举措|哪些措施|哪些举措|哪些办法|做了什么|做了啥|做什么|做啥|干了什么|干了啥|干什么|干啥|有什么打算|有何打算|什么动作|how (?:will|does|did|to|do)\\b",
    ),
    (
        Ask.PERSON,
        "谁|哪位|什么人|姓名|叫啥名|(?:[区县市省镇乡州旗]长(?!寿|期|远|效)|主席|书记|主任|院长|领导|专家|老师|医生|干部|[网格队]员)[^,，。]{0,4}(?:叫|姓)(?:什么|啥)|"
        "哪个[^,，。]{0,3}(?:[区县市省镇乡州旗]长(?!寿|期|远|效)|领导|书记|干部)|who\\b",
    ),
    (
        Ask.PLACE,
        "在哪|哪里|哪儿|什么地方|啥地方|何处|位置|地址|哪个(?:乡|镇|村|地方|街道|小区|社区|区|县|市)|where\\b",
    ),
    (
        Ask.LIST,
        "哪些|哪几|有什么|有啥|都有|列出|列举|包括|哪[一二两三四五六七八九十0-9]+|分别是(?!多少)|分别叫|各叫|都叫|什么(?:困难|问题|项目|挑战|短板|不足|目标|任务|要求|工程|成绩|荣誉|活动|服务|内容|专项|补贴|优势)|"
        "(?:困难|问题|挑战|短板|不足|措施|举措|做法|办法)(?:有)?$|which (?:\\w+ )?\\w+s\\b|list\\b|what are",
    ),
    (
        Ask.YESNO,
        "吗|是否|([\u4e00-\u9fff])不\\1|[\u4e00-\u9fff]不[?？]?$|有没有|有没得|是不是|了没|没有[？?]?$|能不能|会不会|有无|对不对|(?:是|有|会|能)吧|^(?:did|does|do|is|are|was|were|has|have|will)\\b",
    ),
    (Ask.NAME, "叫什么|叫啥|哪块|哪个|哪家|哪所|哪条|哪一|哪项|哪部|名称|名字|什么|啥|which|what\\b"),
)
_ASKS = tuple((ask, re.compile(pattern, re.IGNORECASE)) for ask, pattern in _PATTERNS)
AREA = "面积"  # stands for any unit of area
_LAND = re.compile("占地(?![区方]).*多[大少]|占了?多大的?(?:一块|一片)?地(?![区方])|占了?多少地(?![区方])")
_RUN_OF = re.compile("连续?(?:[涨升增长降跌]|提高|下降|正增长|负增长)+了?(?:几|多少)(个月|个季度|年)")  # 房价连涨几个月
_AMOUNT_NOUN = re.compile(
    "(?P<人>人数|人头|多少人)|(?P<户>户数)|(?P<面积>亩数|面积)|(?P<公里>里程|公里数)|(?P<个>数量|(?<![两三四])个数|总数|数目)|(?P<天>天数)|(?P<次>次数)|(?P<件>案件数|件数)|(?P<家>家数)"
)
_MONEY_NOUN = re.compile("(?:金额|总额|资金|经费|支出|税额|额度|投资额|成交额)$")
_TIME_NOUN = re.compile(
    "(?:通车|开工|动工|竣工|完工|建成|投产|投用|启用|并网|开业|开放|召开|开会|举办|交付|截止)(?:时间|日期)$"
)
_GROWTH_NOUN = re.compile("(?:增长|增速|增幅|涨幅)(?:情况)?$")

# -- year, standing, leaning ------------------------------------------------------------------------

YEAR = re.compile(
    r"(?<!\d)(19\d\d(?=年)|199\d|20\d\d)(?:年度?)?(?!\d)|(?<![\d第])(\d\d)年(?!来|内|间|以)|([一二][〇○零一二三四五六七八九]{3})年?|([零〇一二][零〇一二三四五六七八九]|八[零〇一二三四五六七八]|九[零〇一二三四五六七八九])年"
)
LAST_YEAR = re.compile("(?<![比较])(?:去年|上年|上一年|前一年|头一年|过去的?一年)")
SHIFTS = (
    (-1, re.compile("去年|上年|上一年|前一年|头一年|过去一年|过去的一年|last year", re.IGNORECASE)),
    (0, re.compile("今年|本年|当年|这一年|年内|this year", re.IGNORECASE)),
    (1, re.compile("明年|下一?年度?|来年|next year", re.IGNORECASE)),
    (-2, re.compile("前年")),
)
_PLANNED = re.compile(
    "目标|预期(?!寿命)|计划|打算|想(?=[涨增达建修搞办提降压控卖挣])|力争|争取(?!到|来的)|预计|准备|将要?|拟|要求达到|(?<![主重])要(?=[建修改招增涨升完引办干做抓盖解推提降压控冲签破创减])|会(?=[建修改招增完引办干做抓])|接下来|下一步|未来|target|goal|plan|aim|will\\b",
    re.IGNORECASE,
)
_STRICT_PLANNED = re.compile(
    "定[的在为到]*(?:多少|几)|目标|预期(?!寿命)|(?<![个项])计划(?!生育|叫|的?名)|打算|力争|预计|target|goal|\\bplan|\\baim",
    re.IGNORECASE,
)
_MEASURED_BY = re.compile(  # 没达到年初预期 asks for a result
    "比(?:原来?的?)?(?:计划|预期|目标)[^,，。]{0,3}(?:早|提前|晚|快|慢|多|少|高|低)|(?:没|没有|未|未能|不)(?:有)?(?:达到|达成|完成|实现|及)了?[^,，。]{0,4}(?:预期|目标|计划)|(?:低于|高于|好于|超过|不及)[^,，。]{0,4}(?:预期|目标|计划)"
)
_ACHIEVED = re.compile(
    "现在|目前(?!为止)|眼下|如今|实现了|完成了|达到了|取得|争取到|已经|实际(?!利用|使用|到位)|(?<![好成工用车航园完])了(?:吗|么|没有?)(?=[?？,，]|$)|了多少|了几|了哪些|了什么|了啥|做成|achieved|actual|(?<![a-z])did\\b|\\bwas\\b|\\bwere\\b",
    re.IGNORECASE,
)
DONE = re.compile("完成|实现|达到|实际|取得")
_LEANING = re.compile(
    "^(?:那么?|其中|都(?:是|叫)|它|这个(?!报告)|这[些几](?!年|天|个?[月季])|该(?!报告)|还有|另外|上面|刚才|然后|再|同期|此外|what about|and\\b|how about)|呢[？?。]?$",
    re.IGNORECASE,
)

_FILLERS = re.compile(
    f"(?:哪几|哪|几|多少|多)(?:{_MEASURE_WORDS}|方面|步|项)|第几(?:届|名|位|次)?|"
    "排?老几|排第?几|会上|多[大高长宽远重]|请问一?下?|请问|问一?[句下声](?=[,，])|打听一?下|咨询一?下|你好|您好|麻烦|帮我?查?一?下?|我想(?:知道|问|了解|查)(?:一?下)?|想(?:知道|问|了解|查)(?:一?下)?|告诉我|能不能|可以|是不是|有没有|是多少|有多少|多少|"
    "几?个?百分点|几个点|多久|多长时间|几多|好多(?=[\u4e00-\u9fff])|几[块毛]钱?|哪时候|几时|啥时[候侯]|什么时[侯后]|一共|总共|总计|合计|大概|大约|左右|到底|究竟|具体|分别|各是|各有|的话|报告(?:里|中|上)?(?:提到|说|写|讲|提)?(?:的|了|过)?|里面|当中|根据|按照|关于|方面|情况|数据|"
    "是什么|什么|是啥|啥|哪边|哪头|哪一?方|怎么样|怎样|怎么|如何|为什么|为何|为啥|哪些|哪几|哪个|哪家|哪里|哪儿|哪位|哪|谁|吗|呢|吧|啊|呀|嘛|哦|么|了没有?|是否|"
    "我们|咱们|咱|我|你们?|他们|大家|全区|本区|我区|区里|全镇|本镇|我镇|镇里|镇上|全旗|我旗|旗里|全市|市里|本市|我市|全省|本省|我省|省里|全县|本县|我县|县里|当地|本地|这里|这边|"
    "一下|比较|相比|对比|还是|以及|还有|其中|另外|那么?|这个|这些|那个|这份|该|上述|主要|都|有关|相关|涉及|属于|是指|指的|意思|"
    "公布|数字|指标|数值|年份|全年|一年|整年|时候|时间|多会儿|"
    "(?:报告|政府|[区市县省镇]里)?自?己?(?:承认|坦承)(?:了|的|有)?|要?冲到|(?:能|可以)?拿到手(?:里|上)?|(?:麻烦|请|烦请)?告知|几月几[日号]|第几|几|到底|有何|何时|何处|何|现在|目前|当前(?!.*形势)|"
    "政府工作报告|工作报告|政府报告|报告"
)
_STOP = frozenset(
    "的 了 和 与 及 或 在 是 为 以 对 把 被 将 等 着 地 得 之 其 并 而 从 由 向 到 各 个 有 要 会 能 也 就 都 还 又 再 上 下 里 中 内 外 前 后 年 月 日 号 区 "
    "于 给 让 使 用 去 来 过 做 搞 弄 干 说 讲 提 出 成 达 达到 实现 完成 进行 开展 多 少 大 小 高 低 长 个 家 人 名 户 件 项 次 条 所 座 处 万 亿 元 块 钱 "
    "总量 总规模 数 额 量 值 率 总 共 已 已经 目标 计划 预期 预计 打算 力争 争取 准备 任务 增长 增速 增幅 涨幅 增长率 同比 增加 下降 降低 减少 提高 上升 涨 降 增 占 占比 比重 份额 百分之 排名 第 "
    "事儿 事项 中说 实际 当时 预计 原来 法子 方法 方式 手段 路子 作 写 念 读 挣 能 职务 职位 身份 干嘛 全称 一年 样 称为 进展 进度 怎样 变化 的话 岁 分别 几种 几类 快 慢 每年 一共 打算 想 用来 干什么 "
    "叫 名字 名称 名 请 谢谢 回答 查 查询 问 知道 看 看看 情况 工作 内容 东西 事 事情 问题 地方 措施 办法 举措 做法 招 原因 意思 包括 列出 列举 哪天 日期 "
    "前年 月份 这类 那类 这种 那种 这行 人家 块钱 最多 最多能 顶多 最少 最晚 不要 身上 手里 各涨 各要 程度 指 上来 部门 今后 往后 过去 部分 会儿 那会儿 整个 专门 如今 幅度 "
    "提到 行当 盘子 总盘子 家里 现任 往外 那边 那片 那条 名单 "
    "下去 出去 起来 下来 出来 上去 回来 回去 进去 过来 加起来 合起来 "
    "人数 户数 面积 数量 总数 个数 天数 金额 总额 里程 次数 资金 位置 地址 位 天 期 版 届 几个 几家 几条 多少人 比 跟 同 不 没 没有 吗 "
    "the a an of in for to and or is are was were be did does do how many much us dollars yuan rmb actually use used what which who when where why please tell me about on by at with it its this that there any has have had will from as "
    "year target goal plan planned growth rate report last next according county district city government total number amount value list all were".split()
)
_WEAK = frozenset(
    "建设 发展 推进 加快 加强 提升 改革 改造 治理 服务 管理 保障 支持 推动 落实 优化 完善 创新 深化 新建 建成 修建 建 修 盖 新增 发放 拨付 投入 支出 安排 支付 "
    "开工 完工 竣工 引进 举办 举行 办 召开 组织 招聘 招 处理 办理 查处 拆 拆除 养护 维护 项目 工程 企业 单位 机构 群众 居民 百姓 老百姓 城乡 经济 社会 全面 重点 主要 "
    "投资 花 花了 政策 制度 机制 体系 水平 能力 作用 活动 参加 开 获得 拿 拿到 得 收 收到 签 签约 落户 确定 被 重大 新 新型 整治 清理 帮 帮助 解决 追回 惠及 享受 领 领取 "
    "卖 卖出 出让 买 购买 用 用于 种 种了 打 打击 抓 判 取缔 关 关停 公开 公布 主动 面向 成立 设立 成果 成效 成绩 效果 进展 特色 规模 专项 行动 继续 持续 积极 大力 全部 "
    "动 干 动了 整 弄好 "
    "比例 名额 位子 方向 行业 大项目 机器 信号 "
    "想 需要 应该 可能 打造 形成 实施 启动 争取 探索 健全 构建 强化 统筹 聚焦 坚持 努力 促进 扩大 带动 增强 巩固 拓展 培育 做好 抓好 搞好 面临 存在 遇到 认为 "
    "build built new spend spent hold held people local".split()
)
_GENERIC_WEIGHT = 0.35
_FOREIGN_WEIGHT = 0.3  # an English word the lexicon lacks is mostly grammar
_NUMBERED = re.compile("^[一二两三四五六七八九十几]+(?:大|个|种|项|条|类|是|战)?$")


_ANY = re.compile("(多少|几)个(人|小时)")  # 多少个人 asks for people
_POINTS = re.compile("(?:多少|几)个点(?!位)")  # of a hundred: asks for the figure, whatever its kind


_AGAINST = re.compile(
    "[比较](?:19|20)\\d\\d年[底末]?(?=.{0,8}(?:增|涨|升|降|提高|减|多|少|高|低|翻))|(?:与|跟|同|和)(?:19|20)\\d\\d年[底末]?(?:相比|比)|(?:同?比|较|与|跟|同|和)(?:前年|去年|上一?年|往年)(?:同期)?(?:相比|比)?(?=.{0,8}(?:增|涨|升|降|提高|减|多|少|高|低|翻))"
)
BY_HOW_MUCH = re.compile(  # asks for a change, which a level does not answer
    "(?:比|较)(?:(?:上|去|前|往)一?|(?:19|20)\\d\\d)年.{0,4}(?:多|少|增|减|降|涨|升|高|低|提高|大|小|长|快|慢)[加少了]*(?:了|出)?(?:多少|几|百分之)"
)
BARE_GOAL = re.compile(
    "^((?:[今明去]年|(?:19|20)\\d\\d年)?的?)((?:增长|增速|增长率|增长速度)(?:预期)?目标)"
)  # of the economy
_ECONOMY = re.compile(  # 经济去年涨了几个点 asks for what is told of GDP
    "经济(?=(?:[去今]年|预计|打算|计划|准备|还|又|要|想|能|会|总共|到底){1,3}(?:涨|增|长(?!期)|跌|降)|下滑)"
)
_WHOSE = re.compile(  # and not 冰雪经济, 民营经济
    "(?:^|[,，。、 ]|[去今明前]年|\\d年|[全我本咱][国省市区县镇]|[省市区县镇]里|咱们?|我们?|你们|整体|总体|那)的?$"
)
_SPLIT = re.compile(  # 啥时候动的工 asks for 动工
    "(?<=[动开竣完复])的(?=工(?![厂人业程资作地]))|(?<=[投复])的(?=产(?!业))|(?<=通)的(?=车(?!站|位))|(?<=奠)的(?=基(?!地))"
)
_RATE_SLIP = re.compile(  # 上线律 is a slip of 上线率
    "(?<=上线|覆盖|失业|就业|达标|优良|入园|入学|录取|参保|发生|合格|满意|利用|治愈|增长|普及|处理|签约|办结|化解|报销|贡献|绿化|镇化)[律绿]"
)
_YOURS = re.compile("贵(?=[市区县镇乡旗])")
_AGED = re.compile("今年(?=(?:\\d+|[一二三四五六七八九十]+)岁)")  # the year of who asks, not of what is asked
_GREETING = re.compile(
    "^(?:我(?:是|在|住在?|家在|来自)[^,，]{1,8}?(?<!城中)[省市区县旗州乡镇村](?:的|人)?[,，]|[我俺]?想[来去到在](?:这[儿里边]?|那[儿里边]|你们|咱们|我[市区县镇乡旗])[^,，多少几哪谁啥]{0,6}[,，]|各位|老师|领导|同志|请问|你好|您好|麻烦|[,，。!！~ ])+(?=[^,，]{2})"
)


def understand_alone(text: str, own_places: Sequence[str] = ()) -> Question:
    """Understand a question by its own words; `own_places` name the report's own place, which asks for nothing."""
    normal = _ANY.sub(r"\1\2", re.sub(r"\s+", " ", simplified(text)).strip())
    normal = _RATE_SLIP.sub("率", _YOURS.sub("我", normal))
    normal = _SPLIT.sub("", _economy_as_gdp(normal, own_places))
    normal = BARE_GOAL.sub(r"\1经济\2", _GREETING.sub("", _POINTS.sub("多少", normal)))
    year, shift, rest = _take_year(_AGAINST.sub(" ", _AGED.sub("", normal)))
    ask, unit = what_is_asked(normal)
    counted = _counted(normal)
    if ask is Ask.AMOUNT and counted and not _SUM.search(counted):
        ask = Ask.COUNT
    for place in sorted(own_places, key=len, reverse=True):
        rest = re.sub(
            re.escape(place) + "(?!长(?![江城三沙春征]))" * (place[-1] in "省市区县州"), " ", rest
        )  # 四川|省长
    told = _MEASURED_BY.sub(" ", rest)
    planned, achieved = bool(_PLANNED.search(told)), bool(_ACHIEVED.search(told))
    standing = None
    if _STRICT_PLANNED.search(told):
        standing = Standing.PLANNED
    elif planned != achieved and not (achieved and shift == 0 and not DONE.search(rest)):
        standing = Standing.PLANNED if planned else Standing.ACHIEVED  # 今年确定了多少 may be either
        if standing is Standing.PLANNED and shift == -1:  # 去年要办几天 asks how long it took
            standing = None
    if ask is Ask.AMOUNT and _PAID.search(counted) and standing is not Standing.PLANNED:
        ask = Ask.MONEY
    return Question(
        text=text,
        normal=normal,
        ask=ask,
        unit=unit,
        concepts=concepts_of(rest) or _the_year(year),
        counted=counted,
        values=_values(normal),
        year=year,
        shift=shift,
        standing=standing,
        follows=bool(_LEANING.search(normal)),
        before="",
    )


def _economy_as_gdp(text: str, own_places: Sequence[str]) -> str:
    def named(match: re.Match[str]) -> str:
        before = text[: match.start()]
        return "GDP" if _WHOSE.search(before) or before.endswith(tuple(own_places)) else match.group()

    return _ECONOMY.sub(named, text)


def _the_year(year: int | None) -> tuple[Concept, ...]:
    """A question about nothing but a year is about that year: 2020年是什么样的一年."""
    return () if year is None else (Concept((f"{year}年",), 1.0),)


def _take_year(text: str) -> tuple[int | None, int | None, str]:
    year = shift = None
    if match := YEAR.search(text):
        year = _year_of(match)
        text = text[: match.start()] + _GAP + text[match.end() :]
    for step, pattern in SHIFTS:
        if pattern.search(text):
            if year is None:
                shift = step
            text = pattern.sub(_GAP, text)
            break
    return year, shift, _JOINED.sub("", text).replace(_GAP, " ")


_GAP = "\0"  # where a time stood; 财政去年进账 is 财政进账
_JOINED = re.compile(f"(?<=[\u4e00-\u9fff]){_GAP}(?=[\u4e00-\u9fff])")


def years_in(text: str) -> tuple[int, ...]:
    """The years a text names, in order."""
    return tuple(dict.fromkeys(_year_of(match) for match in YEAR.finditer(simplified(text))))


def relative_years(text: str, report_year: int | None) -> str:
    """The text with a report's own year as 今年 and the one before it as 去年; the network has learned these words best."""
    if report_year is None:
        return text
    words = {report_year: "今年", report_year - 1: "去年"}
    return _YEAR_END.sub(r"\1", YEAR.sub(lambda match: words.get(_year_of(match), match.group()), text))


_YEAR_END = re.compile("([今去]年)[底末]")


def _year_of(match: re.Match[str]) -> int:
    long, short, han, short_han = match.groups()
    if long:
        return int(long)
    if short:
        return 2000 + int(short) if int(short) < 60 else 1900 + int(short)
    if han:
        return han_to_int(han)
    return han_to_int(short_han) + (2000 if short_han[0] in "零〇一二" else 1900)


def what_is_asked(text: str) -> tuple[Ask, str]:
    if _LAND.search(text):
        return Ask.COUNT, AREA
    if lasting := _RUN_OF.search(text):
        return Ask.COUNT, lasting[1].removesuffix("季度")
    for ask, pattern in _ASKS:
        if match := pattern.search(text):
            if ask is Ask.AMOUNT and "面积" in text:
                return Ask.COUNT, AREA
            unit = (match.groupdict().get("unit") or "") if ask is Ask.COUNT else ""
            return (ask, unit)
    if match := _AMOUNT_NOUN.search(text):
        return Ask.COUNT, match.lastgroup or ""
    if _TIME_NOUN.search(text):
        return Ask.DATE, ""
    if _GROWTH_NOUN.search(text):
        return Ask.GROWTH, ""
    if _MONEY_NOUN.search(text):
        return Ask.MONEY, ""
    return Ask.KEYWORD, ""


_HOW_MANY = re.compile(f"(?:多少|好多(?!年)|几多|几)(?:{_MEASURE_WORDS})?的?(?=[\u4e00-\u9fff])")
_PAID = re.compile("钱|欠薪|薪水|工资$|资金|贷款|补贴|津贴|经费|债|税费|欠款")
_SUM = re.compile(
    "资金|钱|欠薪|薪水|欠款|家底|家当|资产|投资|贷款|税|收入|支出|补贴|津贴|债|款|金$|工资|经费|产值|资产|外资|保费|利润|授信|财政|费"
)


_VALUE = re.compile("多少(?!年)|好多|几(?!乎|年来|所|位领导)|老几|占比|增幅|how (?:many|much)", re.IGNORECASE)
EACH = re.compile(
    "分别|各(?=自|[\u4e00-\u9fff]{0,4}(?:多少|几))(?!乡|镇|村|县|区|市|省|地|级|类|部门|方面|种)|respectively"
)
_STATED = re.compile("([两三四])个(?:数|增幅|指标|目标)")
_ROW = re.compile("^.*?(?=分别|各)")
_BESIDE = re.compile("、|(?<![\u4e00-\u9fff])和|和(?=[\u4e00-\u9fff]{2})|以及|与|跟")


MOST_VALUES = 4


def _values(text: str) -> int:
    """How many figures a question asks for: 总数和已化解数各是多少 for two, 水泥、炼铁、焦炭各砍掉多少 for three."""
    if stated := _STATED.search(text):
        return "两三四".index(stated[1]) + 2
    asked = len(_VALUE.findall(text))
    if not asked or not EACH.search(text):
        return asked
    row = _ROW.search(text)
    return max(asked, 2, min(MOST_VALUES, 1 + len(_BESIDE.findall(row.group() if row else ""))))


def _counted(text: str) -> str:
    """The thing named right after 多少 or 几: 农民工 in 多少农民工讨回工资."""
    if not (match := _HOW_MANY.search(text)):
        return ""
    rest = text[match.end() :]
    return next((c.text for c in concepts_of(rest) if rest.startswith(c.text) and len(c.text) > 1), "")


# -- what it is about -------------------------------------------------------------------------------


def concepts_of(text: str, known: Lexicon | None = None) -> tuple[Concept, ...]:
    """The things a text is about: the lexicon's words, longest first, then jieba's in what is left."""
    known = known or lexicon()
    found: dict[str, Concept] = {}
    for piece, is_known in _pieces(text.lower(), known):
        if is_known:
            _collect(found, piece, known)
            continue
        for part in _FILLERS.split(piece):
            for word in map(_bared, words(part)):
                if word in known.variants and word not in _STOP:
                    _collect(found, word, known)
                elif word not in _STOP and any(c.isalnum() for c in word) and not _NUMBERED.match(word):
                    found.setdefault(word, Concept((word,), _weight(word)))
    return tuple(concept for concept in found.values() if concept.weight)


_LEADING = "要想会能可有被把给让都还又再没不"
_TRAILING = "个了到过完得着上下出起来去成好有在给为是"


def _bared(word: str) -> str:
    """What is left of a pair that no dictionary has once its auxiliary is off: 想涨, 评上, 厂有."""
    if len(word) != 2 or part_of_speech(word):
        return word
    if word[0] in _LEADING:
        return word[1]
    return word[0] if word[1] in _TRAILING else word


_FRAME_TAGS = frozenset(["d", "m", "mq", "r", "c", "p", "q", "u", "e", "y", "o", "f", "k", "h", "ad"])
_THINGS = frozenset(
    "初中 高速 本科 零部件 大米 高新 沿江 一把手 中部 东西部 积分 一期 二期 三期".split()
)  # jieba tags them otherwise
_ACT_TAGS = ("v", "a", "z", "i")
_ASPECT = re.compile("(?<=[\u4e00-\u9fff])[了到过着得完]$")


def _weight(word: str) -> float:
    """A thing weighs 1, what is done to it less; a word that only frames a question (一直, 这部分) weighs nothing."""
    if word in _WEAK:
        return _GENERIC_WEIGHT
    if word.isascii() and word.isalpha():
        return _FOREIGN_WEIGHT
    tag = "n" if word in _THINGS else part_of_speech(word)
    if tag in _FRAME_TAGS:
        return 0.0
    if (tag != "vn" and tag.startswith(_ACT_TAGS)) or (len(word) <= 3 and _ASPECT.search(word)):
        return _GENERIC_WEIGHT
    return 1.0


def _collect(found: dict[str, Concept], word: str, known: Lexicon) -> None:
    if word in _STOP:
        return
    weak = word in _WEAK or word in known.whole  # the lexicon's whole words are its verbs
    found.setdefault(word, Concept(known.variants[word], _GENERIC_WEIGHT if weak else 1.0))


def _pieces(text: str, known: Lexicon) -> list[tuple[str, bool]]:
    """Cut a text at the lexicon's words, longest match first from the left."""
    pieces: list[tuple[str, bool]] = []
    plain = at = 0
    edges = {0, *accumulate(map(len, words(text)))}
    longest = max(map(len, known.variants), default=0)
    while at < len(text):
        end = min(len(text), at + longest)
        while end > at + 1 and not _stands(text, at, end, known):
            end -= 1
        if end == at + 2 and _cuts_words(at, edges):
            end = at + 1
        if end > at + 1:
            if plain < at:
                pieces.append((text[plain:at], False))
            pieces.append((text[at:end], True))
            at = plain = end
        else:
            at += 1
    if plain < len(text):
        pieces.append((text[plain:], False))
    return pieces


def _cuts_words(start: int, edges: Collection[int]) -> bool:
    """Whether two characters end one word and begin the next, or stand in the middle of one: 工人 in 员工人数."""
    return start not in edges and start + 2 not in edges


def _stands(text: str, start: int, end: int, known: Lexicon) -> bool:
    word = text[start:end]
    if word not in known.variants or word in known.whole or word in _STOP:
        return False
    if word[0].isascii() and word[0].isalpha() and start and text[start - 1].isascii() and text[start - 1].isalpha():
        return False
    return not (
        word[-1].isascii() and word[-1].isalpha() and text[end : end + 1].isascii() and text[end : end + 1].isalpha()
    )
