"""The team board as people of the cast see it."""

from .common import CrmCase


class BoardCase(CrmCase):
    """The board as people of the cast see it."""

    def _board(self, user, **options):
        self.env.invalidate_all()
        return self.env["crm.team.board"].with_user(user).compute_board(**options)

    def _person(self, board, user):
        """Return one person of a board (dict)."""
        (found,) = (one for one in board["people"] if one["id"] == user.id)
        return found

    def _counts(self, board, user):
        """Return the figures of one person that are not zero."""
        figures = self._person(board, user)["figures"]
        return {
            code: found["count"] for code, found in figures.items() if found["count"]
        }

    def _cast(self, board):
        """Return who of the cast is on a board."""
        ids = {person["id"] for person in board["people"]}
        return self.everybody.filtered(lambda user: user.id in ids)

    def _listed(self, user, code, **options):
        """Return the records behind a figure, as the list shows them."""
        board = self.env["crm.team.board"].with_user(user)
        action = board.action_open(code, **options)
        return board.env[action["res_model"]].search(action["domain"])

    def _check_lists(self, user):
        """Check that each figure of somebody's board opens exactly its list."""
        board = self._board(user)
        for person in board["people"]:
            for code, figure in person["figures"].items():
                found = self._listed(user, code, user_id=person["id"])
                self.assertEqual(len(found), figure["count"], (person["name"], code))
        return board
