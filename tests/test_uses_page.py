"""Uses of a model in a real browser: a file of codes, a hole that is filled."""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core.analysis.code_file import read
from pages.ui.scripts import address

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("second browser")]


def test_codes_are_a_file_and_what_has_none_leads_to_a_run_that_has(tab, vae, gan):
    tab.visit("uses", run=gan, use="compression")
    expect(tab.page.get_by_text("its codes cannot be decoded")).to_be_visible()
    tab.press("lead")
    expect(tab.key("rate_distortion", ".js-plotly-plot")).to_be_visible()
    tab.page.wait_for_url(lambda url: gan not in url)
    tab.visit("uses", run=vae, use="compression")
    with tab.page.expect_download() as saved:
        tab.press("save_codes")
    file = Path(saved.value.path()).read_bytes()
    assert read(file).shape == (180, 2)
    brought = tab.key("open_codes", "input[type=file]")
    brought.set_input_files({"name": "back.codes", "mimeType": "", "buffer": file})
    expect(tab.page.get_by_text(f"The file that you brought: {len(file):,} bytes")).to_be_visible()
    brought.set_input_files({"name": "bad.codes", "mimeType": "", "buffer": file[:-1]})
    expect(tab.page.get_by_text("This file of codes is damaged")).to_be_visible()
    # Nothing was left out of training here.
    tab.page.get_by_role("radio", name="Anomalies").click()
    expect(tab.page.get_by_text("no class was left out of training")).to_be_visible()
    expect(tab.key("detected", ".js-plotly-plot")).to_be_visible()
    tab.key("flagged", "input").press("End")
    expect(tab.page.get_by_text(re.compile("^178$"))).to_be_visible()
    tab.settle()
    with tab.page.expect_download() as saved:
        tab.press("save_scores")
    scored = list(csv.DictReader(Path(saved.value.path()).read_text().splitlines()))
    assert [line["flagged"] for line in scored].count("yes") == 178
    assert {line["class"] for line in scored} == set("0123456789")
    assert sorted(int(line["This model's error, rank"]) for line in scored) == list(range(1, 181))
    tab.page.get_by_role("radio", name="Disentanglement").click()
    expect(tab.page.get_by_text("what its data were made from is not known")).to_be_visible()
    tab.page.get_by_role("radio", name="Completion").click()
    expect(tab.key("gallery_completed", "canvas").first).to_be_visible()
    # The standard hole is searched for in ten slices, and so is one that is brushed.
    hole, said = tab.key("brushed", ".lab"), tab.key("brushed", "p")
    expect(said).to_have_text(re.compile(r"^MSE in the hole [^,;]+, of the mean sample [^,;]+$"))
    assert int(hole.get_attribute("data-answers")) == 10
    tab.key("brushed", ".clear").click()
    expect(said).to_contain_text("Brush over the sample")
    tab.key("brushed", ".brushed").click(position={"x": 5, "y": 5})
    expect(said).to_have_text(re.compile(r"^MSE in the hole [^,;]+, of the mean sample [^,;]+$"))
    assert int(hole.get_attribute("data-answers")) == 20


# Walls of two times, the first dark, the second bright, on a page of their own: what stands at the slider, how bright
# the sample is and what it is called, at first, after the slider was dragged, and when it was played to its end.


UNANSWERED = """async (script) => {
  globalThis.WebSocket = class extends EventTarget {
    send() {}
    close() {}
  };
  const { default: hole } = await import(script);
  document.body.innerHTML = '<style>canvas { display: block; width: 400px }</style><div><div class="lab"></div></div>';
  const pack = (values) => btoa(String.fromCharCode(...values));
  const places = Array.from({ length: 16 }, (_, i) => Number(![5, 6, 9, 10].includes(i)));
  const look = { kind: "picture", alphabet: "", rate: null };
  const samples = pack(places.map(() => 255));
  const data = { run: "r", look, samples, shape: [1, 1, 4, 4], holes: pack(places), fills: 4 };
  const parentElement = document.body.lastChild;
  const leave = hole({ data, parentElement });
  const canvas = parentElement.querySelector(".filled");
  const colour = (x, y) => [...canvas.getContext("2d").getImageData(x, y, 1, 1).data].slice(0, 3);
  const white = (x, y) => String(colour(x, y)) === "255,255,255";
  const [wide, high] = [canvas.width / 4, canvas.height];
  const seen = [wide / high, white(1.5 * wide, 0.5 * high), white(1.2 * wide, 0.1 * high)];
  leave();
  return [parentElement.querySelector("p").textContent, ...seen];
}"""


def test_before_a_hole_is_filled_the_sample_stands_there_with_its_hole(tab, server):
    tab.page.goto(f"{server.url}/_stcore/health")
    said, ratio, *white = tab.page.evaluate(UNANSWERED, address("hole.js"))
    assert said == "Searching …"
    assert ratio == pytest.approx(1, abs=0.05)
    assert white == [False, True]


# How far two points are on their way from (0, 0) and (8, 4) to (10, 0) and (8, 4), on which scales; null at their goal.
