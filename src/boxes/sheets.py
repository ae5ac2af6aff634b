"""The sheet and the file of one share: made in memory for one answer, kept nowhere."""

from datetime import datetime

from django.views.decorators.debug import sensitive_variables

from boxes.models import Box, Holder
from documents import pdf
from documents.qr import svg_data_uri
from elections.models import Poll


@sensitive_variables()
def share_sheet(poll: Poll, box: Box, holder: Holder, share: str, *, now: datetime) -> bytes:
    """A PDF of one page: whose share, of which box, what to do with it, the 32 letters and digits and their QR code."""
    context = {
        "poll": poll, "box": box, "holder": holder, "groups": share.split("-"), "qr": svg_data_uri(share, scale=6), "now": now,
    }  # fmt: skip
    return pdf.render("boxes/share_sheet.html", context, now=now)


@sensitive_variables()
def share_file(box: Box, holder: Holder, share: str) -> bytes:
    """The same as a text file."""
    return f"{box.name}\n{holder.number}\n{holder.name}（{holder.stands_for}）\n{share}\n".encode()
