from rest_framework.authentication import SessionAuthentication


class BearerToken(SessionAuthentication):
    pass


class TokenCookie(SessionAuthentication):
    pass


class BrowserSession(SessionAuthentication):
    pass
