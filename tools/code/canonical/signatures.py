"""Canonical names and signatures of the operations of torch, NumPy and einops, as functions, methods and modules alike.

Signatures and defaults are those of torch 2.x (read from its documentation and source); each name stands for the module
class, the functional form and the tensor method.
"""

from __future__ import annotations

from functools import cache

_TEXT = """
softmax x dim=None dtype=None
log_softmax x dim=None dtype=None
logsumexp x dim keepdim=False
layer_norm x normalized_shape weight=None bias=None eps=1e-5
rms_norm x normalized_shape weight=None eps=None
batch_norm x running_mean running_var weight=None bias=None training=False momentum=0.1 eps=1e-5
group_norm x num_groups weight=None bias=None eps=1e-5
normalize x p=2.0 dim=1 eps=1e-12
gelu x approximate='none'
relu x inplace=False
relu6 x inplace=False
leaky_relu x negative_slope=0.01 inplace=False
elu x alpha=1.0 inplace=False
silu x inplace=False
mish x inplace=False
hardswish x inplace=False
hardsigmoid x inplace=False
softplus x beta=1 threshold=20
tanh x
sigmoid x
logsigmoid x
glu x dim=-1
dropout x p=0.5 training=True inplace=False
dropout1d x p=0.5 training=True inplace=False
dropout2d x p=0.5 training=True inplace=False
drop_path x drop_prob=0.0 training=False scale_by_keep=True
cross_entropy x target weight=None size_average=None ignore_index=-100 reduce=None reduction='mean' label_smoothing=0.0
nll_loss x target weight=None size_average=None ignore_index=-100 reduce=None reduction='mean'
mse_loss x target size_average=None reduce=None reduction='mean'
l1_loss x target size_average=None reduce=None reduction='mean'
smooth_l1_loss x target size_average=None reduce=None reduction='mean' beta=1.0
huber_loss x target reduction='mean' delta=1.0
kl_div x target size_average=None reduce=None reduction='mean' log_target=False
binary_cross_entropy x target weight=None size_average=None reduce=None reduction='mean'
binary_cross_entropy_with_logits x target weight=None size_average=None reduce=None reduction='mean' pos_weight=None
cosine_embedding_loss x x2 target margin=0.0 size_average=None reduce=None reduction='mean'
triplet_margin_loss anchor positive negative margin=1.0 p=2.0 eps=1e-6 swap=False
margin_ranking_loss x x2 target margin=0.0
cosine_similarity x x2 dim=1 eps=1e-8
scaled_dot_product_attention query key value attn_mask=None dropout_p=0.0 is_causal=False scale=None enable_gqa=False
linear x weight bias=None
embedding x weight padding_idx=None
conv1d x weight bias=None stride=1 padding=0 dilation=1 groups=1
conv2d x weight bias=None stride=1 padding=0 dilation=1 groups=1
max_pool2d x kernel_size stride=None padding=0 dilation=1 ceil_mode=False
avg_pool2d x kernel_size stride=None padding=0 ceil_mode=False count_include_pad=True
adaptive_avg_pool2d x output_size
adaptive_max_pool2d x output_size
interpolate x size=None scale_factor=None mode='nearest' align_corners=None
pad x pad mode='constant' value=None
one_hot x num_classes=-1
matmul x y
bmm x y
mm x y
addmm x y z
add x y alpha=1
sub x y alpha=1
mul x y
div x y rounding_mode=None
pow x y
addcmul x y z value=1
addcdiv x y z value=1
lerp x end weight
sqrt x
rsqrt x
square x
reciprocal x
exp x
log x
log1p x
expm1 x
abs x
neg x
sin x
cos x
sign x
floor x
ceil x
round x
cumsum x dim
cumprod x dim
mean x dim=None keepdim=False dtype=None
sum x dim=None keepdim=False dtype=None
prod x dim=None
var x dim=None correction=1 keepdim=False
std x dim=None correction=1 keepdim=False
norm x p=2 dim=None keepdim=False
max x dim=None keepdim=False
min x dim=None keepdim=False
amax x dim=None keepdim=False
amin x dim=None keepdim=False
argmax x dim=None keepdim=False
argmin x dim=None keepdim=False
topk x k dim=-1 largest=True sorted=True
sort x dim=-1 descending=False stable=False
argsort x dim=-1 descending=False stable=False
clamp x min=None max=None
where x y z
masked_fill x mask value
masked_select x mask
tril x diagonal=0
triu x diagonal=0
cat x dim=0
stack x dim=0
chunk x chunks dim=0
split x split_size dim=0
unbind x dim=0
gather x dim index
scatter x dim index src
index_select x dim index
repeat_interleave x repeats dim=None
roll x shifts dims=None
flip x dims
transpose x dim0 dim1
unsqueeze x dim
squeeze x dim=None
linspace start end steps dtype=None
logspace start end steps base=10.0 dtype=None
full size value
ones size
zeros size
ones_like x
zeros_like x
randn size
rand size
eye n m=None
outer x y
multinomial x num_samples replacement=False
cdist x y p=2.0
masked_fill_ x mask value
"""

