from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.places import place_key, place_keys

# what decides which addresses belong to a territory
RULE_FIELDS = frozenset(
    ("active", "cities", "districts", "parent_id", "sequence", "state_ids")
)


class Rule(NamedTuple):
    """Which addresses belong to a territory.

    :ivar int territory_id: the territory
    :ivar frozenset states: ids of provinces, empty for any
    :ivar frozenset cities: keys of cities, empty for any
    :ivar frozenset districts: keys of districts, empty for any
    """

    territory_id: int
    states: frozenset
    cities: frozenset
    districts: frozenset

    def matches(self, state_id, city, district):
        """Return whether an address, its places as keys, belongs here (bool)."""
        return (
            (not self.states or state_id in self.states)
            and (not self.cities or city in self.cities)
            and (not self.districts or district in self.districts)
        )


class CrmTerritory(models.Model):
    """A sales region: a tree of names, each standing for places."""

    _name = "crm.territory"
    _description = "Territory"
    _parent_store = True
    _order = "parent_path, sequence, id"
    _crm_recycle = True

    name = fields.Char(required=True, translate=True)
    complete_name = fields.Char(compute="_compute_complete_name", recursive=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    level = fields.Selection(
        [
            ("region", "Region"),
            ("province", "Province"),
            ("city", "City"),
            ("district", "District"),
        ],
        "Territory Level",
        compute="_compute_level",
        store=True,
        readonly=False,
        help="What this territory is in your tree: a region of several provinces, a"
        " province, a city or a district.",
    )
    parent_id = fields.Many2one(
        "crm.territory", "Parent Territory", index=True, ondelete="restrict"
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many("crm.territory", "parent_id", "Sub-territories")
    state_ids = fields.Many2many(
        "res.country.state",
        string="Provinces",
        help="Customers of these provinces get this territory by themselves.",
    )
    cities = fields.Char(
        help="Names of cities, separated by commas. Customers of these cities get this"
        " territory by themselves, before one that stands for the whole province."
    )
    districts = fields.Char(
        help="Names of districts or counties, separated by commas. They go before the"
        " city and the province."
    )
    manager_id = fields.Many2one(
        "res.users",
        "Territory Manager",
        domain=[("share", "=", False)],
        index="btree_not_null",
        help="In charge of this territory and of those below it that have no manager of"
        " their own. Who sees which customer is decided by teams, not by this.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        "In Charge",
        compute="_compute_responsible_id",
        recursive=True,
    )
    is_mine = fields.Boolean(
        "My Territory", compute="_compute_is_mine", search="_search_is_mine"
    )
    customer_count = fields.Integer("Customers", compute="_compute_customer_count")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("name", "parent_id.complete_name")
    @api.depends_context("lang")
    def _compute_complete_name(self):
        for territory in self:
            parent = territory.parent_id.complete_name
            territory.complete_name = (
                f"{parent} / {territory.name}" if parent else territory.name
            )

    @api.depends("complete_name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for territory in self:
            territory.display_name = territory.complete_name

    @api.depends("parent_id")
    def _compute_level(self):
        levels = [key for key, _label in self._fields["level"].selection]
        for territory in self:
            above = territory.parent_id.level
            place = levels.index(above) + 1 if above else 0
            territory.level = levels[min(place, len(levels) - 1)]

    @api.depends("manager_id", "parent_id.responsible_id")
    def _compute_responsible_id(self):
        for territory in self:
            territory.responsible_id = (
                territory.manager_id or territory.parent_id.responsible_id
            )

    @api.depends_context("uid")
    def _compute_is_mine(self):
        mine = self.search([("id", "in", self.ids), ("is_mine", "=", True)])
        for territory in self:
            territory.is_mine = territory in mine

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        managed = self.search([("manager_id", "=", self.env.uid)])
        return Domain("id", "child_of", managed.ids) if managed else Domain.FALSE

    @api.depends_context("uid")
    def _compute_customer_count(self):
        counts = dict(
            self.env["res.partner"]._read_group(
                [
                    ("is_crm_customer", "=", True),
                    ("territory_id", "child_of", self.ids),
                ],
                ["territory_id"],
                ["__count"],
            )
        )
        for territory in self:
            path = territory.parent_path or "-"
            territory.customer_count = sum(
                count
                for found, count in counts.items()
                if found.parent_path.startswith(path)
            )

    @api.constrains("cities", "districts")
    def _check_places(self):
        for territory in self:
            if not territory.cities and territory.districts and not territory.state_ids:
                # districts of one name are in many cities
                raise ValidationError(
                    self.env._(
                        "%(name)s: name the city or the province of the districts,"
                        " too.",
                        name=territory.name,
                    )
                )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        before = self._crm_assignments()
        territories = super().create(vals_list)
        if any(territory._crm_has_rule() for territory in territories):
            self._crm_reassign(before)
        return territories

    def write(self, vals):
        if RULE_FIELDS.isdisjoint(vals):
            return super().write(vals)
        before = self._crm_assignments()
        done = super().write(vals)
        self._crm_reassign(before)
        return done

    def action_open_customers(self):
        """Open the customers of this territory and those below; return it (dict)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "res.partner",
            "views": [
                (self.env.ref("crm_base.res_partner_view_list").id, "list"),
                (False, "form"),
            ],
            "search_view_id": [
                self.env.ref("crm_base.res_partner_view_search").id,
                "search",
            ],
            "domain": [
                ("is_crm_customer", "=", True),
                ("territory_id", "child_of", self.ids),
            ],
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_has_rule(self):
        self.ensure_one()
        return bool(self.state_ids or self.cities or self.districts)

    @api.model
    def _crm_rules(self):
        """Return the Rules of all territories, the most specific first.

        A district goes before a city, a city before a province; among equals the
        deeper territory, then the order of the list.
        """
        # sudo: the region of a customer does not depend on who typed the address
        # pylint: disable-next=no-search-all; any of them may fit
        territories = self.sudo().search([]).filtered(lambda t: t._crm_has_rule())
        ordered = territories.sorted(
            lambda t: (
                not t.districts,
                not t.cities,
                -t.parent_path.count("/"),
                t.sequence,
                t.id,
            )
        )
        return [
            Rule(
                territory.id,
                frozenset(territory.state_ids.ids),
                place_keys(territory.cities),
                place_keys(territory.districts),
            )
            for territory in ordered
        ]

    @api.model
    def _crm_of_places(self, places):
        """Return the territory of each address.

        :param Iterable places: tuples of id of the province, city and district
        :return: dict of such a tuple to the id of its territory, if it has one
        """
        rules = self._crm_rules()
        found = {}
        for place in set(places):
            state_id, city, district = place
            keys = (state_id, place_key(city), place_key(district))
            rule = next((rule for rule in rules if rule.matches(*keys)), None)
            if rule:
                found[place] = rule.territory_id
        return found

    @api.model
    def _crm_by_state(self, states):
        """Return the territory of each province, a dict of id to record.

        :param states: recordset of ``res.country.state``
        """
        found = self._crm_of_places((state.id, "", "") for state in states)
        return {place[0]: self.browse(id_) for place, id_ in found.items()}

    @api.model
    def _crm_assignments(self):
        """Return the territory of every address there is by the rules of this moment.

        :return: dict of id of the province, city and district to an id or None
        """
        partners = self.env["res.partner"]
        partners.flush_model(["state_id", "city", "district", "territory_id"])
        places = self.env.execute_query(
            SQL(
                """SELECT DISTINCT state_id, COALESCE(city, ''), COALESCE(district, '')
                     FROM res_partner
                    WHERE state_id IS NOT NULL OR city > '' OR district > ''"""
            )
        )
        found = self._crm_of_places(places)
        return {place: found.get(place) for place in places}

    @api.model
    def _crm_reassign(self, before):
        """Move customers to the territories of the present rules, in one statement.

        Moved are those who were where the rules put them; who is elsewhere was put
        there by hand, and stays.

        :param dict before: what :meth:`_crm_assignments` said before the change
        """
        now = self._crm_of_places(before)
        moved = [
            (*place, old, now.get(place))
            for place, old in before.items()
            if now.get(place) != old
        ]
        if not moved:
            return
        states, cities, districts, olds, news = map(list, zip(*moved, strict=True))
        self.env.execute_query(
            SQL(
                """
                UPDATE res_partner partner
                   SET territory_id = place.new_id
                  FROM unnest(%(states)s::int[], %(cities)s::text[],
                              %(districts)s::text[], %(olds)s::int[], %(news)s::int[])
                       AS place (state_id, city, district, old_id, new_id)
                 WHERE COALESCE(partner.state_id, 0) = COALESCE(place.state_id, 0)
                   AND COALESCE(partner.city, '') = place.city
                   AND COALESCE(partner.district, '') = place.district
                   AND partner.territory_id IS NOT DISTINCT FROM place.old_id
             RETURNING partner.id
                """,
                states=states,
                cities=cities,
                districts=districts,
                olds=olds,
                news=news,
            )
        )
        self.env["res.partner"].invalidate_model(["territory_id"])
