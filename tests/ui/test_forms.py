"""A flat form: its fields are copies, so what one form sets no other sees."""

import pytest
from django import forms

from ui.forms import flat, offer


@flat
class Asked(forms.Form):
    """Some of each."""

    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
    words = forms.CharField(max_length=5, widget=forms.Textarea(attrs={"rows": 2}))
    photos = forms.FileField(required=False)


def test_what_a_form_sets_is_its_own() -> None:
    one, other = Asked(), Asked({"kind": "a", "words": "short"})
    offer(one, "kind", [("c", "C")])
    one.fields["words"].widget.attrs["rows"] = 9
    one.fields["photos"].required = True
    one.fields["words"].initial = "x"
    del one.fields["kind"]
    assert list(other.fields) == ["kind", "words", "photos"]
    assert other.fields["kind"].widget.choices == [("a", "A"), ("b", "B")]  # type: ignore[attr-defined]
    assert other.fields["words"].widget.attrs == Asked.base_fields["words"].widget.attrs
    assert (other.fields["photos"].required, other.fields["words"].initial) == (False, None)
    assert other.is_valid()


def test_it_reads_and_refuses_as_any_form() -> None:
    form = Asked({"kind": "c", "words": "too long"})
    assert not form.is_valid()
    assert {name: [one.code for one in errors.as_data()] for name, errors in form.errors.items()} == {
        "kind": ["invalid_choice"],
        "words": ["max_length"],
    }
    assert Asked({"kind": "b", "words": "ok"}).is_valid()


def test_choices_known_only_when_a_form_is_made() -> None:
    choices = [("c", "C")]
    one, other = Asked({"kind": "c", "words": "ok"}), Asked({"kind": "c", "words": "ok"})
    offer(one, "kind", choices)
    choices.append(("d", "D"))
    assert (one.is_valid(), other.is_valid()) == (True, False)
    assert str(one["kind"]).count("<option") == 1
    with pytest.raises(TypeError, match="words"):
        offer(one, "words", choices)
    with pytest.raises(KeyError):
        offer(one, "colour", choices)
