"""Addresses of what a person keeps for their own account."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("surel/", views.letters, name="letters"),
    path("token/", views.tokens, name="tokens"),
    path("token/<int:pk>/cabut/", views.revoke, name="revoke_token"),
]
