"""Trains the network of `bot.neural` and writes what ships. Imported by nothing; needs the extra `training`.

    python -m eval.training squad OUT.jsonl FILE.json…            groups from reading-comprehension data
    python -m eval.training cases OUT.jsonl REPORT QUESTIONS…     groups from question files about a report, by the shipped reader
    python -m eval.training derived OUT.jsonl REPORT…             groups from the facts of reports
    python -m eval.training train OUT.pt GROUPS.jsonl…            --state continues, --minutes ends it in time
    python -m eval.training mean OUT.pt STATE…                    the mean of several runs' weights
    python -m eval.training export STATE.pt FOLDER                reader.onnx, reader-tokenizer.json

A group is one question with windows (passages in their context), some of which answer it, or none. The network
learns which window answers, or that none does, and where the answer stands. Seeded; a run writes its state every
few minutes and `--state` goes on from there.
"""

import argparse
import hashlib
import json
import random
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from bot.answer import JUDGED, LOOKED, Answerer
from bot.line import lines_of
from bot.neural import LONGEST_PASSAGE, LONGEST_QUESTION, NeuralReader, context_of
from bot.places import own_places
from eval.answering import overlaps
from eval.derived import cases_of
from eval.public import windows
from eval.questions import Case, Place, load
from eval.text import squeeze
from index.cache import cache_folder
from index.chinese import simplified
from index.encoder import open_encoder
from index.library import Library, build
from index.view import clean
from index.weights import converted_folder

HIDDEN = 384
Pieces = Callable[[str], Sequence[tuple[int, int]]]  # where the pieces of a text stand that the network reads
SENTENCES = 8  # of a question's candidates that are shown alone
GOLDS = 3  # passages or sentences with the evidence that are shown although they were not found
TOP = 6  # passages of a question; those that do not answer it are its hard negatives
LONGEST_SPAN = 160  # characters of a gold span; longer ones teach only which passage answers
BATCH = 24  # windows in a step
POOLED = 16  # batches that are sorted by length together
SAVED_EVERY = 100  # steps
SMOOTHED = 0.8  # of the way that a layer's outliers are moved from its inputs into its weights
MEASURED = 64  # texts that show how large inputs get,
LONG = 100  # each of so many characters or more
TOGETHER = 12  # windows of a step that are padded to one length
HALVES = torch.backends.cpu.get_cpu_capability().startswith("AVX512")  # bfloat16 where it is no slower
LATIN = 12  # letters of a Latin piece that the shipped vocabulary may keep


@dataclass(frozen=True, slots=True)
class Window:
    """A passage, or a sentence, in its context; `span` is where the answer stands in `text`, None where it is too long or unknown."""

    text: str
    answers: bool
    span: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Group:
    """A question and what the search, or the reader, found for it."""

    question: str
    windows: tuple[Window, ...]


# -- data -------------------------------------------------------------------------------------------


def squad_groups(paths: Iterable[Path], pieces: Pieces, seed: int = 0) -> Iterator[Group]:
    """Groups from files in SQuAD format: the windows that `eval.public` reads of the paragraph, and one of another."""
    rows: list[tuple[str, list[Window]]] = []
    pool: list[str] = []
    for path in paths:
        for paragraph in (p for article in json.loads(path.read_text("utf-8"))["data"] for p in article["paragraphs"]):
            text = simplified(paragraph["context"])
            cuts = windows(text, pieces(text))
            pool += [text[start:end] for start, end in cuts]
            for asked in paragraph["qas"]:
                answer = asked["answers"][0]
                gold = _repaired(text, simplified(answer["text"]), int(answer["answer_start"]))
                if gold:
                    rows.append((simplified(asked["question"]), [_window(text, cut, gold) for cut in cuts]))
    chance = random.Random(seed)
    for question, cut in rows:
        if any(window.answers for window in cut):
            chance.shuffle(cut)
            yield Group(question, (*cut, Window(chance.choice(pool), False, None)))


