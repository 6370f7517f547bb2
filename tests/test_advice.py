"""What to turn to see the number of a use change: settings that the run has, called as its knobs are."""

from dataclasses import replace

import pytest

from core import DATASETS, MODELS
from pages.ui.advice import what_to_turn
from pages.ui.use_table import USES
from tests.making import config_of, new_record

# Every model on data of each kind that it takes.
RUNS = [
    (model, dataset)
    for dataset in ("digits", "wine", "ring", "waves", "surnames")
    for model in MODELS
    if DATASETS[dataset].spec.kind in MODELS[model].kinds
]


def said(use, model, dataset, **knobs):
    return what_to_turn(new_record(config_of(model, dataset, **knobs)), USES[use].advice)


@pytest.mark.parametrize("use", USES)
def test_there_is_something_to_turn_wherever_there_is_something_to_see(use):
    spec = {dataset: DATASETS[dataset].spec for _, dataset in RUNS}
    able = [(model, dataset) for model, dataset in RUNS if USES[use].can(MODELS[model], spec[dataset])]
    silent = {model for model, dataset in able if not said(use, model, dataset)}
    # Points that flow themselves have a code that is as large as they are.
    assert silent <= {"flow_matching"}


def test_what_a_run_has_not_is_not_named():
    assert said("completion", "denoising_autoencoder", "digits").startswith("Noise on Train: after training with ")
    # One that searches among its codes is filled in no pass.
    for model, dataset in (("vae", "digits"), ("adversarial_autoencoder", "digits"), ("recurrent_gan", "surnames")):
        assert said("completion", model, dataset).startswith("Latent size on Train: ")
    assert said("compression", "vq_vae", "digits").startswith("Number of codes and code book's size on Train: ")
    assert "Latent size" not in said("few_labels", "flow_matching", "ring", space="samples")
    assert said("few_labels", "autoregressive", "waves").startswith("Hidden size and steps on Train; ")


def test_nobody_is_told_to_leave_out_classes_that_there_are_not():
    record = new_record(config_of("autoencoder", "wine"))
    unlabelled = replace(record, spec=replace(record.spec, label_names=()))
    assert "Left out of training on Train, " in what_to_turn(record, USES["anomalies"].advice)
    assert "Left out" not in what_to_turn(unlabelled, USES["anomalies"].advice)
