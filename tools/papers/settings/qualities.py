"""Settings in words: the optimizer, the activation, the shape of the schedule, the hardware and their like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from pydantic import JsonValue

from paper_implementer.knowledge.vocabulary import Term, terms

from .mentions import Mention, find_names, word_set
from .statements import Statement

_USES = re.compile(
    r"\b(?:we|our|is|are|was|were|using|uses?|used|with|employ\w*|adopt\w*|appl(?:y|ies|ied)|train\w*|optimi[sz]\w*|initiali[sz]\w*|replac\w+|consists?|follow\w*|set|perform\w*|tokeniz\w+|encoded?|pre-?process\w*|anneal\w*|decay\w*|increas\w*|decreas\w*|divided|minimi[sz]\w*|choose|chose|sampled?|resized?|share|add)\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"\b(?:not|no|never|without|instead of|rather than|unlike|in contrast to|compared (?:to|with)|as opposed to|alternative to|avoid\w*|replac\w+)\s+(?:\w+\s+){0,3}$",
    re.IGNORECASE,
)
_CHOICE_VERB = re.compile(
    r"\b(?:use[sd]?|using|with|employ\w*|adopt\w*|via|by|optimi[sz]er(?: is|:)?|train\w*)\s+(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
_CHOSEN = re.compile(
    r"\b(?:we|our)\b.{0,60}\b(?:use|used|employ\w*|adopt\w*|appl\w+|optimi[sz]\w*|train\w*|tokeni[sz]\w*|set|follow\w*)\b",
    re.IGNORECASE,
)
_WEAK = {
    "optimizer.name": 45, "schedule.shape": 45, "init.scheme": 140, "position.encoding": 45, "loss.function": 0, "norm.type": 0, "norm.placement": 0,
    "activation.function": 0, "data.tokenizer": 40, "training.precision": 0, "diffusion.schedule": 60, "diffusion.prediction": 40,
    "model.pooling": 40, "loss.reduction": 30, "data.interpolation": 0, "model.shortcut": 60,
    "optimizer.weight_decay_coupling": 0,
}  # fmt: skip
"""How far, in characters, a common word may stand from a name of its key; 0 means that no name is needed."""
_COMMON = word_set(
    """
    linear constant step normal uniform mean sum average none identity absolute learned learnable relative sine
    token map attention max last cls words characters bytes zero zeros sample noise velocity v eps epsilon fixed
    projection concat poly triplet hinge adversarial nesterov decoupled sandwich exponential cosine char direct
    focal dice giou mae gap linearly plateau polynomial pretrained pre-trained gaussian sigmoid tanh maxout 32 16 ce
    l1 orthogonal wasserstein x0 sinusoid ln bn gn gap avg sgd lion muon lamb nag spm lrn noam absolute bilinear
    unigram nope y coupled summed token shampoo word-level word characters character-level byte-level
    """
)
_KEEP_COMMON = {"optimizer.name": {"sgd", "lamb", "lion"}}


@cache
def _finder(key: str) -> re.Pattern[str]:
    spellings = sorted({n for names in terms()[key].choices.values() for n in names}, key=len, reverse=True)
    body = "|".join(re.escape(s).replace(r"\ ", r"[\s-]+").replace(r"\-", r"[\s-]?") for s in spellings)
    return re.compile(rf"(?<![\w-])(?:{body})(?![\w]|-\d)", re.IGNORECASE)


@cache
def _choice(key: str) -> dict[str, str]:
    return {re.sub(r"[\s-]+", "", n.lower()): c for c, names in terms()[key].choices.items() for n in names}


def _near(text: str, start: int, end: int, names: list[Mention], key: str, reach: int) -> bool:
    return any(m.key == key and m.start - end <= reach and start - m.end <= reach for m in names)


def find_choices(text: str) -> Iterator[Statement]:
    """The settings with a choice of names that one plain sentence states."""
    if not _USES.search(text):
        return
    names = find_names(text)
    for key, term in terms().items():
        if not term.choices or key not in _WEAK:
            continue
        seen: set[str] = set()
        found: list[Statement] = []
        for match in _finder(key).finditer(text):
            word = match[0].lower()
            choice = _choice(key).get(re.sub(r"[\s-]+", "", word))
            common = word in _COMMON and word not in _KEEP_COMMON.get(key, set())
            if choice is None or choice in seen or _DENIED.search(text[: match.start()]):
                continue
            if common and not _near(text, match.start(), match.end(), names, key, _WEAK[key] or 25):
                continue
            if re.match(r"[\s-]*(?:lr |learning rate )?warm", text[match.end() :]):
                continue
            if not _fits(key, term, choice, text, match):
                continue
            seen.add(choice)
            found.append(Statement(key, choice, match.start(), match.end()))
        if key == "training.precision" and len(found) > 1:
            found = [f for f in found if "mixed" not in text[f.start : f.end].lower()]
        if key == "schedule.shape" and any(f.value == "plateau" for f in found):
            found = [f for f in found if f.value == "plateau"]
        if len(found) < 2 or _CHOSEN.search(text):
            yield from found


def _fits(key: str, term: Term, choice: str, text: str, match: re.Match[str]) -> bool:
    """What a choice of some keys needs beside it."""
    around = text[max(0, match.start() - 60) : match.end() + 60].lower()
    if key == "optimizer.name":
        if re.search(r"\b(?:compar\w+|versus|vs|update rules?)\b", text):
            return False
        return bool(
            "optimi" in match[0].lower()
            or _CHOICE_VERB.search(text[max(0, match.start() - 70) : match.start()])
            or re.match(r"\s*(?:\[[^\]]{1,40}\]|\([^()]{1,60}\))?\s*optimi[sz]er", text[match.end() :])
        )
    if key == "schedule.shape":
        if choice == "exponential":
            return bool(re.search(r"learning rate|\blr\b|schedule", around))
        return bool(
            re.search(r"learning.rate|\blr\b|decay|anneal|warm|plateau|divid|decreas|step.?(?:size|num)", around)
        )
    if key == "model.shortcut":
        return bool(re.search(r"shortcut|skip", around) and _CHOSEN.search(text))
    if key == "training.precision":
        return bool(re.search(r"train|mixed|weights|store|memory|cast", around)) and not re.search(
            r"capacity|flops|operations", around
        )
    if key == "model.pooling":
        whole = re.search(r"global|token|head|representation|sentence|final|classif", around)
        return (
            bool(whole)
            and match[0].lower() not in ("last", "token")
            and not re.search(r"as in\b", text[match.end() : match.end() + 12])
        )
    if key == "init.scheme":
        biases = choice == "zeros" and re.search(
            r"\bbias(?:es)?\b", text[max(0, match.start() - 60) : match.start()].lower()
        )
        states = choice == "zeros" and not re.search(
            r"\b(?:weights?|parameters?|layers?|matri\w+|kernels?|projections?|embeddings?|gates?|[A-Z])\b",
            text[max(0, match.start() - 60) : match.end() + 60],
        )
        return bool(re.search(r"initiali[sz]", text)) and not biases and not states
    if key == "data.tokenizer" and "gpt" in match[0].lower():
        return "token" in around
    if key == "loss.function":
        return bool(re.search(r"\b(?:loss|objective|minimi[sz]\w+|maximi[sz]\w+|train\w*|optimi[sz]\w+)\b", around))
    if key == "norm.type":
        return bool(
            re.search(r"\b(?:we|use[sd]?|using|employ\w*|appl\w+|adopt\w*|follow\w*|after|before|with)\b", around)
        )
    if key == "activation.function":
        return bool(re.search(r"activation|nonlinearit|non-linearit|\buse[sd]?\b|\bwith\b|replac|units?\b", around))
    return True


_GPU = r"(?:NVIDIA|Nvidia|Tesla|GeForce|Quadro|TITAN|Titan|RTX|GTX|Google|Cloud)"
_CHIP = r"(?:[PVAHKT]\d{2,3}s?|[AHB]\d{3}s?|TITAN\s?\w+|Titan\s?\w+|(?:RTX|GTX)\s?\d{3,4}(?:\s?Ti)?|M40|K\d0s?|TPUs?(?:[\s-]?v\d\w*)?)"
_HARDWARE = re.compile(
    rf"(?:(?:\b\d[\d,]*|\b(?:one|two|four|eight|sixteen|a single|single))\s*(?:[×x]\s*)?)?(?:\d+\s?GB\s+)?(?:(?:{_GPU})\s+)*(?:\b{_CHIP}|\b(?:NVIDIA|Nvidia|Tesla|GeForce|Quadro|TITAN|Titan)\s+[A-Z0-9]\w*)(?:[\s-]+(?:\d+\s?GB\s*)?)?(?:GPUs?|cores|chips|pods?|accelerators)?"
    r"|\b(?:\d+(?:\s?[x×]\s?\d+)?|one|two|four|eight|sixteen|a single)\s+(?:GPUs?|TPUs?|TPU (?:cores|devices|chips)|workers)\b"
)
_TEXTS: list[tuple[str, re.Pattern[str], JsonValue]] = [
    ("model.weight_tying", re.compile(r"shar\w+ the same weight matrix|(?:tie|tied|tying|shar\w+)(?: the)? (?:\w+ ){0,3}(?:embeddings?|embedding (?:matri\w+|weights)|softmax weights)|(?:embedding|softmax|output|input)\w*[^.;]{0,40} weights? (?:are |is )?(?:tied|shared)(?= (?:between|across|with))|weight tying", re.IGNORECASE), True),
    ("model.embedding_scale", re.compile(r"multiply (?:those|the|these) (?:embedding )?weights by √\s?\(?\{?[A-Za-z]+(?:_\{*\w+\}*)?\)?|embeddings? (?:are |is )?(?:multiplied|scaled) by [^.,]{2,30}", re.IGNORECASE), None),
    ("attention.scale", re.compile(r"scaling factor of [^.,;]{2,24}|divide each by √?\s?\{?[A-Za-z]+(?:_\{*\w+\}*)?\}?|dot products? (?:by|scaled by) [^.,;]{2,24}|(?:logits?|scores?)[^.,;]{0,30} (?:scaled|divided|multiplied) by [^.,;]{2,16}", re.IGNORECASE), None),
    ("norm.placement", re.compile(r"LayerNorm\(x \+ Sublayer\(x\)\)"), "post"),
    ("norm.placement", re.compile(r"layer ?norm(?:alization)? (?:was|is|are) (?:moved|applied|placed|used|added) (?:to the input of|before|at the input)[^.,]{0,40}|normalize the input of each[^.,]{0,40}", re.IGNORECASE), "pre"),
    ("norm.placement", re.compile(r"(?:right )?after each convolution and before activation", re.IGNORECASE), "after_convolution"),
    ("optimizer.no_decay_groups", re.compile(r"(?:on|to) all (?:non[- ]bias|weights except)[^.,]{0,40}|(?:no|without|excluding|exclude[ds]?)(?: from)? (?:\w+ ){0,3}weight decay (?:on|for|to) [^.,]{2,60}|weight decay (?:is not|was not|not) applied[^.,]{0,60}|not apply weight decay[^.,]{0,60}", re.IGNORECASE), None),
    ("schedule.decay_factor", re.compile(r"(?:divid\w+|reduc\w+|decreas\w+|dropp?\w*|decay\w*|anneal\w*|multipl\w+|lower\w*)(?: it| the learning rate| the lr)? by (?:a factor of )?(?P<by>[\d.]+)", re.IGNORECASE), None),
    ("data.augmentation", re.compile(r"scale augmentation|standard (?:data |color )?augmentation(?: (?:in|of|from) \[\d+\])?|data augmentation(?= (?:consists of|of \[|follow|such as|as in))[^.;]{0,60}|\d+ pixels (?:are |is )?padded(?: on each side)?|\bpad\w* (?:by|of|with) \d+ pixels(?: on each side)?|\d+\s?[×x]\s?\d+ crops? (?:is |are )?randomly sampled|(?:horizontal|left-right) flip\w*|random(?:ly)? (?:resized )?crop\w*|color (?:jitter\w*|augmentation|distortion)|randaugment|autoaugment|random erasing|gaussian blur|mixup|cutmix|cutout|specaugment|random (?:rotation|translation|scaling|affine|resize)s?|elastic (?:distortion|deformation)s?|time[- ]stretch\w*|pitch[- ]shift\w*|(?:adding|add|additive) (?:\w+ )?noise", re.IGNORECASE), None),
    ("data.mean", re.compile(r"(?:with the )?per-?(?:pixel|channel) mean (?:is |are )?subtracted|subtract\w* the (?:per-?pixel |mean )[^.,]{0,20}|mean (?:pixel )?subtraction", re.IGNORECASE), None),
    ("data.resize", re.compile(r"(?:shorter|longer|shortest|longest|short) (?:side|edge)\b[^.;]{0,80}?(?:[\[{][\d, ]+[\]}]|\d{2,4}(?: (?:and|to|or) \d{2,4})?)", re.IGNORECASE), None),
    ("data.preprocessing", re.compile(r"pre-?process(?:ed|ing)?(?! data ?set)(?: [^.,;]{0,40}?)? (?:by|with|using|through|into|as in|following) [^.,;]{3,60}|pre-?processing (?:steps? )?(?:follows|consists of|of|used in|as in|includes) [^.,;]{3,60}", re.IGNORECASE), None),
    ("eval.crops", re.compile(r"\b(?:10|ten)-crop testing|multi-crop\w*|single[- ](?:center[- ])?crop|center[- ]crop", re.IGNORECASE), None),
    ("init.scheme", re.compile(r"initiali[sz]e the weights as in \[\d+\]|weight initiali[sz]ation (?:in|of|from|as in) (?:\[\d+\]|[A-Z][a-z][^.,;]{2,40})", re.IGNORECASE), None),
    ("eval.max_length", re.compile(r"(?:maximum|max) output length[^.;]{0,30}? to (?P<by>[^.,;\[]{2,30})", re.IGNORECASE), None),
    ("lora.targets", re.compile(r"(?:only )?(?:apply|apply\w*|adapt\w*) (?:LoRA to |only )?(?:the )?(?P<by>(?:W_\{*\w+\}*|\w+ weights)(?:(?:,| and|, and) (?:W_\{*\w+\}*|\w+ weights))*)"), None),
    ("eval.metric", re.compile(r"\b(?:report\w*|measur\w+|evaluat\w+ (?:with|by|using)|metrics? (?:is|are)|scor\w+ (?:by|with|using))\s+(?:the |an? )?(?:by |with |using )?(?P<by>(?:(?:top-\d|word|phone|phoneme|character|exact match|macro|micro|mean|average|classification|test|validation|balanced|rank-\d|overall|sentence|token|linear|few-shot|zero-shot|1-crop|detokenized|sacre|tokenized|dev|set|Spearman|Pearson|Matthews|box|mask)[\s-]){0,3}(?:accuracy|BLEU|F1|perplexity|FID|mAP|error rates?|ROUGE(?:-\w)?|WER|IoU|correlation)\b)"), None),
    ("training.early_stopping", re.compile(r"early[- ]stopp\w+(?: (?:with|based|on|using))?[^.;]{0,50}", re.IGNORECASE), None),
    ("data.dataset", re.compile(r"\b(?:train\w*|evaluat\w*|experiment\w*|pre-?train\w*|test\w*)\s+(?:\w+\s+){0,4}?(?:on|using|with)\s+(?:the\s+)?(?:standard\s+)?(?P<by>[A-Z][\w-]*[A-Z0-9][\w-]*(?:\s[A-Z0-9][\w-]*){0,3}|[A-Z]\w+(?:\s[A-Z]\w+)*(?=\s(?:dataset|corpus|data\b)))(?:\s\w+)?\s(?:dataset|data set|corpus|data|benchmark|training set)"), None),
    ("data.dataset", re.compile(r"\b(?:train\w*|pre-?train\w*|fine-?tun\w+)\s+(?:[a-z-]+\s+){0,3}on\s+(?:the\s+)?(?P<by>(?!GPT|BERT|NL[UGI]\b|T5|ResNet|ViT|LLa|L2|L1|[A-Z]\d+\b|TPU|GPU)(?:[A-Z][\w.]*[A-Z0-9][\w.]*(?:-[\w.]+)?)(?:\s[A-Z0-9][\w.-]*){0,3})(?=[\s,.;(\[])")
, None),
    ("model.architecture", re.compile(r"(?<![\w/.-])[A-Za-z]{0,3}\d{1,5}(?:[-–][A-Za-z]{0,4}\d{1,5}[A-Za-z]{0,2}\d?){2,}(?![\w/.-]*\d)(?=[^.;]{0,60}\b(?:architectures?|networks?|nets?|layers?|units|models?|topology|autoencoder|MLPs?|DBNs?|DBMs?|DNNs?|perceptron)\b)"), None),
    ("data.dataset", re.compile(r"\buse[sd]? the (?P<by>[A-Z][\w-]*(?:\s[A-Z0-9][\w-]*){0,4}) (?:dataset|corpus|data set)"), None),
]  # fmt: skip


_DENIABLE: dict[str, JsonValue] = {
    "data.augmentation": "none",
    "model.weight_tying": False,
    "training.early_stopping": "none",
}
"""What "no data augmentation" and the like state."""
_ROOT = re.compile(r"√\s*\(?\{*\s*(?P<of>[A-Za-z](?:[A-Za-z]*_\{*\w+\}*|[A-Za-z]*))")


def _root(text: str) -> str | None:
    """ "divide by √d_{k}" as "1/sqrt(d_k)"; None where there is no root."""
    root = _ROOT.search(text)
    if root is None:
        return None
    inverse = re.search(r"divid|1\s*\}?\s*/|\{1\}|1\s*\^?\{?√|\b1 ", text[: root.end()])
    return ("1/" if inverse else "") + f"sqrt({re.sub('[{}]', '', root['of'])})"


def find_texts(text: str) -> Iterator[Statement]:
    """The settings in free words that one plain sentence states."""
    if re.search(r"\bcan be (?:seen|viewed|thought of|regarded|interpreted) as\b", text):
        return
    seen: set[str] = set()
    for key, pattern, fixed in _TEXTS:
        if key in seen:
            continue
        for match in pattern.finditer(text):
            value: JsonValue = fixed if fixed is not None else match[0].strip()
            if key in ("attention.scale", "model.embedding_scale"):
                value = _root(match[0]) or value
                if re.search(r"[\^_]\{", str(value)):
                    continue
            if key in _DENIABLE and _DENIED.search(text[: match.start()]):
                value = _DENIABLE[key]
            elif key == "data.augmentation":
                value = ", ".join(dict.fromkeys(m[0].strip() for m in pattern.finditer(text)))
            if "by" in pattern.groupindex and match["by"]:
                value = match["by"].strip()
            if key == "schedule.decay_factor":
                try:
                    number = float(match["by"].rstrip("."))
                except ValueError:
                    continue
                around = text[max(0, match.start() - 80) : match.end()].lower()
                if not number or not re.search(r"learning rate|\blr\b|step size", around):
                    continue
                value = round(1 / number, 9) if number > 1 else number
            if key == "eval.crops" and not re.search(r"test|evaluat|validat|inference|top-[15]", text, re.IGNORECASE):
                continue
            seen.add(key)
            yield Statement(key, value, match.start(), match.end())
            break
    gpu = _HARDWARE.search(text)
    if gpu and _runs_on(text, gpu):
        yield Statement("training.hardware", gpu[0].strip(), gpu.start(), gpu.end())


_RUNS = re.compile(
    r"\b(?:(?:pre-?|fine-?)?train\w*|tun(?:ed|ing)|experiments?|conduct\w*|r[ua]n|running|performed|carried out|us(?:e|ed|ing)|implement\w*|equipped|took|takes?|machines?|workstation|servers?|cluster|replicated)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"^(?:\d|a single|single|one|two|four|eight|sixteen)", re.IGNORECASE)


def _runs_on(text: str, gpu: re.Match[str]) -> bool:
    """Whether hardware is what the training ran on: counted, or what something "was trained on"; not what an hour costs."""
    before, after = text[max(0, gpu.start() - 90) : gpu.start()], text[gpu.end() : gpu.end() + 12]
    if re.match(r"[\s-]*(?:hours?|days?|years?|mem)", after) or not _RUNS.search(
        before + text[gpu.end() : gpu.end() + 60]
    ):
        return False
    if re.search(r"\b(?:deploy\w*|inference|prefill\w*|decod\w*|latency|serving|bandwidth)\b", text, re.IGNORECASE):
        return False
    if not _COUNTED.match(gpu[0]) and not any(c.isdigit() for c in gpu[0]):
        return False
    return bool(
        _COUNTED.match(gpu[0])
        or re.search(
            r"(?:trained|run|ran|performed|conducted|experiments|training|using|used?)\s+(?:\w+\s+){0,3}(?:on|using|with)?\s*(?:an?|the)?\s*$",
            before,
        )
    )
