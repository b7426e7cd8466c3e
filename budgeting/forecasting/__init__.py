"""Where balances are going: pure Python that knows no database."""

from budgeting.forecasting.parts import Flow, Forecast, Outlook, Past
from budgeting.forecasting.reckoning import forecast
from budgeting.forecasting.surprises import surprises

__all__ = ["Flow", "Forecast", "Outlook", "Past", "forecast", "surprises"]
