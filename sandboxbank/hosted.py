from sandboxbank.bank import Bank
from sandboxbank.errors import PlaidError
from sandboxbank.messages import Request, Response
def answer(bank: Bank, request: Request) -> Response:
    raise PlaidError("NOT_FOUND")
