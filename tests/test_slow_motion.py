"""Slow motion: a watched step is the step, and its scenes tell it, whatever the model is."""

import copy
import math
import re
from pathlib import Path

import numpy as np
import pytest
import torch

from core import MODELS
from core.analysis import ANALYSES, analyse, slow_pictures
from core.analysis.slow_pictures import SIDE, Studio
from core.errors import LatentLabError
from core.latex import LIT, lines, lit, lit_behind, stacked
from core.layers import activations, layers_of
from core.training.loop import Training
from core.training.trace import trace
from tests.making import made, normal
from tests.model_cases import bits, config_of, each_case, same

ROOT = Path(__file__).parent.parent
# Past where clustering and flows begin, and into the turns of a game.
TAKEN = 12


def begun(model: str, dataset: str, taken: int = TAKEN, **hyperparameters) -> Training:
    training = Training(config_of(model, dataset, **hyperparameters))
    training.advance(taken)
    return training


@each_case
def test_a_watched_step_leaves_the_same_bits_and_its_scenes_tell_it(model, dataset):
    training = begun(model, dataset)
    state, before = training.state(), {name: value.clone() for name, value in training.model.state_dict().items()}
    found = trace(training)
    watched = bits(training)

    other = Training(training.config)
    other.restore(state)
    losses = other.take_step()
    assert same(watched, bits(other))
    assert found.steps == TAKEN
    assert found.metrics == {name: float(value) for name, value in losses.items()}

    kinds = [scene.kind for scene in found.scenes]
    assert kinds[0] == "batch"
    assert {"answer", "loss", "gradient", "update"} <= {*kinds}
    for scene in found.scenes:
        # The line stands in the file at its number.
        lines = (ROOT / scene.line.file).read_text(encoding="utf-8").splitlines()
        text = scene.line.text.splitlines()
        assert lines[scene.line.number - 1 :][: len(text)] == text
        assert all(map(math.isfinite, scene.numbers.values()))
        assert all(bool(torch.isfinite(passed.values).all()) for passed in scene.given + scene.made)
    # Nothing is left behind on the model.
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in training.model.modules())
    assert not {"training_step", "labelled_step"} & vars(training.model).keys()

    # The last update of each layer is its whole change, unless several optimisers had it, or several turns.
    changes = [(scene.part, each) for scene in found.scenes if scene.kind == "update" for each in scene.moved]
    assert changes
    layers = [each.layer for _, each in changes]
    for part, each in changes:
        turns = {scene.times for scene in found.scenes if scene.kind == "update" and scene.part == part}
        if layers.count(each.layer) > 1 or turns != {1}:
            continue
        own = rf"{each.layer}(\.[^.]+|\.parametrizations\..*)?$"
        names = [name for name, _ in training.model.named_parameters() if re.match(own, name)]
        after = training.model.state_dict()
        moved = torch.cat([(after[name] - before[name]).flatten().double() for name in names]).norm()
        assert each.size == pytest.approx(float(moved), rel=1e-9)


@each_case
def test_every_scene_has_a_picture_its_line_and_its_term_of_the_formula(model, dataset):
    training = begun(model, dataset)
    result = analyse("slow_motion", training.config, training.state(), {})
    formula = MODELS[model].formula(training.config.hyperparameters)
    symbols = {part.title: part.symbol for part in MODELS[model].scenes.values()}
    aims = tuple(MODELS[model].aims.values())
    for scene in result.scenes:
        assert scene.title
        # What is lit is what the scene stands for, and nothing else.
        before, *found = scene.formula.split(LIT + "{")
        assert found, scene.title
        if scene.kind == "loss":
            assert before.endswith(aims)
        elif scene.kind in ("gradient", "update"):
            assert all(part.startswith(aims) for part in found)
        else:
            assert all(part.startswith(symbols[scene.title]) for part in found)
        assert scene.formula.count("{") == scene.formula.count("}")
        # Nothing but light was added.
        dark = scene.formula
        while LIT in dark:
            dark = re.sub(re.escape(LIT) + r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}", r"\1", dark)
        assert dark == formula
        assert scene.pictures or scene.numbers or scene.moved
        for picture in scene.pictures:
            values, arrows = result.numbers(picture)
            assert values.shape == picture.shape
            assert (arrows is not None) == picture.arrows
    # On the plane what is generated or rebuilt carries arrows, and units are maps.
    if dataset == "two_moons":
        forms = {picture.form for scene in result.scenes for picture in scene.pictures}
        assert "points" in forms
        assert any(picture.arrows for scene in result.scenes for picture in scene.pictures)
        assert "maps" in forms


