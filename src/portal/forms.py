"""What the portal's own pages take in."""

from django import forms


class StandingForm(forms.Form):
    """A chosen standing, as ``kind:key``."""

    standing = forms.RegexField(regex=r"^(post|home|child):[0-9]{1,18}$")

    @property
    def kind(self) -> str:
        """``post``, ``home`` or ``child``."""
        return str(self.cleaned_data["standing"]).partition(":")[0]

    @property
    def key(self) -> int:
        """The post, or the compound of the home or of the parent."""
        return int(str(self.cleaned_data["standing"]).partition(":")[2])
