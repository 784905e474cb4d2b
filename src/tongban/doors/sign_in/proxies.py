"""Proxies (亲友代办): given, asked for and agreed to, taken back; and what was done by them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from tongban.doors.sign_in import deeds, forms, pages, scopes
from tongban.kernel.actor import Actor
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
