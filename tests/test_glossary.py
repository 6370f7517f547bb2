"""A newcomer finds the meaning of each term where it stands."""

import ast
import re
from pathlib import Path

import pytest

from core import MODELS
from core.analysis import ANALYSES
from core.glossary import GLOSSARY, explained, terms_in

PAGES = Path(__file__).parent.parent / "pages"
METRICS = {metric for model in MODELS.values() for metric in model.metrics} | {
    metric for analysis in ANALYSES.values() for metric in analysis.result.metrics().values()
}


@pytest.mark.parametrize("term", GLOSSARY)
def test_a_term_is_explained_in_one_sentence_under_each_spelling(term):
    meaning = GLOSSARY[term]
    assert meaning.endswith(".")
    assert not re.search(r"[.!?]\s", meaning)
    name, *_ = spellings = term.split("|")
    for spelling in spellings:
        assert explained(f"Its {spelling}, measured", "Help.") == f"Help.\n\n{name[0].upper()}{name[1:]}: {meaning}"


def test_only_whole_words_are_terms_and_each_is_explained_once():
    assert terms_in("Precision and recall, precision first") == ["precision", "recall"]
    assert terms_in("supermode, R12, MSEs, latently") == []
    assert explained("Loss", "Help.") == "Help."
    assert explained("Loss") == ""


def test_metrics_explain_their_terms():
    for metric in METRICS:
        assert metric.explanation.startswith(metric.help), metric.title
        for term in terms_in(f"{metric.title} {metric.help}"):
            assert f"\n\n{term[0].upper()}{term[1:]}: " in metric.explanation, metric.title


def test_every_heading_of_a_section_explains_its_terms():
    """All go through `heading`, which does."""
    for path in PAGES.rglob("*.py"):
        calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
        names = {call.attr for call in calls if isinstance(call, ast.Attribute) and ast.unparse(call.value) == "st"}
        assert path.name == "headings.py" or not names & {"header", "subheader"}, path
