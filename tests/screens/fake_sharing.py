"""What the invented practice shares: views, recipes, teams, and who can have a patient."""

from recall_tui.domain.teams import names_of, teams_of
from recall_tui.services.sharing import shelf_of
from recall_tui.views.people import Owner, owners
from recall_tui.views.shelf import Shelf
from tests.screens.fake_store import FakeStore


class FakeSharing:
    """What is shared in a store in memory, for one login."""

    store: FakeStore
    login: str

    def own_names(self) -> tuple[str, ...]:
        """Return the login and its teams."""
        return names_of(self.login, teams_of(self.store.shared_changes()))

    def shelf(self) -> Shelf:
        """Return the named views and recipes."""
        return shelf_of(self.store.shared_changes())

    def owners(self) -> tuple[Owner, ...]:
        """Return to whom patients can be assigned."""
        return owners(self.login, self.store.members(), self.shelf().teams)
