from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_intake")]

    operations = [
        migrations.AddField("draft", "choices", models.TextField(blank=True)),
    ]
