import json
from dataclasses import replace

import numpy as np
import pytest

from banking.categoriser import ModelUnavailable, artefact, facts, load_or_none, training
from banking.categoriser.tests.small import model, write


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    source = write(tmp_path_factory.mktemp("facts"))
    target = tmp_path_factory.mktemp("model")
    training.train_into(target, source)
    return source, target


def reason(folder, digest):
    with pytest.raises(ModelUnavailable) as caught:
        artefact.load(folder, digest=digest)
    return caught.value.reason


def test_training_is_reproducible(folders):
    first, second = training.train(folders[0]), training.train(folders[0])
    assert np.array_equal(first.weights, second.weights)
    assert first.vocabulary.words == second.vocabulary.words


def test_saved_model_answers_the_same(folders):
    source, target = folders
    loaded, fresh = artefact.load(target, digest=facts.digest(source)), training.train(source)
    texts, signs = ["starbucks", "rosie dental", "acme payroll"], [-1, -1, 1]
    told = [each.predict(texts, signs).probabilities for each in (loaded, fresh)]
    assert np.allclose(*told, atol=0.01)


def test_nothing_there_is_missing(tmp_path):
    assert reason(tmp_path, "x") == "missing"
    assert load_or_none(tmp_path) is None


def test_other_facts_are_refused(folders):
    assert reason(folders[1], "other") == "facts"


def test_damage_is_refused(folders, tmp_path):
    source, target = folders
    weights = artefact.read_card(target).file
    for name in (artefact.CARD, weights):
        (tmp_path / name).write_bytes((target / name).read_bytes())
    (tmp_path / weights).write_bytes(b"PK" + (target / weights).read_bytes()[2:-9])
    assert reason(tmp_path, facts.digest(source)) == "damaged"
    (tmp_path / artefact.CARD).write_text("{")
    assert reason(tmp_path, facts.digest(source)) == "damaged"


def test_weights_gone_is_missing(folders, tmp_path):
    source, target = folders
    (tmp_path / artefact.CARD).write_bytes((target / artefact.CARD).read_bytes())
    assert reason(tmp_path, facts.digest(source)) == "missing"


def test_another_format_is_refused(folders, tmp_path):
    card = json.loads((folders[1] / artefact.CARD).read_text())
    (tmp_path / artefact.CARD).write_text(json.dumps(card | {"format": 99}))
    assert reason(tmp_path, card["facts"]) == "format"


def test_a_model_that_comes_later_is_used_at_once(folders, tmp_path, monkeypatch):
    monkeypatch.setattr(facts, "digest", lambda: "small")
    assert load_or_none(tmp_path) is None
    artefact.save(model(), tmp_path, trained={})
    found = load_or_none(tmp_path)
    assert found.predict(["starbucks"], [-1]).words == [["starbucks"]]
    assert load_or_none(tmp_path) is found


def test_who_loads_while_another_one_is_saved_gets_a_whole_one(folders, tmp_path):
    artefact.save(model(), tmp_path, trained={})
    between = (tmp_path / artefact.CARD).read_bytes()
    artefact.save(replace(model(), bias=model().bias + 1), tmp_path, trained={})
    (tmp_path / artefact.CARD).write_bytes(between)
    assert np.array_equal(artefact.load(tmp_path, digest="small").bias, model().bias)


def test_weights_that_nothing_names_go(folders, tmp_path):
    for more in range(4):
        artefact.save(replace(model(), bias=model().bias + more), tmp_path, trained={})
    assert len(list(tmp_path.glob("*.npz"))) == 2


def test_the_card_names_what_trained_it(folders):
    assert {"sklearn", "scipy", "numpy"} <= set(artefact.read_card(folders[1]).trained)
