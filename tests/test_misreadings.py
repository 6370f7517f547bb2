"""Small files that were once read as something else, or not at all, and what they must become."""

import math

import numpy as np
import pytest

from core.errors import UploadError
from core.uploads.parse.decode import decode
from core.uploads.parse.format import Format
from core.uploads.reading import read_upload
from tests import files

ROWS = range(30)


def lines(first: str, row: str) -> bytes:
    """A line above thirty rows of the row's number {i}, a fraction {x}, a day of January {d}, and a word {w}."""
    made = (row.format(i=i, x=f"{math.sin(i):.3f}", d=f"{i % 28 + 1:02}", w="ab" * (i + 1)) for i in ROWS)
    return "\n".join([*([first] if first else []), *made, ""]).encode()


FIVE = [f"column {i + 1}" for i in range(5)]
# Name, bytes, names of all columns, and the first row of values.
TABLES = {
    "begins like Parquet": ("a.csv", lines("par1,par2", "{i},{x}"), "par1,par2", [0, 0]),
    "begins with Parquet's letters": ("a.csv", lines("PAR1,PAR2", "{i},{x}"), "PAR1,PAR2", [0, 0]),
    "begins like an MP3": ("a.csv", lines("id3,b", "{i},{x}"), "id3,b", [0, 0]),
    "begins like a PGM": ("a.tsv", lines("P1\tP2", "{i}\t{x}"), "P1,P2", [0, 0]),
    "rows end with a delimiter": ("a.csv", lines("a,b,label", "{i},{x},{w},"), "a,b,label,column 4", [0, 0, math.nan]),
    "blanks after commas": ("a.csv", lines("", "{i}, State-gov, {x}"), "column 1,column 2,column 3", [0, 0]),
    "quotes after blanks": ("a.csv", lines("a, kind, b", '{i}, "u, v", {x}'), "a,kind,b", [0, 0]),
    "days": ("a.csv", lines("Date,10,50", "2024-01-{d},{i},7{i}"), "Date,10,50", [1704067200, 0, 70]),
    "samples": ("a.csv", lines("sample,12,50", "s{i},{i},{i}"), "sample,12,50", [0, 0]),
    "years": ("a.csv", lines("Country,2019,2020", "{w},{i},3{i}"), "Country,2019,2020", [0, 30]),
    "years over fractions": ("a.csv", lines("Who,2019,2020", "{w},{x},{x}"), "Who,2019,2020", [0, 0]),
    "genes": ("a.csv", lines("name,7157,672,675", "{w},{i},{i},{i}"), "name,7157,672,675", [0, 0, 0]),
    "texts": ("a.data", lines("", "{i}, Private, Never, White"), "column 1,column 2,column 3,column 4", [0]),
    "one column of numbers": ("a.txt", lines("", "{w};{i}"), "column 1,column 2", [0]),
    "words before numbers": (
        "glove.txt",
        b"the 0.1 0.2\n, 0.3 0.4\n" + lines("", "{w} {x} {x}") + b'" 0.5 0.6\nmore 0.7 0.8\n',
        "column 1,column 2,column 3",
        [0.1, 0.2],
    ),
    "ARFF": (
        "a.arff",
        lines("@relation r\n@attribute 'the width' numeric\n@ATTRIBUTE kind {a, b}\n\n@data", "{x},{w}"),
        "the width,kind",
        [0],
    ),
    "a comma in NumPy's comment": ("a.txt", lines("# width, height", "{i} {x}"), "width,height", [0, 0]),
    "R's row names in quotes": (
        "a.txt",
        lines('"Width" "Kind"', '"{i}" {x} "new york"'),
        "column 1,Width,Kind",
        [0, 0],
    ),
    "comments behind numbers": ("a.txt", lines("x y", "{x} {i} # said {w}"), "x,y", [0, 0]),
    "two blanks and more": ("a.txt", lines("Name     Age    Size", "Ann Lee  {i}   {x}"), "Name,Age,Size", [0, 0]),
    "a raster's head": (
        "a.asc",
        lines("ncols 3\nnrows 30\ncellsize 1", "{x} {i} {x} {i} {x}"),
        ",".join(FIVE),
        [0] * 5,
    ),
    "colons of clocks": ("a.csv", lines("", "2024-01-{d} 10:30:00"), "column 1", [1704105000]),
    "a first row of dates": ("a.csv", lines("", "2024-01-{d},{w}"), "column 1,column 2", [1704067200]),
    "minutes and seconds": ("a.csv", lines("lap,s", "{i},1:{d}.5"), "lap,s", [0, 61.5]),
    "powers of ten": ("a.csv", lines("a,b", "1.5×10⁻³,2 x 10^{i}"), "a,b", [0.0015, 2]),
    "more or less": ("a.csv", lines("a,b", "1.5 ± 0.2,{i}+/-3"), "a,b", [1.5, 0]),
    "rows quoted as a whole": ("a.csv", lines('"a,b,w"', '"{i},{x},""u {w}"""'), "a,b,w", [0, 0]),
    "a page for Excel to open": (
        "a.xls",
        b"<html><table><tr><td>menu</table><p>text<table>"
        + lines("<tr><th>a<th>b<th>kind</tr>", "<tr><td>{i}</td><td> {x}</td><td><b>{w}</b> &amp; c</td></tr>")
        + b"</table></html>",
        "a,b,kind",
        [0, 0],
    ),
    "text for Excel to open": ("a.xls", lines("a\tb", "{i}\t{x}"), "a,b", [0, 0]),
    "zeros of a lost power": ("a.csv", lines("a,b", "{i},{x}") + bytes(99), "a,b", [0, 0]),
    "the end of a text of DOS": ("a.csv", lines("a,b", "{i},{x}") + b"\x1a", "a,b", [0, 0]),
    "GeoJSON": ("a.geojson", files.json({"features": [{"p": {"v": 0.5 * i}} for i in ROWS]}), "p.v", [0]),
    "what a database draws": (
        "a.txt",
        lines("+---+---+\n| a | kind |\n+---+---+", "| {x} | {w} |") + b"+---+---+\n",
        "column 1,a,kind,column 4",
        [math.nan, 0, math.nan],
    ),
    "what Markdown draws": (
        "a.md",
        lines("| a | kind |\n|---|:---:|", "| {x} | {w} |"),
        "column 1,a,kind,column 4",
        [math.nan, 0, math.nan],
    ),
    "a sharp that numbers": (
        "a.xlsx",
        files.xlsx([["#", "Name", "b"], *[[i, "u", i / 7] for i in ROWS]]),
        "#,Name,b",
        [0, 0],
    ),
    "a sharp in quotes": ("a.csv", lines('"Plot: x"\n"#","Temp °C"', "{i},{x}"), "#,Temp °C", [0, 0]),
    "days of SAS": ("a.csv", lines("visit,v", "{d}JAN2024,{x}"), "visit,v", [1704067200, 0]),
    "too wide for Fortran": ("a.out", lines("****** 7", "{x} {i}"), "column 1,column 2", [math.nan, 7]),
    "errors of a German Excel": ("a.csv", lines("a;b;c", "{i};#NV;{x}") + b"5;2,5;0,5\n", "a,b,c", [0, math.nan, 0]),
    "a sharp inside of quotes": (
        "a.csv",
        lines('"x" "at" "y"', '"{i}" {x} "Apt #5" {x}'),
        "column 1,x,at,y",
        [0, 0, 0],
    ),
    "a sharp in a name": ("a.txt", lines("x y #obs", "{x} {i} {x}"), "x,y,#obs", [0, 0, 0]),
    "units that are not known": ("a.csv", lines("x,y,y\nNA,NA,NA", "{i},{x},{x}"), "x,y,y (2)", [math.nan] * 3),
    "bars around a decimal comma": ("a.csv", lines("", "-{i}|7{i},{d}kg"), "column 1,column 2", [0, 70.01]),
    "units in the first row": ("a.csv", lines("", "1{i},5 km/h|{i},5kg"), "column 1,column 2", [10.5, 0.5]),
    "a semicolon in some names": (
        "a.csv",
        b"who|a|b\nRoe; Rick|0|0\n" + lines("", "Doe, Jane|{i}|{x}"),
        "who,a,b",
        [0, 0],
    ),
    "a first row that ends early": (
        "a.csv",
        b"0,5 K;\n" + lines("", "{i},5 K;{i},2 kr"),
        "column 1,column 2",
        [0.5, math.nan],
    ),
    "what keeps Excel from reading numbers": ("a.csv", lines("a,b", '="{i}.5",\'{x}'), "a,b", [0.5, 0]),
    "marks of notes": ("a.csv", lines("a,b,c", "{i}.5**,{x} †,{i}[1]"), "a,b,c", [0.5, 0, 0]),
    "a tab among blanks": (
        "a.data",
        lines("", '{i}   {x}  1{i}.  {d}   {i}\t"one, {w}"'),
        "column 1,column 2,column 3,column 4,column 5,column 6",
        [0, 0, 10, 1, 0],
    ),
    "quotes of ARFF": (
        "a.arff",
        lines("@relation r\n@attribute a numeric\n@attribute 'the kind' {'a b', 'it\\'s'}\n@data", "{i},'u, {w}'"),
        "a,the kind",
        [0],
    ),
    "names in order that are no values": (
        "a.csv",
        lines("101.2,155.8,203,287.5,301.25,412", "{i},1,{x},2,{d},3"),
        "101.2,155.8,203,287.5,301.25,412",
        [0, 1, 0, 2, 1, 3],
    ),
    "a measurement of LabVIEW": (
        "a.lvm",
        lines(
            "Writer_Version\t2\nDate\t2024/01/05\n***End_of_Header***\t\nSamples\t30\t30\nDate\t2024/01/05\t2024/01/05\n"
            "X0\t0.0\t0.0\n***End_of_Header***\t\nX_Value\tVoltage\tVoltage 1\tComment",
            "{i}\t{x}\t{x}\t",
        ),
        "X_Value,Voltage,Voltage 1,Comment",
        [0, 0, 0, math.nan],
    ),
    "words and numbers between blanks": ("a.data", lines("", "A1{i} {i} A34 {w} {i}"), ",".join(FIVE), [0, 0]),
    "counts of scikit-learn": ("a.csv", lines("30,2,setosa", "{x},1{i},{d}"), "column 1,column 2,column 3", [0, 10, 1]),
    "units above how long it took": ("a.csv", lines("'t','v'\n'mm:ss','mV'", "'0:{d}.5',{x}"), "t,v", [1.5, 0]),
    "thousands between semicolons": ("a.csv", lines("a;b", "1,234,5{d};3,400,6{d}"), "a,b", [1234501, 3400601]),
}


