"""recall users: who may work in the practice, and as what."""

import sys

import click

from recall_tui.cli.context import Given, common, open_house
from recall_tui.cli.output import asked, emit_json, emit_rows, say
from recall_tui.cli.shapes import DONE_SCHEMA
from recall_tui.domain.rights import RIGHTS, Role

USERS_SCHEMA = "recall.users/1"
_ROLES = ", ".join(str(role) for role in Role)


@click.group("users")
def users_command() -> None:
    """Say who may work here, and as what (admin)."""


@users_command.command("list")
@common
def list_users(given: Given) -> None:
    """List everybody with their role."""
    house = open_house(given)
    try:
        rows = [(one.login, one.role or "removed", one.name) for one in house.people.members()]
    finally:
        house.close()
    headers = ("login", "role", "name")
    if given.as_json:
        emit_json(USERS_SCHEMA, [dict(zip(headers, row, strict=True)) for row in rows])
    else:
        emit_rows(headers, rows)


@users_command.command("add")
@click.argument("login")
@click.argument("role", metavar=f"ROLE ({_ROLES})")
@click.option("--name", default="", help="The person's name.")
@common
def add_user(given: Given, *, login: str, role: str, name: str) -> None:
    """Let a login work here."""
    _put(given, login, role, name)


@users_command.command("role")
@click.argument("login")
@click.argument("role", metavar=f"ROLE ({_ROLES})")
@common
def change_role(given: Given, *, login: str, role: str) -> None:
    """Give somebody another role; what they did stays theirs."""
    _put(given, login, role, "")


@users_command.command("remove")
@click.argument("login")
@common
def remove_user(given: Given, *, login: str) -> None:
    """Let somebody work here no more; what they did stays theirs."""
    _put(given, login, "", "")


@users_command.command("pin")
@common
def choose_pin(given: Given) -> None:
    """Choose the PIN that unlocks your screen; it is read from the terminal, never an argument."""
    house = open_house(given)
    try:
        if sys.stdin.isatty():
            pin = click.prompt("New PIN (4 digits or more)", hide_input=True, err=True)
        else:
            pin = asked("New PIN")
        house.people.choose_pin(pin)
    finally:
        house.close()
    _said(given, "your PIN is set")


@users_command.command("grants")
@common
def list_grants(given: Given) -> None:
    """Print the SQL that gives these people their rights in Postgres itself: for its owner."""
    house = open_house(given)
    try:
        lines = house.people.grants()
    finally:
        house.close()
    for line in lines:
        click.echo(f"{line};")


@users_command.command("rights")
@common
def list_rights(given: Given) -> None:
    """List what each role may do."""
    rows = [(str(role), str(right)) for role in Role for right in sorted(RIGHTS[role])]
    if given.as_json:
        emit_json(USERS_SCHEMA, [{"role": role, "may": right} for role, right in rows])
    else:
        emit_rows(("role", "may"), rows)


def _put(given: Given, login: str, role: str, name: str) -> None:
    house = open_house(given)
    try:
        words = house.people.put_role(login, role, name)
    finally:
        house.close()
    _said(given, words)


def _said(given: Given, words: str) -> None:
    if given.as_json:
        emit_json(DONE_SCHEMA, [{"words": words}])
    else:
        say(words)
