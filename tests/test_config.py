"""A run's configuration: completed, checked in sentences, compared, sent as JSON."""

import pytest
from pydantic import ValidationError

from core import DATASETS, MODELS, RunConfig
from core.dataset import DataSpec
from core.hyperparameters import Hyperparameters, Sizes, knob
from core.sentences import sentences


def refusal(**values) -> str:
    """The one sentence with which these settings are refused."""
    with pytest.raises(ValidationError) as refused:
        RunConfig(**values)
    (sentence,) = sentences(refused.value)
    assert sentence.endswith(".")
    return sentence


def test_is_completed_with_all_defaults():
    config = RunConfig(dataset="ring", model="autoencoder", hyperparameters={"latent_size": 5}, data={"sigma": 0.05})
    assert (config.steps, config.seed) == (3000, 0)
    assert config.hyperparameters == MODELS["autoencoder"].Hyperparameters(latent_size=5)
    assert config.data == DATASETS["ring"].Parameters(sigma=0.05)


@pytest.mark.parametrize(("model", "dataset"), [("vae", "ring"), ("denoising_autoencoder", "two_moons")])
def test_defaults_follow_the_kind_of_data_and_yield_to_what_is_given(model, dataset):
    defaults = MODELS[model].defaults_for[DATASETS[dataset].spec.kind]
    config = RunConfig(dataset=dataset, model=model)
    assert defaults
    assert {name: getattr(config.hyperparameters, name) for name in defaults} == defaults
    on_images = RunConfig(dataset="digits", model=model)
    assert on_images.hyperparameters == MODELS[model].Hyperparameters()
    given = RunConfig(dataset=dataset, model=model, hyperparameters={"latent_size": 7, "reconstruction_loss": "mse"})
    assert given.hyperparameters.latent_size == 7


def test_json_holds_everything_and_comes_back_equal():
    config = RunConfig(
        dataset="grid",
        model="gan",
        steps=123,
        seed=9,
        hyperparameters={"hidden_sizes": (8, 4), "discriminator_sizes": (), "learning_rate": 0.01},
        data={"sigma": 0.02},
    )
    text = config.model_dump_json()
    assert RunConfig.model_validate_json(text) == config
    assert all(f'"{name}":' in text for name in [*MODELS["gan"].Hyperparameters.model_fields, "sigma", "steps", "seed"])


def test_lists_from_json_and_objects_are_taken_alike():
    made = MODELS["autoencoder"].Hyperparameters(hidden_sizes=(8, 4))
    listed = RunConfig(dataset="digits", model="autoencoder", hyperparameters={"hidden_sizes": [8, 4]})
    assert RunConfig(dataset="digits", model="autoencoder", hyperparameters=made) == listed


def test_unknown_names_are_answered_with_the_known_ones():
    sentence = refusal(dataset="digitz", model="vae")
    assert sentence == f"There is no dataset called 'digitz'; choose one of {', '.join(DATASETS)}."
    sentence = refusal(dataset="digits", model="vea")
    assert sentence == f"There is no model called 'vea'; choose one of {', '.join(MODELS)}."


def test_two_mistakes_make_two_sentences():
    with pytest.raises(ValidationError) as refused:
        RunConfig(dataset="digitz", model="vea")
    assert [sentence.split(";")[0] for sentence in sentences(refused.value)] == [
        "There is no dataset called 'digitz'", "There is no model called 'vea'",
    ]  # fmt: skip


@pytest.mark.parametrize("name", [None, 3, [], {}], ids=repr)
@pytest.mark.parametrize("what", ["dataset", "model"])
def test_a_name_of_the_wrong_type_is_refused(what, name):
    assert refusal(**{"dataset": "digits", "model": "vae", what: name}).startswith(f"{what} = ")


@pytest.mark.parametrize("what", ["dataset", "model"])
def test_a_missing_name_is_missed(what):
    values = {"dataset": "digits", "model": "vae"}
    del values[what]
    assert refusal(**values) == f"{what} is missing."


def test_kind_of_data_must_suit_the_model():
    sentence = refusal(dataset="waves", model="vae")
    assert sentence == "Variational autoencoder works on image or vector data; these are sequence data."


def test_codes_of_data_that_need_more_latents_begin_with_as_many():
    begun = {model: RunConfig(dataset="sprites", model=model).hyperparameters.latent_size for model in MODELS
             if "image" in MODELS[model].kinds}  # fmt: skip
    assert begun["vae"] == begun["autoencoder"] == begun["convolutional_vae"] == DATASETS["sprites"].latents == 16
    # More stay more, and what a model says of these very data counts.
    assert begun["sparse_autoencoder"] == 64
    assert begun["beta_tc_vae"] == 10
    assert RunConfig(dataset="digits", model="vae").hyperparameters.latent_size == 2
    assert (
        RunConfig(dataset="sprites", model="vae", hyperparameters={"latent_size": 3}).hyperparameters.latent_size == 3
    )


