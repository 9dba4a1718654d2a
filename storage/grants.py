"""What each person may do in Postgres itself: SQL for whoever owns the database.

A login role a person; one group role for each of our roles; every table under forced row-level
security. A row is of a practice, and what a person is in that practice is asked of ``member`` by
``session_user``: never by anything that a session can set. Rows of decisions and of the access log
can be added in one's own name, and by nobody changed or removed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from recall_tui.domain.rights import RIGHTS, Right, Role
from storage.tables import METADATA

PREFIX = "recall_"
OWN = '"by" = session_user'
"""In one's own name."""


def _with(*rights: Right) -> frozenset[Role]:
    """Return the roles that have one of these rights."""
    return frozenset(role for role in Role if RIGHTS[role] & set(rights))


SEE, PLAN, IMPORT = _with(Right.SEE), _with(Right.SEE, Right.PLAN), _with(Right.IMPORT)
PEOPLE, RULES, OPERATE = _with(Right.PEOPLE), _with(Right.RULES), _with(Right.OPERATE)
PRUNE = _with(Right.PRUNE)
AUDIT, ALL = _with(Right.AUDIT), frozenset(Role)
NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class Verbs:
    """Who may do what to the rows of a table; ``own``: only rows that also fulfil this."""

    select: frozenset[Role] = NOBODY
    insert: frozenset[Role] = NOBODY
    update: frozenset[Role] = NOBODY
    delete: frozenset[Role] = NOBODY
    own_insert: str = ""
    also_select: str = ""
    """Rows that every person of the practice may read besides."""

    also_update: str = ""
    """Rows that every person of the practice may change besides."""


_CLINICAL = Verbs(PLAN, IMPORT, IMPORT, IMPORT)
_PLANNED = Verbs(PLAN, PLAN, PLAN, PLAN)
_DECIDED = Verbs(PLAN, PLAN, PLAN)
_OWN_PIN = "login = session_user AND role = recall_role(practice_id)"

TABLES: Mapping[str, Verbs] = {
    "practice": Verbs(ALL),
    "practice_words": Verbs(ALL, PLAN, PLAN, PLAN),
    "agreed_rules": Verbs(ALL, RULES, RULES),
    "change_seq": Verbs(ALL, update=ALL),
    "change_note": Verbs(ALL, ALL, delete=ALL),
    "presence": Verbs(SEE, SEE, SEE, SEE),
    "member": Verbs(ALL, PEOPLE, PEOPLE, also_update=_OWN_PIN),
    "patient": Verbs(PLAN, IMPORT, PLAN, IMPORT),
    "coded_event": _CLINICAL,
    "medication": _CLINICAL,
    "appointment": _CLINICAL,
    "staff_member": _CLINICAL,
    "import_run": Verbs(PLAN, IMPORT, IMPORT),
    "row_problem": Verbs(PLAN, IMPORT, delete=PRUNE),
    "import_change": Verbs(PLAN, IMPORT, delete=PRUNE),
    "register_member": _PLANNED,
    "due_item": _PLANNED,
    "planned_appointment": _PLANNED,
    "patient_plan": _PLANNED,
    "item_state": _DECIDED,
    "booking": _DECIDED,
    "invite_batch": _DECIDED,
    "patient_choice": _DECIDED,
    "recall_choice": Verbs(PLAN, RULES, RULES),
    "shared_change": Verbs(SEE | AUDIT, SEE),
    "restoration": Verbs(PLAN, OPERATE, OPERATE),
    "event": Verbs(PLAN | AUDIT, SEE, own_insert=OWN),
    "access_log": Verbs(AUDIT, ALL, own_insert=OWN, also_select=OWN),
}
"""A table that is not here is nobody's."""


def statements() -> Iterator[str]:
    """Give the SQL that brings a store's grants up to date; it may be run again and again."""
    for role in Role:
        name = PREFIX + role
        yield (
            f"DO $$ BEGIN CREATE ROLE {name} NOLOGIN; "
            "EXCEPTION WHEN duplicate_object THEN NULL; END $$"
        )
    groups = _groups(ALL)
    yield f"GRANT USAGE ON SCHEMA public TO {groups}"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield from _functions(groups)
    yield f"GRANT SELECT ON alembic_version TO {groups}"
    for table in METADATA.sorted_tables:
        yield from _table(table.name, TABLES.get(table.name, Verbs()))


def _functions(groups: str) -> Iterator[str]:
    """Give the two questions that policies ask; they run as the owner, who sees every member."""
    head = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
    yield (
        "CREATE OR REPLACE FUNCTION recall_practices(wanted text[]) RETURNS integer[] "  # noqa: S608 - ours
        f"{head} AS $$ SELECT coalesce(array_agg(practice_id), '{{}}') FROM member "
        "WHERE login = session_user AND role = ANY(wanted) $$"
    )
    yield (
        "CREATE OR REPLACE FUNCTION recall_role(practice integer) RETURNS text "  # noqa: S608 - ours
        f"{head} AS $$ SELECT role FROM member "
        "WHERE login = session_user AND practice_id = practice $$"
    )
    for signature in ("recall_practices(text[])", "recall_role(integer)"):
        yield f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC"
        yield f"GRANT EXECUTE ON FUNCTION {signature} TO {groups}"


def _table(name: str, verbs: Verbs) -> Iterator[str]:
    table = f'"{name}"'
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY"
    yield f"REVOKE ALL ON {table} FROM PUBLIC, {_groups(ALL)}"
    wanted = (
        ("select", verbs.select, verbs.also_select),
        ("insert", verbs.insert, ""),
        ("update", verbs.update, verbs.also_update),
        ("delete", verbs.delete, ""),
    )
    for verb, roles, also in wanted:
        yield f"DROP POLICY IF EXISTS recall_{verb} ON {table}"
        holders = ALL if also else roles
        if not holders:
            continue
        yield f"GRANT {verb.upper()} ON {table} TO {_groups(holders)}"
        rule = _of_practices(roles)
        if also:
            rule = f"({rule} OR ({_of_practices(ALL)} AND {also}))"
        if verb == "insert" and verbs.own_insert:
            rule = f"{rule} AND {verbs.own_insert}"
        clauses = {
            "select": f"USING ({rule})",
            "insert": f"WITH CHECK ({rule})",
            "update": f"USING ({rule}) WITH CHECK ({rule})",
            "delete": f"USING ({rule})",
        }
        yield (
            f"CREATE POLICY recall_{verb} ON {table} FOR {verb.upper()} "
            f"TO {_groups(holders)} {clauses[verb]}"
        )


def _of_practices(roles: frozenset[Role]) -> str:
    """Say that a row is of a practice in which the session's user has one of these roles."""
    names = ", ".join(f"'{role}'" for role in Role if role in roles)
    # In a subquery of its own it is asked once a statement, not once a row.
    return f"practice_id = ANY((SELECT recall_practices(ARRAY[{names}]::text[]))::integer[])"


def _groups(roles: frozenset[Role]) -> str:
    return ", ".join(PREFIX + role for role in Role if role in roles)


def login_statements(login: str, role: str) -> Iterator[str]:
    """Give the SQL that lets a database login do what its role may, and no more."""
    quoted = '"' + login.replace('"', '""') + '"'
    every = ", ".join(PREFIX + one for one in Role)
    yield f"REVOKE {every} FROM {quoted}"
    if role:
        yield f"GRANT {PREFIX}{role} TO {quoted}"
