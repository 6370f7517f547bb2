"""Files of Weka, LIBSVM and MATLAB that were once read as something else, and what they must become."""

import gzip
import io

import h5py
import numpy as np
import pytest
from scipy.sparse import csc_matrix, csr_matrix

from core.errors import UploadError
from core.uploads.parse.decode import decode
from core.uploads.reading import read_upload
from tests import files
from tests.files import ROWS, lines


@pytest.mark.parametrize("name", ["a1a", "a.t", "a.txt", "a.libsvm", "a.data"])
def test_lists_of_places_are_filled_up_with_zeros(name):
    rows = "".join(f"{i % 3 - 1:+d} 2:{i / 7:.4f}  5:1e-3 # no {i}\n" if i % 7 else "-1\n" for i in ROWS)
    upload = read_upload(name, f"# made by hand\n{rows}".encode(), scaling="none")
    assert upload.x.shape == (30, 5)
    assert upload.x[:, 1].tolist() == pytest.approx([round(i / 7, 4) if i % 7 else 0 for i in ROWS])
    assert upload.spec.label_names == ("-1", "0", "1")


def test_places_that_cannot_be_read_are_told():
    with pytest.raises(UploadError, match="names the places of values"):
        decode("a.libsvm", lines("", "1 7:{x} 2:0.5"))


def test_times_of_the_day_are_no_places():
    raw = decode("a.csv", "\n".join(f"2024-01-{i % 28 + 1:02} 12:{i:02}" for i in ROWS).encode())
    assert raw.columns[0].kind == "time"
    assert raw.values[-1].tolist() == [1704198540]


def test_arff_alone_says_which_names_columns_have():
    head = "@relation r\n@attribute a numeric\n@attribute kind string\n@data"
    raw = decode("a.arff", lines(head, "{i},other").replace(b"@data\n", b"@data\n7157,first\n"))
    assert raw.names == ("a",)
    assert raw.values[0] == [7157]
    assert len(raw.values) == len(ROWS) + 1


def test_the_last_attribute_of_arff_is_the_class_if_it_lists_its_values():
    head = "@relation r\n@attribute a numeric\n@attribute sex {{yes,no}}\n@attribute risk {}\n@data\n"
    rows = "".join(f"{i / 7:.3f},{['yes', 'no'][i % 3 % 2]},{['yes', 'no'][i % 2]}\n" for i in ROWS)
    named = read_upload("a.arff", (head.format("{yes,no}") + rows).encode())
    assert (named.spec.label_names, named.x.shape) == (("no", "yes"), (30, 2))
    assert read_upload("a.arff", (head.format("string") + rows).encode()).spec.label_names == ()


def test_either_sign_may_quote_cells_of_one_arff_file():
    head = (
        "@relation r\n@attribute v numeric\n@attribute day string\n@attribute kind {'New York','a \"b\", c',x}\n@data"
    )
    kinds = ["'New York'", "'a \"b\", c'", "x"]
    rows = "".join(f'{i},"day, {i}",{kinds[i % 3]}\n' for i in ROWS)
    raw = decode("a.arff", f"{head}\n{rows}".encode())
    assert raw.words["kind"][:3] == ("New York", 'a "b", c', "x")
    assert raw.words["day"][:2] == ("day, 0", "day, 1")
    assert raw.values[:, 0].tolist() == [*ROWS]


def test_a_sparse_arff_file_is_answered_with_what_makes_it_dense():
    with pytest.raises(UploadError, match="sparse ARFF"):
        decode("a.arff", lines("@relation r\n@attribute a numeric\n@attribute b numeric\n@data", "{{0 {x}, 1 {i}}}"))


def test_a_matrix_of_matlab_is_turned_where_its_labels_say_so():
    upload = read_upload("a.npz", files.npz(x=files.table(4, 30), y=np.arange(30) % 3), scaling="none")
    assert upload.x.shape == (30, 4)
    assert upload.y.tolist() == [i % 3 for i in range(30)]


CELLS = np.maximum(0, np.round(files.table(30, 6)))
KINDS = ["B", "NK", ""] * 10


@pytest.mark.parametrize("layout", ["csr", "csc", "dense"])
def test_cells_of_anndata_have_all_their_zeros_and_the_names_of_their_kinds(layout):
    raw = decode("pbmc.h5ad", files.anndata(CELLS, {"louvain": KINDS, "phase": ["G1"] * 30}, layout))
    assert raw.values.tolist() == CELLS.tolist()
    assert [*raw.words["louvain"]] == KINDS
    assert "X_pca" in raw.parts


def test_of_several_kinds_of_cells_none_is_taken_by_chance():
    assert not decode("a.h5ad", files.anndata(CELLS, {"batch": KINDS, "phase": KINDS[::-1]})).words
    assert [*decode("a.h5ad", files.anndata(CELLS, {"batch": KINDS})).words] == ["batch"]


