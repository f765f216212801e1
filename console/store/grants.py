"""Who gets what on a server: a role for each person, the least it needs, and a liaison's own
practice whatever SQL it sends.

Laid anew at each `frontdesk records upgrade`, after the migrations, so that the rights are always
those of this version: a table made by a migration gets its line in `RIGHTS` and, with anything of
a practice in it, its policy. A test finds the one that was forgotten.

What a session may see follows from `session_user`, the role that gave its password: neither SET
ROLE nor any setting changes it, and inside a function that runs as the owner it is still the
caller. The policies hold for the tables' owner too (FORCE), so that no view or function of the
owner's shows a liaison more. `sees_all` and `own_practice` are asked once a statement, as scalar
subqueries, so that a desk's look-ups keep their indexes.
"""

from typing import Final

from sqlalchemy import Connection, text

S: Final = "frontdesk"
OF_A_PRACTICE: Final = (
    "calls", "bookings", "holds", "messages", "escalations", "callbacks", "recordings", "drafts",
    "dispatches", "pursuits", "tasks", "waiting_list", "freed_times", "waiting_offers",
    "rota_changes", "rota_confirmations", "calendars", "calendar_busy", "calendar_events",
)  # fmt: skip
OF_ANOTHER: Final = {  # table: whose row it belongs to, and by which column
    "answers": ("calls", "call_id"),
    "red_flags": ("calls", "call_id"),
    "facts_read": ("calls", "call_id"),
    "call_sounds": ("calls", "call_id"),
    "amendments": ("messages", "message_id"),
    "attempts": ("dispatches", "dispatch_id"),
    "timeline": ("escalations", "escalation_id"),
    "replies": ("escalations", "escalation_id"),
}

# Who gets what. "s", "i", "u", "d" are select, insert, update, delete; columns narrow them.
STAFF: Final = {
    "alembic_version": "s",
    "practices": "s",
    "calls": "siu",
    "call_sounds": "siu",
    "answers": "si",
    "bookings": "siu",
    "holds": "siud",
    "calendars": "siu",
    "calendar_busy": "siud",
    "calendar_events": "siu",
    "messages": "siu",
    "escalations": "siu",
    "red_flags": "si",
    "facts_read": "si",
    "callbacks": "siu",
    "recordings": "siu",
    "drafts": "siud",
    "dispatches": "siu",
    "amendments": "siu",
    "attempts": "siu",
    "pursuits": "siu",
    "timeline": "siu",
    "replies": "si",
    "tasks": "siu",
    "rota_changes": "siu(ended_at, ended_by, ended_why)",
    "rota_confirmations": "si",
    "board_marks": "siu",
    "board_deeds": "si",
    "waiting_list": "siu",
    "freed_times": "sid",
    "waiting_offers": "siu",
    "presence": "siud",
    "practice_versions": "s",
    "practice_signatures": "s",
    "practice_drafts": "s",
    "desk_keys": "si",
    "data_keys": "s",
    "key_wraps": "s",
    "audit_chains": "si",
    "audit": "si",
    "people": "s(login, name, role, practice_id, active)",
}
RECEPTIONIST: Final = STAFF | {"reviews": "su(seen_at, version)", "review_causes": "s"}
SUPERVISOR: Final = STAFF | {
    "reviews": "siu",
    "review_causes": "sid",
    "practices": "siu",
    "practice_versions": "siu",
    "practice_signatures": "siu",
    "practice_drafts": "siud",
    "emergency_access": "s",
    "shifts": "s",
}
RIGHTS: Final = {
    "receptionist": RECEPTIONIST,
    "supervisor": SUPERVISOR,
    "administrator": SUPERVISOR
    | {
        "people": "siu",
        "recovery_codes": "sd",
        "legal_holds": "siu",
        "data_keys": "si",  # admits desks and shuts them out
        "key_wraps": "sid",
    },
    # The program itself, before anybody has signed in: calls, and what signing in leaves behind.
    # It makes nobody, and gives nobody a role or a practice.
    "desk": STAFF
    | {
        "practices": "siu",
        "people": "su(password_hash, must_choose, totp_secret, totp_confirmed_at, totp_step,"
        " lock_hash, failed, failed_at, changed_at, changed_by)",
        "recovery_codes": "siud",
        "shifts": "siu",
        "emergency_access": "siu",
    },
    "liaison": {
        "alembic_version": "s",
        "practices": "s",
        "calls": "s",
        "answers": "s",
        "bookings": "s",
        "messages": "s",  # confirmed by `confirm_message` alone
        "escalations": "s",
        "callbacks": "s",
        "data_keys": "s",
        "key_wraps": "s",
    },
}
VERBS: Final = {"s": "SELECT", "i": "INSERT", "u": "UPDATE", "d": "DELETE"}


