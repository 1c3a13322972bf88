"""What every endpoint has in common: who may ask, how often, 304, and errors in sentences."""

from __future__ import annotations

import hashlib
import inspect
import json
import time
from collections.abc import Callable, Iterator
from functools import cached_property, wraps
from typing import get_args

from django.conf import settings
from django.core.exceptions import ValidationError as WrongValue
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.security import HttpBearer, django_auth
from ninja.throttling import BaseThrottle

from accounts.tokens import TokenRefused, count_call, open_token
from quotas.moments import snapshot
from quotas.state import State, state

_WRONG = 422


class Bearer(HttpBearer):
    """``Authorization: Bearer <token>``: the request is its owner's, with the owner's rights."""

    def __call__(self, request: HttpRequest):
        # Who sends a credential means it: a bad one is not replaced by a cookie that is also there.
        if "Authorization" in request.headers:
            kind, _space, _secret = request.headers["Authorization"].partition(" ")
            if kind.lower() != "bearer":
                raise AuthenticationError(
                    message=_("Kirim token sebagai “Authorization: Bearer <token>”.")
                )
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, token: str):
        try:
            opened = open_token(token.strip())
        except TokenRefused as refusal:
            raise AuthenticationError(message=str(refusal)) from None
        request.user = opened.owner
        return opened


