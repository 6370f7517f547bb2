"""Files in which others are packed, and arrays in groups: tar and HDF5."""

import bz2
import gzip
import io
import lzma
import tarfile

import h5py
import numpy as np
import pytest

from core.errors import UploadError
from core.uploads.parse.decode import WANTED, decode
from core.uploads.parse.format import Format
from core.uploads.parse.formats import FORMATS, NAMED
from core.uploads.reading import read_upload
from tests import files

PICTURES = files.pictures(24)
TABLE = files.csv(files.table(), ["a", "b", "c"])
X = files.table(24, 6)
Y = np.arange(24) % 3


@pytest.mark.parametrize(
    ("name", "pack"),
    [
        ("a.tar", bytes),
        ("a.tar.gz", gzip.compress),
        ("a.tgz", gzip.compress),
        ("a.tar.bz2", bz2.compress),
        ("a.tar.xz", lzma.compress),
    ],
)
def test_a_tar_archive_is_read_as_a_zip_is(name, pack):
    tarred, zipped = read_upload(name, pack(files.tar(PICTURES))), read_upload("a.zip", files.zipped(PICTURES))
    assert np.array_equal(tarred.x, zipped.x)
    assert tarred.y.tolist() == zipped.y.tolist()


def test_the_one_table_of_a_tar_archive_is_read():
    assert decode("a.tar", files.tar({"README.txt": b"about", "data/t.csv": TABLE})).names == ("a", "b", "c")


def recording(seed: int, rows: int = 30) -> bytes:
    return files.csv(files.table(rows, 2, seed), ["u", "v"])


def test_tables_of_a_recording_each_are_series_labelled_by_their_folders():
    members = {f"{'ab'[i % 2]}/{i}.csv": recording(i) for i in range(24)}
    upload = read_upload("t.zip", files.zipped({**members, "a/damaged.csv": b"u,v\n\0"}), scaling="none")
    assert np.allclose(upload.x, np.stack([files.table(30, 2, i) for i in range(24)]))
    assert upload.y.tolist() == [i % 2 for i in range(24)]
    assert files.told(upload, "24 tables with the same columns became one")
    assert files.told(upload, "Left out: 1 table that cannot be read (the first: a/damaged.csv")


