from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0011_indexes_beside_the_work")]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="project",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
    ]