ALIASES = {
    "SiLU": "silu", "swish": "silu", "GELU": "gelu", "ReLU": "relu", "ReLU6": "relu6", "LeakyReLU": "leaky_relu",
    "ELU": "elu", "Mish": "mish", "Hardswish": "hardswish", "Hardsigmoid": "hardsigmoid", "Softplus": "softplus",
    "Tanh": "tanh", "Sigmoid": "sigmoid", "Softmax": "softmax", "LogSoftmax": "log_softmax", "LogSigmoid": "logsigmoid",
    "GLU": "glu", "Dropout": "dropout", "Dropout1d": "dropout1d", "Dropout2d": "dropout2d", "LayerNorm": "layer_norm",
    "RMSNorm": "rms_norm", "GroupNorm": "group_norm", "BatchNorm1d": "batch_norm", "BatchNorm2d": "batch_norm",
    "BatchNorm3d": "batch_norm", "SyncBatchNorm": "batch_norm", "InstanceNorm2d": "instance_norm",
    "CrossEntropyLoss": "cross_entropy", "NLLLoss": "nll_loss", "MSELoss": "mse_loss", "L1Loss": "l1_loss",
    "SmoothL1Loss": "smooth_l1_loss", "HuberLoss": "huber_loss", "KLDivLoss": "kl_div", "BCELoss": "binary_cross_entropy",
    "BCEWithLogitsLoss": "binary_cross_entropy_with_logits", "CosineEmbeddingLoss": "cosine_embedding_loss",
    "TripletMarginLoss": "triplet_margin_loss", "CosineSimilarity": "cosine_similarity", "Identity": "identity",
    "MaxPool2d": "max_pool2d", "AvgPool2d": "avg_pool2d", "AdaptiveAvgPool2d": "adaptive_avg_pool2d",
    "AdaptiveMaxPool2d": "adaptive_max_pool2d", "Upsample": "interpolate", "ZeroPad2d": "pad", "DropPath": "drop_path",
    "clip": "clamp", "maximum": "maximum", "minimum": "minimum", "arctan": "atan", "concat": "cat", "concatenate": "cat",
    "hstack": "cat", "multiply": "mul", "divide": "div", "true_divide": "div", "subtract": "sub", "absolute": "abs",
    "power": "pow", "negative": "neg", "swapaxes": "transpose", "type": "cast", "to": "cast", "astype": "cast",
    "type_as": "cast", "float": "cast", "half": "cast", "double": "cast", "bfloat16": "cast", "long": "cast",
    "bool": "cast", "contiguous": "contiguous", "expand_dims": "unsqueeze", "clamp_min": "clamp_min", "clip_": "clamp",
    "square_": "square", "vector_norm": "norm", "special_expit": "sigmoid", "expit": "sigmoid", "sdpa": "scaled_dot_product_attention",
    "drop_path": "drop_path", "StochasticDepth": "drop_path", "dot": "matmul", "take_along_dim": "gather", "Flatten": "flatten",
}  # fmt: skip

