"""The retrieval suite: what each search and each idea about structure is worth, by standard measures.

Each row adds one idea: bare passages; headings beside them; synonyms in the question; the reader's choice first;
year and standing; the network. Measures come from ir_measures (MacAvaney et al., ECIR 2022, over trec_eval).
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
IDEAS = ("bare", "+headings", "+synonyms", "+reader", "+year/standing", "+network")
DEPTH = 10
Run = dict[str, dict[str, float]]  # question -> passage -> score
Qrels = dict[str, dict[str, int]]


def retrieval_table(
    library: Library, cases: Sequence[Case], network: NeuralReader | None = None, progress: Progress | None = None
) -> dict[str, dict[str, float]]:
    """A row of measures for each way and idea, over the answerable questions that have evidence."""
    asked = [case for case in cases if case.answerable and case.evidence]
    passages = list(library.passages())
    qrels = relevant(asked, passages)
    table: dict[str, dict[str, float]] = {}
    for run, (name, ranking) in enumerate(_runs(library, asked, passages, network), 1):
        table[name] = measure(qrels, ranking)
        if progress:
            progress(run, len(WAYS) * len(IDEAS))
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
    understood = [search_text(understand(case.question, case.history, own_places=own)) for case in cases]
    encoded = dict(zip(typed, library.encoder.encode_query(typed), strict=True))
    bare = [passage.text for passage in passages]
    headed = [passage.embedding_text for passage in passages]
    dense = {"bare": Dense.of(library.encoder.encode_document(bare)), "+headings": Dense.of(library.vectors)}
    sparse = {"bare": Sparse.of(list(map(terms, bare))), "+headings": Sparse.of(list(map(terms, headed)))}
    keys = [_key(passage) for passage in passages]
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
        for idea, timed, reader in ((IDEAS[3], False, None), (IDEAS[4], True, None), (IDEAS[5], True, network)):
            answerer = Answerer(library, reader, ways=searches, timed=timed)
            yield (
                f"{way} {idea}",
                {
                    case.id: ranked(
                        [_key(h.passage) for h in answerer.answer(case.question, case.history).hits[:DEPTH]]
                    )
                    for case in cases
                },
            )
