from django.db import models

from tongban.domains.seals.rules import Kind, Status


class Seal(models.Model):
    """An electronic seal (电子印章): an organ's, with a key pair of its own."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=14, unique=True)
    """印章编码: the division and a running number, as on seals of metal."""
    organ = models.CharField(max_length=18)
    organ_name = models.CharField(max_length=120)
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=10, choices=[(k.value, k.value) for k in Kind])
    valid_from = models.DateField()
    valid_to = models.DateField()
    status = models.CharField(
        max_length=10,
        choices=[(s.value, s.value) for s in Status],
        default=Status.PROPOSED.value,
    )
    proposed_by = models.CharField(max_length=120)
    proposed_person = models.BigIntegerField(null=True)
    proposed_at = models.DateTimeField()
    settled_by = models.CharField(max_length=120, blank=True)
    settled_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=200, blank=True)
    algorithm = models.CharField(max_length=20, blank=True)
    handle = models.TextField(blank=True)
    """What the seal service needs to sign with it; of our own service the encrypted key."""
    made = models.BinaryField(default=b"")
    """SESeal, DER: what its maker signed, its picture within."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organ", "kind"],
                condition=models.Q(status="valid"),
                name="seal_one_valid_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Impression(models.Model):
    """An impression (电子签章): what was sealed, with which seal, for whom."""

    id = models.BigAutoField(primary_key=True)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="impressions")
    subject = models.CharField(max_length=80)
    purpose = models.CharField(max_length=80)
    digest_algorithm = models.CharField(max_length=20)
    digest = models.CharField(max_length=128)
    """Hex."""
    algorithm = models.CharField(max_length=20)
    value = models.BinaryField()
    """SES_Signature, DER."""
    file = models.CharField(max_length=64, blank=True)
    """The sealed file, where it was kept with its impression."""
    made_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["subject"], name="impression_subject"),
            models.Index(fields=["digest"], name="impression_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.seal_id} {self.subject}"


class Anchor(models.Model):
    """A trust anchor (信任锚): an authority's certificate by which others are believed."""

    class Purpose(models.TextChoices):
        SEAL = "seal"
        TIME = "time"

    id = models.BigAutoField(primary_key=True)
    purpose = models.CharField(max_length=4, choices=Purpose)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    certificate = models.BinaryField()
    added_by = models.CharField(max_length=120)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["purpose", "sha256"], name="anchor_once"),
        ]

    def __str__(self) -> str:
        return self.name


class SealCertificate(models.Model):
    """A certificate (数字证书) of a seal's key; a later one takes an earlier one's place."""

    id = models.BigAutoField(primary_key=True)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="certificates")
    serial = models.CharField(max_length=64)
    """Hex."""
    issuer = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, unique=True)
    certificate = models.BinaryField()
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    added_by = models.CharField(max_length=120)
    added_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["serial"], name="certificate_serial")]

    def __str__(self) -> str:
        return self.serial
