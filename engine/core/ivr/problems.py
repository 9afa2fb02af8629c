"""What can be wrong with a flow, as data, and in words that site staff can act on."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps the flow from being used; a warning is for somebody to look at."""

    ERROR = "error"
    WARNING = "warning"


class ProblemCode(StrEnum):
    """Every problem that reading or checking a flow can find."""

    NO_NODES = "no_nodes"
    NOT_A_TABLE = "not_a_table"
    BAD_NAME = "bad_name"
    MISSING_KEY = "missing_key"
    UNKNOWN_KEY = "unknown_key"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_QUESTION = "unknown_question"
    NOT_TEXT = "not_text"
    NOT_A_LIST = "not_a_list"
    NOT_A_NUMBER = "not_a_number"
    NOT_YES_OR_NO = "not_yes_or_no"
    NOT_A_VALUE = "not_a_value"
    BAD_VALUE_NAME = "bad_value_name"
    RESERVED_VALUE = "reserved_value"
    UNKNOWN_LANGUAGE = "unknown_language"
    UNKNOWN_SERVICE = "unknown_service"
    SECRET_READ_BACK = "secret_read_back"
    OPEN_SECRET = "open_secret"
    AGENT_OR_NUMBER = "agent_or_number"
    BAD_NUMBER = "bad_number"
    BAD_FILE = "bad_file"
    NOT_UTF8 = "not_utf8"
    BAD_FILE_NAME = "bad_file_name"
    MISSING_FILE = "missing_file"
    NODE_TWICE = "node_twice"
    NO_KEYS = "no_keys"
    BAD_DIGIT = "bad_digit"
    DEAD_END = "dead_end"
    NO_TIME_OUT_PATH = "no_time_out_path"
    UNKNOWN_TARGET = "unknown_target"
    UNKNOWN_QUEUE = "unknown_queue"
    UNKNOWN_PROMPT = "unknown_prompt"
    UNREACHABLE = "unreachable"
    LOOP_WITHOUT_EXIT = "loop_without_exit"
    SILENT_LOOP = "silent_loop"
    NO_WRONG_KEY_PROMPT = "no_wrong_key_prompt"
    NO_INPUT_PROMPT = "no_input_prompt"
    NO_HUMAN = "no_human"
    NO_OPERATOR = "no_operator"
    NO_HINT = "no_hint"
    NO_CHINESE = "no_chinese"
    NO_ENGLISH = "no_english"
    UNKNOWN_VALUE = "unknown_value"
    NOT_ROWS = "not_rows"
    ROWS_NOT_PLAIN = "rows_not_plain"
    WRONG_PLACE = "wrong_place"
    SERVICE_LOOP = "service_loop"
    CALL_WITHOUT_RETURN = "call_without_return"
    RETURN_WITHOUT_CALL = "return_without_call"
    NOT_KNOWN_BY_NUMBER = "not_known_by_number"
    NOT_KNOWN_BY_PASSWORD = "not_known_by_password"


_WARNINGS = frozenset(
    {
        ProblemCode.UNREACHABLE,
        ProblemCode.NO_WRONG_KEY_PROMPT,
        ProblemCode.NO_INPUT_PROMPT,
        ProblemCode.NO_HUMAN,
        ProblemCode.NO_OPERATOR,
        ProblemCode.NO_HINT,
        ProblemCode.CALL_WITHOUT_RETURN,
        ProblemCode.NOT_KNOWN_BY_NUMBER,
        ProblemCode.NOT_KNOWN_BY_PASSWORD,
    }
)