def _repaired(text: str, answer: str, start: int) -> tuple[int, int] | None:
    """Where an answer stands, nearest to where the data says it does."""
    places = [at for at in range(len(text)) if text.startswith(answer, at)]
    at = min(places, key=lambda place: abs(place - start), default=None)
    return None if at is None else (at, at + len(answer))


def _window(text: str, stretch: tuple[int, int], gold: tuple[int, int]) -> Window:
    start, end = stretch
    held = start <= gold[0] and gold[1] <= end
    return Window(text[start:end], held, (gold[0] - start, gold[1] - start) if held else None)


def case_groups(answerer: Answerer, report: str, cases: Iterable[Case]) -> Iterator[Group]:
    """Groups from our own questions, for each one of passages that the search finds and one of the reader's sentences.

    Both hold what has the evidence too. A group of a question with an answer in which nothing answers is left out.
    """
    library = answerer.library
    year, own = library.report(report).year, own_places([library.entries[report].place])
    passages = [passage for passage in library.passages() if passage.report == report]
    lines = lines_of(library.report(report))
    for case in cases:
        asked = answerer.understand(case.question, case.history, [report], own)
        hits = answerer.search(asked, [report])
        best = [c.line.number for o in answerer.read(asked, hits, own) for c in o.candidates if c.line.number >= 0]
        places = [place for piece in case.evidence for place in piece]

        def is_gold(start: int, end: int, places: Sequence[Place] = places) -> bool:
            return any(overlaps(place, (report, start, end)) for place in places)

        found = [hit.passage for hit in hits[:TOP]]
        found += [p for p in passages if is_gold(p.start, p.end) and p not in found][:GOLDS]
        numbers = list(dict.fromkeys(best))[:SENTENCES]
        numbers += [n for n, k in enumerate(lines) if is_gold(k.sentence.start, k.sentence.end) and n not in numbers][
            :GOLDS
        ]
        texts = [(p, clean(p.text), is_gold(p.start, p.end)) for p in found]
        alone = [
            (library.passage_at(report, k.sentence.start), k.text, is_gold(k.sentence.start, k.sentence.end))
            for k in (lines[number] for number in numbers)
        ]
        alone = [row for row in alone if row[2] or not _says(case, row[1])]
        for shown, read in ((texts, JUDGED), (alone, LOOKED)):
            windows = tuple(_case_window(case, context_of(p, year), text, gold) for p, text, gold in shown)
            if windows and (not case.answerable or any(window.answers for window in windows)):
                yield Group(answerer.asking(asked, report, [text for _, text, _ in shown[:read]]), windows)


def _says(case: Case, text: str) -> bool:
    """Whether a text that is no evidence holds a gold all the same."""
    return any(all(squeeze(piece) in squeeze(text) for piece in gold) for gold in case.answers)


def _case_window(case: Case, context: str, text: str, is_gold: bool) -> Window:
    """A text in its context, with the first gold that stands in it; it answers where it is evidence."""
    folded = "".join(_folded(character) for character in text)
    for gold in case.answers if is_gold else ():
        starts = [folded.find(squeeze(piece)) for piece in gold]
        if min(starts) < 0:
            continue
        start = min(starts)
        end = max(at + len(squeeze(piece)) for at, piece in zip(starts, gold, strict=True))
        span = (len(context) + start, len(context) + end) if end - start <= LONGEST_SPAN else None
        return Window(context + text, True, span)
    part = is_gold and any(squeeze(piece) in folded for gold in case.answers for piece in gold)
    return Window(context + text, part, None)


def _folded(character: str) -> str:
    """A character as `squeeze` writes it, where that is one character too."""
    other = unicodedata.normalize("NFKC", character).lower()
    return other if len(other) == 1 else character


def read_groups(paths: Iterable[Path]) -> list[Group]:
    """Groups as `write_groups` wrote them."""
    rows = (json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines())
    return [
        Group(
            row["question"],
            tuple(Window(w["text"], w["answers"], tuple(w["span"]) if w["span"] else None) for w in row["windows"]),
        )
        for row in rows
    ]


