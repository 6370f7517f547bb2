"""Every name that crosses between Python and the scripts is in the protocol, and none is there that nobody uses."""

import re
import subprocess
import sys
from dataclasses import fields
from importlib import import_module
from pkgutil import iter_modules
from typing import get_args

from core import protocol
from core.looks import LOOKS, ROLES
from core.protocol import Message, Panel, Rendering, Status, Views
from core.training.snapshot import Snapshot
from pages.ui import component_data
from pages.ui.questions import Decoding, Filling, Repairing, Seeing, Sketching, Watching
from pages.ui.scripts import ASSETS, SCRIPTS, SHARED

ROOT = ASSETS.parent
NOT_CODE = re.compile(r'/\*.*?\*/|(?<!:)//[^\n]*|^import [^;]*;|^import "[^\n]*', re.DOTALL | re.MULTILINE)
JS = {name: NOT_CODE.sub("", script.decode()) for name, script in SCRIPTS.items() if name != "protocol.js"}
ALL = "\n".join(JS.values())
IMPORTS = "\n".join(
    re.findall(r'import \{([^}]*)\} from "./protocol.js"', "\n".join(map(bytes.decode, SCRIPTS.values())))
)
PAGES, CORE = (
    "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob(f"{folder}/**/*.py"))
    for folder in ("pages", "core")
)

STAGE = r"stage|followed|film|moments|readout|words|pair|metric|panels|panel_\w+|wall_(bar|tiles|views)"
# Every class of sockets and of components.
GIVEN = [import_module(found.name) for found in iter_modules(component_data.__path__, f"{component_data.__name__}.")]
DECLARED = {name: declared for module in (protocol, *GIVEN) for name, declared in vars(module).items()}
# In these scripts, by a pattern of their names, this is what an object that came from Python is called, and what it is.
READ = [
    (r"\w+", "views", ["Views"]),
    (r"\w+", "look", ["Drawn"]),
    (STAGE, "data", ["StageData"]),
    (STAGE, "metric", ["Plotted"]),
    ("words", "remark", ["Remarked"]),
    (STAGE, "before", ["Before"]),
    (STAGE, "change", ["Turned"]),
    (STAGE, "status", ["RunStatus"]),
    ("wall", "data", ["WallData"]),
    (r"wall\w*", "view", ["WallView"]),
    (r"wall\w*|alignment", "tile", ["Tile"]),
    ("wall_knob", "axis", ["Axis"]),
    (r"wall\w*", "across", ["Axis"]),
    ("followed", "message", ["RunStatus", "History", "Gone", "Next"]),
    ("asker", "message", ["Refusal"]),
    ("probe", "data", ["ProbeData"]),
    ("probe", "metrics", ["Repaired"]),
    ("hole", "data", ["HoleData"]),
    ("hole", "metrics", ["HoleScores"]),
    ("cloud", "data", ["CloudData"]),
    ("cloud", "hands", ["Hands"]),
    ("gallery", "data", ["GalleryData"]),
    (r"cloud\w*|gallery", "ground", ["Ground"]),
    ("marks|shapes|sprites", "mark", ["Marked"]),
    ("gallery", "row", ["Row"]),
    ("walked", "walked", ["Walked"]),
    ("tally", "data", ["TallyData"]),
    ("keys", "data", ["KeysData"]),
    (r"\w+", "selected", ["Selected"]),
    ("board", "data", ["BoardData"]),
    ("dial", "data", ["DialData"]),
    ("layers", "data", ["LayersData"]),
    ("layers", "network", ["Network"]),
    ("layers", "layer", ["Block"]),
    ("slow", "data", ["SlowData"]),
    ("slow", "scene", ["SceneData"]),
    ("slow", "term", ["Term"]),
    ("slow", "changed", ["Changed"]),
    (r"slow\w*", "picture", ["Shown"]),
]
# What scripts send, and what it is called where Python reads it.
SENT = {"Drawing": "kept", "Selected": "selected"}


def keys(name: str) -> set[str]:
    """What a class of the protocol declares."""
    declared = DECLARED[name]
    return {field.name for field in fields(declared)} if declared is Views else {*declared.__annotations__}


def names(parts: list[str]) -> set[str]:
    """The keys in the insides of braces: `key`, `key: …`."""
    return {part.split(":")[0].strip() for inside in parts for part in re.split(r",\s*(?=\w+\s*[:,]|\w+\s*$)", inside)}


def used(scripts: dict[str, str], files: str, holder: str) -> set[str]:
    """The keys read from what scripts call `holder`: `holder.key`, or `const { key, … } = ….holder;`."""
    code = "\n".join(script for name, script in scripts.items() if re.fullmatch(rf"(?:{files})\.js", name))
    taken = re.findall(rf"\{{ ?([^{{}}]*?) ?\}} = (?:[\w.]+\.)?{holder};", code)
    return {*re.findall(rf"(?<!\w){holder}\??\.(\w+)", code), *names(taken)}


def unknown(scripts: dict[str, str]) -> set[str]:
    """What scripts read that the protocol does not declare, as "holder.key"."""
    return {
        f"{holder}.{key}"
        for files, holder, declared in READ
        for key in used(scripts, files, holder) - {key for name in declared for key in keys(name)}
    }


