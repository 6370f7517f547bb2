"""The address is the configuration: written short, read back the same, answered in sentences where it is wrong."""

import json
import random
from urllib.parse import parse_qs, urlencode

import pytest

from core import DATASETS, MODELS, RunConfig
from core.dataset import Card, DataSpec, Source
from core.hyperparameters import Names
from core.preprocessing import expected
from core.query import first_model, models_for, text_of
from core.uploads.shelf import unread
from tests.model_cases import refused_by

each_model = pytest.mark.parametrize("model", MODELS)
UPLOAD = "upload_0123456789abcdef"


def brought(title: str = "leaves", low: float = -4.0) -> Source:
    return Source(DataSpec("vector", (3,), (low, 1.0)), Card(title, "", "", ""), (16, 4), unread)


def read(**query) -> RunConfig:
    """What a right address says."""
    config, mistakes = RunConfig.from_query(query)
    assert mistakes == []
    return config


def any_value(knob, spec: DataSpec, rng: random.Random):
    """A value of the knob inside its limits, its bounds among them."""
    if knob.type == Names:
        return tuple(rng.sample(spec.label_names, rng.randint(0, max(0, len(spec.label_names) - 1))))
    if knob.choices:
        return rng.choice(knob.choices)
    if knob.type is tuple:
        return tuple(rng.choice([1, 7, 1024, rng.randint(1, 1024)]) for _ in range(rng.randint(0, 6)))
    if knob.type is int:
        return rng.choice([knob.low, knob.high, rng.randint(knob.low, knob.high)])
    return rng.choice(
        [knob.low, knob.high, rng.uniform(knob.low, knob.high), round(rng.uniform(knob.low, knob.high), 3)]
    )


def any_config(dataset: str, model: str, spec: DataSpec, rng: random.Random) -> RunConfig:
    """Steps, seed and about half of all knobs at random."""

    def half_of(knobs) -> dict:
        return {knob.name: any_value(knob, spec, rng) for knob in knobs if rng.random() < 0.5}

    data = half_of(RunConfig.for_data(spec, dataset=dataset, model=model).data.knobs())
    begin = RunConfig.for_data(spec, dataset=dataset, model=model, data=data)
    turned = half_of(begin.hyperparameters.knobs())
    if turned.get("reconstruction_loss") in refused_by(expected(spec, begin.data)):
        turned.pop("reconstruction_loss")
    top = {"steps": rng.randint(1, 200_000), "seed": rng.randint(0, 2**31 - 1)}
    hyperparameters = {**dict(begin.hyperparameters), **turned}
    return RunConfig.for_data(spec, dataset=dataset, model=model, **top, data=data, hyperparameters=hyperparameters)


def datasets_for(model: str) -> list[str]:
    return [name for name, source in DATASETS.items() if source.spec.kind in MODELS[model].kinds]


@each_model
def test_every_configuration_comes_back_from_its_address(model):
    for dataset in datasets_for(model):
        rng = random.Random(f"{model} {dataset}")
        for config in (
            RunConfig(dataset=dataset, model=model),
            *(any_config(dataset, model, DATASETS[dataset].spec, rng) for _ in range(2)),
        ):
            query = config.to_query()
            assert read(**query) == config
            assert read(**parse_qs(urlencode(query))) == config


@each_model
def test_what_a_dataset_and_a_model_begin_with_goes_without_saying(model):
    for dataset in datasets_for(model):
        assert RunConfig(dataset=dataset, model=model).to_query() == {"dataset": dataset, "model": model}


@pytest.mark.parametrize("model", models_for(brought().spec))
@pytest.mark.parametrize("low", [-4.0, 0.0])
def test_datasets_that_were_brought_come_back_too(model, low):
    source = brought(low=low)
    begin = RunConfig.for_data(source.spec, dataset=UPLOAD, model=model)
    assert begin.to_query(source.spec) == {"dataset": UPLOAD, "model": model}
    rng = random.Random(model)
    for config in (begin, *(any_config(UPLOAD, model, source.spec, rng) for _ in range(3))):
        for query in (config.to_query(source.spec), config.to_query()):
            assert RunConfig.from_query(query, {UPLOAD: source}) == (config, [])


def test_changes_belong_to_a_run_and_not_to_an_address():
    config = RunConfig(dataset="ring", model="gan").changed(5, {"learning_rate": 0.5})
    assert config.to_query() == {"dataset": "ring", "model": "gan"}


