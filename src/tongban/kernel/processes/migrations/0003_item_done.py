from django.db import migrations, models

from tongban.kernel import online


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("processes", "0002_free_flow")]

    operations = [
        online.AddIndex(
            model_name="workitem",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["done_by", "-closed_at", "-id"],
                name="item_done",
            ),
        ),
    ]