def install(connection: Connection) -> None:
    """Lay functions, policies and grants, and give each role that is there its rights anew."""
    for statement in (*_asking(), *_policies(), _CONFIRM, *_keeping(), _RENEW):
        connection.execute(text(statement))


def _asking() -> tuple[str, ...]:
    """Return the functions that say who asks, and what they may see."""
    definer = f"SECURITY DEFINER SET search_path = {S}, pg_temp"
    return (
        f"""
        CREATE OR REPLACE FUNCTION {S}.person_role(login text) RETURNS text LANGUAGE sql STABLE
        SET search_path = pg_catalog, pg_temp AS
        $$ SELECT 'fd_' || substr(md5(current_database()), 1, 8) || '_' || login $$
        """,
        f"""
        CREATE OR REPLACE FUNCTION {S}.is_owner() RETURNS boolean LANGUAGE sql STABLE {definer} AS
        $$ SELECT session_user = pg_get_userbyid(relowner) FROM pg_class
           WHERE oid = '{S}.people'::regclass $$
        """,
        f"""
        CREATE OR REPLACE FUNCTION {S}.sees_all() RETURNS boolean LANGUAGE sql STABLE {definer} AS
        $$ SELECT {S}.is_owner() OR session_user = {S}.person_role('_desk') OR EXISTS (
             SELECT 1 FROM {S}.people WHERE {S}.person_role(login) = session_user
             AND login = substr(session_user, length({S}.person_role('')) + 1)
             AND active AND role <> 'liaison') $$
        """,
        f"""
        CREATE OR REPLACE FUNCTION {S}.own_name() RETURNS text LANGUAGE sql STABLE {definer} AS
        $$ SELECT name FROM {S}.people WHERE {S}.person_role(login) = session_user
           AND login = substr(session_user, length({S}.person_role('')) + 1) AND active $$
        """,
        f"""
        CREATE OR REPLACE FUNCTION {S}.sees_reviews() RETURNS boolean LANGUAGE sql STABLE {definer}
        AS $$ SELECT {S}.is_owner() OR EXISTS (
             SELECT 1 FROM {S}.people WHERE {S}.person_role(login) = session_user
             AND login = substr(session_user, length({S}.person_role('')) + 1)
             AND active AND role IN ('supervisor', 'administrator')) $$
        """,
        f"""
        CREATE OR REPLACE FUNCTION {S}.own_practice() RETURNS text LANGUAGE sql STABLE {definer} AS
        $$ SELECT practice_id FROM {S}.people WHERE {S}.person_role(login) = session_user
           AND login = substr(session_user, length({S}.person_role('')) + 1)
           AND active AND role = 'liaison' $$
        """,
    )


