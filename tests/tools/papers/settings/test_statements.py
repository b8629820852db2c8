"""Which number belongs to which key, sentence by sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from paper_implementer.tools.papers.settings.constructions import find_shapes
from paper_implementer.tools.papers.settings.denials import find_denials
from paper_implementer.tools.papers.settings.qualities import find_choices, find_texts
from paper_implementer.tools.papers.settings.statements import find_statements


def stated(text: str, **symbols: str) -> dict[str, JsonValue]:
    return {s.key: s.value for s in find_statements(text, symbols)}


def chosen(text: str) -> dict[str, JsonValue]:
    return {s.key: s.value for s in (*find_choices(text), *find_shapes(text), *find_texts(text), *find_denials(text))}


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("The learning rate was initially set to 0.05.", {"optimizer.learning_rate": 0.05}),
        ("We chose a peak learning rate of 3 × 10^{−4}.", {"optimizer.learning_rate": 3e-4}),
        ("Training used a 0.002 learning rate.", {"optimizer.learning_rate": 0.002}),
        ("Dropout is applied to every block with a rate of 0.25.", {"dropout.rate": 0.25}),
        ("A stack of N = 5 identical layers reads the input.", {"model.layers": 5}),
        ("There are h = 4 parallel attention heads.", {"attention.heads": 4}),
        ("Here d_{model} = 384 and d_{ff} = 1024.", {"model.hidden_size": 384, "model.feedforward_size": 1024}),
        ("We let d_{k} = d_{v} = d_{model}/h = 96.", {"attention.head_size": 96}),
        ("Adam ran with β_{1} = 0.85, β_{2} = 0.97 and ϵ = 10^{−7}.", {"optimizer.betas": [0.85, 0.97], "optimizer.epsilon": 1e-7}),
        ("Adam has (β_1, β_2) set to (0.8, 0.95).", {"optimizer.betas": [0.8, 0.95]}),
        ("Learning rate and batch size are set to 2e-3 and 48, respectively.", {"optimizer.learning_rate": 2e-3, "training.batch_size": 48}),
        ("We used 3e-3 as the learning rate, a batch size of 2,048 and weight decay 0.05.", {"training.batch_size": 2048, "optimizer.weight_decay": 0.05}),
        ("All models were trained for 150k steps.", {"training.steps": 150_000}),
        ("The run took 12 epochs.", {"training.epochs": 12}),
        ("Each batch held roughly 8000 source tokens.", {"training.batch_tokens": 8000}),
        ("Warmup lasts 5 epochs of linear warmup.", {"schedule.warmup_epochs": 5}),
        ("We train for 60 epochs with a 5-epoch linear warm-up.", {"training.epochs": 60, "schedule.warmup_epochs": 5}),
        ("We sweep learning rates in {1e-4, 3e-4}, and number of epochs in {3, 20}.", {"optimizer.learning_rate": [1e-4, 3e-4], "training.epochs": [3, 20]}),
        ("We fine-tune for 40 epochs with a 0.02 initial learning rate.", {"training.epochs": 40, "optimizer.learning_rate": 0.02}),
        ("Three stages of 5x5 convolution filters and 3x3 max pooling.", {"model.kernel_size": 5}),
        ("All have 512 embedding dimensions and 2048 hidden dimensions.", {"model.hidden_size": 512, "model.feedforward_size": 2048}),
        ("Tasks are given 3-5-shot.", {"eval.shots": [3, 5]}),
        ("A vocabulary of about 16K tokens was learned.", {"model.vocabulary_size": 16_000}),
        ("Decoding uses a beam size of 6 and length penalty α = 0.7.", {"eval.beam_size": 6, "eval.length_penalty": 0.7}),
        ("We clip gradient norms at 0.5.", {"optimizer.gradient_clipping": 0.5}),
        ("A 24×24 crop was taken.", {"data.image_size": 24}),
        ("A momentum of 0.995 moves the teacher network.", {"optimizer.ema_decay": 0.995}),
        ("We keep an EMA of all weights with a decay of 0.999.", {"optimizer.ema_decay": 0.999}),
        ("The learning rate was initialized at 0.02 and lowered twice.", {"optimizer.learning_rate": 0.02}),
        ("We anneal the learning rate by a factor of 0.3.", {"schedule.decay_factor": 0.3}),
        ("A 6-layer 192-wide network is used with a batch of 96 images.", {"model.hidden_size": 192, "training.batch_size": 96}),
        ("We decay the learning rate to 1e-6.", {"schedule.min_learning_rate": 1e-6}),
        ("The policy is a perceptron with three hidden layers of size 80.", {"model.layers": 3, "model.hidden_size": 80}),
    ],
)  # fmt: skip
def test_a_sentence_states(sentence: str, facts: dict[str, JsonValue]) -> None:
    found = stated(sentence)
    assert {key: found.get(key) for key in facts} == facts


def test_coordinated_names_share_a_value() -> None:
    found = stated("We used residual, embedding, and attention dropouts of 0.2.")
    assert found == {"dropout.attention": 0.2, "dropout.embedding": 0.2, "dropout.rate": 0.2}


def test_candidates_of_a_search_are_a_list_that_says_so() -> None:
    (found,) = find_statements("We searched learning rates among {1e-3, 3e-4, 1e-4}.")
    assert (found.value, found.searched) == ([1e-3, 3e-4, 1e-4], True)


def test_a_symbol_that_the_paper_defines_is_read_where_it_stands_alone() -> None:
    assert stated("Parsing used α = 0.4.", α="eval.length_penalty") == {"eval.length_penalty": 0.4}
    assert stated("Parsing used α = 0.4.") == {}


@pytest.mark.parametrize(
    "sentence",
    [
        "Section 3 describes the learning rate.",
        "The learning rate is discussed in [12].",
        "Table 4 reports the batch size.",
        "The model improves over the previous best by 2.0 BLEU.",
        "Each layer has two sub-layers.",
        "We evaluated ResNet-50 and BERT on CIFAR-10.",
        "The learning rate follows Smith et al., 2017.",
        "Curves are smoothed after every 10 updates.",
        "Accuracy reached 93.4%.",
        "Choose β_{1} in [0, 1).",
        "We compare r = 4 and r = 64.",
        "The last output channel is 4 times larger than the first.",
        "We use a 3-layer projection head.",
    ],
)
def test_a_sentence_states_nothing(sentence: str) -> None:
    assert stated(sentence, r="lora.rank") == {}


@pytest.mark.parametrize(
    ("sentence", "facts"),
    [
        ("We optimise with the AdamW optimizer.", {"optimizer.name": "adamw"}),
        ("We trained using stochastic gradient descent.", {"optimizer.name": "sgd"}),
        ("The layers use a GELU activation.", {"activation.function": "gelu"}),
        ("The learning rate follows a cosine schedule after linear warm-up and decays to zero.", {"schedule.shape": "cosine"}),
        ("We drop the learning rate by a factor of 10 at 30 and 60 epochs.", {"schedule.decay_factor": 0.1, "schedule.milestones": [30, 60]}),
        ("The learning rate rises linearly over the first 800 updates during warmup.", {"schedule.warmup_steps": 800}),
        ("Weights are initialized from N(0, 0.03).", {"init.scheme": "normal", "init.std": 0.03}),
        ("The carried state and the counters are initialized to zeros.", {"init.scheme": None}),
        ("The weights of the last layer are initialized to zeros.", {"init.scheme": "zeros"}),
        ("Training BERT and GPT2 at sequence length 512 is faster.", {"data.tokenizer": None}),
        ("Text is split by the GPT2 tokenizer.", {"data.tokenizer": "byte_bpe"}),
        ("We tie the input and output embeddings.", {"model.weight_tying": True}),
        ("The learning rate is divided by 5 at the 40th and 70th epochs.", {"schedule.decay_factor": 0.2, "schedule.milestones": [40, 70]}),
        ("During this stage no data augmentation is used.", {"data.augmentation": "none"}),
        ("We use random crops and horizontal flips.", {"data.augmentation": "random crops, horizontal flips"}),
        ("Quality is measured by BLEU.", {"eval.metric": "BLEU"}),
        ("We divide each by √d_{k} before the softmax.", {"attention.scale": "1/sqrt(d_k)"}),
        ("We do not use dropout.", {"dropout.rate": 0.0}),
        ("All models were trained on 4 NVIDIA A100 GPUs.", {"training.hardware": "4 NVIDIA A100 GPUs"}),
        ("We use learned position embeddings instead of sinusoidal ones.", {"position.encoding": "learned"}),
        ("Each pre-training took 4 days to complete.", {"training.duration": "4 days"}),
        ("We train for 40, 000 iterations or 12 hours.", {"training.duration": "12 hours"}),
        ("We use 0.01 to warm up the training.", {"schedule.warmup_start": 0.01}),
        ("The learning rate is increased linearly over the first 10% of the steps.", {"schedule.warmup_ratio": 0.1}),
        ("All bias terms are initialized as 0.", {"init.bias": 0.0, "init.scheme": None}),
        ("The batch size is gradually increased from 256 to 1024 during training.", {"training.batch_size": 1024}),
        ("The model is trained on 1.5T tokens.", {"training.tokens": 1.5e12}),
        ("That is 256 sequences, or 128,000 tokens/batch.", {"training.batch_tokens": 128_000}),
        ("It sets to zero each hidden neuron with probability 0.4.", {"dropout.rate": 0.4}),
        ("The layer has 64 kernels of size 5×5×3.", {"model.channels": 64, "model.kernel_size": 5}),
        ("We used LReLU (α = 0.2) everywhere.", {"activation.slope": 0.2}),
        ("The cost is 180K H800 GPU hours for training.", {"training.hardware": None}),
        ("All models follow a 784-500-500-10 architecture.", {"model.architecture": "784-500-500-10"}),
    ],
)  # fmt: skip
def test_a_sentence_chooses(sentence: str, facts: dict[str, JsonValue]) -> None:
    found = chosen(sentence)
    assert {key: found.get(key) for key in facts} == facts


@pytest.mark.parametrize(
    "sentence",
    [
        "We use Nesterov, unlike Adam.",
        "The loss grows linearly with depth.",
        "A constant factor was used.",
        "We did not use Adam.",
    ],
)
def test_what_is_denied_or_said_in_passing_is_no_choice(sentence: str) -> None:
    assert {k: v for k, v in chosen(sentence).items() if v in ("adam", "linear", "constant")} == {}


@given(st.text(max_size=300))
def test_any_text_is_read_without_error(text: str) -> None:
    for statement in (*find_statements(text), *find_choices(text), *find_shapes(text), *find_texts(text)):
        assert 0 <= statement.start <= statement.end <= len(text)
