"""A person: one telephone number, one name. Rights come from posts and homes, never from the account."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.crypto import decrypt, digest, encrypt
from ui.words import masked_name, masked_phone

NAME_LENGTH = 40


class PersonManager(BaseUserManager["Person"]):
    """Finds and makes people by telephone number (E.164)."""

    def by_phone(self, phone: str) -> "Person | None":
        """The person with this E.164 number, or None."""
        return self.filter(phone_digest=digest(phone)).first()

    def create_person(self, *, phone: str, name: str = "", **fields: Any) -> "Person":
        """Make a person without a password: they sign in by code."""
        person = self.model(name=name, **fields)
        person.phone = phone
        person.set_unusable_password()
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    """Someone who signs in."""

    name = models.CharField(_("姓名"), max_length=NAME_LENGTH, blank=True)
    phone_cipher = models.TextField(_("手机号(密文)"))
    phone_digest = models.CharField(max_length=64, unique=True)
    phone_verified = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    large_type = models.BooleanField(_("长者模式"), default=False)
    language = models.CharField(_("语言"), max_length=10, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # the person left: name and number are gone, records stay

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "phone_digest"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    is_staff = False
    is_superuser = False

    def __str__(self) -> str:
        return self.name or self.masked_phone or gettext("已注销")

    @property
    def phone(self) -> str:
        """The number in E.164, decrypted. Showing it to someone else goes through a recorded reveal."""
        return decrypt(self.phone_cipher)

    @phone.setter
    def phone(self, value: str) -> None:
        self.phone_cipher = encrypt(value)
        self.phone_digest = digest(value)

    @property
    def masked_phone(self) -> str:
        """The number as it is shown by default: 138****1234."""
        return masked_phone(self.phone)

    @property
    def masked_name(self) -> str:
        """The name as it is shown by default: 张*, 欧阳**."""
        return masked_name(self.name)


class Consent(models.Model):
    """A person agreed to one version of the privacy notice (个人信息保护法 第14条: it can be proved when, to what)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents")
    version = models.CharField(max_length=20)
    given_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "version"], name="consent_once_a_version")]

    def __str__(self) -> str:
        return self.version


class CodeEvent(models.Model):
    """One thing that happened to sign-in codes of a number. Counted in windows of time, so the limits outlive any cache.

    Number and address are kept as keyed digests only: a number that never became a person leaves no number behind.
    """

    class Kind(models.TextChoices):
        """What happened."""

        SENT = "sent", _("已发送")
        WRONG = "wrong", _("输入错误")
        RIGHT = "right", _("验证通过")
        UNSENT = "unsent", _("发送失败")

    kind = models.CharField(max_length=8, choices=Kind)
    phone_digest = models.CharField(max_length=64)
    address_digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["phone_digest", "at"], name="code_event_phone"),
            models.Index(fields=["address_digest", "at"], name="code_event_address"),
            models.Index(fields=["at"], name="code_event_at"),
        ]

    def __str__(self) -> str:
        return self.kind


class Challenge(models.Model):
    """A code that was sent to a number and waits for its answer. The session keeps its token, never number or code."""

    class Purpose(models.TextChoices):
        """What a right answer allows."""

        ENTER = "enter", _("登录")
        STEP_UP = "step_up", _("再次确认身份")
        NEW_PHONE = "new_phone", _("更换手机号")

    token = models.CharField(max_length=43, unique=True)
    purpose = models.CharField(max_length=10, choices=Purpose)
    phone_cipher = models.TextField()
    phone_digest = models.CharField(max_length=64)
    code_cipher = models.TextField()
    person = models.ForeignKey(Person, models.CASCADE, null=True, blank=True, related_name="+")
    wrong = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["made_at"], name="challenge_made")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.masked_phone}"

    @property
    def phone(self) -> str:
        """The number in E.164, decrypted."""
        return decrypt(self.phone_cipher)

    @property
    def masked_phone(self) -> str:
        """The number as the page shows it."""
        return masked_phone(self.phone)

    @property
    def code(self) -> str:
        """The code, decrypted."""
        return decrypt(self.code_cipher)