def unread(scripts: dict[str, str]) -> set[str]:
    """What the protocol declares and no script reads, as "Class.key"."""
    read: dict[str, set[str]] = {}
    for files, holder, declared in READ:
        for name in declared:
            read.setdefault(name, set()).update(used(scripts, files, holder))
    return {f"{name}.{key}" for name, found in read.items() for key in keys(name) - found}


def test_scripts_read_what_is_declared_and_all_of_it():
    assert unknown(JS) == set()
    assert unread(JS) == set()
    own = {field.name for field in fields(Snapshot)} - keys("Views")
    assert used(JS, r"\w+", "snapshot") - {"views"} <= own


def test_the_scan_sees_both_mistakes():
    assert unknown({**JS, "panel_x.js": "const { scores } = state.snapshot.views;"}) == {"views.scores"}
    assert unknown({**JS, "panel_x.js": "state.status.film.length"}) == {"status.film"}
    assert unread({**JS, "panel_codes.js": ""}) >= {"Views.trajectory", "Views.assignments", "StageData.codes"}
    assert unread({**JS, "asker.js": ""}) == {"Refusal.reason"}


def test_every_class_of_messages_is_looked_at():
    declared = {name for name, value in DECLARED.items() if hasattr(value, "__total__")}
    # Sliders are a part of the probe's data.
    assert declared - {"Sliders"} == {name for *_, found in READ for name in found} - {"Views"} | SENT.keys()


def test_statuses_and_messages_are_called_by_their_constants():
    assert {*re.findall(r"STATUS\.(\w+)", ALL)} <= {status.name for status in Status}
    assert {*re.findall(r"MESSAGE\.(\w+)", ALL)} == {message.name for message in Message}
    assert not re.findall(f'"({"|".join(Status)})"', ALL)
    css = (ASSETS / "lab.css").read_text(encoding="utf-8")
    assert {*re.findall(r"\.pill\.(\w+)", css)} <= {*Status}


def test_every_look_is_drawn():
    assert {*LOOKS} == {*get_args(Rendering)}
    assert {*re.findall(r'kind [=!]== "(\w+)"', ALL)} <= {*LOOKS}
    painters = JS["looks.js"].split("const PAINTERS")[1].split("\n};")[0]
    assert {*re.findall(r"^  (\w+): \{", painters, re.MULTILINE)} == {*LOOKS} - {"dot"}
    read = names(re.findall(r"\{ ([^{}]*) \} = LOOKS\[[\w.]+\]", ALL)) | {*re.findall(r"LOOKS\[[\w.]+\]\.(\w+)", ALL)}
    assert all(read == look.keys() for look in SHARED["LOOKS"].values())


def test_every_panel_is_drawn():
    assert {*re.findall(r'^  name: "(\w+)"', ALL, re.MULTILINE)} == {*get_args(Panel)}


def test_every_role_has_a_colour_and_every_colour_is_used():
    drawn = {*re.findall(r"ROLES\.(\w+)", ALL)}
    assert drawn <= {*ROLES}
    assert drawn | {*re.findall(rf'"({"|".join(ROLES)})"[\]:]', PAGES)} >= {*ROLES}
    assert {*re.findall(r"LANDSCAPE\.(\w+)", ALL)} == {*SHARED["LANDSCAPE"]}


def test_all_that_is_shared_is_imported():
    assert {*re.findall(r"\w+", IMPORTS)} == SHARED.keys()


def test_what_scripts_send_is_declared_and_read():
    requests = re.findall(r"send\(\{ ([^}]*) \}", ALL)
    questions = re.findall(r"question: .*?return \{ (.*?) \};", JS["probe.js"], re.DOTALL)
    (drawing,) = re.findall(r'setTriggerValue\("kept", \{(.*?)\n    \}', JS["board.js"], re.DOTALL)
    filling = re.findall(r"ask\(\{ ([^}]*) \}", JS["hole.js"])
    assert all(names([each]) == {*Filling.model_fields} for each in filling)
    assert len(filling) == 2
    walking = re.findall(r"ask\(\{ (\w+):", "".join(JS[f"hand_{tool}.js"] for tool in ("walk", "between")))
    assert {*walking} == {*Decoding.model_fields}
    assert {*re.findall(r"ask\(\{ (\w+):", JS["hand_draw.js"])} == {*Sketching.model_fields}
    for script in ("peek.js", "cloud_tip.js"):
        assert names(re.findall(r"ask\(\{ ([^}]*) \}", JS[script])) == {*Seeing.model_fields}
    assert names(requests) == {*Watching.model_fields}
    assert {*re.findall(r"(\w+): ", " ".join(questions))} == {*Decoding.model_fields} | {*Repairing.model_fields}
    assert {*re.findall(r"^      (\w+):", drawing, re.MULTILINE)} == keys("Drawing")
    for selected in re.findall(r'setTriggerValue\("selected", \{(.*?)\}', ALL):
        assert {*re.findall(r"(\w+)(?:,|:| \})", f"{selected}}}")} == keys("Selected")
    for name, holder in SENT.items():
        assert keys(name) <= {*re.findall(rf'{holder}\["(\w+)"\]', PAGES + CORE)}


def test_what_scripts_trigger_is_listened_to():
    assert {*re.findall(r'setTriggerValue\("(\w+)"', ALL)} == {*re.findall(r"on_(\w+)_change=", PAGES)}


def test_the_protocol_is_read_before_numpy_and_torch():
    code = "import sys, core.protocol, core.looks; print(*{'torch', 'numpy', 'pydantic'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.split() == []
