# One image for web, live, worker and clock; compose.yaml says which command each runs.

FROM node:20-slim AS front
WORKDIR /app
COPY package.json package-lock.json ./
COPY script/vendor script/vendor
RUN script/vendor

FROM python:3.11-slim AS packages
RUN python -m venv /venv
COPY requirements.txt .
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR_DIR=/app/var PORT=8000
RUN useradd --system --uid 10001 --create-home pocketpilot
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=front /app/static/vendor static/vendor
# The secrets here are for this step alone: settings are not read without any, and nothing of them stays.
RUN SECRET_KEY=build ENCRYPTION_KEYS=build:00 JWT_SIGNING_KEYS=build SITE_URL=https://build.invalid sh -c \
    'python manage.py prepare --without-database' \
    && mkdir attachments && chown -R pocketpilot var attachments
USER pocketpilot
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "docker/healthcheck.py"]
CMD ["sh", "docker/web.sh"]
