"""What tests of messages begin with: inboxes in which nothing lies yet."""

from tests import given
from tongban.connectors import messages as connector
from tongban.domains.messages.models import Message, Sending


class Nowhere:
    """A gateway that takes everything and keeps nothing."""

    def send(self, **message: object) -> None:
        pass


def forget_the_founding() -> None:
    """Tell what the founding of the city had to tell, and forget it."""
    with connector.use(Nowhere()):
        given.settle()
    Sending.objects.all().delete()
    Message.objects.all().delete()
