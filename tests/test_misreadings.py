"""Small tables that were once read as something else, or not at all, and what they must become."""

import math

import numpy as np
import pytest

from core.uploads.parse.decode import decode
from core.uploads.parse.format import Format
from tests import files
from tests.files import ROWS, lines

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
    "a long head of LabVIEW": (
        "a.lvm",
        lines(
            "LabVIEW Measurement\t\n" + "Operator\tK. M.\n" * 22 + "***End_of_Header***\t\nX_Value\tU\tI\tComment",
            "{i}\t{x}\t{x}",
        ),
        "X_Value,U,I",
        [0, 0, 0],
    ),
    "units behind blanks beside semicolons": (
        "a.csv",
        lines("width;Höhe;the weight", "{i};−1{i};2{i},5 kg"),
        "width,Höhe,the weight",
        [0, -10, 20.5],
    ),
    "a column of nothing but inf": ("a.csv", lines("a,b,c", "inf,{i},{x}"), "a,b,c", [math.nan, 0, 0]),
    "words and numbers between blanks": ("a.data", lines("", "A1{i} {i} A34 {w} {i}"), ",".join(FIVE), [0, 0]),
    "counts of scikit-learn": ("a.csv", lines("30,2,setosa", "{x},1{i},{d}"), "column 1,column 2,column 3", [0, 10, 1]),
    "what a logger writes above eight columns": (
        "CR1000.dat",
        lines(
            '"TOA5","CR1000","CR1000","1234","Std.22","CPU:prog.CR1","12345","Table1"\n'
            '"TIMESTAMP","RECORD","a","b","c","d","e","f"\n"TS","RN","V","V","V","V","V","V"\n'
            '"","","Avg","Avg","Avg","Avg","Avg","Avg"',
            '"2024-01-{d} 00:00:00",{i},{x},{x},{x},{x},{x},{x}',
        ),
        "TIMESTAMP,RECORD,a,b,c,d,e,f",
        [1704067200, 0, 0, 0, 0, 0, 0, 0],
    ),
    "the end of a series matrix": (
        "GSE1_series_matrix.txt",
        lines('!Series_title\t"A"\n!series_matrix_table_begin\n"ID_REF"\t"GSM1"', '"{i}_at"\t{x}')
        + b"!series_matrix_table_end\n",
        "ID_REF,GSM1",
        [0],
    ),
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


def test_codes_that_are_sure_in_one_column_are_known_in_others():
    rows = [[i, i % 7 / 7, 40 * i, i - 3] for i in ROWS]
    rows[7] = [-200] * 4
    raw = decode("a.csv", files.csv(rows, ["a", "b", "wide", "below 0"]))
    assert np.isnan(raw.values[7]).tolist() == [True, True, True, True]
    rows = [[row[2], row[2] - 90] for row in rows]
    assert not np.isnan(decode("a.csv", files.csv(rows, ["wide", "below 0"])).values).any()


@pytest.mark.parametrize("step", [1, 3])
@pytest.mark.parametrize("is_named", [False, True])
def test_a_first_row_that_all_others_count_on_from_is_none_of_names(step, is_named):
    counted = [[step * i, step * i + 1, step * i + 2] for i in ROWS]
    raw = decode("a.csv", files.csv(counted, ["0", "1", "2"] if is_named else None))
    assert raw.values.tolist() == counted
    assert raw.notices[0].startswith("Unsure: the first row")


def test_the_end_of_a_series_matrix_is_no_sample_where_it_is_turned():
    matrix = lines("ID_REF\tGSM1\tGSM2", "{i}_at\t{x}\t{i}") + b"!series_matrix_table_end\n"
    assert decode("a.txt", matrix, Format(samples="columns")).values.shape == (2, 30)


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


def test_text_stays_text():
    poem = "\n".join(["roses are red, violets are blue", "sugar is sweet, and so are you, my dear"] * 20)
    assert decode("a.txt", poem.encode()).form == "text"


def test_many_numbers_and_a_word_in_a_cell_are_soon_seen_to_be_no_list():
    cells = ["1234567 " * 40 + "nan"] * 30
    assert decode("t.csv", files.csv([[i, cell] for i, cell in enumerate(cells)], ["a", "b"])).form == "table"


@pytest.mark.parametrize("gap", [" ", "   "])
def test_a_row_with_an_empty_cell_between_blanks_is_left_out(gap):
    rows = [[f"{i}.5", f"{i}.25", f"{i}.75"] if i != 7 else ["7.5", "", "7.75"] for i in ROWS]
    raw = decode("a.txt", "\n".join(gap.join(row) for row in rows).encode())
    assert raw.values[:, 0].tolist() == [i + 0.5 for i in ROWS if i != 7]
    assert raw.notices[-1].startswith("Left out: 1 row with fewer than 3 cells (the first: line 8)")
