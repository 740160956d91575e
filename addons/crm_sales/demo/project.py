"""A project that is sold by a team, to companies and people who decide together."""

from types import SimpleNamespace

# the opportunity of this customer, whose team it is, and how secret
PROJECTS = [
    ("024", ["sales2", "manager1"], False),
    ("006", ["sales5", "manager2"], True),
]
COMPANIES = [
    ("designer", "华筑工业设计研究院有限公司", "南京市", "出总图和荷载要求"),
    ("contractor", "苏中建工集团有限公司", "扬州市", "土建总包，地坪由其施工"),
    ("bidding", "江苏中正招标咨询有限公司", "南京市", "招标代理，九月开标"),
    ("consultant", "仓策物流咨询（上海）有限公司", "上海市", "为业主做仓储规划"),
]
# name, position, role, attitude, influence, whom it reports to (number in this list)
PEOPLE = [
    ("许国栋", "董事长", "decision_maker", "neutral", "3", None),
    ("顾卫东", "分管副总", "decision_maker", "supporter", "3", 0),
    ("秦晓慧", "采购总监", "influencer", "neutral", "2", 1),
    ("罗成", "信息中心主任", "technical", "champion", "2", 1),
    ("邓春梅", "财务总监", "financial", "opponent", "2", 0),
    ("马立群", "仓储中心经理", "user", "supporter", "1", 1),
    ("冯凯", "设计院总工", "technical", "supporter", "2", None),
]


class Project:
    """Makes projects of two opportunities, with their companies, people and team."""

    def __init__(self, play):
        self.play = play
        self.env = play.env

    def tell(self, deals):
        """Make them.

        :param deals: as of :class:`Deals`
        """
        opened = {deal.row.id: deal for deal in deals if deal.lead and not deal.is_lost}
        for number, members, is_confidential in PROJECTS:
            deal = opened[number]
            deal.lead.write(
                {
                    "is_project": True,
                    "is_confidential": is_confidential,
                    "name": f"{deal.row.mnemonic}智能仓储一期项目",
                    "is_key_project": True,
                }
            )
            self._companies(deal.lead)
            self._people(deal.lead)
            self._team(deal, members)

    def _companies(self, lead):
        if not hasattr(self, "partners"):
            self.partners = self.env["res.partner"].create(
                [
                    {
                        "name": name,
                        "is_company": True,
                        "city": city,
                        "country_id": self.env.ref("base.cn").id,
                    }
                    for _role, name, city, _note in COMPANIES
                ]
            )
        roles = [("client", lead.partner_id, "业主，投资方")]
        roles += [
            (role, partner, note)
            for (role, _name, _city, note), partner in zip(
                COMPANIES, self.partners, strict=True
            )
        ]
        self.env["crm.project.partner"].create(
            [
                {
                    "lead_id": lead.id,
                    "sequence": number,
                    "partner_id": partner.id,
                    "role_id": self.play.value("project_partner_role", role),
                    "note": note,
                }
                for number, (role, partner, note) in enumerate(roles)
            ]
        )

    def _people(self, lead):
        made = []
        for number, row in enumerate(PEOPLE):
            person = SimpleNamespace(
                **dict(
                    zip(
                        ("name", "position", "role", "attitude", "influence", "above"),
                        row,
                        strict=True,
                    )
                )
            )
            is_ours = person.name != "冯凯"
            made.append(
                self.env["crm.project.contact"].create(
                    {
                        "lead_id": lead.id,
                        "sequence": number,
                        "name": person.name,
                        "position": person.position,
                        "organisation": lead.partner_id.name
                        if is_ours
                        else COMPANIES[0][1],
                        "role_id": self.play.value("decision_role", person.role),
                        "attitude": person.attitude,
                        "influence": person.influence,
                        "colleague_id": lead.user_id.id,
                        "parent_id": False
                        if person.above is None
                        else made[person.above].id,
                    }
                )
            )

    def _team(self, deal, members):
        roles = iter(("presales", "sponsor"))
        self.env["crm.project.member"].create(
            [
                {
                    "lead_id": deal.lead.id,
                    "user_id": self.play.users[name].id,
                    "role_id": self.play.value("project_member_role", next(roles)),
                    "access": "write" if name.startswith("manager") else "read",
                }
                for name in members
                if self.play.users[name] != deal.lead.user_id
            ]
        )