def test_arrays_of_a_sample_each_are_stacked_and_labelled_by_their_folders():
    x = np.arange(24 * 9 * 9).reshape(24, 9, 9) % 251 / 7
    folders = {f"{'ab'[i % 2]}/{i}.npy": files.npy(x[i]) for i in range(24)}
    upload = read_upload("a.zip", files.zipped({"a/": b"", **folders, "__MACOSX/a/._0.npy": b"\0"}))
    assert upload.x.shape == (24, 1, 9, 9)
    assert upload.spec.label_names == ("a", "b")
    kinds = files.csv([[f"s{i}", "uv"[i // 12]] for i in reversed(range(24))], ["file", "kind"])
    upload = read_upload("a.npz", files.npz(**{f"s{i}": x[i, 0] for i in range(24)}), ("kinds.csv", kinds))
    assert upload.x.shape == (24, 9)
    assert upload.y.tolist() == [0] * 12 + [1] * 12


def test_single_columns_of_numbers_are_recordings():
    members = {f"{'ab'[i % 2]}{i:03}.txt": "\n".join(map(str, range(i, i + 40))).encode() for i in range(24)}
    upload = read_upload("eeg.zip", files.zipped(members), scaling="none")
    assert upload.x[:, :, 0].tolist() == [[*range(i, i + 40)] for i in range(24)]
    assert upload.spec.label_names == ("a", "b")


def test_few_tables_with_the_same_columns_are_one_and_say_which_file_a_row_is_of():
    upload = read_upload("wine.zip", files.zipped({"red.csv": recording(0), "white.csv": recording(1, 20)}))
    assert upload.x.shape == (50, 2)
    assert upload.spec.label_names == ("red.csv", "white.csv")
    assert upload.y.tolist() == [0] * 30 + [1] * 20


@pytest.mark.parametrize(
    "other", [recording(1).replace(b"v", b"w", 1), files.csv(files.table(30, 3)), b"one word\nand others\n" * 9]
)
def test_tables_with_other_columns_are_refused(other):
    with pytest.raises(UploadError, match=r"2 tables .* choose one of them as the part of the file, or bring some"):
        read_upload("t.zip", files.zipped({"a.csv": recording(0), "b.csv": other}))


def test_tables_that_are_too_large_together_are_refused(monkeypatch):
    monkeypatch.setattr("core.uploads.parse.recordings.MOST", 100)
    with pytest.raises(UploadError, match="more than 100 cells together"):
        read_upload("t.zip", files.zipped({"a.csv": recording(0), "b.csv": recording(1)}))


def test_links_and_devices_in_a_tar_archive_are_left_out_and_nothing_leaves_it():
    stream = io.BytesIO(files.tar({"../../t.csv": TABLE}))
    with tarfile.open(fileobj=stream, mode="a") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo("passwords.csv")
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    raw = decode("a.tar", stream.getvalue())
    assert raw.names == ("a", "b", "c")
    assert any("Left out: 2 members being no plain file" in notice for notice in raw.notices)


def test_names_in_a_tar_archive_that_are_no_utf_8_stay_apart():
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT, encoding="latin-1") as archive:
        for i in range(24):
            data = files.picture(files.pixels(i))
            info = tarfile.TarInfo(f"{'èé'[i % 2]}/{i // 2}.png")
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    raw = decode("a.tar", stream.getvalue())
    assert raw.words["folder"].names == ("è", "é")
    assert len(raw.values) == 24


def test_a_tar_archive_that_is_too_large_or_cut_short_is_refused(monkeypatch):
    data = files.tar(PICTURES)
    with pytest.raises(UploadError, match="cannot be read to its end"):
        decode("a.tar", data[:1000])
    monkeypatch.setattr("core.uploads.parse.tars.UNPACKED", 1000)
    with pytest.raises(UploadError, match="no more is unpacked"):
        decode("a.tar", data)


@pytest.mark.parametrize(
    ("arrays", "shape"),
    [
        ({"x": X, "y": Y}, (24, 6)),
        ({"train__x": X, "train__y": Y, "about": np.arange(3)}, (24, 6)),
        ({"images": np.arange(24 * 64).reshape(24, 8, 8) % 251, "labels": Y}, (24, 1, 8, 8)),
        ({"x": X, "labels": np.array([f"kind {i}" for i in Y], h5py.string_dtype())}, (24, 6)),
        ({"train__x": X, "train__y": Y, "test__x": X[:9], "test__y": Y[:9]}, (24, 6)),
        ({"train__x": X, "train__y": Y, "test__x": X[:9] * 9, "test__y": Y[::-1]}, (24, 6)),
    ],
)
def test_arrays_of_hdf5_are_samples_and_labels(arrays, shape):
    upload = read_upload("a.h5", files.h5(**arrays), scaling="none")
    assert upload.x.shape == shape
    assert upload.y.tolist() == Y.tolist()
    assert shape != (24, 6) or np.allclose(upload.x, X)


def test_matlab_7_3_stands_its_dimensions_the_other_way_round():
    stream = io.BytesIO()
    with h5py.File(stream, "w", userblock_size=512) as file:
        file["X"], file["y"], file["name"] = X.T, Y[None], np.frombuffer(b"data", np.uint8).astype(np.uint16)
        file["name"].attrs["MATLAB_class"] = np.bytes_("char")
    data = b"MATLAB 7.3 MAT-file".ljust(512) + stream.getvalue()[512:]
    upload = read_upload("a.mat", data, scaling="none")
    assert np.allclose(upload.x, X)
    assert upload.y.tolist() == Y.tolist()


def test_what_lies_in_other_files_is_not_read(tmp_path):
    stream = io.BytesIO()
    (tmp_path / "secret").write_bytes(bytes(8 * 100))
    (tmp_path / "other.h5").write_bytes(files.h5(x=X))
    with h5py.File(stream, "w") as file:
        file.create_dataset("x", (100,), "f8", external=[(str(tmp_path / "secret"), 0, 800)])
        file["z"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "x")
        virtual = h5py.VirtualLayout(X.shape, X.dtype)
        virtual[:] = h5py.VirtualSource(str(tmp_path / "other.h5"), "x", X.shape)
        file.create_virtual_dataset("v", virtual)
    with pytest.raises(UploadError, match="holds no array of numbers"):
        decode("a.h5", stream.getvalue())


def test_parts_of_sparse_matrices_that_lie_in_other_files_are_not_read(tmp_path):
    (tmp_path / "secret").write_bytes(bytes(800))
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        group = file.create_group("X")
        group.attrs["shape"] = (30, 3)
        group.create_dataset("data", (30,), "f8", external=[(str(tmp_path / "secret"), 0, 800)])
        group["indices"], group["indptr"] = np.arange(30) % 3, np.arange(31)
        file["obs/kind/codes"], file["obs/kind/categories"] = np.zeros(30), h5py.ExternalLink("other.h5", "x")
        file["v"] = X
    with pytest.raises(UploadError, match="X is a sparse matrix"):
        decode("a.h5", stream.getvalue())
    assert not decode("a.h5", stream.getvalue(), Format(part="v")).words


def test_sparse_matrices_in_hdf5_are_refused_or_told_to_be_left_out():
    sparse = {"data": np.ones(30), "indices": np.arange(30), "indptr": np.arange(31)}
    cells = {f"X__{name}": array for name, array in sparse.items()}
    with pytest.raises(UploadError, match=r"X is a sparse matrix.*toarray"):
        decode("a.h5", files.h5(**cells, obsm__pca=X))
    matlab = {f"matrix__{name}": array for name, array in zip(("data", "ir", "jc"), sparse.values(), strict=True)}
    with pytest.raises(UploadError, match="matrix is a sparse matrix"):
        decode("a.h5", files.h5(**matlab))
    raw = decode("a.h5", files.h5(X=X, **{f"near__{name}": array for name, array in sparse.items()}))
    assert np.array_equal(raw.values, X)
    assert "Left out, being sparse without a shape: 1 array (near)." in raw.notices


def test_what_cells_of_matlab_point_to_is_no_array():
    raw = decode("a.h5", files.h5(**{"#refs#__a": files.table(50, 9)}, v=X))
    assert np.array_equal(raw.values, X)


def test_arrays_with_long_names_that_begin_alike_stay_apart():
    raw = decode("a.h5", files.h5(**{"x" * 60 + "a": X, "x" * 60 + "b": X[:, :2]}))
    assert raw.notices[0].startswith("Of 2 arrays")


def test_numbers_that_netcdf_packed_are_unpacked():
    stream = io.BytesIO()
    packed = np.arange(96, dtype=np.int16).reshape(24, 4)
    with h5py.File(stream, "w") as file:
        file["t"] = packed
        file["t"].attrs.update({"_FillValue": np.int16([5]), "scale_factor": 0.5, "add_offset": np.array([100.0])})
    values = decode("a.nc", stream.getvalue()).values
    assert np.isnan(values[1, 1])
    assert np.isnan(values).sum() == 1
    assert values[2].tolist() == [104, 104.5, 105, 105.5]


def test_hdf5_of_too_many_arrays_or_numbers_is_refused(monkeypatch):
    with pytest.raises(UploadError, match="more than 100 arrays"):
        decode("a.h5", files.h5(**{f"x{i}": X for i in range(101)}))
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file.create_dataset("x", (10**6, 10**4), "f8", chunks=(1000, 10))
    with pytest.raises(UploadError, match="at most 100,000,000 are read"):
        decode("a.h5", stream.getvalue())
    with pytest.raises(UploadError, match="damaged or was cut short"):
        decode("a.h5", files.h5(x=X)[:200])


def test_formats_are_declared_once():
    assert len(NAMED) == sum(len(format.suffixes) for format in FORMATS)
    assert len({format.title for format in FORMATS}) == len(FORMATS)
    assert all(format.reader for format in FORMATS if format.family in ("table", "array", "text", "sound", "archive"))
    assert "HDF5" in WANTED
    assert "tar" in WANTED


TINY = {f"tiny/train/{kind}/images/{kind}_{i}.png": i for i in range(12) for kind in ("n01", "n02")}


@pytest.mark.parametrize(
    ("names", "classes", "unlabelled"),
    [
        ([*TINY, *[f"tiny/val/images/val_{i}.png" for i in range(5)]], ("n01", "n02"), 5),
        (
            [f"seg_{part}/seg_{part}/{kind}/{i}.png" for part in ("train", "test") for kind in "ab" for i in range(6)]
            + [f"seg_pred/seg_pred/{i}.png" for i in range(5)],
            ("a", "b"),
            5,
        ),
        (
            [f"train/{kind}.{i}.png" for kind in ("cat", "dog") for i in range(12)]
            + [f"test1/{i}.png" for i in range(5)],
            ("cat", "dog"),
            5,
        ),
        ([f"{kind}/{i}.png" for kind in ("valid", "invalid") for i in range(12)], ("invalid", "valid"), 0),
        (
            [f"{part}/{k}/{i}.png" for part in ("train", "test") for k in ("valid", "invalid") for i in range(6)],
            ("invalid", "valid"),
            0,
        ),
        ([f"fold{fold}/{fold}-{i}-x.png" for fold in range(1, 11) for i in range(3)], (), 0),
        ([f"{part}_images/{part}{i}x.png" for part in ("train", "test") for i in range(12)], (), 0),
    ],
)
def test_folders_that_part_samples_are_no_classes(names, classes, unlabelled):
    raw = decode("a.zip", files.zipped({name: files.picture(files.pixels(i)) for i, name in enumerate(names)}))
    words = [*next(iter(raw.words.values()), ())]
    assert sorted({*words} - {""}) == [*classes]
    assert words.count("") == unlabelled
    said = [notice for notice in raw.notices if "have no label" in notice or "have none" in notice]
    assert len(said) == (unlabelled > 0)


def test_files_beside_folders_are_told():
    names = [*[f"a/{i}.png" for i in range(12)], *[f"{i}.png" for i in range(12)]]
    upload = read_upload("a.zip", files.zipped({name: files.picture(files.pixels(i)) for i, name in enumerate(names)}))
    assert upload.spec.label_names == ("a", "top")
    assert upload.notices[0].startswith("Unsure: 12 files beside the folders")


def test_what_was_done_to_sounds_of_an_archive_is_told_once():
    sounds = {f"{i}.wav": files.wav(files.tone(0.1 + i / 100, 16_000), 16_000) for i in range(21)}
    upload = read_upload("a.zip", files.zipped(sounds))
    assert files.told(upload, "Resampled from 16,000 to 8,000 Hz").endswith("(21 sounds).")