def test_a_sparse_matrix_whose_places_lie_outside_is_damaged():
    data = files.anndata(CELLS, {})
    places = csr_matrix(CELLS).indices.tobytes()
    with pytest.raises(UploadError, match="sparse matrix /X is damaged"):
        decode("a.h5ad", data.replace(places, b"\x7f" * len(places)))


def test_cells_of_matlab_are_texts_or_samples():
    named, steps = np.empty((30, 1), object), np.empty((1, 30), object)
    named[:, 0], steps[0, :] = KINDS, [*files.table(30, 8).reshape(30, 4, 2)]
    raw = decode("a.mat", files.mat(X=files.table(), kind=named))
    assert [*raw.words["kind"]] == KINDS
    assert decode("a.mat", files.mat(X=steps, y=np.arange(30) % 2)).values.shape == (30, 4, 2)


def test_cells_of_texts_are_labels_in_matlab_7_3_too():
    stream = io.BytesIO()
    with h5py.File(stream, "w") as file:
        file["X"], cells = files.table().T, file.create_dataset("kind", (1, 30), h5py.ref_dtype)
        cells.attrs["MATLAB_class"] = np.bytes_("cell")
        for i, kind in enumerate(KINDS):
            text = file.create_dataset(f"#refs#/{i}", data=np.array([[ord(sign)] for sign in kind or "-"], np.uint16))
            text.attrs["MATLAB_class"] = np.bytes_("char")
            cells[0, i] = text.ref
    raw = decode("a.mat", b"MATLAB 7.3 MAT-file".ljust(512) + stream.getvalue())
    assert [*raw.words["kind"]] == [kind or "-" for kind in KINDS]


def test_a_sparse_matrix_of_matlab_7_3_has_its_zeros():
    stream, matrix = io.BytesIO(), csc_matrix(CELLS)
    with h5py.File(stream, "w") as file:
        group = file.create_group("X")
        group.attrs["MATLAB_sparse"] = np.uint64(len(CELLS))
        group.update({"data": matrix.data, "ir": matrix.indices, "jc": matrix.indptr})
    raw = decode("a.mat", b"MATLAB 7.3 MAT-file".ljust(512) + stream.getvalue())
    assert raw.values.tolist() == CELLS.tolist()


@pytest.mark.parametrize("group", ["matrix", "GRCh38"])
def test_counts_of_10x_have_cells_as_samples(group):
    stream, genes = io.BytesIO(), csc_matrix(CELLS.T)
    with h5py.File(stream, "w") as file:
        parts = {"data": genes.data, "indices": genes.indices, "indptr": genes.indptr, "shape": np.array(genes.shape)}
        file.create_group(group).update(parts | {"barcodes": np.array([f"AAC{i}-1" for i in range(30)], "S")})
    assert decode("filtered.h5", stream.getvalue()).values.tolist() == CELLS.tolist()


@pytest.mark.parametrize("packed", [False, True])
def test_counts_of_10x_in_an_archive_are_answered_with_what_reads_them(packed):
    matrix = b"%%MatrixMarket matrix coordinate integer general\n6 30 1\n1 1 5\n"
    name = "outs/matrix.mtx.gz" if packed else "outs/matrix.mtx"
    members = {"outs/genes.tsv": lines("", "ENSG{i}\tG{i}"), "outs/barcodes.tsv": lines("", "AAC{i}-1")}
    with pytest.raises(UploadError, match=r"matrix\.mtx.*scanpy has read_10x_mtx"):
        decode("a.zip", files.zipped(members | {name: gzip.compress(matrix) if packed else matrix}))


def test_kinds_of_cells_of_early_anndata_have_their_names_apart():
    stream = io.BytesIO()
    cells = np.zeros(30, [("index", "S8"), ("n_genes", "i8"), ("louvain", "i1")])
    cells["louvain"] = [("B", "NK", "").index(kind) if kind else -1 for kind in KINDS]
    with h5py.File(stream, "w") as file:
        file["X"], file["obs"], file["uns/louvain_categories"] = CELLS, cells, np.array(["B", "NK"], "S4")
    assert [*decode("a.h5ad", stream.getvalue()).words["louvain"]] == KINDS


@pytest.mark.parametrize("save", ["mat", "npy", "csv", "json"])
@pytest.mark.parametrize("missing", ["drop", "mean"])
def test_numbers_that_are_all_too_large_have_no_mean(save, missing):
    large = 1e39 + 1e38 * np.abs(files.table())
    data = files.mat(x=large) if save == "mat" else getattr(files, save)(large if save == "npy" else large.tolist())
    with pytest.raises(UploadError, match="No number is left") as refused:
        read_upload(f"a.{save}", data, missing=missing)
    assert "mean" not in str(refused.value)


def test_numbers_without_end_are_missing_in_whatever_order_they_lie():
    values = files.table()
    values[7, 1] = np.inf
    for name, data in {"a.mat": files.mat(x=values), "a.npy": files.npy(np.asfortranarray(values))}.items():
        assert np.argwhere(np.isnan(decode(name, data).values)).tolist() == [[7, 1]]
