from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q


class Division(models.Model):
    """A division (行政区划, GB/T 2260) during the period in which its code was in force.

    Old person numbers keep abolished codes, so a row is ended, never deleted.
    """

    code = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=120, blank=True)
    level = models.CharField(max_length=12)
    parent = models.CharField(max_length=12, blank=True, db_index=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    merged_into = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "valid_from"], name="division_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="division_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Organ(models.Model):
    """An organ (机关) of government, with its line (条) and its area (块)."""

    key = models.SlugField(max_length=60, unique=True)
    uscc = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=120)
    short = models.CharField(max_length=40)
    name_en = models.CharField(max_length=200, blank=True)
    # agency 机关, institution 事业单位, company: a public utility, party to one-things.
    kind = models.CharField(max_length=20, default="agency")
    level = models.CharField(max_length=1)
    division = models.CharField(max_length=12, db_index=True)
    line_parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="line_children"
    )
    area_parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="area_children"
    )

    def __str__(self) -> str:
        return self.short


class Unit(models.Model):
    """A unit (内设机构) within an organ."""

    organ = models.ForeignKey(Organ, on_delete=models.PROTECT, related_name="units")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organ", "key"], name="unit_once")]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A post (岗位): what grants belong to, whoever holds it."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    key = models.SlugField(max_length=60)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200, blank=True)
    grants = models.JSONField(default=list)
    # A prefix of division codes: 9901 sees the city, 990102 one district.
    region = models.CharField(max_length=12)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "key"], name="post_once")]

    def __str__(self) -> str:
        return self.name


class Person(models.Model):
    """A natural person (自然人); number and phone are stored as ciphertext and keyed hash only."""

    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    sex = models.CharField(max_length=6, blank=True)
    born_on = models.DateField(null=True)
    died_on = models.DateField(null=True)
    # 证件类型 of GA/T 2000.156: 111 is the resident identity number.
    number_kind = models.CharField(max_length=3, default="111")
    number = models.CharField(max_length=255)
    number_hash = models.CharField(max_length=120, unique=True)
    phone = models.CharField(max_length=255, blank=True)
    phone_hash = models.CharField(max_length=120, blank=True, db_index=True)
    division = models.CharField(max_length=12, db_index=True)
    # 实名等级: 0 not verified, 1 number and name, 2 with a phone in the person's name, 3 in person.
    verified_level = models.PositiveSmallIntegerField(default=0)
    # The number begins with 99, which no division has: such a person cannot exist.
    is_fictional = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["name"], name="person_name"),
            # Asked at every start of a demo; empty where all is well.
            models.Index(fields=["id"], name="person_real", condition=Q(is_fictional=False)),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class LegalEntity(models.Model):
    """A legal entity (法人) or other organisation with a unified social credit code."""

    uscc = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    legal_representative = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="represented"
    )
    status = models.CharField(max_length=12, default="active")
    division = models.CharField(max_length=12, db_index=True)
    established_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["name"], name="entity_name")]

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Accounts come with their person: every page names who is signed in."""

    def get_queryset(self) -> models.QuerySet["Account"]:
        return super().get_queryset().select_related("person")


class Account(AbstractBaseUser):
    """An account (账号): how a person signs in, as a citizen or as an official, never as both."""

    # What may be done comes from posts, and the last sign-in stands in the ledger.
    last_login = None

    username = models.CharField(max_length=60, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accounts")
    is_official = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    totp_secret = models.CharField(max_length=255, blank=True)
    totp_confirmed_at = models.DateTimeField(null=True)
    # The last time step whose code was taken; a code is never taken twice.
    totp_step = models.BigIntegerField(default=0)
    failed_attempts = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    language = models.CharField(max_length=10, blank=True)
    # mode.size.contrast, as in the cookie: elder.l.norm
    display = models.CharField(max_length=24, blank=True)
    is_demo = models.BooleanField(default=False)
    introduction = models.CharField(max_length=200, blank=True)
    introduction_en = models.CharField(max_length=200, blank=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "is_official"], name="account_once"),
        ]

    def __str__(self) -> str:
        return self.username


class OutsideIdentity(models.Model):
    """An outside identity (外部身份): an account as an identity service names it, for good."""

    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="outside")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="outside_identity_once"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} account {self.account_id}"


class Appointment(models.Model):
    """An appointment (任职): a person holds a post for a period; `to_on` is the last day."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    from_on = models.DateField()
    to_on = models.DateField(null=True)
    basis = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="appointment_period",
            ),
            models.UniqueConstraint(
                fields=["person", "post"],
                condition=Q(to_on__isnull=True),
                name="appointment_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.person_id} on post {self.post_id}"


class Proxy(models.Model):
    """A proxy (代办授权): an agent may act for a principal, within a scope, until a date."""

    principal_person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="proxies_given"
    )
    principal_entity = models.ForeignKey(
        LegalEntity, null=True, on_delete=models.PROTECT, related_name="proxies_given"
    )
    agent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proxies_held")
    # Keys of items and one-things, or ["*"].
    scope = models.JSONField()
    basis = models.CharField(max_length=10)
    from_on = models.DateField()
    to_on = models.DateField()
    evidence = models.TextField(blank=True)
    evidence_hash = models.CharField(max_length=80, blank=True)
    given_at = models.DateTimeField()
    given_by = models.CharField(max_length=120)
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(principal_person__isnull=True, principal_entity__isnull=False)
                | Q(principal_person__isnull=False, principal_entity__isnull=True),
                name="proxy_one_principal",
            ),
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="proxy_period"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by="")
                | (Q(revoked_at__isnull=False) & ~Q(revoked_by="")),
                name="proxy_revoked_by",
            ),
        ]

    def __str__(self) -> str:
        return f"proxy {self.pk}"


class ProxyRequest(models.Model):
    """A request for a proxy (代办请求): nothing may be done under it until the principal agrees."""

    principal = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proxies_asked_of")
    agent = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proxies_asked_for")
    # As in a proxy.
    scope = models.JSONField()
    to_on = models.DateField()
    asked_at = models.DateTimeField()
    closes_on = models.DateField()
    state = models.CharField(max_length=10, default="asked")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=120, blank=True)
    proxy = models.OneToOneField(Proxy, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["principal", "agent"],
                condition=Q(state="asked"),
                name="proxy_request_once",
            ),
            models.CheckConstraint(
                condition=Q(state="agreed", proxy__isnull=False)
                | (~Q(state="agreed") & Q(proxy__isnull=True)),
                name="proxy_request_agreed",
            ),
        ]

    def __str__(self) -> str:
        return f"proxy request {self.pk}"


class ConsentCode(models.Model):
    """A consent code (授权验证码): whoever reads it out has the registered telephone in hand.

    Only its keyed hash is kept; ten minutes, five tries, one use.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consent_codes")
    # Exactly what is consented to; a code for one thing is none for another.
    subject = models.CharField(max_length=160)
    code_hash = models.CharField(max_length=120)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    issued_by = models.CharField(max_length=120)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-issued_at"], name="consent_code_person"),
            models.Index(fields=["issued_by", "-issued_at"], name="consent_code_by"),
        ]

    def __str__(self) -> str:
        return f"consent code {self.pk}"


class OneTimeLink(models.Model):
    """A one-time link (一次性链接); only the hash of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=20)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="links")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
