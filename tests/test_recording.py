"""The recording of the first visit is the run that a visitor would start."""

import numpy as np
import pytest

from core import RunConfig
from core.query import FIRST_MODEL, WELCOME_DATASET
from core.recording import FILE, from_bytes, record, to_bytes
from tests.making import config_of
from tests.node import computed


def test_a_recording_is_the_beginning_of_each_view_of_its_run():
    *pictures, walk = record(config_of("vae", steps=20), 4)
    steps = [picture.step for picture in pictures]
    assert (steps[0], steps[-1]) == (0, 20)
    assert steps == sorted(set(steps))
    *again, walked = from_bytes(to_bytes(iter([*pictures, walk])))
    # A walk goes around the middle of the prior, and each of its codes is decoded.
    assert np.linalg.norm(walked.codes, axis=1).max() <= 1.5 + 1e-6
    assert walked.samples.shape == (len(walked.codes), 1, 8, 8)
    assert walked.samples.std(axis=0).max() > 0
    assert [picture.metrics for picture in again] == [dict(picture.metrics) for picture in pictures]
    assert again[-1].reconstructions.shape == (13, 1, 8, 8)
    np.testing.assert_array_equal(again[-1].plane, pictures[-1].plane)


# The first visit, drawn again while the recording is on its way, which is lost or comes late; then it is left.
VISIT = """(async () => {
  let [answer, timers] = [null, 0];
  globalThis.fetch = () => new Promise((...ends) => { answer = ends; });
  globalThis.ResizeObserver = class { observe() {} disconnect() { timers -= 1; } };
  globalThis.setTimeout = () => { timers += 1; };
  const [reason, lab] = [{ hidden: true, textContent: "" }, { addEventListener() {}, removeEventListener() {} }];
  const root = { classList: { add() {} }, querySelector: () => reason, closest: () => lab };
  const draw = () => main({ data: {}, parentElement: { querySelector: () => root }, setTriggerValue() {} });
  const [first, second] = [draw(), draw()];
  if (isLeft) second();
  if (isLost) answer[1](new Error("lost"));
  else answer[0]({ ok: false, statusText: "Not found" });
  await new Promise((wake) => setImmediate(wake));
  return [first === second, typeof second, reason.textContent.split(".")[0], timers];
})()"""


@pytest.mark.parametrize("is_lost", [True, False])
def test_a_recording_that_does_not_come_says_so(is_lost):
    found = computed("recording.js", VISIT, isLost=is_lost, isLeft=False)
    assert found == [True, "function", "The recording did not come through", 0]


def test_a_first_visit_that_was_drawn_again_ends_when_it_is_left():
    *_, ended = computed("recording.js", VISIT, isLost=True, isLeft=True)
    assert ended == -1


def test_what_is_shipped_is_small_and_of_the_first_dataset_and_model():
    assert FILE.stat().st_size <= 300_000
    config = RunConfig(dataset=WELCOME_DATASET, model=FIRST_MODEL)
    *shipped, walk = from_bytes(FILE.read_bytes())
    assert set(walk.views) == {"codes", "samples"}
    assert shipped[-1].step == shipped[-1].steps == config.steps
    # Before the first step nothing but the seed, the defaults and the data have a say.
    first, _ = record(config, 1)
    np.testing.assert_allclose(shipped[0].plane, first.plane, atol=1e-4)