@pytest.mark.parametrize(("model", "knobs", "part"), [
    ("gan", {"packing": 2}, "discriminator"),
    ("flow_matching", {}, "velocity"),
])  # fmt: skip
def test_units_are_maps_over_the_plane_all_else_being_as_it_was_beside_the_first_sample(
    model, knobs, part, monkeypatch
):
    monkeypatch.setattr(slow_pictures, "UNITS", 4)
    training = begun(model, "two_moons", 2, **knobs)
    studio = Studio(copy.deepcopy(training.model).eval(), training.dataset.spec)
    scene = next(each for each in trace(training).scenes if each.kind == "answer" and each.part.startswith(part))
    hidden, *_, drawn = [picture for picture in studio.pictures(scene) if picture.form == "maps"]
    # Of eight units half are drawn, which is said, and the whole answer.
    assert hidden.shape[0] == 4
    assert hidden.name.endswith(", 4 of 8")
    assert " of " not in drawn.name
    first, *others = (passed.values[0] for passed in scene.given)
    beside = [each[None] for each in others if each.shape != first.shape]
    # The middle of the uppermost tile at the left.
    (left, low), (right, high) = drawn.frame
    place = [left + (right - left) / 2 / SIDE, high - (high - low) / 2 / SIDE]
    network = studio.model.get_submodule(scene.part)
    with torch.no_grad():
        answer = network(torch.tensor([[*place, *first[2:]]]), *beside)
    values = np.concatenate(studio.values)[drawn.begin :][: math.prod(drawn.shape)].reshape(drawn.shape)
    np.testing.assert_allclose(values[:, 0, 0], answer.flatten()[: len(values)], rtol=1e-3, atol=1e-5)


def test_an_autoencoder_s_step_by_hand():
    # Before the samples are shuffled anew.
    training = begun("autoencoder", "digits", 2, optimizer="sgd", momentum=0.0, reconstruction_loss="mse")
    state = training.state()
    found = {scene.kind: scene for scene in trace(training).scenes}
    again = Training(training.config)
    again.restore(state)
    model, x = again.model, again.dataset.train.x[again.order[again.position :][:128]]
    loss = (model.decode(model.encode(x)) - x).square().mean()
    gradients = torch.autograd.grad(loss, list(model.encoder[1].parameters()))
    norm = math.sqrt(sum(float(part.square().sum()) for part in gradients))
    slope, moved = (
        next(each.size for each in found[kind].moved if each.layer == "encoder.1") for kind in ("gradient", "update")
    )
    assert found["loss"].numbers[""] == pytest.approx(loss.item(), rel=1e-5)
    assert found["loss"].numbers["loss"] == found["loss"].numbers[""]
    assert slope == pytest.approx(norm, rel=1e-4)
    # Of plain descent the change is the rate times the gradient.
    assert moved == pytest.approx(model.learning_rate("autoencoder") * norm, rel=1e-3)
    # −∂L/∂x̂ = 2 (x − x̂) / (N D)
    pull = found["gradient"].made[-1]
    expected = 2 * (x - model.decode(model.encode(x)))[:8] / x.numel()
    torch.testing.assert_close(pull.pull, expected.detach(), rtol=1e-3, atol=1e-8)


def test_turns_in_a_row_are_told_once():
    training = begun("wgan_gp", "two_moons", discriminator_steps=3)
    scenes = trace(training).scenes
    assert [(scene.part, scene.times) for scene in scenes if scene.kind == "update"] == [
        ("discriminator", 3), ("generator", 1)
    ]  # fmt: skip
    # Where the critic's slope is priced something is drawn that is no noise.
    told = ["loss", "gradient", "update"]
    assert [scene.kind for scene in scenes] == [
        "batch", "noise", *3 * ["answer"], *told, "noise", *2 * ["answer"], *told
    ]  # fmt: skip
    (loss,) = [scene for scene in scenes if scene.kind == "loss" and scene.part == "discriminator"]
    assert loss.numbers[""] == pytest.approx(loss.numbers["loss"] + loss.numbers["penalty"], rel=1e-5)
    assert "self.descend(loss + penalty" in loss.line.text


def test_codes_are_seen_to_become_entries_of_the_code_book():
    training = begun("vq_vae", "digits")
    book = training.model.code_book.entries.clone()
    answers = [scene for scene in trace(training).scenes if scene.kind == "answer"]
    assert [scene.part for scene in answers] == ["encoder", "code_book", "decoder", "guess"]
    quantised = answers[1].made[-1].values.flatten(0, 1)
    torch.testing.assert_close(quantised, book[torch.cdist(quantised, book).argmin(dim=1)])
    torch.testing.assert_close(answers[2].given[-1].values, answers[1].made[-1].values.flatten(1))


def test_instance_noise_is_what_the_discriminator_sees_and_no_noise_of_the_generator():
    training = begun("gan", "two_moons", steps=100, instance_noise=0.5)
    scenes = analyse("slow_motion", training.config, training.state(), {}).scenes
    played = [(scene.kind, scene.title) for scene in scenes if scene.kind in ("noise", "corruption")]
    assert played == 2 * [("noise", "Noise"), ("corruption", "Instance noise")]


def test_gradients_are_told_as_they_are_before_they_are_clipped():
    found = trace(begun("autoregressive", "digit_rows", gradient_clip=1e-3))
    (slope,) = [scene for scene in found.scenes if scene.kind == "gradient"]
    assert math.hypot(*(each.size for each in slope.moved)) == pytest.approx(found.metrics["gradient_norm"], rel=1e-5)
    assert found.metrics["gradient_norm"] > 0.01


