"""The retrieval suite: what each search and each idea about structure is worth, by standard measures.

Each row adds one idea: bare passages; headings beside them; synonyms in the question, and its report's place out of it; the reader's choice first;
year and standing; the first passages in the order of the network's answerable logit; and, as shipped, the network's
opinion as one of the reader's features. Measures come from ir_measures (MacAvaney et al., ECIR 2022, over trec_eval).
"""

from collections.abc import Iterable, Mapping, Sequence

import ir_measures
from ir_measures import RR, R, Success, nDCG

from bot.answer import Answerer, search_text
from bot.compound import understand
from bot.neural import NeuralReader
from bot.places import own_places
from eval.answering import Progress, overlaps
from eval.questions import Case
from index.dense import Dense
from index.fusion import reciprocal_rank_fusion
from index.library import Library
from index.passages import Passage
from index.sparse import Sparse
from index.tokens import terms

MEASURES = {"success@1": Success @ 1, "success@5": Success @ 5, "recall@5": R @ 5, "mrr": RR, "ndcg@10": nDCG @ 10}
WAYS: dict[str, tuple[str, ...]] = {"dense": ("dense",), "lexical": ("sparse",), "fused": ("dense", "sparse")}
IDEAS = ("bare", "+headings", "+synonyms", "+reader", "+year/standing")
NETWORK = ("+network", "as shipped")  # rows that need the network
DEPTH = 10  # passages that are ranked; the network re-orders all of them
Run = dict[str, dict[str, float]]  # question -> passage -> score
Qrels = dict[str, dict[str, int]]
Logits = dict[tuple[str, str], float]


def retrieval_table(
    library: Library, cases: Sequence[Case], network: NeuralReader | None = None, progress: Progress | None = None
) -> dict[str, dict[str, float]]:
    """A row of measures for each way and idea, over the answerable questions that have evidence."""
    asked = [case for case in cases if case.answerable and case.evidence]
    passages = list(library.passages())
    qrels = relevant(asked, passages)
    table: dict[str, dict[str, float]] = {}
    rows = len(WAYS) * len(IDEAS + (NETWORK if network else ()))
    for run, (name, ranking) in enumerate(_runs(library, asked, passages, network), 1):
        table[name] = measure(qrels, ranking)
        if progress:
            progress(run, rows)
    return table


def relevant(cases: Iterable[Case], passages: Sequence[Passage]) -> Qrels:
    """The passages that hold evidence, by question."""
    return {case.id: _relevant(case, passages) for case in cases}


def _relevant(case: Case, passages: Sequence[Passage]) -> dict[str, int]:
    places = [place for piece in case.evidence for place in piece]
    return {_key(p): 1 for p in passages if any(overlaps(place, (p.report, p.start, p.end)) for place in places)}


def measure(qrels: Mapping[str, Mapping[str, int]], run: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The suite's measures over one run; a question without results counts as zero."""
    found = ir_measures.calc_aggregate(MEASURES.values(), qrels, run)
    return {name: float(found[measured]) for name, measured in MEASURES.items()}


def _key(passage: Passage) -> str:
    return f"{passage.report}:{passage.start}"


def ranked(keys: Sequence[str]) -> dict[str, float]:
    """A ranking as trec_eval wants it: scores that fall with the rank."""
    return {key: float(len(keys) - rank) for rank, key in enumerate(keys)}


def _runs(
    library: Library, cases: Sequence[Case], passages: Sequence[Passage], network: NeuralReader | None
) -> Iterable[tuple[str, Run]]:
    own = own_places([entry.place for entry in library.entries.values()])
    typed = [" ".join((*case.history, case.question)) for case in cases]
    understood = [search_text(understand(case.question, case.history, own_places=own), own) for case in cases]
    encoded = dict(zip(typed, library.encoder.encode_query(typed), strict=True))
    bare = [passage.text for passage in passages]
    headed = [passage.embedding_text for passage in passages]
    dense = {"bare": Dense.of(library.encoder.encode_document(bare)), "+headings": Dense.of(library.vectors)}
    sparse = {"bare": Sparse.of(list(map(terms, bare))), "+headings": Sparse.of(list(map(terms, headed)))}
    keys = [_key(passage) for passage in passages]
    logits: Logits = {}
    for way, searches in WAYS.items():
        for idea in IDEAS[:2]:
            run = {}
            for case, text in zip(cases, typed, strict=True):
                found = []
                if "dense" in searches:
                    found.append([n for n, _ in dense[idea].search(encoded[text], 60)])
                if "sparse" in searches:
                    found.append([n for n, _ in sparse[idea].search(terms(text), 60)])
                fused = reciprocal_rank_fusion(found)
                run[case.id] = ranked([keys[n] for n, _ in fused[:DEPTH]])
            yield f"{way} {idea}", run
        yield (
            f"{way} {IDEAS[2]}",
            {
                case.id: ranked([_key(hit.passage) for hit in library.search(text, words, k=DEPTH, ways=searches)])
                for case, (text, words) in zip(cases, understood, strict=True)
            },
        )
        for idea, timed in zip(IDEAS[3:], (False, True), strict=True):
            by_rules = _answered(Answerer(library, ways=searches, timed=timed), cases)
            yield f"{way} {idea}", _keyed(by_rules)
        if network:
            answerer = Answerer(library, network, ways=searches)
            yield f"{way} {NETWORK[0]}", _keyed({c.id: reranked(answerer, c, by_rules[c.id], logits) for c in cases})
            yield f"{way} {NETWORK[1]}", _keyed(_answered(answerer, cases))


def _answered(answerer: Answerer, cases: Sequence[Case]) -> dict[str, list[Passage]]:
    """The first passages that come along with each answer."""
    return {c.id: [h.passage for h in answerer.answer(c.question, c.history).hits[:DEPTH]] for c in cases}


def _keyed(found: Mapping[str, Sequence[Passage]]) -> Run:
    return {name: ranked([_key(passage) for passage in passages]) for name, passages in found.items()}


def reranked(answerer: Answerer, case: Case, passages: Sequence[Passage], logits: Logits) -> list[Passage]:
    """The passages in the order of the network's answerable logit; `logits` keeps what it said, by case and passage."""
    names = answerer.library.names
    own = own_places([entry.place for entry in answerer.library.entries.values()])
    unread = tuple(passage for passage in passages if (case.id, _key(passage)) not in logits)
    if unread:
        asked = answerer.understand(case.question, case.history, names, own)
        for passage, belief in zip(unread, answerer.beliefs(asked, unread), strict=True):
            logits[case.id, _key(passage)] = belief.opinion.logit
    return sorted(passages, key=lambda passage: -logits[case.id, _key(passage)])