@pytest.mark.parametrize("what", TABLES)
def test_tables_are_read_as_they_stand(what):
    name, data, names, first = TABLES[what]
    raw = decode(name, data)
    assert [column.name for column in raw.columns] == names.split(",")
    assert raw.values[0].tolist() == pytest.approx(first, nan_ok=True)
    assert len(raw.values) in (30, 31, 34)
    assert not any('"' in text for words in raw.words.values() for text in words.names if len(text) > 1)
    assert not any("Left out" in notice for notice in raw.notices)


@pytest.mark.parametrize("first", ["Country,2019,2020", "name,7157,672,675"])
def test_numbers_that_were_taken_for_names_are_said_to_be_unsure(first):
    raw = decode("a.csv", lines(first, "{w}" + ",{i}" * first.count(",")))
    assert any("Unsure: the first row" in notice for notice in raw.notices)


@pytest.mark.parametrize("code", ["-99", "-99.9", "-200"])
def test_codes_of_surveys_and_loggers_far_from_all_numbers_are_missing(code):
    raw = decode("a.csv", lines("a,b", "{i},{x}").replace(b"\n7,", f"\n{code},".encode()))
    assert np.flatnonzero(np.isnan(raw.values[:, 0])).tolist() == [7]


def test_a_plus_and_a_minus_are_classes():
    rows = [[i / 7, ["u", "v"][i % 2], "+-"[i // 2 % 2]] for i in ROWS]
    assert read_upload("crx.data", files.csv(rows)).spec.label_names == ("+", "-")


def test_a_column_of_quoted_sentences_is_one():
    raw = decode("a.csv", lines('"said"', '"well, {w}{x}"'))
    assert [column.name for column in raw.columns] == ["said"]


def test_sizes_of_screens_are_no_powers():
    raw = decode("a.csv", lines("screen,many,v", "1920x108{i},5*100,{x}"))
    assert [*raw.words] == ["screen", "many"]


def test_lists_in_brackets_are_no_text():
    raw = decode("a.txt", ("[" + ",\n".join(str([i, math.sin(i)]) for i in ROWS) + "]").encode())
    assert raw.form == "array"
    assert raw.values.tolist() == [[i, math.sin(i)] for i in ROWS]


def test_a_first_row_like_all_others_is_no_header():
    assert len(decode("a.csv", lines("", "{w},{i},3{i}")).values) == len(ROWS)
    assert len(decode("a.csv", b"?,5,31\n" + lines("", "s{i},{i},3{i}")).values) == len(ROWS) + 1


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


def test_times_without_end_stay_behind_all_others():
    ends = np.array(["2024-01-01", "9999-12-31", "1066-10-14"] * 10, "datetime64[s]")
    raw = decode("t.parquet", files.arrow({"until": ends, "v": np.arange(30) / 7}, "parquet"))
    assert raw.values[:, 0].tolist() == ends.astype(float).tolist()


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


def test_an_archive_in_an_archive_is_told():
    inner = files.zipped({name: files.picture(files.pixels(i)) for i, name in enumerate(("a.png", "b.png"))})
    with pytest.raises(UploadError, match="ZIP archive inside the ZIP archive"):
        decode("a.zip", files.zipped({"pictures.zip": inner}))


def test_a_sparse_arff_file_is_answered_with_what_makes_it_dense():
    with pytest.raises(UploadError, match="sparse ARFF"):
        decode("a.arff", lines("@relation r\n@attribute a numeric\n@attribute b numeric\n@data", "{{0 {x}, 1 {i}}}"))


def test_labels_stand_in_the_names_of_pictures_behind_a_number_too():
    pictures = {f"{i:03}_{['cat', 'dog'][i % 2]}.png": files.picture(files.pixels(i)) for i in range(24)}
    raw = decode("a.zip", files.zipped(pictures))
    assert set(raw.words["name"].names) == {"cat", "dog"}
    assert raw.notices[-1].startswith("Unsure: labels were taken from names of files (cat, dog)")


def test_text_stays_text():
    poem = "\n".join(["roses are red, violets are blue", "sugar is sweet, and so are you, my dear"] * 20)
    assert decode("a.txt", poem.encode()).form == "text"


@pytest.mark.parametrize("separator", ["/", "-"])
def test_days_that_come_first_are_found_wherever_they_show(separator):
    hours = np.datetime64("2024-03-01T00") + np.arange(24 * 31)
    written = [f"{str(h)[8:10]}{separator}{str(h)[5:7]}{separator}2024 {str(h)[11:13]}:00" for h in hours]
    raw = decode("a.csv", files.csv([[text, i] for i, text in enumerate(written)], ["when", "v"]))
    assert np.array_equal(raw.values[:, 0], hours.astype("datetime64[s]").astype(float))
    assert not any("Unsure" in notice or "missing" in notice for notice in raw.notices)


def test_days_that_could_be_months_are_said_to_be_unsure():
    raw = decode("a.csv", files.csv([[f"0{i % 9 + 1}/0{i % 7 + 1}/2024", i] for i in ROWS], ["when", "v"]))
    assert any("Unsure: dates in column when" in notice for notice in raw.notices)


def test_a_cell_that_is_no_day_is_missing_and_named():
    rows = [[f"0{i % 9 + 1}/0{i % 7 + 1}/2024" if i != 7 else "never", i] for i in ROWS]
    raw = decode("a.csv", files.csv(rows, ["when", "v"]))
    assert np.flatnonzero(np.isnan(raw.values[:, 0])).tolist() == [7]
    assert any('"never", column when' in notice for notice in raw.notices)


MIXED = files.csv([[i, f"t{i % 3}", i / 7, f'"[{i}, 2, 3]"'] for i in ROWS], ["ID", "kind", "v", "list"])


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"kind": "time"}, "holds texts, which are no times"),
        ({"list": "time"}, "holds lists"),
        ({"list": "series"}, "holds lists"),
        ({"list": "label"}, "holds lists"),
        ({"kind": "label", "v": "label"}, "choose one of them"),
        ({"nobody": "series"}, "There is no column called 'nobody'"),
    ],
)
@pytest.mark.parametrize("read_as", ["auto", "windows"])
def test_a_role_that_a_column_cannot_have_is_refused(columns, said, read_as):
    with pytest.raises(UploadError, match=said):
        read_upload("t.csv", MIXED, columns=columns, read_as=read_as)


