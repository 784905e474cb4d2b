from django.db import migrations, models

from tongban.kernel import online


class Migration(migrations.Migration):
    """The filings of a project are found by its code; built beside the running work."""

    atomic = False

    dependencies = [("cases", "0012_projects")]

    operations = [
        online.AddIndex(
            model_name="application",
            index=models.Index(
                condition=models.Q(("project", ""), _negated=True),
                fields=["project", "id"],
                name="application_project",
            ),
        ),
    ]
