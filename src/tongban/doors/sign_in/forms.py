"""The forms of signing in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tongban.doors.sign_in import scopes
from tongban.kernel.identity.rules import EVERYTHING


class SignIn(forms.Form):
    """User name, password, and the code of the second factor where there is one."""

    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=_("Six-digit code"),
        help_text=_("For officials: from the app on your phone."),
        required=False,
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class NewPassword(forms.Form):
    """A password, twice."""

    password = forms.CharField(
        label=_("New password"),
        help_text=_("At least ten characters; not a common one, and not your user name."),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The same once more"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """Both must be the same."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("password", again):
            raise forms.ValidationError(_("The two passwords differ; type both again."))
        return again


class ChangePassword(NewPassword):
    """The present password, and a new one twice."""

    current = forms.CharField(
        label=_("Present password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("current", "password", "again")


class Code(forms.Form):
    """The code that confirms a second factor."""

    code = forms.CharField(
        label=_("Six-digit code"),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class MyChild(forms.Form):
    """A child under eighteen, as the household register writes it."""

    name = forms.CharField(label=_("The child's name"), max_length=80)
    number = forms.CharField(
        label=_("The child's identity number"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class ConsentCode(forms.Form):
    """The code that somebody read out from their telephone."""

    code = forms.CharField(
        label=_("The code on their phone"),
        help_text=_("Six figures; ten minutes, five tries."),
        max_length=12,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class AtTheWindow(forms.Form):
    """Who stands at the window, as their document says."""

    name = forms.CharField(label=_("Name on the document"), max_length=80)
    number = forms.CharField(
        label=_("Number on the document"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    phone = forms.CharField(
        label=_("Phone"),
        help_text=_("Only needed for someone who is here for the first time."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )
    consent = forms.BooleanField(
        label=_("I have seen the document, and the person asks me to act for them today.")
    )


def _scopes() -> list[tuple[str, str]]:
    return [(EVERYTHING, ""), *scopes.offered()]


class AskForProxy(forms.Form):
    """With whom, for which matters, and until when."""

    name = forms.CharField(label=_("Their name"), max_length=80)
    number = forms.CharField(
        label=_("Their identity number"),
        max_length=24,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    scope = forms.MultipleChoiceField(
        label=_("For which matters?"),
        choices=_scopes,
        error_messages={"required": _("Choose the matters, or all of them.")},
    )
    to_on = forms.DateField(
        label=_("Last day"),
        help_text=_("A year from today at most; it can be given again."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"}),
    )


class GiveProxy(AskForProxy):
    """The same, by the person for whom one then acts."""

    consent = forms.BooleanField(label=_("I agree that this person acts for me in these matters."))
