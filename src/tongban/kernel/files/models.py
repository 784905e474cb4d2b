"""One row per content; the bytes lie with the backend."""

from django.db import models


class StoredFile(models.Model):
    """A stored file (文件), named by its content."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=8)
    content_type = models.CharField(max_length=100)
    storage_key = models.CharField(max_length=200)
    stored_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="files_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.sha256[:12]}"
