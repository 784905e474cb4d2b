from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("processes", "0002_free_flow")]

    operations = [
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", False)),
                fields=["done_by", "-closed_at", "-id"],
                name="item_done",
            ),
        ),
    ]
