"""Pages of one's own account: the tokens of the API, and the weekly letter."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import LetterForm, TokenForm
from accounts.letters import choose_letter
from accounts.tokens import ApiToken, create_token, revoke_token


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """Own tokens, and a new one, whose secret stands in the answer to the form and nowhere else."""
    form = TokenForm(request.POST or None)
    context: dict[str, object] = {"form": form}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made, secret = create_token(by=request.user, **form.cleaned_data)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                context |= {"form": TokenForm(), "made": made, "secret": secret}
                status = 200
    context["tokens"] = ApiToken.objects.visible_to(request.user)
    return render(request, "accounts/tokens.html", context, status=status)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    revoke_token(token=token, by=request.user)
    messages.success(request, _("Token “%(name)s” dicabut.") % {"name": token.name})
    return redirect("accounts:tokens")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def letters(request: HttpRequest) -> HttpResponse:
    """Whether the weekly letter comes, and in which language."""
    user = request.user
    form = LetterForm(
        request.POST or None, initial={"wanted": user.digest, "language": user.language}
    )
    if request.method == "POST" and form.is_valid():
        choose_letter(user=user, **form.cleaned_data)
        messages.success(request, _("Pilihan surel disimpan."))
        return redirect("accounts:letters")
    context = {"form": form, "is_on": settings.DIGEST, "is_for": user.gets_digest}
    return render(request, "accounts/letters.html", context, status=422 if form.is_bound else 200)
