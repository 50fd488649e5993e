"""LEVERS: every number of funnel and plan that can be turned, each with what nothing is and the sign of its effect.

They are tried on the starter company. Tests turn each of them (`tests/scenarios/test_levers.py`), and the reference
page of levers is made from them.
"""

from scenarios.lever import A_NAME, NO_CHANGE, Lever
from scenarios.levers_capture import ARRIVALS, CAPTURE_NO_LEVERS, CHANNELS, SPEND
from scenarios.levers_customers import CUSTOMERS, CUSTOMERS_NO_LEVERS
from scenarios.levers_judgement import JUDGEMENT_NO_LEVERS, NURTURE, SALES_DEVELOPMENT, SCORING
from scenarios.levers_managers import MANAGERS
from scenarios.levers_market import MARKET, MARKET_NO_LEVERS
from scenarios.levers_overflow import OVERFLOW
from scenarios.levers_pay import PAY
from scenarios.levers_people import PEOPLE
from scenarios.levers_selling import BUYERS, SELLING, SELLING_NO_LEVERS
from scenarios.levers_signing import DRIFTING, SIGNING

__all__ = ["LEVERS", "NO_LEVERS"]

_COMPANY = (
    Lever("calendar.days", "mon-fri", "mon-thu", "time_to_first_contact", 1, "leads wait over longer weekends"),
    Lever("calendar.hours", "09:00-17:00", "09:00-20:00", "ae_utilisation", -1, "longer days hold more work"),
    Lever("calendar.holidays", "US", [], "time_to_first_contact", -1, "reps work on holidays"),
    Lever('costs."sales management"', NO_CHANGE, "+20%", "profit", -1, "other costs count"),
)  # fmt: skip

LEVERS: tuple[Lever, ...] = (
    *CHANNELS,
    *BUYERS,
    *ARRIVALS,
    *DRIFTING,
    *NURTURE,
    *SPEND,
    *SCORING,
    *SALES_DEVELOPMENT,
    *OVERFLOW,
    *SELLING,
    *SIGNING,
    *CUSTOMERS,
    *MANAGERS,
    *MARKET,
    *PAY,
    *_COMPANY,
    *PEOPLE,
)
"""In the order in which a lead meets them."""

_SPAN, _MEASURE = "the span of time that is looked at", "what is measured against"
_PAYS = "when customers pay, which moves nothing but the payments"
_STANDS = "where the company stands"
_REPORTED = "what a CRM holds of a run, which does not change it"

NO_LEVERS = {
    "funnel.name": A_NAME,
    **CAPTURE_NO_LEVERS,
    **SELLING_NO_LEVERS,
    "funnel.origin": "where the numbers come from",
    **JUDGEMENT_NO_LEVERS,
    **CUSTOMERS_NO_LEVERS,
    **MARKET_NO_LEVERS,
    "name": A_NAME,
    "start": _SPAN,
    "months": _SPAN,
    "currency": A_NAME,
    "calendar.timezone": A_NAME,
    "teams.sdr.key": A_NAME,
    "teams.sdr.quota": _MEASURE,
    "teams.ae.key": A_NAME,
    "teams.am.key": A_NAME,
    "teams.am.quota": _MEASURE,
    "billing.every": _PAYS,
    "billing.terms": _PAYS,
    "discount_rate": "how later margin is weighed, which does not change it",
    "reporting.coded": _REPORTED,
    "reporting.accuracy": _REPORTED,
    "targets.bookings": _MEASURE,
    "targets.by": _MEASURE,
    "targets.mqls": _MEASURE,
    "run_in": _SPAN,
    "run_in_check": "whether the run-in is judged, which changes no run",
    "follow": _SPAN,
    "open_pipeline": _STANDS,
    "opening.leads": _STANDS,
    "opening.customers": _STANDS,
    "opening.reps": _STANDS,
}
"""Fields that are no levers, and why."""
