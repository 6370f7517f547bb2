"""From a run that cannot be used so to one that can: the model must be able to, and data must have what is asked."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from core import DATASETS
from core.home import Home
from core.protocol import Status
from pages.ui import leading
from pages.ui.laboratory import Laboratory
from pages.ui.use_table import USES, lead_on
from tests.making import config_of, new_record


def finished(id, model, dataset):
    return replace(new_record(config_of(model, dataset)), id=id, status=Status.FINISHED)


@pytest.fixture
def led(tmp_path, monkeypatch):
    """Where a use leads from one of several runs: what is said, what the button says, and the run that it opens."""

    def led(use, record, *others):
        said = []
        store = SimpleNamespace(all=lambda: [record, *others])
        monkeypatch.setattr(Laboratory, "engine", SimpleNamespace(store=store, home=Home(tmp_path)))
        monkeypatch.setattr(leading, "mine", list)
        monkeypatch.setattr(leading, "catalogue", lambda: list(DATASETS))

        def button(label, args=(None,), **how):
            said.extend([label, args[0] and args[0].id])

        monkeypatch.setattr(leading, "st", SimpleNamespace(info=said.append, button=button))
        lead_on(record, USES[use])
        return said

    return led


def test_a_run_whose_data_lack_what_is_asked_for_leads_to_no_other_of_that_kind(led):
    gan, plain, sprites = (finished(*each) for each in (
        ("a", "gan", "sprites"), ("b", "autoencoder", "digits"), ("c", "beta_tc_vae", "sprites")))  # fmt: skip
    sentence, label, run = led("disentanglement", gan, plain)
    assert sentence.startswith("GAN · Sprites, the run on screen: it has no codes that it decodes")
    assert (label, run) == ("Train Autoencoder on these data", None)
    assert led("disentanglement", gan, plain, sprites)[2] == "c"
    sentence, label, run = led("disentanglement", plain, gan)
    assert sentence == "Autoencoder · Digits, the run on screen: what its data were made from is not known."
    # Of pictures these alone.
    assert (label, run) == ("Train Autoencoder on Sprites", None)
    assert led("disentanglement", plain, gan, sprites)[2] == "c"


@pytest.mark.parametrize("use", ["few_labels", "augmentation"])
def test_without_labels_there_is_a_way_to_data_with_some(led, use):
    bare = finished("a", "autoencoder", "swiss_roll")
    bare = replace(bare, spec=replace(bare.spec, label_names=()))
    sentence, label, _ = led(use, bare, replace(bare, id="b"))
    assert sentence.endswith("its data have no labels, so there is nothing to classify.")
    assert label.startswith("Train Autoencoder on ")
    assert led(use, bare, finished("b", "gan", "digits"))[2] == "b"
    told = finished("c", "conditional_vae", "digits")
    assert "it was given all labels already" in led(use, told, bare)[0]
