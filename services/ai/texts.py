"""Sentences of the tutor itself: keys of their translations."""

from services.platform.messages import N_

UNAVAILABLE = N_("The tutor did not answer. Your question is kept. Try again, or read the passages below.")
BROKEN_OFF = N_("The tutor broke off. What it wrote is kept. Try again, or read the passages below.")
BUSY = N_("The tutor has too much to do now. Your question is kept. Try again in a minute, or read the passages below.")
MISCONFIGURED = N_(
    "The tutor is not set up correctly. Your question is kept. Tell your teacher, or read the passages below."
)
TOO_LONG = N_("This was too long for the tutor. Ask with less code or fewer words.")
REFUSED = N_("The tutor's provider refused this question. Put it in other words, or read the passages below.")
INTERRUPTED = N_("The server stopped while the tutor answered. What it wrote is kept. Try again.")
WAIT = N_("Wait for the answer, or stop it, before you ask again.")