def test_a_column_is_found_in_small_letters_as_in_capitals():
    rows = files.csv([[f"s{i // 20}", i % 97 / 7] for i in range(400)], ["ID", "v"])
    assert read_upload("t.csv", rows, columns={"id": "series"}).x.shape == (20, 20, 1)


def test_places_that_are_whole_are_no_labels():
    points = files.csv([[i % 6, i % 5, i / 7] for i in range(60)], ["x", "y", "z"])
    assert read_upload("t.csv", points).spec.label_names == ()
    classes = files.csv([[i / 7, i % 2] for i in range(60)], ["x", "y"])
    assert read_upload("t.csv", classes).spec.label_names == ("0", "1")


def test_a_matrix_of_matlab_is_turned_where_its_labels_say_so():
    upload = read_upload("a.npz", files.npz(x=files.table(4, 30), y=np.arange(30) % 3), scaling="none")
    assert upload.x.shape == (30, 4)
    assert upload.y.tolist() == [i % 3 for i in range(30)]


def test_ids_of_more_digits_than_are_told_apart_stay_apart():
    ids = 10**17 + np.arange(30)
    raw = decode("t.parquet", files.arrow({"user": ids, "v": ids % 97 / 7}, "parquet"))
    assert raw.words["user"].names == tuple(map(str, ids))


