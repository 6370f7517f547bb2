"""Archives that were once read as something else, or not at all, and what they must become."""

import json

import numpy as np
import pyarrow as pa
import pytest

from core.errors import UploadError
from core.uploads.parse.decode import decode
from core.uploads.reading import read_upload
from tests import files
from tests.files import lines


def test_an_archive_in_an_archive_is_told():
    inner = files.zipped({name: files.picture(files.pixels(i)) for i, name in enumerate(("a.png", "b.png"))})
    with pytest.raises(UploadError, match="ZIP archive inside the ZIP archive"):
        decode("a.zip", files.zipped({"pictures.zip": inner}))


def test_labels_stand_in_the_names_of_pictures_behind_a_number_too():
    pictures = {f"{i:03}_{['cat', 'dog'][i % 2]}.png": files.picture(files.pixels(i)) for i in range(24)}
    raw = decode("a.zip", files.zipped(pictures))
    assert set(raw.words["name"].names) == {"cat", "dog"}
    assert raw.notices[-1].startswith("Unsure: labels were taken from names of files (cat, dog)")


def test_sounds_of_any_rate_are_read_and_those_of_another_left_out(monkeypatch):
    monkeypatch.setattr("core.uploads.parse.sounds.CELLS", 21 * 700)
    sounds = {f"{'ab'[i % 2]}/{i}.wav": files.wav(files.tone(0.5, 2000), 2000) for i in range(21)}
    raw = decode("a.zip", files.zipped({**sounds, "a/other.wav": files.wav(files.tone(0.5))}))
    assert (raw.values.shape, raw.rate) == ((21, 672), 2000)
    assert any("of another rate than 2,000 Hz" in notice for notice in raw.notices)


@pytest.mark.parametrize("data", ["t.csv", "a.gif", "a.npy"])
def test_json_beside_data_is_about_them(data):
    made = {"t.csv": lines("a,b", "{i},{x}"), "a.gif": files.stack(30, "GIF"), "a.npy": files.npy(files.table())}
    members = {data: made[data], "datapackage.json": files.json({"name": "mine", "resources": [{"path": data}]})}
    assert len(decode("a.zip", files.zipped(members)).values) == 30


def test_a_table_beside_pictures_is_told():
    archive = files.zipped({**files.pictures(), "train.csv": lines("id,label", "{i},{w}")})
    assert files.told(decode("a.zip", archive), "second file").startswith("Table train.csv stands beside the pictures")


def test_a_plot_beside_a_table_leaves_it_a_table():
    archive = files.zipped({"data/t.csv": lines("a,b", "{i},{x}"), "data/plot.png": files.picture(files.pixels())})
    assert decode("a.zip", archive).names == ("a", "b")


def test_a_class_called_mask_is_one():
    pictures = {f"{'mask' if i % 2 else 'face'}/{i}.png": files.picture(files.pixels(i)) for i in range(24)}
    assert set(decode("a.zip", files.zipped(pictures)).words["folder"].names) == {"mask", "face"}
    alike = {name.replace("face", "no_mask"): data for name, data in pictures.items()}
    assert set(decode("a.zip", files.zipped(alike)).words["folder"].names) == {"mask", "no_mask"}


def test_masks_of_pictures_are_left_out():
    names = [f"{kind}/{i}.png" for kind in ("images", "masks") for i in range(24)]
    raw = decode("a.zip", files.zipped({name: files.picture(files.pixels(i)) for i, name in enumerate(names)}))
    assert len(raw.values) == 24


def test_folders_for_training_and_testing_are_no_classes():
    names = [f"{'train' if i % 3 else 'test'}/{'cat' if i % 2 else 'dog'}.{i}.png" for i in range(24)]
    raw = decode("a.zip", files.zipped({name: files.picture(files.pixels(i)) for i, name in enumerate(names)}))
    assert set(raw.words["name"].names) == {"cat", "dog"}


def test_folders_of_office_are_folders():
    names = [f"{'xl' if i % 2 else 'word'}/{i}.png" for i in range(24)]
    raw = decode("a.zip", files.zipped({name: files.picture(files.pixels(i)) for i, name in enumerate(names)}))
    assert set(raw.words["folder"].names) == {"xl", "word"}


def test_a_locked_table_is_said_to_be_locked():
    with pytest.raises(UploadError, match="locked by a password"):
        decode("a.zip", files.encrypted(files.zipped({"t.csv": lines("a,b", "{i},{x}")})))


@pytest.mark.parametrize("format", ["parquet", "feather"])
@pytest.mark.parametrize("is_field", [True, False])
def test_pictures_in_the_cells_of_a_table_are_read_with_their_labels(format, is_field):
    drawn = [files.picture(files.pixels(i)) for i in range(24)]
    drawn[3], drawn[5] = drawn[3][:40], None
    cells = [{"bytes": data, "path": None} for data in drawn] if is_field else drawn
    table = pa.table({"image": cells, "label": [i % 3 for i in range(24)]})
    told = {"info": {"features": {"label": {"names": ["cat", "dog", "owl"]}}}}
    table = table.replace_schema_metadata({"huggingface": json.dumps(told)})
    upload = read_upload(f"a.{format}", files.arrow(table, format))
    rows = [i for i in range(24) if i not in (3, 5)]
    assert upload.x.shape == (22, 1, 8, 8)
    assert [upload.spec.label_names[i] for i in upload.y] == [("cat", "dog", "owl")[i % 3] for i in rows]
    assert np.allclose(upload.x[4, 0].numpy() * 255, files.pixels(6), atol=1)
    assert any("row" in notice and "without a picture" in notice for notice in upload.notices)


def test_sounds_in_the_cells_of_a_table_are_told():
    table = {"audio": [{"bytes": files.wav(files.tone(0.1)), "path": "a.wav"}] * 24, "label": [0, 1] * 12}
    with pytest.raises(UploadError, match=r"column audio is a file, the first of them a WAV sound.*pack them as a ZIP"):
        decode("a.parquet", files.arrow(table, "parquet"))