MODULES = {
    "Linear": "in_features out_features bias=True",
    "LazyLinear": "out_features bias=True",
    "Embedding": "num_embeddings embedding_dim padding_idx=None max_norm=None",
    "Conv1d": "in_channels out_channels kernel_size stride=1 padding=0 dilation=1 groups=1 bias=True padding_mode='zeros'",
    "Conv2d": "in_channels out_channels kernel_size stride=1 padding=0 dilation=1 groups=1 bias=True padding_mode='zeros'",
    "Conv3d": "in_channels out_channels kernel_size stride=1 padding=0 dilation=1 groups=1 bias=True padding_mode='zeros'",
    "ConvTranspose2d": "in_channels out_channels kernel_size stride=1 padding=0 output_padding=0 groups=1 bias=True dilation=1",
    "LayerNorm": "normalized_shape eps=1e-5 elementwise_affine=True bias=True",
    "RMSNorm": "normalized_shape eps=None elementwise_affine=True",
    "GroupNorm": "num_groups num_channels eps=1e-5 affine=True",
    "BatchNorm1d": "num_features eps=1e-5 momentum=0.1 affine=True track_running_stats=True",
    "BatchNorm2d": "num_features eps=1e-5 momentum=0.1 affine=True track_running_stats=True",
    "BatchNorm3d": "num_features eps=1e-5 momentum=0.1 affine=True track_running_stats=True",
    "SyncBatchNorm": "num_features eps=1e-5 momentum=0.1 affine=True track_running_stats=True",
    "InstanceNorm2d": "num_features eps=1e-5 momentum=0.1 affine=False track_running_stats=False",
    "MultiheadAttention": "embed_dim num_heads dropout=0.0 bias=True add_bias_kv=False add_zero_attn=False kdim=None vdim=None batch_first=False",
    "TransformerEncoderLayer": "d_model nhead dim_feedforward=2048 dropout=0.1 activation='relu' layer_norm_eps=1e-5 batch_first=False norm_first=False bias=True",
    "Dropout": "p=0.5 inplace=False",
    "Dropout1d": "p=0.5 inplace=False",
    "Dropout2d": "p=0.5 inplace=False",
    "DropPath": "drop_prob=0.0 scale_by_keep=True",
    "StochasticDepth": "drop_prob mode='batch'",
    "GELU": "approximate='none'",
    "LeakyReLU": "negative_slope=0.01 inplace=False",
    "ELU": "alpha=1.0 inplace=False",
    "Softplus": "beta=1 threshold=20",
    "Softmax": "dim=None",
    "LogSoftmax": "dim=None",
    "ReLU": "inplace=False",
    "ReLU6": "inplace=False",
    "SiLU": "inplace=False",
    "Hardswish": "inplace=False",
    "GLU": "dim=-1",
    "CrossEntropyLoss": "weight=None size_average=None ignore_index=-100 reduce=None reduction='mean' label_smoothing=0.0",
    "NLLLoss": "weight=None size_average=None ignore_index=-100 reduce=None reduction='mean'",
    "MSELoss": "size_average=None reduce=None reduction='mean'",
    "L1Loss": "size_average=None reduce=None reduction='mean'",
    "SmoothL1Loss": "size_average=None reduce=None reduction='mean' beta=1.0",
    "HuberLoss": "reduction='mean' delta=1.0",
    "KLDivLoss": "size_average=None reduce=None reduction='mean' log_target=False",
    "BCELoss": "weight=None size_average=None reduce=None reduction='mean'",
    "BCEWithLogitsLoss": "weight=None size_average=None reduce=None reduction='mean' pos_weight=None",
    "TripletMarginLoss": "margin=1.0 p=2.0 eps=1e-6 swap=False size_average=None reduce=None reduction='mean'",
    "CosineSimilarity": "dim=1 eps=1e-8",
    "MaxPool2d": "kernel_size stride=None padding=0 dilation=1",
    "AvgPool2d": "kernel_size stride=None padding=0 ceil_mode=False count_include_pad=True",
    "AdaptiveAvgPool2d": "output_size",
    "Adam": "params lr=1e-3 betas=(0.9,0.999) eps=1e-8 weight_decay=0.0 amsgrad=False",
    "AdamW": "params lr=1e-3 betas=(0.9,0.999) eps=1e-8 weight_decay=1e-2 amsgrad=False",
    "SGD": "params lr=1e-3 momentum=0.0 dampening=0.0 weight_decay=0.0 nesterov=False",
    "RMSprop": "params lr=1e-2 alpha=0.99 eps=1e-8 weight_decay=0.0 momentum=0.0 centered=False",
    "Adagrad": "params lr=1e-2 lr_decay=0.0 weight_decay=0.0",
    "NAdam": "params lr=2e-3 betas=(0.9,0.999) eps=1e-8 weight_decay=0.0",
    "RAdam": "params lr=1e-3 betas=(0.9,0.999) eps=1e-8 weight_decay=0.0",
    "CosineAnnealingLR": "optimizer T_max eta_min=0.0",
    "CosineAnnealingWarmRestarts": "optimizer T_0 T_mult=1 eta_min=0.0",
    "StepLR": "optimizer step_size gamma=0.1",
    "MultiStepLR": "optimizer milestones gamma=0.1",
    "ExponentialLR": "optimizer gamma",
    "LinearLR": "optimizer start_factor=0.3333333333333333 end_factor=1.0 total_iters=5",
    "OneCycleLR": "optimizer max_lr total_steps=None",
    "LambdaLR": "optimizer lr_lambda",
    "DataLoader": "dataset batch_size=1 shuffle=False sampler=None batch_sampler=None num_workers=0 collate_fn=None pin_memory=False drop_last=False",
    "clip_grad_norm_": "parameters max_norm norm_type=2.0",
    "clip_grad_value_": "parameters clip_value",
    "RandomResizedCrop": "size scale=(0.08,1.0) ratio=(0.75,1.3333333333333333) interpolation='bilinear'",
    "Resize": "size interpolation='bilinear'",
    "CenterCrop": "size",
    "RandomCrop": "size padding=None",
    "RandomHorizontalFlip": "p=0.5",
    "RandomVerticalFlip": "p=0.5",
    "RandomGrayscale": "p=0.1",
    "ColorJitter": "brightness=0 contrast=0 saturation=0 hue=0",
    "GaussianBlur": "kernel_size sigma=(0.1,2.0)",
    "RandomErasing": "p=0.5 scale=(0.02,0.33) ratio=(0.3,3.3)",
    "RandomSolarize": "threshold p=0.5",
    "Normalize": "mean std",
    "normal_": "x mean=0.0 std=1.0",
    "uniform_": "x a=0.0 b=1.0",
    "constant_": "x val",
    "zeros_": "x",
    "ones_": "x",
    "eye_": "x",
    "trunc_normal_": "x mean=0.0 std=1.0 a=-2.0 b=2.0",
    "xavier_uniform_": "x gain=1.0",
    "xavier_normal_": "x gain=1.0",
    "kaiming_uniform_": "x a=0 mode='fan_in' nonlinearity='leaky_relu'",
    "kaiming_normal_": "x a=0 mode='fan_in' nonlinearity='leaky_relu'",
    "orthogonal_": "x gain=1",
}