class CallsAMinute(BaseThrottle):
    """So many calls in each minute of the clock, per token or per signed-in person.

    ninja's own throttle keeps a list of times in the cache: with the cache in PostgreSQL that is
    six statements a call and loses calls made at once (docs/decisions/0010). This is one.
    """

    def allow_request(self, request: HttpRequest) -> bool:
        who = request.auth
        caller = f"{'user' if who == request.user else 'token'}:{who.pk}"
        return count_call(
            caller=caller, minute=int(time.time() // 60), most=settings.API_CALLS_A_MINUTE
        )

    def wait(self) -> float:
        """Seconds until the next minute begins; at least one."""
        return max(60 - time.time() % 60, 1)


class FigureAPI(NinjaAPI):
    """Says of every answer whose it is and by which tag it can be asked again."""

    @cached_property
    def schema_tag(self) -> str:
        """Changes with the schema: a new release must not answer 304 for an old shape."""
        text = json.dumps(self.get_openapi_schema(), sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    def create_response(self, request, data, *args, **kwargs) -> HttpResponse:
        response = super().create_response(request, data, *args, **kwargs)
        etag = getattr(request, "figures_etag", None)
        if response.status_code == 200 and etag:
            response["ETag"] = etag
        return private(response)


def private(response: HttpResponse) -> HttpResponse:
    """May be kept by who asked, and must be asked about each time."""
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("Authorization", "Cookie", "Accept-Language"))
    return response


api = FigureAPI(
    title="Capaian PMI",
    version="1.0",
    description=gettext_noop(
        "Target dan penempatan pekerja migran Indonesia, hanya baca. Setiap angka disertai "
        "pembilang, penyebut, versi yang menjadi dasarnya, dan seberapa baru angkanya."
    ),
    auth=[Bearer(), django_auth],
    throttle=CallsAMinute(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
)


def wrong(sentence: str) -> HttpError:
    """A parameter that cannot be meant."""
    return HttpError(_WRONG, sentence)


def answers(view: Callable) -> Callable:
    """Refuse unknown and repeated parameters of an endpoint."""
    known = list(_parameters(view))

    @wraps(view)
    def checked(request: HttpRequest, **asked):
        for name, values in request.GET.lists():
            if name not in known:
                raise wrong(
                    _("Parameter “%(name)s” tidak dikenal. Yang ada: %(known)s.")
                    % {"name": name[:40], "known": ", ".join(known) or "–"}
                )
            if len(values) > 1:
                raise wrong(_("Parameter “%(name)s” ditulis lebih dari sekali.") % {"name": name})
            if "\0" in values[0]:
                raise wrong(
                    _("Parameter “%(name)s” berisi tanda yang tidak dikenal.") % {"name": name}
                )
        return view(request, **asked)

    return checked


def _parameters(view: Callable) -> Iterator[str]:
    """The names an endpoint may be asked by; those of a schema are its fields."""
    for name, parameter in inspect.signature(view).parameters.items():
        if name == "request":
            continue
        kind = get_args(parameter.annotation)[0] if _is_query(parameter) else None
        yield from kind.model_fields if kind else (name,)


def _is_query(parameter: inspect.Parameter) -> bool:
    """Whether a parameter is declared as ``Query[Schema]``."""
    kinds = get_args(parameter.annotation)
    return bool(kinds) and isinstance(kinds[0], type) and issubclass(kinds[0], Schema)


def answers_figures(view: Callable) -> Callable:
    """The same, and 304 when nothing the figures depend on has changed since the caller's tag.

    The tag is asked in one statement before anything is read. What is then read is read in one
    snapshot with the tag, so an answer never mixes two states. ``request.state`` is its State.
    """

    @answers
    @wraps(view)
    def tagged(request: HttpRequest, **asked):
        # Under a new state no tag of the caller can fit; the answer gets the snapshot's own.
        etag = _etag(request, state())
        unchanged = get_conditional_response(request, etag=etag)
        if unchanged is not None and unchanged.status_code == 304:
            unchanged["ETag"] = etag
            return private(unchanged)
        with snapshot():
            request.state = state()
            request.figures_etag = _etag(request, request.state)
            return view(request, **asked)

    return tagged


def _etag(request: HttpRequest, now: State) -> str:
    """Figures, rights, language and question in one tag. Rights follow the date: which provinces
    a balai serves is dated."""
    user = request.user
    parts = (
        now.tag, api.schema_tag, timezone.localdate().isoformat(), get_language(),
        user.pk, user.is_superuser, user.office_id, sorted(user.role_names),
        request.get_full_path(),
    )  # fmt: skip
    return f'"{hashlib.sha256(repr(parts).encode()).hexdigest()[:40]}"'


def _refuse(request: HttpRequest, sentence: str, status: int, **more) -> HttpResponse:
    return api.create_response(request, {"detail": sentence, **more}, status=status)


@api.exception_handler(AuthenticationError)
def _not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    sentence = error.message
    if sentence == "Unauthorized":
        sentence = _("Masuk dulu, atau kirim token: “Authorization: Bearer <token>”.")
    response = _refuse(request, sentence, 401)
    response["WWW-Authenticate"] = 'Bearer realm="Capaian PMI"'
    return response


@api.exception_handler(Throttled)
def _too_often(request: HttpRequest, error: Throttled) -> HttpResponse:
    sentence = _("Terlalu sering: paling banyak %(most)d permintaan per menit. Tunggu sebentar.")
    return _refuse(request, sentence % {"most": settings.API_CALLS_A_MINUTE}, 429)


@api.exception_handler(Http404)
def _not_there(request: HttpRequest, error: Http404) -> HttpResponse:
    return _refuse(request, _("Tidak ada, atau tidak termasuk yang dapat Anda lihat."), 404)


@api.exception_handler(WrongValue)
def _wrong_value(request: HttpRequest, error: WrongValue) -> HttpResponse:
    return _refuse(request, " ".join(error.messages), _WRONG)


@api.exception_handler(ValidationError)
def _wrong_parameters(request: HttpRequest, error: ValidationError) -> HttpResponse:
    sentences = [_sentence(each) for each in error.errors]
    return _refuse(request, " ".join(sentences), _WRONG)


def _sentence(problem: dict) -> str:
    """One problem of one parameter as a sentence."""
    about = {"name": problem["loc"][-1], **(problem.get("ctx") or {})}
    kind = problem["type"]
    if kind == "missing":
        return _("Parameter “%(name)s” harus diisi.") % about
    if kind == "enum":
        return _("Parameter “%(name)s” harus salah satu dari: %(expected)s.") % about
    if kind == "greater_than_equal":
        return _("Parameter “%(name)s” paling kecil %(ge)s.") % about
    if kind == "less_than_equal":
        return _("Parameter “%(name)s” paling besar %(le)s.") % about
    if kind == "string_too_long":
        return _("Parameter “%(name)s” terlalu panjang.") % about
    if kind.startswith("date"):
        return _("Parameter “%(name)s” harus tanggal, misalnya 2025-12-15.") % about
    return _("Parameter “%(name)s” harus bilangan bulat.") % about


def not_found(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Any other address below /api/v1/: JSON as well."""
    return _refuse(request, _("Alamat API ini tidak ada. Lihat /api/v1/docs."), 404)
