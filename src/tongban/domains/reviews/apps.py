from django.apps import AppConfig

from tongban.domains.reviews import rules
from tongban.kernel.catalogue import kinds
from tongban.kernel.errors import N_
from tongban.kernel.ui import menus
from tongban.kernel.ui.menus import MenuEntry


class ReviewsConfig(AppConfig):
    name = "tongban.domains.reviews"
    label = "reviews"

    def ready(self) -> None:
        """Bring our settings into the catalogue, our pages into the menus and beside a filing."""
        from tongban.domains.cases.portal import filings  # noqa: PLC0415  needs the models
        from tongban.domains.reviews.portal import invited_at  # noqa: PLC0415  likewise

        if invited_at not in filings.INVITED:
            filings.INVITED.append(invited_at)
        kinds.register(
            kinds.Kind(
                name="reviews",
                label=N_("Reviews"),
                file="reviews.toml",
                check=rules.check,
                order=80,
            )
        )
        group = N_("Reviews")
        menus.footer.add(
            MenuEntry(
                label=N_("How people rate us"),
                url_name="reviews:results",
                icon="face4",
                group=N_("Public results"),
            )
        )
        menus.account.add(
            MenuEntry(
                label=N_("Rate a service"), url_name="reviews:mine", icon="face5", signed_in=True
            )
        )
        menus.rail.add(
            MenuEntry(
                label=N_("Bad reviews to verify"),
                url_name="reviews:verify-queue",
                icon="phone",
                grant="review.verify",
                order=60,
                group=group,
            ),
            MenuEntry(
                label=N_("Bad reviews to mend"),
                url_name="reviews:mend-queue",
                icon="face1",
                grant="review.mend",
                order=61,
                group=group,
            ),
            MenuEntry(
                label=N_("Reviewers to answer"),
                url_name="reviews:answer-queue",
                icon="chat",
                grant="review.answer",
                order=62,
                group=group,
            ),
        )
