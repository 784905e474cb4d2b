from django.db import migrations, models

from tongban.domains.cases.rules.state import Delivery


class Migration(migrations.Migration):
    dependencies = [("cases", "0003_handover")]

    operations = [
        migrations.AddField("application", "deliver_to", models.TextField(blank=True)),
        migrations.AddField(
            "draft", "delivery", models.CharField(default=Delivery.ELECTRONIC, max_length=10)
        ),
        migrations.AddField("draft", "deliver_to", models.TextField(blank=True)),
        migrations.AddField("draft", "passed_from", models.BigIntegerField(null=True)),
        migrations.AddField("case", "named_organ", models.CharField(blank=True, max_length=18)),
        migrations.AddField("case", "told_at", models.DateTimeField(null=True)),
        migrations.AddField("casematerial", "tolerance_clock", models.BigIntegerField(null=True)),
    ]
