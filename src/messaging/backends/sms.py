"""Text messages, through the gateway that ``accounts.sms`` speaks to."""

from accounts import sms
from messaging import queries
from messaging.backends import DeliveryError, Envelope


def deliver(envelope: Envelope) -> str:
    """Send to the person's own number, or to the number of someone without an account; returns the gateway's receipt."""
    phone = envelope.number or queries.phone_of(envelope.person_id)
    if not phone:
        raise DeliveryError("no_address", temporary=False)
    try:
        return sms.send(phone=phone, template=envelope.template, params=envelope.context)
    except sms.SmsError as error:
        raise DeliveryError(error.code, temporary=error.temporary, detail=error.detail) from error
