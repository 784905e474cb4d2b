from django.db import migrations, models
from django.db.models import deletion

from tongban.kernel import online


class Migration(migrations.Migration):
    """The indexes of what 0002 added, built beside the running work: the table is large by then."""

    atomic = False

    dependencies = [("licences", "0003_one_matter_per_report")]

    operations = [
        online.IndexKey(
            model_name="licence",
            name="replaces",
            field=models.OneToOneField(
                null=True,
                on_delete=deletion.PROTECT,
                related_name="replaced_by",
                to="licences.licence",
            ),
        ),
        online.AddIndex(
            model_name="licence",
            index=models.Index(
                condition=models.Q(("status", "valid"), ("valid_to__isnull", False)),
                fields=["valid_to"],
                name="licence_running_out",
            ),
        ),
        online.AddIndex(
            model_name="licence",
            index=models.Index(
                condition=models.Q(("status", "valid"), _negated=True),
                fields=["organ"],
                name="licence_not_valid",
            ),
        ),
    ]