def write_groups(groups: Iterable[Group], path: Path) -> int:
    """A group a line; how many."""
    lines = [json.dumps(asdict(group), ensure_ascii=False) for group in groups]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return len(lines)


# -- the network ------------------------------------------------------------------------------------


class Network(nn.Module):  # type: ignore[misc]
    """The default encoder with two heads: where an answer begins and ends, and whether the window answers."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        from transformers import BertModel

        self.bert = BertModel.from_pretrained(str(folder), attn_implementation="sdpa", add_pooling_layer=False)
        self.span = nn.Linear(HIDDEN, 2)
        self.pick = nn.Linear(HIDDEN, 1)
        for module in self.modules():
            if isinstance(module, nn.Dropout):
                module.p = 0.0
        for parameter in self.bert.embeddings.parameters():
            parameter.requires_grad = False

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(windows, tokens) to span logits (windows, tokens, 2) and pick logits (windows,)."""
        hidden = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        return self.span(hidden).float(), self.pick(hidden[:, 0]).float().squeeze(-1)


@dataclass(frozen=True, slots=True)
class Encoded:
    """A window as ids; the passage's tokens are [first, first + count), its gold span [start, end] or -1."""

    ids: tuple[int, ...]
    first: int
    count: int
    start: int
    end: int


class Tokens:
    """The converted folder's tokenizer, laying windows out as `bot.neural` does."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        numbers = [self._tokenizer.token_to_id(mark) for mark in ("<s>", "</s>", "<pad>")]
        self.begin, self.separator, self.padding = (int(number) for number in numbers if number is not None)
        self._known: dict[tuple[str, str], tuple[list[int], int, list[tuple[int, int]]]] = {}

    def encode(self, question: str, window: Window) -> Encoded:
        """One window's ids and gold span."""
        key = question, window.text
        if key not in self._known:
            asked = self._tokenizer.encode(question, add_special_tokens=False).ids[-LONGEST_QUESTION:]
            encoded = self._tokenizer.encode(window.text, add_special_tokens=False)
            ids = [self.begin, *asked, self.separator, *encoded.ids[:LONGEST_PASSAGE], self.separator]
            self._known[key] = ids, len(asked) + 2, encoded.offsets[:LONGEST_PASSAGE]
        ids, first, offsets = self._known[key]
        start = end = -1
        if window.span and offsets and window.span[1] <= offsets[-1][1]:
            inside = [n for n, (a, b) in enumerate(offsets) if b > window.span[0] and a < window.span[1]]
            if inside:
                start, end = first + inside[0], first + inside[-1]
        return Encoded(tuple(ids), first, len(offsets), start, end)


# -- training ---------------------------------------------------------------------------------------

Sampled = list[Window]


def sample(group: Group, negatives: int, chance: random.Random, dropped: float) -> Sampled:
    """One window that answers, unless it is dropped so that "none" is learned, and some that do not, the better found likelier."""
    right = [w for w in group.windows if w.answers]
    wrong = [w for w in group.windows if not w.answers]
    taken = [chance.choice(right)] if right and chance.random() >= dropped else []
    count = min(len(wrong), negatives if taken else max(2, negatives))
    left = list(range(len(wrong)))
    while len(taken) < count + bool(taken and taken[0].answers):
        number = chance.choices(left, [1 / (1 + n) for n in left])[0]
        left.remove(number)
        taken.append(wrong[number])
    return taken


