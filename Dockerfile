FROM python:3.11-slim
WORKDIR /srv/capaian
COPY . .
RUN script/setup && STATIC_ROOT=/srv/capaian/static SECRET_KEY=build IDENTITY_KEY=build \
    DATABASE_URL=postgres://build REDIS_URL=redis://build .venv/bin/python manage.py collectstatic --noinput
ENV PATH=/srv/capaian/.venv/bin:$PATH STATIC_ROOT=/srv/capaian/static PYTHONUNBUFFERED=1
USER nobody
