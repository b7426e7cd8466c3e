"""Whatever is recorded has words that a person reads."""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings

from journal import wording
from journal.columns import by_name
from journal.models import Operation

VERB = re.compile(r"\bverb ?= ?\"(\w+)\"(?: if .+ else \"(\w+)\")?")


def test_every_verb_in_the_source_is_registered_with_its_words():
    apps_of_ours = [path for path in Path(settings.BASE_DIR).iterdir() if (path / "__init__.py").exists()]
    source = [path for folder in apps_of_ours for path in folder.rglob("*.py") if "tests" not in path.parts]
    found = {verb for path in source for verbs in VERB.findall(path.read_text()) for verb in verbs}
    verbs = found - {""}
    assert len(verbs) > 10
    assert verbs - wording.VERBS.keys() == set()
    assert {verb.kind for verb in wording.VERBS.values()} <= wording.kinds().keys()


def test_every_column_with_words_is_there():
    for label, noun in wording.NOUNS.items():
        columns = by_name(apps.get_model(label)).keys()
        named = {
            *noun.columns,
            *noun.told,
            *noun.amounts,
            *noun.worded,
            *filter(None, (noun.titled, *noun.amounts.values())),
        }
        assert named <= columns, label


def test_a_verb_without_words_is_called_by_its_name():
    assert wording.said(Operation(verb="fly_kites")) == "Fly kites"
