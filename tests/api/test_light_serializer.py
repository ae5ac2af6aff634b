"""Serializers that copy their plain fields flat answer as DRF's do, and share nothing that one of them changes."""

from typing import Any

from rest_framework import serializers

from tenancy.api import LightSerializer


class Line(serializers.Serializer[Any]):
    """A line of something."""

    words = serializers.CharField(max_length=5)


class Light(LightSerializer):
    """Some of each kind."""

    name = serializers.CharField(max_length=5)
    count = serializers.IntegerField(required=False, min_value=1, default=1)
    lines = Line(many=True, required=False)
    photos = serializers.ListField(child=serializers.CharField(), required=False)
    shout = serializers.SerializerMethodField()

    def get_shout(self, row: dict[str, Any]) -> str:
        """In capitals, with what the context says."""
        return str(row["name"]).upper() + self.context.get("end", "")


def test_two_do_not_disturb_each_other() -> None:
    one, other = Light(data={"name": "far too long"}), Light(data={"name": "fine", "lines": [{"words": "a"}]})
    one.fields["name"].required = False
    one.fields["count"].read_only = True
    assert (other.fields["name"].required, other.fields["count"].read_only) == (True, False)
    assert one.fields["name"].parent is one
    assert other.fields["name"].parent is other
    assert not one.is_valid()
    assert {name: [error.code for error in errors] for name, errors in one.errors.items()} == {"name": ["max_length"]}
    assert other.is_valid()
    assert other.validated_data == {"name": "fine", "count": 1, "lines": [{"words": "a"}]}


def test_it_writes_with_its_own_context() -> None:
    row = {"name": "wang", "count": 2, "lines": [{"words": "x"}], "photos": ["p"]}
    loud, plain = Light(row, context={"end": "!"}), Light(row)
    assert (loud.data["shout"], plain.data["shout"]) == ("WANG!", "WANG")
    assert [one["shout"] for one in Light([row, row], many=True, context={"end": "?"}).data] == ["WANG?", "WANG?"]