def _policies() -> tuple[str, ...]:
    """Return what each table shows to whom."""
    made = []
    own = f"(SELECT {S}.own_practice())"
    seen = dict.fromkeys(OF_A_PRACTICE, f"practice_id = {own}")
    seen |= {
        table: f"EXISTS (SELECT 1 FROM {S}.{whole} AS whole WHERE whole.id = {table}.{column}"
        f" AND whole.practice_id = {own})"
        for table, (whole, column) in OF_ANOTHER.items()
    }
    seen["practices"] = f"id = {own}"
    shown = {table: f"(SELECT {S}.sees_all()) OR {each}" for table, each in seen.items()}
    # A supervisor sees every review, a receptionist those of their own calls.
    shown["reviews"] = f"(SELECT {S}.sees_reviews()) OR agent = (SELECT {S}.own_name())"
    shown["review_causes"] = (
        f"EXISTS (SELECT 1 FROM {S}.reviews AS whole WHERE whole.id = review_causes.review_id)"
    )
    for table, condition in shown.items():
        made += [
            f"ALTER TABLE {S}.{table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {S}.{table} FORCE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS of_practice ON {S}.{table}",
            f"CREATE POLICY of_practice ON {S}.{table}"
            f" USING ({condition}) WITH CHECK ({condition})",
        ]
    return tuple(made)


def _keeping() -> tuple[str, ...]:
    """Return the functions that make a role and give it its rights, and who may call them."""
    branches = "\n".join(
        f"WHEN '{kind}' THEN rights := ARRAY[{_array(lines)}];" for kind, lines in RIGHTS.items()
    )
    definer = f"SECURITY DEFINER SET search_path = {S}, pg_temp"
    return (
        f"""
        CREATE OR REPLACE FUNCTION {S}.grant_rights(to_role text, kind text) RETURNS void
        LANGUAGE plpgsql SET search_path = {S}, pg_temp AS $$
        DECLARE rights text[]; one text;
        BEGIN
          EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA {S} FROM %I', to_role);
          EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA {S} FROM %I', to_role);
          EXECUTE format(
            'REVOKE ALL ON FUNCTION {S}.keep_person_role(text, text),'
            ' {S}.confirm_message(bigint, integer) FROM %I', to_role);
          EXECUTE format('GRANT USAGE ON SCHEMA {S} TO %I', to_role);
          CASE kind
          {branches}
          END CASE;
          FOREACH one IN ARRAY rights LOOP
            EXECUTE format('GRANT ' || one || ' TO %I', to_role);
          END LOOP;
          IF kind <> 'liaison' THEN
            EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA {S} TO %I', to_role);
          ELSE
            EXECUTE format('GRANT EXECUTE ON FUNCTION {S}.confirm_message(bigint, integer) TO %I',
                           to_role);
          END IF;
          IF kind = 'administrator' THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION {S}.keep_person_role(text, text) TO %I',
                           to_role);
          END IF;
        END $$
        """,
        f"""
        CREATE OR REPLACE FUNCTION {S}.keep_role(name text, verifier text, enabled boolean)
        RETURNS void LANGUAGE plpgsql SET search_path = {S}, pg_temp AS $$
        BEGIN
          IF verifier IS NOT NULL AND verifier NOT LIKE 'SCRAM-SHA-256$%' THEN
            RAISE EXCEPTION 'frontdesk: not a verifier' USING ERRCODE = 'invalid_password';
          END IF;
          IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOINHERIT', name);
          ELSIF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = name AND (rolsuper OR rolcreaterole
                        OR rolcreatedb OR rolreplication OR rolbypassrls)) THEN
            RAISE EXCEPTION 'frontdesk: that role is more than a person’s'
              USING ERRCODE = 'insufficient_privilege';
          END IF;
          EXECUTE format(
            'ALTER ROLE %I %s', name, CASE WHEN enabled THEN 'LOGIN' ELSE 'NOLOGIN' END);
          IF verifier IS NOT NULL THEN
            EXECUTE format('ALTER ROLE %I PASSWORD %L', name, verifier);
          END IF;
          EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), name);
          -- Nobody but the owner makes objects here, not even for the length of a session.
          EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
        END $$
        """,
        f"""
        CREATE OR REPLACE FUNCTION {S}.keep_person_role(of_login text, verifier text) RETURNS text
        LANGUAGE plpgsql {definer} AS $$
        DECLARE who {S}.people%ROWTYPE; name text := {S}.person_role(of_login);
        BEGIN
          IF NOT {S}.is_owner() AND NOT EXISTS (
            SELECT 1 FROM {S}.people p WHERE {S}.person_role(p.login) = session_user
            AND p.role = 'administrator' AND p.active
          ) THEN
            RAISE EXCEPTION 'frontdesk: not an administrator'
              USING ERRCODE = 'insufficient_privilege';
          END IF;
          SELECT * INTO STRICT who FROM {S}.people p WHERE p.login = of_login;
          PERFORM {S}.keep_role(name, verifier, who.active);
          PERFORM {S}.grant_rights(name, who.role);
          RETURN name;
        END $$
        """,
        f"""
        CREATE OR REPLACE FUNCTION {S}.keep_desk_role(verifier text) RETURNS text
        LANGUAGE plpgsql SET search_path = {S}, pg_temp AS $$
        BEGIN
          PERFORM {S}.keep_role({S}.person_role('_desk'), verifier, true);
          PERFORM {S}.grant_rights({S}.person_role('_desk'), 'desk');
          RETURN {S}.person_role('_desk');
        END $$
        """,
        f"REVOKE ALL ON FUNCTION {S}.keep_person_role(text, text), {S}.keep_desk_role(text),"
        f" {S}.keep_role(text, text, boolean), {S}.grant_rights(text, text),"
        f" {S}.confirm_message(bigint, integer) FROM PUBLIC",
        f"REVOKE ALL ON SCHEMA {S} FROM PUBLIC",
    )


