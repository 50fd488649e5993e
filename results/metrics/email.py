"""E-mail: what prospects do with the touches that can be opened."""

import numpy as np

from results.facts import Facts
from results.journeys import NO_TOUCHES
from results.metrics.metric import ANYHOW, metric
from results.spans import Counted, Spans, share_known

__all__ = ["email_open_rate", "email_click_rate"]

_SOURCE = "Seven smarketing metrics (article 003), 1: opens, then clicks, then leads"


@metric(
    "email_open_rate",
    "E-mail open rate",
    unit="share",
    better="higher",
    formula="n(e-mails opened) / n(e-mails)",
    denominator="e-mails of the window to prospects who are leads, or became leads later",
    source=_SOURCE,
    needs="touches",
    cuts=ANYHOW,
)
def email_open_rate(facts: Facts, spans: Spans) -> Counted:
    """Share opened of the e-mails (touches of a channel with a share that is opened) that reached prospects in the
    window. Prospects who never became leads are not in it, so it says more than a tool that counts all who were sent
    one. By channel it is that of the touch, whichever channel captured the lead."""
    touches = facts.log.touches or NO_TOUCHES
    return share_known(touches.time, np.where(touches.opened < 0, np.nan, touches.opened), spans)


@metric(
    "email_click_rate",
    "E-mail click rate",
    unit="share",
    better="higher",
    formula="n(e-mails clicked) / n(e-mails opened)",
    denominator="e-mails of the window that were opened",
    source=_SOURCE,
    needs="touches",
    cuts=ANYHOW,
)
def email_click_rate(facts: Facts, spans: Spans) -> Counted:
    """Share clicked of the e-mails of the window that were opened. Of an e-mail that nobody opened it says nothing."""
    touches = facts.log.touches or NO_TOUCHES
    return share_known(touches.time, np.where(touches.opened == 1, touches.clicked, np.nan), spans)
