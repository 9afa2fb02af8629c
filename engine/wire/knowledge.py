"""Knowledge over the socket: articles beside the call, and questions that lead to what is wrong."""

from engine.core.knowledge.articles import Article, ArticleState, ArticleUses, ArticleVersion, UseKind
from engine.core.knowledge.trees import Finding, Tree
from engine.core.records import Millis
from engine.wire.base import A, Done, Method, Nothing, Params, Result, S

MAX_IMPORT_ARTICLES = 50


class KnowledgeParams(Params):
    """What is looked for; what is empty does not matter.

    `type` and `ticket_category` are those of a ticket, `call_id` a call that is up: what belongs to its
    matter goes first. `everything`: also drafts, what was withdrawn, and what does not hold today.
    """

    text: str = ""
    category: str = ""
    type: str = ""
    ticket_category: str = ""
    call_id: str = ""
    everything: bool = False
    limit: int = 100


class ArticleInfo(Result):
    """`current`: may be told to customers today."""

    article: Article
    uses: ArticleUses
    current: bool


class Articles(Result):
    """`categories` are all that are in use; `trees` the ids of the diagnoses that fit, best first."""

    articles: list[ArticleInfo]
    categories: list[str]
    trees: list[str]


class ArticleIdParams(Params):
    """`version` 0: as it is now."""

    id: int
    version: int = 0


class ArticleDetail(Result):
    """An article with all its versions, the newest first."""

    info: ArticleInfo
    versions: list[ArticleVersion]


class SaveArticleParams(Params):
    """`article.id` 0 is a new one; `article.version` is the one that was changed here. `note`: why."""

    article: Article
    note: str = ""


class ArticleStateParams(Params):
    id: int
    state: ArticleState
    version: int


class RollBackParams(Params):
    """Let the article say again what it said in `to`; `version` is the present one."""

    id: int
    to: int
    version: int


class ProposeParams(Params):
    """A draft out of what a ticket says; an empty `title`: made of the ticket."""

    ticket: str
    title: str = ""


class UseParams(Params):
    id: int
    kind: UseKind
    call_id: str = ""


class ReadOutParams(Params):
    id: int


class ImportArticlesParams(Params):
    """Articles of a file, known by their keys; they are published. `dry_run` only says what would be done."""

    articles: list[Article]
    dry_run: bool = False


class BadArticle(Result):
    """An article that cannot be kept: a code of `db.errors`, and the field."""

    key: str
    field: str
    reason: str


class ImportedArticles(Result):
    added: int
    updated: int
    unchanged: int
    bad: list[BadArticle]


class TreeTrouble(Result):
    """Why a file of a diagnosis was not taken."""

    file: str
    place: str
    zh: str
    en: str


class Trees(Result):
    trees: list[Tree]
    problems: list[TreeTrouble]


class DiagnosedParams(Params):
    """What was found, by the digits that were answered; `ticket` is the number of what came of it."""

    tree: str
    digits: str
    call_id: str = ""
    ticket: str = ""


class DiagnosesParams(Params):
    since: Millis = 0


class DiagnosisCount(Result):
    tree: str
    finding: Finding
    count: int


class Diagnoses(Result):
    counts: list[DiagnosisCount]


KNOWLEDGE_METHODS: tuple[Method, ...] = (
    Method("knowledge.list", KnowledgeParams, Articles, A, "Articles by text, category or matter."),
    Method("knowledge.show", ArticleIdParams, ArticleDetail, A, "One article, now or as it was."),
    Method(
        "knowledge.save", SaveArticleParams, ArticleInfo, A, "Write a draft; what is published: supervisor."
    ),
    Method("knowledge.propose", ProposeParams, ArticleInfo, A, "A draft out of a ticket."),
    Method(
        "knowledge.state", ArticleStateParams, ArticleInfo, S, "Publish an article, or withdraw it; audited."
    ),
    Method("knowledge.roll_back", RollBackParams, ArticleInfo, S, "An older version again; audited."),
    Method("knowledge.use", UseParams, Done, A, "Opened during a call, it helped, or did not."),
    Method(
        "knowledge.read_out", ReadOutParams, Done, A, "The own customer hears it; then the agent is back."
    ),
    Method("knowledge.import", ImportArticlesParams, ImportedArticles, S, "Articles of a file; audited."),
    Method("knowledge.trees", Nothing, Trees, A, "Guided diagnoses."),
    Method("knowledge.diagnosed", DiagnosedParams, Done, A, "Count what a diagnosis has found."),
    Method("knowledge.diagnoses", DiagnosesParams, Diagnoses, S, "How often each diagnosis found what."),
)
