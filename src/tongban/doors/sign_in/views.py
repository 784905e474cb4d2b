"""The pages of signing in; each calls one action or query."""

from typing import Any

import segno
from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.safestring import mark_safe
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tongban.doors.sign_in import forms, session
from tongban.kernel import clock
from tongban.kernel.actor import NOBODY, Actor
from tongban.kernel.errors import Invalid, NotFound, Refusal
from tongban.kernel.identity import actions, codes, queries, rules, totp
from tongban.kernel.identity.queries import Account
from tongban.kernel.ui import layouts, menus, modes, place, refusals
from tongban.kernel.ui.access import demands, open_to_all, signed_in


@open_to_all
@sensitive_post_parameters("password", "code")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with a password, and a code for officials; in a demo, as anyone on the list."""
    back = own_path(request.POST.get("next") or request.GET.get("next"))
    form = forms.SignIn(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            attempt = actions.try_password(**form.cleaned_data, by=NOBODY)
            if attempt.account is not None:
                return _enter(request, attempt.account, means="password", back=back)
            if attempt.refusal is not None:
                status = _show(form, attempt.refusal)
    people = queries.demo_identities()
    context = {
        "form": form,
        "next": back,
        "citizens": [one for one in people if not one.is_official],
        "officials": [one for one in people if one.is_official],
        "ended": request.session.pop(session.ENDED, False),
    }
    return _page(request, "sign_in/sign_in.html", context, status=status)


@open_to_all
@require_POST
def demo(request: HttpRequest) -> HttpResponse:
    """Become one of the demo's people."""
    account = actions.sign_in_demo(username=request.POST.get("username", ""), by=NOBODY)
    return _enter(request, account, means="demo", back=own_path(request.POST.get("next")))


