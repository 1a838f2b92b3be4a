"""The same questions through the simplest pipelines of two well-known libraries, with the same encoder, in one run.

Needs the extra: `pip install -e ".[peers]"`, then `python -m eval.peers [--json]`; a library that is absent is
skipped with a line. Each pipeline is what its own tutorial
shows, told only which model to use and e5's prefixes. Recall is judged by text, since each cuts its own pieces;
a longer piece finds more easily, so the mean length stands beside it.
"""

import argparse
import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from bot.answer import Answerer
from bot.neural import NeuralReader
from eval.questions import Case, load
from eval.render import markdown_table
from eval.suite import QUESTIONS
from eval.text import locate, squeeze
from index.cache import cache_folder
from index.encoder import open_encoder
from index.library import Library, build
from index.report import read_report
from index.weights import converted_folder

SEED = Path(__file__).resolve().parent.parent / "seeds" / "zhanhe-2020.txt"
TOP = 10
Retrieve = Callable[[str], list[str]]  # a question -> texts of the best pieces
Peer = Callable[[str, str], Retrieve]  # report text, model folder -> a retriever over it


def haystack(text: str, model: str) -> Retrieve:
    """Haystack: DocumentSplitter, SentenceTransformers embedders, the in-memory store."""
    from haystack import Document
    from haystack.components.embedders import SentenceTransformersDocumentEmbedder, SentenceTransformersTextEmbedder
    from haystack.components.preprocessors import DocumentSplitter
    from haystack.components.retrievers.in_memory import InMemoryEmbeddingRetriever
    from haystack.document_stores.in_memory import InMemoryDocumentStore

    pieces = DocumentSplitter(split_by="passage", split_length=1).run(documents=[Document(content=text)])["documents"]
    pieces = [piece for piece in pieces if piece.content.strip()]
    documents = SentenceTransformersDocumentEmbedder(model=model, prefix="passage: ", progress_bar=False)
    documents.warm_up()
    store = InMemoryDocumentStore(embedding_similarity_function="cosine")
    store.write_documents(documents.run(documents=pieces)["documents"])
    queries = SentenceTransformersTextEmbedder(model=model, prefix="query: ", progress_bar=False)
    queries.warm_up()
    retriever = InMemoryEmbeddingRetriever(document_store=store, top_k=TOP)

    def retrieve(question: str) -> list[str]:
        found = retriever.run(query_embedding=queries.run(text=question)["embedding"])
        return [document.content for document in found["documents"]]

    return retrieve


def llama_index(text: str, model: str) -> Retrieve:
    """LlamaIndex: VectorStoreIndex with its default splitter and HuggingFaceEmbedding."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding

    embedding = HuggingFaceEmbedding(model_name=model, query_instruction="query: ", text_instruction="passage: ")
    index = VectorStoreIndex.from_documents([Document(text=text)], embed_model=embedding)
    retriever = index.as_retriever(similarity_top_k=TOP)
    return lambda question: [found.node.get_content() for found in retriever.retrieve(question)]


def ours(text: str, model: str) -> Retrieve:
    """This package: the answer's passages, the reader's choice first."""
    del text, model
    encoder, folder = open_encoder(), cache_folder() / "peers"
    build(folder, [SEED], encoder)
    answerer = Answerer(Library(folder, encoder), NeuralReader())
    return lambda question: [hit.passage.text for hit in answerer.answer(question).hits]


PEERS: dict[str, tuple[Peer, tuple[str, ...]]] = {
    "baogaotong": (ours, ("baogaotong",)),
    "Haystack": (haystack, ("haystack-ai", "sentence-transformers")),
    "LlamaIndex": (llama_index, ("llama-index-core", "llama-index-embeddings-huggingface")),
}


def run_peer(peer: Peer, cases: Sequence[Case], text: str, model: str) -> dict[str, float]:
    """Recall of evidence, build seconds (imports included), the median of a warm question, mean piece length."""
    begun = time.perf_counter()
    retrieve = peer(text, model)
    built = time.perf_counter() - begun
    retrieve(cases[0].question)
    times, first, five, lengths = [], 0, 0, []
    for case in cases:
        begun = time.perf_counter()
        pieces = retrieve(case.question)
        times.append((time.perf_counter() - begun) * 1000)
        held = [any(holds(piece, text[start:end]) for ((_, start, end), *_) in case.evidence) for piece in pieces]
        first += any(held[:1])
        five += any(held[:5])
        lengths += [len(piece) for piece in pieces[:5]]
    return {
        "evidence_first": first / len(cases),
        "evidence_in_5": five / len(cases),
        "build_s": built,
        "warm_p50_ms": statistics.median(times),
        "mean_characters": statistics.mean(lengths),
    }


def holds(piece: str, evidence: str) -> bool:
    """Whether a piece holds the evidence, or lies within it."""
    return bool(locate(piece, evidence)) or squeeze(piece) in squeeze(evidence)


def installed_mib(roots: Sequence[str]) -> float:
    """Size on disk of packages with all they require, in MiB."""
    seen: set[str] = set()
    waiting = list(roots)
    size = 0
    while waiting:
        name = re.split(r"[\s\[<>=!~;(]", waiting.pop(), maxsplit=1)[0].lower().replace("_", "-")
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        size += sum(path.stat().st_size for f in found.files or () if (path := Path(str(f.locate()))).is_file())
        waiting += [r for r in found.requires or () if "extra ==" not in r]
    return size / 2**20


def run_peers(
    cases: Sequence[Case],
    text: str,
    model: str,
    peers: Mapping[str, tuple[Peer, tuple[str, ...]]] = PEERS,
    say: Callable[[str], None] = print,
) -> dict[str, dict[str, float]]:
    """Every peer whose packages are installed, in order."""
    found = {}
    for name, (peer, packages) in peers.items():
        if absent := [package for package in packages if not _is_installed(package)]:
            say(f"跳过 {name}：没有安装 {'、'.join(absent)}；请运行 pip install -e '.[peers]'。")
            continue
        found[name] = run_peer(peer, cases, text, model) | {"installed_mib": installed_mib(packages)}
    return found


def _is_installed(package: str) -> bool:
    try:
        distribution(package)
    except PackageNotFoundError:
        return False
    return True


def table(found: Mapping[str, Mapping[str, float]]) -> str:
    """The peers beside each other, as Markdown."""
    heads = ["", "证据在第 1 段", "证据在前 5 段", "建索引（秒）", "热问 p50（毫秒）", "每段字数", "安装（MiB）"]
    rows = [
        [
            name,
            f"{row['evidence_first']:.3f}",
            f"{row['evidence_in_5']:.3f}",
            f"{row['build_s']:.1f}",
            f"{row['warm_p50_ms']:.0f}",
            f"{row['mean_characters']:.0f}",
            f"{row['installed_mib']:,.0f}",
        ]
        for name, row in found.items()
    ]
    return markdown_table(heads, rows)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all peers on the shipped questions and print the table, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    text = read_report(SEED).text
    cases = [c for c in load(QUESTIONS, {SEED.name: text}) if c.answerable and c.evidence and not c.history]
    found = run_peers(cases, text, str(converted_folder()), say=lambda line: print(line, file=sys.stderr))
    whole = {"questions": len(cases)} | found
    print(json.dumps(whole, ensure_ascii=False, indent=1) if options.json else table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
