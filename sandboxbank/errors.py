"""Failures in the shape that Plaid's clients expect."""

KNOWN = {
    "INTERNAL_SERVER_ERROR": ("API_ERROR", 500, "an unexpected error occurred"),
    "PLANNED_MAINTENANCE": ("API_ERROR", 400, "the service is down for maintenance"),
    "RATE_LIMIT": ("RATE_LIMIT_EXCEEDED", 429, "rate limit exceeded; try again later"),
    "TRANSACTIONS_SYNC_LIMIT": ("RATE_LIMIT_EXCEEDED", 429, "rate limit exceeded for transactions sync"),
    "ACCOUNTS_LIMIT": ("RATE_LIMIT_EXCEEDED", 429, "rate limit exceeded for accounts"),
    "BALANCE_LIMIT": ("RATE_LIMIT_EXCEEDED", 429, "rate limit exceeded for balances"),
    "ITEM_GET_LIMIT": ("RATE_LIMIT_EXCEEDED", 429, "rate limit exceeded for items"),
    "INSTITUTION_DOWN": ("INSTITUTION_ERROR", 400, "this institution is not answering at present"),
    "INSTITUTION_NOT_RESPONDING": ("INSTITUTION_ERROR", 400, "this institution is not responding"),
    "INSTITUTION_NOT_AVAILABLE": ("INSTITUTION_ERROR", 400, "this institution is not available"),
    "INSTITUTION_NO_LONGER_SUPPORTED": ("INSTITUTION_ERROR", 400, "this institution is no longer supported"),
    "ITEM_LOGIN_REQUIRED": ("ITEM_ERROR", 400, "the login of this item changed; use update mode"),
    "ITEM_LOCKED": ("ITEM_ERROR", 400, "the login is locked at the institution"),
    "ITEM_NOT_FOUND": ("ITEM_ERROR", 400, "the item of this access token was removed"),
    "ITEM_NOT_SUPPORTED": ("ITEM_ERROR", 400, "this item is not supported"),
    "ACCESS_NOT_GRANTED": ("ITEM_ERROR", 400, "access to this product was not granted"),
    "INVALID_CREDENTIALS": ("ITEM_ERROR", 400, "the credentials were not correct"),
    "INVALID_MFA": ("ITEM_ERROR", 400, "the answer to the security question was not correct"),
    "NO_ACCOUNTS": ("ITEM_ERROR", 400, "there are no open accounts behind this item"),
    "NO_LIABILITY_ACCOUNTS": ("ITEM_ERROR", 400, "no account of this item is a liability"),
    "NO_INVESTMENT_ACCOUNTS": ("ITEM_ERROR", 400, "no account of this item is an investment"),
    "PRODUCT_NOT_READY": ("ITEM_ERROR", 400, "the product is not ready yet; try again later"),
    "PRODUCTS_NOT_SUPPORTED": ("ITEM_ERROR", 400, "the institution does not support this product"),
    "USER_SETUP_REQUIRED": ("ITEM_ERROR", 400, "the user must finish a step at the institution"),
    "USER_PERMISSION_REVOKED": ("ITEM_ERROR", 400, "the user revoked the permission"),
    "INVALID_API_KEYS": ("INVALID_INPUT", 400, "invalid client_id or secret provided"),
    "INVALID_ACCESS_TOKEN": ("INVALID_INPUT", 400, "could not find matching access token"),
    "INVALID_PUBLIC_TOKEN": ("INVALID_INPUT", 400, "could not find matching public token, or it expired"),
    "INVALID_LINK_TOKEN": ("INVALID_INPUT", 400, "could not find matching link token"),
    "INVALID_INSTITUTION": ("INVALID_INPUT", 400, "there is no such institution"),
    "INVALID_ACCOUNT_ID": ("INVALID_INPUT", 400, "there is no such account behind this item"),
    "INVALID_WEBHOOK_VERIFICATION_KEY_ID": ("INVALID_INPUT", 400, "there is no such verification key"),
    "INVALID_PRODUCT": ("INVALID_INPUT", 400, "the product is not known"),
    "INVALID_BODY": ("INVALID_REQUEST", 400, "the body is not a JSON object"),
    "MISSING_FIELDS": ("INVALID_REQUEST", 400, "required fields are missing"),
    "INVALID_FIELD": ("INVALID_REQUEST", 400, "a field has a wrong value"),
    "NOT_FOUND": ("INVALID_REQUEST", 404, "there is no such endpoint"),
    "METHOD_NOT_ALLOWED": ("INVALID_REQUEST", 405, "this endpoint takes POST"),
    "BODY_TOO_LARGE": ("INVALID_REQUEST", 413, "the body is too large"),
    "SANDBOX_WEBHOOK_INVALID": ("SANDBOX_ERROR", 400, "the item has no webhook"),
    "SANDBOX_PRODUCT_NOT_ENABLED": ("SANDBOX_ERROR", 400, "the item does not allow this in the sandbox"),
    "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION": (
        "TRANSACTIONS_ERROR",
        400,
        "transactions changed while the pages were read; start again at the first cursor",
    ),
}
FOR_THE_USER = {
    "ITEM_LOGIN_REQUIRED": "Your bank wants you to sign in again.",
    "INSTITUTION_DOWN": "Your bank is not answering at the moment.",
    "INVALID_CREDENTIALS": "The user name or the password is wrong.",
    "ITEM_LOCKED": "Your login is locked. Please contact your bank.",
    "INVALID_MFA": "The code is wrong.",
}


class PlaidError(Exception):
    """An answer that is an error; `status` is its HTTP status."""

    def __init__(self, code: str, message: str = "", *, reason: str = "") -> None:
        kind, status, wording = KNOWN.get(code, ("API_ERROR", 400, "an error that no client knows yet"))
        self.kind, self.status, self.code = kind, status, code
        self.message, self.reason = message or wording, reason
        super().__init__(f"{kind}/{code}: {self.message}")

    def body(self) -> dict[str, object]:
        """The error as a JSON object, still without its request id."""
        return {
            "causes": [],
            "display_message": FOR_THE_USER.get(self.code),
            "documentation_url": "https://plaid.com/docs/errors/",
            "error_code": self.code,
            "error_code_reason": self.reason or None,
            "error_message": self.message,
            "error_type": self.kind,
            "suggested_action": None,
        }