def batches(
    groups: Sequence[Group], epochs: float, negatives: int, seed: int, dropped: float
) -> Iterator[list[tuple[Group, Sampled]]]:
    """Steps of about BATCH windows of like length, in an order that the seed fixes."""
    chance = random.Random(seed)
    left = int(len(groups) * epochs)
    while left > 0:
        order = chance.sample(range(len(groups)), min(left, len(groups)))
        left -= len(order)
        for at in range(0, len(order), BATCH * POOLED // 2):
            made = [
                (groups[n], sample(groups[n], negatives, chance, dropped)) for n in order[at : at + BATCH * POOLED // 2]
            ]
            made = sorted((m for m in made if m[1]), key=lambda m: max(len(w.text) for w in m[1]))
            yield from _packed(made, chance)


def _packed(made: Sequence[tuple[Group, Sampled]], chance: random.Random) -> list[list[tuple[Group, Sampled]]]:
    found: list[list[tuple[Group, Sampled]]] = [[]]
    for item in made:
        if sum(len(windows) for _, windows in found[-1]) >= BATCH:
            found.append([])
        found[-1].append(item)
    chance.shuffle(found)
    return [batch for batch in found if batch]


def losses(network: Network, tokens: Tokens, batch: Sequence[tuple[Group, Sampled]]) -> torch.Tensor:
    """Three losses: which window answers, or none (softmax over a group and a zero); whether each does; where."""
    rows = [tokens.encode(group.question, window) for group, windows in batch for window in windows]
    outside = torch.full((len(rows), max(len(row.ids) for row in rows)), -1e4)
    for number, row in enumerate(rows):
        outside[number, row.first : row.first + row.count] = 0
    spans, picks = _run(network, [row.ids for row in rows], outside.shape[1], tokens.padding)
    answers = torch.tensor([window.answers for _, windows in batch for window in windows])
    which = torch.zeros(())
    at = 0
    for _, shown in batch:
        logits = functional.log_softmax(torch.cat([torch.zeros(1), picks[at : at + len(shown)]]), 0)
        right = answers[at : at + len(shown)]
        which = which - (torch.logsumexp(logits[1:][right], 0) if right.any() else logits[0])
        at += len(shown)
    whether = functional.binary_cross_entropy_with_logits(picks, answers.float())
    starts, ends = torch.tensor([row.start for row in rows]), torch.tensor([row.end for row in rows])
    known = starts >= 0
    where = torch.zeros(())
    if known.any():
        where = functional.cross_entropy((spans[..., 0] + outside)[known], starts[known])
        where = (where + functional.cross_entropy((spans[..., 1] + outside)[known], ends[known])) / 2
    return torch.stack([which / len(batch), whether, where])


def _run(
    network: Network, rows: Sequence[tuple[int, ...]], width: int, padding: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Logits of all rows, spans padded to `width`; rows of like length go through the network together."""
    order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
    spans, picks = [], []
    for at in range(0, len(order), TOGETHER):
        part = [rows[number] for number in order[at : at + TOGETHER]]
        ids = torch.full((len(part), len(part[-1])), padding)
        for number, row in enumerate(part):
            ids[number, : len(row)] = torch.tensor(row)
        with torch.autocast("cpu", torch.bfloat16, enabled=HALVES):
            found, picked = network(ids, (ids != padding).long())
        spans.append(functional.pad(found, (0, 0, 0, width - ids.shape[1])))
        picks.append(picked)
    back = torch.argsort(torch.tensor(order))
    return torch.cat(spans)[back], torch.cat(picks)[back]


WEIGHTS = torch.tensor([1.0, 0.5, 1.0])


def train(options: argparse.Namespace) -> None:
    """Train on the groups; the learning rate rises for a twentieth of the way and falls to nothing."""
    torch.manual_seed(options.seed)
    torch.set_num_threads(options.threads)
    folder = converted_folder()
    groups = read_groups(options.groups)
    network, tokens = Network(folder), Tokens(folder)
    if options.state:
        network.load_state_dict(read_state(options.state), strict=False)
    for layer in network.bert.encoder.layer[: options.frozen]:
        layer.requires_grad_(False)
    network.train()
    for layer in network.bert.encoder.layer[options.frozen :]:
        for block in (layer.attention.output, layer.output):
            block.dropout.p = options.dropout
    learned = [p for p in network.parameters() if p.requires_grad]
    matrices, rest = [p for p in learned if p.ndim > 1], [p for p in learned if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0.0}], lr=options.rate, fused=True
    )
    begun, total, done = time.monotonic(), int(len(groups) * options.epochs), 0
    mean: torch.Tensor | None = None
    steps = batches(groups, options.epochs, options.negatives, options.seed, options.dropped)
    for step, batch in enumerate(steps, 1):
        minutes = (time.monotonic() - begun) / 60
        way = max(done / total, minutes / options.minutes)
        if way >= 1:
            break
        for row in optimizer.param_groups:
            row["lr"] = options.rate * min(1.0, (way + 1e-3) / 0.05) * max(0.02, 1 - way)
        found = losses(network, tokens, batch)
        (found * WEIGHTS).sum().backward()
        nn.utils.clip_grad_norm_(learned, 1.0)
        optimizer.step()
        optimizer.zero_grad()
        done += len(batch)
        mean = found.detach() if mean is None else 0.97 * mean + 0.03 * found.detach()
        if step % 25 == 0:
            which, whether, where = mean.tolist()
            print(
                f"{minutes:.1f} min, {done}/{total}: which {which:.3f} whether {whether:.3f} where {where:.3f}",
                flush=True,
            )
        if step % SAVED_EVERY == 0:
            torch.save(network.state_dict(), options.out)
    torch.save(network.state_dict(), options.out)


def read_state(path: Path) -> dict[str, torch.Tensor]:
    """Weights by name, of a run's state or out of a shipped reader.onnx; the latter's word embeddings stay the base's."""
    if path.suffix != ".onnx":
        state: dict[str, torch.Tensor] = torch.load(path, weights_only=True)
        return state
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path)).graph
    held = {tensor.name: torch.from_numpy(numpy_helper.to_array(tensor).copy()) for tensor in graph.initializer}
    found = {name.removeprefix("network."): rows for name, rows in held.items() if name.startswith("network.bert.")}
    for node in graph.node:
        if node.op_type == "MatMulInteger":  # its name says which layer's weights these are
            codes = held[node.input[1]].float() * held[node.input[1].replace("_quantized", "_scale")]
            layer = node.name.split("/MatMul")[0].split("/Gemm")[0].strip("/").replace("/", ".")
            found[f"{layer}.weight"] = codes.T.contiguous()
    for name in [name for name in found if name.endswith(".inverse")]:  # of `Smoothed`, in whose place its layer stood
        layer, inverse = name.removesuffix(".inverse"), found.pop(name)
        found[f"{layer}.weight"] = found.pop(f"{layer}.linear.weight") * inverse
        found[f"{layer}.bias"] = found.pop(f"{layer}.linear.bias")
    return found | {f"{head}.bias": held[f"network.{head}.bias"] for head in ("span", "pick")}


def mean_of(paths: Sequence[Path]) -> dict[str, torch.Tensor]:
    """The mean of the weights of several runs, such as two stages of one (Wortsman et al. 2022)."""
    states = [read_state(path) for path in paths]
    return {name: torch.stack([state[name].float() for state in states]).mean(0) for name in states[0]}


# -- what ships -------------------------------------------------------------------------------------


def export(state: Path, folder: Path, texts: Iterable[str] = ()) -> None:
    """Write reader.onnx (8-bit matrices and embeddings) and the tokenizer of its smaller vocabulary."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    base = converted_folder()
    network = Network(base)
    network.load_state_dict(read_state(state), strict=False)
    texts = list(texts)
    smooth(network, Tokens(base), [text for text in texts if len(text) >= LONG])
    kept, tokenizer = pruned_vocabulary(json.loads((base / "tokenizer.json").read_text("utf-8")), texts)
    (folder / "reader-tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False), "utf-8")
    whole = folder / "reader-float.onnx"
    torch.onnx.export(
        Shipped(network, kept).eval(),
        (torch.ones((1, 20), dtype=torch.long),),
        str(whole),
        input_names=["ids"],
        output_names=["spans", "picks"],
        dynamic_axes={
            "ids": {0: "windows", 1: "tokens"},
            "spans": {0: "windows", 1: "tokens"},
            "picks": {0: "windows"},
        },
        dynamo=False,
        opset_version=17,
    )
    quantize_dynamic(
        onnx.load(str(whole)), str(folder / "reader.onnx"), weight_type=QuantType.QInt8, per_channel=True,
        op_types_to_quantize=["MatMul"],
    )  # fmt: skip
    whole.unlink()
    print("SHA256", hashlib.sha256((folder / "reader.onnx").read_bytes()).hexdigest())


class Smoothed(nn.Module):  # type: ignore[misc]
    """A layer that gets its inputs scaled and has its weights scaled back, so that eight bits hold both (Xiao et al. 2023).

    `peaks` (inputs,) is how large each input gets: a few get so large that one scale for all blurs the others.
    """

    def __init__(self, linear: nn.Linear, peaks: torch.Tensor) -> None:
        super().__init__()
        columns = linear.weight.data.abs().amax(0)
        scale = peaks.clamp(min=1e-5) ** SMOOTHED / columns.clamp(min=1e-5) ** (1 - SMOOTHED)
        linear.weight.data = linear.weight.data * scale
        self.linear = linear
        self.register_buffer("inverse", 1 / scale)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """The layer's output, as it was but for rounding."""
        return self.linear(inputs * self.inverse)


def smooth(network: Network, tokens: Tokens, texts: Sequence[str]) -> None:
    """Put `Smoothed` layers where inputs have outliers, by what some of the texts make of them."""
    peaks: dict[nn.Module, torch.Tensor] = {}

    def measured(module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        largest = inputs[0].detach().abs().flatten(0, 1).amax(0)
        peaks[module] = torch.maximum(largest, peaks.get(module, largest))

    blocks = [
        b for layer in network.bert.encoder.layer for b in (layer.attention.output, layer.intermediate, layer.output)
    ]
    hooks = [block.dense.register_forward_pre_hook(measured) for block in blocks]
    network.eval()
    with torch.no_grad():
        for text in texts[:: max(1, len(texts) // MEASURED)]:
            ids = torch.tensor([tokens.encode("", Window(text, False, None)).ids])
            network(ids, torch.ones_like(ids))
    for hook in hooks:
        hook.remove()
    for block in blocks if peaks else ():
        block.dense = Smoothed(block.dense, peaks[block.dense])


class Shipped(nn.Module):  # type: ignore[misc]
    """The network as it ships: word embeddings in 8 bits with a scale a row, no padding, no mask."""

    def __init__(self, network: Network, kept: Sequence[int]) -> None:
        super().__init__()
        self.network = network
        network.bert.set_attn_implementation("eager")
        rows = network.bert.embeddings.word_embeddings.weight.data[list(kept)]
        scale = rows.abs().amax(1, keepdim=True) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("codes", torch.round(rows / scale).to(torch.int8))

    def forward(self, ids: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """(windows, tokens) to span logits and pick logits."""
        embedded = self.codes[ids].float() * self.scale[ids]
        hidden = self.network.bert(inputs_embeds=embedded, attention_mask=torch.ones_like(ids)).last_hidden_state
        return self.network.span(hidden), self.network.pick(hidden[:, 0]).squeeze(-1)


def pruned_vocabulary(tokenizer: dict[str, Any], texts: Iterable[str]) -> tuple[list[int], dict[str, Any]]:
    """Ids that Chinese text needs, and the tokenizer without the others; Latin words stay where the texts use them."""
    from tokenizers import Tokenizer

    whole = Tokenizer.from_str(json.dumps(tokenizer))
    used = {token for text in texts for token in whole.encode(text, add_special_tokens=False).tokens}
    vocabulary = tokenizer["model"]["vocab"]
    specials = {added["content"] for added in tokenizer["added_tokens"]}
    kept = [n for n, (piece, _) in enumerate(vocabulary) if piece in specials or _is_kept(piece, used)]
    number = {old: new for new, old in enumerate(kept)}
    tokenizer["model"]["vocab"] = [vocabulary[n] for n in kept]
    tokenizer["model"]["unk_id"] = number[tokenizer["model"]["unk_id"]]
    for added in tokenizer["added_tokens"]:
        added["id"] = number[added["id"]]
    for special in tokenizer["post_processor"]["special_tokens"].values():
        special["ids"] = [number[old] for old in special["ids"]]
    return kept, tokenizer


def _is_kept(piece: str, used: set[str]) -> bool:
    bare = piece.replace("▁", "")
    if all("\u4e00" <= c <= "\u9fff" or unicodedata.category(c)[0] in "PNS" for c in bare):
        return True
    return bare.isascii() and (len(bare) <= 2 or (bare.isalpha() and len(bare) <= LATIN and piece in used))


# -- command line -----------------------------------------------------------------------------------


def _case_groups_of(report: Path, questions: Sequence[Path], tag: str | None) -> Iterator[Group]:
    """Never of the `test` split."""
    encoder, folder = open_encoder(), cache_folder() / "training" / report.stem
    build(folder, [report], encoder)
    library = Library(folder, encoder)
    sources = {report.name: library.report(report.name).text}
    cases = [case for path in questions for case in load(path, sources) if case.split != "test"]
    cases = [case for case in cases if not tag or tag in case.tags]
    return case_groups(Answerer(library, NeuralReader()), report.name, cases)


def _derived_groups(paths: Sequence[Path], seed: int) -> Iterator[Group]:
    encoder, network = open_encoder(), NeuralReader()
    for path in paths:
        folder = cache_folder() / "training" / path.stem
        build(folder, [path], encoder)
        library = Library(folder, encoder)
        yield from case_groups(Answerer(library, network), path.name, cases_of(library.report(path.name), seed))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = parser.add_subparsers(required=True, dest="step")
    squad = steps.add_parser("squad")
    squad.add_argument("out", type=Path)
    squad.add_argument("files", type=Path, nargs="+")
    cases = steps.add_parser("cases")
    cases.add_argument("out", type=Path)
    cases.add_argument("report", type=Path)
    cases.add_argument("questions", type=Path, nargs="+")
    cases.add_argument("--tag", help="only questions that have this tag")
    derived = steps.add_parser("derived")
    derived.add_argument("out", type=Path)
    derived.add_argument("reports", type=Path, nargs="+")
    derived.add_argument("--seed", type=int, default=0)
    training = steps.add_parser("train")
    training.add_argument("out", type=Path)
    training.add_argument("groups", type=Path, nargs="+")
    training.add_argument("--state", type=Path)
    training.add_argument("--rate", type=float, default=1.2e-4)
    training.add_argument("--epochs", type=float, default=1.0)
    training.add_argument("--minutes", type=float, default=float("inf"))
    training.add_argument("--negatives", type=int, default=3)
    training.add_argument("--dropped", type=float, default=0.06, help="share of answerable groups shown without it")
    training.add_argument("--dropout", type=float, default=0.0, help="share of a layer's outputs that is left out")
    training.add_argument("--frozen", type=int, default=0, help="lower layers that stay as they are")
    training.add_argument("--threads", type=int, default=2)
    training.add_argument("--seed", type=int, default=0)
    averaging = steps.add_parser("mean")
    averaging.add_argument("out", type=Path)
    averaging.add_argument("states", type=Path, nargs="+")
    exporting = steps.add_parser("export")
    exporting.add_argument("state", type=Path)
    exporting.add_argument("folder", type=Path)
    exporting.add_argument(
        "texts",
        type=Path,
        nargs="*",
        help="files whose Latin words the vocabulary keeps, and whose lines show the inputs",
    )
    options = parser.parse_args(arguments)
    if options.step == "squad":
        print(write_groups(squad_groups(options.files, NeuralReader().pieces), options.out))
    elif options.step == "cases":
        print(write_groups(_case_groups_of(options.report, options.questions, options.tag), options.out))
    elif options.step == "derived":
        print(write_groups(_derived_groups(options.reports, options.seed), options.out))
    elif options.step == "mean":
        torch.save(mean_of(options.states), options.out)
    elif options.step == "train":
        train(options)
    else:
        lines = (line for path in options.texts for line in path.read_text("utf-8").splitlines())
        export(options.state, options.folder, lines)
    return 0


if __name__ == "__main__":
    sys.exit(main())