def test_many_numbers_and_a_word_in_a_cell_are_soon_seen_to_be_no_list():
    cells = ["1234567 " * 40 + "nan"] * 30
    assert decode("t.csv", files.csv([[i, cell] for i, cell in enumerate(cells)], ["a", "b"])).form == "table"


def test_sounds_of_any_rate_are_read_and_those_of_another_left_out(monkeypatch):
    monkeypatch.setattr("core.uploads.parse.sounds.CELLS", 21 * 700)
    sounds = {f"{'ab'[i % 2]}/{i}.wav": files.wav(files.tone(0.5, 2000), 2000) for i in range(21)}
    raw = decode("a.zip", files.zipped({**sounds, "a/other.wav": files.wav(files.tone(0.5))}))
    assert (raw.values.shape, raw.rate) == ((21, 672), 2000)
    assert any("of another rate than 2,000 Hz" in notice for notice in raw.notices)


@pytest.mark.parametrize("kind", ["number", "time"])
def test_how_long_something_took_is_what_it_is_said_to_be(kind):
    rising = files.csv([[f"{i}:23.4", 5 - i] for i in ROWS], ["lap", "v"])
    raw = decode("a.csv", rising, Format(kinds=(("lap", kind),)))
    assert raw.columns[0].kind == kind
    assert raw.values[:, 0].tolist() == pytest.approx([60 * i + 23.4 for i in ROWS])


@pytest.mark.parametrize("gap", [" ", "   "])
def test_a_row_with_an_empty_cell_between_blanks_is_left_out(gap):
    rows = [[f"{i}.5", f"{i}.25", f"{i}.75"] if i != 7 else ["7.5", "", "7.75"] for i in ROWS]
    raw = decode("a.txt", "\n".join(gap.join(row) for row in rows).encode())
    assert raw.values[:, 0].tolist() == [i + 0.5 for i in ROWS if i != 7]
    assert raw.notices[-1].startswith("Left out: 1 row with fewer than 3 cells (the first: line 8)")


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