@pytest.mark.parametrize("model", ["autoencoder", "vae"])
def test_cross_entropy_is_for_values_between_0_and_1(model):
    sentence = refusal(dataset="ring", model=model, hyperparameters={"reconstruction_loss": "bce"})
    assert sentence == ("Reconstruction loss BCE needs values between 0 and 1; these run from -2 to 2. Choose MSE.")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"steps": 0}, "steps = 0 is too small: the smallest allowed is 1."),
        ({"steps": 200_001}, "steps = 200001 is too large: the largest allowed is 200000."),
        ({"steps": 10.5}, "steps = 10.5 does not fit"),
        ({"steps": "10"}, "steps = '10' does not fit"),
        ({"seed": -1}, "seed = -1 is too small: the smallest allowed is 0."),
        ({"seed": 2**31}, "seed = 2147483648 is too large: the largest allowed is 2147483647."),
        ({"seed": True}, "seed = True does not fit"),
        ({"hyperparameters": 3}, "Hyper-parameters are given as a dictionary from name to value, not as 3."),
        ({"hyperparameters": [1]}, "Hyper-parameters are given as a dictionary from name to value, not as [1]."),
        ({"data": {"sigma": 0.1}}, "sigma is not a hyper-parameter here."),
        ({"hyperparameters": {"beta": "{x}"}}, "beta = '{x}' does not fit"),
        ({"speed": 3}, "speed is not"),
    ],
    ids=str,
)
def test_mistakes_are_answered_in_a_sentence(values, sentence):
    assert refusal(dataset="digits", model="vae", **values).startswith(sentence)


@pytest.mark.parametrize("change", [("steps", 3), ("hyperparameters", {}), ("hyperparameters.beta", 2.0)], ids=str)
def test_is_frozen(change):
    config = RunConfig(dataset="digits", model="vae")
    path, value = change
    *holders, name = path.split(".")
    target = getattr(config, holders[0]) if holders else config
    with pytest.raises(ValidationError, match="frozen"):
        setattr(target, name, value)


def test_differences_are_what_differs_and_nothing_else():
    vae = RunConfig(dataset="digits", model="vae")
    assert vae.differences(vae) == {}
    other = RunConfig(dataset="digits", model="vae", seed=4, hyperparameters={"beta": 2.0, "hidden_sizes": (8,)})
    assert vae.differences(other) == {"seed": (0, 4), "hidden_sizes": ((256, 128), (8,)), "beta": (1.0, 2.0)}
    assert other.differences(vae) == {"seed": (4, 0), "hidden_sizes": ((8,), (256, 128)), "beta": (2.0, 1.0)}


def test_differences_between_models_name_what_only_one_has():
    ring = {"dataset": "ring", "data": {"sigma": 0.1}}
    differences = RunConfig(model="vae", **ring).differences(RunConfig(model="gan", dataset="two_moons"))
    assert differences["model"] == ("vae", "gan")
    assert differences["sigma"] == (0.1, 0.08)
    assert differences["beta"] == (1.0, None)
    assert differences["discriminator_sizes"] == (None, (64, 64, 64))
    assert "optimizer" not in differences


class Declared(Hyperparameters):
    """Two knobs to play with."""

    width: int = knob(3, group="Architecture", ge=1, le=9, help="Wider.")
    sizes: Sizes = knob((4,), group="Architecture", help="More.")


class Other(Declared, defaults={"width": 5}, words={"Wider": "Broader"}):
    """The same with another default and another word."""


def test_class_keywords_change_defaults_and_words_and_nothing_else():
    other = Other
    assert (other().width, other().sizes) == (5, (4,))
    assert Declared().width == 3
    width = next(found for found in other.knobs() if found.name == "width")
    assert (width.default, width.low, width.high, width.help, width.group) == (5, 1, 9, "Broader.", "Architecture")
    assert next(found for found in Declared.knobs() if found.name == "width").help == "Wider."
    with pytest.raises(ValidationError) as refused:
        Other(width=10)
    assert sentences(refused.value) == ["width = 10 is too large: the largest allowed is 9."]


def test_a_default_outside_of_its_limits_is_refused_too():
    class Wrong(Declared, defaults={"width": 10}):
        """Beyond the limit."""

    with pytest.raises(ValidationError):
        Wrong()


def test_a_default_of_a_knob_that_is_not_inherited_is_refused():
    with pytest.raises(TypeError, match="inherits no hyper-parameter called 'height'"):

        class Wrong(Declared, defaults={"height": 1}):
            """No such knob."""


def test_knobs_come_group_by_group():
    groups = [found.group for found in MODELS["autoencoder"].Hyperparameters.knobs()]
    assert list(dict.fromkeys(groups)) == ["Architecture", "Corruption", "Sparsity", "Objective", "Optimisation"]
    assert groups == sorted(groups, key=list(dict.fromkeys(groups)).index)


def test_a_knob_reads_as_people_do():
    assert Declared.knobs()[0].label == "Width"
    labels = {found.name: found.label for found in MODELS["vae"].Hyperparameters.knobs()}
    assert labels["latent_size"] == "Latent size"


def test_a_configuration_is_checked_without_reading_a_disk(monkeypatch, tmp_path):
    def read(*arguments, **options):
        raise AssertionError("something was read")

    monkeypatch.setenv("LATENT_LAB_HOME", str(tmp_path / "missing"))
    # A model's parts are imported before: that reads files, too.
    RunConfig(dataset="digits", model="vae")
    spec = DataSpec("vector", (3,), (-4.0, 4.0))
    brought = {"dataset": "upload_0123456789abcdef", "model": "vae", "hyperparameters": {"latent_size": 3}}
    with monkeypatch.context() as patch:
        for opened in ("builtins.open", "io.open", "os.open", "os.stat", "os.scandir"):
            patch.setattr(opened, read)
        config = RunConfig(**brought)
        assert RunConfig.model_validate_json(config.model_dump_json()) == config
        assert RunConfig.for_data(spec, **brought).hyperparameters.latent_size == 3