@pytest.mark.parametrize(
    ("value", "text"),
    [(200_000, "200000"), (1.0, "1"), (0.001, "0.001"), (1e-05, "1e-05"), (0.1 + 0.2, "0.30000000000000004"),
     ((256, 128), "256-128"), ((8,), "8"), ((), "none"), ("leaky_relu", "leaky_relu")],
    ids=str,
)  # fmt: skip
def test_values_are_written_short_and_exactly(value, text):
    assert text_of(value) == text


@pytest.mark.parametrize("query", [{}, {"dataset": "digits"}, {"model": "vae"}], ids=str)
def test_what_is_left_out_begins_with_its_default(query):
    assert read(**query) == RunConfig(dataset="digits", model="vae")


def test_data_that_the_first_model_does_not_accept_begin_with_another():
    assert read(dataset="waves").model == first_model(DATASETS["waves"].spec) == "recurrent_autoencoder"


OLD = [
    ({"dataset": "Ring of 8 Gaussians", "model": "GAN"}, {"dataset": "ring", "model": "gan"}),
    ({"dataset": "Digits", "model": "Variational autoencoder"}, {"dataset": "digits", "model": "vae"}),
    ({"dataset": "MNIST · about 12 MB, fetched once"}, {"dataset": "mnist", "model": "vae"}),
    ({"steps": "200,000"}, {"dataset": "digits", "model": "vae", "steps": "200000"}),
    ({"hidden_sizes": "128 – 64"}, {"dataset": "digits", "model": "vae", "hidden_sizes": "128-64"}),
    ({"hidden_sizes": "none"}, {"dataset": "digits", "model": "vae", "hidden_sizes": "none"}),
    ({"reconstruction_loss": "mse"}, {"dataset": "digits", "model": "vae", "reconstruction_loss": "mse"}),
    ({"activation": "leaky relu"}, {"dataset": "digits", "model": "vae", "activation": "leaky_relu"}),
    (
        {"dataset": "Sprites", "left_out": "hearts on the right"},
        {"dataset": "sprites", "model": "vae", "combination_left_out": "hearts on the right"},
    ),
    (
        {"dataset": "ring", "model": "gan", "critic_learning_rate": "0.01", "players": "critic", "averaging": "0.5"},
        {
            "dataset": "ring",
            "model": "gan",
            "discriminator_learning_rate": "0.01",
            "players": "discriminator",
            "ema_decay": "0.5",
        },
    ),
    (
        {"dataset": "ring", "model": "gan", "critic_sizes": "32 – 32", "critic_steps": "3"},
        {"dataset": "ring", "model": "gan", "discriminator_sizes": "32-32", "discriminator_steps": "3"},
    ),
]


@pytest.mark.parametrize(("old", "new"), OLD, ids=str)
def test_addresses_of_version_0_3_are_read(old, new):
    assert read(**old).to_query() == read(**new).to_query() == new


def test_version_0_3_named_what_was_brought_by_title():
    other = "upload_fedcba9876543210"
    uploads = {UPLOAD: brought("leaves · dry"), other: brought("Digits")}
    for title, name in (("leaves · dry", UPLOAD), ("Digits (3210)", other), ("Digits", "digits")):
        config, mistakes = RunConfig.from_query({"dataset": title}, uploads)
        assert (config.dataset, mistakes) == (name, [])


WRONG = [
    ("seed", "1e309", "seed = 1e309 is not a whole number."),
    ("seed", "-1", "seed = -1 is too small: the smallest allowed is 0."),
    ("steps", "abc", "steps = abc is not a whole number."),
    ("steps", "", "steps =  is not a whole number."),
    ("steps", "0", "steps = 0 is too small: the smallest allowed is 1."),
    ("steps", "9" * 5000, f"steps = {'9' * 60}… is not a whole number."),
    ("latent_size", "257", "latent_size = 257 is too large: the largest allowed is 256."),
    ("latent_size", "2.5", "latent_size = 2.5 is not a whole number."),
    ("beta", "x", "beta = x is not a number."),
    ("beta", "nan", "beta = nan is not a finite number."),
    ("beta", "1e309", "beta = inf is not a finite number."),
    ("hidden_sizes", "a-b", "hidden_sizes = a-b is not none or a list of sizes such as 256-128."),
    ("hidden_sizes", "0-7", "hidden_sizes.0 = 0 is too small: the smallest allowed is 1."),
    ("hidden_sizes", "1-1-1-1-1-1-1", "hidden_sizes = (1, 1, 1, 1, 1, 1, 1) is too long: at most 6 entries."),
    ("optimizer", "magic", "optimizer = 'magic' is not a choice: take 'adam', 'sgd' or 'rmsprop'."),
    ("clip", "0.1", "clip is nothing that can be set for Variational autoencoder on these data."),
    ("<b>", "{x}", "<b> is nothing that can be set for Variational autoencoder on these data."),
]


