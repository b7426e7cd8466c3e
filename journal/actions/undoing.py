"""Taking an operation back: each row is put as it was before, or nothing is changed and the reason is told.

An undo is an operation too, so that it can itself be taken back, which is what `redo` does.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import Book, User
from accounts.owned import Owned, owned_models
from journal import keeping, queries, uses, wording, writing
from journal.actions.recording import Recorder, operation, snapshot
from journal.columns import by_name, written
from journal.effects import Effect, effects_of, put_back, restored, stands
from journal.models import Change, Operation

Model = type[Owned]
Rows = dict[int, models.Model]
MOST_NAMED = 3


class CannotUndo(Exception):
    """Nothing was changed; the text says why. `later` are the operations that stand in the way, the newest first."""

    def __init__(self, message: str, later: Sequence[Operation] = ()) -> None:
        super().__init__(message)
        self.later = tuple(later)


def undo(*, book: Book, by: User | None, pk: int, now: datetime) -> Operation:
    """Take the operation back; the operation that did so. Raise CannotUndo, or Operation.DoesNotExist."""
    with transaction.atomic():
        original = _original(book, pk)
        if original.final:
            raise CannotUndo(_("This cannot be taken back."))
        if original.undone:
            raise CannotUndo(_("This has been undone already."))
        verb = "undo" if original.undoes_id is None else "redo"
        with operation(book=book, by=by, verb=verb, now=now, undoes=original) as recorder:
            try:
                _carry_out(original, recorder, now)
            except keeping.InTheWay as found:
                raise _refusal(original, [(found.label, found.keys)]) from found
        if recorder.operation.pk is None:
            raise CannotUndo(_("There is nothing left of it that could be undone."))
        _turn(original)
    return recorder.operation


def redo(*, book: Book, by: User | None, pk: int, now: datetime) -> Operation:
    """Do again what was undone; the operation that did so. Raise CannotUndo, or Operation.DoesNotExist."""
    undone = Operation.objects.get(book=book, pk=pk)
    turns = {"undoes": undone} if undone.undoes_id is None else {"undoes__undoes": undone.undoes_id}
    last = Operation.objects.filter(book=book, undone=False, **turns).order_by("-id").first()
    if not undone.undone or last is None:
        raise CannotUndo(_("This has not been undone, so it cannot be done again."))
    return undo(book=book, by=by, pk=last.pk, now=now)


def _original(book: Book, pk: int) -> Operation:
    """Locked. What was done again stands as it did the first time, so that is what is taken back.

    Of what was taken back several times the last one counts.
    """
    found = Operation.objects.select_for_update().get(book=book, pk=pk)
    if found.verb == "redo" and found.undoes is not None and found.undoes.undoes_id is not None:
        return Operation.objects.select_for_update().get(book=book, pk=found.undoes.undoes_id)
    if found.undoes_id is not None and not found.undone:
        turns = Operation.objects.select_for_update().filter(book=book, undoes=found.undoes_id, undone=False)
        return turns.order_by("-id").first() or found
    return found


def _turn(original: Operation) -> None:
    """It does not stand any more; what it had taken back stands again."""
    Operation.objects.filter(pk=original.pk).update(undone=True)
    if original.undoes_id is None:
        Operation.objects.filter(undoes=original).update(undone=False)
        Operation.objects.filter(undoes__undoes=original).update(undone=True)
    else:
        Operation.objects.filter(undoes=original.undoes_id).update(undone=True)
        Operation.objects.filter(pk=original.undoes_id).update(undone=False)


def _carry_out(original: Operation, recorder: Recorder, now: datetime) -> None:
    if original.verb in keeping.ways:
        keeping.ways[original.verb](original, now)
    else:
        _take_back(original, recorder, now)


def _take_back(original: Operation, recorder: Recorder, now: datetime) -> None:
    book, effects = original.book, effects_of(Change.objects.filter(operation=original).order_by("id"))
    order = [model for model in _parents_first() if model._meta.label in effects]
    if len(order) < len(effects):
        raise CannotUndo(_("This is of an older version and cannot be taken back."))
    with keeping.kept(original, effects):
        rows = {model: _locked(model, book, effects[model._meta.label]) for model in order}
        _all_stand(original, {model: effects[model._meta.label] for model in order}, rows)
        try:
            with transaction.atomic():
                for model in order:
                    _change(model, effects[model._meta.label], rows[model], recorder, now)
                for model in reversed(order):
                    _delete(model, effects[model._meta.label], rows[model], recorder, original)
                for model in order:
                    _restore(model, effects[model._meta.label], recorder)
        except IntegrityError as error:
            raise CannotUndo(_("Something else is in its place now, perhaps of the same name.")) from error
        for model in order:
            _all_lead_somewhere(model, effects[model._meta.label], original)


def _parents_first() -> list[Model]:
    """Every model of a book after those that it refers to."""
    order: list[Model] = []

    def add(model: Model, above: frozenset[Model]) -> None:
        for column in model._meta.concrete_fields:
            target = column.related_model
            if isinstance(target, type) and issubclass(target, Owned) and target not in above:
                add(target, above | {target})
        if model not in order:
            order.append(model)

    for model in owned_models():
        add(model, frozenset({model}))
    return order


def _locked(model: Model, book: Book, effects: Sequence[Effect]) -> Rows:
    """The rows that are there, held until the transaction ends, in the order of their keys."""
    rows = model._base_manager.select_for_update().filter(book=book).order_by("pk")
    keys = sorted(each.key for each in effects)
    return {row.pk: row for some in writing.batches(keys) for row in rows.filter(pk__in=some)}


def _all_stand(original: Operation, effects: dict[Model, list[Effect]], rows: dict[Model, Rows]) -> None:
    for model, those in effects.items():
        changed = [
            each.key
            for each in those
            if not stands(each, rows[model].get(each.key)) and not _stays(model, each, original)
        ]
        if changed:
            raise _refusal(original, [(model._meta.label, changed)])


def _stays(model: Model, effect: Effect, original: Operation) -> bool:
    """Whether what was created here is anybody's now, so that it need not be as it was."""
    return effect.before is None and keeping.stays(model._meta.label, about=original.model)