@signed_in
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; only by a form, so that no picture on another site can do it."""
    account = _account(request)
    actions.sign_out(account=account.pk, by=_actor(request))
    session.end(request)
    return redirect("sign-in")


@open_to_all
@sensitive_post_parameters("password", "again")
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Set a password by a one-time link; looking at the page does not use the link up."""
    found = queries.link_alive(token)
    if found is None:
        raise rules.LinkDead()
    form = forms.NewPassword(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                account = actions.set_password_by_link(
                    token=token, password=form.cleaned_data["password"], by=NOBODY
                )
            except Invalid as invalid:
                status = _show(form, invalid)
            else:
                return _enter(request, account, means="link", back="")
    context = {"form": form, "username": found.account.username}
    return _page(request, "sign_in/link.html", context, status=status)


@signed_in
@sensitive_post_parameters("current", "password", "again")
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; this session goes on, all others end."""
    form = forms.ChangePassword(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                account = actions.change_password(
                    account=_account(request).pk,
                    current=data["current"],
                    password=data["password"],
                    by=_actor(request),
                )
            except (Invalid, rules.SignInRefused) as refusal:
                status = _show(form, refusal)
            else:
                return _enter(
                    request, account, means=request.session.get(session.MEANS, "password"), back=""
                )
    return _page(request, "sign_in/password.html", {"form": form}, status=status)


@signed_in
@sensitive_post_parameters("code")
def second_factor(request: HttpRequest) -> HttpResponse:
    """Enrol the second factor: scan the picture, confirm with one code."""
    account = _account(request)
    form = forms.Code(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                account = actions.confirm_totp(
                    account=account.pk, code=form.cleaned_data["code"], by=_actor(request)
                )
            except rules.CodeNotRight as refusal:
                status = _show(form, refusal)
            else:
                return redirect(_onward(account, ""))
    secret = actions.enrol_totp(account=account.pk, by=_actor(request))
    address = totp.address(secret, issuer=place.here().workbench, name=account.username)
    picture = segno.make(address, error="m").svg_inline(scale=5, border=4, light="#fff")
    context = {
        "form": form,
        # Drawn by segno from our own text: nothing in it comes from the request.
        "picture": mark_safe(picture),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    return _page(request, "sign_in/second_factor.html", context, status=status)


@signed_in
def acting(request: HttpRequest) -> HttpResponse:
    """Choose the post held now, and for whom one acts."""
    account = _account(request)
    posts, principals = queries.posts_of(account), queries.principals_of(account)
    back = own_path(request.POST.get("next") or request.GET.get("next"))
    if request.method == "POST":
        chosen = request.POST.get("as", "")
        kind, _, key = chosen.partition(":")
        if kind == "post" and key in {str(post.id) for post in posts}:
            session.hold(request, int(key))
        elif kind == "proxy" and key in {str(one.proxy) for one in principals if one.proxy}:
            session.act_for(request, proxy=int(key))
        elif kind == "entity" and key in {one.entity for one in principals if not one.proxy}:
            session.act_for(request, entity=key)
        elif kind == "self":
            session.release(request)
        else:
            raise NotFound()
        return redirect(back or _home(account, serving=kind == "proxy"))
    context = {"posts": posts, "principals": principals, "next": back}
    return _page(request, "sign_in/acting.html", context)


@signed_in
@require_POST
def acting_end(request: HttpRequest) -> HttpResponse:
    """Act for oneself again."""
    session.release(request)
    return redirect(_home(_account(request)))


@signed_in
def proxies(request: HttpRequest) -> HttpResponse:
    """Who may act for me; let someone else."""
    actor = _actor(request)
    if actor.person is None or actor.is_official or actor.on_behalf:
        # A proxy is given by oneself only: not from a post, and not by an agent.
        raise NotFound()
    form = forms.GiveProxy(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                agent = queries.person_on_document(name=data["name"], number=data["number"])
                actions.give_proxy(
                    principal=actor.person,
                    agent=agent.pk,
                    scope=[rules.EVERYTHING],
                    basis="family",
                    to_on=data["to_on"],
                    evidence="Agreed to by the principal, signed in.",
                    by=actor,
                )
            except Refusal as refusal:
                status = _show(form, refusal)
            else:
                return redirect("proxies")
    context = {"form": form, "given": queries.proxies_given_by(actor.person)}
    return _page(request, "sign_in/proxies.html", context, status=status)


@signed_in
@require_POST
def proxy_revoke(request: HttpRequest, proxy: int) -> HttpResponse:
    """Take a proxy back."""
    actions.revoke_proxy(proxy=proxy, by=_actor(request))
    return redirect("proxies")


@demands("window.serve")
def window(request: HttpRequest) -> HttpResponse:
    """Act for the person who stands at the window, until the end of the day at most."""
    actor = _actor(request)
    form = forms.AtTheWindow(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                given = actions.serve_at_window(
                    name=data["name"], number=data["number"], phone=data["phone"], by=actor
                )
            except Refusal as refusal:
                status = _show(form, refusal)
            else:
                session.act_for(request, proxy=given.pk)
                return redirect("/")
    return _page(request, "sign_in/window.html", {"form": form}, status=status)


def own_path(text: str | None) -> str:
    """A path of our own to come back to; anything else is dropped."""
    path = text or ""
    own = path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    return path if own else ""


def _enter(request: HttpRequest, account: Account, *, means: str, back: str) -> HttpResponse:
    session.begin(request, account, means=means)
    response = redirect(_onward(account, back, demo=means == "demo"))
    if account.display or account.language:
        display = modes.read(f"{account.display}.{account.language}", modes.of(request))
        modes.keep(response, display, secure=request.is_secure())
    return response


def _onward(account: Account, back: str, *, demo: bool = False) -> str:
    """Where an account goes after signing in."""
    if account.is_official and account.totp_confirmed_at is None and not demo:
        return reverse("second-factor")
    if len(queries.posts_of(account)) > 1:
        return reverse("acting") + (f"?{urlencode({'next': back})}" if back else "")
    return back or _home(account)


def _home(account: Account, *, serving: bool = False) -> str:
    # Whoever serves at the window goes where the citizen would go.
    official = account.is_official and not serving
    return (menus.address("office") if official else menus.address("home")) or "/"


def _account(request: HttpRequest) -> Account:
    account = request.user
    if not isinstance(account, Account):
        raise NotFound()
    return account


def _actor(request: HttpRequest) -> Actor:
    return menus.actor_of(request)


def _show(form: django_forms.Form, refusal: Refusal) -> int:
    """Put a refusal where it belongs on the form; answers the status of the page."""
    if isinstance(refusal, Invalid) and refusal.problems:
        for name, sentences in refusal.problems.items():
            for sentence in sentences:
                form.add_error(name if name in form.fields else None, sentence)
    elif isinstance(refusal, codes.BadCode) and "number" in form.fields:
        form.add_error("number", gettext(refusal.fault.value))
    else:
        said = refusals.say(refusal)
        form.add_error(None, f"{said.says} {said.hint}".strip())
    return refusal.status


def _page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    official = isinstance(request.user, Account) and request.user.is_official
    layout = layouts.STAFF if official else layouts.of(request)
    known = {**context, "layout": layout, "today": clock.today()}
    return render(request, template, known, status=status)