# {key}: key of the file, {value}: what stands there, or what is wanted
_WORDS: dict[ProblemCode, tuple[str, str]] = {
    ProblemCode.NO_NODES: (
        "流程是空的;请至少写一段 [nodes.名称]",
        "the flow is empty; write at least one section [nodes.name]",
    ),
    ProblemCode.NOT_A_TABLE: (
        "应当是一段;请写成 [nodes.名称],下面每行一项",
        "should be a section; write [nodes.name] with one key a line below it",
    ),
    ProblemCode.BAD_NAME: (
        "节点名称只能用文字、数字、_ 和 -,最多 40 个;请改名",
        "a node's name may have letters, digits, _ and -, 40 at most; rename it",
    ),
    ProblemCode.MISSING_KEY: ("缺少 {key};请补上", "{key} is missing; add it"),
    ProblemCode.UNKNOWN_KEY: ("不认识 {key};请改正或删去", "{key} is not known; correct or delete it"),
    ProblemCode.UNKNOWN_KIND: (
        "没有 {value} 这种节点;kind 可以是 play、menu、branch、queue、message、callback、survey、hangup、"
        "entry、service、list、switch、set、call、return、transfer",
        "there is no kind {value}; use play, menu, branch, queue, message, callback, survey, hangup, "
        "entry, service, list, switch, set, call, return or transfer",
    ),
    ProblemCode.UNKNOWN_QUESTION: (
        "不能按 {value} 分支;on 可以是 hours(营业时间)、agents(有无坐席)、holiday(节假日)、language(语言);"
        '按其他数值分支用 kind = "switch"',
        "cannot branch on {value}; use hours, agents, holiday or language; "
        'values are looked at by kind = "switch"',
    ),
    ProblemCode.NOT_TEXT: (
        '{key} 应当是文字;请写在引号里,如 {key} = "名称"',
        '{key} should be text; put it in quotes: {key} = "name"',
    ),
    ProblemCode.NOT_A_LIST: (
        '{key} 应当是一列提示音;请写成 {key} = ["名称"]',
        '{key} should be a list of prompts; write {key} = ["name"]',
    ),
    ProblemCode.NOT_A_NUMBER: (
        "{key} 应当是 {value} 之间的整数,不加引号",
        "{key} should be a whole number of {value}, without quotes",
    ),
    ProblemCode.NOT_YES_OR_NO: ("{key} 应当是 true 或 false", "{key} should be true or false"),
    ProblemCode.NOT_A_VALUE: (
        "{key} 应当是文字(写在引号里)或整数",
        "{key} should be a text in quotes or a whole number",
    ),
    ProblemCode.BAD_VALUE_NAME: (
        "{key} 里的 {value} 不能作数值的名称;请用小写英文字母、数字和 _,以字母开头",
        "{value} in {key} cannot name a value; use the letters a-z, digits and _, a letter first",
    ),
    ProblemCode.RESERVED_VALUE: (
        "{value} 不能在这里给出;请换一个名称",
        "{value} cannot be given here; use another name",
    ),
    ProblemCode.UNKNOWN_LANGUAGE: (
        "没有 {value} 这种语言;可以是 zh 或 en",
        "there is no language {value}; use zh or en",
    ),
    ProblemCode.UNKNOWN_SERVICE: (
        "没有 {value} 这项服务;请改正名称",
        "there is no service {value}; correct the name",
    ),
    ProblemCode.SECRET_READ_BACK: (
        "保密输入(secret)不能念出来核对;请删去 {key}",
        "what is keyed in secretly cannot be read back; delete {key}",
    ),
    ProblemCode.OPEN_SECRET: (
        "这里输入的内容要交给服务 {value} 保密;请加一行 secret = true,否则会留在记录里",
        "what is keyed in here is a secret for the service {value}; add secret = true, or it is written down",
    ),
    ProblemCode.AGENT_OR_NUMBER: (
        '请写 agent = "工号" 或 number = "电话号码",只写一项',
        'write agent = "staff number" or number = "telephone number", one of them',
    ),
    ProblemCode.BAD_NUMBER: (
        "{key} 里的 {value} 不是号码;请写数字,或花括号里的数值名称",
        "{value} in {key} is not a number; write digits, or the name of a value in braces",
    ),
    ProblemCode.BAD_FILE: (
        "{key} 不是有效的 TOML:{value}",
        "{key} is not valid TOML: {value}",
    ),
    ProblemCode.NOT_UTF8: (
        "{key} 不是 UTF-8 文本;请用 UTF-8 编码另存",
        "{key} is not UTF-8 text; save it as UTF-8",
    ),
    ProblemCode.BAD_FILE_NAME: (
        'include 里的 {value} 不是同一文件夹里的文件;请写成 include = ["account.toml"]',
        '{value} in include is not a file of the same folder; write include = ["account.toml"]',
    ),
    ProblemCode.MISSING_FILE: (
        "include 里的文件 {value} 不存在",
        "the file {value} in include does not exist",
    ),
    ProblemCode.NODE_TWICE: (
        "同名节点在两个文件里都有:{value};请改掉一个名称",
        "two files have a node of this name: {value}; rename one of them",
    ),
    ProblemCode.NO_KEYS: (
        '菜单没有按键;请写一段 [nodes.名称.keys],如 1 = "节点"',
        'the menu has no keys; write a section [nodes.name.keys] with lines like 1 = "node"',
    ),
    ProblemCode.BAD_DIGIT: (
        '{value} 不是电话上的按键;可用 0-9、"*"、"#"',
        '{value} is not a key of a telephone; use 0-9, "*" or "#"',
    ),
    ProblemCode.DEAD_END: (
        "通话走到这里就断了;请用 {key} 写明下一个节点",
        "the call would stop here; name the node that follows in {key}",
    ),
    ProblemCode.NO_TIME_OUT_PATH: (
        "客户一直不按键或按错时无处可去;请用 {key} 写明下一个节点(最好是人工)",
        "a caller who presses nothing, or wrong keys, has nowhere to go; name a node in {key}, best an agent",
    ),
    ProblemCode.UNKNOWN_TARGET: (
        "{key} 指向的节点 {value} 不存在;请改正名称,或补上 [nodes.{value}]",
        "{key} leads to {value}, which does not exist; correct the name, or add [nodes.{value}]",
    ),
    ProblemCode.UNKNOWN_QUEUE: (
        "没有队列 {value};请改正,或在 config.toml 的 [[queues]] 里补上",
        "there is no queue {value}; correct it, or add it to [[queues]] of config.toml",
    ),
    ProblemCode.UNKNOWN_PROMPT: (
        "{key} 里的提示音 {value} 不存在;请在 voice_prompts/prompts.toml 里补上",
        "prompt {value} in {key} does not exist; add it to voice_prompts/prompts.toml",
    ),
    ProblemCode.UNREACHABLE: (
        "没有任何节点通到这里;请接上或删去",
        "no node leads here; connect it or delete it",
    ),
    ProblemCode.LOOP_WITHOUT_EXIT: (
        "客户走到这里就出不去了:既到不了人工,也到不了结束;请加一个出口",
        "callers are caught here: neither an agent nor the end can be reached; add a way out",
    ),
    ProblemCode.SILENT_LOOP: (
        "客户什么也不按就会一直兜圈子;请让 {key} 通到人工、留言或结束",
        "callers who press nothing go round in circles; let {key} lead to an agent, a message or the end",
    ),
    ProblemCode.NO_WRONG_KEY_PROMPT: (
        "没有按错键的提示;请补上 wrong_key",
        "nothing is said after a wrong key; add wrong_key",
    ),
    ProblemCode.NO_INPUT_PROMPT: (
        "没有未按键的提示;请补上 no_input",
        "nothing is said when no key comes; add no_input",
    ),
    ProblemCode.NO_HUMAN: (
        "从开头到不了任何人工:客户找不到人;请加一个 queue 或 transfer 节点,并让菜单通到它",
        "no person can be reached from the start; add a queue or transfer node, and a way to it",
    ),
    ProblemCode.NO_OPERATOR: (
        '客户按 0 时没有人工可转;请在开头写 operator = "节点"(最好是人工队列)',
        'callers who press 0 get no person; write operator = "node" at the top, best a queue',
    ),
    ProblemCode.NO_HINT: (
        "没有告诉客户哪个键做什么;请补上 {key}",
        "nobody tells callers which key does what; add {key}",
    ),
    ProblemCode.NO_CHINESE: (
        "{key} 里的提示音 {value} 没有中文;"
        "请在 voice_prompts/prompts.toml 里补上 zh,再运行 fourseat prompts build",
        "prompt {value} in {key} has no Chinese; add zh in voice_prompts/prompts.toml, then run: "
        "fourseat prompts build",
    ),
    ProblemCode.NO_ENGLISH: (
        "{key} 里的提示音 {value} 没有英文;"
        "请在 voice_prompts/prompts.toml 里补上 en,再运行 fourseat prompts build",
        "prompt {value} in {key} has no English; add en in voice_prompts/prompts.toml, then run: "
        "fourseat prompts build",
    ),
    ProblemCode.UNKNOWN_VALUE: (
        "{key} 用到数值 {value},但走到这里以前没有节点给出它;"
        "请先用 entry 的 store、service 的结果或 set 给出,或改正名称",
        "{key} uses the value {value}, which nothing before this gives; have an entry (store), a service or "
        "a set give it first, or correct the name",
    ),
    ProblemCode.NOT_ROWS: (
        "{key} 里的 {value} 不是一列;请用 service 给出的列表,如 bills、packages、cases",
        "{value} in {key} is not a list of rows; use one that a service gives, as bills, packages, cases",
    ),
    ProblemCode.ROWS_NOT_PLAIN: (
        "{key} 里的 {value} 是一列,不能整个念出来或拿来比较;请用 list 节点逐条处理",
        "{value} in {key} is a list of rows, which cannot be used whole; go through it with a list node",
    ),
    ProblemCode.WRONG_PLACE: (
        "{key} 用到的提示音里,{value} 这个位置念不出服务给的数值;请在 voice_prompts/prompts.toml 里换一种",
        "a prompt in {key} has the place {value}, which cannot say what the service gives; use another kind "
        "in voice_prompts/prompts.toml",
    ),
    ProblemCode.SERVICE_LOOP: (
        "业务系统没有回答时,客户什么也不按就会一直重复问它;请让 {key} 通到菜单、人工或结束",
        "while the service does not answer callers go round without a key; let {key} lead to a menu, an "
        "agent or the end",
    ),
    ProblemCode.CALL_WITHOUT_RETURN: (
        "从 {value} 走下去没有 return,永远到不了 next;请在那里加 return,或者改用 play 等节点的 next",
        "nothing after {value} returns, so that next is never reached; add a return there, or go there by a "
        "plain next",
    ),
    ProblemCode.RETURN_WITHOUT_CALL: (
        "客户可以不经过 call 走到这个 return,就算走丢了;请改成只由 call 进入,或换成别的节点",
        "callers may come to this return without a call, and are lost then; let only calls lead here, or use "
        "another node",
    ),
    ProblemCode.NOT_KNOWN_BY_NUMBER: (
        "服务 {value} 要先知道客户是谁,但走到这里以前没有认人;请先问 recognise 或 sign_in",
        "service {value} has to know who is calling, and nothing before this asks; ask recognise or sign_in "
        "first",
    ),
    ProblemCode.NOT_KNOWN_BY_PASSWORD: (
        "服务 {value} 要先验证密码,但走到这里以前没有验证;请先让客户输入密码并问 sign_in",
        "service {value} needs a password, and nothing before this asks for it; have it keyed in and ask "
        "sign_in first",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowProblem:
    """One thing that is wrong: where, what, the nearest known name. Without `node`: the whole file."""

    code: ProblemCode
    node: str = ""
    key: str = ""
    value: str = ""
    nearest: str = ""

    @property
    def severity(self) -> Severity:
        """Whether the flow may be used all the same."""
        return Severity.WARNING if self.code in _WARNINGS else Severity.ERROR

    def words(self, language: str) -> str:
        """What is wrong and what to do, in `zh` or `en`."""
        zh, en = _WORDS[self.code]
        if language == "zh":
            near = f";是不是 {self.nearest}?" if self.nearest else ""
            place = f"[{self.node}] " if self.node else ""
            return f"{place}{zh.format(key=self.key, value=self.value)}{near}"
        near = f"; did you mean {self.nearest}?" if self.nearest else ""
        place = f"[{self.node}] " if self.node else ""
        return f"{place}{en.format(key=self.key, value=self.value)}{near}"


class FlowError(ValueError):
    """The flow cannot be used; `problems` has all that was found, `str()` the same in English."""

    def __init__(self, problems: Iterable[FlowProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(problem.words("en") for problem in self.problems))


def nearest_name(name: str, known: Iterable[str]) -> str:
    """The known name that was probably meant; empty when none is near."""
    return next(iter(difflib.get_close_matches(name, list(known), n=1)), "")