@pytest.mark.parametrize(("name", "text", "sentence"), WRONG, ids=lambda value: value[:20])
def test_what_an_address_gets_wrong_is_said_and_the_rest_is_honoured(name, text, sentence):
    config, mistakes = RunConfig.from_query({"dataset": "fashion", name: text, "kl_warmup": "7"})
    assert mistakes == [sentence]
    assert config == RunConfig(dataset="fashion", model="vae", hyperparameters={"kl_warmup": 7})


@pytest.mark.parametrize(
    ("query", "dataset", "model", "sentence"),
    [
        ({"dataset": "foo"}, "digits", "vae", "The dataset 'foo' of this address is not here, or not any more; Digits"),
        ({"dataset": UPLOAD}, "digits", "vae", f"The dataset '{UPLOAD}' of this address is not here"),
        ({"model": "foo"}, "digits", "vae", "There is no model called 'foo'; Variational autoencoder is"),
        ({"dataset": "ring", "reconstruction_loss": "bce"}, "ring", "vae", "Reconstruction loss BCE needs values"),
        (
            {"dataset": "waves", "model": "gan", "discriminator_steps": "3"},
            "waves",
            "recurrent_autoencoder",
            "GAN works on image or vector data; these are sequence data. Recurrent autoencoder is taken instead.",
        ),
    ],
    ids=str,
)  # fmt: skip
def test_another_dataset_or_model_stands_in_and_keeps_what_fits(query, dataset, model, sentence):
    config, mistakes = RunConfig.from_query({**query, "latent_size": "5"})
    assert len(mistakes) == 1
    assert mistakes[0].startswith(sentence)
    assert config == RunConfig(dataset=dataset, model=model, hyperparameters={"latent_size": 5})


def test_of_several_values_the_last_is_taken():
    config, mistakes = RunConfig.from_query(
        {"seed": ["1", "2"], "averaging": "0.5", "ema_decay": "0.5", "model": "gan"}
    )
    assert mistakes == ["seed has several values, 1, 2: the last one is taken."]
    assert (config.seed, config.hyperparameters.ema_decay) == (2, 0.5)


@pytest.mark.parametrize(("dataset", "named", "norm"), [
    ("digits", {}, "off"),
    ("digits", {"r1": "0"}, "on"),
    ("digits", {"r1": "0", "batch_norm": "off"}, "off"),
    ("sprites", {}, "on"),
    ("sprites", {"r1": "0.1"}, "off"),
    ("sprites", {"objective": "wasserstein_gp"}, "off"),
    ("sprites", {"r1": "0.1", "batch_norm": "on"}, "on"),
])  # fmt: skip
def test_an_address_without_the_batch_norm_has_what_version_0_3_had(dataset, named, norm):
    config, mistakes = RunConfig.from_query({"dataset": dataset, "model": "dcgan", **named})
    assert (config.hyperparameters.batch_norm, mistakes) == (norm, [])
    assert RunConfig.from_query(config.to_query()) == (config, [])


@pytest.mark.parametrize(("model", "dataset", "r1", "name", "had"), [
    ("dcgan", "digits", 0.0, "batch_norm", "on"),
    ("dcgan", "sprites", 0.1, "batch_norm", "off"),
    ("gan", "ring", 0.1, "fourier_octaves", 0),
])  # fmt: skip
def test_a_configuration_stored_before_a_knob_existed_keeps_what_it_had(model, dataset, r1, name, had):
    stored = RunConfig(dataset=dataset, model=model, hyperparameters={"r1": r1}).model_dump(mode="json")
    del stored["hyperparameters"]["components"], stored["hyperparameters"][name]
    assert getattr(RunConfig.model_validate_json(json.dumps(stored)).hyperparameters, name) == had
