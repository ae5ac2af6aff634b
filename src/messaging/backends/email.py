"""Mail to the address that the person has confirmed."""

import hashlib
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

from messaging import queries
from messaging.backends import DeliveryError, Envelope

SMTP_PERMANENT = 500


def deliver(envelope: Envelope) -> str:
    """Send one plain mail; returns its Message-ID, which is the same in every attempt so that mailboxes show it once."""
    address = queries.email_of(envelope.person_id)
    if not address:
        raise DeliveryError("no_address", temporary=False)
    host = settings.PUBLIC_URL.partition("://")[2].partition("/")[0].partition(":")[0]
    digest = hashlib.sha256(f"{envelope.key}:{envelope.person_id}".encode()).hexdigest()[:32]
    name = f"<{digest}@{host}>"
    link = f"\n\n{settings.PUBLIC_URL}{envelope.link}" if envelope.link else ""
    mail = EmailMessage(envelope.title, f"{envelope.body}{link}", to=[address], headers={"Message-ID": name})
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused:
        raise DeliveryError("number", temporary=False, detail="recipient refused") from None
    except smtplib.SMTPResponseException as error:
        permanent = error.smtp_code >= SMTP_PERMANENT
        raise DeliveryError("refused", temporary=not permanent, detail=str(error.smtp_code)) from None
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError("unreachable", temporary=True, detail=type(error).__name__) from None
    return name[:100]
