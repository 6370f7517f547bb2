"""Steps of the slowest pairs of dataset and model, against the same networks in a loop written by hand."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import clip_grad_norm_
from torch.optim import Adam

from core import DATASETS, RunConfig
from core.training.loop import Training, one_thread

# The slowest of all that need no network, in milliseconds a step, and those whose runs take longest.
SLOWEST = (
    ("tones", "autoregressive"),
    ("cylinder_bell_funnel", "recurrent_gan"),
    ("cylinder_bell_funnel", "recurrent_clustering"),
    ("sprites", "dcgan"),
    ("pendulum", "recurrent_gan"),
    ("control_charts", "recurrent_gan"),
    ("cylinder_bell_funnel", "autoregressive"),
    ("mnist_5000", "dcgan"),
    ("fashion", "dcgan"),
    ("waves", "recurrent_gan"),
    ("sprites", "wgan_gp"),
    ("fashion", "wgan_gp"),
)
ROUNDS, WARM = 25, 5

Step = Callable[[Tensor], object]


def main() -> None:
    """Print the median of milliseconds of either loop, in turns, and of their ratios."""
    print("| dataset | model | step, ms | by hand, ms | ratio |\n|---|---|---|---|---|")
    for dataset, model in SLOWEST:
        ours, hand = _timed(RunConfig.for_data(DATASETS[dataset].spec, dataset=dataset, model=model))
        ratio = statistics.median(one / other for one, other in zip(ours, hand, strict=True))
        print(f"| {dataset} | {model} | {_median(ours)} | {_median(hand)} | {ratio:.2f} |", flush=True)


def _median(seconds: list[float]) -> str:
    return f"{1000 * statistics.median(seconds):.1f}"


def _timed(config: RunConfig) -> tuple[list[float], list[float]]:
    """Seconds of steps of the product and of the loop by hand, in turns."""
    training, other = Training(config), Training(config)
    step, x = BY_HAND[config.model](other.model, config.hyperparameters), other.dataset.train.x
    size, found = other.model.samples_per_step, []
    with one_thread():
        for turn in range(WARM + ROUNDS):
            began = time.perf_counter()
            training.take_step()
            between = time.perf_counter()
            at = turn * size % max(1, len(x) - size)
            step(x[at : at + size])
            found.append((between - began, time.perf_counter() - between))
    ours, hand = zip(*found[WARM:], strict=True)
    return list(ours), list(hand)


def _adam(network: nn.Module, hp: Any, rate: float) -> Adam:
    return Adam(network.parameters(), lr=rate, betas=(hp.momentum, hp.beta2), fused=True)


def _game(model: Any, hp: Any) -> Step:
    """A GAN with R1, R2 or a gradient penalty, and an EMA of its generator."""
    D, G, ema = model.discriminator, model.generator, model.ema_generator
    players = _adam(D, hp, hp.discriminator_learning_rate), _adam(G, hp, hp.learning_rate)
    is_wasserstein = hp.objective == "wasserstein_gp"

    def slope(scores: Tensor, x: Tensor) -> Tensor:
        return torch.autograd.grad(scores.sum(), x, create_graph=True)[0].flatten(1).square().sum(dim=1)

    def step(x: Tensor) -> None:
        for real in x.chunk(hp.discriminator_steps):
            with torch.no_grad():
                fake = G(torch.randn(len(real), model.latents))
            real, fake = real.clone().requires_grad_(hp.r1 > 0), fake.requires_grad_(hp.r2 > 0)
            on_real, on_fake = D(real), D(fake)
            if is_wasserstein:
                between = real.lerp(fake, torch.rand(len(real), *[1] * (x.dim() - 1))).requires_grad_(True)
                length = slope(D(between), between).sqrt()
                loss = on_fake.mean() - on_real.mean() + hp.gradient_penalty * (length - 1).square().mean()
            else:
                loss = F.softplus(-on_real).mean() + F.softplus(on_fake).mean()
                loss = loss + (hp.r1 / 2 * slope(on_real, real).mean() if hp.r1 else 0)
                loss = loss + (hp.r2 / 2 * slope(on_fake, fake).mean() if hp.r2 else 0)
            descend(loss, D, players[0])
        scores = D(G(torch.randn(hp.batch_size, model.latents)))
        descend(-scores.mean() if is_wasserstein else F.softplus(-scores).mean(), G, players[1])
        with torch.no_grad():
            torch._foreach_lerp_(list(ema.parameters()), list(G.parameters()), 1 - hp.ema_decay)
            for kept, buffer in zip(ema.buffers(), G.buffers(), strict=True):
                kept.copy_(buffer)

    def descend(loss: Tensor, player: nn.Module, optimizer: Adam) -> None:
        optimizer.zero_grad()
        loss.backward(inputs=list(player.parameters()))
        if getattr(hp, "gradient_clip", 0):
            clip_grad_norm_(player.parameters(), hp.gradient_clip)
        optimizer.step()

    return step


def _autoregressive(model: Any, hp: Any) -> Step:
    """A recurrent network that is told the truth and says the next symbol."""
    network, head, symbols = model.states.cell, model.head, model.symbols
    optimizer = _adam(model, hp, hp.learning_rate)

    def step(x: Tensor) -> None:
        seen = symbols.read(x)
        told = F.one_hot(seen[:, :-1], symbols.choices).flatten(2).float()
        states = network(F.pad(told, (0, 0, 1, 0)))[0]
        logits = head(states).view(-1, symbols.choices)
        optimizer.zero_grad()
        F.cross_entropy(logits, seen.flatten()).backward()
        clip_grad_norm_(model.parameters(), hp.gradient_clip or math.inf)
        optimizer.step()

    return step


def _recurrent_clustering(model: Any, hp: Any) -> Step:
    """Mutual information of two versions of sequences and their clusters, beside forecasts."""
    optimizer = _adam(model, hp, hp.learning_rate)

    def version(x: Tensor) -> Tensor:
        steps, width = x.shape[1], 1 - hp.crop * torch.rand(len(x), 1)
        at = ((1 - width) * torch.rand(len(x), 1) + width * torch.linspace(0, 1, steps)) * (steps - 1)
        before = at.floor().long().clamp(0, steps - 2)
        rows = torch.arange(len(x)).unsqueeze(1)
        window = torch.lerp(x[rows, before], x[rows, before + 1], (at - before).unsqueeze(2))
        return (hp.scaling * torch.randn(len(x), 1, 1)).exp() * window + hp.jitter * torch.randn(x.shape)

    def step(x: Tensor) -> None:
        seen = torch.cat([version(x), version(x)])
        states = model.states.cell(seen)[0]
        log_p = model.clusters(model.code(states[:, -1])).log_softmax(dim=1)
        p, mean = log_p.exp(), log_p.exp().mean(dim=0)
        doubt, spread = -(p * log_p).sum(dim=1).mean(), -(mean * mean.log()).sum()
        (p1, p2), (l1, l2) = p.chunk(2), log_p.chunk(2)
        apart = 0.5 * ((p1 * (l1 - l2)).sum(dim=1).mean() + (p2 * (l2 - l1)).sum(dim=1).mean())
        loss = hp.consistency * apart - hp.balance * spread + doubt
        loss = loss + hp.forecast_weight * F.mse_loss(model.forecast(states[:, :-1]), seen[:, 1:])
        optimizer.zero_grad()
        loss.backward()
        clip_grad_norm_(model.parameters(), hp.gradient_clip or math.inf)
        optimizer.step()

    return step


BY_HAND: dict[str, Callable[[Any, Any], Step]] = {
    "autoregressive": _autoregressive,
    "recurrent_gan": _game,
    "recurrent_clustering": _recurrent_clustering,
    "dcgan": _game,
    "wgan_gp": _game,
}
