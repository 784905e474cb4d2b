"""Proxies (亲友代办): given, asked for and agreed to, taken back; and what was done by them."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tongban.connectors import messages as connector
from tongban.domains.messages import actions as messages
from tongban.domains.registries import actions as registries
from tongban.doors.sign_in import deeds, forms, pages, scopes
from tongban.kernel.actor import Actor
from tongban.kernel.crypto import masking
from tongban.kernel.errors import NotFound, Refusal
from tongban.kernel.identity import actions, queries
from tongban.kernel.ui.access import signed_in


@signed_in
def proxies(request: HttpRequest) -> HttpResponse:
    """Who may act for me, who asks to; let someone else. A clerk sees the visitor's."""
    actor = pages.actor(request)
    whose = _whose(actor)
    form = forms.GiveProxy(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                actions.give_proxy(
                    principal=whose,
                    agent=queries.person_on_document(name=data["name"], number=data["number"]).pk,
                    scope=data["scope"],
                    basis="family",
                    to_on=data["to_on"],
                    evidence=_evidence(actor),
                    by=actor,
                )
            except Refusal as refusal:
                status = pages.show(form, refusal)
            else:
                return redirect("proxies")
    context = {
        "form": form,
        "chosen": _chosen(request),
        "scopes": scopes.offered(),
        "given": [(one, scopes.words(one.scope)) for one in queries.proxies_given_by(whose)],
        "asked": [(one, scopes.words(one.scope)) for one in queries.requests_to(whose)],
        "is_clerk": actor.is_official,
    }
    return pages.page(request, "sign_in/proxies.html", context, status=status)


@signed_in
def ask(request: HttpRequest) -> HttpResponse:
    """Ask a relative to let me act for them; nothing holds until they agree."""
    actor = pages.actor(request)
    own = _own(actor)
    form = forms.AskForProxy(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                actions.ask_for_proxy(
                    principal=queries.person_on_document(
                        name=data["name"], number=data["number"]
                    ).pk,
                    scope=data["scope"],
                    to_on=data["to_on"],
                    by=actor,
                )
            except Refusal as refusal:
                status = pages.show(form, refusal)
            else:
                return redirect("proxy-ask")
    context = {
        "form": form,
        "chosen": _chosen(request),
        "scopes": scopes.offered(),
        "waiting": [(one, scopes.words(one.scope)) for one in queries.requests_by(own)],
    }
    return pages.page(request, "sign_in/proxy_ask.html", context, status=status)


@signed_in
@require_POST
def answer(request: HttpRequest, key: int) -> HttpResponse:
    """Agree to a request, or decline it."""
    actions.answer_request(
        request=key, agrees=request.POST.get("answer") == "yes", by=pages.actor(request)
    )
    return redirect("proxies")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest, key: int) -> HttpResponse:
    """The relative agrees by a code on their telephone: have it sent, then enter it."""
    by = pages.actor(request)
    asked = queries.proxy_request(key)
    if asked.agent_id != _own(by):
        raise NotFound()
    if asked.state != "asked":
        return redirect("proxy-ask")
    form, status = forms.ConsentCode(request.POST or None), 200
    words = scopes.words(asked.scope)
    is_sent = "sent" in request.GET
    if request.method == "POST":
        form, status = forms.ConsentCode(request.POST if "code" in request.POST else None), 422
        try:
            if "code" not in request.POST:
                messages.send_code(
                    person=asked.principal_id,
                    template="consent_proxy",
                    title=_says(by, words, asked.to_on),
                    issue=lambda: actions.code_for_request(request=key, by=by),
                    by=by,
                )
                return redirect(f"{request.path}?sent=1")
            is_sent = True
            if form.is_valid():
                actions.agree_by_code(request=key, code=form.cleaned_data["code"], by=by)
                return redirect("acting")
        except Refusal as refusal:
            form = forms.ConsentCode({"code": request.POST.get("code", "")})
            form.is_valid()
            form.errors.clear()
            status = pages.show(form, refusal)
    phone = queries.phone_in_clear(asked.principal)
    context = {
        "form": form,
        "asked": asked,
        "words": words,
        "phone": masking.mask_phone(phone) if phone else "",
        "is_sent": is_sent,
        "demo_code": connector.demo_code(phone) if is_sent else "",
    }
    return pages.page(request, "sign_in/proxy_code.html", context, status=status)


def _says(by: Actor, words: str, to_on: date) -> str:
    """What the message says that one agrees to: a code without that would be a blank cheque."""
    return f"{masking.mask_name(by.name)}·{words}·{to_on:%Y-%m-%d}"[:120]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def child(request: HttpRequest) -> HttpResponse:
    """A parent acts for a child under eighteen; the birth register proves it."""
    actor = pages.actor(request)
    _own(actor)
    form, status = forms.MyChild(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                registries.act_as_parent(**form.cleaned_data, by=actor)
            except Refusal as refusal:
                status = pages.show(form, refusal)
            else:
                return redirect("acting")
    return pages.page(request, "sign_in/proxy_child.html", {"form": form}, status=status)


@signed_in
@require_POST
def take_back(request: HttpRequest, key: int) -> HttpResponse:
    """Ask no longer."""
    actions.take_request_back(request=key, by=pages.actor(request))
    return redirect("proxy-ask")


@signed_in
@require_POST
def revoke(request: HttpRequest, proxy: int) -> HttpResponse:
    """Take a proxy back."""
    actions.revoke_proxy(proxy=proxy, by=pages.actor(request))
    return redirect("proxies")


@signed_in
@require_safe
def done(request: HttpRequest, proxy: int) -> HttpResponse:
    """What was done in my name by a proxy, also by one that has ended."""
    given = queries.proxy(proxy)
    if given.principal_person_id != _own(pages.actor(request)):
        raise NotFound()
    context = {"proxy": given, "scope": scopes.words(given.scope), "deeds": deeds.of(given)}
    return pages.page(request, "sign_in/proxy_done.html", context)


def _own(actor: Actor) -> int:
    """The citizen, acting for nobody else; a proxy is a matter of one's own."""
    if actor.person is None or actor.is_official or actor.on_behalf:
        raise NotFound()
    return actor.person


def _whose(actor: Actor) -> int:
    """Whose proxies: one's own, or those of the person who stands at the clerk's window."""
    serves = actor.is_official and actor.proxy is not None and actor.may("window.serve")
    if serves and actor.for_person is not None:
        return actor.for_person
    return _own(actor)


def _evidence(actor: Actor) -> str:
    if actor.is_official:
        return "Asked for in person at the window, document seen."
    return "Agreed to by the principal, signed in."


def _chosen(request: HttpRequest) -> list[str]:
    return request.POST.getlist("scope")