def _change(model: Model, effects: Sequence[Effect], rows: Rows, recorder: Recorder, now: datetime) -> None:
    changed: dict[tuple[str, ...], list[models.Model]] = {}
    for each in effects:
        if each.before is not None and each.after is not None:
            row = rows[each.key]
            columns = [column for name, column in by_name(model).items() if name in each.before]
            known = {column.attname: written(column, row) for column in columns}
            given = put_back(each, row)
            after = {column.attname: written(column, row) for column in columns}
            recorder.noted(model._meta.label, each.key, known, after)
            changed.setdefault(tuple(sorted(given)), []).append(row)
    for names, those in changed.items():
        writing.update(model=model, rows=those, columns=names, now=now)


def _delete(model: Model, effects: Sequence[Effect], rows: Rows, recorder: Recorder, original: Operation) -> None:
    created = [each for each in effects if each.before is None and each.key in rows]
    keys = [each.key for each in created if stands(each, rows[each.key])]  # one that is shared may be another by now
    used = uses.used(model, keys, book=original.book)
    if used and not keeping.stays(model._meta.label, about=original.model):
        raise _refusal(original, [(label, list(users)) for label, users in used.items()])
    going = uses.unused(model, keys, book=original.book) if used else keys
    _let_go(model, going, recorder)
    for key in going:
        recorder.deleted(rows[key])
    for some in writing.batches(going):
        those = model._base_manager.filter(pk__in=some)
        those._raw_delete(those.db)  # nothing refers to them


def _let_go(model: Model, keys: Sequence[int], recorder: Recorder) -> None:
    """What only tells of these rows does so no longer by their key."""
    for relation in uses.relations(model) if keys else ():
        if relation.related_model._meta.label in keeping.lets_go:
            found = relation.related_model._base_manager.select_for_update(of=("self",)).order_by("pk")
            for row in found.filter(**{f"{relation.field.name}__in": keys}):
                before = snapshot(row)
                setattr(row, relation.field.attname, None)
                row.save(update_fields=[relation.field.name])
                recorder.changed(row, before)


def _restore(model: Model, effects: Sequence[Effect], recorder: Recorder) -> None:
    rows = [restored(model, each.before) for each in effects if each.before is not None and each.after is None]
    model._base_manager.bulk_create(rows, batch_size=writing.BATCH)
    for row in rows:
        recorder.created(row)


def _all_lead_somewhere(model: Model, effects: Sequence[Effect], original: Operation) -> None:
    """What was put back refers only to rows that are there."""
    for name, column in by_name(model).items():
        target = column.related_model
        if not isinstance(target, type):
            continue
        kept = {each.before[name] for each in effects if each.before and each.before.get(name) not in (None, "None")}
        keys = {int(key) for key in kept}
        there: set[int] = set()
        for some in writing.batches(sorted(keys)):
            there.update(target._base_manager.filter(pk__in=some).values_list("pk", flat=True))
        if keys - there:
            raise _refusal(original, [(target._meta.label, sorted(keys - there))])


def _refusal(original: Operation, places: Iterable[tuple[str, list[int]]]) -> CannotUndo:
    """What was done to these rows since, by whom it may be."""
    later = queries.changed_since(operation=original, places=places)
    found = list(later[: MOST_NAMED + 1])
    if not found:
        return CannotUndo(_("It has been changed since, as by an update of your bank, so nothing was undone."))
    named = [wording.said(each) for each in found[:MOST_NAMED]] + [_("more")] * (len(found) > MOST_NAMED)
    listed = get_text_list(named, _("and"))
    message = _("A later change depends on this: %(later)s. Undo that first; nothing was changed.")
    return CannotUndo(message % {"later": listed}, found)
