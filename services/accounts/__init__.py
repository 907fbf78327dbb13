"""People and their sessions: who is speaking, and how they prove it."""

from services.accounts.demo import DEMO_PEOPLE, demo_accounts, ensure_demo_people
from services.accounts.people import (
    create_user,
    me,
    register,
    register_for_tokens,
    set_active,
    set_language,
    set_role,
)
from services.accounts.schemas import DemoAccount, DemoAccounts, Me, SessionInfo, SignedIn, Tokens, local_path, storable
from services.accounts.sessions import (
    forget_resolved,
    own_sessions,
    resolve,
    resolve_cached,
    resolve_session,
    revoke_session,
    sign_out,
    sign_out_everywhere,
)
from services.accounts.signing_in import sign_in, sign_in_for_tokens
from services.accounts.tokens import refresh, resolve_access
from services.accounts.visitors import default_visitor, ensure_default_organisation, known_visitor

__all__ = [
    "DEMO_PEOPLE",
    "DemoAccount",
    "DemoAccounts",
    "Me",
    "SessionInfo",
    "SignedIn",
    "Tokens",
    "create_user",
    "default_visitor",
    "demo_accounts",
    "ensure_default_organisation",
    "ensure_demo_people",
    "forget_resolved",
    "known_visitor",
    "local_path",
    "me",
    "own_sessions",
    "refresh",
    "register",
    "register_for_tokens",
    "resolve",
    "resolve_access",
    "resolve_cached",
    "resolve_session",
    "revoke_session",
    "set_active",
    "set_language",
    "set_role",
    "sign_in",
    "sign_in_for_tokens",
    "sign_out",
    "sign_out_everywhere",
    "storable",
]
