"""The pages of signing in; each calls one action or query."""

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.safestring import mark_safe
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from tongban.connectors import identity_providers
from tongban.doors.sign_in import entering, forms, pages, session
from tongban.kernel.actor import NOBODY
from tongban.kernel.errors import Invalid, NotFound, Refusal
from tongban.kernel.identity import actions, queries, rules, totp
from tongban.kernel.ui import place
from tongban.kernel.ui.access import demands, open_to_all, signed_in


@open_to_all
@sensitive_post_parameters("password", "code")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with a password, and a code for officials; in a demo, as anyone on the list."""
    back = entering.own_path(request.POST.get("next") or request.GET.get("next"))
    form = forms.SignIn(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            attempt = actions.try_password(**form.cleaned_data, by=NOBODY)
            if attempt.account is not None:
                return entering.enter(request, attempt.account, means="password", back=back)
            if attempt.refusal is not None:
                status = pages.show(form, attempt.refusal)
    people = queries.demo_identities()
    context = {
        "form": form,
        "next": back,
        "citizens": [one for one in people if not one.is_official],
        "officials": [one for one in people if one.is_official],
        "ended": request.session.pop(session.ENDED, False),
        "outside": settings.TONGBAN_OIDC_NAME if identity_providers.provider() else "",
    }
    return pages.page(request, "sign_in/sign_in.html", context, status=status)


@open_to_all
@require_POST
def demo(request: HttpRequest) -> HttpResponse:
    """Become one of the demo's people."""
    account = actions.sign_in_demo(username=request.POST.get("username", ""), by=NOBODY)
    return entering.enter(
        request, account, means="demo", back=entering.own_path(request.POST.get("next"))
    )


@signed_in
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; only by a form, so that no picture on another site can do it."""
    account = pages.account(request)
    actions.sign_out(account=account.pk, by=pages.actor(request))
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
                status = pages.show(form, invalid)
            else:
                return entering.enter(request, account, means="link", back="")
    context = {"form": form, "username": found.account.username}
    return pages.page(request, "sign_in/link.html", context, status=status)


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
                    account=pages.account(request).pk,
                    current=data["current"],
                    password=data["password"],
                    by=pages.actor(request),
                )
            except (Invalid, rules.SignInRefused) as refusal:
                status = pages.show(form, refusal)
            else:
                return entering.enter(
                    request, account, means=request.session.get(session.MEANS, "password"), back=""
                )
    return pages.page(request, "sign_in/password.html", {"form": form}, status=status)


@signed_in
@sensitive_post_parameters("code")
def second_factor(request: HttpRequest) -> HttpResponse:
    """Enrol the second factor: scan the picture, confirm with one code."""
    account = pages.account(request)
    form = forms.Code(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                account = actions.confirm_totp(
                    account=account.pk, code=form.cleaned_data["code"], by=pages.actor(request)
                )
            except rules.CodeNotRight as refusal:
                status = pages.show(form, refusal)
            else:
                return redirect(entering.onward(account, ""))
    secret = actions.enrol_totp(account=account.pk, by=pages.actor(request))
    address = totp.address(secret, issuer=place.here().workbench, name=account.username)
    picture = segno.make(address, error="m").svg_inline(scale=5, border=4, light="#fff")
    context = {
        "form": form,
        # Drawn by segno from our own text: nothing in it comes from the request.
        "picture": mark_safe(picture),
        "secret": " ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
    }
    return pages.page(request, "sign_in/second_factor.html", context, status=status)


@signed_in
def acting(request: HttpRequest) -> HttpResponse:
    """Choose the post held now, and for whom one acts."""
    account = pages.account(request)
    posts, principals = queries.posts_of(account), queries.principals_of(account)
    back = entering.own_path(request.POST.get("next") or request.GET.get("next"))
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
        return redirect(back or entering.home(account, serving=kind == "proxy"))
    context = {"posts": posts, "principals": principals, "next": back}
    return pages.page(request, "sign_in/acting.html", context)


@signed_in
@require_POST
def acting_end(request: HttpRequest) -> HttpResponse:
    """Act for oneself again."""
    session.release(request)
    return redirect(entering.home(pages.account(request)))


@demands("window.serve")
def window(request: HttpRequest) -> HttpResponse:
    """Act for the person who stands at the window, until the end of the day at most."""
    actor = pages.actor(request)
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
                status = pages.show(form, refusal)
            else:
                session.act_for(request, proxy=given.pk)
                return redirect("/")
    return pages.page(request, "sign_in/window.html", {"form": form}, status=status)