# The one thing a liaison writes: that a message of her own practice was read, as it stands. The
# server says who and when; the deed is on the board's own record, in the same transaction.
_CONFIRM: Final = f"""
    CREATE OR REPLACE FUNCTION {S}.confirm_message(of_message bigint, seen integer) RETURNS text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = {S}, pg_temp AS $$
    DECLARE one {S}.messages%ROWTYPE; own text := {S}.own_practice();
    BEGIN
      IF own IS NULL THEN
        RAISE EXCEPTION 'frontdesk: not a liaison' USING ERRCODE = 'insufficient_privilege';
      END IF;
      SELECT * INTO one FROM {S}.messages WHERE id = of_message AND practice_id = own FOR UPDATE;
      IF NOT FOUND THEN RETURN 'gone'; END IF;
      IF one.status = 'confirmed' THEN RETURN 'already'; END IF;
      IF one.version <> seen THEN RETURN 'changed'; END IF;
      UPDATE {S}.messages SET status = 'confirmed', version = version + 1,
        delivered_at = coalesce(delivered_at, now()) WHERE id = of_message;
      INSERT INTO {S}.board_deeds (uid, kind, row, act, at, person, "to", outcome)
        VALUES (gen_random_uuid()::text, 'message', of_message, 'confirm', now(),
                {S}.own_name(), own, 'done');
      INSERT INTO {S}.board_marks AS mark (kind, row, version, touched_at, touched_by)
        VALUES ('message', of_message, 1, now(), {S}.own_name())
        ON CONFLICT (kind, row) DO UPDATE SET version = mark.version + 1, touched_at = now(),
          touched_by = excluded.touched_by, hold_until = NULL;
      RETURN 'confirmed';
    END $$
"""

_RENEW: Final = f"""
    DO $$ DECLARE one text; BEGIN
      FOR one IN SELECT login FROM {S}.people LOOP
        IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = {S}.person_role(one)) THEN
          PERFORM {S}.keep_person_role(one, NULL);
        END IF;
      END LOOP;
      IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = {S}.person_role('_desk')) THEN
        PERFORM {S}.keep_desk_role(NULL);
      END IF;
    END $$
"""


def _array(rights: dict[str, str]) -> str:
    """Return SQL's array of what follows GRANT and comes before TO."""
    lines = []
    for table, given in rights.items():
        letters, _, columns = given.partition("(")
        narrowed = {letters[-1]: f" ({columns}"} if columns else {}
        verbs = ", ".join(VERBS[each] + narrowed.get(each, "") for each in letters)
        lines.append(f"'{verbs} ON {S}.{table}'")
    return ", ".join(lines)