KEYWORDS = {
    "axis": "dim", "input": "x", "other": "y", "keepdims": "keepdim", "a_min": "min", "a_max": "max", "logits": "x",
    "labels": "target", "tensor": "x", "ddof": "correction", "tensors": "x", "label": "target", "other_": "y",
    "tensor1": "y", "tensor2": "z", "exponent": "y", "dims": "dims", "index": "index", "epsilon": "eps",
}  # fmt: skip
"""Other names of the same parameter."""

Signature = tuple[tuple[str, str | None], ...]


def _parse(text: str) -> Signature:
    found: list[tuple[str, str | None]] = []
    for word in text.split():
        name, eq, default = word.partition("=")
        found.append((name, default if eq else None))
    return tuple(found)


@cache
def functions() -> dict[str, Signature]:
    """Parameters of each canonical function, with the source text of their defaults (None: required)."""
    lines = (line.partition(" ") for line in _TEXT.strip().splitlines())
    return {name: _parse(rest) for name, _, rest in lines}


@cache
def modules() -> dict[str, Signature]:
    """Parameters of each constructor, optimizer, schedule, transform and initialiser."""
    return {name: _parse(rest) for name, rest in MODULES.items()}


def canonical(name: str) -> str:
    """The canonical name of a function, module class or tensor method."""
    return ALIASES.get(name, name)