def test_all_that_goes_down_one_gradient_is_told_in_it():
    training = begun("deep_embedded_clustering", "digits")
    (slope,) = [scene for scene in trace(training).scenes if scene.kind == "gradient"]
    places = training.model.centroids.places
    (centroids,) = [each for each in slope.moved if each.layer == "centroids"]
    assert centroids.size == pytest.approx(float(places.grad.norm()), rel=1e-6)
    assert {"encoder.1", "decoder.0"} < {each.layer for each in slope.moved}


def test_only_what_a_decoder_answers_is_taken_for_samples():
    # As many latents as values: a code is as long as a sample, and no share of its range.
    training = begun("autoencoder", "wine", latent_size=13, reconstruction_loss="bce")
    result = analyse("slow_motion", training.config, training.state(), {})
    code, sample = (
        result.numbers(scene.pictures[-1])[0] for scene in result.scenes if scene.title in ("Code", "Decoded")
    )
    raw = {scene.part: scene.made[-1].values.numpy() for scene in trace(training).scenes if scene.kind == "answer"}
    np.testing.assert_allclose(code, raw["encoder"], rtol=1e-5)
    np.testing.assert_allclose(sample, 1 / (1 + np.exp(-raw["decoder"])), rtol=1e-5)


def test_a_step_that_diverges_is_told_in_a_sentence():
    training = begun("autoencoder", "digits")
    with torch.no_grad():
        training.model.decoder[0].weight.fill_(math.inf)
    with pytest.raises(LatentLabError, match="about to diverge"):
        analyse("slow_motion", training.config, training.state(), {})


def test_a_finished_run_shows_the_step_that_would_come_next():
    training = Training(config_of("vae", "digits", steps=3))
    training.advance()
    result = analyse("slow_motion", training.config, training.state(), {})
    assert result.steps == 3
    assert ANALYSES["slow_motion"].result.from_bytes(result.to_bytes()).scenes == result.scenes


@pytest.mark.parametrize(("formula", "symbol", "expected"), [
    (r"\min_D D(G(z)) \text{D}", "D", r"\min_D ~{D(G(z))} \text{~{D}}"),
    (r"\hat x = x_0 + \max x", "x", r"\hat x = ~{x}_0 + \max ~{x}"),
    (r"q(z \mid x) \Vert \log", "q", r"~{q(z \mid x)} \Vert \log"),
    (r"\tilde x_i + x", r"\tilde x", r"~{\tilde x}_i + x"),
])  # fmt: skip
def test_a_symbol_is_lit_wherever_it_stands_alone(formula, symbol, expected):
    assert lit(formula, symbol) == expected.replace("~", LIT)


def test_a_formula_can_be_broken_between_its_lines_and_the_words_of_its_texts():
    formula = stacked(r"x_\text{data}", "", r"\sigma \text{ learned from } x")
    assert lines(formula) == [
        r"x_\text{data}", r"\sigma \text{ }\allowbreak \text{learned }\allowbreak \text{from } x"
    ]  # fmt: skip


def test_what_a_part_minimises_is_lit_as_far_as_the_gap():
    formula = stacked(r"\min_D\; a + b, \qquad c", r"\min_G\; d")
    assert lit_behind(formula, r"\min_D") == stacked(rf"\min_D{LIT}{{\; a + b}}, \qquad c", r"\min_G\; d")
    assert lit_behind(formula, r"\min_G") == stacked(r"\min_D\; a + b, \qquad c", rf"\min_G{LIT}{{\; d}}")


# Layers


@each_case
def test_layers_are_those_of_the_model(model, dataset):
    training = Training(config_of(model, dataset))
    before = {name: value.clone() for name, value in training.model.state_dict().items()}
    layers = layers_of(training.model, training.dataset.spec)
    assert same(training.model.state_dict(), before)
    assert len({layer.path for layer in layers}) == len(layers)
    for layer in layers:
        module = training.model.get_submodule(layer.path)
        if isinstance(module, torch.nn.Linear):
            assert layer.shape[-1] == module.out_features
            assert layer.weights == (module.in_features + (module.bias is not None)) * module.out_features
    # Every weight that is optimised has its layer, but for a learned σ.
    counted = sum(layer.weights for layer in layers)
    optimised = {id(weight): weight.numel() for part in training.model.optimised_modules().values()
                 for weight in part.parameters()}  # fmt: skip
    assert 0 <= sum(optimised.values()) - counted <= 1


def test_units_are_told_layer_by_layer_and_the_answer_last():
    network, x = made(hidden_sizes=(5, 3)).generator, normal(7, 2)
    found = activations(network, x)
    assert [units.shape[1] for _, units in found] == [5, 3, 2]
    torch.testing.assert_close(found[-1][1], network(x))
    np.testing.assert_array_equal(found[0][1].detach(), network[1](network[0](x)).detach())
