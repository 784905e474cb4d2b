from django.db import migrations, models
from django.db.models import deletion

from tongban.domains.cases.rules.state import State
from tongban.kernel import online


class Migration(migrations.Migration):
    """The indexes of what 0002 added, built beside the running work: the table is large by then."""

    atomic = False

    dependencies = [("cases", "0010_returns")]

    operations = [
        online.IndexKey(
            model_name="case",
            name="about",
            field=models.ForeignKey(
                null=True, on_delete=deletion.PROTECT, related_name="later", to="cases.case"
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveConstraint(model_name="case", name="case_filed_once")]
        ),
        online.PutConstraint(
            model_name="case",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            State.ARCHIVED,
                            State.CLOSED,
                            State.DECLINED,
                            State.LAPSED,
                            State.TERMINATED,
                            State.WITHDRAWN,
                        ],
                    ),
                    _negated=True,
                ),
                fields=("same_as",),
                name="case_filed_once",
            ),
        ),
    ]
